from pathlib import Path

import pytest

from CMRSegmentationLib import __version__
from CMRSegmentationLib.command_line.arguments import make_parser, view_of
from CMRSegmentationLib.image import View

SEGMENT = ["segment", "a.nii.gz", "-o", "out"]


def parse(*arguments: str):
    return make_parser().parse_args(list(arguments))


def test_defaults_are_those_of_the_contract():
    options = parse(*SEGMENT)
    assert options.inputs == [Path("a.nii.gz")]
    assert options.out == Path("out")
    assert (options.model, options.view, options.device, options.frames) == (
        None,
        "auto",
        "auto",
        "all",
    )
    assert (options.ed, options.es, options.heart_rate, options.height_cm, options.weight_kg) == (
        None,
    ) * 5
    assert (options.progress, options.threads, options.debug) == ("auto", None, False)
    assert (options.mirror, options.no_postprocessing) == (False, False)


def test_everything_of_the_contract_can_be_given():
    text = (
        "--model m --view lax_4c --device cpu --frames 0,5,7 --ed 1 --es 9 --heart-rate 61.5 --height-cm 180 "
        "--weight-kg 75.5 --progress json --threads 2"
    )
    options = parse("segment", "a", "b", "-o", "out", *text.split())
    assert options.inputs == [Path("a"), Path("b")]
    assert (options.model, options.view, options.device, options.frames) == (
        "m",
        "lax_4c",
        "cpu",
        (0, 5, 7),
    )
    assert (options.ed, options.es, options.heart_rate) == (1, 9, 61.5)
    assert (options.height_cm, options.weight_kg, options.progress, options.threads) == (
        180.0,
        75.5,
        "json",
        2,
    )


@pytest.mark.parametrize("name", ["all", "ed-es"])
def test_frames_can_be_named_by_what_they_are(name):
    assert parse(*SEGMENT, "--frames", name).frames == name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["grow"], "invalid choice"),
        (["segment", "-o", "out"], "INPUT"),
        (["segment", "a"], "-o/--out"),
        ([*SEGMENT, "--view", "coronal"], "invalid choice: 'coronal'"),
        ([*SEGMENT, "--device", "tpu"], "invalid choice: 'tpu'"),
        ([*SEGMENT, "--progress", "xml"], "invalid choice: 'xml'"),
        ([*SEGMENT, "--frames", "first"], "expected a frame number from 0 on, found 'first'"),
        ([*SEGMENT, "--frames", "0,,2"], "expected a frame number from 0 on, found ''"),
        ([*SEGMENT, "--ed=-1"], "expected a frame number from 0 on, found '-1'"),
        ([*SEGMENT, "--es", "1.5"], "expected a frame number from 0 on, found '1.5'"),
        ([*SEGMENT, "--threads", "0"], "expected at least 1"),
        ([*SEGMENT, "--heart-rate", "0"], "expected a number above 0, found '0'"),
        ([*SEGMENT, "--height-cm=-170"], "expected a number above 0, found '-170'"),
        ([*SEGMENT, "--weight-kg", "nan"], "expected a number above 0, found 'nan'"),
        ([*SEGMENT, "--weight-kg", "heavy"], "expected a number above 0, found 'heavy'"),
        (["info"], "INPUT"),
        (["measure", "-o", "out"], "LABELS"),
    ],
    ids=lambda value: " ".join(value[4:] or value) if isinstance(value, list) else "",
)
def test_wrong_usage_ends_with_2_and_a_sentence(arguments, message, capsys):
    with pytest.raises(SystemExit) as end:
        parse(*arguments)
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_the_version_is_the_packages(capsys):
    with pytest.raises(SystemExit) as end:
        parse("--version")
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


def test_help_says_that_this_is_for_research(capsys):
    with pytest.raises(SystemExit):
        parse("--help")
    assert "not for clinical decisions" in " ".join(capsys.readouterr().out.split())


def test_a_view_is_named_as_in_reports():
    assert view_of("auto") is None
    assert [view_of(str(view)) for view in View] == list(View)

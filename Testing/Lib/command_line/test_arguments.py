from pathlib import Path

import pytest

from CMRSegmentationLib import __version__
from CMRSegmentationLib.command_line.arguments import make_parser, options_of
from CMRSegmentationLib.command_line.options import (
    BatchOptions,
    CollectOptions,
    InfoOptions,
    Knowledge,
    MeasureOptions,
    ModelsOptions,
    RunOptions,
    SegmentOptions,
)
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import AUTOMATIC, UNKNOWN_PATIENT, ChosenPhases, Patient
from CMRSegmentationLib.reporting.dicom_out import NO_DICOM, DicomRequest
from CMRSegmentationLib.segmenting.options import SegmentingOptions
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions

SEGMENT = ["segment", "a.nii.gz", "-o", "out"]


def parse(*arguments: str):
    return make_parser().parse_args(list(arguments))


def options(*arguments: str):
    return options_of(parse(*arguments))


def test_defaults_are_those_of_the_contract():
    assert options(*SEGMENT) == SegmentOptions((Path("a.nii.gz"),), Path("out"))
    run = options(*SEGMENT).run
    assert (run.model, run.threads) == (None, None)
    rules = PostprocessingOptions()
    assert run.segmenting == SegmentingOptions("auto", "all", False, rules, "auto")
    assert options(*SEGMENT).knowledge == Knowledge(None, AUTOMATIC, UNKNOWN_PATIENT)
    assert options(*SEGMENT).progress == "auto"
    assert parse(*SEGMENT).debug is False


def test_everything_of_the_contract_can_be_given():
    text = (
        "--model m --view lax_4c --device cpu --frames 0,5,7 --ed 1 --es 9 --heart-rate 61.5 "
        "--height-cm 180 --weight-kg 75.5 --progress json --threads 2 --mirror --no-postprocessing "
        "--labels-first early --precision float32"
    )
    found = options("segment", "a", "b", "-o", "out", *text.split())
    assert found == SegmentOptions(
        (Path("a"), Path("b")),
        Path("out"),
        Knowledge(View.LAX_4C, ChosenPhases(1, 9), Patient(61.5, 180.0, 75.5)),
        RunOptions(
            "m",
            SegmentingOptions("cpu", (0, 5, 7), True, PostprocessingOptions.off(), "float32"),
            2,
        ),
        "json",
        Path("early"),
    )


def test_measure_takes_what_is_known_and_the_cine():
    found = options("measure", "l.nii", "-o", "out", "--like", "c.nii", "--es", "3")
    assert found == MeasureOptions(
        Path("l.nii"), Path("out"), Knowledge(chosen=ChosenPhases(es=3)), Path("c.nii")
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ed", "3", "--es", "3"], "two different frames for --ed and --es, found 3"),
        (["--height-cm", "1.80"], "height of 30 to 250 cm, found 1.8"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_go_together_or_cannot_be_is_wrong_usage(arguments, message):
    with pytest.raises(UsageError, match=message):
        options(*SEGMENT, *arguments)


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ([], NO_DICOM),
        (["--dicom-seg"], DicomRequest("all")),
        (["--dicom-seg", "ed-es"], DicomRequest("ed-es")),
        (["--dicom-sr", "--dicom-sc"], DicomRequest(None, True, True)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_dicom_objects_are_asked_for_one_by_one(arguments, request_):
    assert options(*SEGMENT, *arguments).run.dicom == request_


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
        ([*SEGMENT, "--threads", "0"], "expected 1 to 1024, found 0"),
        ([*SEGMENT, "--threads", "100000"], "expected 1 to 1024, found 100000"),
        (["segment", "", "-o", "out"], "argument INPUT: expected a path, found an empty text"),
        (["segment", "a", "-o", ""], "argument -o/--out: expected a path"),
        (["batch", "", "-o", "out"], "expected a path, found an empty text"),
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
    views = [options(*SEGMENT, "--view", str(view)).knowledge.view for view in View]
    assert views == list(View)


def test_a_batch_has_a_source_and_where_it_is_done():
    found = options("batch", "-", "-o", "out", "--workers", "4", "--resume", "--height-cm", "180")
    assert found == BatchOptions(
        Path("-"),
        Path("out").resolve(),
        Knowledge(patient=Patient(height_cm=180.0)),
        workers=4,
        resume=True,
    )
    assert options("batch", "l", "-o", "out", "--scheduler", "tcp://a:1").scheduler == "tcp://a:1"


def test_collect_takes_results_and_a_reference():
    assert options("collect", "out", "--reference", "r.csv") == CollectOptions(
        Path("out"), Path("r.csv")
    )


def test_the_other_commands_have_options_of_their_own():
    assert options("info", "a", "b") == InfoOptions((Path("a"), Path("b")))
    assert options("models") == ModelsOptions()

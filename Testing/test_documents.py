"""Documents are true: links lead somewhere, commands run, tables are those of the data."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from CMRSegmentationLib.command_line.arguments import make_parser
from CMRSegmentationLib.image import CineStack, View
from CMRSegmentationLib.reporting.report import SCHEMA, InputSummary, make_report
from CMRSegmentationLib.reporting.results import (
    SHOWS_LABELS,
    SHOWS_REPORT,
    SUMMARY_FILE,
    write_results,
)
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust
from scripts import check_documents, write_tables
from Testing.Lib.long_axis_phantoms import ED, ES, drawn
from Testing.phantoms import HeartPhantom
from Training.reporting.card import accuracy_by_group
from Training.reporting.validation import all_tables, filled

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "Resources").rglob("*.md"),
    *(ROOT / "Training").rglob("*.md"),
]
LONGEST_README = 180
LARGEST_ANIMATION_BYTES = 2_000_000


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_relative_link_leads_to_a_file(path):
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)|src=\"(?!https?:)([^\"]+)\"", text)
    targets = [(first or second).partition("#")[0] for first, second in links]

    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_no_document_names_a_folder_of_the_machine_it_was_written_on(path):
    assert not re.search(r"(?<![\w.])/(work|root|home|tmp)/", path.read_text(encoding="utf-8"))


def test_the_readme_is_short_and_its_heart_beats_within_two_megabytes():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    heart = ROOT / "Resources" / "Screenshots" / "heart.gif"

    assert len(readme.splitlines()) <= LONGEST_README
    assert "Screenshots/heart.gif" in readme
    assert heart.read_bytes()[:6] == b"GIF89a"
    assert heart.stat().st_size <= LARGEST_ANIMATION_BYTES


@pytest.mark.parametrize("path", check_documents.documents(), ids=name)
def test_every_command_is_run_by_something(path):
    examples = check_documents.examples_of(path)

    lost = [e.text for e in examples if not check_documents.runs_here(e)]
    assert [t for t in lost if not t.startswith(("from dask", *check_documents.ELSEWHERE))] == []
    for example in examples:
        if example.text.startswith(check_documents.PROGRAM):
            words = shlex.split(example.text.removeprefix(check_documents.PROGRAM), comments=True)
            make_parser().parse_args(words)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_a_script_within_a_sentence_has_all_the_arguments_that_it_needs(path):
    command = r"`(?:\S*/)?python (?:-m )?scripts[./](\w+)(?:\.py)?([^`]*)`"

    for script, words in re.findall(command, path.read_text(encoding="utf-8")):
        assert len(words.split()) >= len(needed_by(script)), f"{script} needs {needed_by(script)}"


def needed_by(script: str) -> list[str]:
    """The words of its usage that may not be left out."""
    if "argparse" not in (ROOT / "scripts" / f"{script}.py").read_text(encoding="utf-8"):
        return []
    command = [sys.executable, "-m", f"scripts.{script}", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    usage, optional = done.stdout.partition("\n\n")[0], re.compile(r"\[[^\[\]]*\]")
    while optional.search(usage):
        usage = optional.sub("", usage)
    return usage.split()[2:]  # after "usage:" and the name


def test_what_runs_a_command_elsewhere_exists():
    places = [place.partition(",")[0] for place in check_documents.ELSEWHERE.values()]

    assert [p for p in places if p.startswith("Testing") and not (ROOT / p).exists()] == []


def test_the_training_commands_of_the_readme_are_those_that_a_test_runs():
    study = (ROOT / "Training" / "README.md").read_text(encoding="utf-8").splitlines()
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line for line in readme if line.startswith("python -m Training.")]

    assert len(commands) == 3
    assert [line for line in commands if line not in study] == []


@pytest.mark.parametrize("document", write_tables.DOCUMENTS)
def test_every_table_equals_the_stored_results_to_the_digit(document):
    text = (ROOT / document).read_text(encoding="utf-8")

    assert filled(text, all_tables(write_tables.RESULTS, write_tables.MODELS)) == text
    assert "<!-- table: end -->" in text


@pytest.mark.parametrize("folder", sorted(write_tables.RESULTS.glob("*/")), ids=lambda p: p.name)
def test_a_models_description_and_card_have_the_accuracy_of_the_stored_results(folder):
    model = ROOT / "Resources" / "Models" / folder.name
    stored = accuracy_by_group(folder / "results.csv")
    description = json.loads((model / "model.json").read_text(encoding="utf-8"))
    card = (model / "README.md").read_text(encoding="utf-8")

    assert description["accuracy"] == stored
    for group, found in stored.items():
        for cell, dice in found["mean_dice"].items():
            assert f"| {group} | {found['patients']} | {cell} | {dice:.3f} |" in card


def test_every_page_of_the_manual_is_in_its_contents():
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*.md")]

    assert [page for page in pages if f"{page}\n" not in contents] == []


def test_the_page_on_results_names_every_file_entry_and_column(tmp_path):
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    heart, plane = HeartPhantom(frames=4, es_frame=2, slices=8), drawn(ED, ES)
    image = CineStack(plane.array.astype("float32"), plane.geometry, None, View.LAX_4C)
    nothing = ((None,) * 8,) * 4
    trust = StructureTrust(nothing, nothing, (None,) * 4, Limits(0.8, 0.6, 0.8, 0.7, 0.4, 0.8))
    for name, stack, labels in (("sax", heart.cine, heart.labels), ("lax_4c", image, plane)):
        report = make_report(labels, InputSummary.of(stack, View(name)))
        if name == "sax":
            report = report.judged(Trust({"lv": trust}), [])
        write_results(tmp_path / name, labels, report, stack=stack, redrawn=labels, with_pdf=True)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    report = json.loads((tmp_path / "sax" / "report.json").read_text(encoding="utf-8"))
    entries = {*report, *report["input"], *report["regional"], *report["trust"]["lv"]}
    headers = (path.read_text("utf-8").splitlines()[0] for path in files if path.suffix == ".csv")
    columns = {column for header in headers for column in header.split(",")}
    names = {path.name for path in files} | {*SHOWS_REPORT, *SHOWS_LABELS, SUMMARY_FILE}

    assert {"quality.csv", "segments.csv", "strain.csv", "report.pdf"} <= names
    assert {"lv_cm2", "lv_length_mm", "gls_percent", "rv_free_wall_percent"} <= columns
    named = set(re.findall(r"`([^`]+)`", page))
    assert (names | entries | columns | {SCHEMA}) - named == set()


def test_the_changelog_has_the_version_and_pyproject_the_command():
    from CMRSegmentationLib import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["scripts"] == {"cmr-segment": "CMRSegmentationLib.__main__:run"}


def test_stored_results_change_accuracy_in_description_and_card_and_nothing_else(tmp_path):
    import shutil

    model = tmp_path / "sax"
    shutil.copytree(ROOT / "Resources" / "Models" / "sax", model)
    before = json.loads((model / "model.json").read_text(encoding="utf-8"))
    card = (model / "README.md").read_text(encoding="utf-8")
    lines = (write_tables.RESULTS / "sax" / "results.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "results.csv").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")

    write_tables.write_accuracy(model, tmp_path / "results.csv")

    after = json.loads((model / "model.json").read_text(encoding="utf-8"))
    (group,) = after["accuracy"]
    assert after["accuracy"][group]["patients"] == 1
    assert {**after, "accuracy": {}} == {**before, "accuracy": {}}
    written = (model / "README.md").read_text(encoding="utf-8")
    assert len(card.splitlines()) - len(written.splitlines()) == 7
    assert written.count("| mean Dice |") == 1

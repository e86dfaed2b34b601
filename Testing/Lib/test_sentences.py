import json
import re
from dataclasses import asdict
from pathlib import Path
from string import Formatter

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.sentences import SENTENCES, say

LIBRARY = Path(__file__).parents[2] / "CMRSegmentationLib"
PARTS = (
    "place.",
    "at.",
    "axes.",
    "phase.",
    "structure.",
    "ventricle.",
    "view.",
    "quantity.",
    "what.",
    "why.",
    "level.",
    "curve.",
    "reason.",
)
WORDS = ("advice", "advice.ef", "list", "left_out", "unit.percentage_points")


def test_a_value_is_formatted_by_the_sentence():
    values = {"ventricle": "ventricle.rv", "ef_percent": 91.6, "lowest_percent": 5.0}
    values["highest_percent"] = 90.0
    assert say({"phrase": "ef_out_of_range", **values}) == (
        "The RV ejection fraction of 92 % lies outside 5 to 90 %."
    )


def test_parts_of_a_sentence_and_words_are_said_in_the_language_too():
    place = {"phrase": "place.slice", "slice": 3, "slices": 11, "frame": 7, "frames": 10}
    phrase = {"phrase": "structure_gap", "structure": "structure.lv", "place": place}
    german = {
        SENTENCES["structure_gap"]: "{structure} fehlt: {place}.",
        SENTENCES["structure.lv"]: "LV-Höhle",
        SENTENCES["place.slice"]: "Phase {frame} von {frames}, Schicht {slice} von {slices}",
    }
    assert say(phrase, lambda text: german.get(text, text)) == (
        "LV-Höhle fehlt: Phase 7 von 10, Schicht 3 von 11."
    )


@pytest.mark.parametrize(
    ("slices", "spoken"), [([3], "3"), ([3, 5], "3 and 5"), (["2–4", "6", "9"], "2–4, 6 and 9")]
)
def test_a_list_is_said_with_commas_and_a_last_word(slices, spoken):
    phrase = {"phrase": "slices_resampled", "slices": slices}
    assert say(phrase).startswith(f"Slices {spoken} were stored")


def test_names_of_files_are_said_as_they_are():
    phrase = {"phrase": "file_left_out", "file": "a{b}.dcm", "reason": "not an image file"}
    assert say(phrase) == "a{b}.dcm was left out: not an image file."


def test_each_code_has_a_sentence_and_each_sentence_a_code():
    names = [name for name in SENTENCES if not name.startswith(PARTS) and name not in WORDS]
    assert {name.split(".")[0] for name in names} == {str(code) for code in FindingCode}


@pytest.mark.parametrize("name", SENTENCES)
def test_gaps_have_names_and_sentences_an_end(name):
    gaps = [gap for _, gap, _, _ in Formatter().parse(SENTENCES[name]) if gap is not None]
    assert all(re.fullmatch(r"[a-z_]+", gap) for gap in gaps)
    is_part = name.startswith(PARTS) or name in WORDS
    assert is_part or SENTENCES[name].endswith((".", "{advice}", "{caution}"))


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.name)
def test_every_finding_of_the_library_is_made_with_its_values(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(Finding|LeftOut)\((?!\*\*row)", text)


def test_a_missing_value_is_refused():
    with pytest.raises(KeyError, match="slices"):
        Finding.of(FindingCode.LONG_AXIS_STACK, Severity.INFO, Origin.CHECK)


def test_values_survive_a_report_and_are_shared_with_nobody():
    where = {"phrase": "place.frame", "frame": 2, "frames": 9}
    values = {"structure": "structure.lv", "place": where}
    code = FindingCode.STRUCTURE_EMPTY
    finding = Finding.of(code, Severity.INFO, Origin.CHECK, values, frame=1)
    read = Finding.from_row(json.loads(json.dumps(asdict(finding))))
    values["structure"] = "structure.rv"
    assert read == finding
    assert read.message == say(read.phrase) == "The LV cavity was not found in phase 2 of 9."


def test_a_finding_of_before_there_were_values_is_read():
    row = {"code": "single_slice", "severity": "info", "message": "One.", "frame": None}
    assert Finding.from_row({**row, "slice": 0}).values == {}


def test_a_moment_of_the_heart_beat_is_a_phase_in_every_sentence():
    texts = [re.sub(r"\{.*?\}|frames of reference", "", text) for text in SENTENCES.values()]
    assert [text for text in texts if "frame" in text.lower()] == []

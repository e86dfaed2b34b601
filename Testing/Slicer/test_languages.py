"""The panel in German and Korean, from the `.ts` files to what a user reads, without a network."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from string import Formatter
from xml.etree import ElementTree as ET

import pytest
import slicer
from CMRSegmentationMRML import results, sequences
from PySide6 import QtWidgets

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.sentences import SENTENCES
from scripts import update_translations
from Testing.Slicer.host import qt_host

from .conftest import MODULE_FILE, MODULE_FOLDER, entered_panel, wait_until

LANGUAGES = update_translations.LANGUAGES
TEXTS = update_translations.texts_by_context()
WIDEST = 430
"""Pixels that the panel may ask for; `test_flows.py` holds the English one to the same."""


def entries(language):
    return update_translations.translations_of(update_translations.ts_file(language))


# What the files hold


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_no_other(language):
    expected = {(context, text) for context, found in TEXTS.items() for text in found}
    assert set(entries(language)) == expected, "run make translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_written_as_the_script_writes_it(language, tmp_path):
    written = tmp_path / "again.ts"
    update_translations.write_ts(written, language, TEXTS, entries(language))
    source = update_translations.ts_file(language)
    assert source.read_bytes() == written.read_bytes(), "run make translations"


def gaps(text):
    """The placeholders of a text with their formats."""
    parsed = Formatter().parse(text)
    return sorted({(name, spec) for _, name, spec, _ in parsed if name is not None})


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_outer_blanks_and_marks_at_the_end_agree(language):
    wrong = [
        (text, translation)
        for (_, text), translation in entries(language).items()
        if gaps(text) != gaps(translation)
        or text[: len(text) - len(text.lstrip())]
        != translation[: len(translation) - len(translation.lstrip())]
        or [mark for mark in ".:…" if text.endswith(mark) is not translation.endswith(mark)]
        or "\n" in translation
    ]
    assert wrong == []


def test_german_does_not_address_the_user_and_korean_is_written_in_hangul():
    german = [text for text in entries("de").values() if re.search(r"\b(Sie|Ihr\w*)\b [a-z]", text)]
    assert german == ["Sie liegen auch in der DICOM-Datenbank von Slicer.",
                      "Sie kann zwischen {low} und {high} % liegen."]  # fmt: skip
    without = [
        text
        for text in entries("ko").values()
        if not re.search(r"[가-힣]", text) and re.search(r"[a-z]{3}", re.sub(r"\{.*?\}", "", text))
    ]
    assert [text for text in without if not re.search(r"et al\.|doi|Heart J", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_that_of_the_source(language, tmp_path):
    source = update_translations.ts_file(language)
    update_translations.compile_ts(source, tmp_path / "again.qm")
    stored = source.with_suffix(".qm").read_bytes()
    assert (tmp_path / "again.qm").read_bytes() == stored, "run make translations"


# Slicer's own tools


def test_qts_lupdate_finds_the_texts_of_the_panel_under_the_same_contexts(tmp_path):
    """As Slicer's update_translations.py calls it, which puts the context into each `_()` first."""
    for path in (MODULE_FILE, *sorted((MODULE_FOLDER / "CMRSegmentationMRML").glob("*.py"))):
        inside = "" if path == MODULE_FILE else "CMRSegmentationMRML."
        patched = rf'translate("{inside}{path.stem}", '
        code = re.sub(r"(?<![_\w.])_\((?=\s*[\"'])", patched, path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(code, encoding="utf-8")
    lupdate = update_translations.LRELEASE.with_name("lupdate")
    files = [*sorted(tmp_path.glob("*.py")), update_translations.UI_FILE]
    command = [lupdate, "-silent", *files, "-ts", tmp_path / "found.ts"]
    subprocess.run(command, check=True, capture_output=True)
    found = {
        (context.findtext("name"), message.findtext("source"))
        for context in ET.parse(tmp_path / "found.ts").getroot().iter("context")
        for message in context.iter("message")
    }
    of_the_panel = {
        (context, text)
        for context, texts in TEXTS.items()
        for text in texts
        if context != update_translations.LIBRARY_CONTEXT
    }
    assert found == of_the_panel | {("qSlicerAbstractCoreModule", "Cardiac")}


def test_language_packs_compiles_the_file_of_a_local_folder_for_slicers_own(application, tmp_path):
    """Its way without a network: rename by the language inside, lrelease, copy, start again."""
    source = update_translations.ts_file("de")
    language = ET.parse(source).getroot().get("language")
    copy = tmp_path / f"{source.name.split('_')[0]}_{language}.ts"
    copy.write_bytes(source.read_bytes())
    subprocess.run([update_translations.LRELEASE, "-silent", copy], check=True)
    application("de")
    slicer.app.loadTranslations(str(tmp_path))
    assert slicer.app.translate("CMRSegmentation", "End-systole:") == "Endsystole:"


@pytest.fixture
def application():
    """Gives the application a language as its settings do; English again afterwards."""
    settings = slicer.app.settings()

    def speak(language: str) -> None:
        settings.setValue("language", language)

    yield speak
    settings.remove("language")
    qt_host.forget_translations()


# The panel


@pytest.fixture(params=LANGUAGES)
def panel(request, application, scene, tmp_path):
    """The panel as a user of the language gets it, with a model that asks to be careful."""
    application(request.param)
    with entered_panel(tmp_path / "models") as widget:
        widget.language = request.param
        yield widget


def shown_texts(panel):
    """Every text of every widget, tables, lists and tool tips included."""
    top = panel.parent
    for child in top.findChildren(QtWidgets.QWidget):
        for name in ("text", "title", "toolTip", "suffix", "specialValueText", "accessibleName"):
            value = getattr(child, name, "")
            yield value if isinstance(value, str) else ""
        if isinstance(child, QtWidgets.QComboBox):
            yield from (child.itemText(index) for index in range(child.count))
        if isinstance(child, QtWidgets.QListWidget):
            yield from (child.item(row).text() for row in range(child.count))
        if isinstance(child, QtWidgets.QTableWidget):
            cells = [(row, column) for row in range(child.rowCount) for column in range(3)]
            items = filter(None, (child.item(row, column) for row, column in cells))
            yield from (text for item in items for text in (item.text(), item.toolTip()))


def english_ones(panel):
    """The shown texts that are English though they have another word in the language."""
    translations = entries(panel.language)
    english = {text for (_, text), other in translations.items() if text != other}
    return sorted(
        {text for text in shown_texts(panel) if text in english - {*translations.values()}}
    )


def test_before_a_run_no_text_of_the_panel_is_english(panel, phantom):
    assert english_ones(panel) == []
    expected = {"de": "Kurzachse", "ko": "단축"}
    assert expected[panel.language] in list(shown_texts(panel))
    assert panel.ui.applyButton.text == {"de": "Anwenden", "ko": "적용"}[panel.language]
    title = {"de": "CMR-Segmentierung", "ko": "CMR 분할"}
    assert slicer.modules.cmrsegmentation.title == title[panel.language]


SAID = {
    "de": (
        "Die RV-Ejektionsfraktion von 92 % liegt außerhalb von 5 bis 90 %.",
        (
            "LV-Wand offen in den Schichten 2–4 und 7 in der Enddiastole: der geschätzte Dice "
            "beträgt 0.70. Die Konturen dort prüfen."
        ),
        "LV-Schlagvolumen",
        "EDV − ESV des linken Ventrikels; Schulz-Menger et al. 2020",
    ),
    "ko": (
        "우심실 박출률 92 %가 5~90 % 범위를 벗어납니다.",
        (
            "이완기말 슬라이스 2–4 및 7에서 좌심실 벽이(가) 열려 있습니다: 추정 Dice는 0.70입니다. "
            "그곳의 윤곽을 확인하십시오."
        ),
        "좌심실 일회박출량",
        "좌심실의 EDV − ESV; Schulz-Menger et al. 2020",
    ),
}


def findings_to_say():
    """Two findings whose sentences have values, parts and words in them."""
    ejection = {
        "ventricle": "ventricle.rv",
        "ef_percent": 91.6,
        "lowest_percent": 5.0,
        "highest_percent": 90.0,
    }
    where = {"phrase": "at.slices", "slices": ["2–4", "7"], "phase": "phase.ed"}
    advice = {"phrase": "advice", "dice": 0.7}
    wall = {"structure": "structure.wall", "where": [where], "advice": advice}
    return tuple(
        Finding.of(code, Severity.WARNING, Origin.CHECK, values)
        for code, values in ((FindingCode.EF_OUT_OF_RANGE, ejection), (FindingCode.WALL_OPEN, wall))
    )


def test_after_a_run_measures_findings_and_nodes_are_in_the_language(
    panel, phantom, scripted_child
):
    sequences.add_cine(phantom.cine, "H")
    wait_until(lambda: panel.cine is not None)
    scripted_child("deliver()")
    panel.ui.applyButton.click()
    wait_until(lambda: panel.results.sequence is not None and not panel.run.running)
    assert english_ones(panel) == []
    sequence = panel.results.sequence
    report = results.stored_report(sequence)
    results.keep_report(sequence, replace(report, findings=findings_to_say()))
    panel.results.show(panel.cine, sequence)
    assert english_ones(panel) == []
    shown = set(shown_texts(panel))
    ejection, wall, name, definition = SAID[panel.language]
    assert {ejection, wall, name} <= shown
    assert any(definition in text for text in shown)
    assert panel.parent.minimumSizeHint.width() <= WIDEST
    panel.ui.copyButton.click()
    assert name in [line.split("\t")[0] for line in slicer.app.clipboard().text().splitlines()]


def test_each_sentence_of_the_library_can_be_said_in_each_language():
    for language in LANGUAGES:
        known = {text for context, text in entries(language) if context == "CMRSegmentationLib"}
        assert set(SENTENCES.values()) <= known

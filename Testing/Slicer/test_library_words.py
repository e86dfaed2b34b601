"""Texts of the library in the language of the user."""

from __future__ import annotations

from dataclasses import replace

import pytest
import slicer.i18n
from CMRSegmentationMRML import library_words

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.measuring.left_out import NO_AXIS, LeftOut
from CMRSegmentationLib.measuring.measures import as_measure

GERMAN = {
    "The {structure} was not found in any phase.": "{structure} in keiner Phase gefunden.",
    "LV cavity": "LV-Kavum",
    "longitudinal strain": "longitudinaler Strain",
    "LV stroke volume": "LV-Schlagvolumen",
    "EDV − ESV of the left ventricle": "EDV − ESV des linken Ventrikels",
    "basal anterior": "basal anterior (vorn)",
}
ABSENT = Finding.of(
    FindingCode.STRUCTURE_ABSENT, Severity.INFO, Origin.CHECK, {"structure": "structure.lv"}
)


@pytest.fixture(autouse=True)
def german(monkeypatch):
    """A Slicer that knows a few words of German."""
    asked = []

    def translate(context, text):
        asked.append(context)
        return GERMAN.get(text, text)

    monkeypatch.setattr(slicer.i18n, "translate", translate)
    yield
    assert set(asked) == {"CMRSegmentationLib"}


def test_a_finding_is_said_with_its_values():
    assert library_words.finding_text(ABSENT) == "LV-Kavum in keiner Phase gefunden."


def test_a_finding_of_an_older_report_is_shown_as_it_was_written():
    assert library_words.finding_text(replace(ABSENT, values={})) == ABSENT.message


def test_a_translation_that_asks_for_other_values_is_not_used(monkeypatch):
    wrong = "{struktur} fehlt."
    monkeypatch.setitem(GERMAN, "The {structure} was not found in any phase.", wrong)
    assert library_words.finding_text(ABSENT) == ABSENT.message


def test_what_was_left_out_is_said_and_that_of_an_older_report_as_it_was_written():
    said = library_words.left_out_text(NO_AXIS)
    assert said == "longitudinaler Strain: the long axis was not found at end-diastole"
    assert library_words.left_out_text(LeftOut("strain", "gone")) == "strain: gone"


def test_names_and_definitions_of_measures_are_translated_part_by_part():
    measure = as_measure("lv_sv", 71.25)
    assert library_words.measure_cells(measure) == ("LV-Schlagvolumen", "71.2", "ml")
    definition = library_words.definition_text(measure)
    assert definition.startswith("EDV − ESV des linken Ventrikels; Schulz-Menger et al. 2020")


@pytest.mark.parametrize(("value", "written"), [(-0.04, "0.0"), (-0.06, "-0.1"), (0.0, "0.0")])
def test_a_measure_that_rounds_to_nothing_has_no_minus_sign(value, written):
    assert library_words.measure_cells(as_measure("lv_sv", value))[1] == written


def test_segments_and_unknown_texts():
    assert library_words.segment_name(1) == "basal anterior (vorn)"
    assert library_words.in_language("The sax model") == "The sax model"


def test_an_empty_text_stays_empty():
    assert library_words.in_language("") == ""
    library_words.in_language("asked")

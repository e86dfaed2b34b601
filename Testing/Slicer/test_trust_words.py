"""What is to be believed, in words."""

from dataclasses import replace

import pytest
from CMRSegmentationMRML import trust_words

from CMRSegmentationLib.reporting.report import InputSummary, ModelSummary, make_report

from .judged_hearts import TRUST, judged


@pytest.fixture
def report(phantom):
    return make_report(phantom.labels, InputSummary.of(phantom.cine))


def measure(report, key):
    return next(row for row in report.measures if row.key == key)


def test_the_marks_are_counted(report):
    assert trust_words.summary(judged(report)) == (
        "35 contours were judged: 1 doubtful, 1 likely wrong."
    )


def test_a_result_that_was_not_judged_says_so_and_why(report):
    assert "were not made by a model here" in trust_words.summary(report)
    segmented = replace(report, model=ModelSummary("sax", "ab" * 32))
    assert "this model has no estimate" in trust_words.summary(segmented)


def test_a_place_is_named_with_its_estimate(report):
    lv = TRUST.structures["lv"]
    assert trust_words.place("lv", lv, 2, 2) == (
        "Left ventricle blood pool, slice 3, phase 3: estimated Dice 0.50, likely wrong"
    )
    assert trust_words.place("lv", lv, 3, 0).endswith("slice 1, phase 4: nothing to judge")
    missing = replace(lv, missing=(*lv.missing[:3], (0.72, None, None)))
    assert trust_words.place("lv", missing, 3, 0).endswith(
        "phase 4: nothing drawn, 72 % chance that something is missing, doubtful"
    )


def test_measures_on_doubtful_contours_say_so_and_the_ejection_fraction_has_its_range(report):
    found = judged(report)
    ef, esv = (trust_words.doubt_of(found, measure(found, key)) for key in ("lv_ef", "lv_esv"))
    assert ef == "Rests on doubtful contours. It may lie from 48 to 61 %."
    assert esv == "Rests on doubtful contours."
    assert trust_words.doubt_of(found, measure(found, "rv_ef")) == ""
    assert trust_words.doubt_of(report, measure(report, "lv_ef")) == ""


def test_structures_and_marks_have_names():
    assert set(trust_words.structure_names()) == set(TRUST.structures)
    assert len(trust_words.mark_names()) == 3

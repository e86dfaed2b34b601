import json
from dataclasses import replace

import pytest

from CMRSegmentationLib.trust.trust import (
    Limits,
    Mark,
    StructureTrust,
    Trust,
    trust_as_json,
    trust_from_json,
)

LV = StructureTrust(
    slices=((0.95, 0.65, 0.3), (0.9, None, 0.7)),
    missing=((None, None, None), (None, 0.2, None)),
    volumes=(0.9, 0.55),
    limits=Limits(
        slice_doubtful=0.7,
        slice_wrong=0.5,
        volume_doubtful=0.8,
        volume_wrong=0.6,
        missing_doubtful=0.6,
        missing_wrong=0.8,
    ),
    ef_range_percent=(41.0, 63.0),
)


def test_estimates_below_the_limits_are_doubtful_or_wrong():
    marks = [LV.slice_mark(0, z) for z in range(3)]
    assert marks == [Mark.BELIEVED, Mark.DOUBTFUL, Mark.WRONG]
    assert (LV.volume_mark(0), LV.volume_mark(1)) == (Mark.BELIEVED, Mark.WRONG)


def test_what_lies_on_a_limit_is_believed():
    assert LV.slice_mark(1, 2) is Mark.BELIEVED


@pytest.mark.parametrize(
    ("chance", "mark"),
    [(0.6, None), (0.61, Mark.DOUBTFUL), (0.8, Mark.DOUBTFUL), (0.81, Mark.WRONG)],
)
def test_where_nothing_is_drawn_the_chance_that_it_is_missing_makes_the_mark(chance, mark):
    lv = replace(LV, missing=((None, None, None), (None, chance, None)))
    assert lv.slice_mark(1, 1) is mark


def test_contours_that_changed_have_neither_estimate_nor_chance():
    without = LV.without({1})
    assert without.slices == (LV.slices[0], (None, None, None))
    assert without.missing == ((None, None, None), (None, None, None))
    assert without.volumes == (0.9, None)


def test_without_an_estimate_there_is_no_mark():
    assert LV.slice_mark(1, 1) is None


def test_trust_comes_back_from_json():
    trust = Trust({"lv": LV})
    content = json.loads(json.dumps(trust_as_json(trust)))
    assert content["judged"] is True
    assert trust_from_json(content) == trust


@pytest.mark.parametrize("content", [None, {"judged": False}])
def test_a_report_may_say_that_trust_was_not_judged(content):
    assert trust_from_json(content) is None
    assert trust_as_json(None) == {"judged": False}

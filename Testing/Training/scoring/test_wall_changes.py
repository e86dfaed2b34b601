"""What moves the thickness of a segment, on shells of known walls."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.rings import rings_of
from Testing.Lib.measuring.wall_phantoms import Heart, circle, drawn_hearts
from Training.scoring.wall_changes import (
    APEX,
    BASE,
    CHANGES,
    erased,
    moved_by,
    on_same_slices,
    opened,
    segments_of,
    thickness_of,
)

LABELS = drawn_hearts(Heart(circle(24.0), circle(34.0)), Heart(circle(16.0), circle(30.0)))
"""Slices 1 to 9 have a heart; its wall thickens from 10 to 14 mm."""


@pytest.mark.parametrize(("end", "closed"), [(BASE, range(2, 10)), (APEX, range(1, 9))])
def test_the_last_wall_at_an_end_is_opened_in_every_frame(end, closed):
    changed = opened(LABELS, end)
    for frame in range(2):
        assert list(rings_of(changed, frame)) == list(closed)
    assert np.array_equal(changed.array == Label.LV, LABELS.array == Label.LV)


@pytest.mark.parametrize(("end", "left"), [(BASE, range(2, 10)), (APEX, range(1, 9))])
def test_the_last_slice_at_an_end_is_erased_in_every_frame(end, left):
    array = erased(LABELS, end).array
    for frame in range(2):
        assert np.flatnonzero((array[frame] == Label.LV).any(axis=(1, 2))).tolist() == list(left)


@pytest.mark.parametrize("name", CHANGES)
def test_an_even_wall_is_as_thick_as_before_whatever_slice_is_lost(name: str):
    moved_mm = moved_by(CHANGES[name], [LABELS])
    assert moved_mm.shape == (1, 16, 2)
    assert moved_mm.max() < 0.15


def test_a_patient_without_segments_is_left_out():
    array = LABELS.array.copy()
    array[1] = 0
    empty = LabelMap(array, LABELS.geometry)
    assert thickness_of(segments_of(empty)) is None
    assert moved_by(CHANGES["most basal slice erased"], [empty]).shape == (0, 16, 2)


def test_on_the_same_slices_a_lost_base_makes_no_difference_and_a_thicker_wall_its_own():
    thicker = drawn_hearts(Heart(circle(24.0), circle(35.0)), Heart(circle(16.0), circle(32.0)))
    found = on_same_slices(LABELS, erased(thicker, BASE))
    expert, model = (thickness_of(found[source]) for source in ("expert", "model"))
    assert expert is not None
    assert model is not None
    np.testing.assert_allclose(model - expert, [[1.0, 2.0]] * 16, atol=0.25)

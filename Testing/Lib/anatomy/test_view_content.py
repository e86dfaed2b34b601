"""What segmented hearts look like: the short-axis and four-chamber phantom, and their parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.anatomy.view_content import Content, content_of, doubt_view, likeness
from CMRSegmentationLib.findings import Severity
from CMRSegmentationLib.image import Geometry, Label, LabelMap, View
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.phantoms import HeartPhantom

RING = HeartPhantom(frames=4, slices=1, empty_slices=(0, 0), es_frame=2).labels
FOUR = drawn(ED, ES)
TWO = drawn(Plane(has_rv=False), Plane(base_mm=14.0, radius_mm=17.0, has_rv=False))


def three() -> LabelMap:
    """The four-chamber phantom whose RV is cut down to the basal third of the wall."""
    labels = drawn(ED, ES, degrees=0.0)
    array = labels.array.copy()
    for plane in array[:, 0]:
        rows = np.flatnonzero((plane == Label.RV).any(axis=1))
        plane[rows[0] + len(rows) * 2 // 5 :][plane[rows[0] + len(rows) * 2 // 5 :] == Label.RV] = 0
        plane[:, :30][plane[:, :30] == Label.RV] = 0
    return LabelMap(array, labels.geometry)


@pytest.mark.parametrize(
    ("labels", "view"),
    [(RING, View.SAX), (FOUR, View.LAX_4C), (TWO, View.LAX_2C), (three(), View.LAX_3C)],
    ids=["ring", "large RV", "no RV", "strip of RV"],
)
def test_a_drawing_looks_like_its_view(labels: LabelMap, view: View):
    seen = likeness(content_of(labels))
    assert seen is not None
    assert (seen.view, seen.confidence > 0.5) == (view, True)


@pytest.mark.parametrize(("content", "view"), [
    (Content(0.0, 1.0, 0.4), View.SAX),
    (Content(0.18, 0.0, 0.0), View.LAX_2C),
    (Content(0.23, 0.23, 0.16), View.LAX_3C),
    (Content(0.18, 0.71, 0.33), View.LAX_4C),
])  # fmt: skip
def test_the_medians_of_the_experts_are_told(content: Content, view: View):
    seen = likeness(content)
    assert seen is not None
    assert seen.view is view
    assert seen.confidence >= 0.6


def test_how_sure_four_chambers_are_follows_from_size_and_contact_of_the_right_ventricle():
    """Open 0.2 of 0.1: 2⁴ / (1 + 2⁴). RV 0.72 of 0.1: 7.2² / (1 + 7.2²).

    0.72 / 0.36 · 0.46 / 0.23 = 4: 8 / (1 + 8).
    """
    seen = likeness(Content(0.2, 0.72, 0.46))
    assert seen is not None
    assert seen.confidence == pytest.approx(16 / 17 * 51.84 / 52.84 * 8 / 9)


def test_on_the_line_between_two_views_the_confidence_is_one_half():
    seen = likeness(Content(0.1, 0.0, 0.0))
    assert seen is not None
    assert seen.confidence == pytest.approx(0.5)


def test_the_shares_of_a_ring_of_4_by_4_pixels_are_counted():
    plane = np.zeros((1, 1, 20, 20), np.uint8)
    plane[..., 4:12, 4:8] = Label.RV
    plane[..., 4:12, 8:16] = Label.MYO
    plane[..., 6:10, 10:14] = Label.LV
    plane[..., 4:6, 10:12] = 0  # two of the pool's sixteen edges are open
    labels = LabelMap(plane, Geometry.from_spacing((1, 20, 20), (8.0, 4.0, 5.0)))
    assert content_of(labels) == Content(open_share=2 / 16, rv_share=32 / 16, rv_contact=8 / 16)


def test_a_pool_without_wall_an_empty_drawing_and_a_stack_look_like_nothing():
    bare = LabelMap(np.where(FOUR.array == Label.LV, FOUR.array, 0), FOUR.geometry)
    assert likeness(content_of(bare)) is None
    assert content_of(LabelMap(np.zeros_like(FOUR.array), FOUR.geometry)) is None
    assert content_of(HeartPhantom(frames=1, slices=3).labels) is None


def test_a_frame_that_failed_does_not_change_the_view():
    array = np.concatenate([drawn(ES, ES, ES, ES).array, np.zeros_like(FOUR.array[:1])])
    array[3][array[3] == Label.RV] = 0
    seen = likeness(content_of(LabelMap(array, FOUR.geometry)))
    assert seen is not None
    assert seen.view is View.LAX_4C


@pytest.mark.parametrize("axis", [2, 3])
def test_a_mirrored_drawing_looks_the_same(axis: int):
    mirrored = LabelMap(np.flip(FOUR.array, axis), FOUR.geometry)
    assert content_of(mirrored) == content_of(FOUR)


@pytest.mark.parametrize(
    ("labels", "view", "severity"),
    [
        (RING, View.LAX_4C, Severity.SERIOUS),
        (RING, View.LAX_2C, Severity.SERIOUS),
        (FOUR, View.SAX, Severity.SERIOUS),
        (three(), View.LAX_4C, Severity.WARNING),
        (three(), View.LAX_2C, Severity.WARNING),
    ],
)
def test_contours_of_another_view_are_doubted(labels: LabelMap, view: View, severity: Severity):
    (finding,) = doubt_view(labels, view)
    assert (finding.code, finding.severity) == ("view_doubted", severity)


@pytest.mark.parametrize(
    ("labels", "view"),
    [
        (RING, View.SAX),
        (FOUR, View.LAX_4C),
        (TWO, View.LAX_2C),
        (three(), View.LAX_3C),
        (FOUR, None),
    ],
)
def test_contours_of_their_own_or_an_unknown_view_are_not_doubted(
    labels: LabelMap, view: View | None
):
    assert doubt_view(labels, view) == ()


def test_a_pool_that_lies_bare_is_doubted_whatever_the_view():
    bare = replace(FOUR, array=np.where(FOUR.array == Label.MYO, 0, FOUR.array))
    for view in View:
        (finding,) = doubt_view(bare, view)
        assert (finding.code, finding.severity) == ("view_doubted", Severity.SERIOUS)
        assert "100 %" in finding.message


def test_an_empty_drawing_is_not_doubted():
    assert doubt_view(replace(FOUR, array=np.zeros_like(FOUR.array)), View.LAX_4C) == ()

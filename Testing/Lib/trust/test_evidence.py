import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.evidence import NAMES, around_the_beat, gather
from Testing.Lib.trust.hearts import CANVAS, heart, seen, unchanged


def evidence(what, redraw=unchanged):
    rows = gather(what, redraw, CANVAS, temperature=1.0)
    return {name: rows[..., NAMES.index(name)] for name in NAMES}


def test_there_is_a_row_for_every_frame_slice_and_structure():
    assert gather(seen(heart(frames=2)), unchanged, CANVAS, 1.0).shape == (2, 5, 3, len(NAMES))


def test_a_sure_network_that_draws_alike_leaves_nothing_to_doubt():
    rows = evidence(seen(heart(), sureness=1.0))
    drawn = rows["area_cm2"] > 0
    for name in (
        "expected_dice",
        "variant_dice",
        "worst_variant_dice",
        "coarse_dice",
        "redrawn_dice",
    ):
        assert (rows[name][drawn] == 1.0).all(), name
    for name in ("entropy", "hidden_cm2", "redrawn_mm", "stray_share"):
        assert rows[name][drawn] == pytest.approx(0.0, abs=1e-6), name
    assert (rows["open_share"][0, :4, 0] == 0.0).all()


def test_areas_are_in_square_centimeters():
    labels = heart()
    rows = evidence(seen(labels))
    pixels = np.count_nonzero(labels[0, 0] == Label.LV)
    assert rows["area_cm2"][0, 0, 0] == pytest.approx(pixels * 0.0625)


def test_less_sure_means_more_entropy_and_a_lower_expected_dice():
    sure, unsure = (evidence(seen(heart(), sureness=s)) for s in (0.98, 0.6))
    assert (unsure["entropy"][0, :4] > sure["entropy"][0, :4]).all()
    assert (unsure["expected_dice"][0, :4] < sure["expected_dice"][0, :4]).all()


def test_a_changed_image_without_rv_speaks_against_the_rv_alone():
    labels = heart()
    without = np.where(labels == Label.RV, 0, labels).astype(np.uint8)
    rows = evidence(seen(labels, variant=without))
    assert rows["variant_dice"][0, 0].tolist() == [1.0, 1.0, 0.0]
    assert rows["variant_cm2"][0, 0, 2] == 0.0


def test_what_an_auto_encoder_would_not_redraw_shows():
    rows = evidence(seen(heart()), redraw=lambda c: np.where(c == Label.MYO, 0, c).astype(np.uint8))
    assert rows["redrawn_dice"][0, 0].tolist() == [1.0, 0.0, 1.0]
    assert rows["redrawn_mm"][0, 0, 1] == 50.0


def test_blood_is_brighter_than_the_wall():
    rows = evidence(seen(heart()))
    assert rows["contrast"][0, 0] == pytest.approx([2.5, 2.5, 2.3], abs=1e-3)


def test_frames_between_those_looked_at_again_lie_between_around_the_beat():
    values = around_the_beat(np.array([[0.0], [1.0]]), judged=[0, 4], frames=8)
    assert values[:, 0] == pytest.approx([0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25])

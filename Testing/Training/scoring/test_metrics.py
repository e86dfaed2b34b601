import math

import numpy as np
import pytest
import torch
from monai.metrics import (
    compute_average_surface_distance,
    compute_confusion_matrix_metric,
    compute_dice,
    compute_hausdorff_distance,
    compute_iou,
    get_confusion_matrix,
)

from Training.scoring.metrics import dice, score_masks, surface_distances_mm

SPACING_ZYX_MM = (8.0, 1.5, 1.25)


def box(shape_zyx, start, stop):
    mask = np.zeros(shape_zyx, dtype=bool)
    mask[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))] = True
    return mask


def blob(seed, shape_zyx=(6, 24, 30)):
    """A seeded irregular mask: smoothed noise above its mean."""
    from scipy import ndimage

    noise = np.random.default_rng(seed).normal(size=shape_zyx)
    return ndimage.gaussian_filter(noise, (0.7, 2, 2)) > 0.03


def as_batch(mask):
    return torch.from_numpy(mask[None, None].astype(np.float32))


def test_identical_masks_score_one_and_lie_0_mm_apart():
    mask = box((3, 6, 7), (0, 1, 1), (3, 4, 5))
    scores = score_masks(mask, mask, SPACING_ZYX_MM)
    assert (scores.dice, scores.jaccard, scores.precision, scores.recall, scores.f1) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert (scores.hd_mm, scores.hd95_mm, scores.assd_mm) == (0, 0, 0)


def test_four_predicted_and_two_true_voxels_with_two_shared():
    predicted = box((2, 5, 5), (0, 1, 0), (1, 2, 4))
    truth = box((2, 5, 5), (0, 1, 0), (1, 2, 2))
    scores = score_masks(predicted, truth, SPACING_ZYX_MM)
    assert scores.dice == pytest.approx(4 / 6)
    assert scores.jaccard == pytest.approx(2 / 4)
    assert scores.precision == pytest.approx(2 / 4)
    assert scores.recall == 1
    assert scores.f1 == pytest.approx(4 / 6)
    # Columns 2 and 3 lie 1 and 2 columns of 1.25 mm from the truth; the truth lies within the
    # prediction.
    assert scores.hd_mm == pytest.approx(2.5)
    assert scores.assd_mm == pytest.approx((0 + 0 + 1.25 + 2.5 + 0 + 0) / 6)
    # The 95th percentile of 0, 0, 1.25, 2.5 lies 0.85 of the way from the third to the fourth: 1.25
    # + 0.85 * 1.25.
    assert scores.hd95_mm == pytest.approx(2.3125)


@pytest.mark.parametrize(("axis", "distance_mm"), [(0, 16.0), (1, 3.0), (2, 2.5)])
def test_a_shift_by_two_voxels_is_measured_with_the_spacing_of_its_axis(axis, distance_mm):
    predicted = box((5, 5, 5), (1, 1, 1), (2, 2, 2))
    truth = np.roll(predicted, 2, axis=axis)
    scores = score_masks(predicted, truth, SPACING_ZYX_MM)
    assert scores.dice == 0
    assert scores.f1 == 0
    assert scores.hd_mm == scores.hd95_mm == scores.assd_mm == pytest.approx(distance_mm)


def test_two_empty_masks_agree_by_definition():
    empty = np.zeros((2, 4, 4), dtype=bool)
    scores = score_masks(empty, empty, SPACING_ZYX_MM)
    assert (scores.dice, scores.jaccard, scores.precision, scores.recall, scores.f1) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert (scores.hd_mm, scores.hd95_mm, scores.assd_mm) == (0, 0, 0)
    assert not scores.one_empty


@pytest.mark.parametrize("missed", [True, False])
def test_a_missed_or_invented_structure_scores_zero_and_has_no_distance(missed):
    empty, full = np.zeros((2, 4, 4), dtype=bool), box((2, 4, 4), (0, 0, 0), (1, 2, 2))
    scores = (
        score_masks(empty, full, SPACING_ZYX_MM)
        if missed
        else score_masks(full, empty, SPACING_ZYX_MM)
    )
    assert (scores.dice, scores.jaccard, scores.precision, scores.recall, scores.f1) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert math.isnan(scores.hd_mm)
    assert math.isnan(scores.hd95_mm)
    assert math.isnan(scores.assd_mm)
    assert scores.one_empty


def test_a_mask_at_the_edge_of_the_image_is_scored_as_anywhere_else():
    inside, at_edge = box((4, 9, 9), (1, 3, 3), (3, 6, 6)), box((4, 9, 9), (0, 0, 0), (2, 3, 3))
    inside_moved, at_edge_moved = (
        box((4, 9, 9), (1, 3, 4), (3, 6, 8)),
        box((4, 9, 9), (0, 0, 1), (2, 3, 5)),
    )
    assert score_masks(inside, inside_moved, SPACING_ZYX_MM) == score_masks(
        at_edge, at_edge_moved, SPACING_ZYX_MM
    )


def test_swapping_prediction_and_truth_swaps_precision_and_recall_and_nothing_else():
    one, other = (
        score_masks(blob(1), blob(2), SPACING_ZYX_MM),
        score_masks(blob(2), blob(1), SPACING_ZYX_MM),
    )
    assert (one.precision, one.recall) == (other.recall, other.precision)
    assert one.precision != one.recall
    assert (one.dice, one.hd_mm, one.hd95_mm, one.assd_mm) == pytest.approx(
        (other.dice, other.hd_mm, other.hd95_mm, other.assd_mm)
    )


def test_a_single_slice_is_compared_within_its_plane():
    truth, predicted = box((1, 9, 9), (0, 1, 1), (1, 6, 6)), box((1, 9, 9), (0, 1, 1), (1, 6, 7))
    from_predicted, from_truth = surface_distances_mm(predicted, truth, SPACING_ZYX_MM)
    # The borders are rings: a square of 5 × 5 has 16 border voxels, 5 × 6 has 18, its inner voxels
    # do not count.
    assert (from_predicted.size, from_truth.size) == (18, 16)
    assert score_masks(predicted, truth, SPACING_ZYX_MM).hd_mm == pytest.approx(1.25)


@pytest.mark.filterwarnings(
    "ignore:monai.metrics.utils get_mask_edges:FutureWarning"
)  # MONAI calls itself
@pytest.mark.parametrize("seed", range(4))
def test_scores_equal_those_of_monai_on_irregular_masks(seed):
    predicted, truth = blob(seed), blob(seed + 10)
    scores = score_masks(predicted, truth, SPACING_ZYX_MM)
    pair = as_batch(predicted), as_batch(truth)
    hausdorff = compute_hausdorff_distance(*pair, include_background=True, spacing=SPACING_ZYX_MM)
    hausdorff_95 = compute_hausdorff_distance(
        *pair, include_background=True, percentile=95, spacing=SPACING_ZYX_MM
    )
    average = compute_average_surface_distance(
        *pair, include_background=True, symmetric=True, spacing=SPACING_ZYX_MM
    )
    assert scores.dice == pytest.approx(compute_dice(*pair).item())
    assert scores.jaccard == pytest.approx(compute_iou(*pair).item())
    assert scores.hd_mm == pytest.approx(hausdorff.item(), rel=1e-5)
    assert scores.hd95_mm == pytest.approx(hausdorff_95.item(), rel=1e-5)
    assert scores.assd_mm == pytest.approx(average.item(), rel=1e-5)
    counts = get_confusion_matrix(*pair, include_background=True)
    for name in ("precision", "recall", "f1 score"):
        expected = compute_confusion_matrix_metric(name, counts).item()
        assert getattr(scores, name.removesuffix(" score")) == pytest.approx(expected)


def test_dice_alone_equals_the_full_score_and_is_one_for_two_empty_masks():
    assert dice(blob(1), blob(2)) == pytest.approx(
        score_masks(blob(1), blob(2), SPACING_ZYX_MM).dice
    )
    assert dice(np.zeros((2, 2), bool), np.zeros((2, 2), bool)) == 1


def test_masks_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 4, 4\) and \(2, 4, 5\)"):
        score_masks(np.ones((2, 4, 4), bool), np.ones((2, 4, 5), bool), SPACING_ZYX_MM)


def test_a_spacing_of_zero_is_refused():
    with pytest.raises(ValueError, match="positive spacings"):
        score_masks(np.ones((2, 4, 4), bool), np.ones((2, 4, 4), bool), (8.0, 0.0, 1.25))

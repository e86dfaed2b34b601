"""How well a predicted structure matches the expert's, in voxels shared and in millimeters apart.

Rules for empty masks, the same for every table of this project:

* Both masks are empty: the prediction is right. The overlap scores are 1 and the distances 0 mm.
* One mask is empty: the structure was missed or invented. The overlap scores are 0 and the
  distances NaN, because no distance exists; `MaskScores.one_empty` marks such pairs, and
  tables count them next to the mean.

Distances run between the border voxels of the masks (voxels with a neighbor outside, 6-connected;
4-connected within a single slice). Percentiles are taken for each direction, and the larger one
counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class MaskScores:
    """The agreement of two masks of one structure.

    Attributes:
        dice: 2 |P ∩ T| / (|P| + |T|) (Dice 1945); of two masks it equals F1.
        jaccard: |P ∩ T| / |P ∪ T|.
        precision: |P ∩ T| / |P|, the share of the prediction that is right.
        recall: |P ∩ T| / |T|, the share of the structure that was found.
        f1: harmonic mean of precision and recall.
        hd_mm: Hausdorff distance, the largest distance from one surface to the other (Huttenlocher
            1993).
        hd95_mm: the same with the 95th percentile of each direction instead of the largest.
        assd_mm: average symmetric surface distance, the mean over the border voxels of both masks.
        one_empty: whether one mask is empty and the other is not.
    """

    dice: float
    jaccard: float
    precision: float
    recall: float
    f1: float
    hd_mm: float
    hd95_mm: float
    assd_mm: float
    one_empty: bool


BOTH_EMPTY = MaskScores(1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, one_empty=False)
ONE_EMPTY = MaskScores(
    0.0, 0.0, 0.0, 0.0, 0.0, float("nan"), float("nan"), float("nan"), one_empty=True
)


def score_masks(
    predicted: Mask, truth: Mask, spacing_zyx_mm: tuple[float, float, float]
) -> MaskScores:
    """Compares a predicted structure with the true one on the native grid.

    Args:
        predicted: (Z, Y, X) voxels of the prediction.
        truth: (Z, Y, X) voxels of the expert's mask.
        spacing_zyx_mm: distance in mm between neighbors along each axis.

    Raises:
        ValueError: if the masks have different shapes or are not three-dimensional, or a spacing is
            not positive.
    """
    predicted, truth = _checked(predicted, truth, spacing_zyx_mm)
    if not predicted.any() and not truth.any():
        return BOTH_EMPTY
    if not predicted.any() or not truth.any():
        return ONE_EMPTY
    shared = int(np.count_nonzero(predicted & truth))
    in_predicted, in_truth = int(np.count_nonzero(predicted)), int(np.count_nonzero(truth))
    precision, recall = shared / in_predicted, shared / in_truth
    from_predicted, from_truth = surface_distances_mm(predicted, truth, spacing_zyx_mm)
    return MaskScores(
        dice=2 * shared / (in_predicted + in_truth),
        jaccard=shared / (in_predicted + in_truth - shared),
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if shared else 0.0,
        hd_mm=float(max(from_predicted.max(), from_truth.max())),
        hd95_mm=float(max(np.percentile(from_predicted, 95), np.percentile(from_truth, 95))),
        assd_mm=float(np.concatenate([from_predicted, from_truth]).mean()),
        one_empty=False,
    )


def dice(predicted: Mask, truth: Mask) -> float:
    """Dice alone, for validation during training: 1 if both masks are empty, of any shape."""
    voxels = int(np.count_nonzero(predicted)) + int(np.count_nonzero(truth))
    return 2 * int(np.count_nonzero(predicted & truth)) / voxels if voxels else 1.0


def surface_distances_mm(
    first: Mask, second: Mask, spacing_zyx_mm: tuple[float, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances in mm from each border voxel of one mask to the other's border, both ways.

    A single-slice pair is compared within its plane. Both masks must hold voxels.

    Returns:
        one distance per border voxel of `first`, and one per border voxel of `second`.
    """
    spacing: tuple[float, ...] = spacing_zyx_mm
    if first.shape[0] == 1:
        first, second, spacing = first[0], second[0], spacing_zyx_mm[1:]
    box = ndimage.find_objects((first | second).astype(np.uint8))[0]
    first_border, second_border = _border(first[box]), _border(second[box])
    to_second = ndimage.distance_transform_edt(~second_border, sampling=spacing)
    to_first = ndimage.distance_transform_edt(~first_border, sampling=spacing)
    return to_second[first_border], to_first[second_border]


def _border(mask: Mask) -> Mask:
    """Voxels with a face neighbor outside the mask; the array's outside counts too."""
    inner: Mask = ndimage.binary_erosion(mask)
    return mask & ~inner


def _checked(
    predicted: Mask, truth: Mask, spacing_zyx_mm: tuple[float, float, float]
) -> tuple[Mask, Mask]:
    if predicted.ndim != 3 or predicted.shape != truth.shape:
        raise ValueError(
            f"Expected two masks of one shape (Z, Y, X), found {predicted.shape} and {truth.shape}."
        )
    if len(spacing_zyx_mm) != 3 or min(spacing_zyx_mm) <= 0:
        raise ValueError(
            f"Expected three positive spacings (z, y, x) in mm, found {spacing_zyx_mm}."
        )
    return predicted.astype(bool, copy=False), truth.astype(bool, copy=False)

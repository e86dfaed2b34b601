"""How large each structure is in every frame: volumes of a stack, areas of a single slice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, Label, LabelMap

Curves = Mapping[Label, NDArray[np.float64]]
"""(T,) one number per frame of each structure."""


def volumes_ml(labels: LabelMap) -> dict[Label, NDArray[np.float64]]:
    """(T,) volume in ml of each structure by frame, the gaps between slices included.

    The voxel volume is the determinant of the grid, right for oblique and sheared grids.
    """
    return _counts(labels, labels.geometry.voxel_volume_ml)


def areas_cm2(labels: LabelMap) -> dict[Label, NDArray[np.float64]]:
    """(T,) area in cm² of each structure by frame, for a cine of a single slice.

    Raises:
        ValueError: if there are several slices, whose areas do not add up to anything.
    """
    if not labels.geometry.is_single_slice:
        raise ValueError(
            f"Expected a single slice for areas, found {labels.geometry.shape_zyx[0]} slices."
        )
    return _counts(labels, labels.geometry.pixel_area_mm2 / 100.0)


def percent_decrease(at_ed: float, at_es: float) -> float | None:
    """100 × (ED − ES) / ED; None if there is nothing at end-diastole.

    Of volumes it is the ejection fraction (Schulz-Menger et al. 2020), of RV areas in the
    four-chamber view the fractional area change (Rudski et al. 2010).
    """
    return 100.0 * (at_ed - at_es) / at_ed if at_ed > 0 else None


def _counts(labels: LabelMap, unit: float) -> dict[Label, NDArray[np.float64]]:
    counts = {
        label: [np.count_nonzero(frame == label) for frame in labels.array] for label in FOREGROUND
    }
    return {label: np.array(count, dtype=np.float64) * unit for label, count in counts.items()}

"""Measures of a long-axis plane: length, area–length volume, area change, motion of the valves.

All are found in the labels of a single slice, in the world's millimeters, so that neither the
orientation nor the shape of the pixels matters. What cannot be found is None: there is no
placeholder.

Sources: Dodge et al. 1960, Am Heart J 60:762 (area–length method); Lang et al. 2015,
doi:10.1016/j.echo.2014.10.003 (chamber quantification); Rudski et al. 2010,
doi:10.1016/j.echo.2010.05.010 (right heart); Schulz-Menger et al. 2020,
doi:10.1186/s12968-020-00610-6 (post-processing of cardiac MR).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.anatomy.mitral_plane import find_hinges
from CMRSegmentationLib.anatomy.outline import border_of, stretches_of
from CMRSegmentationLib.anatomy.sizes import areas_cm2, percent_decrease
from CMRSegmentationLib.image import Geometry, Label, LabelArray, LabelMap

Points = NDArray[np.float64]

ACROSS_CORNERS = np.ones((3, 3), dtype=np.bool_)
"""Pixels that meet at a corner are connected, as in the labels of a segmentation."""


@dataclass(frozen=True, eq=False)
class LeftVentricle:
    """Where the long axis of the left ventricle lies in one frame.

    Attributes:
        apex_ras_mm: (3,) point of the endocardium that is farthest from the middle of the mitral
            plane.
        hinges_ras_mm: (2, 3) ends of the mitral plane.
    """

    apex_ras_mm: Points
    hinges_ras_mm: Points

    @property
    def base_ras_mm(self) -> Points:
        """(3,) middle of the mitral plane."""
        return np.asarray(self.hinges_ras_mm.mean(axis=0))

    @property
    def length_mm(self) -> float:
        """Long-axis length: from the apex to the middle of the mitral plane (Lang et al. 2015)."""
        return float(np.linalg.norm(self.apex_ras_mm - self.base_ras_mm))


@dataclass(frozen=True, eq=False)
class RightVentricle:
    """The three corners of the right ventricle in one frame of a four-chamber view.

    Attributes:
        apex_ras_mm: (3,) point that is farthest from the septal end of the tricuspid plane.
        septal_ras_mm: (3,) septal end of the tricuspid plane: the basal end of the contact with the
            myocardium.
        lateral_ras_mm: (3,) lateral end of the tricuspid plane: the point whose triangle with the
            two others has the longest perimeter, which a bulging free wall does not change.
    """

    apex_ras_mm: Points
    septal_ras_mm: Points
    lateral_ras_mm: Points


def find_left_ventricle(labels: LabelMap, frame: int) -> LeftVentricle | None:
    """The long axis of the left ventricle in a frame of a two- or four-chamber view.

    Returns:
        None if there is no LV or no myocardium, or if the pool is closed or open nearly all around.

    Raises:
        ValueError: if there are several slices.
    """
    plane = plane_without_specks(labels, frame)
    hinges = find_hinges(plane, labels.geometry.spacing_zyx_mm[1:])
    if hinges is None:
        return None
    hinges_ras_mm = _to_ras(labels.geometry, hinges)
    border = _to_ras(labels.geometry, border_of(plane, Label.LV))
    return LeftVentricle(_farthest(border, hinges_ras_mm.mean(axis=0)), hinges_ras_mm)


def find_right_ventricle(labels: LabelMap, frame: int) -> RightVentricle | None:
    """The corners of the right ventricle in a frame of a four-chamber view.

    Returns:
        None if there is no RV, it does not touch the myocardium, or the left ventricle's axis was
        not found.

    Raises:
        ValueError: if there are several slices.
    """
    plane = plane_without_specks(labels, frame)
    left = find_left_ventricle(labels, frame)
    contact = border_of(plane, Label.RV, beside=Label.MYO)
    if left is None or not len(contact):
        return None
    border = _to_ras(labels.geometry, border_of(plane, Label.RV))
    septum = _to_ras(labels.geometry, max(stretches_of(contact), key=len))
    septal = _farthest(septum, left.apex_ras_mm)
    apex = _farthest(border, septal)
    return RightVentricle(apex, septal, _farthest(border, septal, apex))


def area_length_ml(area_cm2: float, length_mm: float) -> float:
    """Volume in ml from one long-axis plane: 8 A² / (3 π L) (Dodge et al. 1960).

    It is that of an ellipsoid of revolution.

    Raises:
        ValueError: if area or length is not above 0.
    """
    return biplane_area_length_ml(area_cm2, length_mm, area_cm2, length_mm)


def biplane_area_length_ml(
    area_2c_cm2: float, length_2c_mm: float, area_4c_cm2: float, length_4c_mm: float
) -> float:
    """Volume in ml from two long-axis planes: 8 A₂c A₄c / (3 π L), L the shorter (Lang 2015).

    Raises:
        ValueError: if an area or length is not above 0.
    """
    sizes = (area_2c_cm2, length_2c_mm, area_4c_cm2, length_4c_mm)
    if not all(size > 0 for size in sizes):  # NaN fails as well
        raise ValueError(f"Expected areas and lengths above 0, found {sizes}.")
    length_cm = min(length_2c_mm, length_4c_mm) / 10.0
    return 8.0 * area_2c_cm2 * area_4c_cm2 / (3.0 * math.pi * length_cm)


def lv_length_mm(labels: LabelMap, frame: int) -> float | None:
    """Long-axis length of the LV in a frame; None where the long axis was not found.

    Raises:
        ValueError: if there are several slices.
    """
    axis = find_left_ventricle(labels, frame)
    return None if axis is None else axis.length_mm


def lv_volume_ml(labels: LabelMap, frame: int) -> float | None:
    """Single-plane area–length volume of the LV in a frame; None where the long axis was not found.

    Raises:
        ValueError: if there are several slices.
    """
    length_mm = lv_length_mm(labels, frame)
    return (
        None
        if length_mm is None
        else area_length_ml(float(areas_cm2(labels)[Label.LV][frame]), length_mm)
    )


def rv_fractional_area_change_percent(
    labels: LabelMap, ed_frame: int, es_frame: int
) -> float | None:
    """100 × (RV area at ED − at ES) / RV area at ED in the four-chamber view (Rudski et al. 2010).

    Raises:
        ValueError: if there are several slices.
    """
    areas = areas_cm2(labels)[Label.RV]
    at_ed, at_es = float(areas[ed_frame]), float(areas[es_frame])
    return percent_decrease(at_ed, at_es) if at_es > 0 else None


def mapse_mm(labels: LabelMap, ed_frame: int, es_frame: int) -> float | None:
    """Mitral annular plane systolic excursion in mm.

    How far the mitral plane moves toward the apex from ED to ES: the mean of the two hinge points
    (averaged MAPSE of cine MR, PMC4860848), along the long axis at end-diastole.

    Returns:
        None if the long axis is missing in one of the frames.

    Raises:
        ValueError: if there are several slices.
    """
    ed, es = find_left_ventricle(labels, ed_frame), find_left_ventricle(labels, es_frame)
    if ed is None or es is None:
        return None
    return _excursion_mm(ed.base_ras_mm, es.base_ras_mm, ed.apex_ras_mm)


def tapse_mm(labels: LabelMap, ed_frame: int, es_frame: int) -> float | None:
    """Tricuspid annular plane systolic excursion in mm.

    How far the lateral hinge point moves toward the RV apex from ED to ES, along the line from it
    to the apex at end-diastole, as the M-mode cursor lies (Rudski et al. 2010).

    Returns:
        None if the right ventricle's corners are missing in one of the frames.

    Raises:
        ValueError: if there are several slices.
    """
    ed, es = find_right_ventricle(labels, ed_frame), find_right_ventricle(labels, es_frame)
    if ed is None or es is None:
        return None
    return _excursion_mm(ed.lateral_ras_mm, es.lateral_ras_mm, ed.apex_ras_mm)


def _excursion_mm(start: Points, end: Points, apex: Points) -> float:
    return float((end - start) @ (apex - start) / np.linalg.norm(apex - start))


def plane_without_specks(labels: LabelMap, frame: int) -> LabelArray:
    """(Y, X) labels of a frame with the largest piece alone of either blood pool.

    The edges of a speck lie on no border. The myocardium keeps its pieces: where it has a gap,
    there are two walls, one on either side of the pool.

    Raises:
        ValueError: if there are several slices.
    """
    if not labels.geometry.is_single_slice:
        raise ValueError(
            f"Expected a long-axis plane of one slice, found {labels.geometry.shape_zyx[0]} slices."
        )
    plane: LabelArray = labels.array[frame, 0].copy()
    for label in (Label.LV, Label.RV):
        pieces, count = ndimage.label(plane == label, ACROSS_CORNERS)
        if count > 1:
            largest = 1 + int(np.bincount(pieces.ravel())[1:].argmax())
            plane[(pieces > 0) & (pieces != largest)] = Label.BACKGROUND
    return plane


def _to_ras(geometry: Geometry, points: Points) -> Points:
    """(N, 3) RAS mm of (N, 2) columns and rows."""
    voxels = np.column_stack([points, np.zeros(len(points)), np.ones(len(points))])
    return np.asarray((voxels @ geometry.ijk_to_ras.T)[:, :3])


def _farthest(points: Points, *others: Points) -> Points:
    """(3,) the point with the largest sum of distances to the others."""
    from scipy.spatial.distance import cdist

    return np.asarray(points[cdist(points, np.array(others)).sum(axis=1).argmax()])

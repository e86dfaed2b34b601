"""What a segmentation of both phases says about a heart, in numbers to learn from.

Volumes, ejection fractions, mass and wall thickness, as the challengers of ACDC used them (Bernard
et al. 2018, doi:10.1109/TMI.2018.2837502, section IV; Isensee et al. 2017, arXiv:1707.00587).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.image import Label
from CMRSegmentationLib.measuring.definitions import MYOCARDIAL_DENSITY_G_PER_ML
from Training.samples.cache import CachedExamination, CachedPhase

Volume = NDArray[np.uint8]
SECTORS = 6
"""Of a slice, about the center of the left ventricle."""
MINIMUM_POOL_PX = 10


def measures_of(examination: CachedExamination) -> dict[str, float]:
    """Name → measure of an examination with LV, MYO and RV at ED and ES.

    Raises:
        ValueError: if a phase is missing.
    """
    phases = {phase.name: phase for phase in examination.phases}
    if not {"ED", "ES"} <= phases.keys():
        raise ValueError(f"Expected ED and ES of {examination.patient}, found {sorted(phases)}.")
    ed, es = phases["ED"], phases["ES"]
    return dict(_volumes(ed, es)) | dict(_walls(ed, es))


def _volumes(ed: CachedPhase, es: CachedPhase) -> Iterator[tuple[str, float]]:
    edv, esv = ({label: _ml(phase, label) for label in Label} for phase in (ed, es))
    for label in (Label.LV, Label.RV):
        name = label.name.lower()
        yield f"{name}_edv_ml", edv[label]
        yield f"{name}_esv_ml", esv[label]
        yield f"{name}_ef_percent", percent_decrease(edv[label], esv[label]) or 0.0
    mass_g = edv[Label.MYO] * MYOCARDIAL_DENSITY_G_PER_ML
    yield "lv_mass_g", mass_g
    yield "mass_per_lv_edv_g_per_ml", _ratio(mass_g, edv[Label.LV])
    yield "rv_edv_per_lv_edv", _ratio(edv[Label.RV], edv[Label.LV])
    yield "rv_esv_per_lv_esv", _ratio(esv[Label.RV], esv[Label.LV])
    yield "myo_es_per_lv_esv", _ratio(esv[Label.MYO], esv[Label.LV])


def _walls(ed: CachedPhase, es: CachedPhase) -> Iterator[tuple[str, float]]:
    thickness = {}
    for name, phase in (("ed", ed), ("es", es)):
        thickness[name] = sector_thickness_mm(phase.labels, phase.geometry.spacing_zyx_mm[1:])
        known = thickness[name][~np.isnan(thickness[name])]
        values = known if known.size else np.zeros(1)
        yield f"wall_{name}_mean_mm", float(values.mean())
        yield f"wall_{name}_max_mm", float(values.max())
        yield f"wall_{name}_min_mm", float(np.percentile(values, 5))
        yield f"wall_{name}_sd_mm", float(values.std())
    thickening = _thickening_percent(thickness["ed"], thickness["es"])
    yield "thickening_mean_percent", float(thickening.mean())
    yield "thickening_sd_percent", float(thickening.std())
    yield "thickening_p10_percent", float(np.percentile(thickening, 10))
    change = _area_change_percent(ed.labels, es.labels)
    yield "area_change_sd_percent", float(change.std())
    yield "area_change_min_percent", float(change.min())


def sector_thickness_mm(labels: Volume, spacing_yx_mm: tuple[float, float]) -> NDArray[np.float64]:
    """(Z, `SECTORS`) mean thickness of the wall about the pool of each slice.

    NaN where there is none.

    The thickness at a pixel of the pool's border is its distance from what lies outside the wall.
    """
    return np.stack([_slice_thickness_mm(plane, spacing_yx_mm) for plane in labels])


def _slice_thickness_mm(plane: Volume, spacing_yx_mm: tuple[float, float]) -> NDArray[np.float64]:
    result = np.full(SECTORS, np.nan)
    pool, wall = plane == Label.LV, plane == Label.MYO
    if pool.sum() < MINIMUM_POOL_PX or not wall.any():
        return result
    border = pool & ndimage.binary_dilation(wall)
    depth_mm = ndimage.distance_transform_edt(pool | wall, sampling=spacing_yx_mm)
    y, x = np.nonzero(border)
    center = [axis.mean() for axis in np.nonzero(pool)]
    angle = np.arctan2((y - center[0]) * spacing_yx_mm[0], (x - center[1]) * spacing_yx_mm[1])
    sector = np.floor((angle / (2 * np.pi) % 1.0) * SECTORS).astype(int) % SECTORS
    for number in np.unique(sector):
        result[number] = np.asarray(depth_mm)[border][sector == number].mean()
    return result


def _thickening_percent(
    ed_mm: NDArray[np.float64], es_mm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of sectors that have a wall in both phases; 0 where there is none."""
    rows = min(len(ed_mm), len(es_mm))
    ed_mm, es_mm = ed_mm[:rows], es_mm[:rows]
    known = ~(np.isnan(ed_mm) | np.isnan(es_mm)) & (ed_mm > 0)
    if not known.any():
        return np.zeros(1)
    return np.asarray(100 * (es_mm[known] - ed_mm[known]) / ed_mm[known])


def _area_change_percent(ed: Volume, es: Volume) -> NDArray[np.float64]:
    """How much the pool's area shrinks in each slice that has one at end-diastole."""
    rows = min(len(ed), len(es))
    areas = [(labels[:rows] == Label.LV).sum(axis=(1, 2)).astype(float) for labels in (ed, es)]
    drawn = areas[0] >= MINIMUM_POOL_PX
    if not drawn.any():
        return np.zeros(1)
    return np.asarray(100 * (areas[0] - areas[1])[drawn] / areas[0][drawn])


def _ml(phase: CachedPhase, label: Label) -> float:
    return int((phase.labels == label).sum()) * phase.geometry.voxel_volume_ml


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else 0.0


def measures_table(
    examinations: Sequence[CachedExamination],
) -> tuple[list[str], NDArray[np.float64]]:
    """Names of the measures and the (examinations, measures) table of them."""
    rows = [measures_of(e) for e in examinations]
    names = list(rows[0])
    return names, np.array([[row[name] for name in names] for row in rows])

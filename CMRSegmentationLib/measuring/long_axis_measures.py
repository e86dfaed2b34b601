"""Which measures a long-axis view gives in addition to its areas, and their values.

`definitions.py` holds what each measure means. What cannot be found is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from CMRSegmentationLib.anatomy.long_axis import (
    lv_length_mm,
    lv_volume_ml,
    mapse_mm,
    rv_fractional_area_change_percent,
    tapse_mm,
)
from CMRSegmentationLib.anatomy.mitral_plane import MITRAL_VALVE_ALONE
from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.image import LabelMap, View

Values = Mapping[str, float | None]
Rule = Callable[[LabelMap, int, int | None], Values]
"""Measures of labels at end-diastole and end-systole, which is None for a single phase."""


def long_axis_values(
    labels: LabelMap, view: View | None, ed_frame: int, es_frame: int | None
) -> dict[str, float]:
    """The measures of a view by key; none for the short axis and for a plane of unknown view.

    Args:
        labels: of a single slice.
        view: the imaging plane.
        ed_frame: 0-based frame of end-diastole (of a single phase: that frame).
        es_frame: 0-based frame of end-systole, if there is one.

    Raises:
        ValueError: if there are several slices.
    """
    rules = [rule for views, rule in RULES if view in views]
    values = {
        key: value for rule in rules for key, value in rule(labels, ed_frame, es_frame).items()
    }
    return {key: value for key, value in values.items() if value is not None}


def _lengths(labels: LabelMap, ed: int, es: int | None) -> Values:
    if es is None:
        return {"lv_length": lv_length_mm(labels, ed)}
    return {"lv_length_ed": lv_length_mm(labels, ed), "lv_length_es": lv_length_mm(labels, es)}


def _volumes(labels: LabelMap, ed: int, es: int | None) -> Values:
    edv_ml = lv_volume_ml(labels, ed)
    if es is None:
        return {"lv_volume_area_length": edv_ml}
    return area_length_pump(edv_ml, lv_volume_ml(labels, es), "area_length")


def area_length_pump(edv_ml: float | None, esv_ml: float | None, method: str) -> Values:
    """EDV, ESV, stroke volume and ejection fraction; their keys end in the name of the method."""
    values = {f"lv_edv_{method}": edv_ml, f"lv_esv_{method}": esv_ml}
    if edv_ml is not None and esv_ml is not None:
        values[f"lv_sv_{method}"] = edv_ml - esv_ml
        values[f"lv_ef_{method}"] = percent_decrease(edv_ml, esv_ml)
    return values


def _mitral_motion(labels: LabelMap, ed: int, es: int | None) -> Values:
    return {} if es is None else {"lv_mapse": mapse_mm(labels, ed, es)}


def _right_ventricle(labels: LabelMap, ed: int, es: int | None) -> Values:
    if es is None:
        return {}
    return {
        "rv_fac": rv_fractional_area_change_percent(labels, ed, es),
        "rv_tapse": tapse_mm(labels, ed, es),
    }


RULES: tuple[tuple[tuple[View, ...], Rule], ...] = (
    ((View.LAX_2C, View.LAX_3C, View.LAX_4C), _lengths),
    (MITRAL_VALVE_ALONE, _volumes),
    (MITRAL_VALVE_ALONE, _mitral_motion),
    ((View.LAX_4C,), _right_ventricle),
)
"""The views, and what they show.

A three-chamber plane cuts the outflow tract, which is no part of an ellipsoid, and two valves, so
it has a length alone; the right ventricle's corners are those of the four-chamber view.
"""

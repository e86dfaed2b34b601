"""The curves of a report as the module shows them.

Whatever the library computes, volumes, areas or lengths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.report import ClinicalReport

from .terminology import STRUCTURES

UNITS = {"ml": "ml", "cm2": "cm²", "mm": "mm"}
"""How the units at the end of the library's names are written."""
OTHER_COLOR = (0.4, 0.4, 0.4)


@dataclass(frozen=True)
class ShownCurve:
    """A curve over the heart beat.

    Attributes:
        column: its column in the table, such as `LV` or `LV length`; the same in every language.
        name: what the user reads.
        unit: as it is written.
        color: red, green and blue, 0 to 1.
        values: one for each frame that was segmented; NaN where nothing was found.
        is_extent: whether it is the volume or area of a structure, and no other quantity of it.
    """

    column: str
    name: str
    unit: str
    color: tuple[float, float, float]
    values: tuple[float, ...]
    is_extent: bool

    @property
    def title(self) -> str:
        """The name with its unit."""
        return f"{self.name} ({self.unit})"


def frames_of(report: ClinicalReport) -> list[int]:
    """The 0-based frames that were segmented."""
    curve = report.volumes_ml["lv"] or report.areas_cm2["lv"]
    return [frame for frame, value in enumerate(curve) if value is not None]


def curves_of(report: ClinicalReport) -> list[ShownCurve]:
    """Every curve of a report, in its order.

    The library names them `lv_ml`, `rv_cm2`, `lv_length_mm` and so on.
    """
    frames = frames_of(report)
    return [_shown(key, [values[t] for t in frames]) for key, values in report.curves.items()]


def _shown(key: str, values: list[float | None]) -> ShownCurve:
    name, _separator, unit = key.rpartition("_")
    structure, _separator, quantity = name.partition("_")
    colors = {shown.segment_id: shown.color for shown in STRUCTURES}
    segment_id = structure.upper()
    return ShownCurve(
        column=" ".join(filter(None, (segment_id, quantity))),
        name=" ".join(filter(None, (segment_id, _quantities().get(quantity, quantity)))),
        unit=UNITS.get(unit, unit),
        color=colors.get(segment_id, OTHER_COLOR),
        values=tuple(math.nan if value is None else value for value in values),
        is_extent=not quantity,
    )


def _quantities() -> dict[str, str]:
    return {"length": _("length")}


def axis_title(curves: list[ShownCurve]) -> str:
    """What stands at the axis of these curves, such as `Area (cm²), length (mm)`."""
    names = {"ml": _("Volume (ml)"), "cm²": _("Area (cm²)"), "mm": _("Length (mm)")}
    units = dict.fromkeys(curve.unit for curve in curves)
    return ", ".join(names.get(unit, unit) for unit in units)

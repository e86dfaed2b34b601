"""The bullseye: segments of the left ventricle from the apex, base outside, anterior on top.

Layout as in Cerqueira et al. 2002 (doi:10.1161/hc0402.102975), without segment 17.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RINGS = {"basal": (2.0, 3.0), "mid": (1.0, 2.0), "apical": (0.25, 1.0)}
"""Inner and outer radius of each level, in thirds of the whole."""
UNKNOWN = "#e6e9ee"
WALLS = (
    (0.0, 3.2, "anterior", 0.0),
    (0.0, -3.3, "inferior", 0.0),
    (-3.3, 0.0, "septal", 90.0),
    (3.3, 0.0, "lateral", -90.0),
)
"""Words around the bullseye: place, text, and turn in degrees."""


@dataclass(frozen=True)
class Sector:
    """Where a segment lies.

    Attributes:
        number: 1 to 16.
        start_degrees: where it starts, counterclockwise from the right.
        width_degrees: how far it goes on counterclockwise.
        inner: radius of its inner border; the bullseye has a radius of 3.
        outer: radius of its outer border.
    """

    number: int
    start_degrees: float
    width_degrees: float
    inner: float
    outer: float

    @property
    def middle(self) -> tuple[float, float]:
        """(x, y) of its middle."""
        angle = math.radians(self.start_degrees + self.width_degrees / 2.0)
        radius = (self.inner + self.outer) / 2.0
        return radius * math.cos(angle), radius * math.sin(angle)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the bullseye, whose radius is 3, lies in the segment."""
        turn = (math.degrees(math.atan2(y, x)) - self.start_degrees) % 360.0
        return turn < self.width_degrees and self.inner <= math.hypot(x, y) < self.outer


def _sectors() -> tuple[Sector, ...]:
    return (
        *(Sector(1 + n, 60.0 + 60.0 * n, 60.0, *RINGS["basal"]) for n in range(6)),
        *(Sector(7 + n, 60.0 + 60.0 * n, 60.0, *RINGS["mid"]) for n in range(6)),
        *(Sector(13 + n, 45.0 + 90.0 * n, 90.0, *RINGS["apical"]) for n in range(4)),
    )


SECTORS = _sectors()


def segment_at(x: float, y: float) -> int | None:
    """The number of the segment at a point of a bullseye of radius 3; None beside it."""
    return next((sector.number for sector in SECTORS if sector.holds(x, y)), None)


Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
YELLOW_TO_RED = (
    "#ffffcc", "#ffeda0", "#fed976", "#feb24c", "#fd8d3c", "#fc4e2a",
    "#e31a1c", "#bd0026", "#800026",
)  # fmt: skip
RED_TO_BLUE = (
    "#a50026", "#d73027", "#f46d43", "#fdae61", "#fee090", "#ffffbf",
    "#e0f3f8", "#abd9e9", "#74add1", "#4575b4", "#313695",
)  # fmt: skip
"""Evenly spaced colors of YlOrRd and RdYlBu by Cynthia Brewer (colorbrewer2.org).

Both are told apart by people who are red-blind or green-blind, as every twelfth man is.
"""
DARK, LIGHT = (27, 36, 48), (255, 255, 255)
MIDDLE_GRAY = 0.18
"""Relative luminance at which dark and light writing are about as easy to read."""


@dataclass(frozen=True)
class Scale:
    """How values become colors.

    Attributes:
        low: value of the first color.
        high: value of the last color.
        colors: evenly spaced, as `#rrggbb`.
        decimals: of the numbers in the segments.
    """

    low: float
    high: float
    colors: tuple[str, ...]
    decimals: int = 0

    def color_of(self, value: float | None) -> Color:
        """The color of a value between the two nearest ones; gray for none."""
        if value is None:
            return _parsed(UNKNOWN)
        share = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        below = min(len(self.colors) - 2, int(share * (len(self.colors) - 1)))
        rest = share * (len(self.colors) - 1) - below
        nearest = (_parsed(color) for color in self.colors[below : below + 2])
        red, green, blue = (
            round(low + rest * (high - low)) for low, high in zip(*nearest, strict=True)
        )
        return red, green, blue


THICKNESS_MM = Scale(4.0, 20.0, YELLOW_TO_RED, 1)
THICKENING_PERCENT = Scale(-20.0, 100.0, RED_TO_BLUE)
SCALES = {
    "ed_mean_mm": THICKNESS_MM,
    "es_mean_mm": THICKNESS_MM,
    "thickening_percent": THICKENING_PERCENT,
}
"""Attribute of a segment → how its values are colored, in the report, the panel and the page."""


def ink_on(color: Color) -> Color:
    """Dark or light writing, whichever is easier to read on a color (WCAG 2, luminance)."""
    linear = [(part / 255.0) ** 2.2 for part in color]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return DARK if luminance > MIDDLE_GRAY else LIGHT


def _parsed(color: str) -> Color:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _written(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def draw_bullseye(
    axes: Any, values: Mapping[int, float | None], scale: Scale, *, title: str, unit: str
) -> None:
    """Fills axes with the values of the segments, colored and written.

    Args:
        axes: of matplotlib.
        values: by number of the segment; None is drawn in gray without a number.
        scale: how values become colors.
        title: above the bullseye.
        unit: in brackets behind the title.
    """
    from matplotlib.patches import Wedge

    for sector in SECTORS:
        value = values.get(sector.number)
        color = scale.color_of(value)
        end = sector.start_degrees + sector.width_degrees
        thickness = sector.outer - sector.inner
        axes.add_patch(
            Wedge(
                (0.0, 0.0),
                sector.outer,
                sector.start_degrees,
                end,
                width=thickness,
                facecolor=_written(color),
                edgecolor="white",
                linewidth=1.5,
            )
        )
        if value is not None:
            text = f"{value:z.{scale.decimals}f}"
            ink = _written(ink_on(color))
            axes.text(*sector.middle, text, ha="center", va="center", fontsize=8.5, color=ink)
    axes.set_xlim(-3.1, 3.1)
    axes.set_ylim(-3.1, 3.1)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(f"{title} ({unit})", y=1.0, fontsize=10, color="#1b2430", pad=14)
    for x, y, wall, turn in WALLS:
        axes.text(
            x, y, wall, ha="center", va="center", fontsize=7.5, color="#5f6b7a", rotation=turn
        )

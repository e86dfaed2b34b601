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


@dataclass(frozen=True)
class Scale:
    """How values become colors.

    Attributes:
        low: value of the first color.
        high: value of the last color.
        colors: name of a color map of matplotlib.
        decimals: of the numbers in the segments.
    """

    low: float
    high: float
    colors: str
    decimals: int = 0


THICKNESS_MM = Scale(4.0, 20.0, "YlOrRd", 1)
THICKENING_PERCENT = Scale(-20.0, 100.0, "RdYlGn")


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
    from matplotlib import colormaps
    from matplotlib.patches import Wedge

    colors = colormaps[scale.colors]
    for sector in SECTORS:
        value = values.get(sector.number)
        share = 0.0 if value is None else (value - scale.low) / (scale.high - scale.low)
        color = UNKNOWN if value is None else colors(min(1.0, max(0.0, share)))
        end = sector.start_degrees + sector.width_degrees
        thickness = sector.outer - sector.inner
        axes.add_patch(
            Wedge(
                (0.0, 0.0),
                sector.outer,
                sector.start_degrees,
                end,
                width=thickness,
                facecolor=color,
                edgecolor="white",
                linewidth=1.5,
            )
        )
        if value is not None:
            text = f"{value:.{scale.decimals}f}"
            axes.text(*sector.middle, text, ha="center", va="center", fontsize=8.5, color="#1b2430")
    axes.set_xlim(-3.1, 3.1)
    axes.set_ylim(-3.1, 3.1)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(f"{title} ({unit})", fontsize=10, color="#1b2430", pad=14)
    for x, y, wall, turn in WALLS:
        axes.text(
            x, y, wall, ha="center", va="center", fontsize=7.5, color="#5f6b7a", rotation=turn
        )

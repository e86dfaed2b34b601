"""The colors of structures and of their curves, in every picture, in Slicer and on the page.

A red endocardium and a green epicardium are the habit of the field, but are one color to people
without green or red cones. Vermilion and bluish green are near to it and are told apart by them as
well, on the gray of an image as on white (after Okabe and Ito 2008, "Color universal design").
"""

from __future__ import annotations

from collections.abc import Mapping

from CMRSegmentationLib.image import Label

COLORS: Mapping[Label, str] = {Label.LV: "#e66100", Label.MYO: "#00b08a", Label.RV: "#4a7df0"}
RADIAL_COLOR = "#b15ed6"
"""Of curves that are of no structure: what lies between endocardium and epicardium."""


def rgb_of(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a color such as `#e66100`."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)

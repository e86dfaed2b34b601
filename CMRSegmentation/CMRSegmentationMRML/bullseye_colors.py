"""Colors of the bullseye as in the report, without matplotlib, which Slicer does not have."""

from __future__ import annotations

from CMRSegmentationLib.reporting.bullseye import UNKNOWN, Scale

Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

STOPS = {
    "YlOrRd": "ffffcc ffeda0 fed976 feb24c fd8d3c fc4e2a e31a1c bd0026 800026",
    "RdYlGn": "a50026 d73027 f46d43 fdae61 fee08b ffffbf d9ef8b a6d96a 66bd63 1a9850 006837",
}
"""Evenly spaced colors of the maps by Cynthia Brewer (colorbrewer2.org), which matplotlib has."""
DARK, LIGHT = (27, 36, 48), (255, 255, 255)
MIDDLE_GRAY = 0.18
"""Relative luminance at which dark and light writing are about as easy to read."""


def color_of(value: float | None, scale: Scale) -> Color:
    """The color of a value between the two nearest stops; gray for none."""
    if value is None:
        return _parsed(UNKNOWN.removeprefix("#"))
    stops = [_parsed(text) for text in STOPS[scale.colors].split()]
    share = min(1.0, max(0.0, (value - scale.low) / (scale.high - scale.low)))
    below = min(len(stops) - 2, int(share * (len(stops) - 1)))
    rest = share * (len(stops) - 1) - below
    pairs = zip(stops[below], stops[below + 1], strict=True)
    red, green, blue = (round(low + rest * (high - low)) for low, high in pairs)
    return red, green, blue


def ink_on(color: Color) -> Color:
    """Dark or light writing, whichever is easier to read on a color (WCAG 2, luminance)."""
    linear = [(part / 255.0) ** 2.2 for part in color]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return DARK if luminance > MIDDLE_GRAY else LIGHT


def _parsed(text: str) -> Color:
    red, green, blue = (int(text[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue

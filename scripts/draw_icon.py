"""Draws the icon of the extension and of the module: a heart in short axis.

Run `python -m scripts.draw_icon`; it writes Resources/CMRSegmentation.png and the module's smaller
icon.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.palette import COLORS

ROOT = Path(__file__).resolve().parent.parent
ICONS = {
    "Resources/CMRSegmentation.png": 256,
    "CMRSegmentation/Resources/Icons/CMRSegmentation.png": 128,
}
EDGE = "#1b2433"
FloatArray = NDArray[np.float64]


def main() -> None:
    """Write both icons."""
    for name, pixels in ICONS.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(path, pixels)


def draw(path: Path, pixels: int) -> None:
    """Draw the ventricles on a transparent square, as a short-axis image shows them.

    The right one on the left.
    """
    figure = Figure(figsize=(1, 1), dpi=pixels)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    middle = np.array([0.62, 0.5])
    line = {"edgecolor": EDGE, "linewidth": 72 * 0.016, "joinstyle": "round"}
    axes.add_patch(PathPatch(crescent(middle), facecolor=COLORS[Label.RV], **line))
    axes.add_patch(PathPatch(closed(circle(middle, 0.345)), facecolor=COLORS[Label.MYO], **line))
    axes.add_patch(PathPatch(closed(circle(middle, 0.195)), facecolor=COLORS[Label.LV], **line))
    figure.savefig(path, transparent=True, dpi=pixels)


def circle(
    middle: FloatArray, radius: float, start: float = 0.0, stop: float = 360.0
) -> FloatArray:
    """(N, 2) points on an arc, angles in degrees from the right, counter-clockwise."""
    angles = np.radians(np.linspace(start, stop, 100))
    return middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])


def crescent(middle: FloatArray) -> Outline:
    """The right ventricle: around from one insertion point to the other, back along the septum."""
    septum = circle(middle, 0.345, 112, 248)
    angles = np.radians(np.linspace(0, 180, 100))
    top, bottom = septum[0], septum[-1]
    chord_middle, half_chord = (top + bottom) / 2, np.linalg.norm(top - bottom) / 2
    wall = chord_middle + np.column_stack(
        [-0.44 * np.sin(angles) ** 0.8, -half_chord * np.cos(angles)]
    )
    return closed(np.vstack([septum, wall]))


def closed(points: FloatArray) -> Outline:
    """A filled outline through the points."""
    return Outline(np.vstack([points, points[:1]]), closed=True)


if __name__ == "__main__":
    main()

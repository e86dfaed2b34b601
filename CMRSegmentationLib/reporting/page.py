"""A page of a report: its size, its colors, its header, and text and axes placed in inches.

matplotlib is an extra of the command line: it is imported when a page is made, never at import of
this file, and drawn through its objects, so that neither a display nor the caller's own plots are
touched.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import textwrap
from collections.abc import Mapping
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Severity
from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.reporting.report import RESEARCH_USE, ClinicalReport

NAMES: Mapping[Label, str] = {Label.LV: "LV", Label.MYO: "Myocardium", Label.RV: "RV"}
SEVERITY_COLORS = {
    Severity.SERIOUS: "#c62828",
    Severity.WARNING: "#e08600",
    Severity.INFO: "#5f6b7a",
}
VIEW_NAMES = {
    View.SAX: "Short axis",
    View.LAX_2C: "Two-chamber long axis",
    View.LAX_3C: "Three-chamber long axis",
    View.LAX_4C: "Four-chamber long axis",
}
INK, FAINT, GRID = "#1b2430", "#5f6b7a", "#e6e9ee"
DRAWS = ("matplotlib.figure", "matplotlib.backends.backend_agg")
"""Modules that draw; their import takes as long as a page."""
COMPRESSION = 2
"""Level of zlib: more takes a third longer than all else of a picture and saves a tenth."""
WIDTH_IN, HEIGHT_IN, DOTS_PER_INCH = 12.8, 7.2, 110
DOUBTFUL, EXPLAINED = " ?", "?: doubtful contours"
"""Behind a measure that rests on doubtful contours, and the explanation above the table."""
NOT_DRAWN = "\N{REPLACEMENT CHARACTER}"
LONGEST_NAME = 40
"""Characters of a model's name that fit before the legend."""


class PictureUnavailable(UserError, RuntimeError):  # noqa: N818 - not a fault: the picture is an extra
    """matplotlib is not installed, so that there is no picture."""


def load_ahead() -> None:
    """Imports matplotlib, if it is there, on a thread, so that drawing need not wait for it."""
    Thread(target=_load, name="matplotlib").start()


def _load() -> None:
    with contextlib.suppress(ImportError):  # `new_figure` says so
        for name in DRAWS:
            importlib.import_module(name)


def new_figure() -> Any:
    """An empty page.

    Raises:
        PictureUnavailable: if matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureUnavailable(
            "Pictures and PDF need matplotlib, which is not installed (pip install matplotlib); "
            "everything else is there."
        ) from error
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(figure: Any, left_in: float, top_in: float, width_in: float, height_in: float) -> Any:
    """Axes placed in inches from the upper left corner."""
    bottom_in = HEIGHT_IN - top_in - height_in
    return figure.add_axes(
        (left_in / WIDTH_IN, bottom_in / HEIGHT_IN, width_in / WIDTH_IN, height_in / HEIGHT_IN)
    )


def add_text(figure: Any, left_in: float, top_in: float, text: str, **style: Any) -> None:
    """Text whose upper left corner is given in inches from that of the page.

    It is drawn as it is: a dollar sign in the name of a file starts no formula.
    """
    style = {"color": INK, "fontsize": 9, "va": "top", "ha": "left"} | style
    place = left_in / WIDTH_IN, 1 - top_in / HEIGHT_IN
    figure.text(*place, _drawable(text), parse_math=False, **style)


def _drawable(text: str) -> str:
    """The text with `NOT_DRAWN` for what the font lacks, such as Hangul in the name of a file.

    matplotlib would draw an empty box for each and write a warning on standard error.
    """
    if text.isascii():
        return text
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    return "".join(c if c.isspace() or font.get_char_index(ord(c)) else NOT_DRAWN for c in text)


def frame_positions(report: ClinicalReport) -> tuple[NDArray[np.float64], str]:
    """(T,) places of the frames on an axis, and its name: times where they are trusted."""
    times = report.input.frame_times_ms
    at = range(1, report.frames + 1) if times is None else times
    return np.array(
        at, dtype=np.float64
    ), "Frame" if times is None else "Time after the R wave (ms)"


def style_curves(axes: Any, x_name: str, y_name: str) -> None:
    """Names, grid and ticks of axes with curves over the heart beat."""
    if x_name == "Frame":
        axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(x_name, fontsize=9, color=INK)
    axes.set_ylabel(y_name, fontsize=9, color=INK)
    axes.tick_params(labelsize=8, colors=FAINT)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def draw_header(figure: Any, report: ClinicalReport) -> None:
    """View, frames, slices, model, and what the report may be used for."""
    frames, slices, *_ = report.input.shape_tzyx
    view = VIEW_NAMES[report.input.view] if report.input.view else "Cine"
    parts = [count_of(frames, "phase"), count_of(slices, "slice")]
    parts += [f"model {shortened(report.model.name)}"] if report.model else []
    add_text(figure, 0.15, 0.13, f"{view} cine", fontsize=14, weight="bold")
    add_text(figure, 0.15, 0.43, " · ".join(parts), color=FAINT)
    add_text(
        figure,
        WIDTH_IN - 0.15,
        0.16,
        RESEARCH_USE,
        ha="right",
        color=SEVERITY_COLORS[Severity.SERIOUS],
    )


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """A text on one line as far as there is room for it.

    It ends behind a word, so that no number loses digits; a word that is longer than the line, such
    as a path, is cut.
    """
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    return f"{textwrap.wrap(text, longest - 1, break_on_hyphens=False)[0]}…"


def count_of(number: int, noun: str) -> str:
    """Such as "1 slice" and "12 slices"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_png(figure: Any) -> bytes:
    """The page as a PNG file; the same content gives the same bytes."""
    content = io.BytesIO()
    figure.savefig(
        content,
        format="png",
        dpi=DOTS_PER_INCH,
        metadata={"Software": None},
        pil_kwargs={"compress_level": COMPRESSION},
    )
    return content.getvalue()

"""A cohort as one page without anything outside it: distributions, outliers and agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.cohort import (
    MINIMUM_FOR_OUTLIERS,
    Agreement,
    CohortRow,
    Outlier,
    keys_of,
    values_of,
)
from CMRSegmentationLib.reporting.page import VIEW_NAMES, count_of
from CMRSegmentationLib.reporting.report import RESEARCH_USE, decimals_of

WIDTH, HEIGHT, MARGIN = 290, 130, 18
PLOT_RIGHT = 240
"""Right of the plots stand the numbers of the lines."""
BINS = 16
PLOTS = (
    "Upward: result less reference, with the bias and the 95 % limits of agreement. To the right: "
    "the mean of both."
)
STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { border-bottom: 1px solid #ccc; padding: 0.2em 0.8em 0.2em 0; text-align: right; }
th:first-child, td:first-child { text-align: left; }
figure { display: inline-block; margin: 0 1em 1em 0; }
figcaption { font-size: 13px; }
"""


def cohort_page(
    rows: Sequence[CohortRow], outliers: Sequence[Outlier], agreed: Sequence[Agreement] = ()
) -> str:
    """The page's HTML."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Cohort</title>',
        f"<style>{STYLE}</style><h1>{count_of(len(rows), 'cine')}</h1>",
        f"<p>{escape(RESEARCH_USE)}</p>",
        "<h2>Distributions</h2>",
        *_distributions_by_view(rows),
        "<h2>Outliers</h2>",
        _outliers(outliers),
    ]
    if agreed:
        parts += ["<h2>Agreement with the reference</h2>", _agreement(agreed)]
    return "\n".join(parts) + "\n</html>\n"


def _distributions_by_view(rows: Sequence[CohortRow]) -> Iterator[str]:
    """Those of each view by themselves: an area of two chambers is not one of four."""
    views = sorted({row.view for row in rows}, key=lambda view: (view != View.SAX, view))
    for view in views:
        of_view = [row for row in rows if row.view == view]
        if len(views) > 1:
            name = VIEW_NAMES[View(view)] if view else "View not known"
            yield f"<h3>{name}: {count_of(len(of_view), 'cine')}</h3>"
        yield _distributions(of_view)


def _distributions(rows: Sequence[CohortRow]) -> str:
    header = ("Measure", "unit", "n", "mean", "SD", "median", "5 %", "95 %")
    body, figures = [], []
    for key in keys_of(rows):
        values = values_of(rows, key)
        name, unit = DEFINITIONS[key].name, DEFINITIONS[key].unit
        numbers = (values.mean(), *np.quantile(values, (0.5, 0.05, 0.95)))
        mean, median, low, high = (_text(number, unit) for number in numbers)
        deviation = _text(values.std(ddof=1), unit) if len(values) > 1 else ""
        body.append((name, unit, str(len(values)), mean, deviation, median, low, high))
        figures.append(_figure(_histogram(values, unit), f"{name} ({unit})"))
    return _table(header, body) + "".join(figures)


def _text(number: float, unit: str, sign: str = "") -> str:
    return f"{number:{sign}.{decimals_of(unit)}f}"


def _outliers(outliers: Sequence[Outlier]) -> str:
    if not outliers:
        return (
            "<p>No measure lies far from the others of its view. Fewer than "
            f"{MINIMUM_FOR_OUTLIERS} are not compared.</p>"
        )
    rows = [
        (
            one.study,
            DEFINITIONS[one.key].name,
            _text(one.value, DEFINITIONS[one.key].unit),
            DEFINITIONS[one.key].unit,
            f"{one.score:+.1f}",
        )
        for one in outliers
    ]
    return _table(("Study", "measure", "value", "unit", "modified z"), rows)


def _agreement(agreed: Sequence[Agreement]) -> str:
    rows, figures = [], []
    for one in agreed:
        name, unit = DEFINITIONS[one.key].name, DEFINITIONS[one.key].unit
        numbers = (_text(value, unit, "+") for value in (one.bias, *one.limits))
        rows.append((name, unit, str(len(one.found)), *numbers, f"{one.icc:.3f}"))
        figures.append(_figure(_bland_altman(one, unit), f"{name} ({unit})"))
    header = ("Measure", "unit", "n", "bias", "lower limit", "upper limit", "ICC(A,1)")
    return _table(header, rows) + f"<p>{PLOTS}</p>" + "".join(figures)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _figure(drawing: str, caption: str) -> str:
    caption = escape(caption)
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    svg = f'<svg {size} role="img" aria-label="{caption}">{drawing}</svg>'
    return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"


def _histogram(values: NDArray[np.float64], unit: str) -> str:
    counts, edges = np.histogram(values, bins=BINS)
    scale = (HEIGHT - 2 * MARGIN) / max(1, counts.max())
    step = (PLOT_RIGHT - MARGIN) / BINS
    bars = "".join(
        f'<rect x="{MARGIN + i * step:.1f}" y="{HEIGHT - MARGIN - count * scale:.1f}" '
        f'width="{step - 1:.1f}" height="{count * scale:.1f}" fill="#4573b5"/>'
        for i, count in enumerate(counts)
    )
    return (
        bars
        + _ends(edges[0], edges[-1], unit)
        + _beside(MARGIN, count_of(int(counts.max()), "cine"))
    )


def _bland_altman(one: Agreement, unit: str) -> str:
    """Differences over means, with the bias and the limits of agreement."""
    means = (one.found + one.reference) / 2.0
    lines = (one.bias, *one.limits)
    x = _to_pixels(means, means.min(), means.max(), PLOT_RIGHT - MARGIN)
    low, high = min(one.differences.min(), *lines), max(one.differences.max(), *lines)
    height = HEIGHT - 2 * MARGIN
    y = HEIGHT - _to_pixels(one.differences, low, high, height)
    points = "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2" fill="#4573b5"/>'
        for a, b in zip(x, y, strict=True)
    )
    heights = HEIGHT - _to_pixels(np.array(lines), low, high, height)
    rules = "".join(
        f'<line x1="{MARGIN}" x2="{PLOT_RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#888"{dashes}/>'
        for at, dashes in zip(heights, ("", *[' stroke-dasharray="4 3"'] * 2), strict=True)
    )
    values = dict(zip(heights, lines, strict=True))  # lines that coincide have one number
    texts = "".join(_beside(at, _text(value, unit, "+")) for at, value in values.items())
    return rules + points + texts + _ends(means.min(), means.max(), unit)


def _to_pixels(
    values: NDArray[np.float64], low: float, high: float, size: int
) -> NDArray[np.float64]:
    """Pixels from `MARGIN` on, over `size` of them."""
    span = high - low or 1.0
    return np.asarray(MARGIN + (values - low) / span * size)


def _beside(at: float, text: str) -> str:
    """A number right of a plot."""
    return f'<text x="{PLOT_RIGHT + 5}" y="{at + 4:.1f}" font-size="11">{text}</text>'


def _ends(low: float, high: float, unit: str) -> str:
    """The ends of the horizontal axis."""
    at = f'y="{HEIGHT - 4}" font-size="11"'
    left = f'<text x="{MARGIN}" {at}>{_text(low, unit)}</text>'
    right = f'<text x="{PLOT_RIGHT}" {at} text-anchor="end">{_text(high, unit)}</text>'
    return left + right

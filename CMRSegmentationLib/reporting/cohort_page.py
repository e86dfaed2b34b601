"""A cohort as one page without anything outside it: distributions, outliers and agreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.reporting.cohort import (
    Agreement,
    CohortRow,
    Outlier,
    keys_of,
    values_of,
)
from CMRSegmentationLib.reporting.report import RESEARCH_USE

WIDTH, HEIGHT, MARGIN = 260, 110, 18
BINS = 16
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
        f"<style>{STYLE}</style><h1>{len(rows)} cines</h1><p>{escape(RESEARCH_USE)}</p>",
        "<h2>Distributions</h2>",
        _distributions(rows),
        "<h2>Outliers</h2>",
        _outliers(outliers),
    ]
    if agreed:
        parts += ["<h2>Agreement with the reference</h2>", _agreement(agreed)]
    return "\n".join(parts) + "\n</html>\n"


def _distributions(rows: Sequence[CohortRow]) -> str:
    header = ("Measure", "unit", "n", "mean", "SD", "median", "5 %", "95 %")
    body, figures = [], []
    for key in keys_of(rows):
        values = values_of(rows, key)
        low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
        deviation = values.std(ddof=1) if len(values) > 1 else 0.0
        numbers = (values.mean(), deviation, median, low, high)
        name, unit = DEFINITIONS[key].name, DEFINITIONS[key].unit
        body.append((name, unit, str(len(values)), *(f"{number:.1f}" for number in numbers)))
        figures.append(_figure(_histogram(values), f"{name} ({unit})"))
    return _table(header, body) + "".join(figures)


def _outliers(outliers: Sequence[Outlier]) -> str:
    if not outliers:
        return "<p>No measure lies far from the others.</p>"
    rows = [
        (one.study, DEFINITIONS[one.key].name, f"{one.value:.1f}", f"{one.score:+.1f}")
        for one in outliers
    ]
    return _table(("Study", "measure", "value", "modified z"), rows)


def _agreement(agreed: Sequence[Agreement]) -> str:
    rows, figures = [], []
    for one in agreed:
        low, high = one.limits
        name = DEFINITIONS[one.key].name
        numbers = (f"{one.bias:+.1f}", f"{low:+.1f}", f"{high:+.1f}", f"{one.icc:.3f}")
        rows.append((name, str(len(one.found)), *numbers))
        figures.append(_figure(_bland_altman(one), name))
    header = ("Measure", "n", "bias", "lower limit", "upper limit", "ICC(A,1)")
    return _table(header, rows) + "".join(figures)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _figure(drawing: str, caption: str) -> str:
    svg = f'<svg width="{WIDTH}" height="{HEIGHT}" role="img">{drawing}</svg>'
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _histogram(values: NDArray[np.float64]) -> str:
    counts, edges = np.histogram(values, bins=BINS)
    scale = (HEIGHT - 2 * MARGIN) / max(1, counts.max())
    step = (WIDTH - 2 * MARGIN) / BINS
    bars = "".join(
        f'<rect x="{MARGIN + i * step:.1f}" y="{HEIGHT - MARGIN - count * scale:.1f}" '
        f'width="{step - 1:.1f}" height="{count * scale:.1f}" fill="#4573b5"/>'
        for i, count in enumerate(counts)
    )
    return bars + _ends(edges[0], edges[-1])


def _bland_altman(one: Agreement) -> str:
    """Differences over means, with the bias and the limits of agreement."""
    means = (one.found + one.reference) / 2.0
    lines = (one.bias, *one.limits)
    x = _to_pixels(means, means.min(), means.max(), WIDTH)
    low, high = min(one.differences.min(), *lines), max(one.differences.max(), *lines)
    y = HEIGHT - _to_pixels(one.differences, low, high, HEIGHT)
    points = "".join(
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2" fill="#4573b5"/>'
        for a, b in zip(x, y, strict=True)
    )
    heights = HEIGHT - _to_pixels(np.array(lines), low, high, HEIGHT)
    rules = "".join(
        f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{at:.1f}" y2="{at:.1f}" stroke="#888"/>'
        for at in heights
    )
    return rules + points + _ends(means.min(), means.max())


def _to_pixels(
    values: NDArray[np.float64], low: float, high: float, size: int
) -> NDArray[np.float64]:
    span = high - low or 1.0
    return np.asarray(MARGIN + (values - low) / span * (size - 2 * MARGIN))


def _ends(low: float, high: float) -> str:
    """The ends of the horizontal axis."""
    at = f'y="{HEIGHT - 4}" font-size="11"'
    left = f'<text x="{MARGIN}" {at}>{low:.1f}</text>'
    return f'{left}<text x="{WIDTH - MARGIN}" {at} text-anchor="end">{high:.1f}</text>'

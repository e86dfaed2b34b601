"""What a data set is made of: sizes, spacings, vendors, diagnoses and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.figure import Figure

from CMRSegmentationLib.image import Label
from Training.reporting.tables import Table
from Training.samples.cache import OTHER_PLANES, CachedExamination, CachedPhase


def _groups(
    examinations: Sequence[CachedExamination],
) -> dict[tuple[str, str, str], list[CachedExamination]]:
    """Examinations of each data set, vendor and view, in that order."""
    found: dict[tuple[str, str, str], list[CachedExamination]] = {}
    for e in sorted(examinations, key=lambda e: (e.dataset, e.vendor, str(e.view))):
        found.setdefault((e.dataset, e.vendor, e.view or OTHER_PLANES), []).append(e)
    return found


def dimensions_table(examinations: Sequence[CachedExamination]) -> Table:
    """Examinations and patients of each group, with the range of sizes and spacings.

    A group has one data set, vendor and view.
    """
    lines = []
    for key, group in _groups(examinations).items():
        phases = [phase for e in group for phase in e.phases]
        shapes = np.array([phase.geometry.shape_zyx for phase in phases])
        spacings = np.array([phase.geometry.spacing_zyx_mm for phase in phases])
        lines.append(
            (
                *key,
                str(len(group)),
                str(len({e.patient for e in group})),
                *(_range(shapes[:, axis]) for axis in range(3)),
                _range(spacings[:, 0], 1),
                _range(spacings[:, 1:].ravel(), 2),
            )
        )
    columns = (
        "data set",
        "vendor",
        "view",
        "examinations",
        "patients",
        "slices",
        "rows",
        "columns",
    )
    return Table("Sizes and spacings", (*columns, "slice pitch (mm)", "pixel (mm)"), tuple(lines))


def composition_table(examinations: Sequence[CachedExamination]) -> Table:
    """Splits, diagnoses, hospitals and annotated structures of each data set, vendor and view."""
    lines = []
    for key, group in _groups(examinations).items():
        annotated = Counter(", ".join(label.name for label in e.annotated) or "none" for e in group)
        lines.append(
            (
                *key,
                _counts(Counter(e.split for e in group)),
                _counts(Counter(e.pathology or "unknown" for e in group)),
                _counts(Counter(e.centre or "unknown" for e in group)),
                _counts(annotated),
            )
        )
    columns = ("data set", "vendor", "view", "split", "pathology", "centre", "annotated")
    return Table("Who is in it", columns, tuple(lines))


def labels_table(examinations: Sequence[CachedExamination]) -> Table:
    """Mean, SD, range and empty masks of every annotated structure at ED and ES.

    Sizes are volumes, or areas for a single slice.
    """
    lines = []
    for key, group in _groups(examinations).items():
        for phase_name in ("ED", "ES"):
            for label in Label:
                sizes = [
                    _size(phase, label)
                    for e in group
                    if label in e.annotated
                    for phase in e.phases
                    if phase.name == phase_name
                ]
                if sizes:
                    lines.append((*key, phase_name, label.name, *_distribution(sizes, group)))
    columns = (
        "data set",
        "vendor",
        "view",
        "phase",
        "structure",
        "masks",
        "mean",
        "SD",
        "range",
        "unit",
        "empty",
    )
    return Table("Sizes of the annotated structures", columns, tuple(lines))


def _size(phase: CachedPhase, label: Label) -> float:
    """Volume in ml, or area in cm² of a single slice."""
    voxels = int((phase.labels == label).sum())
    single = phase.geometry.is_single_slice
    return voxels * (
        phase.geometry.pixel_area_mm2 / 100 if single else phase.geometry.voxel_volume_ml
    )


def _distribution(sizes: Sequence[float], group: Sequence[CachedExamination]) -> tuple[str, ...]:
    single = group[0].phases[0].geometry.is_single_slice
    spread = f"{np.std(sizes, ddof=1):.1f}" if len(sizes) > 1 else "–"
    empty = str(sum(size == 0 for size in sizes))
    return (
        str(len(sizes)),
        f"{np.mean(sizes):.1f}",
        spread,
        _range(sizes, 1),
        "cm²" if single else "ml",
        empty,
    )


def _range(values: Sequence[float] | np.ndarray, digits: int = 0) -> str:
    low, high = f"{min(values):.{digits}f}", f"{max(values):.{digits}f}"
    return low if low == high else f"{low}–{high}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


def distribution_figure(examinations: Sequence[CachedExamination]) -> Figure:
    """Examinations by hospital, vendor, pathology, field strength and scanner, one panel each."""
    properties: dict[str, Callable[[CachedExamination], str]] = {
        "centre": lambda e: e.centre,
        "vendor": lambda e: e.vendor,
        "pathology": lambda e: e.pathology,
        "field": lambda e: f"{e.field_t:g} T" if e.field_t else "",
        "scanner": lambda e: e.scanner,
    }
    figure = Figure(figsize=(13.0, 3.8), layout="constrained")
    for axes, (name, of) in zip(figure.subplots(1, 5), properties.items(), strict=True):
        counts = Counter(of(e) or "unknown" for e in examinations).most_common()
        names, heights = zip(*counts, strict=True)
        bars = axes.bar(range(len(names)), heights, color="tab:blue")
        axes.bar_label(bars, fontsize=6)
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=6)
        axes.set_title(name, fontsize="small")
    figure.axes[0].set_ylabel("Examinations")
    return figure


def statistics_figure(examinations: Sequence[CachedExamination]) -> Figure:
    """Pixel size, slice pitch and diagnoses by vendor, one color each."""
    figure = Figure(figsize=(12.0, 3.8), layout="constrained")
    pixels, pitches, diagnoses = figure.subplots(1, 3)
    vendors = sorted({e.vendor for e in examinations})
    spacings = [
        [
            np.round(e.phases[0].geometry.spacing_zyx_mm, 3)
            for e in examinations
            if e.vendor == vendor
        ]
        for vendor in vendors
    ]  # rounded: an affine in single precision is off by less, which the bins would show
    pixels.hist([[s[1] for s in group] for group in spacings], bins=15, stacked=True, label=vendors)
    pixels.set_xlabel("Row spacing (mm)")
    pitches.hist([[s[0] for s in group] for group in spacings], bins=15, stacked=True)
    pitches.set_xlabel("Slice pitch (mm)")
    names = sorted({e.pathology or "unknown" for e in examinations})
    below = np.zeros(len(names))
    for vendor in vendors:
        found = Counter(e.pathology or "unknown" for e in examinations if e.vendor == vendor)
        heights = np.array([found[name] for name in names], dtype=np.float64)
        diagnoses.bar(names, heights, bottom=below)
        below += heights
    diagnoses.tick_params(axis="x", rotation=45)
    pixels.legend(fontsize="small")
    for axes in (pixels, pitches, diagnoses):
        axes.set_ylabel("Examinations")
    return figure

"""Command line: derives an experiment from the fingerprint of a cache, as nnU-Net does.

python -m Training.plan --cache DIR [--datasets NAME …] [--view VIEW] --out experiment.toml

Rules of Isensee et al. 2021 (doi:10.1038/s41592-020-01008-z), for the two-dimensional network of
this project: the median pixel, a crop that holds nearly every heart with a margin, as many stages
as halve it down to 4 to 8 pixels, and the batch that fits the memory.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.whole_files import write_whole
from Training.datasets.examination import UNKNOWN
from Training.learning.config import read_config
from Training.reporting.log import start_logging
from Training.reporting.tables import Table
from Training.reporting.toml_text import toml_text
from Training.samples.cache import CachedExamination, read_cache

LOGGER = logging.getLogger(__name__)

FINEST_MM, COARSEST_MM = 1.0, 2.0
MARGIN_MM = 25.0
"""About the heart, on either side: a third of a heart's width of surroundings."""
HEARTS_PERCENT = 95.0
MAXIMUM_CROP_PX = 320
MINIMUM_MAP_PX = 4
BYTES_PER_PIXEL_AND_CHANNEL = 4 * 2 * 6
"""Values and gradients of about six maps of full resolution, in single precision."""
MINIMUM_BATCH, MAXIMUM_BATCH = 2, 24
ITERATIONS_PER_PATIENT = 120
ITERATIONS_RANGE = (2000, 30000)


class PlanError(UserError, ValueError):
    """A cache that no plan can be made for."""


@dataclass(frozen=True)
class Fingerprint:
    """What a cache says about its images.

    Attributes:
        patients: labeled patients.
        slices: labeled slices.
        pixel_mm: median pixel size.
        heart_mm: side of the square that holds `HEARTS_PERCENT` of the hearts.
        vendors: their names.
        datasets: their names.
    """

    patients: int
    slices: int
    pixel_mm: float
    heart_mm: float
    vendors: tuple[str, ...]
    datasets: tuple[str, ...]


def fingerprint(examinations: Sequence[CachedExamination]) -> Fingerprint:
    """The fingerprint of labeled examinations.

    Raises:
        PlanError: if nothing is labeled.
    """
    labeled = [e for e in examinations if e.annotated]
    phases = [phase for e in labeled for phase in e.phases]
    extents = [
        extent
        for phase in phases
        for extent in _extents_mm(phase.labels, phase.geometry.spacing_zyx_mm)
    ]
    if not extents:
        raise PlanError("Expected labeled examinations in the cache, found none.")
    return Fingerprint(
        patients=len({(e.dataset, e.patient) for e in labeled}),
        slices=sum(len(phase.image) for phase in phases),
        pixel_mm=float(np.median([p.geometry.spacing_zyx_mm[1:] for p in phases])),
        heart_mm=float(np.percentile(extents, HEARTS_PERCENT)),
        vendors=tuple(sorted({e.vendor for e in examinations})),
        datasets=tuple(sorted({e.dataset for e in examinations})),
    )


def _extents_mm(labels: np.ndarray, spacing_zyx_mm: tuple[float, float, float]) -> list[float]:
    """The larger side of the box about the heart of a phase, if there is one."""
    _, ys, xs = np.nonzero((labels > 0) & (labels != UNKNOWN))
    if not ys.size:
        return []
    return [
        max(
            float(np.ptp(ys) + 1) * spacing_zyx_mm[1],
            float(np.ptp(xs) + 1) * spacing_zyx_mm[2],
        )
    ]


def plan(found: Fingerprint, view: View, memory_gb: float) -> dict[str, object]:
    """The settings of an experiment as nested plain values.

    Args:
        found: the fingerprint.
        view: the plane to segment.
        memory_gb: memory of the device to train on.
    """
    spacing_mm = round(min(max(found.pixel_mm, FINEST_MM), COARSEST_MM), 2)
    side = (found.heart_mm + 2 * MARGIN_MM) / spacing_mm
    stages = 1 + min(6, max(2, math.floor(math.log2(side / MINIMUM_MAP_PX))))
    multiple = 2 ** (stages - 1)
    size_px = min(MAXIMUM_CROP_PX // multiple, math.ceil(side / multiple)) * multiple
    channels = [min(16 * 2**stage, 320) for stage in range(stages)]
    per_slice = (
        size_px**2 * sum(c / 4**i for i, c in enumerate(channels)) * BYTES_PER_PIXEL_AND_CHANNEL
    )
    fits = int(memory_gb * 1e9 * 0.5 / per_slice)
    batch = min(max(fits, MINIMUM_BATCH), MAXIMUM_BATCH)
    low, high = ITERATIONS_RANGE
    iterations = min(max(ITERATIONS_PER_PATIENT * found.patients, low), high)
    return {
        "view": str(view),
        "iterations": iterations,
        "validate_every": max(100, iterations // 20),
        "data": {"datasets": list(found.datasets), "fold": 0},
        "network": {"channels": channels, "deep_supervision": min(2, stages - 2)},
        "sampling": {
            "spacing_mm": spacing_mm,
            "crops": [[size_px, batch]],
            "size_multiple": multiple,
            "domain_weights": [[vendor, 1.0] for vendor in found.vendors],
        },
    }


def fingerprint_table(found: Fingerprint) -> Table:
    """The fingerprint in words."""
    rows = (
        ("labeled patients", str(found.patients)),
        ("labeled slices", str(found.slices)),
        ("median pixel (mm)", f"{found.pixel_mm:.2f}"),
        (f"side that holds {HEARTS_PERCENT:.0f} % of the hearts (mm)", f"{found.heart_mm:.0f}"),
        ("vendors", ", ".join(found.vendors)),
    )
    return Table("Fingerprint of the cache", ("what", "value"), rows)


@dataclass(frozen=True)
class PlanOptions:
    """What the command line asks for; its help says what each is."""

    cache: Path
    datasets: list[str]
    view: View
    memory_gb: float
    out: Path


def run_plan(options: PlanOptions) -> None:
    """Writes the experiment that the command line asks for."""
    view = View(options.view)
    examinations = [e for e in read_cache(options.cache, options.datasets) if e.view == view]
    found = fingerprint(examinations)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    head = "# Written by Training.plan from the fingerprint of a cache; fold 0 of 5.\n"
    write_whole(options.out, head + toml_text(plan(found, view, options.memory_gb)))
    read_config(options.out)
    LOGGER.info("%s\n%s", fingerprint_table(found).to_markdown(), options.out)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.plan", description="An experiment from a cache's fingerprint."
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--datasets", nargs="*", default=[], help="all of the cache if not given")
    parser.add_argument("--view", choices=[*View], default=View.SAX)
    parser.add_argument("--memory-gb", type=float, default=8.0, help="of the device to train on")
    parser.add_argument("--out", type=Path, required=True, help="TOML file to write")
    options = PlanOptions(**vars(parser.parse_args(arguments)))
    return run_command(lambda: run_plan(options))


if __name__ == "__main__":
    sys.exit(main())

"""Command line: training throughput on phantoms and the time spent waiting for data.

`make bench-train` runs it.

python -m Training.bench [--iterations N] [--threads N]
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from CMRSegmentationLib.command_line.run import run_command
from Training.demo import phantom_examinations
from Training.learning.batches import Sources, StepBatches, batches
from Training.learning.config import TrainConfig
from Training.processes.distributed import ALONE
from Training.reporting.log import start_logging
from Training.samples.cache import CachedExamination
from Training.train import start, step

LOGGER = logging.getLogger(__name__)

WARM_UP = 6
"""Steps that are not timed: workers start, kernels are chosen, the queue of batches fills."""


@dataclass(frozen=True)
class Throughput:
    """What was measured.

    Attributes:
        images: slices that were learned from.
        seconds: wall-clock time of it.
        waiting: seconds of these that the training waited for a batch.
    """

    images: int
    seconds: float
    waiting: float

    @property
    def images_per_second(self) -> float:
        """Slices per second."""
        return self.images / self.seconds

    @property
    def waiting_percent(self) -> float:
        """Share of the time spent waiting for data."""
        return 100.0 * self.waiting / self.seconds


def measure(
    config: TrainConfig, examinations: list[CachedExamination], device: torch.device
) -> Throughput:
    """Trains for `config.iterations` steps, the first `WARM_UP` of which are not timed."""
    state = start(config, device)
    source = batches(config, Sources(examinations), 0, ALONE)
    for _ in range(WARM_UP):
        step(state, next(source), config, device)
    images, waiting, began = 0, 0.0, time.perf_counter()
    for given, waited in _timed(source):
        step(state, given, config, device)
        images, waiting = images + len(given.labeled.images), waiting + waited
    if device.type == "cuda":
        torch.cuda.synchronize()
    return Throughput(images, time.perf_counter() - began, waiting)


def _timed(source: Iterator[StepBatches]) -> Iterator[tuple[StepBatches, float]]:
    """The batches of every step with the seconds that they were waited for."""
    while True:
        began = time.perf_counter()
        given = next(source, None)
        if given is None:
            return
        yield given, time.perf_counter() - began


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.bench", description="Throughput of the training."
    )
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    return run_command(lambda: report_throughput(options.iterations, options.threads))


def report_throughput(iterations: int, threads: int) -> None:
    """Trains on phantoms and logs how fast it was."""
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    config = replace(TrainConfig(), iterations=iterations + WARM_UP)
    with tempfile.TemporaryDirectory() as folder:
        examinations = phantom_examinations(
            Path(folder), rows=216, columns=256, spacing_yx_mm=(1.4, 1.4)
        )
        found = measure(config, examinations, device)
    where = torch.cuda.get_device_name() if device.type == "cuda" else f"{threads} threads"
    LOGGER.info("%d images in %.1f s on %s", found.images, found.seconds, where)
    LOGGER.info(
        "%.1f images per second, %.1f %% waiting for data",
        found.images_per_second,
        found.waiting_percent,
    )


if __name__ == "__main__":
    sys.exit(main())

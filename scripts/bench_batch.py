"""Measures a batch: `python scripts/bench_batch.py CINE [--studies N] [--workers N] [--stand-in]`.

Studies are copies of the cine that begin in different frames. Usually they have the size of an
examination and are segmented with the bundled model. With --stand-in they are small, the network
knows phantoms alone and no picture is drawn, so that a thousand of them show what the batch itself
costs.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import SimpleITK
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from scripts.bench import to_usual_size

SMALL_TZYX = (4, 6, 96, 96)
SAMPLING_S = 2.0
"""Counting pages takes a few hundredths of a second and holds up the process."""
PLAIN = "import sys; from CMRSegmentationLib.__main__ import main; sys.exit(main(sys.argv[1:]))"
WITHOUT_PICTURES = (
    "from CMRSegmentationLib.reporting import results; "
    "results.write_overview = lambda *_: None; " + PLAIN
)


@dataclass(frozen=True)
class Measured:
    """What a batch took.

    Attributes:
        wall_s: from start to end.
        processor_s: of all its processes.
        memory_gib: of all its processes together, every `SAMPLING_S`; shared pages count once.
    """

    wall_s: float
    processor_s: float
    memory_gib: tuple[float, ...]

    @property
    def growth(self) -> float:
        """Memory in the last quarter of the time over that in the second, less 1."""
        quarter = max(1, len(self.memory_gib) // 4)
        second = statistics.median(self.memory_gib[quarter : 2 * quarter] or self.memory_gib)
        return statistics.median(self.memory_gib[-quarter:]) / second - 1.0


def main(arguments: list[str]) -> int:
    """Makes the studies, runs the batch once and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cine", type=Path)
    parser.add_argument("--studies", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stand-in", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = Path(temporary) / "studies", Path(temporary) / "out"
        write_studies(options.cine, folder, options.studies, small=options.stand_in)
        command = [sys.executable, "-c", WITHOUT_PICTURES if options.stand_in else PLAIN]
        command += ["batch", str(folder), "-o", str(out), "--progress", "none", "--device", "cpu"]
        command += ["--workers", str(options.workers), "--threads", "1"]
        if options.stand_in:
            command += ["--model", str(ROOT / "Testing" / "phantom_model")]
        measured = run(command)
        print("\n".join(describe(measured, out, options.studies, options.workers)))
    return 0


def write_studies(source: Path, folder: Path, count: int, *, small: bool) -> None:
    """Writes so many cines that begin in different frames, and are a little brighter each."""
    image: Any = SimpleITK.ReadImage(str(source))
    array = to_usual_size(SimpleITK.GetArrayFromImage(image))
    if small:
        array = small_part(array)
    folder.mkdir()
    join: Any = SimpleITK.JoinSeries
    for number in range(count):
        shifted = np.roll(array, number, axis=0) + array.dtype.type(number // len(array))
        study = join([SimpleITK.GetImageFromArray(frame) for frame in shifted])
        study.SetSpacing(image.GetSpacing())
        SimpleITK.WriteImage(study, str(folder / f"study{number:04d}.nii.gz"))


def small_part(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """(T, Z, Y, X) voxels around the middle, `SMALL_TZYX` of them."""
    starts = [(size - wanted) // 2 for size, wanted in zip(array.shape, SMALL_TZYX, strict=True)]
    inside = tuple(
        slice(start, start + size) for start, size in zip(starts, SMALL_TZYX, strict=True)
    )
    return array[inside]


def run(command: list[str]) -> Measured:
    """Runs a command; its memory is looked at while it runs.

    Raises:
        CalledProcessError: if it fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        memory_gib = tuple(_memory_while_running(process))
    wall_s = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall_s, processor_s, memory_gib)


def _memory_while_running(process: subprocess.Popen[bytes]) -> Iterator[float]:
    root = psutil.Process(process.pid)
    while process.poll() is None:
        total = 0
        for member in (root, *root.children(recursive=True)):
            try:
                total += member.memory_full_info().pss
            except psutil.Error:  # it has just ended
                continue
        yield total / 1024**3
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SAMPLING_S)


def describe(measured: Measured, out: Path, studies: int, workers: int) -> list[str]:
    """The lines to print."""
    lines = (out / "batch.jsonl").read_text(encoding="utf-8").splitlines()
    seconds = [float(json.loads(line)["seconds"]) for line in lines]
    reports = [json.loads(path.read_text()) for path in out.glob("*/report.json")]
    network_s = sum(r["seconds"]["localize"] + r["seconds"]["infer"] for r in reports)
    with (out / "summary.csv").open(newline="", encoding="utf-8") as file:
        done = sum(row["status"] == "done" for row in csv.DictReader(file))
    share = 100 * network_s / measured.processor_s
    rest = 100 * (1 - sum(seconds) / measured.wall_s)
    unused = 100 * (1 - measured.processor_s / workers / measured.wall_s)
    most, growth = max(measured.memory_gib), 100 * measured.growth
    return [
        f"{studies} studies, {workers} workers of one thread: {done} done",
        f"  {measured.wall_s / studies:.2f} s a study, {measured.wall_s:.1f} s with the start-up",
        f"  {share:.0f} % of {measured.processor_s:.1f} s of processor time in the network",
        f"  {unused:.1f} % of the time of {workers} processors unused",
        f"  at most {most:.2f} GiB in all, {growth:+.1f} % from the second quarter to the last",
        *([f"  {rest:.1f} % of the time is not in any study"] if workers == 1 else []),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

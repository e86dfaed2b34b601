"""Measures the whole command on two threads: `python scripts/bench.py CINE [--float32] [--busy]`.

The cine is first brought to the size of a usual examination, so that the numbers do not depend on
how the bundled sample was cropped. Time and memory are those of the process that a user starts,
imports and output included. With --float32 the network computes in single precision, whatever the
processor multiplies. With --busy it is measured once more while another program keeps one
of its two CPUs busy.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

FRAMES, SLICES, ROWS, COLUMNS = 25, 12, 256, 256
THREADS = 2
BARS = {
    "inference, s": 6.0,
    "whole command, s": 12.0,
    "peak memory, GiB": 1.5,
    "beside a busy CPU, times as long": 2.5,
}
BUSY = "while True: pass"


def main(arguments: list[str]) -> int:
    """Run the command once and print what it took; status 1 if a bar is missed."""
    files = [Path(argument) for argument in arguments if argument not in ("--float32", "--busy")]
    precision = "float32" if "--float32" in arguments else "auto"
    if len(files) != 1 or not files[0].is_file():
        print("Usage: bench.py CINE [--float32] [--busy], with a 4-D image file.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        cine = Path(folder) / "bench.nii.gz"
        write_usual_size(files[0], cine)
        wall_s, peak_gib = run_command(cine, Path(folder), precision)
        report = json.loads(
            (Path(folder) / "out" / "bench" / "report.json").read_text(encoding="utf-8")
        )
        is_busy = "--busy" in arguments
        busy_s = run_beside_busy_cpu(cine, Path(folder), precision) if is_busy else None
    stages = {name: float(seconds) for name, seconds in report["seconds"].items()}
    inference_s = stages["localize"] + stages["infer"]
    measured = {
        "inference, s": inference_s,
        "whole command, s": wall_s,
        "peak memory, GiB": peak_gib,
    }
    if busy_s is not None:
        measured["beside a busy CPU, times as long"] = busy_s / wall_s
    print("\n".join(describe(stages, measured)))
    return int(any(value > BARS[name] for name, value in measured.items()))


def write_usual_size(source: Path, target: Path) -> None:
    """Write a cine of 25 × 12 × 256² made of another by repeating and mirroring it."""
    image: Any = SimpleITK.ReadImage(str(source))
    array = to_usual_size(SimpleITK.GetArrayFromImage(image))
    volumes = [SimpleITK.GetImageFromArray(frame) for frame in array]
    join: Any = SimpleITK.JoinSeries
    usual = join(volumes)
    usual.SetSpacing(image.GetSpacing())
    SimpleITK.WriteImage(usual, str(target))


def to_usual_size(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """(T, Z, Y, X) voxels as (25, 12, 256, 256)."""
    frames, slices, rows, columns = array.shape
    array = array[np.arange(FRAMES) % frames][
        :, np.linspace(0, slices - 1, SLICES).round().astype(int)
    ]
    array = array[:, :, max(0, (rows - ROWS) // 2) :, max(0, (columns - COLUMNS) // 2) :][
        :, :, :ROWS, :COLUMNS
    ]
    margins = [
        (0, 0),
        (0, 0),
        *(
            split(size - found)
            for size, found in zip((ROWS, COLUMNS), array.shape[2:], strict=True)
        ),
    ]
    return np.pad(array, margins, mode="symmetric")


def split(missing: int) -> tuple[int, int]:
    """A margin on both sides."""
    return missing // 2, missing - missing // 2


def run_command(cine: Path, folder: Path, precision: str = "auto") -> tuple[float, float]:
    """Seconds and GiB that the command takes, on as many CPUs as it has threads.

    Raises:
        CalledProcessError: if it fails.
    """
    command = [
        sys.executable,
        "-m",
        "CMRSegmentationLib",
        "segment",
        str(cine),
        "-o",
        str(folder / "out"),
    ]
    command += ["--device", "cpu", "--threads", str(THREADS), "--progress", "none"]
    command += ["--precision", precision]
    cpus = sorted(os.sched_getaffinity(0))[:THREADS]
    start = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cpus),
    )
    wall_s = time.perf_counter() - start
    return wall_s, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2


def run_beside_busy_cpu(cine: Path, folder: Path, precision: str = "auto") -> float:
    """Seconds that the command takes while another program uses one of its CPUs.

    Raises:
        CalledProcessError: if it fails.
    """
    cpu = min(os.sched_getaffinity(0))
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY], preexec_fn=lambda: os.sched_setaffinity(0, {cpu})
    )
    try:
        return run_command(cine, folder, precision)[0]
    finally:
        busy.kill()
        busy.wait()


def describe(stages: dict[str, float], measured: dict[str, float]) -> list[str]:
    """The lines to print: each stage with its share, then each measured number with its bar."""
    whole = measured["whole command, s"]
    rest = whole - sum(stages.values())
    lines = [f"{FRAMES} frames × {SLICES} slices × {ROWS} × {COLUMNS}, {THREADS} CPU threads"]
    for name, seconds in {**stages, "imports, writing and the rest": rest}.items():
        lines.append(f"  {name:<32}{seconds:7.2f} s {100 * seconds / whole:5.1f} %")
    for name, value in measured.items():
        verdict = "within" if value <= BARS[name] else "above"
        lines.append(f"  {name:<32}{value:7.2f}   {verdict} the bar of {BARS[name]:g}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

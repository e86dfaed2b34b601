"""Measures the whole command on two threads: `python scripts/bench.py CINE`.

The cine is first brought to the size of a usual examination, so that the numbers do not depend on
how the bundled sample was cropped. Time and memory are those of the process that a user starts,
imports and output included.
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
BARS = {"inference, s": 6.0, "whole command, s": 12.0, "peak memory, GiB": 1.5}


def main(arguments: list[str]) -> int:
    """Run the command once and print what it took; status 1 if a bar is missed."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print("Usage: bench.py CINE, with a 4-D image file.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        cine = Path(folder) / "bench.nii.gz"
        write_usual_size(Path(arguments[0]), cine)
        wall_s, peak_gib = run_command(cine, Path(folder))
        report = json.loads(
            (Path(folder) / "out" / "bench" / "report.json").read_text(encoding="utf-8")
        )
    stages = {name: float(seconds) for name, seconds in report["seconds"].items()}
    inference_s = stages["localize"] + stages["infer"]
    measured = {
        "inference, s": inference_s,
        "whole command, s": wall_s,
        "peak memory, GiB": peak_gib,
    }
    print("\n".join(describe(stages, measured)))
    return int(any(measured[name] > bar for name, bar in BARS.items()))


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


def run_command(cine: Path, folder: Path) -> tuple[float, float]:
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


def describe(stages: dict[str, float], measured: dict[str, float]) -> list[str]:
    """The lines to print: each stage with its share, then each measured number with its bar."""
    whole = measured["whole command, s"]
    rest = whole - sum(stages.values())
    lines = [f"{FRAMES} frames × {SLICES} slices × {ROWS} × {COLUMNS}, {THREADS} CPU threads"]
    for name, seconds in {**stages, "imports, writing and the rest": rest}.items():
        lines.append(f"  {name:<32}{seconds:7.2f} s {100 * seconds / whole:5.1f} %")
    for name, bar in BARS.items():
        verdict = "within" if measured[name] <= bar else "above"
        lines.append(f"  {name:<32}{measured[name]:7.2f}   {verdict} the bar of {bar:g}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

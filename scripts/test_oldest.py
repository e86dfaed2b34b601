"""Runs the library with the oldest versions it supports: `python scripts/test_oldest.py`.

These are PyTorch 2.2 beside numpy 2, as in Slicer on macOS, and pydicom 2.4, as in Slicer 5.10, on
Python 3.12. They are installed into `.venv-oldest`, a download of about 2.6 GB on Linux, or used
from the environment that `--environment` names.

The tests of the rooms that use PyTorch or pydicom run there, and those of the pipeline. The other
rooms use numpy and scipy alone, which have the versions of the usual tests. Then the bundled sample
has to get the very labels that it gets in `.venv`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
OLDEST = ROOT / ".venv-oldest"
LOCK = ROOT / "requirements" / "oldest.txt"
SAMPLE = ROOT / "Resources" / "SampleData" / "CMR-cine-Sunnybrook.nii.gz"
ROOMS = ("reading", "segmenting", "trust", "reporting", "command_line")
"""Those that import PyTorch or pydicom."""
TESTS = (*(f"Testing/Lib/{room}" for room in ROOMS), "Testing/Lib/test_pipeline.py")
NEWER_THAN_OLDEST = (
    "test_batch_workers.py",
    "test_dicom_objects.py",
    "test_dicom_out.py",
    "test_dicom_sc.py",
    "test_dicom_seg.py",
    "test_dicom_sr.py",
    "test_export.py",
)
"""Extras: highdicom, which needs pydicom 3 (Slicer 5.10 has 2.4), and distributed."""
WITHOUT_BRIDGE = "ignore:Failed to initialize NumPy"
"""PyTorch 2.2 says this when it is imported beside numpy 2."""


class CommandError(RuntimeError):
    """A command of these checks failed; it has said why itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up, test and compare; the exit status is 1 if one of them failed."""
    options = make_parser().parse_args(arguments)
    python = options.environment / "bin" / "python"
    try:
        if not python.exists():
            run(options.python, "-m", "venv", options.environment)
        run(python, "-m", "pip", "install", "--quiet", "-r", LOCK)
        run(python, *pytest_arguments())
        differing, heart = compare(python, Path(sys.executable))
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{differing} of {heart} heart voxels of the sample differ.\n")
    return 1 if differing else 0


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(description="Tests the library with its oldest versions.")
    parser.add_argument("--environment", type=Path, default=OLDEST, help="made if it is not there")
    parser.add_argument("--python", default="python3.12", help="makes the environment")
    return parser


def pytest_arguments() -> list[str]:
    """What runs, and without what the oldest versions do not have."""
    left_out = [f"--ignore-glob=*/{name}" for name in NEWER_THAN_OLDEST]
    left_out += ["-k", "not takes_less_than"]  # times, which the usual tests measure
    return ["-m", "pytest", *TESTS, "-W", WITHOUT_BRIDGE, "-p", "no:cacheprovider", *left_out]


def compare(*pythons: Path) -> tuple[int, int]:
    """Segment the sample with two Pythons; the differing voxels, and those of the first heart."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (
            segmented(python, Path(folder) / str(n)) for n, python in enumerate(pythons)
        )
    return int(np.sum(first != second)), int(np.sum(first > 0))


def segmented(python: Path, out: Path) -> NDArray[np.uint8]:
    """The labels of the sample, (T, Z, Y, X), from the command line of an environment.

    In single precision, as the oldest PyTorch does not say whether a processor has bfloat16.
    """
    command = ("-m", "CMRSegmentationLib", "segment", SAMPLE, "--device", "cpu", "--threads", "1")
    run(python, *command, "--precision", "float32", "-o", out)
    path = out / SAMPLE.name.removesuffix(".nii.gz") / "labels.nii.gz"
    return np.asarray(sitk.GetArrayFromImage(sitk.ReadImage(str(path))), dtype=np.uint8)


def run(*command: str | Path) -> None:
    """Run a command in the root of the checkout.

    Raises:
        CommandError: if there is no such program, or it fails.
    """
    words = [str(word) for word in command]
    environment = {**os.environ, "PYTHONWARNINGS": WITHOUT_BRIDGE}
    try:
        subprocess.run(words, cwd=ROOT, env=environment, check=True)
    except OSError as error:
        raise CommandError(
            f"{words[0]} cannot be run ({error}); --python names another."
        ) from error
    except subprocess.CalledProcessError as error:
        raise CommandError(f"Status {error.returncode}: {' '.join(words[:6])} …") from error


if __name__ == "__main__":
    sys.exit(main())

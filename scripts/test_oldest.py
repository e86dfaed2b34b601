"""Runs the library with the oldest versions it supports: `python scripts/test_oldest.py`.

These are PyTorch 2.2 beside numpy 2, as in Slicer on macOS, and pydicom 2.4, as in Slicer 5.10, on
Python 3.12. They are installed into `.venv-oldest`, a download of about 2.6 GB on Linux. The tests
of the library run there, and the sample has to get the very labels that it gets in `.venv`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = ROOT / ".venv-oldest"
NEWEST = ROOT / ".venv"
LOCK = ROOT / "requirements" / "oldest.txt"
SAMPLE = ROOT / "Resources" / "SampleData" / "CMR-cine-Sunnybrook.nii.gz"
NEWER_THAN_OLDEST = (
    "test_batch_workers.py",
    "test_dicom_archive.py",
    "test_dicom_end_to_end.py",
    "test_dicom_objects.py",
    "test_dicom_out.py",
    "test_dicom_sc.py",
    "test_dicom_seg.py",
    "test_dicom_sr.py",
)
"""Extras: highdicom, which needs pydicom 3 (Slicer 5.10 has 2.4), and distributed."""
WITHOUT_BRIDGE = "ignore:Failed to initialize NumPy"
"""PyTorch 2.2 says this when it is imported beside numpy 2."""


def main() -> int:
    """Set up, test and compare; the exit status is that of the first step that failed."""
    python = shutil.which("python3.12")
    if python is None:
        sys.stderr.write("Python 3.12 is needed as 'python3.12'.\n")
        return 1
    if not (OLDEST / "bin" / "pytest").exists():
        run(python, "-m", "venv", OLDEST)
        run(OLDEST / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", LOCK)
    ignored = [f"--ignore-glob=*{name}" for name in NEWER_THAN_OLDEST]
    tests = ("-m", "pytest", "Testing/Lib", "-W", WITHOUT_BRIDGE)
    return run(OLDEST / "bin" / "python", *tests, *ignored, check=False) or compare()


def compare() -> int:
    """Segment the sample in both environments; 1 if a single voxel differs."""
    with tempfile.TemporaryDirectory() as folder:
        labels = []
        for environment in (OLDEST, NEWEST):
            out = Path(folder) / environment.name
            segment = ("-m", "CMRSegmentationLib", "segment", SAMPLE, "--device", "cpu", "-o", out)
            run(environment / "bin" / "python", *segment)
            labels.append((out / "CMR-cine-Sunnybrook" / "labels.nii.gz").read_bytes())
    same = labels[0] == labels[1]
    sys.stdout.write("The labels of the sample are the same.\n" if same else "The labels differ.\n")
    return 0 if same else 1


def run(*command: str | Path, check: bool = True) -> int:
    """Run a command in the root of the checkout; returns its exit status."""
    environment = {**os.environ, "PYTHONWARNINGS": WITHOUT_BRIDGE}
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=check)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

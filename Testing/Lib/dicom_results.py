"""Cines that were read from DICOM, with their sources, and a report of them; checks by dciodvfy."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from CMRSegmentationLib.image import CineStack, ImageSource
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reporting.report import (
    ClinicalReport,
    InputSummary,
    ModelSummary,
    make_report,
)
from Testing.dicom_phantoms import LIKE_A_HEART, write_enhanced, write_series
from Training.datasets.phantom import HeartPhantom

HEART = HeartPhantom(frames=4, slices=6, es_frame=2, degrees_xyz=LIKE_A_HEART)
"""Oblique slices of 10 × 1.6 × 1.4 mm."""
MODEL = ModelSummary("sax", "ab" * 32)
VALIDATOR = shutil.which("dciodvfy")


def uid_of(path: Path) -> str:
    """The SOP Instance UID of a file."""
    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)


def from_series(folder: Path, stack: CineStack = HEART.cine, *, one_per_slice: bool) -> CineStack:
    """A cine of single-frame files, in one series or in one for each slice."""
    frames, slices = stack.shape_tzyx[:2]
    files = [
        write_series(folder, stack, series_number=7 + z * one_per_slice, slices=[z])
        for z in range(slices)
    ]
    sources = tuple(
        tuple(ImageSource(files[z][t], uid_of(files[z][t])) for z in range(slices))
        for t in range(frames)
    )
    return replace(stack, sources=sources)


def from_enhanced(folder: Path, stack: CineStack = HEART.cine) -> CineStack:
    """A cine of one multi-frame file, which holds the frames in reverse order."""
    frames, slices = stack.shape_tzyx[:2]
    path = write_enhanced(folder / "enhanced.dcm", stack)
    uid = uid_of(path)
    count = frames * slices
    sources = tuple(
        tuple(ImageSource(path, uid, count - (t * slices + z)) for z in range(slices))
        for t in range(frames)
    )
    return replace(stack, sources=sources)


def report_of(stack: CineStack) -> ClinicalReport:
    """The report of the phantom, of a person of 180 cm, 80 kg and 60 beats a minute."""
    report = make_report(
        HEART.labels,
        InputSummary.of(stack),
        frames=range(stack.frames),
        patient=Patient(heart_rate_bpm=60.0, height_cm=180.0, weight_kg=80.0),
    )
    return replace(report, model=MODEL)


def errors_of(path: Path) -> list[str]:
    """What dciodvfy finds wrong with a file; skips the test where it is not installed."""
    if VALIDATOR is None:
        pytest.skip("needs dciodvfy (on Debian: apt-get install dicom3tools)")
    done = subprocess.run([VALIDATOR, path], capture_output=True, text=True, check=False)
    assert done.stderr, "dciodvfy names the kind of object that it found"
    return [line for line in done.stderr.splitlines() if line.startswith("Error")]

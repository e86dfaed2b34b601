"""Cines as scanners store them, and what is asked of the study that is read back."""

from dataclasses import replace

import numpy as np

from CMRSegmentationLib.image import CineStack, Geometry
from CMRSegmentationLib.reading.study import Study
from Testing.dicom_phantoms import LIKE_A_HEART
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(
    frames=5, slices=4, rows=40, columns=48, empty_slices=(0, 0), degrees_xyz=LIKE_A_HEART
)


def as_stored(cine: CineStack) -> CineStack:
    """Whole numbers from 0, as a scanner stores them."""
    return replace(cine, array=cine.array.round().clip(0))


def part(cine: CineStack, slices: slice = slice(None), frames: slice = slice(None)) -> CineStack:
    """Some neighboring slices and frames of a cine."""
    first = slices.start or 0
    matrix = np.array(cine.geometry.ijk_to_ras)
    matrix[:3, 3] += matrix[:3, 2] * first
    array = cine.array[frames, slices]
    times = None if cine.frame_times_ms is None else cine.frame_times_ms[frames]
    return CineStack(array, Geometry(array.shape[1:], matrix), times)


def only(study: Study) -> CineStack:
    assert len(study.cines) == 1
    return study.cines[0].stack


def codes(study: Study) -> list[str]:
    return [finding.code for finding in study.findings]

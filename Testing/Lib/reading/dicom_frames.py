"""Headers of the frames of a slice, made without files."""

from pathlib import Path
from typing import Any

import numpy as np

from CMRSegmentationLib.reading.dicom_file import EXPLICIT
from CMRSegmentationLib.reading.dicom_headers import Frame
from CMRSegmentationLib.reading.dicom_pixels import Coding, PixelPlace
from CMRSegmentationLib.reading.sources import Source

ORIENTATION = np.array([[0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
NORMAL = np.array([0.6, -0.8, 0.0])


def frames(
    position_mm: float = 0.0,
    phases: int = 4,
    *,
    series: int = 1,
    first: int = 1,
    in_plane_mm: float = 0.0,
    step_ms: float | None = 100.0,
    **changes: Any,
) -> list[Frame]:
    """The frames of one slice, its place along the normal and its first pixel's along a row."""
    return [
        Frame(
            **{
                "instance_uid": f"{series}.{position_mm}.{first + t}",
                "study_uid": "1",
                "patient": "",
                "series": str(series),
                "series_number": series,
                "instance_number": first + t,
                "frame_number": 1,
                "frame_of_reference": "world",
                "size_yx": (20, 24),
                "spacing_yx_mm": (1.6, 1.4),
                "orientation": ORIENTATION,
                "position_mm": position_mm * NORMAL + in_plane_mm * ORIENTATION[0],
                "thickness_mm": 8.0,
                "trigger_ms": None if step_ms is None else step_ms * t,
                "heart_cycle_ms": None,
                "heart_phases": None,
                "temporal_position": None,
                "acquired_s": None,
                "acquisition_number": None,
                "contrast": (1.5, None),
                "refusal": "",
                "is_derived": False,
                "is_lossy": False,
                "vendor": None,
                "pixels": PixelPlace(Source(f"{series}/{first + t}", Path("none")), 0, coding()),
                **changes,
            }
        )
        for t in range(phases)
    ]


def coding(**changes: Any) -> Coding:
    """How the pixels of those frames are stored."""
    values = {
        "size_yx": (20, 24),
        "frames": 1,
        "bits_allocated": 16,
        "bits_stored": 16,
        "high_bit": 15,
        "is_signed": False,
        "is_inverted": False,
        "byte_order": "<",
        "syntax": EXPLICIT,
        "offset": 0,
    }
    return Coding(**{**values, **changes})

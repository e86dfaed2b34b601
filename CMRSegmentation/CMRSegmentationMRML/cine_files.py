"""Whether a 4-D NIfTI file may be claimed as a cardiac cine when it is dropped onto Slicer.

Only the header is read. An fMRI, a diffusion series or a CT perfusion is 4-D too, and is left to
other readers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from CMRSegmentationLib.image import Geometry, GeometryError
from CMRSegmentationLib.reading import nifti
from CMRSegmentationLib.reading.study import ReadError, check_stack
from CMRSegmentationLib.reading.times import evenly_spaced, trusted_times

CINE, OTHER, NONE = 0.8, 0.3, 0.0
"""How sure the reader is; Slicer's own readers say 0.5 and a little for the length of the ending.

`OTHER` lets the user choose this reader for a 4-D file that does not look like a cine.
"""
FRAMES = (5, 80)
"""A breath-hold cine has 15 to 50 phases, a real-time one fewer; a functional series has more."""
MAXIMUM_SLICES = 25
PITCH_MM = (4.0, 25.0)
PIXEL_MM = (0.4, 3.05)
"""Short-axis cines have 6 to 20 slices of 5 to 12 mm pitch and pixels of 0.6 to 2.5 mm."""
PLACEHOLDER_STEPS = (0.0, 1.0)
"""ACDC and M&Ms carry these where the time step is not known."""


def confidence(path: Path) -> float:
    """How sure the module is that a file is a cine: `CINE`, `OTHER` for other 4-D files, else 0."""
    try:
        header = nifti.read_header(path)
        if int(header["dim"][0]) != 4 or int(header["dim"][4]) < 2:
            return NONE
        geometry = _geometry(header)
    except (OSError, EOFError, ReadError, GeometryError):
        return NONE
    return CINE if _has_grid_of_cine(geometry) and _has_times_of_cine(header) else OTHER


def _geometry(header) -> Geometry:
    columns, rows, slices = (int(size) for size in header["dim"][1:4])
    matrix, _findings = nifti.ijk_to_ras(header)
    return Geometry((slices, rows, columns), matrix)


def _has_grid_of_cine(geometry: Geometry) -> bool:
    try:
        check_stack(geometry)
    except ReadError:
        return False
    slices = geometry.shape_zyx[0]
    pitch, row_mm, column_mm = geometry.spacing_zyx_mm
    fine = PIXEL_MM[0] <= min(row_mm, column_mm) and max(row_mm, column_mm) <= PIXEL_MM[1]
    spaced = slices == 1 or PITCH_MM[0] <= pitch <= PITCH_MM[1]
    return fine and spaced and slices <= MAXIMUM_SLICES


def _has_times_of_cine(header) -> bool:
    """Whether the frames can fill one heart beat; a placeholder for the step says nothing."""
    frames = int(header["dim"][4])
    if not FRAMES[0] <= frames <= FRAMES[1]:
        return False
    image = nifti.Nifti(header, np.empty(0))
    if image.time_step in PLACEHOLDER_STEPS:
        return True
    times_ms, _findings = trusted_times(evenly_spaced(image.time_step, frames), image.time_unit)
    return times_ms is not None

"""What reading a path gives: named cines on grids that a cine can have, or one error for people."""

from __future__ import annotations

import re
from dataclasses import dataclass

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, Geometry, LabelMap
from CMRSegmentationLib.sentences import Values

MAXIMUM_SLICES = 40
MAXIMUM_THIN_SLICES = 20
THIN_PITCH_MM = 2.5
"""A short-axis stack has 3 to 25 slices of 5 to 12 mm pitch; over 20 thinner ones are a volume."""
PIXEL_MM = (0.2, 10.0)
PITCH_MM = (0.5, 60.0)
MINIMUM_PIXELS = 16
GRID_TOLERANCE_MM = 0.05
"""NIfTI keeps matrices in single precision; the next voxel is some twenty times as far."""


class ReadError(UserError, ValueError):
    """An input that cannot be read as a cardiac cine; the message says what was found."""


def found(
    code: FindingCode,
    severity: Severity,
    values: Values | None = None,
    *,
    slice_: int | None = None,
) -> Finding:
    """A finding of the reader with the values of its sentence; the slice counts from 0."""
    return Finding.of(code, severity, Origin.READER, values, slice_=slice_)


@dataclass(frozen=True, eq=False)
class NamedCine:
    """A cine and the name that its results are written under.

    Attributes:
        name: unique within the study, made of letters, digits, `.`, `-` and `_`; never from the
            patient's data.
        stack: the cine.

    Raises:
        ValueError: if the name cannot name a folder on every system.
    """

    name: str
    stack: CineStack

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w[\w.\-]*", self.name) or self.name.endswith("."):
            raise ValueError(
                f"Expected a name of letters, digits, '.', '-' and '_', found {self.name!r}."
            )


@dataclass(frozen=True)
class FilePlace:
    """Where a file of a study went.

    Attributes:
        name: relative to the input.
        cines: names of the cines that its images are part of.
        reason: why the file, or a part of it, is part of none; empty if all of it was used.
    """

    name: str
    cines: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Study:
    """The cines of one file or folder.

    Attributes:
        cines: at least one.
        findings: what was left out and why.
        files: every file that was looked at, and where it went.

    Raises:
        ValueError: if there is no cine, or two have the same name.
    """

    cines: tuple[NamedCine, ...]
    findings: tuple[Finding, ...] = ()
    files: tuple[FilePlace, ...] = ()

    def __post_init__(self) -> None:
        names = [cine.name for cine in self.cines]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"Expected at least one cine and names that differ, found {names}.")

    def cines_on_grid_of(self, labels: LabelMap) -> tuple[NamedCine, ...]:
        """The cines on whose grid labels lie, with as many frames."""
        return tuple(
            cine
            for cine in self.cines
            if cine.stack.frames == labels.frames
            and labels.geometry.matches(cine.stack.geometry, GRID_TOLERANCE_MM)
        )


def check_stack(geometry: Geometry) -> None:
    """Refuse a grid that cannot be that of a cine's slices.

    Raises:
        ReadError: for a volume scan, for slices of a few pixels, and for absurd distances.
    """
    slices, rows, columns = geometry.shape_zyx
    pitch, row_mm, column_mm = geometry.spacing_zyx_mm
    size = (
        f"{columns} × {rows} × {slices} voxels of {column_mm:.3g} × {row_mm:.3g} × {pitch:.3g} mm"
    )
    if slices > MAXIMUM_SLICES or (slices > MAXIMUM_THIN_SLICES and pitch < THIN_PITCH_MM):
        raise ReadError(
            f"Expected a stack of at most {MAXIMUM_SLICES} slices of a cine, found a volume that "
            "is "
            f"not a stack of slices ({size})."
        )
    if min(rows, columns) < MINIMUM_PIXELS:
        raise ReadError(
            f"Expected slices of at least {MINIMUM_PIXELS} × {MINIMUM_PIXELS} pixels, found {size}."
        )
    if min(row_mm, column_mm) < PIXEL_MM[0] or max(row_mm, column_mm) > PIXEL_MM[1]:
        raise ReadError(f"Expected pixels of {PIXEL_MM[0]:g} to {PIXEL_MM[1]:g} mm, found {size}.")
    if slices > 1 and not PITCH_MM[0] <= pitch <= PITCH_MM[1]:
        raise ReadError(
            f"Expected slices {PITCH_MM[0]:g} to {PITCH_MM[1]:g} mm apart, found {size}."
        )

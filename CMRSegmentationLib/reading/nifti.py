"""NIfTI-1 and NIfTI-2 images, read and written without losing or over-trusting the header.

SimpleITK refuses the slightly sheared axes that occur in cardiac data sets and does not keep a
header; Slicer has no nibabel. The format: https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h
and nifti2.h.
"""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Severity
from CMRSegmentationLib.image import MAXIMUM_SPACING_MM, MINIMUM_SPACING_MM, Geometry
from CMRSegmentationLib.reading.study import ReadError, found

GZIP_MAGIC = b"\x1f\x8b"
MAXIMUM_IMAGE_BYTES = 2**32
GZIP_LEVEL = 1
"""Label maps are small at any level; 1 is the fastest."""

_NIFTI1 = np.dtype(
    [
        ("sizeof_hdr", "i4"), ("data_type", "S10"), ("db_name", "S18"), ("extents", "i4"),
        ("session_error", "i2"), ("regular", "S1"), ("dim_info", "u1"), ("dim", "i2", 8),
        ("intent_p", "f4", 3), ("intent_code", "i2"), ("datatype", "i2"), ("bitpix", "i2"),
        ("slice_start", "i2"), ("pixdim", "f4", 8), ("vox_offset", "f4"), ("scl_slope", "f4"),
        ("scl_inter", "f4"), ("slice_end", "i2"), ("slice_code", "u1"), ("xyzt_units", "u1"),
        ("cal_max", "f4"), ("cal_min", "f4"), ("slice_duration", "f4"), ("toffset", "f4"),
        ("glmax", "i4"), ("glmin", "i4"), ("descrip", "S80"), ("aux_file", "S24"),
        ("qform_code", "i2"), ("sform_code", "i2"), ("quatern_bcd", "f4", 3), ("qoffset", "f4", 3),
        ("srow", "f4", (3, 4)), ("intent_name", "S16"), ("magic", "V4"),
    ]
)  # fmt: skip
_NIFTI2 = np.dtype(
    [
        ("sizeof_hdr", "i4"), ("magic", "V8"), ("datatype", "i2"), ("bitpix", "i2"),
        ("dim", "i8", 8), ("intent_p", "f8", 3), ("pixdim", "f8", 8), ("vox_offset", "i8"),
        ("scl_slope", "f8"), ("scl_inter", "f8"), ("cal_max", "f8"), ("cal_min", "f8"),
        ("slice_duration", "f8"), ("toffset", "f8"), ("slice_start", "i8"), ("slice_end", "i8"),
        ("descrip", "S80"), ("aux_file", "S24"), ("qform_code", "i4"), ("sform_code", "i4"),
        ("quatern_bcd", "f8", 3), ("qoffset", "f8", 3), ("srow", "f8", (3, 4)),
        ("slice_code", "i4"), ("xyzt_units", "i4"), ("intent_code", "i4"), ("intent_name", "S16"),
        ("dim_info", "u1"), ("unused", "S15"),
    ]
)  # fmt: skip
_MAGIC = {348: b"n+1\0", 540: b"n+2\0\r\n\x1a\n"}

_NUMERIC_TYPES = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8",
    256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8",
}  # fmt: skip
_REFUSED_TYPES = {
    1: "single bits", 32: "complex numbers", 128: "RGB colors", 1536: "128-bit floats",
    1792: "complex numbers", 2048: "complex numbers", 2304: "RGBA colors",
}  # fmt: skip
_MM_PER_UNIT = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
_TIME_UNITS = {8: "s", 16: "ms", 24: "us"}
_SCANNER = 1
_MM_AND_MS = 2 + 16


@dataclass(frozen=True, eq=False)
class Nifti:
    """A NIfTI file.

    Attributes:
        header: the header record in the byte order of the file.
        array: the stored numbers in the file's axis order (x, y, z, …), not scaled.
    """

    header: NDArray[Any]
    array: NDArray[Any]

    @property
    def scaled(self) -> NDArray[Any]:
        """The numbers after `scl_slope` and `scl_inter`; a slope of 0 or NaN means no scaling."""
        slope, intercept = float(self.header["scl_slope"]), float(self.header["scl_inter"])
        if not np.isfinite(slope) or slope == 0.0:
            return self.array
        intercept = intercept if np.isfinite(intercept) else 0.0
        if (slope, intercept) == (1.0, 0.0):
            return self.array
        return self.array * np.float64(slope) + np.float64(intercept)

    @property
    def time_unit(self) -> str | None:
        """`s`, `ms`, `us`, or None where the header does not say."""
        return _TIME_UNITS.get(int(self.header["xyzt_units"]) & 0x38)

    @property
    def time_step(self) -> float:
        """`pixdim[4]` as stored."""
        return float(self.header["pixdim"][4])


def read_nifti(path: Path) -> Nifti:
    """Read `.nii` or `.nii.gz`.

    Raises:
        ReadError: if the file is not a whole, numeric NIfTI image.
    """
    return parse_nifti(path.read_bytes())


def parse_nifti(data: bytes) -> Nifti:
    """The image in the bytes of a `.nii` or `.nii.gz` file.

    Raises:
        ReadError: if they are not a whole, numeric NIfTI image.
    """
    data = _unpacked(data)
    header = _read_header(data)
    shape = _shape(header)
    dtype = _number_type(header)
    start = _start_of_image(header)
    needed = _bytes_of_image(header)
    if len(data) < needed:
        raise ReadError(
            f"The file is truncated: its header promises {needed} bytes, {len(data)} are there."
        )
    values = np.frombuffer(data, dtype, count=math.prod(shape), offset=start)
    return Nifti(header, values.reshape(shape, order="F"))


def read_header(path: Path) -> NDArray[Any]:
    """The header record of a NIfTI file, in its byte order, without reading the image.

    Raises:
        ReadError: if the file is not NIfTI.
    """
    with path.open("rb") as file:
        zipped = file.read(2) == GZIP_MAGIC
    try:
        with gzip.open(path) if zipped else path.open("rb") as stream:
            return _read_header(stream.read(_NIFTI2.itemsize))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ReadError(f"The file is truncated or damaged ({error}).") from error


def _unpacked(data: bytes) -> bytes:
    """Bytes that are not compressed: no more of them than the header promises."""
    if not data.startswith(GZIP_MAGIC):
        return data
    try:
        start = _inflated(data, _NIFTI2.itemsize)
        return _inflated(data, _bytes_of_image(_read_header(start)) + 1)
    except (EOFError, zlib.error) as error:
        raise ReadError(
            f"The file is truncated or damaged: its compressed data are not whole ({error})."
        ) from error


def _inflated(data: bytes, count: int) -> bytes:
    """So many bytes of gzip members, or all that there are.

    In one piece, which other threads do not hold up: `gzip` takes 8 KiB at a time and has to wait
    for its turn before each.

    Raises:
        EOFError, zlib.error: if the data are not whole.
    """
    inflated = b""
    while data.startswith(GZIP_MAGIC) and len(inflated) < count:
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        missing = count - len(inflated)
        part = member.decompress(data, missing)
        if len(part) < missing and not member.eof:
            raise EOFError("the end is missing")
        inflated, data = inflated + part, member.unused_data
    return inflated


def _bytes_of_image(header: NDArray[Any]) -> int:
    """Bytes that a file needs, from its start.

    Raises:
        ReadError: if they are more than those of a cine.
    """
    size = math.prod(_shape(header)) * _number_type(header).itemsize
    if size > MAXIMUM_IMAGE_BYTES:
        raise ReadError(f"The header promises {size / 2**30:.1f} GiB, more than a cine has.")
    return _start_of_image(header) + size


def _start_of_image(header: NDArray[Any]) -> int:
    """Offset of the numbers; the header's if it makes sense."""
    offset = float(header["vox_offset"])
    shortest = header.dtype.itemsize
    return int(offset) if np.isfinite(offset) and shortest <= offset < 2**24 else shortest


def _read_header(data: bytes) -> NDArray[Any]:
    for layout in (_NIFTI1, _NIFTI2):
        for dtype in (layout.newbyteorder("<"), layout.newbyteorder(">")):
            if len(data) >= dtype.itemsize:
                header = np.frombuffer(data, dtype, count=1).reshape(())
                if int(header["sizeof_hdr"]) == dtype.itemsize:
                    return _checked_magic(header)
    raise ReadError(
        "The file is not a NIfTI image: it does not start with a whole NIfTI-1 or NIfTI-2 header."
    )


def _checked_magic(header: NDArray[Any]) -> NDArray[Any]:
    magic = header["magic"].tobytes()
    if magic[:3] in (b"ni1", b"ni2"):
        raise ReadError(
            "The header belongs to a pair of .hdr and .img files; convert it to one .nii.gz file."
        )
    if magic[:3] not in (b"n+1", b"n+2"):
        raise ReadError("The file is not a NIfTI image: its magic string is missing.")
    return header


def _shape(header: NDArray[Any]) -> tuple[int, ...]:
    count = int(header["dim"][0])
    sizes = tuple(int(n) for n in header["dim"][1 : count + 1])
    if not 1 <= count <= 7 or min(sizes) < 1:
        raise ReadError(
            f"The header gives impossible dimensions: {[int(n) for n in header['dim']]}."
        )
    return sizes


def _number_type(header: NDArray[Any]) -> np.dtype[Any]:
    code = int(header["datatype"])
    if code in _REFUSED_TYPES:
        raise ReadError(f"Expected one gray value per voxel, found {_REFUSED_TYPES[code]}.")
    if code not in _NUMERIC_TYPES:
        raise ReadError(f"The header names an unknown number type ({code}).")
    order = ">" if header.dtype["sizeof_hdr"].byteorder == ">" else "<"
    return np.dtype(order + _NUMERIC_TYPES[code])


@np.errstate(invalid="ignore")  # bits of a damaged number, which is refused as not finite
def ijk_to_ras(header: NDArray[Any]) -> tuple[NDArray[np.float64], tuple[Finding, ...]]:
    """The matrix from voxel (i, j, k) to RAS+ mm: sform, else qform, else `pixdim`.

    An affine of unit or no scale whose `pixdim` says otherwise keeps its directions and origin and
    takes its spacing from `pixdim`.

    Raises:
        ReadError: if the spacing is negative, zero, not finite or absurd.
    """
    to_mm = _MM_PER_UNIT.get(int(header["xyzt_units"]) & 0x07, 1.0)
    spacing = header["pixdim"][1:4].astype(np.float64) * to_mm
    if (
        not np.isfinite(spacing).all()
        or spacing.min() < MINIMUM_SPACING_MM
        or spacing.max() > MAXIMUM_SPACING_MM
    ):
        stored = " × ".join(f"{s:g}" for s in spacing)
        raise ReadError(
            f"Expected a voxel spacing between {MINIMUM_SPACING_MM:g} and {MAXIMUM_SPACING_MM:g} "
            "mm, "
            f"the header's pixdim says {stored} mm (x, y, z)."
        )
    findings: list[Finding] = []
    for name, matrix in _affines(header, to_mm):
        scale = np.linalg.norm(matrix[:3, :3], axis=0)
        if _is_usable(matrix) and not _lost_its_scale(scale, spacing):
            if not np.allclose(scale, spacing, rtol=0.01):
                findings.append(_disagreement(name, scale, spacing))
            return matrix, tuple(findings)
        findings.append(_degenerate(name, spacing))
        if _is_usable(matrix):
            matrix[:3, :3] *= spacing / scale
            return matrix, tuple(findings)
    return np.diag([*spacing, 1.0]), (*findings, no_orientation())


def _affines(header: NDArray[Any], to_mm: float) -> list[tuple[str, NDArray[np.float64]]]:
    affines = []
    if int(header["sform_code"]) > 0:
        affines.append(
            ("sform", np.vstack([header["srow"].astype(np.float64) * to_mm, [0, 0, 0, 1]]))
        )
    if int(header["qform_code"]) > 0:
        affines.append(("qform", _qform(header, to_mm)))
    return affines


def _qform(header: NDArray[Any], to_mm: float) -> NDArray[np.float64]:
    """The matrix of the header's quaternion (nifti1.h, method 2), mirrored by `pixdim[0]` of −1."""
    b, c, d = header["quatern_bcd"].astype(np.float64)
    a = np.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    turn = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    matrix = np.eye(4)
    mirror = -1.0 if float(header["pixdim"][0]) < 0 else 1.0
    matrix[:3, :3] = turn * (header["pixdim"][1:4].astype(np.float64) * to_mm * [1.0, 1.0, mirror])
    matrix[:3, 3] = header["qoffset"].astype(np.float64) * to_mm
    return matrix


def _is_usable(matrix: NDArray[np.float64]) -> bool:
    """Whether three finite, independent axes stand in the matrix."""
    scale = np.linalg.norm(matrix[:3, :3], axis=0)
    if not np.isfinite(matrix).all() or scale.min() <= 0.0:
        return False
    return bool(abs(np.linalg.det(matrix[:3, :3] / scale)) > 1e-3)


def _lost_its_scale(scale: NDArray[np.float64], spacing: NDArray[np.float64]) -> bool:
    """Whether the matrix has no scale where `pixdim` has one, as in every file of ACDC."""
    return bool(np.allclose(scale, 1.0, atol=1e-3) and not np.allclose(spacing, 1.0, atol=1e-2))


def _degenerate(name: str, spacing: NDArray[np.float64]) -> Finding:
    values = {"phrase": "spacing_guessed.pixdim", "matrix": name, "used": _times(spacing)}
    return found(FindingCode.SPACING_GUESSED, Severity.INFO, values)


def _disagreement(name: str, scale: NDArray[np.float64], spacing: NDArray[np.float64]) -> Finding:
    values = {
        "phrase": "spacing_guessed.matrix",
        "matrix": name,
        "used": _times(scale),
        "other": _times(spacing),
    }
    return found(FindingCode.SPACING_GUESSED, Severity.WARNING, values)


def _times(spacing: NDArray[np.float64]) -> str:
    return " × ".join(f"{step:g}" for step in spacing)


def no_orientation() -> Finding:
    """The finding of a file without directions in the patient."""
    return found(FindingCode.ORIENTATION_UNKNOWN, Severity.INFO)


def label_file(labels: NDArray[np.uint8], header: NDArray[Any]) -> bytes:
    """A NIfTI file of uint8 labels under a copy of another file's header.

    Args:
        labels: (T, Z, Y, X).
        header: record whose grid, affines and axes the file keeps.

    Raises:
        ValueError: if the labels do not fit the header's dimensions.
    """
    shape = _shape(header)
    in_time = [size for size in shape[3:] if size > 1] or [1]
    if (*(*shape, 1, 1)[:3], *in_time) != labels.shape[::-1]:
        raise ValueError(
            f"Labels of shape {labels.shape} (t, z, y, x) do not fit an image of {shape} (x, y, z, "
            "t)."
        )
    record = header.copy()
    record["datatype"], record["bitpix"] = 2, 8
    record["scl_slope"], record["scl_inter"] = 1.0, 0.0
    record["cal_max"], record["cal_min"] = 0.0, 0.0
    record["vox_offset"] = record.dtype.itemsize + 4
    no_extensions = bytes(4)
    return record.tobytes() + no_extensions + labels.tobytes()


def new_header(geometry: Geometry, frames: int, step_ms: float | None) -> NDArray[Any]:
    """A NIfTI-1 header for a grid from elsewhere; with a qform where the axes are orthogonal."""
    matrix = geometry.ijk_to_ras
    slices, rows, columns = geometry.shape_zyx
    header = np.zeros((), _NIFTI1.newbyteorder("<"))
    header["sizeof_hdr"], header["magic"] = _NIFTI1.itemsize, _MAGIC[_NIFTI1.itemsize]
    header["dim"] = [4 if frames > 1 else 3, columns, rows, slices, frames, 1, 1, 1]
    header["pixdim"] = [1.0, *geometry.spacing_zyx_mm[::-1], step_ms or 0.0, 0.0, 0.0, 0.0]
    header["xyzt_units"] = _MM_AND_MS
    header["sform_code"], header["srow"] = _SCANNER, matrix[:3]
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    if np.allclose(axes.T @ axes, np.eye(3), atol=1e-4):
        mirror = -1.0 if np.linalg.det(axes) < 0 else 1.0
        header["pixdim"][0] = mirror
        header["qform_code"], header["qoffset"] = _SCANNER, matrix[:3, 3]
        header["quatern_bcd"] = _quaternion(axes * [1.0, 1.0, mirror])
    return header


def _quaternion(turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (b, c, d) of a rotation matrix with a ≥ 0 (Bar-Itzhack 2000, doi:10.2514/2.4654)."""
    m = turn
    k = np.array(
        [
            [m[0, 0] - m[1, 1] - m[2, 2], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[2, 1] - m[1, 2]],
            [m[0, 1] + m[1, 0], m[1, 1] - m[0, 0] - m[2, 2], m[1, 2] + m[2, 1], m[0, 2] - m[2, 0]],
            [m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], m[2, 2] - m[0, 0] - m[1, 1], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], m[0, 0] + m[1, 1] + m[2, 2]],
        ]
    )
    b, c, d, a = np.linalg.eigh(k)[1][:, -1]
    return np.array([b, c, d]) * (-1.0 if a < 0 else 1.0)

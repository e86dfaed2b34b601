"""MetaImage files (`.mha`, `.mhd`): lines of `name = value`, then raw or zlib-packed numbers.

Read here and not by SimpleITK, which trusts the sizes that a damaged header promises. The format:
https://itk.org/Wiki/ITK/MetaIO/Documentation.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError

_TYPES = {
    "MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2", "MET_INT": "i4",
    "MET_UINT": "u4", "MET_LONG": "i4", "MET_ULONG": "u4", "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8", "MET_FLOAT": "f4", "MET_DOUBLE": "f8",
}  # fmt: skip
_LAST_FIELD = "elementdatafile"
_MAXIMUM_HEADER_BYTES = 65536


@dataclass(frozen=True, eq=False)
class MetaImage:
    """A MetaImage of three or four dimensions.

    Attributes:
        array: as stored in the file's axis order (x, y, z[, t]).
        ijk_to_lps: 4 × 4 matrix of the first three axes to LPS mm.
        time_step: spacing of the fourth axis, if there is one.
    """

    array: NDArray[Any]
    ijk_to_lps: NDArray[np.float64]
    time_step: float | None


def parse_metaimage(data: bytes, source: Source) -> MetaImage:
    """The image in the bytes of a `.mha` or `.mhd` file.

    Args:
        data: the whole file.
        source: the file, beside which data in a file of their own lie.

    Raises:
        ReadError: if it is not a whole MetaImage of one gray value per voxel.
    """
    fields, start = _parse_header(data)
    sizes = tuple(int(n) for n in _numbers(fields, "dimsize", None))
    if len(sizes) not in (3, 4):
        raise ReadError(f"Expected an image of 3 or 4 dimensions, found {len(sizes)}.")
    if min(sizes) < 1:
        raise ReadError(f"The header gives impossible dimensions: {sizes}.")
    channels = fields.get("elementnumberofchannels", "1")
    if channels != "1":
        raise ReadError(f"Expected one gray value per voxel, found {channels}.")
    values = _values(fields, data[start:], source, math.prod(sizes))
    matrix, spacing = _matrix(fields, len(sizes))
    return MetaImage(
        values.reshape(sizes, order="F"), matrix, spacing[3] if len(sizes) == 4 else None
    )


def _parse_header(data: bytes) -> tuple[dict[str, str], int]:
    """Fields by their names in small letters, and the offset of attached data."""
    fields: dict[str, str] = {}
    offset = 0
    while _LAST_FIELD not in fields:
        end = data.find(b"\n", offset, _MAXIMUM_HEADER_BYTES)
        name, separator, value = data[offset:end].partition(b"=")
        if end < 0 or not separator:
            raise ReadError("The file is truncated, damaged or not a MetaImage.")
        fields[name.decode("ascii", "replace").strip().lower()] = value.decode(
            "utf-8", "replace"
        ).strip()
        offset = end + 1
    return fields, offset


def _numbers(fields: dict[str, str], name: str, count: int | None) -> list[float]:
    """The finite numbers of a field.

    Raises:
        ReadError: if there are none, or not as many as expected.
    """
    words = fields.get(name, "").split()
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    is_count = len(numbers) == count if count is not None else bool(numbers)
    if not is_count or not np.isfinite(numbers).all() or max(map(abs, numbers)) > 2**31:
        raise ReadError(f"The MetaImage header has no usable {name}: {' '.join(words)[:60]!r}.")
    return numbers


def _values(fields: dict[str, str], attached: bytes, source: Source, count: int) -> NDArray[Any]:
    kind = fields.get("elementtype", "").upper()
    if kind not in _TYPES:
        raise ReadError(f"The header names a number type that is not supported: {kind[:40]}.")
    if fields.get("binarydata", "True").lower() != "true":
        raise ReadError("The MetaImage holds its numbers as text; save it as binary data.")
    msb = fields.get("binarydatabyteordermsb", fields.get("elementbyteordermsb", "False"))
    dtype = np.dtype((">" if msb.lower() == "true" else "<") + _TYPES[kind])
    needed = count * dtype.itemsize
    raw = _raw(source, fields[_LAST_FIELD], attached)
    if fields.get("compresseddata", "False").lower() == "true":
        raw = _inflated(raw, needed)
    elif fields.get("headersize", "0") not in ("0", ""):
        skip = _numbers(fields, "headersize", 1)[0]
        raw = raw[-needed:] if skip < 0 else raw[int(skip) :]
    if len(raw) < needed:
        raise ReadError(
            f"The file is truncated: its header promises {needed} bytes, {len(raw)} are there."
        )
    return np.frombuffer(raw, dtype, count=count)


def _raw(header: Source, name: str, attached: bytes) -> bytes:
    if name.upper() == "LOCAL":
        return attached
    if name.upper().startswith("LIST") or "%" in name:
        raise ReadError("The header lists several data files; save the image as one file.")
    return header.read_beside(name)


def _inflated(data: bytes, needed: int) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, needed)
    except zlib.error as error:
        raise ReadError(
            f"The file is truncated or damaged: its compressed data are not whole ({error})."
        ) from error


def _matrix(fields: dict[str, str], dimension: int) -> tuple[NDArray[np.float64], list[float]]:
    """The matrix of the first three axes to LPS mm, and the spacing of every axis."""
    name = "elementspacing" if "elementspacing" in fields else "elementsize"
    spacing = _numbers(fields, name, dimension) if name in fields else [1.0] * dimension
    if min(spacing[:3]) <= 0.0:
        found = " ".join(f"{value:g}" for value in spacing)
        raise ReadError(f"Expected a positive voxel spacing, found {found} (x, y, z).")
    directions = np.eye(dimension)
    for name in ("transformmatrix", "rotation", "orientation"):
        if name in fields:
            directions = np.reshape(_numbers(fields, name, dimension**2), directions.shape)
            break
    matrix = np.eye(4)
    matrix[:3, :3] = (directions[:3, :3] * np.array(spacing[:3])[:, None]).T
    for name in ("offset", "position", "origin"):
        if name in fields:
            matrix[:3, 3] = _numbers(fields, name, dimension)[:3]
            break
    return matrix, spacing

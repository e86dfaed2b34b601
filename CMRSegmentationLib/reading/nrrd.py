"""NRRD images: plain 4-D files, Slicer's volume sequences (`.seq.nrrd`) and its segmentations.

SimpleITK turns a list axis into vector components and drops its times. The format:
http://teem.sourceforge.net/nrrd/format.html; Slicer's fields: its developer guide, Sequences and
Segmentations.
"""

from __future__ import annotations

import bz2
import gzip
import io
import math
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError

_TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_NUMPY_TYPE = {name: code for code, names in _TYPES.items() for name in names}

_TO_RAS = {
    "right-anterior-superior": (1, 1, 1), "ras": (1, 1, 1),
    "left-anterior-superior": (-1, 1, 1), "las": (-1, 1, 1),
    "left-posterior-superior": (-1, -1, 1), "lps": (-1, -1, 1),
}  # fmt: skip
VIEW_KEY = "CMR.View"
_STRUCTURES = {
    Label.LV: ("87878005", "lv", "left ventricle", "left ventricle blood pool"),
    Label.MYO: ("74281007", "myo", "myocardium", "left ventricle myocardium"),
    Label.RV: ("53085002", "rv", "right ventricle", "right ventricle blood pool"),
}
"""SNOMED CT code, ID and names by which a segment is known."""
MAXIMUM_SIZE = 2**20
MAXIMUM_IMAGE_BYTES = 2**32
_SPATIAL_KINDS = ("domain", "space")
_TIME_KINDS = ("list", "time")
_TIME_UNITS = {
    "s": "s", "sec": "s", "second": "s", "seconds": "s",
    "ms": "ms", "msec": "ms", "millisecond": "ms", "milliseconds": "ms",
    "us": "us", "µs": "us", "usec": "us",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Nrrd:
    """A NRRD image of three spatial axes, with or without a time axis.

    Attributes:
        array: (T, Z, Y, X) as stored; of a segmentation whose segments are known structures, their
            values of `Label`.
        ijk_to_ras: 4 × 4 matrix to RAS+ mm.
        times: one time a frame in `time_unit`, where the file gives them.
        time_unit: `s`, `ms`, `us`, or None where the file does not say.
        has_orientation: whether the file gives directions in the patient.
        view: the value of `CMR.View`, with which the Slicer module names the imaging plane.
    """

    array: NDArray[Any]
    ijk_to_ras: NDArray[np.float64]
    times: tuple[float, ...] | None
    time_unit: str | None
    has_orientation: bool
    view: str | None = None


def read_nrrd(path: Path) -> Nrrd:
    """Read `.nrrd`, `.nhdr` or `.seq.nrrd`.

    Raises:
        ReadError: if the file is not a whole NRRD image of one gray value per voxel over three axes
            of space and at most one of time.
    """
    return parse_nrrd(path.read_bytes(), Source(path.name, path))


def parse_nrrd(data: bytes, source: Source) -> Nrrd:
    """The image in the bytes of a NRRD file.

    Args:
        data: the whole file.
        source: the file, beside which data in a file of their own lie.

    Raises:
        ReadError: if it is not a whole NRRD image of one gray value per voxel over three axes of
            space and at most one of time.
    """
    fields, keys, start = _parse_header(data)
    numbers = _numbers(_required(fields, "sizes"))
    sizes = tuple(int(n) for n in numbers if abs(n) <= MAXIMUM_SIZE)
    if not sizes or len(sizes) < len(numbers):
        raise ReadError(f"The NRRD header gives impossible sizes: {fields['sizes'][:60]}.")
    kinds = _kinds(fields, keys, len(sizes))
    time_axis = _time_axis(kinds, sizes)
    values = _values(fields, data[start:], source, sizes)
    array = values.reshape(sizes, order="F")
    array = array[..., None] if time_axis is None else np.moveaxis(array, time_axis, 3)
    matrix, oriented = _ijk_to_ras(
        fields, [axis for axis in range(len(sizes)) if axis != time_axis]
    )
    times, unit = (
        (None, None) if time_axis is None else _times(fields, keys, time_axis, sizes[time_axis])
    )
    image = _as_labels(array.transpose(3, 2, 1, 0), keys)
    return Nrrd(image, matrix, times, unit, oriented, keys.get(VIEW_KEY))


def _parse_header(data: bytes) -> tuple[dict[str, str], dict[str, str], int]:
    """Fields, key/value pairs and the offset of attached data."""
    if not data.startswith(b"NRRD"):
        raise ReadError("The file is not a NRRD image: it does not start with NRRD.")
    end = re.search(rb"\r?\n\r?\n", data)
    stop, start = (end.start(), end.end()) if end else (len(data), len(data))
    fields: dict[str, str] = {}
    keys: dict[str, str] = {}
    for line in data[:stop].decode("utf-8", "replace").splitlines()[1:]:
        name, separator, value = line.partition(":")
        if line.startswith("#") or not separator:
            continue
        if value.startswith("="):
            keys[name.strip()] = value[1:].strip()
        else:
            fields[name.strip().lower()] = value.strip()
    return fields, keys, start


def _as_labels(array: NDArray[Any], keys: dict[str, str]) -> NDArray[Any]:
    """The values of `Label` in place of those that a segmentation gives to its segments.

    Where no segment is a known structure, the values are left as they are.
    """
    numbers = [n for n in range(len(keys)) if f"Segment{n}_LabelValue" in keys]
    if any(keys.get(f"Segment{n}_Layer", "0") != "0" for n in numbers):
        raise ReadError("The segments overlap; let none of them and save the segmentation anew.")
    structures = [_structure(keys, n) for n in numbers]
    if not any(structures):
        return array
    if None in structures or len(set(structures)) < len(structures):
        names = ", ".join(keys.get(f"Segment{n}_Name", "?")[:60] for n in numbers)
        raise ReadError(
            "Expected one segment each of the left ventricle, its myocardium and the right "
            f"ventricle at most, found {names}; delete or rename the others."
        )
    labels = np.zeros_like(array)
    for n, structure in zip(numbers, structures, strict=True):
        labels[array == int(keys[f"Segment{n}_LabelValue"])] = structure
    return labels


def _structure(keys: dict[str, str], number: int) -> Label | None:
    """What a segment shows by its terminology, else by its ID, else by its name."""
    tags = keys.get(f"Segment{number}_Tags", "")
    called = [keys.get(f"Segment{number}_{key}", "").casefold() for key in ("ID", "Name")]
    for text in (*re.findall(r"SCT\^([0-9]+)\^", tags), *called):
        for label, known in _STRUCTURES.items():
            if text in known:
                return label
    return None


def _required(fields: dict[str, str], name: str) -> str:
    if not fields.get(name):
        raise ReadError(f"The NRRD header has no field '{name}'.")
    return fields[name]


def _kinds(fields: dict[str, str], keys: dict[str, str], dimension: int) -> list[str]:
    """The kind of each axis; without the field, an axis without direction is a list.

    The frames of a MultiVolume are a list, though some writers call them a vector.
    """
    if "kinds" in fields:
        kinds = [kind.lower() for kind in fields["kinds"].split()]
    elif "space directions" in fields:
        kinds = [
            "list" if "none" in part else "domain"
            for part in _split_vectors(fields["space directions"])
        ]
    else:
        kinds = ["domain"] * min(dimension, 3) + ["list"] * (dimension - 3)
    if keys.get("MultiVolume.NumberOfFrames") or keys.get("MultiVolume.FrameLabels"):
        kinds = ["list" if kind == "vector" else kind for kind in kinds]
    if len(kinds) != dimension:
        raise ReadError(f"The NRRD header names {len(kinds)} kinds of axes for {dimension} axes.")
    return kinds


def _time_axis(kinds: list[str], sizes: tuple[int, ...]) -> int | None:
    if min(sizes) < 1:
        raise ReadError(f"The NRRD header gives impossible sizes: {sizes}.")
    if len(kinds) == 3 and all(kind in _SPATIAL_KINDS or kind == "???" for kind in kinds):
        return None
    other = [axis for axis, kind in enumerate(kinds) if kind not in _SPATIAL_KINDS]
    if len(kinds) == 4 and not other:
        return 3
    if (
        len(kinds) == 4
        and len(other) == 1
        and other[0] in (0, 3)
        and kinds[other[0]] in (*_TIME_KINDS, "???", "none")
    ):
        return other[0]
    raise ReadError(
        "Expected one gray value per voxel over three axes of space and at most one of time, found "
        f"axes of kind {', '.join(kinds)} ({len(kinds)}-D)."
    )


def _values(
    fields: dict[str, str], attached: bytes, source: Source, sizes: tuple[int, ...]
) -> NDArray[Any]:
    kind = _required(fields, "type").lower()
    if kind not in _NUMPY_TYPE:
        raise ReadError(f"The NRRD header names a number type that is not supported: {kind}.")
    order = ">" if fields.get("endian", "little").lower() == "big" else "<"
    dtype = np.dtype(order + _NUMPY_TYPE[kind])
    detached = fields.get("data file") or fields.get("datafile")
    raw = _detached(source, detached) if detached else attached
    needed = math.prod(sizes) * dtype.itemsize
    if needed > MAXIMUM_IMAGE_BYTES:
        raise ReadError(f"The header promises {needed / 2**30:.1f} GiB, more than a cine has.")
    data = _image_bytes(fields, raw, needed)
    if len(data) < needed:
        raise ReadError(
            f"The file is truncated: its header promises {needed} bytes of image, {len(data)} are "
            "there."
        )
    return np.frombuffer(data, dtype, count=math.prod(sizes))


def _detached(header: Source, name: str) -> bytes:
    if name.startswith("LIST") or "%" in name:
        raise ReadError(
            "The NRRD header lists several data files, which is not supported; save it as one file."
        )
    return header.read_beside(name)


def _image_bytes(fields: dict[str, str], raw: bytes, needed: int) -> bytes:
    """The numbers' bytes, without the lines before the encoded and the bytes before the decoded.

    A byte skip of -1 stands for the last bytes of raw data, whatever comes before.
    """
    encoding = _required(fields, "encoding").lower()
    lines = _skip(fields, "line")
    if encoding == "raw" and _skip_text(fields, "byte") == "-1":
        return raw[-needed:]
    skip = _skip(fields, "byte")
    return _decoded(_after_lines(raw, lines), encoding, skip + needed)[skip:]


def _skip_text(fields: dict[str, str], unit: str) -> str:
    return fields.get(f"{unit} skip") or fields.get(f"{unit}skip") or "0"


def _skip(fields: dict[str, str], unit: str) -> int:
    """How many lines or bytes the image is preceded by."""
    text = _skip_text(fields, unit)
    if not re.fullmatch("[0-9]{1,18}", text) or int(text) > MAXIMUM_IMAGE_BYTES:
        raise ReadError(
            f"Expected as {unit} skip of the NRRD header a whole number from 0 (bytes of raw data "
            f"also -1), found {text[:60]!r}; save the image anew without it."
        )
    return int(text)


def _after_lines(data: bytes, lines: int) -> bytes:
    parts = data.split(b"\n", lines)
    return parts[lines] if len(parts) > lines else b""


def _decoded(data: bytes, encoding: str, needed: int) -> bytes:
    """The numbers' bytes, no more than the header promises."""
    try:
        if encoding in ("gzip", "gz"):
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                return file.read(needed + 1)
        if encoding in ("bzip2", "bz2"):
            with bz2.BZ2File(io.BytesIO(data)) as file:
                return file.read(needed)
    except (EOFError, zlib.error, OSError, ValueError) as error:
        raise ReadError(
            f"The file is truncated or damaged: its compressed data are not whole ({error})."
        ) from error
    if encoding == "raw":
        return data
    raise ReadError(f"Expected NRRD encoding raw, gzip or bzip2, found {encoding}.")


def _split_vectors(text: str) -> list[str]:
    return re.findall(r"none|\([^)]*\)", text)


def _vector(text: str) -> list[float]:
    try:
        return [float(number) for number in text.strip("() ").split(",")]
    except ValueError as error:
        raise ReadError(
            f"Expected a vector such as (1,0,0) in the NRRD header, found {text!r}."
        ) from error


def _ijk_to_ras(fields: dict[str, str], spatial: list[int]) -> tuple[NDArray[np.float64], bool]:
    """The matrix of the spatial axes, and whether it holds directions in the patient."""
    matrix = np.eye(4)
    if "space directions" not in fields:
        matrix[:3, :3] = np.diag(_spacings(fields, spatial))
        return matrix, False
    vectors = _split_vectors(fields["space directions"])
    if len(vectors) <= max(spatial):
        raise ReadError("The NRRD header gives too few space directions.")
    columns = [_vector(vectors[axis])[:3] for axis in spatial if vectors[axis] != "none"]
    if len(columns) != 3 or any(len(column) != 3 for column in columns):
        raise ReadError(
            "Expected a direction of three numbers for each spatial axis of the NRRD header."
        )
    matrix[:3, :3] = np.transpose(columns)
    if "space origin" in fields:
        matrix[:3, 3] = _origin(fields["space origin"])
    space = fields.get("space", "").lower().removesuffix("-time").removesuffix("t")
    is_known = space in _TO_RAS
    if not is_known and _space_dimension(fields) == 4:  # as SimpleITK writes four dimensions
        space = "lps"
    return np.diag([*_TO_RAS.get(space, (1, 1, 1)), 1.0]) @ matrix, is_known


def _origin(text: str) -> list[float]:
    origin = _vector(text)[:3]
    if len(origin) != 3:
        raise ReadError(f"Expected a space origin of three numbers, found {text[:60]!r}.")
    return origin


def _space_dimension(fields: dict[str, str]) -> int | None:
    """Dimensions of the space that the directions lie in; the fourth is time."""
    if fields.get("space", "").lower().endswith(("-time", "rast", "last", "lpst")):
        return 4
    found = _numbers(fields.get("space dimension", ""))
    return 4 if found == (4.0,) else None


def _spacings(fields: dict[str, str], spatial: list[int]) -> list[float]:
    spacings = _numbers(_required(fields, "spacings"))
    if len(spacings) <= max(spatial):
        raise ReadError("The NRRD header gives too few spacings.")
    chosen = [spacings[axis] for axis in spatial]
    if not all(spacing > 0.0 for spacing in chosen):
        raise ReadError(f"Expected a positive voxel spacing, found {chosen} (x, y, z).")
    return chosen


def _times(
    fields: dict[str, str], keys: dict[str, str], axis: int, frames: int
) -> tuple[tuple[float, ...] | None, str | None]:
    """Times from Slicer's `axis N index values`, else from the spacing of the axis."""
    unit = _time_unit(fields, keys, axis)
    for place in (axis, 0, 3):
        values = _numbers(keys.get(f"axis {place} index values", ""))
        if len(values) == frames:
            return values, unit
    labels = _numbers(keys.get("MultiVolume.FrameLabels", "").replace(",", " "))
    if len(labels) == frames:
        return labels, unit or _multi_volume_unit(keys)
    step = _numbers(fields.get("spacings", ""))[axis : axis + 1] or _time_direction(fields, axis)
    if step and math.isfinite(step[0]) and step[0] > 0:
        return tuple(step[0] * frame for frame in range(frames)), unit
    return None, unit


def _multi_volume_unit(keys: dict[str, str]) -> str | None:
    """The unit of MultiVolume frame labels: their own, or that of the DICOM tag they come from."""
    named = keys.get("MultiVolume.FrameIdentifyingDICOMTagUnits", "").strip().lower()
    if named in _TIME_UNITS:
        return _TIME_UNITS[named]
    return "ms" if keys.get("MultiVolume.FrameIdentifyingDICOMTagName") == "TriggerTime" else None


def _time_direction(fields: dict[str, str], axis: int) -> tuple[float, ...]:
    """The step of a time axis that is one of four dimensions of space, empty if it is none."""
    vectors = _split_vectors(fields.get("space directions", ""))
    if axis >= len(vectors) or vectors[axis] == "none":
        return ()
    vector = _vector(vectors[axis])
    return (vector[3],) if len(vector) == 4 else ()


def _time_unit(fields: dict[str, str], keys: dict[str, str], axis: int) -> str | None:
    units = re.findall(r'"([^"]*)"', fields.get("units", ""))
    named = units[axis] if axis < len(units) else ""
    return _TIME_UNITS.get((named or keys.get(f"axis {axis} index unit", "")).strip().lower())


def _numbers(text: str) -> tuple[float, ...]:
    """The numbers in a text; none if something else is among them."""
    try:
        return tuple(float(unquote(word)) for word in text.split())
    except ValueError:
        return ()

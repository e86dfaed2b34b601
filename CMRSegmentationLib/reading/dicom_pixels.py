"""The stored numbers of DICOM images: read or decompressed, and turned into intensities.

Compressed pixels are decoded by the GDCM inside SimpleITK, which Slicer has as well: run-length,
JPEG (lossless and lossy), JPEG-LS and JPEG 2000. What it cannot decode is left to the decoders that
pydicom finds. Pixel data: DICOM PS3.5, chapter 8 and annex A.4; PS3.3, C.7.6.3.
"""

from __future__ import annotations

import io
import struct
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from CMRSegmentationLib.reading.codestreams import fits_codestream
from CMRSegmentationLib.reading.dicom_file import (
    DEFLATED,
    EXPLICIT,
    NATIVE,
    DicomFile,
    find_pixels,
    lenient,
    open_dicom,
)
from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError

MAXIMUM_ROWS = 4096
RUN_LENGTHS = "1.2.840.10008.1.2.5"
_FRAGMENT = b"\xfe\xff\x00\xe0"
BATCH_BYTES = 2**26
"""Compressed frames are decoded so many bytes at a time."""
AIR_SHARE = 0.999
"""So many pixels of an inverted image have numbers up to that of air; the others are outliers."""
LOSSY = {
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203",
}  # fmt: skip
"""JPEG baseline and extended, near-lossless JPEG-LS, lossy JPEG 2000 and its fast form."""


@dataclass(frozen=True)
class Coding:
    """How the pixels of a file are stored.

    Attributes:
        size_yx: rows and columns.
        frames: whole frames that the file holds.
        bits_allocated, bits_stored, high_bit: of a pixel; what lies above or below is not image.
        is_signed: whether the highest stored bit is a sign.
        is_inverted: whether larger numbers are darker (MONOCHROME1).
        byte_order: `<` or `>`.
        syntax: UID of the transfer syntax.
        offset: bytes to the first frame where the pixels are stored as they are.
        padding: stored number of pixels outside the image, None where the file has none.
    """

    size_yx: tuple[int, int]
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_inverted: bool
    byte_order: str
    syntax: str
    offset: int
    padding: int | None = None

    @property
    def is_compressed(self) -> bool:
        """Whether the pixels need a decoder."""
        return self.syntax not in NATIVE

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame that is not compressed."""
        return self.size_yx[0] * self.size_yx[1] * self.bits_allocated // 8

    @property
    def stored_type(self) -> np.dtype[Any]:
        """Unsigned number type of a stored pixel."""
        return np.dtype(f"{self.byte_order}u{self.bits_allocated // 8}")


@dataclass(frozen=True, eq=False)
class PixelPlace:
    """Where the stored numbers of a frame lie.

    Attributes:
        source: the file.
        index: 0-based frame within the file.
        coding: of the file.
        slope, intercept: stored number to intensity.
    """

    source: Source
    index: int
    coding: Coding
    slope: float = 1.0
    intercept: float = 0.0


def read_coding(file: DicomFile) -> tuple[Coding, int]:
    """How a file stores its pixels, and how many frames it promises; the stream stands before them.

    Raises:
        ReadError: if there are no pixels of whole numbers, or not one whole frame of them.
    """
    dataset = file.dataset
    promised = max(int(dataset.get("NumberOfFrames", 1) or 1), 1)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    bits = int(dataset.BitsAllocated)
    if bits not in (8, 16, 32):
        raise ReadError(f"expected 8, 16 or 32 bits a pixel, found {bits}")
    if not 0 < rows <= MAXIMUM_ROWS or not 0 < columns <= MAXIMUM_ROWS:
        raise ReadError(f"expected up to {MAXIMUM_ROWS} rows and columns, found {rows} × {columns}")
    stored, high = _bits(dataset, bits)
    place = find_pixels(file)
    syntax = file.syntax
    if not place.is_encapsulated and syntax not in NATIVE:
        syntax = EXPLICIT  # decompressed by a program that kept the name of the compression
    size = rows * columns * bits // 8
    if place.is_encapsulated and syntax in NATIVE:
        raise ReadError("compressed pixels that the header calls uncompressed")
    frames = promised if place.is_encapsulated else min(promised, place.available // size)
    if frames == 0:
        raise ReadError(f"truncated file: {size} bytes of pixels expected, {place.available} found")
    coding = Coding(
        (rows, columns), frames, bits, stored, high,
        is_signed=bool(int(dataset.get("PixelRepresentation", 0) or 0)),
        is_inverted=str(dataset.get("PhotometricInterpretation", "")) == "MONOCHROME1",
        byte_order=file.byte_order, syntax=syntax, offset=place.offset,
        padding=_padding(dataset, file.byte_order, bits),
    )  # fmt: skip
    return coding, promised


def _bits(dataset: Any, allocated: int) -> tuple[int, int]:
    """Bits stored and the highest of them; all allocated ones where the header makes no sense."""
    stored = int(dataset.get("BitsStored") or allocated)
    high = dataset.get("HighBit")
    high = stored - 1 if high is None else int(high)
    if not 1 <= stored <= allocated or not stored - 1 <= high < allocated:
        return allocated, allocated - 1
    return stored, high


def _padding(dataset: Any, byte_order: str, allocated: int) -> int | None:
    """The word that stands for no image, whether the header gives its sign or not."""
    value = dataset.get("PixelPaddingValue")
    if isinstance(value, bytes):
        value = int.from_bytes(value[:2], "little" if byte_order == "<" else "big")
    return value & ((1 << allocated) - 1) if isinstance(value, int) else None


Image = NDArray[np.float32]


def read_intensities(places: Sequence[PixelPlace]) -> Iterator[tuple[int, Image | ReadError]]:
    """The (Y, X) intensities of frames, or why a frame has none.

    Args:
        places: frames of one or several files.

    Yields:
        The position in `places`, and the image or the error.
    """
    files: dict[int, list[int]] = defaultdict(list)
    alike: dict[Coding, list[tuple[int, bytes]]] = defaultdict(list)
    for position, place in enumerate(places):
        files[id(place.source)].append(position)
    for positions in files.values():
        members = [places[position] for position in positions]
        if not members[0].coding.is_compressed:
            yield from _read_native(positions, members)
            continue
        try:
            fragments = _fragments(members)
        except ReadError as error:
            yield from ((position, error) for position in positions)
        else:
            kind = replace(members[0].coding, frames=1, offset=0)
            for position, data in zip(positions, fragments, strict=True):
                if data is None:
                    yield position, ReadError("truncated file: images cut off")
                else:
                    alike[kind].append((position, data))
    for coding, members_of_kind in alike.items():
        yield from _decoded(coding, members_of_kind, places)


def _read_native(
    positions: list[int], places: list[PixelPlace]
) -> Iterator[tuple[int, Image | ReadError]]:
    """Frames of one file whose pixels are stored as they are."""
    done = 0
    try:
        for place, image in zip(places, _native(places), strict=True):
            yield positions[done], intensities(image, place)
            done += 1
    except (ReadError, OSError) as error:
        reason = _reason(error)
        yield from ((position, reason) for position in positions[done:])


def _reason(error: ReadError | OSError) -> ReadError:
    if isinstance(error, ReadError):
        return error
    return ReadError(f"unreadable file ({error.strerror or error})")


def intensities(stored: NDArray[Any], place: PixelPlace) -> NDArray[np.float32]:
    """(Y, X) intensities of (Y, X) stored numbers."""
    image = _unpadded(numbers(stored, place.coding), place.coding).astype(np.float32)
    if (place.slope, place.intercept) != (1.0, 0.0):
        image = image * np.float32(place.slope) + np.float32(place.intercept)
    return _turned_round(image) if place.coding.is_inverted else image


def _unpadded(values: NDArray[Any], coding: Coding) -> NDArray[Any]:
    """Pixels outside the image as dark as the darkest within it (DICOM PS3.3, C.7.5.1.1.2).

    Zero and numbers that the image has as well do no harm and stay.
    """
    if coding.padding is None:
        return values
    padding = numbers(np.array([coding.padding], f"u{coding.bits_allocated // 8}"), coding)[0]
    is_image = values != padding
    inside = values[is_image]
    if inside.size in (0, values.size) or 0 <= padding <= inside.max():
        return values
    return np.where(is_image, values, inside.max() if coding.is_inverted else inside.min())


def _turned_round(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inverted gray values from air upward, which has the largest numbers but for a few pixels.

    Some programs invert about the largest number of each image, so that no constant turns them all;
    a single pixel moves that number, and the whole image would flicker with it.
    """
    air = np.quantile(image, AIR_SHARE, method="lower")
    return np.asarray((air - image).clip(0), dtype=np.float32)


def numbers(stored: NDArray[Any], coding: Coding) -> NDArray[Any]:
    """The values of stored pixels: other bits are dropped, the sign is extended."""
    size = coding.bits_allocated // 8
    if coding.bits_stored == coding.bits_allocated:
        return stored.view(stored.dtype.str.replace("u", "i")) if coding.is_signed else stored
    values = stored.astype(f"u{size}") >> (coding.high_bit + 1 - coding.bits_stored)
    values = (values & ((1 << coding.bits_stored) - 1)).astype(np.int64)
    if coding.is_signed:
        values -= (values >> (coding.bits_stored - 1)) << coding.bits_stored
    return np.asarray(values)


def _native(places: list[PixelPlace]) -> Iterator[NDArray[Any]]:
    coding, source = places[0].coding, places[0].source
    with source.open() as opened:
        stream = opened
        if coding.syntax == DEFLATED:
            file = open_dicom(opened, [])
            stream = opened if file is None else file.stream
        for place in places:
            stream.seek(coding.offset + place.index * coding.frame_bytes)
            data = stream.read(coding.frame_bytes)
            if len(data) < coding.frame_bytes:
                raise ReadError("a file became shorter while it was read")
            yield np.frombuffer(data, coding.stored_type).reshape(coding.size_yx)


def _fragments(places: list[PixelPlace]) -> list[bytes | None]:
    """The compressed bytes of frames of one file; None for those that were cut off.

    Raises:
        ReadError: if none is there.
    """
    coding = places[0].coding
    try:
        with lenient(), places[0].source.open() as stream:
            try:
                data = pydicom.dcmread(stream, force=True, specific_tags=["PixelData"]).PixelData
                found = _compressed_frames(data, coding.frames)
            except Exception as error:  # damaged fragments break pydicom anywhere
                found = _whole_frames(stream, coding)
                if not found:
                    name = type(error).__name__
                    raise ReadError(f"damaged compressed pixels ({name})") from error
    except (ReadError, OSError) as error:
        raise _reason(error) from error
    kept = dict(enumerate(found))
    return [kept.get(place.index) for place in places]


def _whole_frames(stream: BinaryIO, coding: Coding) -> list[bytes]:
    """The frames of a file that was cut off, where each is one fragment, up to the cut."""
    stream.seek(coding.offset)
    data = stream.read()
    found = []
    offset = 0
    while data[offset : offset + 4] == _FRAGMENT:
        end = offset + 8 + int.from_bytes(data[offset + 4 : offset + 8], "little")
        if end > len(data):
            break
        found.append(data[offset + 8 : end])
        offset = end
    frames = found[1:]  # the first is the table of offsets
    return frames if len(frames) <= coding.frames else []


def _compressed_frames(data: bytes, frames: int) -> list[bytes]:
    if hasattr(pydicom.encaps, "generate_frames"):  # pydicom 3
        return list(pydicom.encaps.generate_frames(data, number_of_frames=frames))
    return list(pydicom.encaps.generate_pixel_data_frame(data, frames))


def _decoded(
    coding: Coding, members: list[tuple[int, bytes]], places: Sequence[PixelPlace]
) -> Iterator[tuple[int, Image | ReadError]]:
    """Frames of one kind of compression, many at a time; one by one where some are damaged."""
    step = max(1, BATCH_BYTES // coding.frame_bytes)
    for first in range(0, len(members), step):
        batch = members[first : first + step]
        images = _decode_with_gdcm([data for _, data in batch], coding)
        for index, (position, data) in enumerate(batch):
            image = images[index] if images is not None else _decode_alone(data, coding)
            if isinstance(image, ReadError):
                yield position, image
            else:
                yield position, intensities(_unsigned(image), places[position])


def _unsigned(image: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(image).view(f"u{image.dtype.itemsize}")


def _decode_alone(data: bytes, coding: Coding) -> NDArray[Any] | ReadError:
    images = _decode_with_gdcm([data], coding)
    if images is not None:
        return np.asarray(images[0])
    try:
        return _decode_with_pydicom(data, coding)
    except ReadError as error:
        return error


def _decode_with_gdcm(frames: Sequence[bytes], coding: Coding) -> NDArray[Any] | None:
    """(N, Y, X) decoded by GDCM from a file of nothing but these frames; None if it cannot.

    GDCM trusts what it decodes and can take the process down with it, so that frames whose own
    headers contradict the file's, and run lengths, do not reach it.
    """
    if coding.syntax == RUN_LENGTHS or not all(fits_codestream(data, coding) for data in frames):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "frames.dcm")
        path.write_bytes(bare_file(frames, coding))
        quiet: Any = sitk.ProcessObject
        warns = quiet.GetGlobalWarningDisplay()
        quiet.SetGlobalWarningDisplay(False)
        try:
            image: Any = sitk.ReadImage(str(path), imageIO="GDCMImageIO")
            images = sitk.GetArrayFromImage(image)
        except RuntimeError:
            return None
        finally:
            quiet.SetGlobalWarningDisplay(warns)
    expected = (len(frames), *coding.size_yx)
    if images.size != np.prod(expected) or images.dtype.itemsize * 8 != coding.bits_allocated:
        return None
    return np.asarray(images.reshape(expected))


def _decode_with_pydicom(data: bytes, coding: Coding) -> NDArray[Any]:
    """(Y, X) decoded by whatever pydicom finds.

    Raises:
        ReadError: if it finds nothing that can.
    """
    with lenient():
        name = pydicom.uid.UID(coding.syntax).name
    try:
        with lenient():
            dataset = pydicom.dcmread(io.BytesIO(bare_file([data], coding)))
            image = np.asarray(dataset.pixel_array).reshape(coding.size_yx)
        return image.astype(f"{'i' if coding.is_signed else 'u'}{coding.bits_allocated // 8}")
    except Exception as error:  # whatever a decoder stumbles over
        raise ReadError(f"compressed pixels ({name}) that no decoder here can read") from error


def bare_file(frames: Sequence[bytes], coding: Coding) -> bytes:
    """A DICOM file of compressed frames with what a decoder needs and nothing of a patient."""
    rows, columns = coding.size_yx
    uid = b"1.2.840.10008.5.1.4.1.1.7"
    meta = b"".join(
        [
            _element(0x00020001, "OB", b"\0\1"),
            _element(0x00020002, "UI", uid),
            _element(0x00020003, "UI", b"1.2.3"),
            _element(0x00020010, "UI", coding.syntax.encode()),
            _element(0x00020012, "UI", b"1.2.3"),
        ]
    )
    header = [
        _element(0x00080016, "UI", uid),
        _element(0x00080018, "UI", b"1.2.3"),
        _element(0x00280002, "US", struct.pack("<H", 1)),
        _element(0x00280004, "CS", b"MONOCHROME2"),
        _element(0x00280008, "IS", str(len(frames)).encode()),
        _element(0x00280010, "US", struct.pack("<H", rows)),
        _element(0x00280011, "US", struct.pack("<H", columns)),
        _element(0x00280100, "US", struct.pack("<H", coding.bits_allocated)),
        _element(0x00280101, "US", struct.pack("<H", coding.bits_stored)),
        _element(0x00280102, "US", struct.pack("<H", coding.high_bit)),
        _element(0x00280103, "US", struct.pack("<H", coding.is_signed)),
    ]
    items = [_item(0xE000, b""), *(_item(0xE000, frame) for frame in frames), _item(0xE0DD, b"")]
    pixels = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF) + b"".join(items)
    length = _element(0x00020000, "UL", struct.pack("<I", len(meta)))
    return bytes(128) + b"DICM" + length + meta + b"".join(header) + pixels


def _element(tag: int, kind: str, value: bytes) -> bytes:
    value += (b"\0" if kind in ("UI", "OB") else b" ") * (len(value) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, kind.encode())
    size = struct.pack("<HI", 0, len(value)) if kind == "OB" else struct.pack("<H", len(value))
    return head + size + value


def _item(element: int, value: bytes) -> bytes:
    value += b"\0" * (len(value) % 2)
    return struct.pack("<HHI", 0xFFFE, element, len(value)) + value

"""Opening a DICOM file: with preamble and meta group or without, in any byte order, deflated.

The container: DICOM PS3.10, chapter 7; transfer syntaxes: PS3.5, chapter 10 and annex A.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import pydicom
import pydicom.config

from CMRSegmentationLib.reading.study import ReadError

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
NATIVE = (IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN)
"""Transfer syntaxes whose pixels are stored as they are."""

MAXIMUM_INFLATED_BYTES = 2**29
_PREAMBLE_BYTES = 128
_LONG_VALUE = (b"OB", b"OW", b"SQ", b"UN", b"UT")
_PIXEL_DATA = (0x7FE0, 0x0010)
UNDEFINED_LENGTH = 0xFFFFFFFF


@dataclass(frozen=True, eq=False)
class DicomFile:
    """A DICOM file read up to its pixels.

    Attributes:
        dataset: the elements that were asked for.
        stream: stands at the element that follows them.
        syntax: UID of the transfer syntax.
        is_implicit: whether elements come without their type.
        byte_order: `<` or `>`.
    """

    dataset: Any
    stream: BinaryIO
    syntax: str
    is_implicit: bool
    byte_order: str


@dataclass(frozen=True)
class PixelElement:
    """Where the value of the pixel data element lies in the stream.

    Attributes:
        offset: bytes from the start of the stream.
        available: bytes that are there.
        is_encapsulated: whether the value is a sequence of compressed fragments.
    """

    offset: int
    available: int
    is_encapsulated: bool


def starts_like_dicom(start: bytes) -> bool:
    """Whether the first 132 bytes are those of a DICOM file, with its preamble or without.

    A file without preamble starts with an element of group 2 or 8: either its type follows, two
    capitals, or a short length.
    """
    if start[128:132] == b"DICM":
        return True
    if start[:2] not in (b"\x02\x00", b"\x08\x00", b"\x00\x08") or len(start) < 8:
        return False
    has_type = re.fullmatch(rb"[A-Z]{2}", start[4:6]) is not None
    return has_type or int.from_bytes(start[4:8], "little") < 1024


@contextlib.contextmanager
def lenient() -> Iterator[None]:
    """Read headers that break small rules of the standard, as scanners and anonymizers write.

    What pydicom says of them, and of pixels that it cannot decode, becomes a reason of the reader.
    """
    settings = pydicom.config.settings
    before = settings.reading_validation_mode
    settings.reading_validation_mode = pydicom.config.IGNORE
    logger = logging.getLogger("pydicom")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        settings.reading_validation_mode = before
        logger.setLevel(level)


def open_dicom(stream: BinaryIO, keywords: list[str]) -> DicomFile | None:
    """Read a file's header up to the pixels; None if it is not DICOM at all.

    Args:
        stream: stands at the start of the file.
        keywords: of the elements to read.

    Raises:
        ReadError: if the header is damaged; the message is a phrase.
    """
    start = stream.read(132)
    if not starts_like_dicom(start):
        return None
    stream.seek(0)
    syntax, end = _meta_group(stream)
    if syntax == DEFLATED:
        stream = _inflated(stream, end)
    stream.seek(0)
    try:
        dataset = pydicom.dcmread(
            stream, stop_before_pixels=True, force=True, specific_tags=list(keywords)
        )
    except Exception as error:  # a damaged header breaks pydicom anywhere
        raise ReadError(f"truncated or damaged DICOM file ({type(error).__name__})") from error
    is_implicit, is_little = _encoding(dataset)
    default = IMPLICIT if is_implicit else EXPLICIT if is_little else BIG_ENDIAN
    named = str(getattr(dataset.file_meta, "TransferSyntaxUID", "") or "")
    return DicomFile(
        dataset, stream, syntax or named or default, is_implicit, "<" if is_little else ">"
    )


def _encoding(dataset: Any) -> tuple[bool, bool]:
    """Whether the types are implied and the bytes little endian, as pydicom found them."""
    found = getattr(dataset, "original_encoding", None)  # pydicom 3
    if not isinstance(found, tuple):
        found = (dataset.read_implicit_vr, dataset.read_little_endian)
    return bool(found[0]), bool(found[1])


def _meta_group(stream: BinaryIO) -> tuple[str, int]:
    """Transfer syntax that the meta group names, or nothing, and the offset of its end."""
    start = stream.read(132)
    offset = _PREAMBLE_BYTES + 4 if start[128:132] == b"DICM" else 0
    syntax = ""
    while True:
        stream.seek(offset)
        head = stream.read(12)
        if len(head) < 8 or head[:2] != b"\x02\x00":
            break
        is_long = head[4:6] in _LONG_VALUE
        size = int.from_bytes(head[8:12] if is_long else head[6:8], "little")
        offset += 12 if is_long else 8
        if head[2:4] == b"\x10\x00":
            stream.seek(offset)
            syntax = stream.read(min(size, 64)).decode("ascii", "replace").strip("\0 ")
        offset += size
    stream.seek(0)
    return syntax, offset


def _inflated(stream: BinaryIO, offset: int) -> BinaryIO:
    """The elements after the meta group of a deflated file, as explicit little-endian bytes."""
    stream.seek(offset)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(stream.read(), MAXIMUM_INFLATED_BYTES)
    except zlib.error as error:
        raise ReadError(f"damaged deflated file ({error})") from error
    if inflater.unconsumed_tail:
        raise ReadError("a deflated file that would inflate to more than an image has")
    return io.BytesIO(data)


def find_pixels(file: DicomFile) -> PixelElement:
    """The pixel data element, at which the stream stands.

    Raises:
        ReadError: if there is none; the message is a phrase.
    """
    start = file.stream.tell()
    head = file.stream.read(12)
    if len(head) < 12:
        raise ReadError("truncated file: the pixels are missing")
    group, element = (int(n) for n in np.frombuffer(head[:4], file.byte_order + "u2"))
    if (group, element) != _PIXEL_DATA:
        raise ReadError("no pixels of whole numbers")
    names_type = head[4:6] in (b"OB", b"OW", b"UN")  # no length: that would be odd
    length_bytes = head[8:12] if names_type else head[4:8]
    length = int(np.frombuffer(length_bytes, file.byte_order + "u4")[0])
    offset = start + (12 if names_type else 8)
    available = max(file.stream.seek(0, io.SEEK_END) - offset, 0)
    is_encapsulated = length == UNDEFINED_LENGTH
    return PixelElement(
        offset, available if is_encapsulated else min(length, available), is_encapsulated
    )

"""What the header of a compressed image promises, checked before a decoder trusts it.

JPEG and JPEG-LS: ITU-T T.81, annex B, and T.87, annex C; JPEG 2000: ITU-T T.800, annex A.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Protocol

_JPEG, _JPEG_2000, _END = b"\xff\xd8", b"\xff\x4f", b"\xff\xd9"
PADDING_BYTES = 64
"""So far before the end of its data the end of an image is sought."""
_START_OF_FRAME = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _HUFFMAN_TABLE, _SIZE, _START_OF_TILE = 0xDA, 0xC4, 0x51, 0x90


class Expected(Protocol):
    """The image that the file around the codestream promises."""

    @property
    def size_yx(self) -> tuple[int, int]:
        """Rows and columns."""

    @property
    def bits_allocated(self) -> int:
        """Bits of a pixel."""


def fits_codestream(data: bytes, expected: Expected) -> bool:
    """Whether a compressed image is whole and gray, and of the size and depth expected."""
    if _END not in data[-PADDING_BYTES:]:
        return False
    try:
        if data[:2] == _JPEG:
            return _is_gray_jpeg(data, expected)
        if data[:2] == _JPEG_2000:
            return _is_gray_jpeg_2000(data, expected)
    except (struct.error, IndexError):
        return False
    return False


def _segments(data: bytes, last: int) -> Iterator[tuple[int, bytes]]:
    """Marker and content of the segments up to the one that the image data follow.

    Raises:
        IndexError: if the data end before.
    """
    offset = 2
    while True:
        if data[offset] != 0xFF:
            raise IndexError
        marker = data[offset + 1]
        if marker == 0xFF:
            offset += 1
            continue
        (length,) = struct.unpack_from(">H", data, offset + 2)
        if length < 2 or offset + 2 + length > len(data):
            raise IndexError
        yield marker, data[offset + 4 : offset + 2 + length]
        if marker == last:
            return
        offset += 2 + length


def _is_gray_jpeg(data: bytes, expected: Expected) -> bool:
    sizes = []
    for marker, content in _segments(data, _START_OF_SCAN):
        if marker in _START_OF_FRAME:
            sizes.append(struct.unpack_from(">BHHBBB", content))
        if marker == _HUFFMAN_TABLE and not _are_tables(content):
            return False
        if marker == _START_OF_SCAN and (len(content) != 6 or content[0] != 1):
            return False
    if len(sizes) != 1:
        return False
    bits, rows, columns, components, _, sampling = sizes[0]
    is_size = (rows, columns) == expected.size_yx and (components, sampling) == (1, 0x11)
    return is_size and 2 <= bits <= min(expected.bits_allocated, 16)


def _are_tables(content: bytes) -> bool:
    """Whether Huffman tables are whole: sixteen counts and as many symbols as they add up to."""
    offset = 0
    while offset < len(content):
        count = sum(content[offset + 1 : offset + 17])
        offset += 17 + count
        if count > 256:
            return False
    return offset == len(content)


def _is_gray_jpeg_2000(data: bytes, expected: Expected) -> bool:
    for marker, content in _segments(data, _START_OF_TILE):
        if marker == _SIZE:
            values = struct.unpack_from(">HIIIIIIIIHBBB", content)
            _, columns, rows, left, top, tile_columns, tile_rows, *rest = values
            tile_left, tile_top, components, depth, step_x, step_y = rest
            is_size = (rows, columns) == expected.size_yx and (left, top) == (0, 0)
            is_tile = tile_columns >= columns // 16 and tile_rows >= rows // 16
            starts = (tile_left, tile_top) == (0, 0) and (step_x, step_y) == (1, 1)
            bits = (depth & 0x7F) + 1
            is_gray = components == 1 and bits <= min(expected.bits_allocated, 16)
            return is_size and is_tile and starts and is_gray
    return False

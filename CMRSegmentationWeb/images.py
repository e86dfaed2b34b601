"""Images and labels as the page's player takes them: one byte a voxel, compressed, (T, Z, Y, X)."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.whole_files import write_whole
from CMRSegmentationWeb.results import SegmentedCine

GRAY_PERCENTILES = (0.5, 99.8)
"""Intensities that become black and white; flow artifacts beyond would leave the heart dark."""
FAST = 3
"""Level of compression: the way is short."""


def gray_bytes(stack: CineStack) -> NDArray[np.uint8]:
    """(T, Z, Y, X) the whole cine on one scale from 0 to 255."""
    low, high = np.percentile(stack.array, GRAY_PERCENTILES)
    scaled = (stack.array - low) * (255.0 / max(float(high - low), 1e-6))
    return np.asarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def compressed_images(cine: SegmentedCine, kept: Path) -> bytes:
    """The cine's images for the page, made once and kept in a file.

    Args:
        cine: the cine.
        kept: the file; the folder of its folder is there unless the job was removed.

    Raises:
        RefusedError, ReadError: if the cine cannot be read any more.
        OSError: if the file cannot be written.
    """
    if not kept.is_file():
        kept.parent.mkdir(exist_ok=True)
        write_whole(kept, gzip.compress(gray_bytes(cine.stack()).tobytes(), FAST, mtime=0))
    return kept.read_bytes()


def compressed_labels(cine: SegmentedCine) -> bytes:
    """The cine's labels for the page."""
    return gzip.compress(cine.labels().array.tobytes(), FAST, mtime=0)

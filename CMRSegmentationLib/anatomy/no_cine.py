"""What is no cine by its pixels alone: tags, phases, a passing contrast agent, many beats.

Measured on the first frames of 110 stacks (100 ACDC patients, 3 Sunnybrook and 7 other cines): the
strongest wave of 4 to 14 mm is 2 to 6 times as strong as others of its length. With a grid or lines
of tags of 5 to 8 mm multiplied into them that darken by 30 % or more, it is 10 to 150 times; of 10
to 12 mm and 60 %, 9 to 40 times. The mean brightness of the six cines among them changes by 2 to 9
% over the beat, and images two phases apart differ 1.2 to 1.7 times as much as neighbors.

Where there is no signal, a phase map has noise over all of its range, or one value in the middle of
it; a magnitude image has its darkest values. Of the blocks of 8 × 8 pixels of 102 magnitude images
at most 2 % differ from pixel to pixel by more than 0.15 of the range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.sentences import SENTENCES

TAG_PERIOD_MM = (4.0, 14.0)
MINIMUM_TAG_STRENGTH = 9.0
MINIMUM_TAG_PIXELS = 64
"""Smaller images have too few waves to judge."""
PHASES = SENTENCES["reason.phase_contrast"]
NOISE_BLOCK = 8
NOISE_STEP = 0.15
NOISE_SHARE = (0.1, 0.95)
"""So many blocks of a phase map are noise, where neighbors differ by so much of the range.

Where more are, there is nothing but noise.
"""
MINIMUM_MASKED_SHARE = 0.15
MASKED_LEVEL = (0.25, 0.75)
"""A masked phase map has so many pixels of one value, which lies within this part of the range."""
MAXIMUM_BRIGHTENING = 0.35
"""Of the mean brightness; a contrast agent brings more, a beat less."""
MINIMUM_PHASES = 8
"""Of fewer frames every one counts: they may be those of a map of tissue properties."""
MINIMUM_BEATS = 30
"""Frames from this number on are judged as possible heart beats."""
MINIMUM_DRIFT = 1.1
"""Frames two apart that differ less than this times neighbors do not follow a motion."""


def why_not_a_cine(
    array: NDArray[np.float32], spacing_yx_mm: tuple[float, float], has_times: bool
) -> str:
    """Empty for images that may be a cine, else the reason.

    Args:
        array: (T, Z, Y, X) intensities.
        spacing_yx_mm: distance between rows and between columns.
        has_times: whether the file gives times of one heart cycle, which speak for a cine.

    Images that are not finite are not judged; they are refused as such.
    """
    if not np.isfinite(array).all():
        return ""
    if tag_strength(array[0], spacing_yx_mm) >= MINIMUM_TAG_STRENGTH:
        return SENTENCES["reason.tagged"]
    if shows_phase(array[0]):
        return PHASES
    if len(array) >= 2 and brightening(array) > MAXIMUM_BRIGHTENING:
        return SENTENCES["reason.brightness"]
    if len(array) >= MINIMUM_BEATS and not has_times and drift(array) < MINIMUM_DRIFT:
        return SENTENCES["reason.many_beats"]
    return ""


def tag_strength(images: NDArray[np.float32], spacing_yx_mm: tuple[float, float]) -> float:
    """How far the strongest wave stands out from waves of its length, the median over the slices.

    Args:
        images: (Z, Y, X) one frame.
        spacing_yx_mm: distance between rows and between columns.
    """
    slices = len(images)
    middle = images[slices // 4 : slices - slices // 4]
    if min(images.shape[1:]) < MINIMUM_TAG_PIXELS:
        return 0.0
    return float(np.median([_wave_strength(image, spacing_yx_mm) for image in middle]))


def _wave_strength(image: NDArray[np.float32], spacing_yx_mm: tuple[float, float]) -> float:
    rows, columns = image.shape
    part = image[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    window = np.hanning(part.shape[0])[:, None] * np.hanning(part.shape[1])
    size = np.abs(np.fft.fft2((part - part.mean()) * window)).ravel()
    down, along = (np.fft.fftfreq(n, d) for n, d in zip(part.shape, spacing_yx_mm, strict=True))
    frequency = np.hypot(down[:, None], along).ravel()
    band = (frequency > 1.0 / TAG_PERIOD_MM[1]) & (frequency < 1.0 / TAG_PERIOD_MM[0])
    strongest = np.flatnonzero(band)[np.argsort(-size[band])[:12]]
    return max((_over_others(size, frequency, wave) for wave in strongest), default=0.0)


def _over_others(size: NDArray[np.float64], frequency: NDArray[np.float64], wave: int) -> float:
    alike = np.abs(frequency - frequency[wave]) < 0.15 * frequency[wave]
    usual = float(np.median(size[alike]))
    return float(size[wave]) / usual if usual > 0.0 else 0.0


def shows_phase(images: NDArray[np.float32]) -> bool:
    """Whether most of (N, Y, X) images look like phases or velocities, not like magnitudes."""
    return float(np.mean([_has_noise(image) or _is_masked(image) for image in images])) > 0.5


def _has_noise(image: NDArray[np.float32]) -> bool:
    rows, columns = (size // NOISE_BLOCK for size in image.shape)
    spread = float(np.ptp(np.percentile(image, (1, 99))))
    if spread <= 0.0 or min(rows, columns) < 1:
        return False
    steps = np.abs(np.diff(image, axis=1, append=image[:, -1:])) / spread
    part = steps[: rows * NOISE_BLOCK, : columns * NOISE_BLOCK]
    blocks = part.reshape(rows, NOISE_BLOCK, columns, NOISE_BLOCK)
    noisy = np.median(blocks, axis=(1, 3)) > NOISE_STEP
    return NOISE_SHARE[0] <= float(noisy.mean()) <= NOISE_SHARE[1]


def _is_masked(image: NDArray[np.float32]) -> bool:
    values, counts = np.unique(image, return_counts=True)
    low, high = np.percentile(image, (0.5, 99.5))
    if counts.max() < MINIMUM_MASKED_SHARE * image.size or high <= low:
        return False
    level = (float(values[np.argmax(counts)]) - low) / (high - low)
    return bool(MASKED_LEVEL[0] < level < MASKED_LEVEL[1])


def brightening(array: NDArray[np.float32]) -> float:
    """How much the mean brightness of the middle changes, as a share of its median.

    Of a whole beat the frame that stands out most is left out: the first of a cine may be brighter,
    before the magnetization is steady, where a contrast agent shows in several.
    """
    rows, columns = array.shape[2:]
    part = array[..., rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    means = part.mean(axis=(1, 2, 3), dtype=np.float64)
    if means.size >= MINIMUM_PHASES:
        means = np.delete(means, np.argmax(np.abs(means - np.median(means))))
    usual = abs(float(np.median(means)))
    return float(np.ptp(means)) / usual if usual > 0.0 else 0.0


def drift(array: NDArray[np.float32]) -> float:
    """Difference of frames two apart over that of neighbors: 1 for noise, more for motion."""
    part = array[..., ::2, ::2]
    one = float(np.abs(part[1:] - part[:-1]).mean())
    two = float(np.abs(part[2:] - part[:-2]).mean())
    return two / one if one > 0.0 else np.inf

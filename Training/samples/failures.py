"""Images as they come out wrong in a clinic, from good ones: what segmentations fail on.

Each failure is drawn from a generator, so that it can be repeated. Where it changes the heart
itself or the stack, the experts' labels change with it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from CMRSegmentationLib.image import Label, LabelArray

FloatImages = NDArray[np.float32]
Change = Callable[[FloatImages, LabelArray, np.random.Generator], tuple[FloatImages, LabelArray]]

WARPED_PX = 30.0
"""How far a thickened wall reaches, about two ventricles' radii."""


class Failure(StrEnum):
    """What went wrong with an examination."""

    NONE = "none"
    CONTRAST = "contrast"
    GADOLINIUM = "gadolinium"
    BLUR = "blur"
    MOTION = "motion"
    GHOSTING = "ghosting"
    NOISE = "noise"
    BANDING = "banding"
    ORIENTATION = "orientation"
    THICK_WALL = "thick_wall"
    MISSING_SLICES = "missing_slices"
    SWAPPED_SLICES = "swapped_slices"


OF_STACKS = (Failure.MISSING_SLICES, Failure.SWAPPED_SLICES)
"""A single slice cannot suffer from these."""


def fail(
    kind: Failure, images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """(Z, Y, X) images of 0 to 1 with a failure, and the labels that go with them."""
    return CHANGES[kind](images, labels, rng)


def _none(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    return images, labels


def _contrast(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """A random rising map of intensities and an uneven coil, as of another sequence and scanner."""
    steps = np.cumsum(rng.uniform(0.05, 1.0, 6))
    mapped = np.interp(images, np.linspace(0, 1, 6), (steps - steps[0]) / (steps[-1] - steps[0]))
    return _floats(mapped * _coil(images.shape[1:], rng, 0.6)), labels


def _coil(shape_yx: tuple[int, ...], rng: np.random.Generator, strength: float) -> FloatImages:
    coarse = rng.normal(0, strength, (3, 3))
    zoom = (shape_yx[0] / 3, shape_yx[1] / 3)
    field = ndimage.zoom(coarse, zoom, order=1, grid_mode=True, mode="nearest")
    padded = np.pad(field, 2, mode="edge")[: shape_yx[0], : shape_yx[1]]
    return _floats(np.exp(padded))


def _gadolinium(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """Contrast agent brightens the wall toward the blood."""
    wall, pool = labels == Label.MYO, labels == Label.LV
    if not wall.any() or not pool.any():
        return images, labels
    gap = images[pool].mean() - images[wall].mean()
    soft = ndimage.gaussian_filter(wall.astype(np.float32), (0, 1.5, 1.5))
    return _floats(images + rng.uniform(0.5, 0.95) * gap * soft), labels


def _blur(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    sigma = rng.uniform(1.5, 3.5)
    return _floats(ndimage.gaussian_filter(images, (0, sigma, sigma))), labels


def _motion(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """Blocks of lines of k-space were measured while the chest was elsewhere."""
    spectrum = np.fft.fft2(images)
    rows = np.fft.fftfreq(images.shape[1])[:, None]
    moved_px = np.repeat(rng.normal(0, rng.uniform(2.0, 5.0), (len(images), 24)), 1, axis=1)
    block = (np.arange(images.shape[1]) * 24 // images.shape[1])[:, None]
    shifts = moved_px[:, block[:, 0]][:, :, None]
    return _floats(np.abs(np.fft.ifft2(spectrum * np.exp(-2j * np.pi * rows * shifts)))), labels


def _ghosting(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """Copies of the image along the phase-encoding direction, as of breathing or flow."""
    result = images.copy()
    copies = int(rng.integers(2, 5))
    for number in range(1, copies):
        shift = number * images.shape[1] // copies
        result += rng.uniform(0.25, 0.6) * np.roll(images, shift, axis=1)
    return _floats(result), labels


def _noise(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    sigma = rng.uniform(0.1, 0.3)
    real, imaginary = rng.normal(0, sigma, (2, *images.shape))
    return _floats(np.hypot(images + real, imaginary)), labels


def _banding(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """Dark bands of balanced steady-state imaging off resonance."""
    angle, period = rng.uniform(0, np.pi), rng.uniform(30.0, 70.0)
    y, x = np.indices(images.shape[1:])
    phase = 2 * np.pi * (y * np.sin(angle) + x * np.cos(angle)) / period + rng.uniform(0, 6.3)
    return _floats(
        images * (1.0 - rng.uniform(0.6, 0.95) * np.exp(4 * (np.cos(phase) - 1)))
    ), labels


def _orientation(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """The slices turned by any angle, as an operator may plan them."""
    angle = rng.uniform(25.0, 155.0)
    turned = ndimage.rotate(images, angle, axes=(1, 2), reshape=False, order=1, mode="nearest")
    return _floats(turned), ndimage.rotate(labels, angle, axes=(1, 2), reshape=False, order=0)


def _thick_wall(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """The pool of each slice drawn toward its center, so that the wall thickens."""
    strength = rng.uniform(0.3, 0.6)
    pairs = [_shrunk(image, plane, strength) for image, plane in zip(images, labels, strict=True)]
    warped, moved = zip(*pairs, strict=True)
    return _floats(np.stack(warped)), np.stack(moved)


def _shrunk(
    image: FloatImages, plane: LabelArray, strength: float
) -> tuple[FloatImages, LabelArray]:
    pool = plane == Label.LV
    if not pool.any():
        return image, plane
    radius = np.sqrt(pool.sum() / np.pi)
    center = np.array(ndimage.center_of_mass(pool))[:, None, None]
    offset = np.indices(plane.shape) - center
    distance = np.hypot(*offset)
    factor = 1.0 + strength * np.exp(-((distance / (0.9 * radius + 2.0)) ** 2))
    source = center + offset * factor
    return (
        _floats(ndimage.map_coordinates(image, source, order=1, mode="nearest")),
        ndimage.map_coordinates(plane, source, order=0, mode="nearest"),
    )


def _missing_slices(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    """One or two slices of the heart are not there, and those beside them closed up."""
    present = np.flatnonzero(labels.any(axis=(1, 2)))
    count = min(int(rng.integers(1, 3)), len(present) - 3)
    if count < 1:
        return images, labels
    lost = rng.choice(present, count, replace=False)
    return np.delete(images, lost, axis=0), np.delete(labels, lost, axis=0)


def _swapped_slices(
    images: FloatImages, labels: LabelArray, rng: np.random.Generator
) -> tuple[FloatImages, LabelArray]:
    order = np.arange(len(images))
    for _ in range(2):
        one, two = rng.integers(len(images), size=2)
        order[[one, two]] = order[[two, one]]
    return images[order], labels[order]


def _floats(values: NDArray[np.floating]) -> FloatImages:
    return np.asarray(values, dtype=np.float32)


CHANGES: dict[Failure, Change] = {
    Failure.NONE: _none,
    Failure.CONTRAST: _contrast,
    Failure.GADOLINIUM: _gadolinium,
    Failure.BLUR: _blur,
    Failure.MOTION: _motion,
    Failure.GHOSTING: _ghosting,
    Failure.NOISE: _noise,
    Failure.BANDING: _banding,
    Failure.ORIENTATION: _orientation,
    Failure.THICK_WALL: _thick_wall,
    Failure.MISSING_SLICES: _missing_slices,
    Failure.SWAPPED_SLICES: _swapped_slices,
}

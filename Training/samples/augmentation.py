"""Augmentation of a slice: geometry and appearance, sampled apart from being applied.

What is drawn is plain data, so that an augmentation can be repeated, shown and tested. Geometry is
one sampling of the native slice (rotation, mirror, scale, aspect, elastic and the change of
resolution in a single interpolation). The appearance changes imitate what differs between scanners;
the order of value follows the literature on cardiac generalization (Campello et al. 2021,
doi:10.1109/TMI.2021.3090082; amplitude mixing: Yang & Soatto 2020, arXiv:2004.05498; random
monotone maps: Billot et al. 2023, doi:10.1016/j.media.2023.102789).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from scipy import ndimage

FloatImage = NDArray[np.float32]

GEOMETRY_CHANGES = frozenset(
    ("atria", "outflow", "apex", "rotation", "mirror", "scale", "elastic", "bulge", "slice_shift")
)
"""Changes of where something is; the others are of how it looks."""
FACTORS = ("scale_range", "aspect_range", "gamma_range")
"""Ranges of what is multiplied by or raised to."""
RANGES = (
    *FACTORS,
    *("bulge_mm", "bulge_strength", "noise_range", "blur_range_px", "style_strength"),
)
"""Settings of a lowest and a highest value."""


@dataclass(frozen=True)
class AugmentationConfig:
    """Probabilities and ranges; a probability of 0 switches a change off for an ablation.

    `bulge_mm` and `bulge_strength` are the ranges of a bulge's radius and of how much it magnifies
    (above 0) or shrinks what lies in it: thick walls about a small cavity and thin ones about a
    large one, from one heart. `atria_probability` is that of atria painted beyond the base of a
    long-axis plane that was cut from a short-axis stack (see `painted_atria`),
    `outflow_probability` that of outflow tracts beyond that of three chambers (see
    `painted_outflow`), `apex_probability` that of an apex beyond its last slice (see
    `painted_apex`). `recolor_probability` is that of other intensities of blood and muscle (see
    `recoloring`), `synthesis_probability` that of an image made of the labels alone (see
    `synthesis`), `style_probability` that of the look of another image at every scale (see
    `style`). Slices of a window lie off each other by `slice_shift_mm` along each axis, as after
    another breath, and differ in brightness by `slice_gain` (standard deviations, the latter of the
    logarithm).
    """

    atria_probability: float = 0.0
    outflow_probability: float = 0.0
    apex_probability: float = 0.0
    rotation_probability: float = 1.0
    mirror_probability: float = 0.5
    scale_probability: float = 0.8
    scale_range: tuple[float, float] = (0.7, 1.4)
    aspect_range: tuple[float, float] = (0.88, 1.14)
    elastic_probability: float = 0.3
    elastic_mm: float = 4.0
    bulge_probability: float = 0.0
    bulge_mm: tuple[float, float] = (15.0, 40.0)
    bulge_strength: tuple[float, float] = (-0.5, 0.5)
    bulge_jitter_mm: float = 20.0
    monotone_probability: float = 0.25
    gamma_probability: float = 0.35
    gamma_range: tuple[float, float] = (0.55, 1.7)
    contrast_probability: float = 0.3
    bias_field_probability: float = 0.3
    bias_field_strength: float = 0.45
    noise_probability: float = 0.25
    noise_range: tuple[float, float] = (0.01, 0.07)
    blur_probability: float = 0.2
    blur_range_px: tuple[float, float] = (0.4, 1.1)
    low_resolution_probability: float = 0.15
    histogram_probability: float = 0.15
    amplitude_probability: float = 0.25
    recolor_probability: float = 0.0
    synthesis_probability: float = 0.0
    style_probability: float = 0.0
    style_strength: tuple[float, float] = (0.5, 1.0)
    ghost_probability: float = 0.0
    band_probability: float = 0.0
    window_probability: float = 0.0
    slice_shift_probability: float = 0.5
    slice_shift_mm: float = 2.0
    slice_gain: float = 0.1
    normalization_jitter: tuple[float, float] = field(default=(0.2, 0.25))

    def __post_init__(self) -> None:
        for setting in fields(self):
            name, value = setting.name, getattr(self, setting.name)
            if name.endswith("_probability") and not 0 <= value <= 1:
                raise ValueError(f"Expected {name} from 0 to 1, found {value}.")
            if name in RANGES and value[0] > value[1]:
                raise ValueError(f"Expected {name} from low to high, found {value}.")
            if name in FACTORS and value[0] <= 0:
                raise ValueError(f"Expected {name} above 0, found {value}.")

    @classmethod
    def off(cls, *, geometry: bool = True, appearance: bool = True) -> AugmentationConfig:
        """A configuration that changes neither geometry nor appearance, or not one of the two."""
        changes: dict[str, Any] = {}
        for setting in fields(cls):
            name = setting.name.removesuffix("_probability")
            is_off = geometry if name in GEOMETRY_CHANGES else appearance
            if name != setting.name and is_off:
                changes[setting.name] = 0.0
        if appearance:
            changes |= {"slice_gain": 0.0, "normalization_jitter": (0.0, 0.0)}
        return cls(**changes)


@dataclass(frozen=True, eq=False)
class Geometric:
    """Maps a crop pixel (mm from its center) to a native position (mm from `center_yx_px`).

    Attributes:
        matrix: 2 × 2, mm to mm.
        displacement_mm: (2, rows, columns) coarse elastic displacement, or None.
        padding: what lies outside the native image: "zeros", "border" or "reflection".
        bulge: y and x of its center (mm from the crop's center), its radius in mm and its strength,
            or None.
    """

    matrix: NDArray[np.float64]
    displacement_mm: FloatImage | None
    padding: str
    bulge: tuple[float, float, float, float] | None = None


def sample_geometric(rng: np.random.Generator, config: AugmentationConfig) -> Geometric:
    """Draws rotation, mirror, scale, aspect and elastic displacement."""
    angle = rng.uniform(0, 2 * math.pi) if rng.random() < config.rotation_probability else 0.0
    matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    if rng.random() < config.mirror_probability:
        matrix = matrix @ np.diag([1.0, -1.0])
    if rng.random() < config.scale_probability:
        zoom = math.exp(
            rng.uniform(math.log(config.scale_range[0]), math.log(config.scale_range[1]))
        )
        aspect = math.sqrt(rng.uniform(*config.aspect_range))
        matrix = matrix @ np.diag([aspect / zoom, 1 / (aspect * zoom)])
    displacement = None
    if rng.random() < config.elastic_probability:
        knots = int(rng.integers(4, 8))
        displacement = rng.normal(0, config.elastic_mm, (2, knots, knots)).astype(np.float32)
    padding = str(rng.choice(["zeros", "border", "reflection"]))
    return Geometric(matrix, displacement, padding, _sample_bulge(rng, config))


def _sample_bulge(
    rng: np.random.Generator, config: AugmentationConfig
) -> tuple[float, float, float, float] | None:
    """Nothing is sampled where bulges are off, so that older runs stay repeatable."""
    if config.bulge_probability <= 0 or rng.random() >= config.bulge_probability:
        return None
    y, x = rng.normal(0, config.bulge_jitter_mm, 2)
    return float(y), float(x), rng.uniform(*config.bulge_mm), rng.uniform(*config.bulge_strength)


def apply_geometric(
    planes: FloatImage,
    geometric: Geometric,
    *,
    center_yx_px: tuple[float, float],
    spacing_yx_mm: tuple[float, float],
    size_px: int,
    spacing_mm: float,
) -> FloatImage:
    """(C, Y, X) native planes on a square crop of `size_px` pixels of `spacing_mm`, bilinear."""
    axis = (torch.arange(size_px, dtype=torch.float32) - (size_px - 1) / 2) * spacing_mm
    position = torch.stack(torch.meshgrid(axis, axis, indexing="ij"))
    if geometric.displacement_mm is not None:
        coarse = torch.from_numpy(geometric.displacement_mm)[None]
        position = (
            position
            + F.interpolate(coarse, (size_px, size_px), mode="bicubic", align_corners=True)[0]
        )
    if geometric.bulge is not None:
        position = _bulged(position, geometric.bulge)
    matrix = torch.from_numpy(geometric.matrix).float()
    native_mm = torch.einsum("ij,jyx->iyx", matrix, position)
    rows, columns = planes.shape[-2:]
    y = (native_mm[0] / spacing_yx_mm[0] + center_yx_px[0]) * (2 / max(rows - 1, 1)) - 1
    x = (native_mm[1] / spacing_yx_mm[1] + center_yx_px[1]) * (2 / max(columns - 1, 1)) - 1
    grid = torch.stack((x, y), dim=-1)[None]
    source = torch.from_numpy(np.ascontiguousarray(planes, dtype=np.float32))[None]
    sampled = F.grid_sample(
        source, grid, mode="bilinear", padding_mode=geometric.padding, align_corners=True
    )
    return np.asarray(sampled[0].numpy())


def _bulged(position: torch.Tensor, bulge: tuple[float, float, float, float]) -> torch.Tensor:
    """(2, Y, X) positions in mm moved toward a bulge's center (magnified) or away from it.

    The map is one to one for strengths above −2.2, where distances begin to fold, and below 1, a
    point without size.
    """
    y, x, radius_mm, strength = bulge
    center = torch.tensor([y, x], dtype=torch.float32)[:, None, None]
    offset = position - center
    weight = torch.exp(-offset.square().sum(dim=0) / (2 * radius_mm**2))
    return position - strength * weight * offset


@dataclass(frozen=True, eq=False)
class Appearance:
    """Drawn changes of appearance; None leaves a step out. All act on intensities from 0 to 1."""

    monotone: FloatImage | None
    gamma: float | None
    invert_gamma: bool
    contrast: tuple[float, float] | None
    bias_field: FloatImage | None
    noise: tuple[float, int] | None
    blur_px: float | None
    low_resolution: float | None
    match_histogram: float | None
    mix_amplitude: tuple[float, float] | None
    ghost: tuple[int, float, int] | None = None
    band: tuple[float, float, float, float] | None = None
    window: tuple[float, float, int] | None = None

    def of_slice(self, number: int) -> Appearance:
        """The same for another slice of the window: its noise is its own."""
        if number == 0 or self.noise is None:
            return self
        return replace(self, noise=(self.noise[0], self.noise[1] + number))


def sample_appearance(rng: np.random.Generator, config: AugmentationConfig) -> Appearance:
    """Draws which appearance changes a slice gets, and how strong."""

    def chance(probability: float) -> bool:
        return bool(rng.random() < probability)

    return Appearance(
        monotone=_sample_monotone(rng) if chance(config.monotone_probability) else None,
        gamma=float(np.exp(rng.uniform(*np.log(config.gamma_range))))
        if chance(config.gamma_probability)
        else None,
        invert_gamma=chance(0.3),
        contrast=(rng.uniform(0.7, 1.4), rng.uniform(-0.1, 0.1))
        if chance(config.contrast_probability)
        else None,
        bias_field=rng.normal(0, config.bias_field_strength, (3, 3)).astype(np.float32)
        if chance(config.bias_field_probability)
        else None,
        noise=(rng.uniform(*config.noise_range), int(rng.integers(2**31)))
        if chance(config.noise_probability)
        else None,
        blur_px=rng.uniform(*config.blur_range_px) if chance(config.blur_probability) else None,
        low_resolution=rng.uniform(0.5, 0.9) if chance(config.low_resolution_probability) else None,
        match_histogram=rng.uniform(0.5, 1.0) if chance(config.histogram_probability) else None,
        mix_amplitude=(rng.uniform(0.02, 0.1), rng.uniform(0.3, 1.0))
        if chance(config.amplitude_probability)
        else None,
        **_sample_artifacts(rng, config),
    )


def _sample_artifacts(rng: np.random.Generator, config: AugmentationConfig) -> dict[str, Any]:
    """Ghosts, bands and windows; nothing is sampled where they are off, as for bulges."""
    drawn: dict[str, Any] = {}
    if config.ghost_probability > 0 and rng.random() < config.ghost_probability:
        drawn["ghost"] = (int(rng.integers(2)), rng.uniform(0.05, 0.25), int(rng.integers(2, 5)))
    if config.band_probability > 0 and rng.random() < config.band_probability:
        angle, period = rng.uniform(0, math.pi), rng.uniform(0.6, 2.0)
        drawn["band"] = (angle, period, rng.uniform(0, 2 * math.pi), rng.uniform(0.2, 0.7))
    if config.window_probability > 0 and rng.random() < config.window_probability:
        levels = int(rng.choice([32, 64, 256]))
        drawn["window"] = (rng.uniform(0.0, 8.0), rng.uniform(90.0, 100.0), levels)
    return drawn


def _sample_monotone(rng: np.random.Generator) -> FloatImage:
    """Values at equidistant intensities of a random rising map from 0 to 1."""
    steps = rng.uniform(0.15, 1.0, int(rng.integers(4, 9)))
    return np.concatenate(([0.0], np.cumsum(steps) / steps.sum())).astype(np.float32)


def apply_appearance(
    image: FloatImage, appearance: Appearance, other: FloatImage | None
) -> FloatImage:
    """A (Y, X) crop of intensities from 0 to 1, changed; `other` is that of another image."""
    if other is not None:
        image = _mix_with(image, other, appearance)
    return _apply_artifacts(_apply_intensities(image, appearance), appearance)


def _mix_with(image: FloatImage, other: FloatImage, appearance: Appearance) -> FloatImage:
    if appearance.match_histogram is not None:
        image = match_histogram(image, other, appearance.match_histogram)
    if appearance.mix_amplitude is not None:
        image = mix_amplitude(image, other, *appearance.mix_amplitude)
    return image


def _apply_intensities(image: FloatImage, appearance: Appearance) -> FloatImage:
    """Contrast, bias field, sharpness and noise."""
    if appearance.monotone is not None:
        knots = np.linspace(0, 1, len(appearance.monotone))
        image = np.interp(image, knots, appearance.monotone).astype(np.float32)
    if appearance.gamma is not None:
        clipped = np.clip(image, 0, 1)
        image = (
            1 - (1 - clipped) ** appearance.gamma
            if appearance.invert_gamma
            else clipped**appearance.gamma
        )
    if appearance.bias_field is not None:
        image = image * np.exp(_smooth_field(appearance.bias_field, image.shape))
    if appearance.blur_px is not None:
        image = ndimage.gaussian_filter(image, appearance.blur_px)
    if appearance.low_resolution is not None:
        image = lower_resolution(image, appearance.low_resolution)
    if appearance.noise is not None:
        sigma, seed = appearance.noise
        image = image + sigma * np.random.default_rng(seed).standard_normal(
            image.shape, dtype=np.float32
        )
    if appearance.contrast is not None:
        factor, offset = appearance.contrast
        image = (image - image.mean()) * factor + image.mean() + offset
    return image


def _apply_artifacts(image: FloatImage, appearance: Appearance) -> FloatImage:
    """Ghosts, bands and windows."""
    if appearance.ghost is not None:
        image = add_ghosts(image, *appearance.ghost)
    if appearance.band is not None:
        image = image * dark_bands((image.shape[0], image.shape[1]), *appearance.band)
    if appearance.window is not None:
        image = windowed(image, *appearance.window)
    return np.asarray(image, dtype=np.float32)


def add_ghosts(image: FloatImage, axis: int, strength: float, count: int) -> FloatImage:
    """A (Y, X) image with the ghosts that motion leaves along the phase-encoding axis."""
    length = image.shape[axis]
    copies = sum(np.roll(image, round(k * length / count), axis) for k in range(1, count))
    return np.asarray(image + strength / (count - 1) * copies, dtype=np.float32)


def dark_bands(
    shape_yx: tuple[int, int], angle: float, period: float, phase: float, depth: float
) -> FloatImage:
    """(Y, X) factors with the dark bands that off-resonance leaves in balanced steady-state images.

    Args:
        shape_yx: rows and columns.
        angle: of the bands' normal, in radians.
        period: between two bands, as a share of the rows.
        phase: of the pattern, in radians.
        depth: share of the signal that is lost in the middle of a band.
    """
    y, x = np.mgrid[: shape_yx[0], : shape_yx[1]] / shape_yx[0]
    along = 2 * math.pi * (y * math.cos(angle) + x * math.sin(angle)) / period + phase
    return np.asarray(1 - depth * np.cos(along / 2) ** 8, dtype=np.float32)


def windowed(image: FloatImage, low: float, high: float, levels: int) -> FloatImage:
    """A (Y, X) image cut off at two percentiles and stored in few gray levels, as exports are."""
    bottom, top = np.percentile(image, (low, high))
    scaled = np.clip((image - bottom) / max(float(top - bottom), 1e-6), 0, 1)
    return np.asarray(np.round(scaled * (levels - 1)) / (levels - 1), dtype=np.float32)


def _smooth_field(coarse: FloatImage, shape_yx: tuple[int, ...]) -> FloatImage:
    size = (shape_yx[0], shape_yx[1])
    return np.asarray(
        F.interpolate(
            torch.from_numpy(coarse)[None, None], size, mode="bicubic", align_corners=True
        )[0, 0]
    )


def lower_resolution(image: FloatImage, factor: float) -> FloatImage:
    """A (Y, X) image sampled down by `factor` < 1 and back up, as from a coarser acquisition."""
    rows, columns = image.shape
    small = (max(8, round(rows * factor)), max(8, round(columns * factor)))
    tensor = torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32))[None, None]
    reduced = F.interpolate(tensor, small, mode="bilinear", antialias=True)
    return np.asarray(
        F.interpolate(reduced, (rows, columns), mode="bilinear", align_corners=False)[0, 0]
    )


def match_histogram(image: FloatImage, other: FloatImage, strength: float) -> FloatImage:
    """The image with its quantiles moved toward another's, all the way at strength 1."""
    quantiles = np.linspace(0, 1, 33)
    source, target = (
        np.quantile(image[::2, ::2], quantiles),
        np.quantile(other[::2, ::2], quantiles),
    )
    source = source + np.arange(source.size) * 1e-7
    return np.asarray(
        (1 - strength) * image + strength * np.interp(image, source, target), dtype=np.float32
    )


def mix_amplitude(
    image: FloatImage, other: FloatImage, extent: float, strength: float
) -> FloatImage:
    """The image with the amplitudes of its lowest frequencies mixed with another's.

    Args:
        image: (Y, X) intensities.
        other: (Y, X) intensities of the same size.
        extent: half width of the mixed square, as a share of the spectrum.
        strength: share of the other image's amplitude, 0 to 1.
    """
    spectrum, foreign = np.fft.rfft2(image), np.abs(np.fft.rfft2(other))
    amplitude = np.abs(spectrum)
    rows = max(1, round(extent * image.shape[0]))
    for part in (slice(0, rows), slice(-rows, None)):
        mixed = (1 - strength) * amplitude[part, :rows] + strength * foreign[part, :rows]
        spectrum[part, :rows] *= mixed / np.maximum(amplitude[part, :rows], 1e-6)
    return np.asarray(np.fft.irfft2(spectrum, image.shape), dtype=np.float32)

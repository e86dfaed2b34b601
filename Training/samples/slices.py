"""Slices for training: which one is taken, where it is cropped, and what becomes of it.

A batch depends on the seed and its number alone, so that a run can be resumed, repeated and spread
over processes with the same result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.segmenting.preprocessing import normalize
from Training.datasets.examination import UNKNOWN
from Training.samples.augmentation import (
    AugmentationConfig,
    Geometric,
    apply_appearance,
    apply_geometric,
    sample_appearance,
    sample_geometric,
)
from Training.samples.cache import CachedExamination, CachedPhase, CacheError
from Training.samples.painted_apex import paint_apex
from Training.samples.painted_atria import paint_atria
from Training.samples.painted_outflow import paint_outflow
from Training.samples.recoloring import recolor
from Training.samples.style import transfer_style
from Training.samples.synthesis import synthesize
from Training.samples.windows import neighbor_table, sample_window

CLASSES = len(Label)

T = TypeVar("T", covariant=True)

Sample = tuple[NDArray[np.float32], NDArray[np.float32], tuple[bool, ...], str]
"""(Y, X) image, (C, Y, X) target, known classes and vendor of a slice."""


@dataclass(frozen=True)
class Crop:
    """A square crop: pixels a side and their size."""

    size_px: int
    spacing_mm: float


@dataclass(frozen=True)
class SamplingConfig:
    """How slices are drawn.

    Attributes:
        spacing_mm: in-plane resolution of the network.
        crops: (pixels, batch size) of the batches, taken in turn.
        coarse_batches: so many batches at the start are coarser, with fewer pixels for the same
            field of view, which halves their cost while the large structures are learned.
        coarse_spacing_mm: resolution of these.
        size_multiple: crops have a multiple of this many pixels.
        domain_weights: vendor or data set → weight of its samples, spread evenly over its
            examinations. A data set that is named counts by itself, not with its vendor; vendors
            that are not named have the weight 1.
        heart_probability: share of crops centered near the heart; the others lie anywhere in the
            image.
        heart_jitter_mm: standard deviation of the crop's center about the heart's.
        windows: neighboring slices in a sample, taken in turn; a batch holds about as many slices
            as `crops` says, whatever the window.
        skip_probability: share of windows that take every second slice of their stack.
        missing_probability: share of neighbors that a slice does not see.
    """

    spacing_mm: float = 1.4
    crops: tuple[tuple[int, int], ...] = field(default=((128, 12), (128, 12), (128, 12), (192, 5)))
    coarse_batches: int = 0
    coarse_spacing_mm: float = 2.0
    size_multiple: int = 16
    domain_weights: tuple[tuple[str, float], ...] = field(default=(("Siemens", 0.75), ("GE", 0.25)))
    heart_probability: float = 0.8
    heart_jitter_mm: float = 22.0
    windows: tuple[int, ...] = (1,)
    skip_probability: float = 0.2
    missing_probability: float = 0.1

    def __post_init__(self) -> None:
        if not self.windows or min(self.windows) < 1:
            raise ValueError(f"Expected windows of one slice or more, found {self.windows}.")
        if not self.crops or min(min(crop) for crop in self.crops) < 1:
            raise ValueError(f"Expected crops of a pixel and a slice or more, found {self.crops}.")
        if min(self.spacing_mm, self.coarse_spacing_mm) <= 0 or self.size_multiple < 1:
            raise ValueError(
                "Expected spacing_mm and coarse_spacing_mm above 0 and size_multiple of 1 or more, "
                f"found {self.spacing_mm}, {self.coarse_spacing_mm} and {self.size_multiple}."
            )
        if any(weight < 0 for _, weight in self.domain_weights):
            raise ValueError(f"Expected domain_weights of 0 or more, found {self.domain_weights}.")

    def window(self, number: int) -> int:
        """How many neighboring slices each sample of batch `number` holds."""
        return self.windows[number % len(self.windows)]

    def samples(self, number: int) -> int:
        """How many windows batch `number` holds."""
        return max(1, self.crop(number)[1] // self.window(number))

    def fewest_samples(self) -> int:
        """The windows of the smallest batch; crops and windows take turns, so not all meet."""
        turns = math.lcm(len(self.crops), len(self.windows))
        return min(self.samples(number) for number in range(turns))

    def crop(self, number: int) -> tuple[Crop, int]:
        """Size and resolution of the crops of batch `number`, and how many there are."""
        size_px, batch_size = self.crops[number % len(self.crops)]
        if number >= self.coarse_batches:
            return Crop(size_px, self.spacing_mm), batch_size
        coarse_px = size_px * self.spacing_mm / self.coarse_spacing_mm / self.size_multiple
        return Crop(
            max(1, round(coarse_px)) * self.size_multiple, self.coarse_spacing_mm
        ), batch_size


@dataclass(frozen=True, eq=False)
class TrainingSlice:
    """One native slice: (Y, X) uint8 image and labels, and where the heart is.

    `cut_view` is the view of a plane cut from a short-axis stack, which ends at the base and near
    the apex, so that what lies beyond can be painted.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    spacing_yx_mm: tuple[float, float]
    heart_yx_px: tuple[float, float]
    known: tuple[bool, ...]
    vendor: str
    cut_view: View | None


Stack = list[TrainingSlice]
"""The slices of one phase, in order."""


def collect_stacks(examinations: list[CachedExamination]) -> list[list[Stack]]:
    """The stacks of every examination, one list for each."""
    return [
        [[training_slice(e, phase, z) for z in range(len(phase.image))] for phase in e.phases]
        for e in examinations
    ]


def training_slice(examination: CachedExamination, phase: CachedPhase, z: int) -> TrainingSlice:
    """One slice of a phase."""
    cut = examination.view is not View.SAX and bool((phase.labels[z] == UNKNOWN).any())
    return TrainingSlice(
        phase.image[z],
        phase.labels[z],
        phase.geometry.spacing_zyx_mm[1:],
        _center(phase.labels[z]) or _center(phase.labels.max(axis=0)) or _middle(phase.image[z]),
        tuple(c == 0 or c in examination.annotated for c in range(CLASSES)),
        examination.vendor,
        examination.view if cut else None,
    )


def _center(labels: NDArray[np.uint8]) -> tuple[float, float] | None:
    ys, xs = np.nonzero((labels > 0) & (labels != UNKNOWN))
    return (float(ys.mean()), float(xs.mean())) if ys.size else None


def _middle(image: NDArray[np.uint8]) -> tuple[float, float]:
    return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2


@dataclass(frozen=True, eq=False)
class Batch:
    """Network input and target.

    Attributes:
        images: (N, 1, Y, X).
        target: (N, C, Y, X) memberships; a pixel that nobody labeled is no member of any class.
        known: (N, C) classes that the experts drew.
        vendors: of each slice.
        neighbors: (N, 2) positions in the batch of the slices above and below; None where each
            sample is a single slice.
    """

    images: Tensor
    target: Tensor
    known: Tensor
    vendors: tuple[str, ...]
    neighbors: Tensor | None = None


class NumberedBatches(Dataset[T]):
    """Batches 0 … `length` − 1 of a run, each of `seed` and its number; a process has a part."""

    def __init__(self, *, seed: int, length: int, rank: int, world_size: int) -> None:
        self.seed, self.length = seed, length
        self.rank, self.world_size = rank, world_size

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, number: int) -> T:
        if not 0 <= number < self.length:
            raise IndexError(number)
        return self.batch(number)

    def batch(self, number: int) -> T:
        """The batch of a number within the run."""
        raise NotImplementedError

    def generators(self, number: int, batch_size: int) -> list[np.random.Generator]:
        """One for each sample of a batch that is this process's to draw."""
        return [np.random.default_rng((self.seed, number, i)) for i in self.mine(batch_size)]

    def mine(self, batch_size: int) -> Sequence[int]:
        """Numbers of the samples of a batch that are this process's to draw."""
        return range(self.rank, batch_size, self.world_size)


class BatchStream(NumberedBatches[Batch]):
    """Batches of labeled slices."""

    def __init__(
        self,
        examinations: list[CachedExamination],
        sampling: SamplingConfig,
        augmentation: AugmentationConfig,
        *,
        seed: int,
        length: int,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        super().__init__(seed=seed, length=length, rank=rank, world_size=world_size)
        self.by_patient = collect_stacks(examinations)
        self.sampling, self.augmentation = sampling, augmentation
        self.probabilities = _examination_probabilities(examinations, sampling)

    def batch(self, number: int) -> Batch:
        """The slices of a batch, cropped and changed."""
        crop, _ = self.sampling.crop(number)
        size = self.sampling.window(number)
        generators = self.generators(number, self.sampling.samples(number))
        windows = [self._sample(rng, crop, size) for rng in generators]
        samples = [sample for window in windows for sample in window]
        images, targets, known, vendors = zip(*samples, strict=True)
        counts = [len(window) for window in windows]
        missing = self.sampling.missing_probability
        return Batch(
            torch.from_numpy(np.stack(images)[:, None]),
            torch.from_numpy(np.stack(targets)),
            torch.tensor(known, dtype=torch.bool),
            tuple(vendors),
            None if size == 1 else neighbor_table(counts, generators, missing),
        )

    def _sample_place(self, rng: np.random.Generator) -> tuple[Stack, int]:
        """A stack and the position of a slice in it; every slice of a patient is as likely."""
        stacks = self.by_patient[rng.choice(len(self.by_patient), p=self.probabilities)]
        position = int(rng.integers(sum(map(len, stacks))))
        for stack in stacks:
            if position < len(stack):
                return stack, position
            position -= len(stack)
        raise AssertionError("Expected a position within the stacks.")

    def _painted(self, rng: np.random.Generator, source: TrainingSlice) -> TrainingSlice:
        """Nothing is sampled where they are off, so that older runs stay repeatable."""
        if source.cut_view is None:
            return source
        settings = self.augmentation
        image, labels, spacing_mm = source.image, source.labels, source.spacing_yx_mm[0]
        if source.cut_view is View.LAX_3C:
            base = settings.outflow_probability, paint_outflow
        else:
            base = settings.atria_probability, paint_atria
        for probability, paint in (base, (settings.apex_probability, paint_apex)):
            if _happens(rng, probability):
                image, labels = paint(image, labels, spacing_mm, rng)
        return replace(source, image=image, labels=labels)

    def _sample(self, rng: np.random.Generator, crop: Crop, size: int) -> list[Sample]:
        """The slices of a window, cropped alike, each a little off and of other brightness."""
        stack, position = self._sample_place(rng)
        places = sample_window(rng, len(stack), position, size, self.sampling.skip_probability)
        sources = [self._painted(rng, stack[place]) for place in places]
        geometric = sample_geometric(rng, self.augmentation)
        center = sample_center(rng, stack[position], self.sampling)
        centers = shifted_centers(rng, center, sources, self.augmentation)
        planes = [
            cut(source, geometric, place, crop)
            for source, place in zip(sources, centers, strict=True)
        ]
        images = self._changed(rng, planes, sources[0].known, crop)
        return [
            (image, _hard(plane[1:]), source.known, source.vendor)
            for image, plane, source in zip(images, planes, sources, strict=True)
        ]

    def _changed(
        self,
        rng: np.random.Generator,
        planes: list[NDArray[np.float32]],
        known: tuple[bool, ...],
        crop: Crop,
    ) -> NDArray[np.float32]:
        """(W, Y, X) normalized images of a window, of another appearance."""
        images = self._with_other_contrasts(rng, planes, known)
        if _happens(rng, self.augmentation.style_probability):
            foreign = self._other(rng, crop)
            strength = rng.uniform(*self.augmentation.style_strength)
            images = [transfer_style(image, foreign, strength) for image in images]
        appearance = sample_appearance(rng, self.augmentation)
        other = None
        if appearance.match_histogram is not None or appearance.mix_amplitude is not None:
            other = self._other(rng, crop)
        changed = np.stack(
            [apply_appearance(im, appearance.of_slice(i), other) for i, im in enumerate(images)]
        )
        gains = slice_gains(rng, len(changed), self.augmentation)
        return jitter(rng, normalize(changed * gains), self.augmentation)

    def _with_other_contrasts(
        self,
        rng: np.random.Generator,
        planes: list[NDArray[np.float32]],
        known: tuple[bool, ...],
    ) -> list[NDArray[np.float32]]:
        """The images of a window, made of their labels or recolored where all are known."""
        if all(known) and _happens(rng, self.augmentation.synthesis_probability):
            seed = int(rng.integers(2**31))  # the same contrasts in all slices of a window
            return [synthesize(np.random.default_rng(seed), plane) for plane in planes]
        if all(known) and self.augmentation.recolor_probability > 0:
            return recolor(rng, planes, self.augmentation)
        return [plane[0] for plane in planes]

    def _other(self, rng: np.random.Generator, crop: Crop) -> NDArray[np.float32]:
        """A crop of another image."""
        stack, position = self._sample_place(rng)
        source = self._painted(rng, stack[position])
        geometric = sample_geometric(rng, self.augmentation)
        center = sample_center(rng, source, self.sampling)
        image: NDArray[np.float32] = cut(source, geometric, center, crop)[0]
        return image


def _happens(rng: np.random.Generator, probability: float) -> bool:
    """By chance; nothing is sampled for 0, so that runs without the change stay repeatable."""
    return probability > 0 and bool(rng.random() < probability)


def shifted_centers(
    rng: np.random.Generator,
    center_yx_px: tuple[float, float],
    sources: list[TrainingSlice],
    config: AugmentationConfig,
) -> list[tuple[float, float]]:
    """The center of each slice of a window, off by what lies between two breath-holds."""
    if len(sources) == 1 or rng.random() >= config.slice_shift_probability:
        return [center_yx_px] * len(sources)
    shifts_mm = rng.normal(0, config.slice_shift_mm, (len(sources), 2))
    spacing = sources[0].spacing_yx_mm
    return [
        (center_yx_px[0] + y / spacing[0], center_yx_px[1] + x / spacing[1]) for y, x in shifts_mm
    ]


def slice_gains(
    rng: np.random.Generator, count: int, config: AugmentationConfig
) -> NDArray[np.float32]:
    """(W, 1, 1) factors of the brightness of the slices of a window; 1 for a single slice."""
    if count == 1:
        return np.ones((1, 1, 1), dtype=np.float32)
    gains = np.exp(rng.normal(0, config.slice_gain, (count, 1, 1)))
    return np.asarray(gains, dtype=np.float32)


def sample_center(
    rng: np.random.Generator, source: TrainingSlice, sampling: SamplingConfig
) -> tuple[float, float]:
    """Row and column in the middle of a crop: near the heart, or anywhere."""
    if rng.random() < sampling.heart_probability:
        offset = rng.normal(0, sampling.heart_jitter_mm, 2)
        y, x = (source.heart_yx_px[a] + offset[a] / source.spacing_yx_mm[a] for a in (0, 1))
        return float(y), float(x)
    rows, columns = source.image.shape
    return rng.uniform(0, rows - 1), rng.uniform(0, columns - 1)


def cut(
    source: TrainingSlice, geometric: Geometric, center_yx_px: tuple[float, float], crop: Crop
) -> NDArray[np.float32]:
    """(1 + C, Y, X): the image from 0 to 1, memberships of the foreground and the unknown."""
    foreground = (source.labels == c for c in (*range(1, CLASSES), UNKNOWN))
    planes = np.stack([source.image, *foreground]).astype(np.float32)
    planes[0] /= 255.0
    return apply_geometric(
        planes,
        geometric,
        center_yx_px=center_yx_px,
        spacing_yx_mm=source.spacing_yx_mm,
        size_px=crop.size_px,
        spacing_mm=crop.spacing_mm,
    )


def jitter(
    rng: np.random.Generator, image: NDArray[np.float32], config: AugmentationConfig
) -> NDArray[np.float32]:
    """A normalized image of another scale and level."""
    gain, offset = config.normalization_jitter
    return image * np.float32(np.exp(rng.normal(0, gain))) + np.float32(rng.normal(0, offset))


def _hard(memberships: NDArray[np.float32]) -> NDArray[np.float32]:
    """(C, Y, X) one-hot target from memberships (C, Y, X) of the foreground and the unknown.

    Unknown pixels belong to no class.
    """
    background = 1.0 - memberships.sum(axis=0, keepdims=True)
    classes = np.concatenate((background, memberships)).argmax(axis=0)
    return np.asarray(classes[None] == np.arange(CLASSES)[:, None, None], dtype=np.float32)


def _examination_probabilities(
    examinations: list[CachedExamination], sampling: SamplingConfig
) -> NDArray[np.float64]:
    """The chance of every examination: each domain's weight spread evenly over its examinations."""
    share = dict(sampling.domain_weights)
    domains = [e.dataset if e.dataset in share else e.vendor for e in examinations]
    weights = np.array([share.get(domain, 1.0) / domains.count(domain) for domain in domains])
    if not weights.any():
        raise CacheError(
            "Expected examinations with a weight above 0 in sampling.domain_weights, found those "
            f"of {', '.join(sorted(set(domains)))} alone."
        )
    return np.asarray(weights / weights.sum())

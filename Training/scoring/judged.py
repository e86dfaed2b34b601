"""Collected segmentations as rows of evidence with their Dice and estimates of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, Label, LabelArray
from CMRSegmentationLib.trust import overlap
from CMRSegmentationLib.trust.estimate import Estimate, Fences
from CMRSegmentationLib.trust.evidence import gather, is_drawn
from CMRSegmentationLib.trust.redrawing_network import RedrawingNetwork
from CMRSegmentationLib.trust.trust import Limits
from CMRSegmentationLib.trust.volume_evidence import volume_rows
from Training.datasets.examination import UNKNOWN
from Training.scoring.second_looks import SecondLook, Source

Values = NDArray[np.float64]

TEMPERATURES = np.geomspace(0.6, 3.0, 25)
PIXELS_PER_LOOK = 4000


@dataclass(frozen=True, eq=False)
class PhaseRows:
    """The evidence about a segmented phase, and the truth.

    Attributes:
        source: where it comes from.
        slices: (Z, S, `evidence.NAMES`).
        volumes: (S, `volume_evidence.VOLUME_NAMES`).
        pixels: (Z, S, 3): drawn, drawn by the expert, and both.
    """

    source: Source
    slices: Values
    volumes: Values
    pixels: NDArray[np.int64]

    @property
    def slice_dice(self) -> Values:
        """(Z, S) Dice; 1 where neither drew; NaN for structures that experts did not draw."""
        return self._masked(_dice(self.pixels))

    @property
    def volume_dice(self) -> Values:
        """(S,) Dice of whole structures; NaN for those that experts did not draw."""
        return self._masked(_dice(self.pixels.sum(axis=0)))

    @property
    def largest_cm2(self) -> Values:
        """(Z, S) area drawn by the model or the expert, the larger of them."""
        return np.asarray(self.pixels[..., :2].max(axis=-1) * self.source.pixel_cm2)

    def volume_ml(self, label: Label, *, by_expert: bool) -> float:
        """The volume drawn, or drawn by the expert."""
        pixels = self.pixels[:, label - 1, int(by_expert)].sum()
        return float(pixels) * self.source.pixel_ml

    def _masked(self, values: Values) -> Values:
        known = np.array([label.name in self.source.annotated for label in FOREGROUND])
        return np.asarray(np.where(known, values, np.nan))


@dataclass(frozen=True, eq=False)
class JudgedPhase:
    """A phase with its estimates.

    Attributes:
        rows: the evidence and the truth.
        slices: (Z, S) what `Estimate.of_slices` makes of it.
        volumes: (S,) of the structures as a whole.
    """

    rows: PhaseRows
    slices: Values
    volumes: Values

    def marked(self, limits: Limits) -> NDArray[np.bool_]:
        """(Z, S) structures that are doubtful or likely wrong in a slice, drawn or not."""
        missing = 1.0 - self.slices > limits.missing_doubtful
        poor = self.slices < limits.slice_doubtful
        return np.asarray(np.where(is_drawn(self.rows.slices), poor, missing))


def _dice(pixels: NDArray[np.int64]) -> Values:
    total = (pixels[..., 0] + pixels[..., 1]).astype(np.float64)
    dice = np.divide(2.0 * pixels[..., 2], total, out=np.ones_like(total), where=total > 0)
    return np.asarray(dice)


def rows_of(
    looks: Iterable[SecondLook], network: RedrawingNetwork, temperatures: dict[str, float]
) -> list[PhaseRows]:
    """The evidence about every look, with the temperature of the network that it comes from."""
    result = []
    for look in looks:
        temperature = temperatures.get(look.source.network, 1.0)
        rows = gather(look.seen, network.redraw, network.config.canvas, temperature)
        result.append(PhaseRows(look.source, rows[0], volume_rows(rows)[0], look.pixels))
    return result


def temperatures_of(looks: Iterable[SecondLook]) -> dict[str, float]:
    """The temperature at which each network's probabilities say most about sound images."""
    losses: dict[str, list[Values]] = defaultdict(list)
    for look in looks:
        if look.source.failure == "none" and len(look.source.annotated) == len(FOREGROUND):
            losses[look.source.network].append(_losses(look))
    return {
        network: float(TEMPERATURES[np.mean(values, axis=0).argmin()])
        for network, values in losses.items()
    }


def _losses(look: SecondLook) -> Values:
    """Mean negative log-likelihood at every temperature, over some of the undecided pixels."""
    foreground = look.seen.probabilities[0].transpose(0, 2, 3, 1).reshape(-1, len(FOREGROUND))
    classes = np.concatenate((1.0 - foreground.sum(axis=1, keepdims=True), foreground), axis=1)
    truth = look.truth.reshape(-1)
    undecided = np.flatnonzero((classes.max(axis=1) < 0.999) & (truth != UNKNOWN))
    undecided = undecided[:: 1 + len(classes) // PIXELS_PER_LOOK]
    logs, truth = np.log(np.maximum(classes[undecided], 1e-6)), truth[undecided]
    found = []
    for temperature in TEMPERATURES:
        scaled = logs / temperature
        norm = np.log(np.exp(scaled).sum(axis=1))
        found.append((norm - scaled[np.arange(len(truth)), truth]).mean())
    return np.array(found)


def fences_of(looks: Iterable[SecondLook], network: RedrawingNetwork) -> dict[Label, Fences]:
    """Inter-quartile fences of how masks are redrawn: 1.5 ranges beyond (Tukey 1977).

    Args:
        looks: of patients whose masks the auto-encoder did not learn from.
        network: the auto-encoder.
    """
    canvas = network.config.canvas
    masks = np.concatenate(
        [
            canvas.place(_known(look.truth), (look.seen.spacing_mm, look.seen.spacing_mm))
            for look in looks
            if look.source.failure == "none" and len(look.source.annotated) == len(FOREGROUND)
        ]
    )
    redrawn = network.redraw(masks)
    dice = overlap.dice_by_slice(masks, redrawn)
    distance_mm = overlap.distance_by_slice(masks, redrawn, canvas.spacing_mm)
    fences = {}
    for label in FOREGROUND:
        there = (masks == label).any(axis=(1, 2))
        low, high = np.quantile(dice[there, label - 1], (0.25, 0.75))
        near, far = np.quantile(distance_mm[there, label - 1], (0.25, 0.75))
        fences[label] = Fences(
            round(float(low - 1.5 * (high - low)), 3), round(float(far + 1.5 * (far - near)), 1)
        )
    return fences


def _known(truth: LabelArray) -> LabelArray:
    return np.where(truth == UNKNOWN, 0, truth).astype(np.uint8)


def judge_phases(rows: Sequence[PhaseRows], estimate: Estimate) -> list[JudgedPhase]:
    """The estimates of every phase."""
    return [_judged(one, estimate) for one in rows]


def _judged(one: PhaseRows, estimate: Estimate) -> JudgedPhase:
    evidence = one.slices[None]
    slices = estimate.of_slices(evidence)
    volumes = estimate.of_volumes(evidence, slices)
    return JudgedPhase(one, slices[0], volumes[0])

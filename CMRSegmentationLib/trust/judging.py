"""From a segmented cine to what is to be believed of it, and to findings about the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.segmenting.model import ModelBundle
from CMRSegmentationLib.segmenting.network_cine import NetworkCine, Segmented
from CMRSegmentationLib.trust.doubts import Places, doubts
from CMRSegmentationLib.trust.estimate import REDRAWING_FILE, Estimate, load_estimate
from CMRSegmentationLib.trust.evidence import Seen, Variants, gather, is_drawn
from CMRSegmentationLib.trust.looking import frames_to_look_at_again, look_again
from CMRSegmentationLib.trust.redrawing_network import RedrawingNetwork, load_redrawing
from CMRSegmentationLib.trust.trust import Numbers, StructureTrust, Trust

Values = NDArray[np.float64]

DECIMALS = 3


@dataclass(frozen=True, eq=False)
class _Estimates:
    """Estimates of the segmented frames.

    Attributes:
        frames: their numbers.
        slices: (T, Z, S) what `Estimate.of_slices` makes of them.
        drawn: (T, Z, S) where the structures are drawn.
        volumes: (T, S) what `Estimate.of_volumes` makes of them.
    """

    frames: tuple[int, ...]
    slices: Values
    drawn: NDArray[np.bool_]
    volumes: Values

    def dice_of(self, label: Label, frames: int) -> tuple[Numbers, ...]:
        """The likely Dice where a structure is drawn, for all frames of a cine and their slices."""
        return self._by_frame(np.where(self.drawn, self.slices, np.nan), label, frames)

    def missing_of(self, label: Label, frames: int) -> tuple[Numbers, ...]:
        """The chance that it is missing where it is not drawn, likewise."""
        return self._by_frame(np.where(self.drawn, np.nan, 1.0 - self.slices), label, frames)

    def volumes_of(self, label: Label, frames: int) -> Numbers:
        """The likely Dice of a whole structure, for all frames of a cine."""
        found = dict(zip(self.frames, self.volumes[:, label - 1], strict=True))
        return tuple(_rounded(found[t]) if t in found else None for t in range(frames))

    def _by_frame(self, values: Values, label: Label, frames: int) -> tuple[Numbers, ...]:
        found = dict(zip(self.frames, values[:, :, label - 1], strict=True))
        nothing = (None,) * values.shape[1]
        return tuple(_numbers(found[t]) if t in found else nothing for t in range(frames))


@dataclass(frozen=True, eq=False)
class Judge:
    """An estimate and the auto-encoder that it rests on."""

    estimate: Estimate
    redrawing: RedrawingNetwork

    @classmethod
    def of(cls, bundle: ModelBundle) -> Judge | None:
        """The judge of a model's segmentations; None if the model has none.

        Raises:
            TrustError: if its files are damaged.
        """
        estimate = load_estimate(bundle)
        if estimate is None:
            return None
        return cls(estimate, load_redrawing(bundle.folder / REDRAWING_FILE))

    def evidence(self, seen: Seen) -> Values:
        """(T, Z, S, `NAMES`) evidence of what a network saw and drew, base as given."""
        return gather(
            seen, self.redrawing.redraw, self.redrawing.config.canvas, self.estimate.temperature
        )

    def judge(
        self,
        images: NetworkCine,
        segmented: Segmented,
        labels: LabelMap,
        frames: tuple[int, ...],
        phases: tuple[int, int | None],
    ) -> tuple[Trust, tuple[Finding, ...]]:
        """What is to be believed, and findings about the rest.

        Args:
            images: the cine.
            segmented: what was made of `frames`.
            labels: the same on the input's grid, for all frames.
            frames: numbers of the segmented frames, rising.
            phases: end-diastole and, if there is one, end-systole.
        """
        again = frames_to_look_at_again(frames, *phases)
        seen = look_again(images, segmented, frames, again)
        upside_down = not base_is_first(labels.array[phases[0]])
        rows = self.evidence(base_first(seen) if upside_down else seen)
        slices = self.estimate.of_slices(rows)
        volumes = self.estimate.of_volumes(rows, slices)
        if upside_down:
            rows, slices = rows[:, ::-1], slices[:, ::-1]
        estimates = _Estimates(frames, slices, is_drawn(rows), volumes)
        view = images.view or View.SAX
        trust = Trust(
            {
                label.name.lower(): self._structure(label, estimates, labels, phases)
                for label in view.structures
                if label in self.estimate.volumes
            }
        )
        return trust, doubts(trust, Places(rows, frames, phases, self.estimate.fences))

    def _structure(
        self,
        label: Label,
        estimates: _Estimates,
        labels: LabelMap,
        phases: tuple[int, int | None],
    ) -> StructureTrust:
        volumes = estimates.volumes_of(label, labels.frames)
        return StructureTrust(
            slices=estimates.dice_of(label, labels.frames),
            missing=estimates.missing_of(label, labels.frames),
            volumes=volumes,
            limits=self.estimate.limits[label],
            ef_range_percent=self._ef_range(label, labels, phases, volumes),
        )

    def _ef_range(
        self,
        label: Label,
        labels: LabelMap,
        phases: tuple[int, int | None],
        dice: Numbers,
    ) -> tuple[float, float] | None:
        """The range of a stack's ejection fraction; None where it has none or none was fitted.

        It was fitted to ventricles that empty, so that one that is empty in a phase or larger at
        end-systole has none.
        """
        ed, es = phases
        if label not in self.estimate.ejection or es is None or labels.geometry.is_single_slice:
            return None
        dice_ed, dice_es = dice[ed], dice[es]
        at_ed, at_es = (np.count_nonzero(labels.array[t] == label) for t in (ed, es))
        ef_percent = percent_decrease(float(at_ed), float(at_es)) if at_es else None
        if ef_percent is None or ef_percent < 0 or dice_ed is None or dice_es is None:
            return None
        low, high = self.estimate.ejection[label].around(ef_percent, dice_ed, dice_es)
        return round(low, 1), round(high, 1)


def base_first(seen: Seen) -> Seen:
    """The same with its slices in the other order."""
    variants = Variants(
        seen.variants.frames,
        tuple(p[:, ::-1] for p in seen.variants.probabilities),
        seen.variants.coarse[:, ::-1],
    )
    return Seen(
        seen.images[:, ::-1],
        seen.probabilities[:, ::-1],
        seen.labels[:, ::-1],
        seen.spacing_mm,
        variants,
    )


def _numbers(values: Values) -> Numbers:
    return tuple(None if np.isnan(value) else _rounded(value) for value in values)


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS)

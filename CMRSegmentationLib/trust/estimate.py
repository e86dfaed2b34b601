"""The estimate that belongs to a model: from evidence to the Dice that it makes likely.

`trust.json` beside the weights holds plain numbers, made by `python -m Training.trust`; it names
the weights that it was fitted to, and serves no others.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import FOREGROUND, Label
from CMRSegmentationLib.segmenting.model import ModelBundle, sha256_of
from CMRSegmentationLib.trust.boosted import BoostedTable, table_from_json
from CMRSegmentationLib.trust.errors import TrustError
from CMRSegmentationLib.trust.evidence import is_drawn
from CMRSegmentationLib.trust.trust import Limits
from CMRSegmentationLib.trust.volume_evidence import (
    SLICE_NAMES,
    VOLUME_NAMES,
    dice_of_slices,
    slice_rows,
    volume_rows,
)

Values = NDArray[np.float64]

ESTIMATE_FILE = "trust.json"
REDRAWING_FILE = "redraw.pt"
SCHEMA = 4


@dataclass(frozen=True)
class Margin:
    """Points of ejection fraction: least + per_doubt × doubt.

    Doubt is what the estimates at both phases leave to 1, added up.
    """

    least: float
    per_doubt: float

    def at(self, doubt: float) -> float:
        """The margin for so much doubt."""
        return self.least + self.per_doubt * doubt


@dataclass(frozen=True)
class EjectionRange:
    """How far the experts' ejection fraction may lie below and above that of a model."""

    below: Margin
    above: Margin

    def around(self, ef_percent: float, dice_ed: float, dice_es: float) -> tuple[float, float]:
        """The range about an ejection fraction in percent, within 0 to 100."""
        doubt = (1.0 - dice_ed) + (1.0 - dice_es)
        low, high = ef_percent - self.below.at(doubt), ef_percent + self.above.at(doubt)
        return max(0.0, low), min(100.0, high)


@dataclass(frozen=True)
class Fences:
    """Inter-quartile fences of masks that the auto-encoder never saw (Tukey: 1.5 ranges).

    Attributes:
        dice: a lower agreement with the redrawing is unusual.
        distance_mm: a larger Hausdorff distance from it is.
    """

    dice: float
    distance_mm: float


@dataclass(frozen=True, eq=False)
class Estimate:
    """All numbers of `trust.json`, by structure where there is one for each.

    Attributes:
        weights_sha256: the network that it was fitted to.
        redrawing_sha256: the auto-encoder that it was fitted with.
        temperature: of the network's probabilities.
        drawn: for slices in which the structure is drawn.
        absent: for slices in which it is not: that it is not there either.
        volumes: for the structure as a whole.
        limits: what to mark.
        fences: of the redrawing.
        ejection: for the ranges of ejection fractions; by structure, of the ventricles.
        made_of: in words, what it was fitted on.
    """

    weights_sha256: str
    redrawing_sha256: str
    temperature: float
    drawn: dict[Label, BoostedTable]
    absent: dict[Label, BoostedTable]
    volumes: dict[Label, BoostedTable]
    limits: dict[Label, Limits]
    fences: dict[Label, Fences]
    ejection: dict[Label, EjectionRange]
    made_of: str

    def of_slices(self, rows: Values) -> Values:
        """(T, Z, S) likely Dice for (T, Z, S, `NAMES`) evidence.

        Where a structure is not drawn, the chance that it is not there.
        """
        result = np.ones(rows.shape[:3])
        full, is_there = slice_rows(rows), is_drawn(rows)
        for label in FOREGROUND:
            if label not in self.drawn:
                continue
            own, drawn = full[:, :, label - 1], is_there[:, :, label - 1]
            for table, where in ((self.drawn[label], drawn), (self.absent[label], ~drawn)):
                values = table.predict(_columns(own[where], table, SLICE_NAMES))
                result[:, :, label - 1][where] = values
        return result

    def of_volumes(self, rows: Values, slices: Values) -> Values:
        """(T, S) likely Dice of structures, 0 without any.

        It is the mean of what the evidence about the whole says and what the slices add up to.

        Args:
            rows: (T, Z, S, `NAMES`) evidence.
            slices: (T, Z, S) what `of_slices` makes of it.
        """
        whole, added_up = volume_rows(rows), dice_of_slices(rows, slices)
        result = np.zeros(whole.shape[:2])
        for label in FOREGROUND:
            if label in self.volumes:
                table, index = self.volumes[label], label - 1
                values = table.predict(_columns(whole[:, index], table, VOLUME_NAMES))
                there = is_drawn(rows)[:, :, index].any(axis=1)
                result[:, index] = np.where(there, (values + added_up[:, index]) / 2.0, 0.0)
        return result


def _columns(rows: Values, table: BoostedTable, names: tuple[str, ...]) -> Values:
    return np.asarray(rows[..., [names.index(name) for name in table.columns]])


def load_estimate(bundle: ModelBundle) -> Estimate | None:
    """The estimate of a model; None if it has none, or one that was fitted to other weights.

    Raises:
        TrustError: if it is damaged.
    """
    path = bundle.folder / ESTIMATE_FILE
    if not path.is_file():
        return None
    estimate = read_estimate(path)
    if estimate.weights_sha256 != bundle.weights_sha256:
        return None
    redrawing = bundle.folder / REDRAWING_FILE
    if not redrawing.is_file() or sha256_of(redrawing) != estimate.redrawing_sha256:
        raise TrustError(
            f"Model {bundle.name!r} has an estimate but not its {REDRAWING_FILE}; install it again."
        )
    return estimate


def read_estimate(path: Path) -> Estimate:
    """The numbers of a `trust.json`.

    Raises:
        TrustError: if it is damaged.
    """
    try:
        return _parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, TrustError):
            raise
        raise TrustError(
            f"{path.name} next to the model is no estimate ({type(error).__name__}: {error}); "
            "install the model again."
        ) from error


def _parse(content: dict[str, Any]) -> Estimate:
    if content["schema"] != SCHEMA:
        raise TrustError(f"Expected an estimate of layout {SCHEMA}, found {content['schema']}.")
    return Estimate(
        weights_sha256=str(content["weights_sha256"]),
        redrawing_sha256=str(content["redrawing_sha256"]),
        temperature=float(content["temperature"]),
        drawn={Label[name]: table_from_json(one) for name, one in content["drawn"].items()},
        absent={Label[name]: table_from_json(one) for name, one in content["absent"].items()},
        volumes={Label[name]: table_from_json(one) for name, one in content["volumes"].items()},
        limits={Label[name]: Limits(**one) for name, one in content["limits"].items()},
        fences={Label[name]: Fences(**one) for name, one in content["fences"].items()},
        ejection={Label[name]: _range(one) for name, one in content["ejection"].items()},
        made_of=str(content["made_of"]),
    )


def _range(content: dict[str, Any]) -> EjectionRange:
    return EjectionRange(Margin(**content["below"]), Margin(**content["above"]))


def estimate_as_json(estimate: Estimate) -> str:
    """The text of `trust.json`."""
    content = {
        "schema": SCHEMA,
        "weights_sha256": estimate.weights_sha256,
        "redrawing_sha256": estimate.redrawing_sha256,
        "made_of": estimate.made_of,
        "temperature": estimate.temperature,
        "limits": {label.name: vars(one) for label, one in estimate.limits.items()},
        "fences": {label.name: vars(one) for label, one in estimate.fences.items()},
        "ejection": {label.name: asdict(one) for label, one in estimate.ejection.items()},
        "drawn": {label.name: one.to_json() for label, one in estimate.drawn.items()},
        "absent": {label.name: one.to_json() for label, one in estimate.absent.items()},
        "volumes": {label.name: one.to_json() for label, one in estimate.volumes.items()},
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False) + "\n"

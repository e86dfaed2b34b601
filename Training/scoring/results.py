"""results.csv: one row per patient × phase × structure × level, and clinical measures."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol, get_type_hints

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import Geometry, Label, View
from CMRSegmentationLib.measuring.definitions import KEY_MEASURES, MYOCARDIAL_DENSITY_G_PER_ML
from CMRSegmentationLib.whole_files import whole_file
from Training.datasets.examination import UNKNOWN
from Training.scoring.metrics import MaskScores, score_masks

RESULTS_FILE, TABLES_FILE = "results.csv", "tables.md"
WHOLE = "all"
LEVELS = ("base", "mid", "apex")

LabelVolume = NDArray[np.uint8]


class ResultsError(UserError, ValueError):
    """A results.csv that is missing, incomplete or holds something else."""


class Described(Protocol):
    """What a row says about its examination; `Examination` and `CachedExamination` have it."""

    @property
    def patient(self) -> str: ...  # noqa: D102
    @property
    def dataset(self) -> str: ...  # noqa: D102
    @property
    def vendor(self) -> str: ...  # noqa: D102
    @property
    def centre(self) -> str: ...  # noqa: D102
    @property
    def pathology(self) -> str: ...  # noqa: D102
    @property
    def view(self) -> View | None: ...  # noqa: D102
    @property
    def annotated(self) -> tuple[Label, ...]: ...  # noqa: D102


@dataclass(frozen=True)
class Case:
    """What was scored: one structure in one phase of one patient.

    Attributes:
        patient: identifier within the data set.
        dataset: name of the data set.
        vendor: manufacturer of the scanner.
        centre: hospital, or empty.
        pathology: diagnostic group in the data set's codes, or empty.
        view: "sax", "lax_4c" and so on.
        phase: "ED" or "ES".
        structure: "LV", "MYO" or "RV".
        level: "all" for the whole stack, or "base", "mid" or "apex" of a short-axis stack (see
            `slice_levels`).
    """

    patient: str
    dataset: str
    vendor: str
    centre: str
    pathology: str
    view: str
    phase: str
    structure: str
    level: str

    @property
    def person(self) -> str:
        """The patient across data sets."""
        return f"{self.dataset}/{self.patient}"

    @property
    def key(self) -> tuple[str, ...]:
        """What is the same in the results of every run."""
        return self.dataset, self.patient, self.view, self.phase, self.structure, self.level


@dataclass(frozen=True)
class ResultRow(MaskScores, Case):
    """A case with its scores: the fields of `Case`, those of `MaskScores`, and the volumes.

    Attributes:
        predicted_ml: predicted volume in ml; NaN for a single slice, which has none.
        true_ml: the expert's volume in ml, likewise.
    """

    predicted_ml: float
    true_ml: float


def score_phase(
    examination: Described,
    phase: str,
    predicted: LabelVolume,
    truth: LabelVolume,
    geometry: Geometry,
) -> list[ResultRow]:
    """Scores every annotated structure of one phase, as a whole and by slice level.

    Args:
        examination: whose phase it is; structures that it does not annotate or its view does not
            cut are left out.
        phase: "ED" or "ES".
        predicted: (Z, Y, X) predicted values of `Label`.
        truth: (Z, Y, X) values of the expert; pixels that are `UNKNOWN` do not count.
        geometry: the grid of both.

    Raises:
        ValueError: if the shapes differ.
    """
    unknown = truth == UNKNOWN
    predicted, truth = (
        np.where(unknown, np.uint8(Label.BACKGROUND), labels) for labels in (predicted, truth)
    )
    levels = {WHOLE: np.arange(truth.shape[0])} | slice_levels(truth)
    return [
        _score_structure(
            examination, phase, label, level, predicted[slices], truth[slices], geometry
        )
        for level, slices in levels.items()
        for label in examination.annotated
        if examination.view is None or label in examination.view.structures
    ]


def _score_structure(
    examination: Described,
    phase: str,
    label: Label,
    level: str,
    predicted: LabelVolume,
    truth: LabelVolume,
    geometry: Geometry,
) -> ResultRow:
    masks = predicted == label, truth == label
    scores = score_masks(*masks, geometry.spacing_zyx_mm)
    voxel_ml = float("nan") if geometry.is_single_slice else geometry.voxel_volume_ml
    predicted_ml, true_ml = (int(mask.sum()) * voxel_ml for mask in masks)
    e = examination
    case = Case(
        e.patient, e.dataset, e.vendor, e.centre, e.pathology, str(e.view), phase, label.name, level
    )
    return ResultRow(**asdict(case), **asdict(scores), predicted_ml=predicted_ml, true_ml=true_ml)


def slice_levels(truth: LabelVolume) -> dict[str, NDArray[np.int64]]:
    """The slices of each level: thirds of the slices in which the expert drew the left ventricle.

    The thirds follow the AHA's division (Cerqueira et al. 2002, doi:10.1161/hc0402.102975). The
    base is the end where the left ventricle with its wall is larger; slices beyond an end belong to
    that end's level.

    Args:
        truth: (Z, Y, X) values of `Label`.

    Returns:
        level → slice indices; empty if the left ventricle was drawn in fewer than three slices.
    """
    drawn = np.flatnonzero(np.isin(truth, (Label.LV, Label.MYO)).any(axis=(1, 2)))
    if drawn.size < 3:
        return {}
    first, _, last = np.array_split(drawn, 3)
    slices = np.arange(truth.shape[0])
    ends = slices[: first[-1] + 1], slices[first[-1] + 1 : last[0]], slices[last[0] :]
    return dict(zip(LEVELS, ends if base_is_first(truth) else ends[::-1], strict=True))


def write_results(rows: Iterable[ResultRow], path: Path) -> None:
    """Writes results.csv whole or not at all; an unknown number is an empty cell."""
    names = [field.name for field in fields(ResultRow)]
    with (
        whole_file(path) as partial,
        partial.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)


def read_results(path: Path) -> list[ResultRow]:
    """Reads a results.csv.

    Raises:
        ResultsError: if the file or a column of it is missing, or a cell is not a number.
    """
    if not path.is_file():
        raise ResultsError(f"Expected {path}, found none; `python -m Training.evaluate` writes it.")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = {field.name for field in fields(ResultRow)} - set(reader.fieldnames or ())
        if missing:
            raise ResultsError(
                f"{path} has no column {', '.join(sorted(missing))}; evaluate again to write it."
            )
        return [_row(cells, path) for cells in reader]


_READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    float: lambda cell: float(cell or "nan"),
    bool: lambda cell: bool(int(cell)),
}
"""Type of a field of `ResultRow` → how its cell is read."""

_FIELD_READERS = {name: _READERS[kind] for name, kind in get_type_hints(ResultRow).items()}


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.6g}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def _row(cells: dict[str, str], path: Path) -> ResultRow:
    try:
        return ResultRow(**{name: read(cells[name]) for name, read in _FIELD_READERS.items()})
    except (TypeError, ValueError) as error:
        raise ResultsError(f"{path} has a row that cannot be read ({error}): {cells}.") from error


@dataclass(frozen=True)
class ClinicalPair:
    """One clinical quantity of one patient, predicted and from the expert's masks.

    Attributes:
        person: the patient across data sets.
        vendor: manufacturer of the scanner.
        predicted: from the predicted masks, NaN where it cannot be computed.
        truth: from the expert's masks, likewise.
    """

    person: str
    vendor: str
    predicted: float
    truth: float


def clinical_pairs(rows: Sequence[ResultRow]) -> dict[str, list[ClinicalPair]]:
    """Volumes, ejection fractions and mass of every patient from short-axis stacks.

    EF = (EDV − ESV) / EDV in percent; mass = end-diastolic myocardium × 1.05 g/ml.

    Returns:
        key of `KEY_MEASURES` → one pair per patient that has the rows for it; keys without
        pairs are left out.
    """
    patients: dict[str, dict[tuple[str, str], ResultRow]] = {}
    for row in rows:
        if row.view == View.SAX and row.level == WHOLE and not np.isnan(row.true_ml):
            patients.setdefault(row.person, {})[row.structure, row.phase] = row
    pairs: dict[str, list[ClinicalPair]] = {key: [] for key in KEY_MEASURES}
    for person, found in patients.items():
        for key, predicted, truth in _patient_measures(found):
            vendor = next(iter(found.values())).vendor
            pairs[key].append(ClinicalPair(person, vendor, predicted, truth))
    return {key: values for key, values in pairs.items() if values}


def _patient_measures(
    found: dict[tuple[str, str], ResultRow],
) -> Iterator[tuple[str, float, float]]:
    for chamber in ("LV", "RV"):
        ed, es = found.get((chamber, "ED")), found.get((chamber, "ES"))
        if ed is not None:
            yield f"{chamber.lower()}_edv", ed.predicted_ml, ed.true_ml
        if es is not None:
            yield f"{chamber.lower()}_esv", es.predicted_ml, es.true_ml
        if ed is not None and es is not None:
            predicted = _ejection_fraction_percent(ed.predicted_ml, es.predicted_ml)
            yield (
                f"{chamber.lower()}_ef",
                predicted,
                _ejection_fraction_percent(ed.true_ml, es.true_ml),
            )
    muscle = found.get(("MYO", "ED"))
    if muscle is not None:
        predicted_g, true_g = (
            ml * MYOCARDIAL_DENSITY_G_PER_ML for ml in (muscle.predicted_ml, muscle.true_ml)
        )
        yield "lv_mass", predicted_g, true_g


def _ejection_fraction_percent(edv_ml: float, esv_ml: float) -> float:
    percent = percent_decrease(edv_ml, esv_ml)
    return float("nan") if percent is None else percent

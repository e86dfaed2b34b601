"""Command line: scores a model on whole Sunnybrook DICOM cines with expert contours.

The cines are read as a scanner sends them.

python -m Training.evaluate_cines MODEL PATIENT_FOLDER [PATIENT_FOLDER ...] --out DIR

A patient folder holds `dicom/` and `contours/i-contours/`. What is scored is the whole product:
reading, the search for the heart, the phases, the blood pool of the LV at the contoured phases, and
the ejection fraction.
"""

from __future__ import annotations

import argparse
import csv
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.image import Label, View
from CMRSegmentationLib.pipeline import Prediction, segment_cine
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.segmenting.model import ModelBundle, find_model
from CMRSegmentationLib.whole_files import whole_file
from Training.datasets.examination import DataSetError
from Training.datasets.sunnybrook_contours import ContouredSlice, read_contours, volume_ml
from Training.reporting.log import start_logging
from Training.scoring.metrics import dice

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class CineScore:
    """How well one cine was segmented.

    Attributes:
        patient: name of the folder.
        ed_dice: Dice of the LV over the slices contoured at the expert's end-diastole.
        es_dice: the same at end-systole.
        ed_stack_dice: Dice over all slices at end-diastole, those that the expert left empty
            included.
        es_stack_dice: the same at end-systole.
        ef_percent: LV ejection fraction of the report.
        expert_ef_percent: from the contours.
        ed_frames_off: cyclic distance of the found end-diastole from the contoured one.
        es_frames_off: the same for end-systole.
    """

    patient: str
    ed_dice: float
    es_dice: float
    ed_stack_dice: float
    es_stack_dice: float
    ef_percent: float
    expert_ef_percent: float
    ed_frames_off: int
    es_frames_off: int


def score_cine(folder: Path, bundle: ModelBundle, *, device: str = "auto") -> CineScore:
    """Segments the cine of a patient folder and compares it with the contours.

    Raises:
        ReadError, DataSetError: if the cine or the contours cannot be read.
    """
    stack = read_input(folder / "dicom").cines[0].stack
    slices = read_contours(folder / "contours" / "i-contours", folder / "dicom", stack.geometry)
    prediction = segment_cine(stack, bundle, device=device)
    volumes = {
        frame: volume_ml(slices, frame, stack.geometry) for frame in {s.frame for s in slices}
    }
    if len(volumes) < 2:
        raise DataSetError(f"Expected contours of two phases in {folder}, found {len(volumes)}.")
    ed, es = max(volumes, key=lambda f: volumes[f]), min(volumes, key=lambda f: volumes[f])
    return CineScore(
        patient=folder.name,
        ed_dice=_dice(prediction, slices, ed, everywhere=False),
        es_dice=_dice(prediction, slices, es, everywhere=False),
        ed_stack_dice=_dice(prediction, slices, ed, everywhere=True),
        es_stack_dice=_dice(prediction, slices, es, everywhere=True),
        ef_percent=_or_nan(prediction.report.value("lv_ef")),
        expert_ef_percent=_or_nan(percent_decrease(volumes[ed], volumes[es])),
        ed_frames_off=_cyclic_distance(prediction.ed_frame, ed, stack.frames),
        es_frames_off=_cyclic_distance(prediction.es_frame, es, stack.frames),
    )


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _dice(
    prediction: Prediction, slices: list[ContouredSlice], frame: int, *, everywhere: bool
) -> float:
    truth = np.zeros(prediction.labels.geometry.shape_zyx, dtype=np.bool_)
    contoured = [s for s in slices if s.frame == frame]
    for contour in contoured:
        truth[contour.slice] = contour.mask
    predicted = prediction.labels.array[frame] == Label.LV
    if not everywhere:
        kept = sorted({s.slice for s in contoured})
        truth, predicted = truth[kept], predicted[kept]
    return dice(predicted, truth)


def _cyclic_distance(found: int | None, expected: int, frames: int) -> int:
    if found is None:
        return frames
    return min((found - expected) % frames, (expected - found) % frames)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging()
    parser = argparse.ArgumentParser(
        prog="python -m Training.evaluate_cines", description="Score whole cines."
    )
    parser.add_argument("model", help="name of a bundled model or a model folder")
    parser.add_argument("patients", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    options = parser.parse_args(arguments)
    return run_command(
        lambda: score_cines(options.model, options.patients, options.out, options.device)
    )


def score_cines(model: str, patients: Sequence[Path], out: Path, device: str) -> None:
    """Scores the cines of patients with a model and writes `cines.csv` into `out`."""
    bundle = find_model(model, View.SAX)
    scores = [score_cine(folder, bundle, device=device) for folder in patients]
    rows = [_cells(score) for score in scores]
    out.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(out / "cines.csv") as partial,
        partial.open("w", newline="", encoding="utf-8") as file,
    ):
        names = [field.name for field in fields(CineScore)]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        LOGGER.info("%s", row)


def _cells(score: CineScore) -> dict[str, object]:
    return {k: f"{v:.4f}" if isinstance(v, float) else v for k, v in asdict(score).items()}


if __name__ == "__main__":
    sys.exit(main())

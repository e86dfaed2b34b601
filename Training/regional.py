"""Command line: regional function from experts' masks by group, and from a model's against them.

python -m Training.regional RUN_OR_MODEL --cache DIR --out DIR --patients 010 020 … [--segmented]

The groups are those of the experts' masks of every short-axis examination in the cache; the model
is compared on the patients that are named, which it must not have been trained on. With --segmented
the first argument is a folder of ready segmentations, as `Training.evaluate --save` writes it.
"""

from __future__ import annotations

import argparse
import csv
import io
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.image import FOREGROUND, CineStack, LabelMap, View
from CMRSegmentationLib.measuring.insertion_points import contact_arc, find_septum
from CMRSegmentationLib.measuring.regional import Beat, Regional, measure_regions, slices_from_base
from CMRSegmentationLib.measuring.rings import pixels_to_mm, rings_of
from CMRSegmentationLib.measuring.segments import Segment, Walls
from CMRSegmentationLib.patient import ChosenPhases
from CMRSegmentationLib.pipeline import segment_cine
from CMRSegmentationLib.whole_files import whole_file, write_whole
from Training.evaluate import EvaluationError, bundle_of, warn_of_patients_trained_on
from Training.reporting.regional_figure import group_figure
from Training.reporting.tables import Table
from Training.samples.cache import CachedExamination, read_cache
from Training.scoring.wall_changes import CHANGES, moved_by, on_same_slices

LOGGER = logging.getLogger(__name__)

TABLES_FILE, ROWS_FILE, FIGURE_FILE = "regional.md", "regional.csv", "regional.png"
FIGURE_DPI = 90
EXPERT, MODEL = "expert", "model"
CONTOURS_ALONE = " with the expert's slices, levels and insertion points"
BEAT = Beat(0, 1, (0, 1))
"""A label map here has end-diastole and end-systole alone."""


@dataclass(frozen=True)
class PatientRegions:
    """Regional function of one patient from one source of masks.

    Attributes:
        patient: its identifier.
        group: diagnostic group.
        source: `expert` or `model`.
        regional: what was measured.
    """

    patient: str
    group: str
    source: str
    regional: Regional


def two_phases(examination: CachedExamination) -> LabelMap | None:
    """End-diastole and end-systole of an examination; None without masks of the same slices."""
    phases = {phase.name: phase for phase in examination.phases}
    masks = [phases[name].labels for name in ("ED", "ES") if name in phases]
    if len(masks) < 2 or masks[0].shape != masks[1].shape:
        return None
    return LabelMap(np.stack(masks), phases["ED"].geometry)


def regions_of(examination: CachedExamination, labels: LabelMap, source: str) -> PatientRegions:
    """Measures the masks of a patient."""
    regional = measure_regions(labels, BEAT, view=View.SAX)
    return PatientRegions(examination.patient, examination.pathology, source, regional)


def insertion_error_degrees(labels: LabelMap) -> list[float]:
    """How far the septum's ends lie from where RV and wall part in basal and mid slices."""
    order = slices_from_base(labels, 0)
    walls = [Walls.of(labels.array[t], order, rings_of(labels, t)) for t in (0, 1)]
    rings = {frame: its.above_apical for frame, its in enumerate(walls)}
    septum, to_mm = find_septum(labels, rings), pixels_to_mm(labels.geometry)
    errors: list[float] = []
    for frame, slices in rings.items():
        for z, ring in slices.items():
            arc = contact_arc(labels.array[frame, z], ring, to_mm)
            if arc is not None:
                ends = arc if septum.direction == 1 else arc[::-1]
                errors += map(_degrees_apart, ends, (septum.anterior, septum.inferior))
    return errors


def _degrees_apart(angle: float, other: float) -> float:
    return float(np.degrees(abs((angle - other + np.pi) % (2.0 * np.pi) - np.pi)))


GROUP_COLUMNS: Mapping[str, str] = {
    "lv_wall_ed": "Wall at ED (mm)",
    "lv_wall_max": "Largest wall (mm)",
    "lv_wall_es": "Wall at ES (mm)",
    "lv_thickening": "Thickening (%)",
    "lv_gcs_endo": "GCS, endocardial (%)",
    "lv_gcs_mid": "GCS, mid-wall (%)",
    "lv_grs": "GRS (%)",
}


UNEVENNESS = "SD of thickening over segments (%)"
FIGURE_COLUMNS = {
    key: GROUP_COLUMNS[key] for key in ("lv_wall_ed", "lv_wall_max", "lv_thickening", "lv_gcs_mid")
}


def group_table(patients: Sequence[PatientRegions]) -> Table:
    """Mean ± SD of each measure by group, and how unevenly the wall thickens."""
    columns = ("Group", "Patients", *GROUP_COLUMNS.values(), UNEVENNESS)
    rows = []
    for group in sorted({patient.group for patient in patients}):
        its = [patient for patient in patients if patient.group == group]
        cells = [_mean_sd([p.regional.values.get(key) for p in its]) for key in GROUP_COLUMNS]
        unevenness = _mean_sd([_unevenness(patient.regional.segments) for patient in its])
        rows.append((group, str(len(its)), *cells, unevenness))
    return Table("Experts' masks by group, mean ± SD", columns, tuple(rows))


def values_by_group(
    patients: Sequence[PatientRegions],
) -> dict[str, dict[str, list[float]]]:
    """The values of every patient for the figure: name of the measure, group, patients."""
    found: dict[str, dict[str, list[float]]] = {}
    for patient in sorted(patients, key=lambda patient: patient.group):
        values = {name: patient.regional.values.get(key) for key, name in FIGURE_COLUMNS.items()}
        values[UNEVENNESS] = _unevenness(patient.regional.segments)
        for name, value in values.items():
            groups = found.setdefault(name, {}).setdefault(patient.group, [])
            groups += [] if value is None else [value]
    return found


def _unevenness(segments: Iterable[Segment]) -> float | None:
    """SD of the thickening over a patient's segments."""
    found = [s.thickening_percent for s in segments if s.thickening_percent is not None]
    return float(np.std(found)) if found else None


def _mean_sd(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    return f"{np.mean(known):.1f} ± {np.std(known, ddof=len(known) > 1):.1f}"


def segment_differences(
    patients: Sequence[PatientRegions], attribute: str
) -> dict[int, list[float]]:
    """Model less expert of an attribute of the segments, by segment, of patients that have both."""
    by_source: dict[str, dict[str, Mapping[int, Segment]]] = {EXPERT: {}, MODEL: {}}
    for patient in patients:
        segments = {segment.number: segment for segment in patient.regional.segments}
        by_source[patient.source][patient.patient] = segments
    differences: dict[int, list[float]] = {}
    for name, predicted in by_source[MODEL].items():
        expert = by_source[EXPERT].get(name, {})
        for number in sorted(set(predicted) & set(expert)):
            values = getattr(predicted[number], attribute), getattr(expert[number], attribute)
            if None not in values:
                differences.setdefault(number, []).append(values[0] - values[1])
    return differences


def comparison_table(patients: Sequence[PatientRegions], where: str = "") -> Table:
    """Mean absolute difference and bias of every segment, model against expert."""
    found = {
        name: segment_differences(patients, name)
        for name in ("ed_mean_mm", "es_mean_mm", "thickening_percent")
    }
    rows = [
        (str(number), *(_difference(found[name].get(number, [])) for name in found))
        for number in sorted(found["ed_mean_mm"])
    ]
    everything = [list(chain.from_iterable(its.values())) for its in found.values()]
    rows.append(("all", *(_difference(its, with_error=False) for its in everything)))
    return Table(
        f"Model against expert by segment{where}: mean absolute difference (bias ± its standard "
        "error)",
        ("Segment", "Wall at ED (mm)", "Wall at ES (mm)", "Thickening (points)"),
        tuple(rows),
    )


def _difference(values: Sequence[float], *, with_error: bool = True) -> str:
    if not len(values):
        return "–"
    bias = f"{np.mean(values):+.2f}"
    if with_error and len(values) > 1:
        bias += f" ± {np.std(values, ddof=1) / np.sqrt(len(values)):.2f}"
    return f"{np.mean(np.abs(values)):.2f} ({bias})"


def insertion_table(errors: Mapping[str, Sequence[float]]) -> Table:
    """How far the averaged insertion points lie from those of single slices."""
    means = [float(np.mean(its)) for its in errors.values() if its]
    row = (str(len(means)), f"{np.mean(means):.1f}", f"{np.max(means):.1f}")
    title = (
        "Insertion points against the angle where RV and septum part in basal and mid slices "
        "(degrees)"
    )
    return Table(title, ("Patients", "Mean", "Largest mean of a patient"), (row,))


def changes_table(patients: Sequence[LabelMap]) -> Table:
    """How far the thickness of a segment moves when a slice at an end changes."""
    rows = []
    for name, change in CHANGES.items():
        moved_mm = moved_by(change, patients)
        cells = [_distribution(moved_mm[..., phase]) for phase in (0, 1)]
        rows.append((name, str(len(moved_mm)), *cells))
    return Table(
        "Thickness of a segment when a slice at an end changes: mean absolute difference "
        "(95th percentile, largest)",
        ("Change in both phases", "Patients", "Wall at ED (mm)", "Wall at ES (mm)"),
        tuple(rows),
    )


def _distribution(values: NDArray[np.float64]) -> str:
    if not values.size:
        return "–"
    return f"{values.mean():.2f} ({np.percentile(values, 95):.2f}, {values.max():.1f})"


def rows_as_csv(patients: Sequence[PatientRegions]) -> str:
    """A row for each patient, source and segment."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ("number", "ed_mean_mm", "ed_max_mm", "es_mean_mm", "thickening_percent")
    writer.writerow(["patient", "group", "source", *names])
    for patient in patients:
        for segment in patient.regional.segments:
            cells = [getattr(segment, name) for name in names]
            writer.writerow([patient.patient, patient.group, patient.source, *cells])
    return text.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m Training.regional", description="Compare regional function."
    )
    parser.add_argument("model", type=Path, metavar="RUN_OR_MODEL")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", nargs="+", required=True, help="not trained on")
    parser.add_argument(
        "--segmented", action="store_true", help="RUN_OR_MODEL is a folder of segmentations"
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    options = parser.parse_args(arguments)
    return run_command(lambda: compare(CompareOptions(**vars(options))))


@dataclass(frozen=True)
class CompareOptions:
    """What the command line asks for; its help says what each is."""

    model: Path
    cache: Path
    out: Path
    patients: list[str]
    segmented: bool
    device: str


def compare(options: CompareOptions) -> None:
    """Measures experts' and predicted masks and writes the tables.

    Raises:
        EvaluationError: if a patient is not in the cache, or not among the segmentations.
        OSError: if the tables cannot be written.
    """
    stacks = [e for e in read_cache(options.cache) if e.view is View.SAX and _is_whole(e)]
    masks = {e.patient: labels for e in stacks if (labels := two_phases(e)) is not None}
    _require(masks, options.patients, options.cache)
    experts = [regions_of(e, masks[e.patient], EXPERT) for e in stacks if e.patient in masks]
    chosen = [e for e in stacks if e.patient in options.patients]
    found = _segmented(options) if options.segmented else _predicted(options, chosen)
    predicted = list(found)
    every = [*experts, *(regions for regions, _ in predicted)]
    tables = [
        group_table(experts),
        comparison_table(every),
        comparison_table(_contours_alone(predicted, masks), CONTOURS_ALONE),
        changes_table(list(masks.values())),
        insertion_table({name: insertion_error_degrees(masks[name]) for name in masks}),
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    write_whole(options.out / TABLES_FILE, "\n".join(table.to_markdown() for table in tables))
    write_whole(options.out / ROWS_FILE, rows_as_csv(every))
    with whole_file(options.out / FIGURE_FILE) as partial:
        group_figure(values_by_group(experts)).savefig(partial, dpi=FIGURE_DPI, format="png")
    for table in tables:
        LOGGER.info("%s", table.to_markdown())


def _require(found: Iterable[str], patients: Sequence[str], folder: Path) -> None:
    missing = sorted(set(patients) - set(found))
    if missing:
        raise EvaluationError(f"Expected both phases of {missing[0]} in {folder}, found none.")


def _contours_alone(
    predicted: Sequence[tuple[PatientRegions, LabelMap]], masks: Mapping[str, LabelMap]
) -> list[PatientRegions]:
    """Both sources where both walls are closed, with the expert's levels and insertion points."""
    return [
        PatientRegions(regions.patient, regions.group, source, Regional(segments))
        for regions, labels in predicted
        for source, segments in on_same_slices(masks[regions.patient], labels).items()
    ]


def _is_whole(examination: CachedExamination) -> bool:
    """Whether experts drew every structure; some data sets have the blood pool alone."""
    return set(examination.annotated) == set(FOREGROUND)


def _segmented(options: CompareOptions) -> Iterator[tuple[PatientRegions, LabelMap]]:
    """Regions of ready segmentations, whose borders lie on the pixels' edges."""
    wanted = [
        e for e in read_cache(options.model) if e.view is View.SAX and e.patient in options.patients
    ]
    masks = {e.patient: labels for e in wanted if (labels := two_phases(e)) is not None}
    _require(masks, options.patients, options.model)
    for examination in wanted:
        labels = masks[examination.patient]
        yield regions_of(examination, labels, MODEL), labels


def _predicted(
    options: CompareOptions, examinations: list[CachedExamination]
) -> Iterator[tuple[PatientRegions, LabelMap]]:
    """Regions as the product measures them, on borders between the pixels, and the labels."""
    with bundle_of(options.model) as bundle:
        warn_of_patients_trained_on(options.model, examinations)
        for examination in examinations:
            phases = {phase.name: phase for phase in examination.phases}
            images = np.stack([phases[name].image for name in ("ED", "ES")]).astype(np.float32)
            cine = CineStack(images, phases["ED"].geometry, None, View.SAX)
            chosen = ChosenPhases(BEAT.ed_frame, BEAT.es_frame)
            found = segment_cine(cine, bundle, view=View.SAX, device=options.device, chosen=chosen)
            regions = PatientRegions(
                examination.patient, examination.pathology, MODEL, found.report.regional
            )
            yield regions, found.labels


if __name__ == "__main__":
    sys.exit(main())

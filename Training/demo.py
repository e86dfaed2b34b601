"""Command line: the whole study in small, on phantoms (`make train-demo`).

python -m Training.demo [--out DIR]

prepare → train → domain-adversarial training → evaluate → report, each by the command that users
run. The raw data set has the layout of M&Ms: patients of Siemens with labels, patients of GE in
other contrast, some without labels.
"""

from __future__ import annotations

import argparse
import csv
import logging
import shutil
import sys
import time
from pathlib import Path

import nibabel as nib
import numpy as np

from Training import evaluate, prepare, report, train
from Training.datasets.phantom import HeartPhantom
from Training.samples.cache import CachedExamination, read_cache

LOGGER = logging.getLogger(__name__)

TABLE = "211230_M&Ms_Dataset_information_diagnosis_opendataset.csv"
COLUMNS = (
    "", "External code", "VendorName", "Vendor", "Centre", "ED", "ES",
    "Age", "Pathology", "Sex", "Height", "Weight",
)  # fmt: skip
PATIENTS = {
    **{f"S{i}": ("Training/Labeled", "Siemens") for i in range(4)},
    "S4": ("Validation", "Siemens"),
    "S5": ("Testing", "Siemens"),
    **{f"G{i}": ("Training/Unlabeled", "GE") for i in range(3)},
    "G3": ("Testing", "GE"),
    "G4": ("Testing", "GE"),
}
"""Code → folder and vendor."""

SETTINGS = """\
iterations = 200
validate_every = 100
[data]
datasets = ["mnms"]
split = "official"
{data}
[network]
channels = [8, 16, 32, 64]
deep_supervision = 1
[sampling]
spacing_mm = 2.8
crops = [[48, 8], [64, 4]]
size_multiple = 8
[optimizer]
name = "adamw"
learning_rate = 0.01
warmup = 10
average_decay = 0.95
"""
EXPERIMENTS = {
    "baseline": SETTINGS.format(data='left_out_vendors = ["GE"]'),
    "dann": SETTINGS.format(data="") + '[dann]\ntargets = ["GE"]\nwarmup = 0.3\n',
}


class DemoError(RuntimeError):
    """A step that failed; it has said why."""


def write_raw(
    root: Path,
    *,
    rows: int = 64,
    columns: int = 80,
    spacing_yx_mm: tuple[float, float] = (2.9, 2.7),
) -> None:
    """Writes phantoms as a raw data set in the layout of M&Ms."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / TABLE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for index, (code, (_, vendor)) in enumerate(PATIENTS.items()):
            writer.writerow([index, code, vendor, vendor[0], 1, 0, 2, 50, "NOR", "F", 170, 65])
    for index, (code, (folder, vendor)) in enumerate(PATIENTS.items()):
        spacing = (10.0, spacing_yx_mm[0] + 0.02 * index, spacing_yx_mm[1])
        turn = (40.0, -20.0 + 3.0 * index, 30.0)
        phantom = HeartPhantom(4, 6, rows, columns, spacing, es_frame=2, degrees_xyz=turn)
        _write_patient(root / folder / code, phantom, vendor, labeled="Unlabeled" not in folder)


def _write_patient(folder: Path, phantom: HeartPhantom, vendor: str, *, labeled: bool) -> None:
    folder.mkdir(parents=True)
    image = phantom.cine.array.astype(np.float64)
    if (
        vendor == "GE"
    ):  # darker blood and brighter fat than Siemens', as another sequence would show them
        image = 250.0 * (image / 250.0).clip(0, 1) ** 1.6
    labels = np.zeros_like(phantom.labels.array)
    if labeled:
        labels[[0, 2]] = phantom.labels.array[[0, 2]]
    for suffix, array in (("sa", image.astype(np.float32)), ("sa_gt", labels)):
        volume = nib.Nifti1Image(array.T, phantom.geometry.ijk_to_ras)  # type: ignore[no-untyped-call]
        volume.to_filename(folder / f"{folder.name}_{suffix}.nii.gz")


def phantom_examinations(
    folder: Path, *, rows: int, columns: int, spacing_yx_mm: tuple[float, float]
) -> list[CachedExamination]:
    """Labeled phantoms of a cache that is written into a folder."""
    write_raw(folder / "raw", rows=rows, columns=columns, spacing_yx_mm=spacing_yx_mm)
    prepare.prepare("mnms", folder / "raw", folder / "cache")
    return [examination for examination in read_cache(folder / "cache") if examination.annotated]


def run_demo(out: Path) -> Path:
    """Runs the study into a folder and returns the report.

    Raises:
        DemoError: if a step fails.
    """
    shutil.rmtree(out, ignore_errors=True)
    write_raw(out / "raw")
    _do("prepare", prepare.main(["mnms", "--raw", str(out / "raw"), "--cache", str(out / "cache")]))
    for name, text in EXPERIMENTS.items():
        experiment, run = out / f"{name}.toml", out / "runs" / name
        experiment.write_text(text, encoding="utf-8")
        cache = ["--cache", str(out / "cache"), "--out", str(run)]
        _do("train", train.main([str(experiment), *cache]))
        _do("evaluate", evaluate.main([str(run), *cache, "--device", "cpu"]))
    written = out / "report"
    _do("report", report.main([str(out / "runs"), "--out", str(written), "--baseline", "baseline"]))
    return written / "report.html"


def _do(what: str, status: int) -> None:
    if status:
        raise DemoError(f"The step {what} ended with status {status}.")


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m Training.demo", description="The whole study on phantoms."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("output") / "train-demo",
        help="folder, replaced if it is there",
    )
    options = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        written = run_demo(options.out)
    except DemoError as error:
        LOGGER.error("%s", error)
        return 1
    LOGGER.info("%s after %.0f s", written, time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main())

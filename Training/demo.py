"""Command line: the whole guide in small, on phantoms (`make train-demo`).

python -m Training.demo [--out DIR]

Every command of `Training/README.md` is run as users run it, in a folder of its own, on a raw data
set in the layout of M&Ms: patients of Siemens with labels, patients of GE in other contrast, some
without labels; half of the hearts do not beat.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import importlib
import logging
import re
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nibabel as nib
import numpy as np

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.errors import UserError
from Training import prepare
from Training.datasets.phantom import HeartPhantom
from Training.reporting.log import start_logging
from Training.samples.cache import CachedExamination, read_cache

LOGGER = logging.getLogger(__name__)

GUIDE = Path(__file__).with_name("README.md")
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

MARKER = "replaced_by_the_next_demo.txt"

SETTINGS = """\
iterations = 40
validate_every = 20
workers = 0
[data]
datasets = ["mnms"]
split = "official"
left_out_vendors = ["GE"]
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
average_decay = 0.9
"""
EXPERIMENTS = {
    "baseline_mnms": SETTINGS,
    "dann_mnms": """\
extends = "baseline_mnms.toml"
[data]
left_out_vendors = []
[dann]
targets = ["GE"]
measure_every = 10
head_start = 25
width = 8
""",
    "self_training_mnms": """\
extends = "baseline_mnms.toml"
[data]
datasets = ["mnms", "mnms_pseudo"]
left_out_vendors = []
[sampling]
domain_weights = [["Siemens", 1.0], ["mnms_pseudo", 0.5]]
""",
}
"""The experiments of the guide by name, small."""


class DemoError(UserError, RuntimeError):
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
            pathology = "DCM" if index % 2 == 0 else "NOR"
            writer.writerow([index, code, vendor, vendor[0], 1, 0, 2, 50, pathology, "F", 170, 65])
    for index, (code, (folder, vendor)) in enumerate(PATIENTS.items()):
        spacing = (10.0, spacing_yx_mm[0] + 0.02 * index, spacing_yx_mm[1])
        turn = (40.0, -20.0 + 3.0 * index, 30.0)
        beats = index % 2 == 1
        phantom = HeartPhantom(
            4, 6, rows, columns, spacing, es_frame=2 if beats else 0, degrees_xyz=turn
        )
        _write_patient(root / folder / code, phantom, vendor, labeled="Unlabeled" not in folder)


def _write_patient(folder: Path, phantom: HeartPhantom, vendor: str, *, labeled: bool) -> None:
    """GE has darker blood and brighter fat than Siemens, as another sequence would show them."""
    folder.mkdir(parents=True)
    image = phantom.cine.array.astype(np.float64)
    if vendor == "GE":
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


def clear_folder(out: Path) -> None:
    """Makes an empty folder for the demo, in place of an earlier demo's.

    Raises:
        DemoError: if there is something else.
    """
    if out.exists() and not (out / MARKER).is_file() and any(out.iterdir()):
        raise DemoError(
            f"{out} holds other files, and the demo would replace them. Name another --out."
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARKER).write_text("This folder is replaced by the next demo.\n", encoding="utf-8")


def guide_commands(guide: Path = GUIDE) -> Iterator[list[str]]:
    """The commands of the guide in order, each as the name of a command and its arguments."""
    for block in re.findall(r"^```\n(.*?)^```", guide.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[:2] == ["python", "-m"]:
                yield [words[2].removeprefix("Training."), *words[3:]]


def run_guide(out: Path) -> Path:
    """Runs every command of the guide in a folder and returns the report.

    Raises:
        DemoError: if a step fails.
    """
    clear_folder(out)
    write_raw(out / "raw" / "mnms")
    (out / "experiments").mkdir()
    for name, text in EXPERIMENTS.items():
        (out / "experiments" / f"{name}.toml").write_text(text, encoding="utf-8")
    with contextlib.chdir(out):
        for name, *arguments in guide_commands():
            began = time.monotonic()
            status = importlib.import_module(f"Training.{name}").main(arguments)
            if status:
                raise DemoError(f"The step {name} ended with status {status}.")
            LOGGER.info("%s: %.1f s", name, time.monotonic() - began)
    return out / "report" / "report.html"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    start_logging(times=True)
    parser = argparse.ArgumentParser(
        prog="python -m Training.demo", description="The whole guide on phantoms."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("output") / "train-demo",
        help="folder, replaced if an earlier demo made it",
    )
    options = parser.parse_args(arguments)
    began = time.monotonic()

    def work() -> None:
        written = run_guide(options.out)
        LOGGER.info("%s after %.0f s", written, time.monotonic() - began)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())

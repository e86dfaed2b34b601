"""Runs what README and docs tell people to type: `python -m scripts.check_documents`.

In a scratch folder that holds what the commands name (a cine, a DICOM study, edited labels, a list,
experts' values, a model folder), every `python -m CMRSegmentationLib …` runs in the order of its
document, and every Python example. What is run elsewhere is listed with the place.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import SimpleITK

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "Resources" / "SampleData" / "CMR-cine-Sunnybrook.nii.gz"
PHASES = (0, 4, 8, 12, 16)
"""Of the sample, so that a run takes seconds; 8 is end-systole."""
PROGRAM = "python -m CMRSegmentationLib "
ELSEWHERE = {
    "make demo": "Testing/test_acceptance.py",
    "make test": "continuous integration",
    "make web": "Testing/Web/test_main.py",
    "make docs": "continuous integration",
    "python -m Training.": "Testing/Training, which runs every command of Training/README.md",
    "python -m scripts.": "Testing/test_documents.py",
    "dask ": "Testing/Lib/command_line/test_batch_workers.py",
}
"""How a command begins → what runs it in place of this script."""


class DocumentError(Exception):
    """A documented command that fails, or that nothing runs."""


@dataclass(frozen=True)
class Example:
    """One thing to run.

    Attributes:
        document: where it stands.
        text: the command line, or the Python code.
        is_python: whether it is code.
    """

    document: str
    text: str
    is_python: bool


def documents() -> list[Path]:
    """README, the manual and the cards of the models."""
    cards = (ROOT / "Resources").glob("**/README.md")
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(cards)]


def examples_of(path: Path) -> list[Example]:
    """The commands and the Python examples of a document, in its order."""
    found = []
    for language, body in re.findall(
        r"(?m)^```(\w*)\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL
    ):
        if language == "python":
            found.append(Example(path.name, body, is_python=True))
        if language in ("", "bash"):
            lines = [line for line in body.splitlines() if line and not line.startswith((" ", "#"))]
            found += [Example(path.name, line, is_python=False) for line in lines]
    return found


def runs_here(example: Example) -> bool:
    """Whether this script runs it; Python that needs a cluster is not run."""
    if example.is_python:
        return "dask_jobqueue" not in example.text
    return example.text.startswith(PROGRAM)


def runs_elsewhere(example: Example) -> bool:
    """Whether a test runs it, or it needs a cluster and its document says so."""
    return example.is_python or example.text.startswith(tuple(ELSEWHERE))


def prepare(folder: Path) -> None:
    """Put everything into the folder that the documents name."""
    sample: Any = SimpleITK.ReadImage(str(SAMPLE))
    phases = [sample[..., phase] for phase in PHASES]
    join: Any = SimpleITK.JoinSeries
    cine = join(phases)
    cine.SetSpacing((*sample.GetSpacing()[:3], sample.GetSpacing()[3] * 4))
    SimpleITK.WriteImage(cine, str(folder / "cine.nii.gz"))
    write_study(folder / "study_folder")
    (folder / "edited").mkdir()
    first = folder / "first"
    run(f"{PROGRAM}segment cine.nii.gz -o first --frames ed-es --ed 0 --es 2", folder)
    shutil.copy(first / "cine" / "labels.nii.gz", folder / "edited" / "labels.nii.gz")
    write_batch(folder)
    shutil.copytree(ROOT / "Resources" / "Models" / "sax", folder / "models" / "mine")


def write_batch(folder: Path) -> None:
    """A list of the cine and two copies of it, and experts' values; three is the least to agree."""
    studies, experts = ["path,heart_rate_bpm"], ["study,lv_edv"]
    for name, lv_edv_ml in (("cine", 190), ("second", 193), ("third", 196)):
        if name != "cine":
            shutil.copy(folder / "cine.nii.gz", folder / f"{name}.nii.gz")
        studies.append(f"{name}.nii.gz,64")
        experts.append(f"{name},{lv_edv_ml}")
    (folder / "studies.csv").write_text("\n".join([*studies, ""]), encoding="utf-8")
    (folder / "experts.csv").write_text("\n".join([*experts, ""]), encoding="utf-8")


def write_study(folder: Path) -> None:
    """The cine as a DICOM study."""
    from CMRSegmentationLib.reading.files import read_input
    from Testing.dicom_phantoms import write_series

    write_series(folder, read_input(folder.parent / "cine.nii.gz").cines[0].stack)


def run(command: str, folder: Path) -> None:
    """Run a command line of the library in a folder.

    Raises:
        DocumentError: if it fails.
    """
    words = shlex.split(command, comments=True)
    _run([sys.executable, *words[1:]], command, folder)


def _run(words: list[str], shown: str, folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DocumentError(f"{shown}\nends with status {done.returncode}:\n{done.stderr}")


def main() -> int:
    """Run every example; the exit status is 1 at the first that fails."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        try:
            prepare(folder)
            for path in documents():
                check(path, folder)
        except DocumentError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


def check(path: Path, folder: Path) -> None:
    """Run the examples of a document, whose results begin anew.

    Raises:
        DocumentError: if one fails, or nothing runs it.
    """
    shutil.rmtree(folder / "results", ignore_errors=True)
    for example in examples_of(path):
        if not runs_here(example):
            if not runs_elsewhere(example):
                raise DocumentError(f"{path.name}: nothing runs {example.text!r}.")
            continue
        sys.stdout.write(f"{path.name}: {example.text.splitlines()[0]}\n")
        sys.stdout.flush()
        if example.is_python:
            _run([sys.executable, "-c", example.text], example.text, folder)
        else:
            run(example.text, folder)


if __name__ == "__main__":
    sys.exit(main())

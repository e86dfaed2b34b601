"""The studies of a batch: from a table, from standard input, or all below a folder."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from CMRSegmentationLib.command_line.options import Knowledge
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reading.files import IMAGE_SUFFIXES, input_name

STANDARD_INPUT = Path("-")
STUDY_SUFFIXES = (".dcm", ".zip")
Value = TypeVar("Value")
COLUMNS = ("path", "name", "view", "ed", "es", "heart_rate_bpm", "height_cm", "weight_kg")


@dataclass(frozen=True)
class BatchStudy:
    """One input of a batch.

    Attributes:
        path: file or folder.
        name: unique in the batch; of its result folder.
        knowledge: what the list says of it.
    """

    path: Path
    name: str
    knowledge: Knowledge


def studies_of(source: Path) -> list[BatchStudy]:
    """The studies of a list or a folder; `-` is standard input.

    A list has a path in each line, or is a table with a header of `COLUMNS`, of which `path` alone
    must be there; relative paths start at the list's folder. Of a folder, every entry is a study: a
    folder of DICOM files, an archive or an image file.

    Raises:
        UsageError: if there is no study, a row cannot be understood, or two have the same name.
    """
    if source == STANDARD_INPUT:
        studies = _of_text(sys.stdin.read(), Path.cwd(), "standard input")
    elif source.is_dir():
        studies = list(_below(source))
    elif source.is_file():
        studies = _of_text(_text_of(source), source.resolve().parent, source.name)
    else:
        raise UsageError(f"There is no list or folder {source}.")
    if not studies:
        raise UsageError(f"Expected studies in {source}, found none.")
    _check_names(studies)
    return studies


def _text_of(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is no list of studies: it is not a text in UTF-8.") from error


def _of_text(text: str, folder: Path, where: str) -> list[BatchStudy]:
    header = [cell.strip() for cell in text.partition("\n")[0].split(",")]
    if "path" not in header:
        paths = [folder / line.strip() for line in text.splitlines() if line.strip()]
        return [BatchStudy(path, input_name(path.resolve()), Knowledge()) for path in paths]
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise UsageError(
            f"Unknown column {unknown[0]!r} in {where}; expected some of {', '.join(COLUMNS)}."
        )
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    return [_of_row(row, folder, f"{where}, line {rows.line_num}") for row in rows]


def _of_row(row: dict[str, str], folder: Path, where: str) -> BatchStudy:
    cells = {key: (value or "").strip() for key, value in row.items() if key is not None}
    if not cells["path"]:
        raise UsageError(f"Expected a path in {where}, found none.")
    path = folder / cells["path"]
    try:
        knowledge = Knowledge(
            _cell(cells, "view", View),
            ChosenPhases(_cell(cells, "ed", int), _cell(cells, "es", int)),
            Patient(
                _cell(cells, "heart_rate_bpm", float),
                _cell(cells, "height_cm", float),
                _cell(cells, "weight_kg", float),
            ),
        )
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from error
    return BatchStudy(path, cells.get("name") or input_name(path.resolve()), knowledge)


def _cell(cells: dict[str, str], name: str, kind: Callable[[str], Value]) -> Value | None:
    text = cells.get(name, "")
    try:
        return kind(text) if text else None
    except ValueError as error:
        raise ValueError(f"{text!r} is no {name}.") from error


def _below(folder: Path) -> Iterator[BatchStudy]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or not (entry.is_dir() or _can_be_a_study(entry)):
            continue
        images = sorted(_images_in(entry)) if entry.is_dir() else []
        for path in images or [entry]:
            parts = path.relative_to(folder).parts
            name = "_".join((*parts[:-1], input_name(path)))
            yield BatchStudy(path, re.sub(r"[^\w.\-]", "_", name), Knowledge())


def _can_be_a_study(file: Path) -> bool:
    """Whether a file lies among studies as one of them, unlike a list or notes."""
    if file.name.lower().endswith((*IMAGE_SUFFIXES, *STUDY_SUFFIXES)):
        return True
    with file.open("rb") as stream:
        return stream.read(132)[128:] == b"DICM"


def _images_in(folder: Path) -> Iterable[Path]:
    """Image files that are read one by one, below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return (path for path in files if path.name.lower().endswith(IMAGE_SUFFIXES))


def _check_names(studies: list[BatchStudy]) -> None:
    seen: dict[str, BatchStudy] = {}
    for study in studies:
        if not re.fullmatch(r"[\w.\-]+", study.name) or study.name.startswith("."):
            raise UsageError(
                f"Expected a name of letters, digits, '.', '-' and '_' for {study.path}, found "
                f"{study.name!r}; give one in the column name."
            )
        other = seen.setdefault(study.name.casefold(), study)
        if other is not study:
            raise UsageError(
                f"{other.path} and {study.path} would both be written to {study.name}; give them "
                "different names in the column name."
            )

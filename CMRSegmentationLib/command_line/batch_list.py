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
from CMRSegmentationLib.command_line.segment import result_name
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reading.files import IMAGE_SUFFIXES, input_name
from CMRSegmentationLib.reading.sources import ARCHIVE_SUFFIX, Source, sources_of
from CMRSegmentationLib.reading.study import ReadError

STANDARD_INPUT = Path("-")
BYTE_ORDER_MARK = "\ufeff"
DICOM_SUFFIX = ".dcm"
STUDY_SUFFIXES = (DICOM_SUFFIX, ARCHIVE_SUFFIX)
DELIMITERS = (",", ";", "\t")
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


def studies_of(source: Path, out: Path) -> list[BatchStudy]:
    """The studies of a list or a folder; `-` is standard input.

    A list has a path in each line, or is a table with a header of `COLUMNS`, of which `path` alone
    must be there; relative paths start at the list's folder. Of a folder, every entry is a study: a
    folder of DICOM files, an archive or an image file; of a folder without DICOM, every image file
    below. Hidden files and the results are passed over.

    Args:
        source: the list or folder.
        out: folder for the results.

    Raises:
        UsageError: if there is no study, a row cannot be understood, or two have the same name.
    """
    if source == STANDARD_INPUT:
        studies = _of_text(_text_of_standard_input(), Path.cwd(), "standard input")
    elif source.is_dir():
        studies = list(_below(source, _results_below(source, out)))
    elif source.is_file():
        studies = _of_text(_text_of(source), source.resolve().parent, source.name)
    else:
        raise UsageError(f"There is no list or folder {source}.")
    if not studies:
        where = "standard input" if source == STANDARD_INPUT else source
        raise UsageError(f"Expected studies in {where}, found none.")
    _check_names(studies)
    return studies


def _text_of(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is no list of studies: it is not a text in UTF-8.") from error


def _text_of_standard_input() -> str:
    try:
        return "" if sys.stdin is None else sys.stdin.read().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise UsageError(
            "Standard input is no list of studies: it is not a text in UTF-8."
        ) from error


def _of_text(text: str, folder: Path, where: str) -> list[BatchStudy]:
    first_line = text.partition("\n")[0]
    for delimiter in DELIMITERS:
        if any("path" in _header(cells) for _, cells in _rows(first_line, delimiter)):
            return list(_of_table(text, delimiter, folder, where))
    paths = [folder / line.strip() for line in text.splitlines() if line.strip()]
    return [BatchStudy(path, result_name(path), Knowledge()) for path in paths]


def _of_table(text: str, delimiter: str, folder: Path, where: str) -> Iterator[BatchStudy]:
    rows = _rows(text, delimiter)
    header = _header(next(rows)[1])
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise UsageError(
            f"Unknown column {unknown[0]!r} in {where}; expected some of {', '.join(COLUMNS)}."
        )
    for line, cells in rows:
        place = f"{where}, line {line}"
        if any(cells[len(header) :]):
            raise UsageError(
                f"Expected {len(header)} cells in {place}, found {len(cells)}; put a cell with "
                f"{delimiter!r} in it into quotes."
            )
        yield _of_row(dict(zip(header, cells, strict=False)), folder, place)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row that is not empty, with the number of its line."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    return ((rows.line_num, [cell.strip() for cell in row]) for row in rows if row)


def _header(cells: Iterable[str]) -> list[str]:
    return [cell.lower() for cell in cells]


def _of_row(cells: dict[str, str], folder: Path, where: str) -> BatchStudy:
    if not cells.get("path"):
        raise UsageError(f"Expected a path in {where}, found none.")
    path = folder / cells["path"]
    try:
        knowledge = Knowledge(
            _cell(cells, "view", View),
            ChosenPhases(_cell(cells, "ed", int), _cell(cells, "es", int)),
            Patient(
                _cell(cells, "heart_rate_bpm", _number),
                _cell(cells, "height_cm", _number),
                _cell(cells, "weight_kg", _number),
            ),
        )
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from error
    return BatchStudy(path, cells.get("name") or result_name(path), knowledge)


def _number(text: str) -> float:
    """A number with a decimal point or comma; none of the columns reaches thousands."""
    return float(text.replace(",", "."))


def _cell(cells: dict[str, str], name: str, kind: Callable[[str], Value]) -> Value | None:
    text = cells.get(name, "")
    try:
        return kind(text) if text else None
    except ValueError as error:
        raise ValueError(f"{text!r} is no {name}.") from error


def _results_below(folder: Path, out: Path) -> Path | None:
    """The folder for the results as `folder` leads to it, if it lies there.

    Raises:
        UsageError: if it is `folder` itself.
    """
    below, out = folder.resolve(), out.resolve()
    if out == below:
        raise UsageError(
            f"Expected a folder for the results other than that of the studies, found {out} for "
            "both; name another one with -o."
        )
    return folder / out.relative_to(below) if out.is_relative_to(below) else None


def _below(folder: Path, results: Path | None) -> Iterator[BatchStudy]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry == results:
            continue
        for path in _inputs_of(entry, results):
            parts = path.relative_to(folder).parts
            name = "_".join((*parts[:-1], input_name(path)))
            yield BatchStudy(path, re.sub(r"[^\w.\-]", "_", name), Knowledge())


def _inputs_of(entry: Path, results: Path | None) -> list[Path]:
    """What is read of an entry as a study: itself, or the images of a folder without DICOM."""
    if not entry.is_dir():
        return [entry] if _can_be_a_study(entry) else []
    with sources_of(entry) as sources:
        files = [source for source in sources.files if results not in source.path.parents]
        images = [source.path for source in files if _is_image(source)]
        others = (source for source in files if not _is_image(source))
        if sources.files and not files:
            return []
        return [entry] if not images or any(map(_is_dicom, others)) else images


def _can_be_a_study(file: Path) -> bool:
    """Whether a file lies among studies as one of them, unlike a list or notes."""
    if file.name.lower().endswith((*IMAGE_SUFFIXES, *STUDY_SUFFIXES)):
        return True
    return file.is_file() and _is_dicom(Source(file.name, file))


def _is_image(source: Source) -> bool:
    """Whether a file is an image that is read by itself."""
    return source.archive is None and source.name.lower().endswith(IMAGE_SUFFIXES)


def _is_dicom(source: Source) -> bool:
    """Whether a file is DICOM by its suffix or preamble; without, an image's numbers look alike."""
    if source.name.lower().endswith(DICOM_SUFFIX):
        return True
    try:
        with source.open() as stream:
            return stream.read(132)[128:] == b"DICM"
    except ReadError:  # of an archive's member, which is not read then
        return False


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

"""The tables of a batch, which grow as studies finish and survive the end of the program anywhere.

`batch.jsonl` has one line of JSON for each finished study and decides what is done; a line that was
cut off is dropped. `summary.csv` and `measures.csv` are made from it: rows are added as studies
finish, and the files are written anew, whole, at the start and at the end. Where pyarrow is
installed, `measures.parquet` is written then as well.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from CMRSegmentationLib.command_line.batch_work import MEASURES_COLUMNS, StudyResult
from CMRSegmentationLib.reporting.results import SUMMARY_COLUMNS, SUMMARY_FILE, as_csv
from CMRSegmentationLib.whole_files import UNKNOWN_BYTES, whole_file, write_whole

JOURNAL_FILE = "batch.jsonl"
MEASURES_FILE = "measures.csv"
PARQUET_FILE = "measures.parquet"


@dataclass
class Ledger:
    """What has been done so far in the folder of a batch.

    Attributes:
        out: the folder.
        results: by name of the study.
    """

    out: Path
    results: dict[str, StudyResult] = field(default_factory=dict)

    @classmethod
    def open(cls, out: Path, names: Sequence[str], *, resume: bool) -> Ledger:
        """The ledger of a batch of these studies; without `resume`, an empty one.

        Studies of an earlier batch that are not among these stay in it, unless they have no results
        or these were removed from the folder.

        Raises:
            OSError: if the folder cannot be written to.
        """
        out.mkdir(parents=True, exist_ok=True)
        ledger = cls(out)
        if resume:
            listed = set(names)
            found = {one.name: one for one in read_journal(out / JOURNAL_FILE)}
            ledger.results = {
                name: result
                for name, result in found.items()
                if name in listed or ledger._has_results(result)
            }
        ledger._rewrite(names)
        return ledger

    def known(self, name: str) -> str | None:
        """The fingerprint of a study whose results are complete and still there, if they are."""
        result = self.results.get(name)
        if result is None or result.has_failed or not self._is_there(result):
            return None
        return result.fingerprint

    def _has_results(self, result: StudyResult) -> bool:
        """Whether a cine of it is done, and its results are in the folder."""
        return any(row[2] == "done" for row in result.summary) and self._is_there(result)

    def _is_there(self, result: StudyResult) -> bool:
        """Whether the results of each cine that is done are in the folder."""
        folders = [self.out / row[4] for row in result.summary if row[2] == "done"]
        return all((folder / "report.json").is_file() for folder in folders)

    def add(self, result: StudyResult) -> None:
        """Notes a finished study.

        Raises:
            OSError: if it cannot be written.
        """
        if result.is_unchanged:
            return
        replaces = result.name in self.results
        self.results[result.name] = result
        _append(self.out / JOURNAL_FILE, json.dumps(asdict(result)) + "\n")
        if not replaces:  # else the old rows go when the tables are written anew
            _append(self.out / SUMMARY_FILE, as_csv(result.summary))
            _append(self.out / MEASURES_FILE, as_csv(result.measures))

    def finish(self, names: Iterable[str]) -> None:
        """Writes all files anew, with what another batch noted in the folder meanwhile.

        Raises:
            OSError: if they cannot be written.
        """
        for result in read_journal(self.out / JOURNAL_FILE):
            self.results.setdefault(result.name, result)
        self._rewrite(names)

    def _rewrite(self, names: Iterable[str]) -> None:
        """Writes all files anew, studies in the order of the names and the others behind them."""
        ordered = dict.fromkeys([*names, *self.results])
        done = [self.results[name] for name in ordered if name in self.results]
        journal = "".join(json.dumps(asdict(result)) + "\n" for result in done)
        write_whole(self.out / JOURNAL_FILE, journal)
        summary = [row for result in done for row in result.summary]
        measures = [row for result in done for row in result.measures]
        write_whole(self.out / SUMMARY_FILE, as_csv([SUMMARY_COLUMNS, *summary]))
        write_whole(self.out / MEASURES_FILE, as_csv([MEASURES_COLUMNS, *measures]))
        _write_parquet(self.out / PARQUET_FILE, measures)


def _write_parquet(path: Path, measures: Sequence[tuple[str, ...]]) -> None:
    """The rows of `MEASURES_COLUMNS`, values as numbers; nothing without pyarrow."""
    if importlib.util.find_spec("pyarrow") is None:
        return
    import pyarrow as pa
    from pyarrow import parquet

    cells = {name: [row[index] for row in measures] for index, name in enumerate(MEASURES_COLUMNS)}
    values = pa.array(map(float, cells.pop("value")), pa.float64())
    columns = {name: pa.array(texts, pa.string()) for name, texts in cells.items()}
    with whole_file(path) as partial:
        parquet.write_table(pa.table({**columns, "value": values}), partial)


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", errors=UNKNOWN_BYTES, newline="") as file:
        file.write(text)


def read_journal(path: Path) -> list[StudyResult]:
    """The results of an earlier run; what is no whole line of it was cut off and is dropped."""
    if not path.exists():
        return []
    results = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            values = json.loads(line)
            values["summary"] = tuple(map(tuple, values["summary"]))
            values["measures"] = tuple(map(tuple, values["measures"]))
            results.append(StudyResult(**values))
        except (ValueError, TypeError, KeyError):
            continue
    return results

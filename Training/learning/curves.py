"""Loss, learning rate and Dice over the iterations, as CSV and for TensorBoard."""

from __future__ import annotations

import csv
import logging
from pathlib import Path
from types import TracebackType
from typing import Any

from CMRSegmentationLib.whole_files import whole_file

LOGGER = logging.getLogger(__name__)

METRICS_FILE = "metrics.csv"


def read_metrics(path: Path) -> list[dict[str, str]]:
    """The rows of a metrics file; none if there is no file."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_metrics(rows: list[dict[str, str]], path: Path) -> None:
    """Writes a metrics file whole or not at all; its columns are those of all rows."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with (
        whole_file(path) as partial,
        partial.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


class Curves:
    """The curves of a run.

    Rows after `iteration` are dropped: a resumed run goes through them again.

    Args:
        run: folder of the run.
        iteration: where the run starts or is resumed.
        enabled: whether this process writes.
    """

    def __init__(self, run: Path, iteration: int, *, enabled: bool = True) -> None:
        self.path, self.enabled = run / METRICS_FILE, enabled
        self._board: Any = None
        if not enabled:
            return
        self._rows = [row for row in read_metrics(self.path) if int(row["iteration"]) <= iteration]
        if self._rows or self.path.exists():
            write_metrics(self._rows, self.path)
        self._board = _tensorboard(run, iteration)

    def __enter__(self) -> Curves:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._board is not None:
            self._board.close()

    def point(self, iteration: int, values: dict[str, float]) -> None:
        """One point of each curve in TensorBoard."""
        if self._board is not None:
            for name, value in values.items():
                self._board.add_scalar(name, value, iteration)

    def row(self, iteration: int, values: dict[str, float]) -> None:
        """One row of the CSV file, and a point in TensorBoard."""
        if not self.enabled:
            return
        self._rows.append(
            {"iteration": str(iteration)} | {name: f"{value:.6g}" for name, value in values.items()}
        )
        write_metrics(self._rows, self.path)
        self.point(iteration, {f"validation/{name}": value for name, value in values.items()})


def _tensorboard(run: Path, iteration: int) -> Any:
    """A writer of TensorBoard events, or None where TensorBoard is not installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        LOGGER.info("TensorBoard is not installed; the curves are in %s alone.", METRICS_FILE)
        return None
    return SummaryWriter(str(run / "tensorboard"), purge_step=iteration or None)

"""The next input is read while the present one is segmented, or while PyTorch starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.study import Study

Read = Callable[[Path], Study]


class ReadingAhead:
    """Reads inputs in their order on a thread of its own; enter it to begin with the first.

    No more than one input lies read and unused, so that memory is bounded.
    """

    def __init__(self, inputs: Sequence[tuple[Path, Axes | None] | None]) -> None:
        """Takes the inputs and the order of their axes; None stands for one that is not read."""
        self._inputs = inputs
        self._reader = ThreadPoolExecutor(1)
        self._studies: dict[int, Future[Study]] = {}
        self._next = 0

    def __enter__(self) -> ReadingAhead:
        self._read_up_to(0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.shutdown(cancel_futures=True)

    def take(self, index: int) -> Read | None:
        """What gives the study of an input, and raises what its reading did; None if not read.

        The input after it is begun.
        """
        self._read_up_to(index + 1)
        study = self._studies.pop(index, None)
        return None if study is None else lambda path: study.result()

    def _read_up_to(self, last: int) -> None:
        while self._next <= min(last, len(self._inputs) - 1):
            wanted = self._inputs[self._next]
            if wanted is not None:
                self._studies[self._next] = self._reader.submit(read_input, *wanted)
            self._next += 1

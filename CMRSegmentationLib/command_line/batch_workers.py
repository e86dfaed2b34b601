"""Who does the studies of a batch: this process, or workers of a Dask cluster.

Either gives the same results in the order in which they finish. On a cluster a worker that dies is
replaced and its study tried again; a study that ends three workers is given up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from CMRSegmentationLib.command_line.batch_work import BatchTask, StudyResult, do_task, failure
from CMRSegmentationLib.command_line.garbage import importing
from CMRSegmentationLib.command_line.reading_ahead import ReadingAhead
from CMRSegmentationLib.errors import UserError, one_sentence
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.study import Study

if TYPE_CHECKING:
    from distributed import Client, as_completed
    from distributed import Future as ClusterFuture

TASKS_PER_WORKER = 2
"""One is segmented and one read, so that no worker waits; no more, so that little is lost."""
MINUTES_WITHOUT_WORKERS = 2.0
"""A worker that died is started anew within seconds, a queue of computers may take longer."""
POLLING_S = 0.05
ALLOWED_DEATHS = 2
"""A study is tried again after so many workers died on it."""
MINUTES_TO_CONNECT = 1.0
THREADS_PER_WORKER = 2
"""One segments, the other reads the next study."""
ENVIRONMENT = "distributed.nanny.pre-spawn-environ"
KEEPING_MEMORY = {
    f"{ENVIRONMENT}.MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    f"{ENVIRONMENT}.MALLOC_MMAP_THRESHOLD_": str(1 << 25),
    f"{ENVIRONMENT}.MALLOC_ARENA_MAX": "1",
}
"""A worker keeps the memory that a tensor took, for the next one, and has one heap of it.

Left to itself, glibc gives much of it back to the kernel, which costs 6 % of the processor time and
14 % more memory; Dask has it give back all, which costs more than half of the time again.
"""
LOST = "The connection to the scheduler was lost. What is finished is kept; go on with --resume."
ONE_AT_A_TIME = Lock()
"""Held while a worker segments."""


class ClusterError(UserError, RuntimeError):
    """A cluster that cannot be reached, or was lost."""


def in_this_process(tasks: Sequence[BatchTask]) -> Iterator[StudyResult]:
    """Does one task after the other; the next input is read while the present one is segmented."""
    new = [None if task.known else (task.study.path, task.study.knowledge.axes) for task in tasks]
    with ReadingAhead(new) as inputs:
        for index, task in enumerate(tasks):
            yield do_task(task, inputs.take(index))


def on_cluster(
    tasks: Sequence[BatchTask],
    client: Client,
    work: Callable[[BatchTask], StudyResult] | None = None,
) -> Iterator[StudyResult]:
    """Does the tasks on the workers of a cluster, a few for each ahead.

    A worker that dies is blamed on everything that waited for it. What was blamed too often is
    therefore tried once more at the end, alone.

    Args:
        tasks: what to do.
        client: of the cluster.
        work: what a worker does with a task; None segments.

    Raises:
        ClusterError: if the scheduler is lost.
    """
    from distributed import as_completed

    waiting = iter(tasks)
    ahead = TASKS_PER_WORKER * max(1, len(client.scheduler_info()["workers"]))
    running = as_completed()
    by_key = {}

    def submit_next() -> None:
        task = next(waiting, None)
        if task is not None:
            future = client.submit(work or _on_worker, task, pure=False)
            by_key[future.key] = task
            running.add(future)

    for _ in range(ahead):
        submit_next()
    suspects = []
    for future in _finished(running, client):
        task = by_key.pop(future.key)
        if _was_killed(future):
            suspects.append(task)
        else:
            yield _gathered(future, task)
        submit_next()
    for task in suspects:
        alone = as_completed([client.submit(work or _on_worker, task, pure=False)])
        for future in _finished(alone, client):
            yield _gathered(future, task)


def _finished(running: as_completed, client: Client) -> Iterator[ClusterFuture[StudyResult]]:
    """The futures as they finish, those added meanwhile too.

    Raises:
        ClusterError: if the scheduler is lost, or there has been no worker for
            `MINUTES_WITHOUT_WORKERS`.
    """
    last_seen = time.monotonic()
    while running.count():
        batch = running.next_batch(block=False)
        yield from batch
        if batch or _has_workers(client):
            last_seen = time.monotonic()
        elif time.monotonic() - last_seen > 60 * MINUTES_WITHOUT_WORKERS:
            raise ClusterError(
                "All workers are gone and none came back. What is finished is kept; go on with "
                "--resume."
            )
        if not batch:
            time.sleep(POLLING_S)


def _has_workers(client: Client) -> bool:
    try:
        return bool(client.scheduler_info()["workers"])
    except OSError as error:
        raise ClusterError(LOST) from error


def _was_killed(future: ClusterFuture[StudyResult]) -> bool:
    return type(_error_of(future)).__name__ == "KilledWorker"


def _error_of(future: ClusterFuture[StudyResult]) -> BaseException | None:
    """What a task failed with; a result that died with its worker is waited for again.

    Raises:
        ClusterError: if the scheduler is lost.
    """
    if future.status == "cancelled":
        raise ClusterError(LOST)
    error: BaseException | None = future.exception()
    return error


def _gathered(future: ClusterFuture[StudyResult], task: BatchTask) -> StudyResult:
    error = _error_of(future)
    if error is None:
        result: StudyResult = future.result()
        return result
    if _was_killed(future):
        count = ALLOWED_DEATHS + 1
        return failure(
            task, f"{task.study.path}: {count} workers died on it, perhaps for want of memory."
        )
    return failure(task, f"{task.study.path}: {one_sentence(error)}")


def _on_worker(task: BatchTask) -> StudyResult:
    """A task on a worker: one study at a time is segmented, while another thread reads the next."""
    with importing("torch"):
        import torch

    torch.set_num_threads(1)
    waited_s = 0.0
    with ExitStack() as turn:

        def read(path: Path) -> Study:
            nonlocal waited_s
            study = read_input(path, task.study.knowledge.axes)
            start = time.perf_counter()
            turn.enter_context(ONE_AT_A_TIME)
            waited_s = time.perf_counter() - start
            return study

        result = do_task(task, read)
    return replace(result, seconds=result.seconds - waited_s)


@contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """A cluster of so many processes on this computer, which share its memory.

    Raises:
        ImportError: without the package distributed.
    """
    import dask
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    settings = {
        "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
        **KEEPING_MEMORY,
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=THREADS_PER_WORKER,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def existing_cluster(address: str) -> Iterator[Client]:
    """A cluster by the address of its scheduler, such as `tcp://node01:8786`.

    Raises:
        ImportError: without the package distributed.
        ClusterError: if no scheduler answers, or it has no worker.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=MINUTES_TO_CONNECT * 60)
    except (OSError, ValueError) as error:
        raise ClusterError(f"No scheduler answers at {address}: {one_sentence(error)}") from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise ClusterError(f"The scheduler at {address} has no worker; start some first.")
        yield client

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from distributed import Client

from CMRSegmentationLib.command_line import batch_workers, reading_ahead
from CMRSegmentationLib.command_line.batch_list import BatchStudy
from CMRSegmentationLib.command_line.batch_work import BatchTask, StudyResult
from CMRSegmentationLib.command_line.batch_workers import (
    ClusterError,
    existing_cluster,
    in_this_process,
    local_cluster,
    on_cluster,
)
from CMRSegmentationLib.command_line.options import Knowledge, RunOptions
from Testing.Lib import stand_in_worker

ROOT = Path(__file__).parents[3]

# dask's own sockets and event loops are closed late when workers are killed
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def tasks_of(names: list[str], out: Path, known: str | None = None) -> list[BatchTask]:
    return [
        BatchTask(BatchStudy(Path(name), name, Knowledge()), RunOptions(), out, known)
        for name in names
    ]


class TestInThisProcess:
    @pytest.fixture
    def read(self, monkeypatch):
        """The inputs that were read, and those done, in the order in which it happened."""
        events: list[str] = []

        def read_input(path, axes=None):
            events.append(f"read {path}")
            return str(path)

        def do_task(task, read=None):
            events.append(f"do {task.study.name}")
            if read is not None:
                assert read(task.study.path) == str(task.study.path)
            return StudyResult(task.study.name, "")

        monkeypatch.setattr(reading_ahead, "read_input", read_input)
        monkeypatch.setattr(batch_workers, "do_task", do_task)
        return events

    def test_results_come_in_the_order_of_the_list(self, read, tmp_path):
        results = in_this_process(tasks_of(["a", "b", "c"], tmp_path))
        assert [result.name for result in results] == ["a", "b", "c"]

    def test_no_more_than_one_input_is_read_ahead(self, read, tmp_path):
        results = in_this_process(tasks_of(["a", "b", "c", "d"], tmp_path))
        next(results)
        assert "read c" not in read
        assert [result.name for result in results] == ["b", "c", "d"]
        assert sorted(read)[-4:] == ["read a", "read b", "read c", "read d"]

    def test_what_may_be_unchanged_is_not_read_ahead(self, read, tmp_path):
        list(in_this_process(tasks_of(["a", "b"], tmp_path, known="hash")))
        assert read == ["do a", "do b"]


class TestOnWorker:
    def test_a_study_is_read_while_another_one_is_segmented_and_waits_for_its_turn(
        self, monkeypatch, tmp_path
    ):
        events: list[str] = []

        def read_input(path, axes=None):
            events.append(f"read {path}")
            return path

        def do_task(task, read):
            start = time.perf_counter()
            read(task.study.path)
            events.append(f"segment {task.study.name}")
            return StudyResult(task.study.name, "", seconds=time.perf_counter() - start)

        monkeypatch.setattr(batch_workers, "read_input", read_input)
        monkeypatch.setattr(batch_workers, "do_task", do_task)
        (task,) = tasks_of(["a"], tmp_path)
        with ThreadPoolExecutor(1) as other:
            with batch_workers.ONE_AT_A_TIME:
                result = other.submit(batch_workers._on_worker, task)
                with pytest.raises(TimeoutError):
                    result.result(0.5)
                assert events == ["read a"]
            assert result.result(10).name == "a"
            assert 0.0 <= result.result().seconds < 0.4  # without the wait for its turn
        assert events == ["read a", "segment a"]

    def test_a_study_that_fails_leaves_the_turn_to_the_next(self, monkeypatch, tmp_path):
        def do_task(task, read):
            read(task.study.path)
            raise KeyError("x")

        monkeypatch.setattr(batch_workers, "read_input", lambda path, axes: path)
        monkeypatch.setattr(batch_workers, "do_task", do_task)
        (task,) = tasks_of(["a"], tmp_path)
        with pytest.raises(KeyError):
            batch_workers._on_worker(task)
        assert not batch_workers.ONE_AT_A_TIME.locked()


@pytest.fixture(scope="module")
def client():
    with local_cluster(2) as client:
        yield client


class TestOnCluster:
    def done(self, client, names, out):
        tasks = tasks_of(names, out)
        return {r.name: r for r in on_cluster(tasks, client, stand_in_worker.work)}

    def test_every_study_is_done_once(self, client, tmp_path):
        names = [f"s{number}" for number in range(40)]
        found = self.done(client, names, tmp_path)
        assert sorted(found) == sorted(names)
        assert not any(result.has_failed for result in found.values())

    def test_workers_keep_their_memory_and_compute_on_one_thread(self, client):
        expected = {
            "MALLOC_TRIM_THRESHOLD_": "1073741824",
            "MALLOC_MMAP_THRESHOLD_": "33554432",
            "MALLOC_ARENA_MAX": "1",
            "OMP_NUM_THREADS": "1",
        }
        seen = client.run(lambda: {name: os.environ.get(name) for name in expected})
        assert list(seen.values()) == [expected, expected]

    def test_a_worker_that_is_killed_loses_nothing(self, client, tmp_path):
        names = ["a", "killed_once", "b", "c"]
        found = self.done(client, names, tmp_path)
        assert sorted(found) == sorted(names)
        assert not any(result.has_failed for result in found.values())

    def test_a_study_that_kills_every_worker_is_given_up_and_the_others_are_done(
        self, client, tmp_path
    ):
        found = self.done(client, ["killer", "a", "b"], tmp_path)
        assert found["killer"].has_failed
        assert "3 workers died on it" in found["killer"].summary[0][3]
        assert not found["a"].has_failed
        assert not found["b"].has_failed

    def test_an_error_that_nobody_foresaw_is_a_failure_of_that_study(self, client, tmp_path):
        found = self.done(client, ["broken", "a"], tmp_path)
        assert "Unexpected KeyError" in found["broken"].summary[0][3]
        assert not found["a"].has_failed

    def test_without_any_worker_it_ends_with_a_sentence(self, client, tmp_path, monkeypatch):
        monkeypatch.setattr(batch_workers, "MINUTES_WITHOUT_WORKERS", 0.001)
        monkeypatch.setattr(batch_workers, "POLLING_S", 0.0)
        monkeypatch.setattr(client, "scheduler_info", lambda: {"workers": {}})
        with pytest.raises(ClusterError, match="All workers are gone"):
            self.done(client, ["slow"], tmp_path)

    def test_a_scheduler_is_used_by_its_address(self, client, tmp_path):
        with existing_cluster(client.scheduler.address) as other:
            assert list(self.done(other, ["a"], tmp_path)) == ["a"]

    def test_an_address_where_nobody_answers_is_a_sentence(self, monkeypatch):
        monkeypatch.setattr(batch_workers, "MINUTES_TO_CONNECT", 0.02)
        with (
            pytest.raises(ClusterError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"),
            existing_cluster("tcp://127.0.0.1:9"),
        ):
            pass


@pytest.fixture
def killable(tmp_path):
    """A scheduler and a worker as processes of their own: the address, and the scheduler."""
    file = tmp_path / "scheduler.json"
    where = ("--scheduler-file", str(file), "--no-dashboard")
    commands = (
        ("scheduler", "--host", "127.0.0.1", "--port", "0"),
        ("worker", "--nthreads", "1", "--no-nanny"),
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command, *where],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for command in commands
    ]
    try:
        wait_until(file.exists)
        yield json.loads(file.read_text())["address"], processes[0]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_scheduler_that_is_killed_loses_nothing_that_is_finished_and_ends_with_a_sentence(
    killable, tmp_path, monkeypatch
):
    address, scheduler = killable
    done = []
    with Client(address, timeout=120) as client:
        client.wait_for_workers(1, timeout=120)
        results = on_cluster(
            tasks_of(["a", "slow1", "slow2", "slow3"], tmp_path), client, stand_in_worker.work
        )
        done.append(next(results).name)
        scheduler.kill()
        with pytest.raises(ClusterError, match="connection to the scheduler was lost"):
            done += [result.name for result in results]
    assert done[0] == "a"
    assert len(set(done)) == len(done) < 4

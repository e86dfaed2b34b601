from pathlib import Path

import pytest

from CMRSegmentationLib.command_line import batch_workers
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

        monkeypatch.setattr(batch_workers, "read_input", read_input)
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

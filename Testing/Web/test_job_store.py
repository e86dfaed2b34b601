import errno
import shutil
import threading
from dataclasses import replace

import pytest

from CMRSegmentationLib.errors import UsageError
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import Job, State, Step
from CMRSegmentationWeb.refusals import RefusedError


class TestStore:
    def test_a_folder_with_other_files_is_not_taken(self, tmp_path):
        (tmp_path / "thesis.txt").touch()
        with pytest.raises(UsageError, match="emptied"):
            JobStore(tmp_path, 5)

    def test_jobs_are_there_after_a_restart(self, store):
        job = store.create("one")
        store.change(job.id, state=State.DONE)
        again = JobStore(store.folder, 5)
        assert again.get(job.id).state is State.DONE

    def test_a_damaged_job_is_left_alone(self, store):
        folder = store.folder / ("0" * 16)
        folder.mkdir()
        assert JobStore(store.folder, 5).all() == []
        assert folder.is_dir()

    def test_the_third_of_two_is_refused(self, tmp_path):
        store = JobStore(tmp_path / "web", 2)
        store.create("one")
        store.create("two")
        with pytest.raises(RefusedError, match="remove"):
            store.create("three")

    def test_a_change_from_another_state_is_refused(self, store):
        job = store.create("one")
        with pytest.raises(RefusedError, match="receiving"):
            store.change(job.id, State.DONE, state=State.WAITING)

    def test_the_one_that_has_waited_longest_is_next(self, store):
        first, second = store.create("one"), store.create("two")
        for job in (second, first):
            store.change(job.id, state=State.WAITING)
        assert store.start_next().id == first.id
        assert store.get(first.id).state is State.RUNNING
        assert store.start_next().id == second.id
        assert store.start_next() is None

    def test_a_job_can_be_looked_at_from_its_labels_on_until_it_runs_again(self, store):
        job = store.create("one")
        store.change(job.id, state=State.RUNNING)
        store.step(job.id, Step("infer", 1, 2))
        assert not store.get(job.id).has_first_look
        for stage in ("labels", "measure"):
            store.step(job.id, Step(stage))
            assert store.get(job.id).has_first_look
        store.change(job.id, state=State.WAITING)
        assert not store.start_next().has_first_look

    def test_a_job_whose_folder_is_gone_fails_and_the_next_one_runs(self, store):
        lost, ended, kept = (store.create(name) for name in ("lost", "ended", "kept"))
        store.change(ended.id, state=State.RUNNING)
        for job in (lost, kept):
            store.change(job.id, state=State.WAITING)
        for job in (lost, ended):
            shutil.rmtree(job.folder)
        assert store.start_next() is None
        store.end(ended.id, State.DONE, "")
        for job in (lost, ended):
            assert store.get(job.id).state is State.FAILED
            assert "No such file" in store.get(job.id).message
        assert store.start_next().id == kept.id

    def test_a_removed_job_leaves_no_files(self, store):
        job = store.create("one")
        store.remove(job.id)
        assert not job.folder.exists()
        with pytest.raises(RefusedError):
            store.get(job.id)

    def test_what_is_written_of_a_job_while_it_is_removed_goes_at_the_next_look(self, store):
        jobs = [store.create(name) for name in ("one", "two")]
        for job, look in zip(jobs, (lambda: store.remove_older_than(1), store.empty), strict=True):
            store.remove(job.id)
            (job.results_folder / "cine").mkdir(parents=True)
            look()
            assert not job.folder.exists()

    def test_a_server_that_is_killed_within_a_removal_finds_the_job_again(self, store, monkeypatch):
        job = store.create("one")
        (job.upload_folder / "image").touch()
        rmtree, left = shutil.rmtree, []

        def remove(folder, **options):
            rmtree(folder, **options)
            left.append((job.folder / "job.json").exists())

        monkeypatch.setattr(shutil, "rmtree", remove)
        store.remove(job.id)
        assert left == [True, True, True, True, False]

    def test_a_running_job_is_not_removed(self, store):
        job = store.create("one")
        store.change(job.id, state=State.RUNNING)
        with pytest.raises(RefusedError, match="cancel"):
            store.remove(job.id)

    def test_only_old_jobs_are_removed_by_age(self, store):
        old, new = store.create("old"), store.create("new")
        store.change(old.id, created_s=old.created_s - 7300, state=State.DONE)
        store.remove_older_than(2)
        assert [job.id for job in store.all()] == [new.id]

    def test_emptying_leaves_nothing(self, store):
        job = store.create("one")
        store.change(job.id, state=State.RUNNING)
        store.empty()
        assert not store.folder.exists()

    def test_emptying_leaves_nothing_on_a_full_disk(self, store, monkeypatch):
        def fail(_job):
            raise OSError(errno.ENOSPC, "No space left on device")

        for name in ("one", "two"):
            (store.create(name).upload_folder / "image").touch()
        monkeypatch.setattr(Job, "save", fail)
        store.empty()
        assert not store.folder.exists()

    def test_a_job_that_cannot_be_removed_is_told_and_the_next_server_finds_it(
        self, store, monkeypatch, caplog
    ):
        stuck, other = store.create("stuck"), store.create("other")
        rmtree = shutil.rmtree

        def remove(folder, **options):
            if folder != stuck.folder:
                rmtree(folder, **options)

        monkeypatch.setattr(shutil, "rmtree", remove)
        store.empty()
        assert not other.folder.exists()
        assert stuck.id in caplog.text
        assert [job.id for job in JobStore(store.folder, 5).all()] == [stuck.id]

    def test_a_step_wakes_who_waits(self, store):
        job = store.create("one")
        version = store.wait(-1, 0)
        timer = threading.Timer(0.05, store.step, (job.id, Step("infer", 1, 2)))
        timer.start()
        assert store.wait(version, 10) != version
        timer.join()
        assert store.get(job.id) == replace(job, step=Step("infer", 1, 2))

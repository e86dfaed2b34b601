import shutil
import time
from dataclasses import replace

import pytest

from CMRSegmentationWeb.choices import Choices
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import State, Step
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.work_queue import WorkQueue, arguments_of, step_of

LIMIT_S = 120


@pytest.fixture
def queue(store, settings):
    queue = WorkQueue(store, settings)
    yield queue
    queue.stop()


def waiting(store, file):
    job = store.create(file.name)
    shutil.copy(file, job.upload_folder)
    return store.change(job.id, state=State.WAITING)


def wait_for(store, job, condition):
    end = time.monotonic() + LIMIT_S
    while not condition(store.get(job.id)):
        assert time.monotonic() < end, store.get(job.id)
        time.sleep(0.05)
    return store.get(job.id)


def is_over(job):
    return job.state.is_over


class TestArguments:
    def test_the_servers_model_and_threads_are_used(self, store, settings, cine_file):
        job = waiting(store, cine_file)
        arguments = arguments_of(job, settings)
        assert arguments[:2] == ["segment", str(job.upload_folder / "phantom.nii.gz")]
        assert settings.model in arguments
        assert arguments[-4:] == ["--threads", "1", "--device", "auto"]

    def test_a_model_that_the_page_names_goes_first(self, store, settings, cine_file):
        job = replace(waiting(store, cine_file), choices=Choices(model="sax"))
        assert settings.model not in arguments_of(job, settings)

    def test_a_step_without_numbers_is_none(self):
        assert step_of({"stage": "finished", "total": 0}) == Step("finished", 0, 1)


class TestQueue:
    def test_jobs_run_one_after_the_other_and_a_bad_one_says_why(
        self, store, queue, cine_file, tmp_path
    ):
        bad = tmp_path / "bad.nii.gz"
        bad.write_bytes(b"not an image")
        first, second = waiting(store, bad), waiting(store, cine_file)
        queue.start()
        failed = wait_for(store, first, is_over)
        assert failed.state is State.FAILED
        assert "bad.nii.gz" in failed.message
        assert wait_for(store, second, is_over).state is State.DONE
        assert (second.results_folder / "phantom" / "labels.nii.gz").is_file()

    def test_cancel_ends_a_running_job_and_leaves_no_results(self, store, queue, cine_file):
        job = waiting(store, cine_file)
        queue.start()
        wait_for(store, job, lambda one: one.state is State.RUNNING)
        queue.cancel(job.id)
        assert wait_for(store, job, is_over).state is State.CANCELLED
        assert not job.results_folder.exists()
        with pytest.raises(RefusedError, match="cancelled"):
            queue.cancel(job.id)

    def test_cancel_takes_a_waiting_job_out(self, store, queue, cine_file):
        job = waiting(store, cine_file)
        queue.cancel(job.id)
        assert store.start_next() is None

    def test_a_cancelled_upload_is_forgotten(self, store, queue):
        job = store.create("half")
        (job.upload_folder / "half").touch()
        queue.cancel(job.id)
        assert list(job.upload_folder.iterdir()) == []

    def test_a_stopped_server_leaves_word_of_what_was_running(
        self, store, queue, settings, cine_file
    ):
        job, other = waiting(store, cine_file), waiting(store, cine_file)
        queue.start()
        wait_for(store, job, lambda one: one.state is State.RUNNING)
        queue.stop()
        again = JobStore(settings.folder, settings.most_jobs)
        assert again.get(job.id).state is State.INTERRUPTED
        assert again.get(other.id).state is State.WAITING

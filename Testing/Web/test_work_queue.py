import errno
import shutil
import threading
import time
from dataclasses import replace

import pytest

from CMRSegmentationWeb import work_queue
from CMRSegmentationWeb.choices import Choices
from CMRSegmentationWeb.job_store import JobStore
from CMRSegmentationWeb.jobs import State, Step
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.work_queue import WorkQueue, arguments_of, message_of, step_of

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


class QuickChild:
    """Stands for a process that segments at once."""

    is_alive = True

    def run(self, _arguments, _note):
        return None

    def kill(self):
        pass

    discard = kill


def fail_once(action):
    """The action, which fails at its first call."""
    failures = [OSError(errno.ENOMEM, "Cannot allocate memory", "/secret/name")]

    def fail_or_do(*values):
        if failures:
            raise failures.pop()
        return action(*values)

    return fail_or_do


@pytest.fixture
def quick_child(monkeypatch):
    monkeypatch.setattr(work_queue, "Child", QuickChild)


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


class TestMessage:
    @pytest.fixture
    def job(self, store):
        job = store.create("study")
        job.results_folder.mkdir()
        return job

    def write_table(self, job, *rows):
        lines = ["input,cine,status,message", *(",".join(row) for row in rows)]
        (job.results_folder / "summary.csv").write_text("\n".join(lines))

    def test_cines_that_were_left_out_are_named_without_folders_of_the_server(self, job):
        upload = job.upload_folder
        self.write_table(
            job,
            ("a", "sax", "done", ""),
            ("a", "lax", "skipped", f"{upload / 'a'} [lax]: No view."),
            ("b", "", "failed", f"{upload}: No file."),
        )
        assert message_of(job, f"{upload}: No file.") == "a [lax]: No view. upload: No file."

    def test_of_seven_that_failed_five_are_told(self, job):
        self.write_table(job, *((str(n), "", "failed", f"{n} is bad.") for n in range(7)))
        message = message_of(job, "6 is bad.")
        assert message.startswith("0 is bad. 1 is bad.")
        assert message.endswith("4 is bad. And 2 more were left out.")

    def test_what_ended_the_run_is_told_before_what_it_left_out(self, job):
        self.write_table(job, ("a", "", "failed", "a is bad."))
        assert message_of(job, "The process was killed.") == "The process was killed. a is bad."

    def test_without_a_table_it_is_the_failure(self, job):
        assert message_of(job, "The disk is full.") == "The disk is full."
        assert message_of(job, None) == ""


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
        assert failed.message.startswith("bad.nii.gz: ")
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

    def test_a_job_that_begins_to_run_while_it_is_cancelled_is_ended_as_one_that_runs(
        self, store, queue, cine_file, quick_child, monkeypatch
    ):
        job = waiting(store, cine_file)
        get = store.get

        def get_and_begin(identifier):
            found = get(identifier)
            monkeypatch.setattr(store, "get", get)
            store.start_next()
            return found

        monkeypatch.setattr(store, "get", get_and_begin)
        queue.cancel(job.id)
        assert store.get(job.id).state is State.RUNNING  # until the queue has ended it

    def test_cancel_comes_too_late_for_a_job_that_ends_and_does_not_end_its_next_run(
        self, store, queue, cine_file, quick_child, monkeypatch
    ):
        end, refusals = store.end, []

        def cancel(identifier):
            with pytest.raises(RefusedError, match="done") as caught:
                queue.cancel(identifier)
            refusals.append(caught)

        def end_while_somebody_cancels(identifier, *values):
            asking = threading.Thread(target=cancel, args=(identifier,))
            asking.start()
            asking.join(0.2)
            end(identifier, *values)

        monkeypatch.setattr(store, "end", end_while_somebody_cancels)
        job = waiting(store, cine_file)
        queue.start()
        wait_for(store, job, lambda _: refusals)
        store.change(job.id, state=State.WAITING)
        assert wait_for(store, job, is_over).state is State.DONE
        wait_for(store, job, lambda _: len(refusals) == 2)

    @pytest.mark.parametrize(
        ("place", "name"),
        [
            ("queue", "Child"),
            ("store", "remove_older_than"),
            ("store", "start_next"),
            ("store", "end"),
        ],
    )
    def test_it_goes_on_after_a_failure_between_jobs_and_logs_no_names(
        self, store, queue, cine_file, quick_child, monkeypatch, caplog, place, name
    ):
        where = {"queue": work_queue, "store": store}[place]
        monkeypatch.setattr(where, name, fail_once(getattr(where, name)))
        first = waiting(store, cine_file)
        queue.start()
        until = State.RUNNING if name == "end" else State.DONE
        wait_for(store, first, lambda job: job.state is until)
        second = waiting(store, cine_file)
        assert wait_for(store, second, is_over).state is State.DONE
        assert "Cannot allocate memory" in caplog.text
        assert "secret" not in caplog.text
        assert first.id not in caplog.text

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

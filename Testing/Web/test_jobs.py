import stat
from dataclasses import replace

import pytest

from CMRSegmentationWeb.choices import Choices
from CMRSegmentationWeb.jobs import IDENTIFIER, Job, JobError, State


@pytest.fixture
def job(tmp_path):
    return Job.new(tmp_path, "cine.nii.gz")


class TestJob:
    def test_its_folder_is_for_this_user_alone_and_cannot_be_guessed(self, job):
        assert IDENTIFIER.fullmatch(job.id)
        assert stat.S_IMODE(job.folder.stat().st_mode) == 0o700
        assert job.upload_folder.is_dir()

    @pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED, State.WAITING])
    def test_what_is_over_or_waits_is_loaded_as_it_was(self, job, state):
        saved = replace(
            job,
            state=state,
            message="A sentence.",
            choices=Choices.from_json({"ed": 2}),
            lacks_files=state is State.CANCELLED,
        )
        saved.save()
        assert Job.load(job.folder) == saved

    def test_what_was_running_says_so(self, job):
        replace(job, state=State.RUNNING).save()
        loaded = Job.load(job.folder)
        assert loaded.state is State.INTERRUPTED
        assert "run it again" in loaded.message

    def test_what_had_not_arrived_is_dropped(self, job):
        (job.upload_folder / "half").touch()
        job.save()
        assert Job.load(job.folder).state is State.FAILED
        assert Job.load(job.folder).lacks_files
        assert list(job.upload_folder.iterdir()) == []

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"state": "flying"}'])
    def test_a_damaged_file_is_an_error(self, job, content):
        (job.folder / "job.json").write_text(content)
        with pytest.raises(JobError):
            Job.load(job.folder)

    def test_three_states_are_not_over(self):
        assert [state for state in State if not state.is_over] == [
            "receiving",
            "waiting",
            "running",
        ]

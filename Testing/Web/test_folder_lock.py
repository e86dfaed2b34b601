"""Two servers in one folder: the second one leaves the first one's jobs alone."""

import subprocess
import sys

import pytest

from CMRSegmentationLib.errors import UsageError
from CMRSegmentationWeb import folder_lock
from CMRSegmentationWeb.folder_lock import lock
from CMRSegmentationWeb.jobs import State
from Testing.Web.servers import LIMIT_S, ROOT


def start_another(folder):
    command = [sys.executable, "-m", "CMRSegmentationWeb", "--port", "0", "--folder", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)


class TestLock:
    def test_a_second_server_says_so_and_takes_nothing_away(self, store):
        job = store.create("arriving")
        (job.upload_folder / "half").touch()
        second = start_another(store.folder)
        assert second.returncode == 2
        assert "Another server is at work" in second.stderr
        assert (job.upload_folder / "half").exists()
        assert store.get(job.id).state is State.RECEIVING

    def test_a_mark_that_somebody_else_holds_is_refused(self, tmp_path, monkeypatch):
        def refuse(*_):
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr("fcntl.lockf", refuse)
        with pytest.raises(UsageError, match="--folder"):
            lock(tmp_path / "mark")

    def test_where_files_cannot_be_locked_the_log_tells(self, tmp_path, monkeypatch, caplog):
        def fail(*_):
            raise OSError(37, "No locks available")

        monkeypatch.setattr("fcntl.lockf", fail)
        folder_lock.os.close(lock(tmp_path / "mark"))
        assert "No locks available" in caplog.text

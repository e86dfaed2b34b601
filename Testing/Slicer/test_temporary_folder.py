"""Images of a run go away with it.

What a crash left behind goes at the next start, and nothing else does.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
import slicer
from CMRSegmentationMRML import temporary_folder
from CMRSegmentationMRML.temporary_folder import (
    LOCK_FILE,
    TEMPORARY_PREFIX,
    TemporaryFolder,
    remove_stale_folders,
)

from Testing.Slicer.host import qt_host

from .conftest import MODULE_FOLDER

OWNER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from CMRSegmentationMRML.temporary_folder import TemporaryFolder
folder = TemporaryFolder(sys.argv[2])
(folder.path / "cine.seq.nrrd").write_bytes(b"patient")
print(folder.path, flush=True)
time.sleep(60)
"""


@contextlib.contextmanager
def another_slicer(parent):
    """A process that owns a temporary folder until it is killed.

    Gives it and its folder, made an hour ago.
    """
    command = [sys.executable, "-c", OWNER, str(MODULE_FOLDER), str(parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            folder = Path(process.stdout.readline().strip())
            age(folder)
            yield process, folder
        finally:
            process.kill()


def age(folder, seconds=3600.0):
    """Makes a folder look as if it had been made some time ago."""
    then = folder.stat().st_mtime - seconds
    os.utime(folder, (then, then))


def test_a_temporary_folder_goes_with_all_in_it(tmp_path):
    folder = TemporaryFolder(str(tmp_path / "slicer temp"))
    (folder.path / "output").mkdir()
    (folder.path / "output" / "cine.nrrd").write_bytes(b"patient")
    folder.remove()
    assert list((tmp_path / "slicer temp").iterdir()) == []
    folder.remove()


def test_the_images_of_a_slicer_that_crashed_are_removed_and_told(tmp_path, caplog):
    caplog.set_level("INFO")
    with another_slicer(tmp_path) as (process, folder):
        process.kill()
        process.wait()
        assert (folder / "cine.seq.nrrd").is_file()
        assert remove_stale_folders(str(tmp_path)) == [folder]
    assert list(tmp_path.iterdir()) == []
    assert str(folder) in caplog.text


def test_the_images_of_a_slicer_that_works_are_left_alone(tmp_path):
    with another_slicer(tmp_path) as (process, folder):
        assert remove_stale_folders(str(tmp_path)) == []
        assert (folder / "cine.seq.nrrd").is_file()
        assert process.poll() is None


def test_the_folder_of_a_run_of_this_slicer_is_left_alone(tmp_path):
    folder = TemporaryFolder(str(tmp_path))
    age(folder.path)
    assert remove_stale_folders(str(tmp_path)) == []
    folder.remove()


def test_a_folder_that_may_just_be_made_is_left_alone(tmp_path):
    young, old = tmp_path / f"{TEMPORARY_PREFIX}young", tmp_path / f"{TEMPORARY_PREFIX}old"
    for folder in (young, old):
        folder.mkdir()
        (folder / LOCK_FILE).touch()
    age(old, 61.0)
    assert remove_stale_folders(str(tmp_path)) == [old]
    assert young.is_dir()


def test_a_folder_that_a_child_without_a_slicer_made_anew_goes_after_a_day(tmp_path):
    fresh, old = tmp_path / f"{TEMPORARY_PREFIX}23h", tmp_path / f"{TEMPORARY_PREFIX}25h"
    for folder, hours in ((fresh, 23), (old, 25)):
        (folder / "output").mkdir(parents=True)
        age(folder, 3600.0 * hours)
    assert remove_stale_folders(str(tmp_path)) == [old]
    assert fresh.is_dir()


def test_what_is_not_of_this_module_is_left_alone(tmp_path):
    other, unlocked = tmp_path / "Other-run", tmp_path / f"{TEMPORARY_PREFIX}unlocked"
    for folder in (other, unlocked):
        folder.mkdir()
    (other / LOCK_FILE).touch()
    (tmp_path / f"{TEMPORARY_PREFIX}file").write_text("")
    link = tmp_path / f"{TEMPORARY_PREFIX}link"
    link.symlink_to(other)
    for path in (other, unlocked, tmp_path / f"{TEMPORARY_PREFIX}file"):
        age(path)
    before = sorted(tmp_path.iterdir())
    assert remove_stale_folders(str(tmp_path)) == []
    assert sorted(tmp_path.iterdir()) == before
    assert (other / LOCK_FILE).is_file()


def test_without_a_folder_for_temporary_files_there_is_nothing_to_remove(tmp_path):
    assert remove_stale_folders(str(tmp_path / "nothing")) == []


def test_a_folder_that_cannot_be_locked_is_used_and_told(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(temporary_folder, "_try_lock", lambda file: False)
    folder = TemporaryFolder(str(tmp_path))
    assert "cannot be locked" in caplog.text
    folder.remove()


def test_a_full_disk_leaves_no_folder(tmp_path, monkeypatch):
    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(temporary_folder.Path, "open", fail)
    with pytest.raises(OSError, match="No space left"):
        TemporaryFolder(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_on_windows_the_first_byte_of_the_file_is_locked(tmp_path, monkeypatch):
    asked = []
    windows = types.SimpleNamespace(
        LK_NBLCK=2, locking=lambda *arguments: asked.append(arguments[1:])
    )
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    monkeypatch.setattr(temporary_folder.sys, "platform", "win32")
    with (tmp_path / "lock").open("wb") as file:
        assert temporary_folder._try_lock(file)
    assert asked == [(2, 1)]


def test_what_a_crash_left_behind_goes_when_slicer_has_started(scene):
    module, _ = qt_host.load_module(MODULE_FOLDER / "CMRSegmentation.py")
    left = Path(slicer.app.temporaryPath) / f"{TEMPORARY_PREFIX}left"
    left.mkdir()
    (left / LOCK_FILE).touch()
    age(left)
    slicer.app.startupCompleted.emit()
    assert not left.exists()
    assert module.CMRSegmentation is not None
    qt_host.unload_module("CMRSegmentation")


def test_what_a_process_that_was_ended_still_keeps_is_removed_a_moment_later(
    tmp_path, monkeypatch, caplog
):
    folder, tries, remove = TemporaryFolder(str(tmp_path)), [], shutil.rmtree

    def locked_twice(path, **options):
        tries.append(path)
        if len(tries) > 2:
            remove(path, **options)

    monkeypatch.setattr(temporary_folder.shutil, "rmtree", locked_twice)
    monkeypatch.setattr(temporary_folder, "REMOVAL_PAUSE_S", 0.01)
    folder.remove()
    assert not folder.path.exists()
    assert caplog.text == ""


def test_what_cannot_be_removed_is_told(tmp_path, monkeypatch, caplog):
    folder = TemporaryFolder(str(tmp_path))
    monkeypatch.setattr(temporary_folder.shutil, "rmtree", lambda *_path, **_options: None)
    monkeypatch.setattr(temporary_folder, "REMOVAL_PAUSE_S", 0.01)
    folder.remove()
    assert f"could not be removed: {folder.path}" in caplog.text

"""The folder for files, and whether what is there may be replaced."""

import os

import pytest
import qt
import slicer
from CMRSegmentationMRML.folder_choice import chosen_folder


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """The questions; the user agrees to what holds `yes`, and chooses a folder with one file."""
    questions = []
    (tmp_path / "yes.dcm").write_text("")
    choose = staticmethod(lambda *_: str(tmp_path))
    monkeypatch.setattr(qt.QFileDialog, "getExistingDirectory", choose)
    answer = lambda text: questions.append(text) or "yes" in text  # noqa: E731
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", answer)
    return questions


def test_a_folder_without_such_files_is_taken_without_a_question(asked, tmp_path):
    assert chosen_folder("Folder", ("other.dcm",)) == tmp_path
    assert asked == []


def test_files_that_would_be_replaced_are_named_in_a_question(asked, tmp_path):
    assert chosen_folder("Folder", ("yes.dcm", "other.dcm")) == tmp_path
    (tmp_path / "no.dcm").write_text("")
    assert chosen_folder("Folder", ("no.dcm",)) is None
    assert [question.split(": ")[1] for question in asked] == [
        "yes.dcm. Replace them?",
        "no.dcm. Replace them?",
    ]


def test_a_dialog_that_is_canceled_gives_none(asked, monkeypatch):
    monkeypatch.setattr(qt.QFileDialog, "getExistingDirectory", staticmethod(lambda *_: ""))
    assert chosen_folder("Folder", ("yes.dcm",)) is None
    assert asked == []


def test_of_many_files_the_first_are_named(asked, tmp_path):
    names = [f"yes{number}.seg.nrrd" for number in range(1, 31)]
    for name in names:
        (tmp_path / name).write_text("")
    assert chosen_folder("Folder", names) == tmp_path
    assert asked[0].split(": ")[1] == f"{', '.join(names[:4])}, …. Replace them?"


def test_a_folder_that_cannot_be_looked_into_is_left_to_the_writer(asked, monkeypatch, tmp_path):
    def refuse(path, **options):
        if str(tmp_path) in str(path):
            raise PermissionError
        return stat(path, **options)

    stat = os.stat
    monkeypatch.setattr(os, "stat", refuse)
    assert chosen_folder("Folder", ("yes.dcm",)) == tmp_path
    assert asked == []

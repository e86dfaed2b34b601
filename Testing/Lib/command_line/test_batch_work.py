import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from CMRSegmentationLib.command_line import batch_work
from CMRSegmentationLib.command_line.batch_list import BatchStudy
from CMRSegmentationLib.command_line.batch_work import (
    BatchTask,
    LoadedNetworks,
    do_task,
    failure,
    fingerprint_of,
)
from CMRSegmentationLib.command_line.options import Knowledge, RunOptions
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reporting import results
from CMRSegmentationLib.reporting.dicom_out import DicomRequest
from CMRSegmentationLib.segmenting.options import SegmentingOptions
from Testing.bundles import PHANTOM_MODEL
from Testing.Lib.running import write_cine
from Training.datasets.phantom import HeartPhantom

SMALL = HeartPhantom(frames=2, slices=4, es_frame=1)
RUN = RunOptions(str(PHANTOM_MODEL), SegmentingOptions("cpu"))


@pytest.fixture(autouse=True)
def no_picture(monkeypatch):
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )


@pytest.fixture
def task(tmp_path) -> BatchTask:
    path = write_cine(tmp_path / "heart.nii", SMALL.cine)
    return BatchTask(BatchStudy(path, "one", Knowledge()), RUN, tmp_path / "out")


class TestDoTask:
    def test_gives_the_rows_of_its_cines_and_writes_their_results(self, task):
        result = do_task(task)
        assert (task.out / "one" / "report.json").is_file()
        assert [row[:5] for row in result.summary] == [
            (str(task.study.path), "heart", "done", "", "one")
        ]
        values = {row[2]: float(row[3]) for row in result.measures}
        assert values["lv_edv"] == pytest.approx(SMALL.volume_ml(1, 0), rel=0.1)
        assert not result.has_failed

    def test_what_is_done_and_unchanged_is_left_as_it_is(self, task):
        first = do_task(task)
        (task.out / "one" / "report.json").unlink()
        again = do_task(replace(task, known=first.fingerprint))
        assert again.is_unchanged
        assert not (task.out / "one" / "report.json").exists()

    def test_what_changed_is_done_again(self, task):
        first = do_task(task)
        write_cine(task.study.path, HeartPhantom(frames=2, slices=5, es_frame=1).cine)
        assert not do_task(replace(task, known=first.fingerprint)).is_unchanged

    def test_an_input_that_is_missing_is_a_row_with_a_sentence(self, task):
        gone = replace(task.study, path=task.study.path.with_name("none.nii"))
        result = do_task(replace(task, study=gone))
        assert result.has_failed
        assert "No such file" in result.summary[0][3]

    def test_an_input_that_breaks_while_it_is_read_is_named(self, task, monkeypatch):
        broken = Mock(side_effect=OSError(errno.EIO, "Input/output error"))
        monkeypatch.setattr("CMRSegmentationLib.command_line.batch_work.fingerprint_of", broken)
        assert do_task(task).summary[0][3] == f"{task.study.path}: Input/output error"

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["disk", "quota"])
    def test_a_full_disk_is_told_apart_from_other_failures(self, number, task, monkeypatch):
        def full(*_, **__):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("CMRSegmentationLib.reporting.results.write_labels", full)
        result = do_task(task)
        assert result.has_failed
        assert result.is_disk_full

    def test_what_its_worker_could_not_finish_is_a_row_too(self, task):
        result = failure(task, "3 workers died on it.")
        assert (result.has_failed, result.summary[0][3]) == (True, "3 workers died on it.")


class TestFingerprint:
    @pytest.mark.parametrize(
        "change",
        [
            lambda task: replace(task, run=replace(RUN, segmenting=SegmentingOptions("cpu", (0,)))),
            lambda task: replace(task, run=replace(RUN, model=None)),
            lambda task: replace(
                task, study=replace(task.study, knowledge=Knowledge(patient=Patient(60.0)))
            ),
            lambda task: replace(
                task, study=replace(task.study, knowledge=Knowledge(axes=Axes.parse("xytz")))
            ),
            lambda task: replace(task, run=replace(RUN, with_pdf=True)),
            lambda task: replace(task, run=replace(RUN, with_redrawn=True)),
            lambda task: replace(task, run=replace(RUN, dicom=DicomRequest("all"))),
        ],
        ids=["frames", "model", "heart rate", "axes", "PDF", "redrawn", "DICOM"],
    )
    def test_changes_with_all_that_the_results_depend_on(self, change, task):
        assert fingerprint_of(change(task)) != fingerprint_of(task)

    def test_does_not_change_with_where_the_results_go_or_what_the_study_is_called(self, task):
        other = replace(task, out=Path("elsewhere"), study=replace(task.study, name="two"))
        assert fingerprint_of(other) == fingerprint_of(task)

    def test_does_not_change_with_the_threads_nor_with_where_the_model_is(self, task, tmp_path):
        shutil.copytree(PHANTOM_MODEL, tmp_path / "model")
        run = replace(RUN, threads=4, model=str(tmp_path / "model"))
        assert fingerprint_of(replace(task, run=run)) == fingerprint_of(task)

    def test_rests_on_every_file_of_the_model_but_its_card(self, task, tmp_path):
        model = tmp_path / "model"
        shutil.copytree(PHANTOM_MODEL, model)
        task = replace(task, run=replace(RUN, model=str(model)))
        before = fingerprint_of(task)
        (model / "README.md").write_text("A card that was completed.")
        assert fingerprint_of(task) == before
        (model / "trust.json").write_text("{}")
        assert fingerprint_of(task) != before

    @pytest.mark.parametrize(
        ("name", "header"),
        [
            ("heart.mhd", "ObjectType = Image\nElementDataFile = heart.raw\n"),
            ("heart.seq.NHDR", "NRRD0004\ntype: short\ndata file: data/numbers\n"),
            ("heart.nhdr", "NRRD0004\ntype: short\ndata file: LIST\nfirst.raw\nheart.raw\n"),
        ],
    )
    def test_of_a_header_rests_on_the_data_that_it_names(self, name, header, task, tmp_path):
        (tmp_path / name).write_text(header)
        (tmp_path / "data").mkdir()
        for data in ("heart.raw", "data/numbers", "other.raw"):
            (tmp_path / data).write_bytes(b"before")
        task = replace(task, study=replace(task.study, path=tmp_path / name))
        before = fingerprint_of(task)
        (tmp_path / "other.raw").write_bytes(b"after")
        assert fingerprint_of(task) == before
        (tmp_path / header.split()[-1]).write_bytes(b"after")
        assert fingerprint_of(task) != before

    def test_of_a_folder_rests_on_the_files_that_are_read(self, task, tmp_path):
        folder, linked = tmp_path / "study", tmp_path / "linked"
        folder.mkdir()
        linked.mkdir()
        (linked / "1").write_bytes(b"before")
        (folder / "series").symlink_to(linked)
        of_folder = replace(task, study=replace(task.study, path=folder))
        before = fingerprint_of(of_folder)
        (folder / ".DS_Store").write_bytes(b"hidden")
        assert fingerprint_of(of_folder) == before
        (linked / "1").write_bytes(b"after")
        assert fingerprint_of(of_folder) != before

    def test_of_a_folder_rests_on_every_file_and_its_place(self, task, tmp_path):
        folder = tmp_path / "study"
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "1").write_bytes(b"x")
        of_folder = replace(task, study=replace(task.study, path=folder))
        before = fingerprint_of(of_folder)
        (folder / "sub" / "1").rename(folder / "sub" / "2")
        assert fingerprint_of(of_folder) != before


def test_a_network_is_read_from_its_file_once(phantom_bundle):
    networks = LoadedNetworks()
    assert networks.load(phantom_bundle) is networks.load(phantom_bundle)
    assert isinstance(batch_work.NETWORKS, LoadedNetworks)

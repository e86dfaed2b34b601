import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from CMRSegmentationLib.command_line import batch_workers, reading_ahead
from CMRSegmentationLib.command_line.batch_work import StudyResult
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reporting import results
from Testing.Lib.running import (
    WITH_THE_PHANTOM_MODEL,
    files_below,
    read_report,
    read_summary,
    run,
    write_cine,
)
from Training.datasets.phantom import HeartPhantom

ROOT = Path(__file__).parents[3]
SMALL = HeartPhantom(frames=2, slices=4, es_frame=1)


@pytest.fixture
def no_picture(monkeypatch):
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )


@pytest.fixture
def tasks(monkeypatch):
    """What would be done, collected; every study succeeds at once."""
    tasks = []

    def instantly(task, read=None):
        tasks.append(task)
        row = (str(task.study.path), "", "done", "", "", *[""] * 9)
        return StudyResult(task.study.name, "hash", (row,))

    monkeypatch.setattr(batch_workers, "do_task", instantly)
    monkeypatch.setattr(reading_ahead, "read_input", lambda path, axes: path)
    return tasks


@pytest.fixture
def studies(tmp_path) -> Path:
    """Three cines and a damaged file."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        write_cine(folder / f"{name}.nii", SMALL.cine)
    (folder / "damaged.nii").write_bytes(b"no image")
    return folder


def batch(source: object, out: Path, *arguments: object) -> int:
    return run("batch", source, "-o", out, *arguments, *WITH_THE_PHANTOM_MODEL)


@pytest.mark.usefixtures("no_picture")
class TestBatch:
    def test_every_study_of_a_folder_is_a_row_and_a_failure_says_why(
        self, studies, tmp_path, capsys
    ):
        assert batch(studies, tmp_path / "out") == 1
        rows = read_summary(tmp_path / "out")
        assert [row["status"] for row in rows] == ["done", "done", "done", "failed"]
        assert "not a NIfTI image" in rows[3]["message"]
        captured = capsys.readouterr()
        assert "3 of 4 studies done (0 of them before)" in captured.out
        assert "error: 1 of 4 studies could not be segmented." in captured.err
        assert {"a/report.json", "measures.csv"} <= set(files_below(tmp_path / "out"))

    def test_a_table_says_more_of_one_study_than_the_options_of_all(self, studies, tmp_path):
        table = tmp_path / "list.csv"
        table.write_text("path,height_cm\nin/a.nii,200\nin/b.nii,\n")
        more = ("--height-cm", "150", "--weight-kg", "72")
        assert batch(table, tmp_path / "out", *more) == 0
        sizes = [
            next(
                m["value"]
                for m in read_report(tmp_path / "out" / name)["measures"]
                if m["key"] == "bsa"
            )
            for name in ("a", "b")
        ]
        assert sizes == pytest.approx([2.0, 1.732], abs=1e-3)  # √(200 × 72 / 3600), √3

    def test_what_is_done_and_unchanged_is_left_as_it_is(self, studies, tmp_path, capsys):
        (studies / "damaged.nii").unlink()
        assert batch(studies, tmp_path / "out") == 0
        before = (tmp_path / "out" / "a" / "labels.nii.gz").stat().st_mtime_ns
        write_cine(studies / "b.nii", HeartPhantom(frames=2, slices=5, es_frame=1).cine)
        capsys.readouterr()
        assert batch(studies, tmp_path / "out", "--resume") == 0
        assert "3 of 3 studies done (2 of them before)" in capsys.readouterr().out
        assert (tmp_path / "out" / "a" / "labels.nii.gz").stat().st_mtime_ns == before
        assert read_report(tmp_path / "out" / "b")["input"]["shape_tzyx"][1] == 5
        assert [row["cine"] for row in read_summary(tmp_path / "out")] == ["a", "b", "c"]

    def test_a_full_disk_stops_the_batch_and_says_how_to_go_on(
        self, studies, tmp_path, capsys, monkeypatch
    ):
        def full(*_, **__):
            raise OSError(28, os.strerror(28))

        with monkeypatch.context() as patch:
            patch.setattr(results, "write_labels", full)
            assert batch(studies, tmp_path / "out") == 1
        error = capsys.readouterr().err
        assert "The disk is full; 0 of 4 studies are done. Make room and go on" in error
        there = {name for name in files_below(tmp_path / "out") if not name.endswith(".parquet")}
        assert there == {"batch.jsonl", "measures.csv", "summary.csv"}
        assert batch(studies, tmp_path / "out", "--resume") == 1
        assert len(read_summary(tmp_path / "out")) == 4

    def test_progress_is_json_for_programs(self, studies, tmp_path, capsys):
        assert batch(studies, tmp_path / "out", "--progress", "json") == 1
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["done"] for line in lines[:-1]] == [1, 2, 3, 4]
        assert lines[-1]["stage"] == "failed"

    def test_wrong_usage_ends_with_2_before_anything_is_written(self, studies, tmp_path):
        assert batch(tmp_path / "none.csv", tmp_path / "out") == 2
        assert not (tmp_path / "out").exists()

    def test_the_order_of_axes_holds_for_every_study(self, studies, tmp_path, tasks):
        assert batch(studies, tmp_path / "out", "--axes", "xytz") == 0
        assert [task.study.knowledge.axes for task in tasks] == [Axes.parse("xytz")] * 4

    def test_results_below_the_folder_of_studies_are_no_studies(self, studies, capsys, monkeypatch):
        monkeypatch.chdir(studies)
        assert batch(".", "out") == 1
        capsys.readouterr()
        assert batch(".", "out", "--resume") == 1
        assert "3 of 4 studies done (3 of them before)" in capsys.readouterr().out

    def test_with_a_pdf_asked_for_later_it_is_written(self, studies, tmp_path, monkeypatch):
        monkeypatch.setattr(results, "write_pdf", lambda path, *_: Path(path).write_bytes(b"pdf"))
        table = tmp_path / "list.txt"
        table.write_text("in/a.nii\n")
        assert batch(table, tmp_path / "out") == 0
        assert batch(table, tmp_path / "out", "--resume", "--pdf") == 0
        assert (tmp_path / "out" / "a" / "report.pdf").is_file()

    def test_a_shorter_list_leaves_the_rows_of_the_others_and_counts_its_own(
        self, studies, tmp_path, capsys
    ):
        assert batch(studies, tmp_path / "out") == 1
        before = (tmp_path / "out" / "measures.csv").read_text()
        (tmp_path / "list.txt").write_text("in/b.nii\n")
        capsys.readouterr()
        assert batch(tmp_path / "list.txt", tmp_path / "out", "--resume") == 0
        assert "1 of 1 studies done (1 of them before)" in capsys.readouterr().out
        rows = read_summary(tmp_path / "out")
        assert [Path(row["input"]).stem for row in rows] == ["b", "a", "c"]
        after = (tmp_path / "out" / "measures.csv").read_text()
        assert sorted(after.splitlines()) == sorted(before.splitlines())

    @pytest.mark.parametrize("where", [("--workers", 2), ("--scheduler", "tcp://nowhere:1")])
    def test_threads_are_refused_where_workers_have_one_each(
        self, where, studies, tmp_path, capsys
    ):
        assert run("batch", studies, "-o", tmp_path / "out", *where, "--threads", 4) == 2
        assert "Expected no --threads with --workers or --scheduler" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_one_process_takes_the_threads_that_it_is_given(
        self, studies, tmp_path, tasks, monkeypatch
    ):
        monkeypatch.setattr("CMRSegmentationLib.command_line.batch.prepare", lambda *_, **__: None)
        assert run("batch", studies, "-o", tmp_path / "out", "--threads", 4) == 0
        assert [task.run.threads for task in tasks] == [4] * 4

    def test_a_thousand_studies_are_a_thousand_rows(self, tmp_path, tasks):
        table = tmp_path / "list.txt"
        table.write_text("".join(f"{number}.nii\n" for number in range(1000)))
        start = time.process_time()
        assert batch(table, tmp_path / "out") == 0
        assert time.process_time() - start < 20.0  # 5 % of 0.4 s a study
        assert [Path(row["input"]).name for row in read_summary(tmp_path / "out")] == [
            f"{number}.nii" for number in range(1000)
        ]


def start_batch(studies: Path, out: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "CMRSegmentationLib", "batch", studies, "-o", out]
    command += ["--progress", "json", *arguments, *WITH_THE_PHANTOM_MODEL]
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_killed_in_the_middle_it_goes_on_to_the_same_tables(studies, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert batch(studies, whole) == 1
    with start_batch(studies, cut) as process:
        for line in process.stdout:
            if json.loads(line)["done"] == 1:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate(timeout=60)
    assert 1 <= len(read_summary(cut)) < 4
    assert batch(studies, cut, "--resume") == 1
    for name in ("summary.csv", "measures.csv"):
        assert (cut / name).read_text() == (whole / name).read_text()
    there = [name for name in files_below(cut) if ".partial" in name]
    assert there == []

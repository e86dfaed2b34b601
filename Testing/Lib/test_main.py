import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import nibabel
import numpy as np
import pytest

from CMRSegmentationLib.command_line import reading_ahead
from CMRSegmentationLib.command_line.run import INTERRUPTED
from CMRSegmentationLib.reading import files
from CMRSegmentationLib.reporting import results
from Testing.bundles import change_description, random_network, write_bundle
from Testing.Lib.bad_inputs import BAD_INPUTS
from Testing.Lib.long_axis_phantoms import without_direction
from Testing.Lib.running import (
    WITH_THE_PHANTOM_MODEL,
    files_below,
    read_report,
    read_summary,
    run,
    segment,
    write_cine,
)
from Testing.phantoms import HeartPhantom

ROOT = Path(__file__).parents[2]
RESULTS = [
    "curves.csv",
    "labels.nii.gz",
    "measures.csv",
    "overview.png",
    "report.json",
    "segments.csv",
]


@pytest.fixture(scope="module")
def good(tmp_path_factory, phantom) -> Path:
    return write_cine(tmp_path_factory.mktemp("good") / "good.nii.gz", phantom.cine)


@pytest.fixture(autouse=True)
def no_picture(monkeypatch):
    """Pictures take a second each and are tested elsewhere."""
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )


def sentence(capsys) -> str:
    """What was told on standard error: no traceback."""
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return error


class TestBadInput:
    @pytest.mark.parametrize("make", BAD_INPUTS, ids=lambda make: make.__name__)
    def test_is_told_in_a_sentence_and_the_other_inputs_are_done(
        self, make, good, tmp_path, capsys
    ):
        bad, out = make(tmp_path), tmp_path / "out"
        assert segment(bad, good, "-o", out, "--frames", "1") == 1
        first, last = sentence(capsys).strip().splitlines()
        assert str(bad) in first
        assert last == "error: 1 of 2 inputs could not be segmented."
        assert files_below(out) == [*(f"good/{name}" for name in RESULTS), "summary.csv"]
        failed, done = read_summary(out)
        assert (failed["input"], failed["status"], failed["message"]) == (str(bad), "failed", first)
        assert (done["input"], done["status"], done["message"]) == (str(good), "done", "")

    @pytest.mark.parametrize("make", BAD_INPUTS, ids=lambda make: make.__name__)
    def test_the_sentence_says_what_was_found(self, make, tmp_path, capsys):
        assert run("info", make(tmp_path)) == 1
        error = sentence(capsys)
        assert re.search(BAD_INPUTS[make], error), error
        assert len(error.splitlines()[0].split()) >= 5

    def test_an_input_that_breaks_a_reader_in_an_unforeseen_way_does_not_stop_the_others(
        self, good, tmp_path, capsys, monkeypatch
    ):
        read = reading_ahead.read_input
        monkeypatch.setattr(
            reading_ahead,
            "read_input",
            lambda path, axes: {}["x"] if path.name == "odd.nii" else read(path, axes),
        )
        (tmp_path / "odd.nii").write_bytes(b"")
        assert segment(tmp_path / "odd.nii", good, "-o", tmp_path / "out", "--frames", "1") == 1
        assert "Unexpected KeyError: 'x'; --debug shows where" in sentence(capsys)
        assert [row["status"] for row in read_summary(tmp_path / "out")] == ["failed", "done"]

    def test_memory_that_does_not_suffice_is_told(self, good, tmp_path, capsys, monkeypatch):
        def too_large(*_, **__):
            raise MemoryError

        monkeypatch.setattr("CMRSegmentationLib.pipeline.segment_chosen", too_large)
        assert segment(good, "-o", tmp_path / "out") == 1
        assert "The computer ran out of memory" in sentence(capsys)

    @pytest.mark.parametrize("frames", ["6", "0,99"])
    def test_a_frame_that_the_cine_does_not_have_fails_the_input(
        self, frames, good, tmp_path, capsys
    ):
        assert segment(good, "-o", tmp_path / "out", "--frames", frames) == 1
        assert f"Expected frames from 0 to 5, found {frames.split(',')[-1]}" in sentence(capsys)

    def test_debug_shows_where_it_happened(self, tmp_path, capsys):
        assert segment(tmp_path / "bad.nii", "-o", tmp_path / "out", "--debug") == 1
        assert "Traceback" in capsys.readouterr().err


class TestSmallInput:
    def test_a_single_phase_has_volumes_and_no_ejection_fraction(self, tmp_path):
        stack = HeartPhantom(frames=1, slices=8).cine
        path = write_cine(tmp_path / "one.nii.gz", replace(stack, frame_times_ms=None))
        assert segment(path, "-o", tmp_path / "out") == 0
        report = read_report(tmp_path / "out" / "one")
        assert (report["ed_frame"], report["es_frame"]) == (0, None)
        assert report["volumes_ml"]["lv"][0] > 50
        assert not any(measure["key"].endswith("_ef") for measure in report["measures"])

    def test_one_slice_has_areas_and_no_volumes(self, tmp_path):
        stack = without_direction(
            HeartPhantom(frames=4, slices=1, es_frame=2, empty_slices=(0, 0)).cine
        )
        assert segment(write_cine(tmp_path / "one.nii", stack), "-o", tmp_path / "out") == 0
        report = read_report(tmp_path / "out" / "one")
        assert not report["volumes_ml"]["lv"]
        assert not any(measure["unit"] == "ml" for measure in report["measures"])
        assert {"view_from_content", "single_slice"} <= {
            finding["code"] for finding in report["findings"]
        }

    def test_three_slices_are_measured_with_a_warning(self, tmp_path):
        stack = HeartPhantom(frames=4, slices=3, es_frame=2, empty_slices=(0, 0)).cine
        assert segment(write_cine(tmp_path / "three.nii", stack), "-o", tmp_path / "out") == 0
        report = read_report(tmp_path / "out" / "three")
        assert any(measure["key"] == "lv_ef" for measure in report["measures"])
        assert "few_lv_slices" in {finding["code"] for finding in report["findings"]}


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--view", "coronal"], "invalid choice: 'coronal'"),
            (["--device", "tpu"], "invalid choice: 'tpu'"),
            (["--model", "brain"], "Unknown model 'brain': expected a bundled model"),
            (["--ed", "3", "--es", "3"], "two different frames for --ed and --es, found 3"),
            (["--frames", "some"], "expected a frame number"),
            (["--weight-kg=-70"], "expected a number above 0"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_is_refused_with_2_before_anything_is_written(
        self, arguments, message, good, tmp_path, capsys
    ):
        assert run("segment", good, "-o", tmp_path / "out", *arguments) == 2
        assert message in sentence(capsys)
        assert not (tmp_path / "out").exists()

    def test_names_that_collide_are_refused_before_anything_runs(self, good, tmp_path, capsys):
        (tmp_path / "other").mkdir()
        same = tmp_path / "other" / "GOOD.nrrd"
        same.write_bytes(b"")
        assert segment(good, same, "-o", tmp_path / "out") == 2
        error = sentence(capsys)
        assert str(good) in error
        assert str(same) in error
        assert not (tmp_path / "out").exists()


class TestModelAndDevice:
    def test_cuda_without_cuda_is_refused(self, good, tmp_path, capsys, monkeypatch):
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)
        assert run("segment", good, "-o", tmp_path / "out", "--device", "cuda") == 1
        assert "Expected a usable CUDA device, found none" in sentence(capsys)
        assert not (tmp_path / "out").exists()

    def test_a_wrong_checksum_is_refused(self, good, tmp_path, capsys):
        write_bundle(tmp_path / "m", random_network())
        change_description(tmp_path / "m", weights_sha256="0" * 64)
        assert run("segment", good, "-o", tmp_path / "out", "--model", tmp_path / "m") == 1
        assert "damaged or were exchanged: expected SHA-256 000000000000" in sentence(capsys)
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("name", ["weights.pt", "model.json"])
    def test_a_missing_file_is_refused(self, name, good, tmp_path, capsys):
        write_bundle(tmp_path / "m", random_network())
        (tmp_path / "m" / name).unlink()
        assert run("segment", good, "-o", tmp_path / "out", "--model", tmp_path / "m") == 1
        assert f"has no {name}" in sentence(capsys)

    def test_a_pickle_in_place_of_weights_is_refused_and_never_executed(
        self, good, tmp_path, capsys
    ):
        write_bundle(tmp_path / "m", random_network())
        command = f"cos\nmkdir\n(V{tmp_path / 'executed'}\ntR."
        (tmp_path / "m" / "weights.pt").write_bytes(b"\x80\x02" + command.encode())
        change_description(tmp_path / "m")
        assert (
            run(
                "segment",
                good,
                "-o",
                tmp_path / "out",
                "--model",
                tmp_path / "m",
                "--device",
                "cpu",
            )
            == 1
        )
        assert "not plain tensors and were refused" in sentence(capsys)
        assert not (tmp_path / "executed").exists()
        assert files_below(tmp_path / "out") == ["summary.csv"]

    def test_a_model_for_other_views_is_refused(self, good, tmp_path, capsys):
        assert segment(good, "-o", tmp_path / "out", "--view", "lax_4c") == 1
        assert "serves the view sax, not lax_4c" in sentence(capsys)

    def test_without_torch_the_missing_package_is_named(self, good, tmp_path, capsys, monkeypatch):
        monkeypatch.setitem(sys.modules, "torch", None)
        assert segment(good, "-o", tmp_path / "out") == 1
        assert "The Python package torch is missing" in sentence(capsys)


class TestOutput:
    def test_a_folder_that_cannot_be_written_to_is_told_before_any_work(
        self, good, tmp_path, capsys
    ):
        (tmp_path / "file").write_text("in the way")
        assert segment(good, "-o", tmp_path / "file" / "out") == 1
        assert "The output folder cannot be written to" in sentence(capsys)
        assert (tmp_path / "file").read_text() == "in the way"

    def test_a_disk_that_is_full_from_the_start_is_told(self, good, tmp_path, capsys, monkeypatch):
        def full(path, data):
            raise OSError(28, "No space left on device", str(path))

        monkeypatch.setattr(results, "write_whole", full)
        assert segment(good, "-o", tmp_path / "out") == 1
        assert "The output folder cannot be written to: No space left on device" in sentence(capsys)
        assert files_below(tmp_path / "out") == []

    def test_a_disk_that_fills_up_fails_that_input_and_leaves_nothing_of_it(
        self, good, phantom, tmp_path, capsys, monkeypatch
    ):
        write, small = files.write_whole, write_cine(tmp_path / "small.nii", phantom.cine)

        def full(path, data):
            if path.parent.name.startswith(".small.partial-"):
                path.write_bytes(data[: len(data) // 2])
                raise OSError(28, "No space left on device", str(path))
            write(path, data)

        monkeypatch.setattr(files, "write_whole", full)
        assert segment(small, good, "-o", tmp_path / "out", "--frames", "1") == 1
        assert "No space left on device" in sentence(capsys)
        assert files_below(tmp_path / "out") == [
            *(f"good/{name}" for name in RESULTS),
            "summary.csv",
        ]
        assert [row["status"] for row in read_summary(tmp_path / "out")] == ["failed", "done"]


class TestJsonProgress:
    def test_every_line_is_json_and_the_last_one_says_finished(self, good, tmp_path, capsys):
        assert segment(good, "-o", tmp_path / "out", "--progress", "json") == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert lines[-1] == {"stage": "finished", "output": str(tmp_path / "out")}
        steps = lines[:-1]
        assert all(set(step) == {"stage", "done", "total", "frame"} for step in steps)
        stages = ["read", "model", "localize", "preprocess", "infer", "postprocess", "measure"]
        assert list(dict.fromkeys(step["stage"] for step in steps)) == [*stages, "write"]
        assert [step["done"] for step in steps if step["stage"] == "infer"][-1] == 6

    def test_the_last_line_of_a_failure_says_failed(self, tmp_path, capsys):
        assert segment(tmp_path / "none.nii", "-o", tmp_path / "out", "--progress", "json") == 1
        captured = capsys.readouterr()
        last = json.loads(captured.out.splitlines()[-1])
        assert last["stage"] == "failed"
        assert "There is no file or folder" in last["error"]
        assert "There is no file or folder" in captured.err

    @pytest.mark.parametrize(
        "arguments", [["--model", "brain"], ["--ed", "3", "--es", "3"]], ids=" ".join
    )
    def test_what_fails_before_the_work_is_json_too(self, arguments, good, tmp_path, capsys):
        assert run("segment", good, "-o", tmp_path / "out", "--progress", "json", *arguments) == 2
        (line,) = capsys.readouterr().out.splitlines()
        assert json.loads(line)["stage"] == "failed"


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "CMRSegmentationLib", *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_the_work_goes_on_when_nobody_reads_its_lines(good):
    with start("info", good) as process:
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == ""


@pytest.mark.parametrize(("number", "status"), [(errno.EINVAL, 0), (errno.ENOSPC, 1)])
def test_a_pipe_without_a_reader_is_told_from_a_full_disk(number, status, tmp_path, monkeypatch):
    failing = Mock(side_effect=OSError(number, ""))
    with (tmp_path / "stdout").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Mock(write=failing, fileno=file.fileno))
        assert run("models") == status


def test_a_run_whose_progress_nobody_reads_ends_in_a_sentence(tmp_path, good):
    with start("segment", good, "-o", tmp_path / "out", "--progress", "json") as process:
        process.stdout.close()
        assert process.wait(60) == 1
        assert process.stderr.read().splitlines()[-1] == "error: Broken pipe"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_standard_stream_may_be_closed(stream, monkeypatch, capsys):
    monkeypatch.setattr(sys, stream, None)
    assert (run("models"), run("batch", "nowhere", "-o", "out")) == (0, 2)


def test_what_an_encoding_lacks_is_written_by_its_number(monkeypatch, good):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    assert run("info", good) == 0
    assert rb"6 phases \xd7 " in written.getvalue()


def wait_for(process: subprocess.Popen[str], stage: str, done: int) -> None:
    for line in process.stdout:
        message = json.loads(line)
        if message["stage"] == stage and message.get("done", 0) >= done:
            return
    pytest.fail(f"{stage} {done} never came: {process.stderr.read()}")


class TestKilled:
    @pytest.fixture
    def long(self, tmp_path, phantom) -> Path:
        """A cine of 60 phases, which take a second at least."""
        array = np.tile(phantom.cine.array, (10, 1, 1, 1))
        return write_cine(
            tmp_path / "long.nii", replace(phantom.cine, array=array, frame_times_ms=None)
        )

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
    def test_in_the_middle_nothing_of_the_result_is_there(self, number, long, tmp_path):
        out = tmp_path / "out"
        with start(
            "segment", long, "-o", out, "--mirror", "--progress", "json", *WITH_THE_PHANTOM_MODEL
        ) as process:
            wait_for(process, "infer", 1)
            process.send_signal(number)
            output, error = process.communicate(timeout=120)
        assert files_below(out) == ["summary.csv"]
        assert read_summary(out) == []
        assert "Traceback" not in error
        if number == signal.SIGTERM:
            assert process.returncode == INTERRUPTED
            assert json.loads(output.splitlines()[-1])["stage"] == "failed"
        else:
            assert process.returncode == -signal.SIGKILL

    def test_while_writing_every_file_that_is_there_is_whole(self, good, tmp_path):
        out = tmp_path / "out"
        with start(
            "segment", good, "-o", out, "--progress", "json", *WITH_THE_PHANTOM_MODEL
        ) as process:
            wait_for(process, "write", 0)
            process.kill()
            process.communicate(timeout=120)
        there = [name for name in files_below(out) if ".partial" not in name]
        if "good/labels.nii.gz" in there:
            assert np.asarray(nibabel.load(out / "good" / "labels.nii.gz").dataobj).any()
        if "good/report.json" in there:
            assert read_report(out / "good")["measures"]
        assert read_summary(out) == []


NOT_NEEDED = (
    *("SimpleITK", "pydicom", "highdicom", "distributed", "scipy.spatial", "scipy.cluster"),
    *("scipy.sparse", "scipy.optimize", "matplotlib.pyplot", "torch._dynamo", "torch._inductor"),
)


def test_what_a_plain_cine_does_not_need_is_not_imported(good, tmp_path):
    code = (
        "import sys; from CMRSegmentationLib.__main__ import main; status = main(sys.argv[1:]);"
        f"print(status, [name for name in {NOT_NEEDED} if name in sys.modules])"
    )
    arguments = ("segment", good, "-o", tmp_path / "out", *WITH_THE_PHANTOM_MODEL)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    assert (tmp_path / "out" / "good" / "overview.png").is_file()


def test_a_process_ends_with_the_status_of_its_command_and_looks_for_no_garbage():
    code = (
        "import gc, sys; from CMRSegmentationLib.__main__ import run; sys.argv[1:] = ['models'];"
        "status = run(); print(status, gc.isenabled(), gc.get_freeze_count() > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 False True"


def test_numpy_uses_one_thread_unless_the_user_wants_more():
    code = (
        "import CMRSegmentationLib.__main__, threadpoolctl;"
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info()"
        " if pool['internal_api'] == 'openblas'})"
    )
    free = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    two = min(2, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else 2
    for environment, threads in ((free, {1}), ({**free, "OPENBLAS_NUM_THREADS": "2"}, {two})):
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True
        )
        assert done.stdout.strip() in (str(threads), str(set()))  # another BLAS on macOS

"""A run brings the child's result into the scene, or leaves the scene and the disk as they were."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import cine_job, cines, results, run, segmentations, sequences
from CMRSegmentationMRML.kept_points import keep_points
from CMRSegmentationMRML.settings import RunSettings

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.measuring.regional import InsertionPoints
from CMRSegmentationLib.patient import ChosenPhases, Patient

from .conftest import MODULE_FOLDER, add_model, node_ids, temporary_folders, wait_until
from .test_results import erase_lv


class Started:
    """A run and what it told."""

    def __init__(self, *cines, **settings):
        self.progress, self.log, self.done, self.failed = [], [], [], []
        events = run.RunEvents(
            self.progress.append, self.log.append, self.done.append, self.failed.append
        )
        orders = [(cine, RunSettings(**settings)) for cine in cines]
        self.run = run.SegmentationRun(orders, events)
        self.run.start()

    def to_the_end(self):
        wait_until(lambda: self.done or self.failed)
        return self


@pytest.fixture(autouse=True)
def nothing_is_left_on_disk():
    yield
    assert temporary_folders() == []


def test_the_result_is_a_segmentation_with_report_table_and_chart(cine, phantom, scripted_child):
    scripted_child("deliver()")
    (sequence,) = Started(cine).to_the_end().done
    np.testing.assert_array_equal(
        segmentations.read_labels(sequence, cine).array, phantom.labels.array
    )
    report = results.stored_report(sequence)
    assert (report.ed_frame, report.es_frame, report.device) == (0, 2, "cpu (test)")
    assert cine.browser.GetProxyNode(sequence) is not None
    assert len(slicer.util.getNodesByClass("vtkMRMLPlotChartNode")) == 2  # volumes and strain


def test_the_child_gets_the_exact_cine_and_the_options(cine, phantom, scripted_child, tmp_path):
    seen = tmp_path / "seen.json"
    scripted_child(f"""
        shutil.copy(image, {str(tmp_path / "copy.seq.nrrd")!r})
        Path({str(seen)!r}).write_text(json.dumps(arguments))
        deliver()
    """)
    Started(cine, device="cpu", frames="ed-es", mirror=True).to_the_end()
    from CMRSegmentationLib.reading.files import read_cine

    sent = read_cine(tmp_path / "copy.seq.nrrd")
    np.testing.assert_array_equal(sent.array, phantom.cine.array)
    assert sent.frame_times_ms == phantom.frame_times_ms
    arguments = json.loads(seen.read_text())
    assert arguments[0] == "segment"
    assert "--mirror" in arguments
    assert arguments[arguments.index("--frames") + 1] == "ed-es"


def test_what_the_user_knows_of_the_patient_is_in_the_report(cine, scripted_child):
    scripted_child("deliver()")
    (sequence,) = Started(cine, patient=Patient(60.0, 180.0, 80.0)).to_the_end().done
    assert results.stored_report(sequence).value("bsa") == pytest.approx(2.0)


def test_what_the_reader_had_to_assume_is_in_the_report(scene, phantom, scripted_child):
    finding = Finding(
        FindingCode.SPACING_GUESSED,
        Severity.WARNING,
        "The file says 1 × 1 × 1 mm.",
        origin=Origin.READER,
    )
    cine = sequences.add_cine(dataclasses.replace(phantom.cine, findings=(finding,)), "Heart")
    scripted_child("deliver()")
    (sequence,) = Started(cine).to_the_end().done
    assert results.stored_report(sequence).findings[0] == finding


def test_progress_is_told_phase_by_phase(cine, scripted_child):
    scripted_child("""
        for n in range(3):
            say(stage="infer", done=n, total=3, frame=n)
        deliver()
    """)
    started = Started(cine).to_the_end()
    assert [(m.stage, m.done, m.total) for m in started.progress[:3]] == [
        ("infer", n, 3) for n in range(3)
    ]


def test_a_plain_volume_gets_a_segmentation_of_one_phase(
    cine, phantom, scene, scripted_child, finished_run
):
    from CMRSegmentationLib.image import LabelMap
    from CMRSegmentationLib.reading.files import write_labels
    from CMRSegmentationLib.reporting.report import InputSummary, make_report
    from CMRSegmentationLib.reporting.report_files import write_report

    labels = LabelMap(phantom.labels.array[:1], phantom.geometry)
    write_labels(finished_run / "labels.nii.gz", labels)
    summary = InputSummary(None, (1, *phantom.geometry.shape_zyx), phantom.geometry.spacing_zyx_mm)
    write_report(make_report(labels, summary), finished_run)
    scripted_child("deliver()")
    volume = slicer.modules.volumes.logic().CloneVolume(cine.volume, "Single")
    (sequence,) = Started(cines.find_cine(volume)).to_the_end().done
    single = cines.find_cine(volume)
    np.testing.assert_array_equal(segmentations.read_labels(sequence, single).array, labels.array)


def test_a_second_run_replaces_the_first(cine, scripted_child, scene):
    scripted_child("deliver()")
    Started(cine).to_the_end()
    before = len(node_ids(scene))
    (second,) = Started(cine).to_the_end().done
    assert segmentations.segmentations_of(cine) == [second]
    assert len(node_ids(scene)) == before


def test_a_result_that_was_edited_is_kept_and_said_so(cine, scripted_child):
    scripted_child("deliver()")
    (first,) = Started(cine).to_the_end().done
    erase_lv(cine, first, 1)
    edited = segmentations.read_labels(first, cine).array
    second = Started(cine).to_the_end()
    sentence = "Heart segmentation was kept: it has contours that were edited or loaded."
    assert segmentations.segmentations_of(cine) == [first, *second.done]
    np.testing.assert_array_equal(segmentations.read_labels(first, cine).array, edited)
    assert second.run.kept == [sentence]
    assert sentence in second.log


@pytest.mark.parametrize("corrected", ["phases", "points"])
def test_a_result_whose_phases_or_points_were_corrected_is_kept_and_said_so(
    cine, scripted_child, corrected
):
    scripted_child("deliver()")
    (first,) = Started(cine).to_the_end().done
    if corrected == "phases":
        results.choose_phases(first, ChosenPhases(0, 3))
    else:
        keep_points(first, InsertionPoints((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
    second = Started(cine).to_the_end()
    said = "Heart segmentation was kept: its phases or insertion points were corrected."
    assert second.run.kept == [said]
    assert segmentations.segmentations_of(cine) == [first, *second.done]


def test_a_defect_at_one_result_leaves_those_of_the_other_cines(
    cine, phantom, scripted_child, finished_run, monkeypatch
):
    other = sequences.add_cine(phantom.cine, "Other")
    read_labels, asked = cine_job.read_label_file, []

    def fail_once(path):
        asked.append(path)
        return read_labels(path) if len(asked) > 1 else {}["none"]

    monkeypatch.setattr(cine_job, "read_label_file", fail_once)
    scripted_child(f"""
for path in (Path(name) for name in arguments[1:arguments.index("-o")]):
    shutil.copytree({str(finished_run)!r}, output / path.name.removesuffix(".seq.nrrd"))
say(stage="finished", output=str(output))
""")
    started = Started(cine, other).to_the_end()
    assert segmentations.segmentations_of(other) == started.done
    assert len(started.run.failures) == 1
    assert "an error in this module (KeyError: 'none')" in started.run.failures[0]


def test_a_second_run_is_added_where_the_user_wants_both(cine, scripted_child):
    scripted_child("deliver()")
    (first,) = Started(cine).to_the_end().done
    (second,) = Started(cine, replace=False).to_the_end().done
    assert segmentations.segmentations_of(cine) == [first, second]


def test_two_cines_are_segmented_side_by_side(cine, phantom, scripted_child):
    scripted_child("time.sleep(0.2); deliver()")
    other = sequences.add_cine(phantom.cine, "Other")
    runs = [Started(cine), Started(other)]
    assert all(started.run.running for started in runs)
    sequences_ = [started.to_the_end().done[0] for started in runs]
    assert segmentations.segmentations_of(cine) == sequences_[:1]
    assert segmentations.segmentations_of(other) == sequences_[1:]


def test_cancel_leaves_the_scene_as_it_was(cine, scripted_child, scene):
    before = node_ids(scene)
    scripted_child("say(stage='infer', done=1, total=4); time.sleep(60)")
    started = Started(cine)
    wait_until(lambda: started.progress)
    started.run.cancel()
    assert not started.run.running
    assert (started.done, started.failed) == ([], [])
    assert node_ids(scene) == before


FAILURES = {
    "an error of the library": (
        "say(stage='failed', error=f'{image}: no heart'); sys.exit(1)",
        "Heart: no heart",
    ),
    "a full disk": ("raise OSError(28, 'No space left on device')", "No space left on device"),
    "memory": ("os.kill(os.getpid(), signal.SIGKILL)", "killed from outside"),
    "a lost device": ("raise RuntimeError('CUDA error: device lost')", "CUDA error: device lost"),
    "garbage": (
        "sys.stdout.buffer.write(bytes(range(256)) * 50); print('{{\"stage\"')",
        "without a result",
    ),
    "nothing": ("", "without a result"),
    "no files": ("say(stage='finished', output='nowhere')", "labels.nii.gz"),
    "labels cut short": (
        "deliver(); os.truncate(output / 'cine' / 'labels.nii.gz', 200)",
        "truncated or damaged",
    ),
    "a report that is none": (
        "deliver(); (output / 'cine' / 'report.json').write_text('{}')",
        "not a report",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_ends_in_one_sentence_and_leaves_the_scene_as_it_was(
    cine, scripted_child, scene, name
):
    lines, sentence = FAILURES[name]
    before = node_ids(scene)
    scripted_child(lines)
    started = Started(cine).to_the_end()
    assert started.done == []
    assert sentence in started.failed[0]
    assert "\n" not in started.failed[0]
    assert "CMRSeg-" not in started.failed[0]
    assert node_ids(scene) == before


def test_labels_on_another_grid_are_refused(cine, scripted_child, scene, finished_run):
    from CMRSegmentationLib.reading.files import write_labels
    from Testing.phantoms import HeartPhantom

    from .conftest import SMALL

    write_labels(finished_run / "labels.nii.gz", HeartPhantom(**SMALL | {"columns": 50}).labels)
    before = node_ids(scene)
    scripted_child("deliver()")
    assert "does not lie on the grid" in Started(cine).to_the_end().failed[0]
    assert node_ids(scene) == before


def test_a_cine_deleted_while_it_is_segmented_is_said(cine, scripted_child, scene):
    scripted_child("time.sleep(0.3); deliver()")
    started = Started(cine)
    scene.RemoveNode(cine.sequence)
    assert "was removed from the scene" in started.to_the_end().failed[0]
    assert slicer.util.getNodesByClass("vtkMRMLSegmentationNode") == []


def test_a_cine_renamed_while_it_is_segmented_gets_its_result(cine, scripted_child):
    scripted_child("time.sleep(0.3); deliver()")
    started = Started(cine)
    cine.sequence.SetName("Renamed")
    (sequence,) = started.to_the_end().done
    assert sequence.GetName().startswith("Renamed segmentation")


def test_a_cine_that_lost_a_frame_meanwhile_is_said(cine, scripted_child):
    scripted_child("time.sleep(0.3); deliver()")
    started = Started(cine)
    cine.sequence.RemoveDataNodeAtValue(cine.sequence.GetNthIndexValue(3))
    assert "was changed" in started.to_the_end().failed[0]


def test_a_scene_step_that_fails_half_way_leaves_the_scene_as_it_was(
    cine, scripted_child, scene, monkeypatch
):
    def fail(*_arguments):
        raise ValueError("the table is full")

    monkeypatch.setattr(cine_job, "keep_run", fail)
    before = node_ids(scene)
    scripted_child("deliver()")
    assert Started(cine).to_the_end().failed == ["the table is full"]
    assert node_ids(scene) == before


@pytest.mark.parametrize(("view", "asked"), [("lax_2c", "auto"), ("sax", "lax_2c"), ("", "lax_2c")])
def test_a_view_without_a_model_is_said_before_anything_is_written(
    cine, scene, tmp_path, view, asked
):
    add_model(tmp_path, "sax", ["sax"])
    cine.sequence.SetAttribute("CMR.View", view)
    before = node_ids(scene)
    started = run.SegmentationRun(
        [(cine, RunSettings(view=asked))], run.RunEvents(*[print] * 4), tmp_path
    )
    with pytest.raises(
        cines.CineError, match=r"no model for the view of Heart \(Long axis, two chambers\)"
    ):
        started.start()
    assert node_ids(scene) == before


LONGEST = """
import sys
from pathlib import Path
opened = []
events = ("open", "os.rename", "os.mkdir")
sys.addaudithook(lambda event, values: opened.extend(values[:2]) if event in events else None)
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.reporting.results import write_results, write_summary
from Testing.phantoms import HeartPhantom
phantom = HeartPhantom(frames=2, slices=3, rows=40, columns=48)
report = make_report(phantom.labels, InputSummary.of(phantom.cine))
folder = Path(sys.argv[1])
write_results(folder / sys.argv[2], phantom.labels, report, stack=phantom.cine)
write_summary(folder, [])
names = [str(path)[len(str(folder)):] for path in opened if str(path).startswith(str(folder))]
print(len(names), max(map(len, names)))
"""


def test_a_plane_that_the_reader_could_not_name_is_not_guessed_by_the_child(
    scene, phantom, scripted_child
):
    unknown = Finding(
        FindingCode.VIEW_UNKNOWN, Severity.INFO, "The plane is tilted by 16°.", origin=Origin.READER
    )
    open_view = dataclasses.replace(phantom.cine, view=None, findings=(unknown,))
    cine = sequences.add_cine(open_view, "Heart")
    scripted_child("deliver()")
    with pytest.raises(
        cines.CineError, match=r"tilted by 16°\. Choose the view of Heart under Advanced"
    ):
        Started(cine)
    assert Started(cine, view="sax").to_the_end().done


def test_what_the_child_writes_leaves_windows_at_least_150_letters_for_slicers_temporary_folder(
    tmp_path, cine
):
    """A path on Windows has 260 letters unless the user allows more.

    A process number may take ten.
    """
    folder = run.TemporaryFolder(str(tmp_path))
    started = run.SegmentationRun([(cine, RunSettings())], run.RunEvents(*[print] * 4))
    started._folder = folder
    command = [sys.executable, "-c", LONGEST, str(started._output), run.INPUT_NAME]
    done = subprocess.run(
        command, cwd=MODULE_FOLDER.parent, capture_output=True, text=True, check=True
    )
    count, longest = (int(text) for text in done.stdout.split())
    folder.remove()
    assert count > 8
    below = len(str(started._output)) - len(str(tmp_path)) + longest
    assert 40 < below < 260 - 150 - 10


@pytest.mark.parametrize("step", [(cine_job, "write_cine"), (run, "TemporaryFolder")])
def test_images_that_cannot_be_written_leave_nothing_and_are_told_without_a_path(
    cine, monkeypatch, step
):
    def fail(*_arguments):
        raise OSError(28, "No space left on device", "/somewhere/CMRSeg-1/cine.seq.nrrd")

    monkeypatch.setattr(*step, fail)
    with pytest.raises(OSError) as raised:
        Started(cine)
    assert (
        str(raised.value)
        == "The images could not be written for the segmentation: No space left on device."
    )


def test_waiting_gives_the_sequence_or_the_error(cine, scripted_child):
    def start(orders, events):
        started = run.SegmentationRun(orders, events)
        started.start()
        return started

    scripted_child("deliver()")
    orders = [(cine, RunSettings())]
    done = run.run_and_wait(start, orders)
    assert done.results == segmentations.segmentations_of(cine)
    scripted_child("sys.exit(3)")
    with pytest.raises(RuntimeError, match="exit status 3"):
        run.run_and_wait(start, orders)

"""The child writes PDF and DICOM of a result, and leaves nothing behind."""

import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pydicom
import pytest
import slicer
from CMRSegmentationMRML import (
    child_process,
    cines,
    dicom_source,
    loading,
    result_export,
    results,
    segmentations,
    sequences,
)
from CMRSegmentationMRML.dicom_tags import INSTANCES_ATTRIBUTE

from CMRSegmentationLib.image import CineStack, Label, LabelMap
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.nrrd import VIEW_KEY
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.dicom_phantoms import LIKE_A_HEART, write_series
from Testing.phantoms import HeartPhantom

from .conftest import SMALL, temporary_folders, wait_until

SECONDS_TO_DRAW = 300.0
"""For the library's own command on a busy machine."""


class Export:
    """An export with what it said."""

    def __init__(self):
        self.lines, self.problems, self.names = [], [], []
        self.it = result_export.ResultExport(self.lines.append, self.problems.append)

    def run(self, result, *options, like=()):
        self.it.start(result, options, self.take, like)
        wait_until(lambda: not self.it.running, SECONDS_TO_DRAW)

    def take(self, folder):
        self.names = sorted(path.name for path in folder.iterdir())


@pytest.fixture
def result(cine, phantom):
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(phantom.frames))
    report = make_report(phantom.labels, InputSummary.of(phantom.cine))
    results.keep_report(sequence, report)
    return sequence, cine, report


WRITE = "output.mkdir(); (output / 'report.pdf').write_bytes(b'%PDF')\n"


def test_the_child_gets_result_cine_and_options(result, scripted_child, tmp_path):
    seen = tmp_path / "seen.json"
    scripted_child(f"""
like = Path(arguments[arguments.index("--like") + 1])
found = [sorted(path.name for path in image.iterdir()), like.name, {VIEW_KEY!r}.encode() in
         like.read_bytes()[:2000], arguments[-3:]]
Path({str(seen)!r}).write_text(json.dumps(found))
{WRITE}
print("drawn")
say(stage="finished", output="")
""")
    export = Export()
    export.run(result, "--pdf")
    assert (export.names, export.problems, export.lines) == (["report.pdf"], [], ["drawn"])
    names, like, has_view, options = json.loads(seen.read_text())
    assert {"labels.nii.gz", "report.json"} <= set(names)
    assert (like, has_view) == ("cine.seq.nrrd", True)
    assert options == ["--pdf", "--progress", "json"]
    assert temporary_folders() == []


def test_a_known_source_is_named_in_place_of_a_copy_of_the_images(result, scripted_child, tmp_path):
    seen = tmp_path / "seen"
    line = f"Path({str(seen)!r}).write_text(arguments[arguments.index('--like') + 1])\n"
    scripted_child(line + WRITE + "say(stage='finished', output='')")
    Export().run(result, "--dicom-seg", like=[tmp_path])
    assert seen.read_text() == str(tmp_path)


def test_of_files_the_child_gets_copies_that_are_removed(result, scripted_child, tmp_path):
    files = [tmp_path / name / "image" for name in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_text(file.parent.name)
    seen = tmp_path / "seen"
    scripted_child(f"""
like = Path(arguments[arguments.index("--like") + 1])
Path({str(seen)!r}).write_text("".join(path.read_text() for path in sorted(like.iterdir())))
{WRITE}
say(stage="finished", output="")
""")
    Export().run(result, "--dicom-seg", like=files)
    assert seen.read_text() == "ab"
    assert all(file.exists() for file in files)
    assert temporary_folders() == []


def test_a_failure_is_one_sentence_and_nothing_is_left(result, scripted_child):
    scripted_child("say(stage='failed', error='No space left.'); sys.exit(1)")
    export = Export()
    export.run(result, "--pdf")
    assert (export.problems, export.names) == (["No space left."], [])
    assert temporary_folders() == []


def test_an_export_that_is_ended_reports_nothing(result, scripted_child):
    scripted_child("time.sleep(60)")
    export = Export()
    export.it.start(result, ["--pdf"], export.take)
    assert export.it.running
    export.it.cancel()
    assert not export.it.running
    assert (export.problems, temporary_folders()) == ([], [])


def test_the_librarys_own_command_writes_the_pdf(result):
    assert child_process.library_folder().name != "played"
    export = Export()
    export.run(result, "--pdf")
    assert (export.problems, export.names) == ([], ["report.pdf"])


@pytest.mark.skipif(pydicom.__version__ < "3", reason="highdicom needs pydicom 3")
def test_the_librarys_own_command_writes_dicom_of_a_study_that_was_loaded(scene, tmp_path):
    heart = HeartPhantom(**SMALL | {"degrees_xyz": LIKE_A_HEART})
    whole_numbers = replace(heart.cine, array=heart.cine.array.round().clip(0))
    write_series(tmp_path / "study", whole_numbers)
    (cine,), _ = loading.load_cines(tmp_path / "study")
    stack = cines.read_stack(cine)
    array = np.zeros(stack.shape_tzyx, np.uint8)
    array[:, 1, 10:30, 12:36] = Label.MYO
    array[:, 1, 14:26, 18:30] = Label.LV
    labels = LabelMap(array, stack.geometry)
    sequence = segmentations.add_segmentation(cine, labels, range(stack.frames))
    report = make_report(labels, InputSummary.of(stack))
    export = Export()
    source = dicom_source.sources_of(cine)
    export.run((sequence, cine, report), "--dicom-seg", "--dicom-sr", like=source)
    assert (export.problems, export.names) == ([], ["report.dcm", "segmentation.dcm"])


@pytest.mark.skipif(pydicom.__version__ < "3", reason="highdicom needs pydicom 3")
def test_of_two_acquisitions_the_segmentation_refers_to_the_one_that_slicer_loaded(
    scene, tmp_path, monkeypatch
):
    """Read from their folder, the last one would be taken."""
    heart = HeartPhantom(**SMALL | {"degrees_xyz": LIKE_A_HEART})
    stack = replace(heart.cine, array=heart.cine.array.round().clip(0))
    loaded = write_series(tmp_path / "study", stack, series_number=7)
    again = replace(stack, array=stack.array[:, :, ::-1].copy())
    write_series(tmp_path / "study", again, series_number=8)
    files = {str(pydicom.dcmread(path).SOPInstanceUID): str(path) for path in loaded}
    database = SimpleNamespace(fileForInstance=files.get, instanceValue=lambda *_: "")
    monkeypatch.setattr(slicer, "dicomDatabase", database)
    (tmp_path / "loaded").mkdir()
    for path in loaded:
        shutil.copy(path, tmp_path / "loaded")
    geometry = read_input(tmp_path / "loaded").cines[0].stack.geometry
    cine = sequences.add_cine(CineStack(stack.array, geometry, stack.frame_times_ms), "Loaded")
    cine.sequence.GetNthDataNode(0).SetAttribute(INSTANCES_ATTRIBUTE, " ".join(files))
    labels = LabelMap(heart.labels.array, geometry)
    sequence = segmentations.add_segmentation(cine, labels, range(4))
    report = make_report(labels, InputSummary.of(stack))
    export, folder = Export(), tmp_path / "out"
    export.take = lambda written: result_export.copy_files(written, folder)
    export.run((sequence, cine, report), "--dicom-seg", like=dicom_source.sources_of(cine))
    assert export.problems == []
    written = pydicom.dcmread(folder / "segmentation.dcm")
    referred = [one for series in written.ReferencedSeriesSequence
                for one in series.ReferencedInstanceSequence]  # fmt: skip
    assert {one.ReferencedSOPInstanceUID for one in referred} <= set(files)


@pytest.mark.skipif(pydicom.__version__ < "3", reason="highdicom needs pydicom 3")
def test_of_two_cines_of_a_folder_on_one_grid_the_segmentation_refers_to_its_own(scene, tmp_path):
    heart = HeartPhantom(**SMALL | {"degrees_xyz": LIKE_A_HEART})
    stack = replace(heart.cine, array=heart.cine.array.round().clip(0))
    for number in (1, 2):
        moved = replace(stack, array=stack.array + number)
        write_series(
            tmp_path / "two", moved, series_number=number, StudyInstanceUID=f"1.2.{number}"
        )
    found, _findings = loading.load_cines(tmp_path / "two")
    assert len(found) == 2
    for cine in found:
        images = cines.read_stack(cine)
        labels = LabelMap(np.ones(images.shape_tzyx, np.uint8), images.geometry)
        sequence = segmentations.add_segmentation(cine, labels, range(4))
        report = make_report(labels, InputSummary.of(images))
        export = Export()
        export.run((sequence, cine, report), "--dicom-seg", like=dicom_source.sources_of(cine))
        assert (export.problems, export.names) == ([], ["segmentation.dcm"])


def test_files_are_copied_into_a_folder_that_is_made(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.pdf").write_bytes(b"%PDF")
    (copy,) = result_export.copy_files(tmp_path / "out", tmp_path / "new" / "folder")
    assert copy.read_bytes() == b"%PDF"

"""The child writes PDF and DICOM of a result, and leaves nothing behind."""

import json
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from CMRSegmentationMRML import (
    child_process,
    cines,
    dicom_source,
    loading,
    result_export,
    results,
    segmentations,
)

from CMRSegmentationLib.image import Label, LabelMap
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

    def run(self, result, *options, like=None):
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
    Export().run(result, "--dicom-seg", like=tmp_path)
    assert seen.read_text() == str(tmp_path)


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
    source = dicom_source.source_of(cine)
    export.run((sequence, cine, report), "--dicom-seg", "--dicom-sr", like=source)
    assert (export.problems, export.names) == ([], ["report.dcm", "segmentation.dcm"])


def test_files_are_copied_into_a_folder_that_is_made(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.pdf").write_bytes(b"%PDF")
    (copy,) = result_export.copy_files(tmp_path / "out", tmp_path / "new" / "folder")
    assert copy.read_bytes() == b"%PDF"

"""What leaves Slicer can be read by others."""

import json

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import export, segmentations

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.reading.files import read_labels
from CMRSegmentationLib.reporting.report import InputSummary, make_report


@pytest.fixture
def sequence(cine, phantom):
    return segmentations.add_segmentation(cine, phantom.labels, range(4))


@pytest.fixture
def report(phantom):
    return make_report(phantom.labels, InputSummary.of(phantom.cine))


def test_report_tables_and_labels_are_written(cine, sequence, report, phantom, tmp_path):
    files = export.export_results(sequence, cine, report, tmp_path)
    assert [file.name for file in files] == [
        "report.json",
        "measures.csv",
        "curves.csv",
        "strain.csv",
        "labels.nii.gz",
    ]
    labels = read_labels(tmp_path / "labels.nii.gz")
    np.testing.assert_array_equal(labels.array, phantom.labels.array)
    assert labels.geometry.matches(phantom.geometry, 1e-3)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["ed_frame"] == 0


def test_tables_that_another_report_left_do_not_stay_beside_this_one(
    cine, sequence, report, tmp_path
):
    (tmp_path / "quality.csv").write_text("of another report")
    (tmp_path / "notes.txt").write_text("of the user")
    files = export.export_results(sequence, cine, report, tmp_path)
    names = {file.name for file in files}
    assert {path.name for path in tmp_path.iterdir()} == names | {"notes.txt"}
    assert names <= set(export.RESULT_FILES)


def test_each_phase_becomes_a_segmentation_file_with_names_and_codes(
    sequence, phantom, scene, tmp_path
):
    files = export.export_phases(sequence, tmp_path / "phases")
    assert [file.name for file in files] == [f"phase_0{n}.seg.nrrd" for n in (1, 2, 3, 4)]
    storage = slicer.vtkMRMLSegmentationStorageNode()
    scene.AddNode(storage)
    storage.SetFileName(str(files[2]))
    read = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    assert storage.ReadData(read)
    assert read.GetSegmentation().GetSegmentIDs() == ("LV", "MYO", "RV")
    assert read.GetSegmentation().GetSegment("RV").GetName() == "Right ventricle blood pool"
    mask = slicer.util.arrayFromSegmentInternalBinaryLabelmap(read, "LV")
    assert np.count_nonzero(mask == Label.LV) == np.count_nonzero(
        phantom.labels.array[2] == Label.LV
    )


def test_a_folder_that_cannot_be_written_to_is_an_error(cine, sequence, report, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    with pytest.raises(OSError, match="file"):
        export.export_results(sequence, cine, report, blocker / "results")


def test_the_copied_table_has_a_line_for_each_measure(report):
    lines = export.measures_as_text(report).splitlines()
    assert lines[0] == "Measure\tValue\tUnit"
    assert lines[1] == f"LV end-diastolic volume\t{report.value('lv_edv'):.1f}\tml"
    assert len(lines) == 1 + len(report.measures)

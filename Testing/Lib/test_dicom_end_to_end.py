"""From DICOM files through the command line to DICOM objects that lie on these files."""

import sys
from dataclasses import replace
from pathlib import Path

import highdicom as hd
import nibabel
import numpy as np
import pydicom
import pytest

from CMRSegmentationLib.reporting import results
from Testing.dicom_phantoms import LIKE_A_HEART, write_enhanced, write_series
from Testing.Lib.dicom_results import errors_of
from Testing.Lib.running import files_below, segment, write_cine
from Training.datasets.phantom import HeartPhantom

HEART = HeartPhantom(frames=3, slices=7, es_frame=1, degrees_xyz=LIKE_A_HEART)


@pytest.fixture(autouse=True)
def no_picture(monkeypatch):
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )


def one_series(folder: Path) -> None:
    write_series(folder, HEART.cine)


def slices_reversed_in_a_series_each(folder: Path) -> None:
    for z in range(7):
        write_series(folder / str(z), HEART.cine, series_number=90 - z, slices=[z])


def one_multi_frame_file(folder: Path) -> None:
    write_enhanced(folder / "cine.dcm", HEART.cine)


@pytest.mark.parametrize(
    "make",
    [one_series, slices_reversed_in_a_series_each, one_multi_frame_file],
    ids=lambda make: make.__name__,
)
def test_every_frame_shows_the_labels_of_the_image_that_it_refers_to(make, tmp_path):
    make(tmp_path / "study")
    assert segment(tmp_path / "study", "-o", tmp_path / "out", "--dicom-seg", "--dicom-sr") == 0
    folder = tmp_path / "out" / "study"
    for name in ("segmentation.dcm", "report.dcm"):
        assert errors_of(folder / name) == []
    segmentation = hd.seg.segread(folder / "segmentation.dcm")
    labels = np.asarray(nibabel.load(folder / "labels.nii.gz").dataobj).transpose(3, 2, 1, 0)
    images = stored_images(tmp_path / "study")
    drawn = 0
    for mask, groups in zip(
        segmentation.pixel_array, segmentation.PerFrameFunctionalGroupsSequence, strict=True
    ):
        number, phase, position = groups.FrameContentSequence[0].DimensionIndexValues
        np.testing.assert_array_equal(mask > 0, labels[phase - 1, position - 1] == number)
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        key = source.ReferencedSOPInstanceUID, int(source.get("ReferencedFrameNumber", 1))
        image, place_mm = images[key]
        np.testing.assert_allclose(
            groups.PlanePositionSequence[0].ImagePositionPatient, place_mm, atol=1e-3
        )
        # the phantom's blood is brighter than its muscle: the mask lies on the image it names
        if number == 1:
            assert image[mask > 0].mean() > image[mask == 0].mean()
        drawn += int((mask > 0).sum())
    assert drawn == (labels > 0).sum() > 0


def stored_images(folder: Path) -> dict[tuple[str, int], tuple[np.ndarray, list[float]]]:
    """Pixels and position of every image, by its instance and frame."""
    images = {}
    for path in sorted(folder.rglob("*.dcm")):
        dataset = pydicom.dcmread(path)
        pixels = dataset.pixel_array
        if "NumberOfFrames" not in dataset:
            images[dataset.SOPInstanceUID, 1] = pixels, dataset.ImagePositionPatient
            continue
        for number, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence, start=1):
            place = groups.PlanePositionSequence[0].ImagePositionPatient
            images[dataset.SOPInstanceUID, number] = pixels[number - 1], place
    return images


def test_an_input_that_is_not_dicom_fails_before_it_is_segmented(tmp_path, capsys):
    path = write_cine(tmp_path / "heart.nii", replace(HEART.cine, frame_times_ms=None))
    assert segment(path, "-o", tmp_path / "out", "--dicom-seg") == 1
    assert "this input is not DICOM" in capsys.readouterr().err
    assert files_below(tmp_path / "out") == ["summary.csv"]


def test_what_no_dicom_object_can_hold_costs_no_other_result(tmp_path, capsys):
    write_series(tmp_path / "study", HEART.cine, slices=[3], TriggerTime=None)
    assert segment(tmp_path / "study", "-o", tmp_path / "out", "--dicom-sr") == 0
    assert "Left out: report.dcm" in capsys.readouterr().err
    names = {path.name for path in (tmp_path / "out" / "study").iterdir()}
    assert {"labels.nii.gz", "report.json", "segmentation.dcm"} <= names
    assert "report.dcm" not in names


def test_pictures_without_matplotlib_are_refused_before_anything_is_segmented(
    tmp_path, capsys, monkeypatch
):
    one_series(tmp_path / "study")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("CMRSegmentationLib.pipeline.segment_chosen", None)
    assert segment(tmp_path / "study", "-o", tmp_path / "out", "--dicom-sc") == 1
    assert "DICOM results need the package matplotlib" in capsys.readouterr().err


def test_images_without_identifiers_of_their_own_fail_before_they_are_segmented(
    tmp_path, capsys, monkeypatch
):
    write_series(tmp_path / "study", HEART.cine, SOPInstanceUID="1.2.3")
    monkeypatch.setattr("CMRSegmentationLib.pipeline.segment_chosen", None)
    assert segment(tmp_path / "study", "-o", tmp_path / "out", "--dicom-seg") == 1
    assert "found images that share one" in capsys.readouterr().err

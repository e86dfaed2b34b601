import re
from pathlib import Path

import nibabel
import numpy as np
import pytest

from Testing.Lib.long_axis_phantoms import Plane, drawn
from Testing.Lib.running import read_report, run, segment, write_cine
from Training.datasets.phantom import HeartPhantom


@pytest.fixture(scope="module")
def cine(tmp_path_factory, phantom) -> Path:
    return write_cine(tmp_path_factory.mktemp("cine") / "heart.nii.gz", phantom.cine)


OF_THE_WALL = re.compile("_wall|_thickening|_excursion|_gcs|_grs")
"""Measured between the pixels in a run, which knows the probabilities, in mm and percent."""


@pytest.fixture
def segmented(cine, tmp_path) -> Path:
    assert segment(cine, "-o", tmp_path / "out", "--height-cm", "180", "--weight-kg", "80") == 0
    return tmp_path / "out" / "heart"


@pytest.mark.parametrize("with_cine", [True, False])
def test_the_labels_of_a_run_give_its_measures_again(with_cine, segmented, cine, tmp_path):
    more = ["--like", cine] if with_cine else []
    body = ["--height-cm", "180", "--weight-kg", "80"]
    assert run("measure", segmented / "labels.nii.gz", "-o", tmp_path / "again", *body, *more) == 0
    first, again = read_report(segmented), read_report(tmp_path / "again" / "labels")
    assert [one["key"] for one in again["measures"]] == [one["key"] for one in first["measures"]]
    for one, other in zip(again["measures"], first["measures"], strict=True):
        tolerance = 0.4 if OF_THE_WALL.search(one["key"]) else 0.0
        assert one["value"] == pytest.approx(other["value"], rel=0, abs=tolerance), one["key"]
    assert (again["ed_frame"], again["es_frame"]) == (first["ed_frame"], first["es_frame"])
    assert again["volumes_ml"] == first["volumes_ml"]
    assert again["model"] is None


def test_edited_labels_give_other_volumes(segmented, tmp_path):
    image = nibabel.load(segmented / "labels.nii.gz")
    array = np.asarray(image.dataobj).copy()
    array[:, :, 3, 1][array[:, :, 3, 1] == 1] = 0
    edited = tmp_path / "edited.nii.gz"
    nibabel.Nifti1Image(array, image.affine, image.header).to_filename(edited)
    assert run("measure", edited, "-o", tmp_path / "again", "--ed", "1") == 0
    before, after = read_report(segmented), read_report(tmp_path / "again" / "edited")
    removed = (np.asarray(image.dataobj) != array).sum() * 1.4 * 1.6 * 10.0 / 1000
    assert before["volumes_ml"]["lv"][1] - after["volumes_ml"]["lv"][1] == pytest.approx(
        removed, rel=1e-4
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--ed", "2", "--es", "2"], 2, "two different frames"),
        (["--ed", "17"], 1, "frames from 0 to 5, found 17"),
        (["--like", "none.nii"], 1, "There is no file or folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_measured_is_told(arguments, status, message, segmented, tmp_path, capsys):
    assert (
        run("measure", segmented / "labels.nii.gz", "-o", tmp_path / "again", *arguments) == status
    )
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert not (tmp_path / "again").exists()


def test_labels_of_a_single_slice_are_measured_as_the_view_that_they_surely_look_like(tmp_path):
    labels = drawn(Plane(has_rv=False), Plane(base_mm=14.0, radius_mm=17.0, has_rv=False))
    image = nibabel.Nifti1Image(labels.array.transpose(3, 2, 1, 0), labels.geometry.ijk_to_ras)
    image.to_filename(tmp_path / "two.nii.gz")
    assert run("measure", tmp_path / "two.nii.gz", "-o", tmp_path / "out") == 0
    report = read_report(tmp_path / "out" / "two")
    assert report["input"]["view"] == "lax_2c"
    values = {measure["key"]: measure["value"] for measure in report["measures"]}
    assert values["lv_edv_area_length"] == pytest.approx(104.72, rel=0.03)
    assert values["lv_mapse"] == pytest.approx(14.0, abs=1.5)


def test_an_image_is_no_label_map(cine, tmp_path, capsys):
    assert run("measure", cine, "-o", tmp_path / "again") == 1
    assert "Expected labels 0 to 3" in capsys.readouterr().err


def test_a_cine_of_another_size_does_not_fit(segmented, tmp_path, capsys):
    other = write_cine(tmp_path / "other.nii", HeartPhantom(frames=2, slices=3, es_frame=1).cine)
    assert (
        run("measure", segmented / "labels.nii.gz", "-o", tmp_path / "again", "--like", other) == 1
    )
    assert "Expected a cine of (6, 6, 96, 112) voxels like the labels" in capsys.readouterr().err

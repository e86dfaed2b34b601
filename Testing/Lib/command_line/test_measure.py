import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK

from CMRSegmentationLib.image import CineStack, Geometry, LabelMap
from CMRSegmentationLib.reading.files import write_labels
from Testing.Lib.long_axis_phantoms import Plane, drawn
from Testing.Lib.running import files_below, read_report, run, segment, write_cine
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
    first, again = read_report(segmented), read_report(tmp_path / "again" / "heart")
    assert [one["key"] for one in again["measures"]] == [one["key"] for one in first["measures"]]
    for one, other in zip(again["measures"], first["measures"], strict=True):
        tolerance = 0.4 if OF_THE_WALL.search(one["key"]) else 0.0
        assert one["value"] == pytest.approx(other["value"], rel=0, abs=tolerance), one["key"]
    assert (again["ed_frame"], again["es_frame"]) == (first["ed_frame"], first["es_frame"])
    assert again["volumes_ml"] == first["volumes_ml"]
    assert again["model"] is None


def test_linked_labels_keep_the_name_of_their_own_folder(segmented, tmp_path):
    linked = tmp_path / "ours" / "labels.nii.gz"
    linked.parent.mkdir()
    linked.symlink_to(segmented / "labels.nii.gz")
    assert run("measure", linked, "-o", tmp_path / "again") == 0
    assert (tmp_path / "again" / "ours" / "report.json").exists()


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


@pytest.mark.parametrize(("name", "is_lost"), [("labels.nii.gz", True), ("expert.nii.gz", False)])
def test_phases_that_a_run_segmented_are_lost_without_labels_and_others_never_drawn(
    name, is_lost, segmented, tmp_path
):
    image = nibabel.load(segmented / "labels.nii.gz")
    array = np.asarray(image.dataobj).copy()
    array[..., 4] = 0  # end-systole
    nibabel.Nifti1Image(array, image.affine, image.header).to_filename(segmented / name)
    assert run("measure", segmented / name, "-o", tmp_path / "again") == 0
    report = read_report(next((tmp_path / "again").iterdir()))
    assert (report["volumes_ml"]["lv"][4] == 0.0) is is_lost
    serious = [one["code"] for one in report["findings"] if one["severity"] == "serious"]
    assert ("phase_candidate_ignored" in serious) is is_lost


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


BEAT = {"frames": 12, "slices": 6, "empty_slices": (0, 0), "ed_frame": 0, "es_frame": 5}
ORDERS = {
    "xyt": HeartPhantom(**BEAT | {"slices": 1}),
    "xytz": HeartPhantom(**BEAT),
    "xyzt:6": HeartPhantom(**BEAT),
}
"""Orders of axes that the images show, and hearts that are stored in them."""


@pytest.fixture(scope="module", params=ORDERS)
def stored(request, tmp_path_factory) -> tuple[Path, Path]:
    """A file in one of these orders, and the folder of its results."""
    out = tmp_path_factory.mktemp("stored")
    heart = ORDERS[request.param]
    path = write_cine(out / "heart.nii.gz", heart.cine, request.param)
    assert segment(path, "-o", out, "--view", "sax", "--labels-first", out / "first") == 0
    return path, out / "heart"


class TestAxes:
    @pytest.mark.parametrize("like", ["nothing", "cine"])
    def test_labels_of_a_file_of_any_order_give_the_measures_of_the_run(
        self, like, stored, tmp_path
    ):
        path, result = stored
        more = ["--like", path] if like == "cine" else []
        labels = result / "labels.nii.gz"
        assert run("measure", labels, "-o", tmp_path, "--view", "sax", *more) == 0
        first, again = read_report(result), read_report(tmp_path / "heart")
        assert again["input"]["shape_tzyx"] == first["input"]["shape_tzyx"]
        assert again["volumes_ml"] == first["volumes_ml"]
        assert again["areas_cm2"] == first["areas_cm2"]

    def test_labels_ahead_of_the_rest_have_the_same_axes(self, stored):
        path, result = stored
        first = path.parent / "first" / "heart"
        assert read_report(first)["labels_axes"] == read_report(result)["labels_axes"]
        assert (first / "labels.nii.gz").read_bytes() == (result / "labels.nii.gz").read_bytes()

    def test_labels_without_their_report_are_read_in_the_order_that_the_user_names(
        self, stored, tmp_path
    ):
        _, result = stored
        first = read_report(result)
        labels = shutil.copy(result / "labels.nii.gz", tmp_path / "edited.nii.gz")
        axes = ["--axes", first["labels_axes"]]
        assert run("measure", labels, "-o", tmp_path, "--view", "sax", *axes) == 0
        again = read_report(tmp_path / "edited")
        assert again["volumes_ml"] == first["volumes_ml"]
        assert again["areas_cm2"] == first["areas_cm2"]

    def test_labels_of_another_kind_of_file_have_their_own_axes(self, tmp_path):
        heart = ORDERS["xytz"]
        path = write_cine(tmp_path / "heart.nii.gz", heart.cine, "xytz")
        labels = tmp_path / "edited.mha"
        array = heart.labels.array
        SimpleITK.WriteImage(SimpleITK.GetImageFromArray(array, isVector=False), str(labels))
        assert run("measure", labels, "-o", tmp_path, "--like", path, "--axes", "xytz") == 0
        assert read_report(tmp_path / "edited")["input"]["shape_tzyx"] == list(array.shape)


PLANE = HeartPhantom(frames=3, slices=1, empty_slices=(0, 0), es_frame=1)


def shifted(x_mm: float, cycle_ms: float = 600.0) -> tuple[CineStack, LabelMap]:
    """The plane at another place, and its labels there."""
    matrix = PLANE.geometry.ijk_to_ras.copy()
    matrix[0, 3] += x_mm
    geometry = Geometry(PLANE.geometry.shape_zyx, matrix)
    times_ms = tuple(cycle_ms * t / 3 for t in range(3))
    cine = replace(PLANE.cine, geometry=geometry, frame_times_ms=times_ms)
    return cine, LabelMap(PLANE.labels.array, geometry)


class TestLike:
    @pytest.fixture
    def study(self, tmp_path) -> Path:
        """An archive of planes of one shape: two of one place, and one 20 mm away."""
        path = tmp_path / "study.zip"
        planes = {"a": shifted(0.0), "b": shifted(20.0, 750.0), "c": shifted(0.0, 900.0)}
        with zipfile.ZipFile(path, "w") as archive:
            for name, (cine, _) in planes.items():
                archive.write(write_cine(tmp_path / f"{name}.nii", cine), f"{name}.nii")
        return path

    def measured(self, labels: LabelMap, like: Path, folder: Path) -> int:
        write_labels(folder / "labels.nii.gz", labels)
        out = folder.parent / "out"
        return run("measure", folder / "labels.nii.gz", "-o", out, "--like", like)

    def test_of_planes_of_one_shape_that_on_the_grid_of_the_labels_is_taken(self, study, tmp_path):
        (tmp_path / "edited").mkdir()
        assert self.measured(shifted(20.0)[1], study, tmp_path / "edited") == 0
        report = read_report(tmp_path / "out" / "edited")
        assert report["input"]["frame_times_ms"] == pytest.approx([0.0, 250.0, 500.0])

    def test_of_two_cines_of_one_grid_that_of_the_labels_folder_is_taken(self, study, tmp_path):
        (tmp_path / "c").mkdir()
        assert self.measured(shifted(0.0)[1], study, tmp_path / "c") == 0
        report = read_report(tmp_path / "out" / "c")
        assert report["input"]["frame_times_ms"] == pytest.approx([0.0, 300.0, 600.0])

    @pytest.mark.parametrize(
        ("x_mm", "message"),
        [
            (0.0, "Expected one cine on the grid of the labels, {} has a, c; put the labels"),
            (50.0, "none there, but several of their (3, 1, 96, 112) voxels: a, b, c. Name"),
        ],
    )
    def test_a_cine_that_could_be_one_of_several_is_refused(
        self, x_mm, message, study, tmp_path, capsys
    ):
        (tmp_path / "edited").mkdir()
        assert self.measured(shifted(x_mm)[1], study, tmp_path / "edited") == 1
        assert message.format(study) in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_the_only_cine_of_the_shape_is_taken_with_a_word_if_the_grid_was_lost(
        self, study, tmp_path, capsys
    ):
        (tmp_path / "edited").mkdir()
        assert self.measured(shifted(50.0)[1], tmp_path / "b.nii", tmp_path / "edited") == 0
        assert "The labels do not lie on the grid of b; it is taken" in capsys.readouterr().err
        report = read_report(tmp_path / "out" / "edited")
        assert report["input"]["frame_times_ms"] == pytest.approx([0.0, 250.0, 500.0])


class TestFolder:
    def labels(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        write_labels(folder / "labels.nii.gz", PLANE.labels)
        return folder / "labels.nii.gz"

    def test_labels_of_several_patients_are_measured_into_a_folder_each(self, tmp_path):
        for name in ("P1", "P2"):
            assert run("measure", self.labels(tmp_path / name), "-o", tmp_path / "again") == 0
        assert {path.name for path in (tmp_path / "again").iterdir()} == {"P1", "P2"}

    def test_the_folder_of_a_cine_of_a_study_lies_in_that_of_the_study(self, tmp_path):
        for name in ("P1", "P2"):
            labels = self.labels(tmp_path / name / "sax")
            (tmp_path / name / "study.csv").touch()
            assert run("measure", labels, "-o", tmp_path / "again") == 0
        reports = [name for name in files_below(tmp_path / "again") if name.endswith("report.json")]
        assert reports == ["P1/sax/report.json", "P2/sax/report.json"]

    def test_measures_of_an_earlier_run_are_replaced_with_a_word_and_their_pictures_removed(
        self, tmp_path, capsys
    ):
        labels, folder = self.labels(tmp_path / "P1"), tmp_path / "again" / "P1"
        folder.mkdir(parents=True)
        for name in ("report.json", "overview.png", "report.pdf", "quality.csv", "notes.txt"):
            (folder / name).write_text("{}", encoding="utf-8")
        assert run("measure", labels, "-o", tmp_path / "again") == 0
        assert f"earlier run in {folder} are replaced" in capsys.readouterr().err
        found = {path.name for path in folder.iterdir()}
        assert found & {"overview.png", "report.pdf", "quality.csv"} == set()
        assert "notes.txt" in found

    def test_the_report_of_a_segmentation_is_not_replaced(self, tmp_path, capsys):
        labels = self.labels(tmp_path / "P1")
        assert run("measure", labels, "-o", tmp_path) == 2
        assert "Expected a folder for measures alone" in capsys.readouterr().err
        assert [path.name for path in labels.parent.iterdir()] == ["labels.nii.gz"]

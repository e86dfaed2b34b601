import os
from pathlib import Path

import pytest
import SimpleITK as sitk  # noqa: N813

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.palette import COLORS
from CMRSegmentationLib.reading.files import write_labels
from CMRSegmentationLib.reporting.bullseye import THICKENING_PERCENT
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.results import cine_of, cines_of, first_look_of, first_looks_of
from Testing.Lib.running import write_cine
from Testing.phantoms import HeartPhantom
from Testing.Web.conftest import running_job

PLANE = HeartPhantom(frames=12, slices=1, empty_slices=(0, 0), es_frame=5)


def write_metaimage(path: Path) -> Path:
    """The phases of the plane along the third axis."""
    image = sitk.GetImageFromArray(PLANE.cine.array[:, 0])
    image.SetSpacing(PLANE.geometry.spacing_zyx_mm[::-1])
    sitk.WriteImage(image, str(path))
    return path


class TestCines:
    def test_a_cine_has_its_report_with_names_and_its_files(self, done):
        (cine,) = cines_of(done)
        content = cine.as_json()
        assert content["name"] == "phantom"
        assert content["report"]["measures"][0]["name"] == "LV end-diastolic volume"
        assert {"labels.nii.gz", "report.json", "measures.csv"} <= set(content["files"])
        assert content["colors"]["myo"] == COLORS[Label.MYO]
        assert content["scales"]["thickening_percent"]["colors"] == THICKENING_PERCENT.colors

    def test_images_and_labels_are_on_one_grid(self, done, phantom):
        cine = cine_of(done, 0)
        assert cine.stack().shape_tzyx == phantom.cine.shape_tzyx
        assert cine.labels().array.shape == phantom.cine.shape_tzyx

    @pytest.mark.parametrize("suffix", [".nii.gz", ".mha", ".nrrd"])
    def test_labels_of_a_file_of_another_order_of_axes_are_on_the_grid_of_its_images(
        self, suffix, store
    ):
        job = store.create("plane")
        path = job.upload_folder / f"plane{suffix}"
        if suffix == ".nii.gz":
            write_cine(path, PLANE.cine, "xyt")
        else:
            write_metaimage(path)
        folder = job.results_folder / "plane"
        folder.mkdir(parents=True)
        (folder / "report.json").touch()
        write_labels(folder / "labels.nii.gz", PLANE.labels, like=path, axes="xyt")
        cine = cine_of(job, 0)
        assert cine.stack().axes == "xyt"
        assert cine.stack().shape_tzyx == PLANE.cine.shape_tzyx
        assert (cine.labels().array == PLANE.labels.array).all()

    def test_only_files_of_the_result_are_found(self, done):
        cine = cine_of(done, 0)
        (cine.folder / ".hidden").touch()
        assert cine.file("report.json").is_file()
        for name in ("../../job.json", ".hidden", "nothing", ""):
            with pytest.raises(RefusedError):
                cine.file(name)

    def test_there_is_no_second_cine(self, done):
        for number in (-1, 1):
            with pytest.raises(RefusedError):
                cine_of(done, number)

    def test_a_job_without_results_has_none(self, store):
        assert cines_of(store.create("new")) == ()

    def test_of_a_study_each_cine_has_its_folder(self, store, segmented):
        job = store.create("study")
        for number in (1, 2):
            (job.upload_folder / f"{number}.dcm").touch()
        for name in ("sax", "lax_4c"):
            folder = job.results_folder / "upload" / name
            folder.mkdir(parents=True)
            (folder / "report.json").write_bytes(
                (segmented / "phantom" / "report.json").read_bytes()
            )
        found = cines_of(job)
        assert [(one.name, one.key, one.is_one_of_several) for one in found] == [
            ("lax_4c", "upload/lax_4c", True),
            ("sax", "upload/sax", True),
        ]


class TestFirstLooks:
    def test_they_are_no_results(self, store, cine_file, segmented):
        job = running_job(store, cine_file, segmented)
        assert cines_of(job) == ()
        assert [one.key for one in first_looks_of(job)] == ["phantom"]
        assert first_look_of(job, 0).labels().array.any()
        with pytest.raises(RefusedError):
            first_look_of(job, 1)

    def test_a_later_one_does_not_change_the_place_of_an_earlier_one(self, store):
        job = store.create("study")
        for number in (1, 2):
            (job.upload_folder / f"{number}.dcm").touch()
        for seconds, name in enumerate(("sax", "lax_4c")):
            report = job.first_folder / "upload" / name / "report.json"
            report.parent.mkdir(parents=True)
            report.touch()
            os.utime(report, (seconds, seconds))
        assert [one.name for one in first_looks_of(job)] == ["sax", "lax_4c"]

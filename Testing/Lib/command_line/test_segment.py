import itertools
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
import torch

from CMRSegmentationLib.command_line.segment import check_names, result_name
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import Geometry, Label, View
from CMRSegmentationLib.reporting import results
from CMRSegmentationLib.trust.redrawing_network import (
    RedrawingConfig,
    RedrawingNetwork,
    save_redrawing,
)
from Testing.bundles import PHANTOM_MODEL, change_description
from Testing.dicom_phantoms import LIKE_A_HEART, write_series
from Testing.Lib.long_axis_phantoms import usual_plane
from Testing.Lib.running import files_below, read_report, read_summary, run, segment, write_cine
from Testing.phantoms import HeartPhantom

STACK = HeartPhantom(frames=5, slices=7, es_frame=2, degrees_xyz=LIKE_A_HEART)
"""A stack that lies in the patient as a short axis does."""


@pytest.fixture(autouse=True)
def no_picture(monkeypatch):
    """Pictures take a second each and are tested elsewhere."""
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )


@pytest.fixture(scope="module")
def cine(tmp_path_factory, phantom) -> Path:
    return write_cine(tmp_path_factory.mktemp("cine") / "heart.nii.gz", phantom.cine)


def acdc_like(path: Path, phantom: HeartPhantom) -> Path:
    """Spacing in pixdim alone, beside a unit sform, as in every file of ACDC."""
    array = phantom.cine.array.round().astype(np.int16).transpose(3, 2, 1, 0)
    image = nibabel.Nifti1Image(array, np.eye(4))
    image.set_sform(np.eye(4), code=1)
    image.set_qform(None, code=0)
    image.header.set_zooms((1.4, 1.6, 10.0, 1.0))
    image.to_filename(path)
    return path


def mirrored(path: Path, phantom: HeartPhantom) -> Path:
    """A left-handed grid whose first and third axes run backwards."""
    matrix = phantom.geometry.ijk_to_ras @ np.diag([-1.0, 1.0, 1.0, 1.0])
    return write_cine(
        path, replace(phantom.cine, geometry=Geometry(phantom.geometry.shape_zyx, matrix))
    )


def sheared(path: Path, phantom: HeartPhantom) -> Path:
    """Slices that are shifted against each other by 2 mm."""
    matrix = phantom.geometry.ijk_to_ras.copy()
    matrix[:3, 2] += 2.0 * matrix[:3, 0] / np.linalg.norm(matrix[:3, 0])
    return write_cine(
        path, replace(phantom.cine, geometry=Geometry(phantom.geometry.shape_zyx, matrix))
    )


def three_dimensions(path: Path, phantom: HeartPhantom) -> Path:
    array = phantom.cine.array[1].transpose(2, 1, 0)
    nibabel.Nifti1Image(array, phantom.geometry.ijk_to_ras).to_filename(path)
    return path


def four_dimensions_with_one_phase(path: Path, phantom: HeartPhantom) -> Path:
    array = phantom.cine.array[1:2].transpose(3, 2, 1, 0)
    nibabel.Nifti2Image(array, phantom.geometry.ijk_to_ras).to_filename(path)
    return path


def oblique(path: Path, phantom: HeartPhantom) -> Path:
    return write_cine(path, phantom.cine)


GRIDS = [oblique, acdc_like, mirrored, sheared, three_dimensions, four_dimensions_with_one_phase]


class TestGrid:
    @pytest.mark.parametrize("make", GRIDS, ids=lambda make: make.__name__)
    def test_labels_have_the_inputs_shape_affine_axes_and_header(self, make, phantom, tmp_path):
        path = make(tmp_path / "heart.nii.gz", phantom)
        assert (
            segment(
                path,
                "-o",
                tmp_path / "out",
                "--frames",
                "0" if "dimensions" in make.__name__ else "1,4",
            )
            == 0
        )
        image, labels = (
            nibabel.load(path),
            nibabel.load(tmp_path / "out" / "heart" / "labels.nii.gz"),
        )
        assert labels.shape == image.shape
        assert labels.get_data_dtype() == np.uint8
        np.testing.assert_array_equal(labels.affine, image.affine)
        for key in (
            "pixdim",
            "sform_code",
            "qform_code",
            "xyzt_units",
            "srow_x",
            "srow_y",
            "srow_z",
        ):
            np.testing.assert_array_equal(labels.header[key], image.header[key])
        assert labels.header.get_zooms() == image.header.get_zooms()

    @pytest.mark.parametrize(
        "make", [oblique, acdc_like, mirrored, sheared], ids=lambda make: make.__name__
    )
    def test_labels_lie_on_the_heart_and_volumes_are_those_of_the_spacing(
        self, make, phantom, tmp_path
    ):
        path = make(tmp_path / "heart.nii.gz", phantom)
        assert segment(path, "-o", tmp_path / "out") == 0
        labels = np.asarray(
            nibabel.load(tmp_path / "out" / "heart" / "labels.nii.gz").dataobj
        ).transpose(3, 2, 1, 0)
        for label in (Label.LV, Label.MYO, Label.RV):
            one, other = labels == label, phantom.labels.mask(label)
            assert 2 * (one & other).sum() / (one.sum() + other.sum()) > 0.95
        report = read_report(tmp_path / "out" / "heart")
        assert report["volumes_ml"]["lv"][1] == pytest.approx(
            phantom.volume_ml(Label.LV, 1), rel=0.05
        )

    def test_a_spacing_that_was_taken_from_pixdim_is_told(self, phantom, tmp_path):
        assert (
            segment(
                acdc_like(tmp_path / "heart.nii.gz", phantom),
                "-o",
                tmp_path / "out",
                "--frames",
                "1",
            )
            == 0
        )
        report = read_report(tmp_path / "out" / "heart")
        assert "spacing_guessed" in {finding["code"] for finding in report["findings"]}
        assert report["input"]["spacing_zyx_mm"] == pytest.approx([10.0, 1.6, 1.4])

    def test_labels_of_an_nrrd_file_lie_at_the_same_place_in_the_patient(self, phantom, tmp_path):
        image = sitk.GetImageFromArray(phantom.cine.array[1])
        lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ phantom.geometry.ijk_to_ras
        image.SetSpacing((1.4, 1.6, 10.0))
        image.SetOrigin(lps[:3, 3])
        image.SetDirection((lps[:3, :3] / np.array([1.4, 1.6, 10.0])).ravel())
        sitk.WriteImage(image, str(tmp_path / "heart.nrrd"))
        assert segment(tmp_path / "heart.nrrd", "-o", tmp_path / "out") == 0
        labels = nibabel.load(tmp_path / "out" / "heart" / "labels.nii.gz")
        np.testing.assert_allclose(labels.affine, phantom.geometry.ijk_to_ras, atol=1e-4)
        assert labels.shape == (112, 96, 6)


class TestSegment:
    def test_two_runs_write_the_same_labels_byte_by_byte(self, cine, tmp_path):
        for name in ("one", "two"):
            assert segment(cine, "-o", tmp_path / name) == 0
        one, two = (tmp_path / name / "heart" / "labels.nii.gz" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()

    def test_measures_phases_and_research_use_are_printed(self, cine, tmp_path, capsys):
        assert segment(cine, "-o", tmp_path / "out") == 0
        text = capsys.readouterr().out
        assert f"{cine} [heart] -> {tmp_path / 'out' / 'heart'}" in text
        assert "end-diastole in phase 2, end-systole in phase 5" in text
        assert "Research use, not for clinical decisions." in text

    def test_what_the_user_knows_reaches_the_report(self, cine, tmp_path):
        more = [
            "--ed",
            "0",
            "--es",
            "3",
            "--heart-rate",
            "60",
            "--height-cm",
            "180",
            "--weight-kg",
            "80",
        ]
        assert segment(cine, "-o", tmp_path / "out", "--frames", "ed-es", *more) == 0
        report = read_report(tmp_path / "out" / "heart")
        values = {measure["key"]: measure["value"] for measure in report["measures"]}
        assert (report["ed_frame"], report["es_frame"]) == (0, 3)
        assert values["lv_co"] == pytest.approx(values["lv_sv"] * 0.060, rel=1e-3)
        assert values["lv_edv_index"] == pytest.approx(values["lv_edv"] / 2.0, rel=1e-3)

    def test_labels_come_first_where_that_is_asked_for(self, cine, tmp_path, capsys):
        out, first = tmp_path / "out", tmp_path / "first"
        assert segment(cine, "-o", out, "--labels-first", first, "--progress", "json") == 0
        stages = [json.loads(line)["stage"] for line in capsys.readouterr().out.splitlines()]
        assert stages.index("postprocess") < stages.index("labels") < stages.index("measure")
        assert files_below(first) == ["heart/labels.nii.gz", "heart/report.json"]
        early, late = (folder / "heart" / "labels.nii.gz" for folder in (first, out))
        assert early.read_bytes() == late.read_bytes()
        early_report, report = read_report(first / "heart"), read_report(out / "heart")
        assert early_report["measures"] == []
        for name in ("input", "ed_frame", "es_frame", "volumes_ml"):
            assert early_report[name] == report[name]

    def test_without_matplotlib_one_line_says_that_there_is_no_picture(
        self, cine, tmp_path, capsys, monkeypatch
    ):
        monkeypatch.undo()
        for name in [
            "matplotlib",
            *(name for name in sys.modules if name.startswith("matplotlib.")),
        ]:
            monkeypatch.setitem(sys.modules, name, None)
        assert segment(cine, "-o", tmp_path / "out", "--frames", "1") == 0
        (line,) = capsys.readouterr().err.splitlines()
        assert "matplotlib" in line
        expected = ["curves.csv", "labels.nii.gz", "measures.csv", "report.json", "segments.csv"]
        assert files_below(tmp_path / "out" / "heart") == expected

    def test_an_earlier_result_is_replaced(self, cine, tmp_path):
        assert segment(cine, "-o", tmp_path / "out", "--frames", "1") == 0
        assert segment(cine, "-o", tmp_path / "out") == 0
        assert read_report(tmp_path / "out" / "heart")["volumes_ml"]["lv"][0] is not None
        assert len(read_summary(tmp_path / "out")) == 1


class TestLockedSummary:
    @pytest.fixture
    def hold(self, monkeypatch):
        """Keeps these writings of the table, counted from 0, from happening."""
        write, count = results.write_whole, itertools.count()

        def hold(held):
            def locked(path, data):
                if path.name == "summary.csv" and next(count) in held:
                    raise PermissionError(13, "Permission denied", str(path))
                write(path, data)

            monkeypatch.setattr(results, "write_whole", locked)

        return hold

    @pytest.fixture
    def three(self, tmp_path, phantom) -> list[Path]:
        return [write_cine(tmp_path / f"{name}.nii", phantom.cine) for name in "abc"]

    def test_held_open_on_the_way_it_is_a_warning_and_the_others_are_done(
        self, three, tmp_path, capsys, hold
    ):
        hold({1})  # 0 is the empty table before any work
        assert segment(*three, "-o", tmp_path / "out", "--frames", "1") == 0
        (line,) = capsys.readouterr().err.splitlines()
        assert "The table of the run cannot be written yet: Permission denied" in line
        assert [row["status"] for row in read_summary(tmp_path / "out")] == ["done"] * 3

    def test_held_open_for_the_last_input_it_is_written_at_the_end(self, three, tmp_path, hold):
        hold({3})
        assert segment(*three, "-o", tmp_path / "out", "--frames", "1") == 0
        assert len(read_summary(tmp_path / "out")) == 3

    def test_held_open_to_the_end_it_is_an_error_when_all_inputs_are_done(
        self, three, tmp_path, capsys, hold
    ):
        hold(range(1, 100))
        out = tmp_path / "out"
        assert segment(*three, "-o", out, "--frames", "1", "--progress", "json") == 1
        captured = capsys.readouterr()
        last = json.loads(captured.out.splitlines()[-1])
        assert last["stage"] == "failed"
        assert "The table of the run cannot be written: Permission denied" in last["error"]
        assert last["error"] in captured.err
        assert all((out / name / "report.json").is_file() for name in "abc")
        assert read_summary(out) == []


def test_a_disk_that_fills_up_is_no_fault_of_the_input(cine, tmp_path, capsys, monkeypatch):
    full = Mock(side_effect=OSError(28, "No space left on device"))
    monkeypatch.setattr("CMRSegmentationLib.command_line.segment.write_results", full)
    assert segment(cine, "-o", tmp_path / "out", "--frames", "1") == 1
    first = capsys.readouterr().err.splitlines()[0]
    assert first == f"{cine}: The results cannot be written: No space left on device."


class TestDicomFolder:
    def test_one_cine_is_written_under_the_folders_name(self, tmp_path):
        write_series(tmp_path / "study", STACK.cine)
        assert segment(tmp_path / "study", "-o", tmp_path / "out", "--frames", "0,2") == 0
        report = read_report(tmp_path / "out" / "study")
        assert report["input"]["view"] == "sax"
        assert report["input"]["vendor"] == "Phantom Works"
        assert (report["ed_frame"], report["es_frame"]) == (0, 2)
        assert report["volumes_ml"]["lv"][0] == pytest.approx(
            STACK.volume_ml(Label.LV, 0), rel=0.06
        )

    def test_slices_that_were_sent_as_one_series_each_are_one_cine(self, tmp_path):
        for z in range(7):
            write_series(tmp_path / "study" / f"Se{z}", STACK.cine, series_number=z + 1, slices=[z])
        assert segment(tmp_path / "study", "-o", tmp_path / "out", "--frames", "0") == 0
        labels = nibabel.load(tmp_path / "out" / "study" / "labels.nii.gz")
        assert labels.shape == (112, 96, 7, 5)
        np.testing.assert_allclose(
            np.abs(np.linalg.det(labels.affine)), 10.0 * 1.6 * 1.4, rtol=1e-4
        )

    def test_a_plane_that_no_model_serves_is_skipped_and_told_beside_the_short_axis(
        self, tmp_path, capsys
    ):
        long_axis = HeartPhantom(
            frames=5, slices=1, empty_slices=(0, 0), es_frame=2, degrees_xyz=(30.0, -20.0, -150.0)
        )
        write_series(tmp_path / "study", STACK.cine, series_number=1)
        write_series(tmp_path / "study", long_axis.cine, series_number=2)
        assert segment(tmp_path / "study", "-o", tmp_path / "out", "--frames", "0,2") == 0
        rows = read_summary(tmp_path / "out")
        assert sorted(row["status"] for row in rows) == ["done", "skipped"]
        assert "skipped" in capsys.readouterr().out
        done = next(row for row in rows if row["status"] == "done")
        assert done["folder"] == f"study/{done['cine']}"
        assert (tmp_path / "out" / done["folder"] / "labels.nii.gz").is_file()


class TestExamination:
    @pytest.fixture
    def study(self, tmp_path) -> Path:
        """A short-axis stack, and a plane that lies like a four-chamber view."""
        four = HeartPhantom(frames=5, slices=1, empty_slices=(0, 0), es_frame=2).cine
        four = replace(
            four, geometry=Geometry(four.geometry.shape_zyx, usual_plane(10.0).ijk_to_ras)
        )
        write_series(tmp_path / "study", STACK.cine, series_number=1)
        write_series(tmp_path / "study", four, series_number=2)
        return tmp_path / "study"

    @pytest.fixture
    def model(self, tmp_path) -> Path:
        """The model that knows the phantoms, said to serve every view."""
        folder = shutil.copytree(PHANTOM_MODEL, tmp_path / "every view")
        change_description(folder, views=[str(view) for view in View])
        return folder

    def run(self, study: Path, model: Path, out: Path) -> int:
        return run(
            "segment", study, "-o", out, "--model", model, "--device", "cpu", "--frames", "0,2"
        )

    def test_several_cines_have_a_table_together_beside_their_folders(
        self, study, model, tmp_path, capsys
    ):
        assert self.run(study, model, tmp_path / "out") == 0
        below = files_below(tmp_path / "out" / "study")
        assert {"study.csv", "study.json", "sax/report.json", "lax_4c/report.json"} <= set(below)
        assert (
            f"2 cines together -> {tmp_path / 'out' / 'study' / 'study.csv'}"
            in capsys.readouterr().out
        )
        text = (tmp_path / "out" / "study" / "study.csv").read_text(encoding="utf-8")
        assert "sax,sax,lv_edv" in text
        assert "lax_4c,lax_4c,lv_area_ed" in text

    def test_a_ring_in_a_four_chamber_plane_is_doubted_and_not_combined(
        self, study, model, tmp_path
    ):
        assert self.run(study, model, tmp_path / "out") == 0
        doubts = {
            finding["code"]
            for finding in read_report(tmp_path / "out" / "study" / "lax_4c")["findings"]
        }
        assert "view_doubted" in doubts
        content = json.loads(
            (tmp_path / "out" / "study" / "study.json").read_text(encoding="utf-8")
        )
        assert [finding["code"] for finding in content["findings"]] == ["not_combined"]

    def test_a_single_cine_has_no_such_table(self, model, tmp_path):
        write_series(tmp_path / "alone", STACK.cine)
        assert self.run(tmp_path / "alone", model, tmp_path / "out") == 0
        assert "study.csv" not in files_below(tmp_path / "out" / "alone")

    def test_the_table_of_an_earlier_run_does_not_outlive_its_cines(self, study, model, tmp_path):
        assert self.run(study, model, tmp_path / "out") == 0
        change_description(model, views=["sax"])
        assert self.run(study, model, tmp_path / "out") == 0
        below = files_below(tmp_path / "out" / "study")
        assert "sax/report.json" in below
        assert not {"study.csv", "study.json"} & set(below)


class TestNames:
    def test_different_names_go_together(self):
        check_names([Path("a/x.nii.gz"), Path("a/y.nii.gz")])

    @pytest.mark.parametrize("other", ["b/x.nii.gz", "a/x.nrrd", "a/X.nii", "b/x"])
    def test_inputs_that_would_be_written_to_the_same_folder_are_refused(self, other):
        with pytest.raises(UsageError, match="would both be written to"):
            check_names([Path("a/x.nii.gz"), Path(other)])

    def test_a_link_has_its_own_name_and_a_dot_that_of_its_folder(self, tmp_path, monkeypatch):
        for name in ("sub-01.nii", "sub-02.nii"):
            (tmp_path / name).symlink_to("MD5E-s51--1b2.nii")
        check_names([tmp_path / "sub-01.nii", tmp_path / "sub-02.nii"])
        monkeypatch.chdir(tmp_path)
        names = [result_name(Path(path)) for path in ("sub-01.nii", ".", "below/..")]
        assert names == ["sub-01", tmp_path.name, tmp_path.name]


def test_labels_as_the_autoencoder_redraws_them_are_written_on_the_grid_of_the_input(
    cine, tmp_path
):
    model = shutil.copytree(PHANTOM_MODEL, tmp_path / "model")
    torch.manual_seed(4)
    save_redrawing(RedrawingNetwork(RedrawingConfig()), model / "redraw.pt")
    out = tmp_path / "out"
    assert run("segment", cine, "-o", out, "--model", model, "--threads", 1, "--write-redrawn") == 0
    labels, redrawn = (
        nibabel.load(out / "heart" / f"{name}.nii.gz") for name in ("labels", "redrawn")
    )
    assert redrawn.shape == labels.shape
    np.testing.assert_array_equal(redrawn.affine, labels.affine)
    empty = ~np.asarray(labels.dataobj).any(axis=(0, 1))
    assert not np.asarray(redrawn.dataobj)[:, :, empty].any()


def test_a_model_without_an_autoencoder_redraws_nothing_and_says_so(cine, tmp_path, capsys):
    assert segment(cine, "-o", tmp_path / "out", "--write-redrawn") == 1
    assert "has no auto-encoder (redraw.pt)" in capsys.readouterr().err

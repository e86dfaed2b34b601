import numpy as np
import pytest

from CMRSegmentationLib.image import View
from Testing.Training.raw_datasets import (
    MNMS2_VENDORS,
    cine_xyzt,
    counts,
    heart_xyz,
    rewrite_header_zooms,
    write_mnms2_table,
    write_nifti,
)
from Training.datasets.examination import DataSetError
from Training.datasets.mnms2 import matching_frame, read

FRAMES, ED, ES = 5, 3, 1


def write_subject(folder, number):
    """Writes both views of a subject, ED from frame 3 and ES from frame 1 of the cine."""
    for letters, slices in (("SA", 3), ("LA", 1)):
        cine = cine_xyzt(FRAMES, seed=number)[:, :, :slices]
        stem = folder / f"{number:03d}" / f"{number:03d}_{letters}"
        write_nifti(stem.with_name(f"{stem.name}_CINE.nii.gz"), cine)
        for name, frame, lv_voxels in (("ED", ED, 6), ("ES", ES, 2)):
            labels = (
                heart_xyz(lv_voxels)[:, :, -slices:]
                if slices == 3
                else heart_xyz(lv_voxels)[:, :, 1:2]
            )
            write_nifti(stem.with_name(f"{stem.name}_{name}.nii.gz"), cine[..., frame])
            write_nifti(stem.with_name(f"{stem.name}_{name}_gt.nii.gz"), labels)


@pytest.fixture
def root(tmp_path):
    """`MnM2` with one subject of each split."""
    folder = write_mnms2_table(
        tmp_path / "MnM2", dict(zip((1, 161, 201), MNMS2_VENDORS, strict=True))
    )
    for number in (1, 161, 201):
        write_subject(folder / "dataset", number)
    return folder


def test_every_subject_has_a_short_and_a_long_axis_examination(root):
    examinations = read(root)
    assert [(e.patient, e.view) for e in examinations] == [
        (patient, view) for patient in ("001", "161", "201") for view in (View.SAX, View.LAX_4C)
    ]
    first = examinations[0]
    assert (first.dataset, first.pathology, first.scanner, first.field_t) == (
        "mnms2",
        "HCM",
        "Symphony",
        1.5,
    )


def test_vendors_are_spelled_as_in_every_data_set_and_the_number_gives_the_split(root):
    assert {e.patient: (e.vendor, e.split) for e in read(root.parent)} == {
        "001": ("Siemens", "train"),
        "161": ("Philips", "validation"),
        "201": ("GE", "test"),
    }


def test_subjects_160_200_and_360_are_the_last_of_their_groups(tmp_path):
    write_mnms2_table(tmp_path, dict.fromkeys((160, 200, 360), MNMS2_VENDORS[0]))
    assert [e.split for e in read(tmp_path)[::2]] == ["train", "validation", "test"]


def test_the_phases_are_found_in_the_cine(root):
    phases = {phase.name: phase for phase in read(root)[0].load()}
    assert {name: phase.frame for name, phase in phases.items()} == {"ED": ED, "ES": ES}
    assert counts(phases["ED"].labels) == {"LV": 6, "MYO": 2, "RV": 1}
    assert counts(phases["ES"].labels) == {"LV": 2, "MYO": 2, "RV": 1}
    assert phases["ED"].geometry.spacing_zyx_mm == pytest.approx((10.0, 1.6, 1.4))


def test_the_long_axis_is_a_single_slice(root):
    ed, _ = read(root)[1].load()
    assert ed.image.shape == ed.labels.shape == (1, 8, 9)
    assert ed.frame == ED


def test_zooms_that_contradict_the_affine_set_the_slice_pitch(root):
    subject = root / "dataset" / "001"
    for name in ("ED", "ES"):
        rewrite_header_zooms(subject / f"001_SA_{name}.nii.gz", (1.4, 1.6, 12.0))
    ed, _ = read(root)[0].load()
    assert ed.geometry.spacing_zyx_mm == pytest.approx((12.0, 1.6, 1.4))


def test_a_volume_with_rounding_noise_still_matches_its_frame(caplog):
    cine = cine_xyzt(4).transpose(3, 2, 1, 0)
    assert matching_frame(cine[2] + np.float32(0.01), cine, "001_SA_ED") == 2
    assert caplog.text == ""


def test_a_volume_of_another_cine_gets_the_nearest_frame_and_a_warning(caplog):
    cine = cine_xyzt(4).transpose(3, 2, 1, 0)
    assert matching_frame(0.7 * cine[2] + 0.3 * cine[0], cine, "001_SA_ED") == 2
    assert "001_SA_ED equals no frame" in caplog.text


def test_a_volume_that_does_not_fit_its_cine_is_refused():
    cine = cine_xyzt(4).transpose(3, 2, 1, 0)
    with pytest.raises(DataSetError, match=r"001_SA_ED is \(2, 8, 9\)"):
        matching_frame(cine[0][:2], cine, "001_SA_ED")


def test_an_image_without_labels_is_named(root):
    (root / "dataset/001/001_SA_ES_gt.nii.gz").unlink()
    with pytest.raises(DataSetError, match=r"001_SA_ES_gt\.nii\.gz, found none"):
        read(root)[0].load()


def test_labels_that_are_zero_throughout_are_named(root):
    write_nifti(root / "dataset/001/001_SA_ES_gt.nii.gz", 0 * heart_xyz(1))
    with pytest.raises(DataSetError, match=r"001_SA_ES_gt\.nii\.gz has no labeled voxel"):
        read(root)[0].load()


def test_labels_of_another_shape_are_refused(root):
    write_nifti(root / "dataset/001/001_SA_ED_gt.nii.gz", heart_xyz(3)[:, :, :2])
    with pytest.raises(DataSetError, match="001_SA_ED: the image is"):
        read(root)[0].load()


def test_a_subject_without_a_folder_is_named(root):
    (root / "dataset" / "201").rename(root / "dataset" / "301")
    with pytest.raises(DataSetError, match="subject 201"):
        read(root)


def test_another_folder_says_what_was_expected_and_found(tmp_path):
    (tmp_path / "patient001").mkdir()
    with pytest.raises(DataSetError, match=r"dataset_information\.csv.*found \['patient001'\]"):
        read(tmp_path)


def test_a_missing_folder_is_told_apart_from_a_wrong_one(tmp_path):
    with pytest.raises(DataSetError, match="no such folder"):
        read(tmp_path / "nowhere")


def test_a_table_without_vendors_is_refused(root):
    (root / "dataset_information.csv").write_text("SUBJECT_CODE,DISEASE\n1,HCM\n")
    with pytest.raises(DataSetError, match="found no VENDOR, SCANNER, FIELD"):
        read(root)


def test_a_subject_or_field_that_is_no_number_is_shown_with_its_row(tmp_path):
    root = write_mnms2_table(tmp_path, {1: "SIEMENS"})
    table = root / "dataset_information.csv"
    text = table.read_text()
    table.write_text(text.replace("1,HCM", "first,HCM"))
    with pytest.raises(DataSetError, match="as SUBJECT_CODE, found 'first' in the row"):
        read(root)
    table.write_text(text.replace("Symphony,1.5", "Symphony,high"))
    with pytest.raises(DataSetError, match="as FIELD, found 'high' in the row"):
        read(root)


def test_the_field_may_have_its_unit_or_be_unknown(tmp_path):
    root = write_mnms2_table(tmp_path, {1: "SIEMENS"})
    table = root / "dataset_information.csv"
    text = table.read_text()
    for written, expected in (("3 T", 3.0), ("1.5t", 1.5), ("", None)):
        table.write_text(text.replace("Symphony,1.5", f"Symphony,{written}"))
        assert read(root)[0].field_t == expected

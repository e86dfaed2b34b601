import nibabel as nib
import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, View
from Testing.Training.raw_datasets import cine_xyzt, counts, heart_xyz, write_acdc_info
from Training.datasets.acdc import read
from Training.datasets.examination import DataSetError

RV_1_MYO_2_LV_3 = (3, 2, 1)


def write_volume(path, voxels, spacing_xyz_mm=(1.4, 1.6, 10.0)):
    """As ACDC does: the affine is the identity, the spacing is in the header's zooms alone."""
    image = nib.Nifti1Image(voxels, np.eye(4))
    image.header.set_zooms(spacing_xyz_mm)
    image.header.set_sform(np.eye(4), code=2)
    image.to_filename(path)
    assert np.array_equal(nib.load(path).affine, np.eye(4))


def write_patient(folder, ed=1, es=12):
    write_acdc_info(folder, ed, es)
    for frame, lv_voxels in ((ed, 6), (es, 2)):
        stem = folder / f"{folder.name}_frame{frame:02d}"
        write_volume(stem.with_name(f"{stem.name}.nii.gz"), cine_xyzt(1, seed=frame)[..., 0])
        write_volume(
            stem.with_name(f"{stem.name}_gt.nii.gz"), heart_xyz(lv_voxels, RV_1_MYO_2_LV_3)
        )
    return folder


def test_a_patient_has_its_group_and_vendor(tmp_path):
    write_patient(tmp_path / "training" / "patient001")
    (examination,) = read(tmp_path)
    assert (examination.patient, examination.dataset, examination.vendor) == (
        "patient001",
        "acdc",
        "Siemens",
    )
    assert (examination.centre, examination.pathology, examination.split) == (
        "Dijon",
        "DCM",
        "train",
    )
    assert (examination.view, examination.annotated) == (View.SAX, FOREGROUND)


def test_the_frames_of_the_file_names_count_from_one_and_ours_from_zero(tmp_path):
    write_patient(tmp_path / "training" / "patient001", ed=1, es=12)
    (examination,) = read(tmp_path)
    assert (examination.ed_frame, examination.es_frame) == (0, 11)
    assert {phase.name: phase.frame for phase in examination.load()} == {"ED": 0, "ES": 11}


def test_the_labels_become_lv_myo_rv(tmp_path):
    write_patient(tmp_path / "training" / "patient001")
    phases = {phase.name: phase for phase in read(tmp_path)[0].load()}
    assert counts(phases["ED"].labels) == {"LV": 6, "MYO": 2, "RV": 1}
    assert counts(phases["ES"].labels) == {"LV": 2, "MYO": 2, "RV": 1}
    np.testing.assert_array_equal(
        phases["ED"].image, cine_xyzt(1, seed=1)[..., 0].transpose(2, 1, 0)
    )


def test_the_spacing_is_that_of_the_header_not_of_the_identity_affine(tmp_path):
    write_patient(tmp_path / "training" / "patient001")
    ed, es = read(tmp_path)[0].load()
    assert (
        ed.geometry.spacing_zyx_mm == es.geometry.spacing_zyx_mm == pytest.approx((10.0, 1.6, 1.4))
    )


def test_the_testing_folder_is_the_test_split_and_patients_come_in_order(tmp_path):
    for folder in ("testing/patient101", "training/patient010", "training/patient002"):
        write_patient(tmp_path / folder)
    assert {e.patient: e.split for e in read(tmp_path)} == {
        "patient101": "test",
        "patient002": "train",
        "patient010": "train",
    }


def test_the_folder_of_the_patients_itself_is_read_as_well(tmp_path):
    write_patient(tmp_path / "training" / "patient001")
    assert [e.patient for e in read(tmp_path / "training")] == ["patient001"]


def test_another_folder_says_what_was_expected_and_found(tmp_path):
    (tmp_path / "OpenDataset").mkdir()
    with pytest.raises(DataSetError, match=r"training/patient001.*found \['OpenDataset'\]"):
        read(tmp_path)


def test_an_info_file_without_es_is_refused(tmp_path):
    folder = write_patient(tmp_path / "patient001")
    (folder / "Info.cfg").write_text("ED: 1\nGroup: NOR\n")
    with pytest.raises(DataSetError, match=r"found no ES"):
        read(tmp_path)


def test_an_info_file_whose_frame_is_no_number_is_refused(tmp_path):
    folder = write_patient(tmp_path / "patient001")
    (folder / "Info.cfg").write_text("ED: first\nES: 12\nGroup: NOR\n")
    with pytest.raises(DataSetError, match=r"ED.*first"):
        read(tmp_path)


def test_an_image_without_labels_is_named(tmp_path):
    folder = write_patient(tmp_path / "patient001")
    (folder / "patient001_frame12_gt.nii.gz").unlink()
    with pytest.raises(DataSetError, match=r"patient001_frame12_gt\.nii\.gz, found none"):
        read(tmp_path)[0].load()


def test_a_damaged_image_is_named(tmp_path):
    folder = write_patient(tmp_path / "patient001")
    path = folder / "patient001_frame12.nii.gz"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataSetError, match=r"patient001_frame12\.nii\.gz is damaged"):
        read(tmp_path)[0].load()


def test_labels_of_another_shape_are_refused(tmp_path):
    folder = write_patient(tmp_path / "patient001")
    write_volume(folder / "patient001_frame12_gt.nii.gz", heart_xyz(2, RV_1_MYO_2_LV_3)[:, :, :2])
    with pytest.raises(DataSetError, match="patient001_frame12"):
        read(tmp_path)[0].load()


def test_labels_beyond_3_are_refused(tmp_path):
    folder = write_patient(tmp_path / "patient001")
    write_volume(folder / "patient001_frame12_gt.nii.gz", 2 * heart_xyz(2, RV_1_MYO_2_LV_3))
    with pytest.raises(DataSetError, match="labels 0 to 3"):
        read(tmp_path)[0].load()


def test_a_patient_without_its_info_file_is_not_passed_over(tmp_path):
    write_patient(tmp_path / "training" / "patient001")
    folder = write_patient(tmp_path / "training" / "patient002")
    (folder / "Info.cfg").unlink()
    with pytest.raises(DataSetError, match=r"patient002/Info\.cfg, found none"):
        read(tmp_path)


def test_a_folder_of_a_patients_name_that_holds_none_is_passed_over(tmp_path):
    """Such as that of an archive made on a Mac."""
    write_patient(tmp_path / "patient001")
    beside = tmp_path / "__MACOSX" / "patient001"
    beside.mkdir(parents=True)
    (beside / "._Info.cfg").touch()
    (beside / "._patient001_frame01.nii.gz").touch()
    assert [examination.patient for examination in read(tmp_path)] == ["patient001"]

import csv
import logging

import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, View
from Testing.Training.raw_datasets import SHAPE_XYZ, cine_xyzt, counts, heart_xyz, write_nifti
from Training.datasets.examination import DataSetError
from Training.datasets.mnms import read

TABLE = "211230_M&Ms_Dataset_information_diagnosis_opendataset.csv"
COLUMNS = [
    "", "External code", "VendorName", "Vendor", "Centre", "ED", "ES",
    "Age", "Pathology", "Sex", "Height", "Weight",
]  # fmt: skip
FRAMES = 6


def write_dataset(root, patients, labels):
    """Writes `OpenDataset`: {code: (folder, vendor, ED, ES)}, labels {code: {frame: voxels}}."""
    root.mkdir(parents=True)
    letters = {"Siemens": "A", "Philips": "B", "GE": "C", "Canon": "D"}
    with (root / TABLE).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for index, (code, (_, vendor, ed, es)) in enumerate(patients.items()):
            writer.writerow(
                [index, code, vendor, letters[vendor], "3", ed, es, 55, "HCM", "F", 165, 62]
            )
    for code, (folder, *_) in patients.items():
        voxels = np.zeros((*SHAPE_XYZ, FRAMES), dtype=np.uint8)
        for frame, lv_voxels in labels.get(code, {}).items():
            voxels[..., frame] = heart_xyz(lv_voxels)
        write_nifti(root / folder / code / f"{code}_sa.nii.gz", cine_xyzt(FRAMES))
        write_nifti(root / folder / code / f"{code}_sa_gt.nii.gz", voxels)
    return root


@pytest.fixture
def root(tmp_path):
    return tmp_path / "raw" / "OpenDataset"


def one(root, labels, ed=1, es=4, folder="Training/Labeled", vendor="Philips"):
    write_dataset(root, {"A0S9V9": (folder, vendor, ed, es)}, {"A0S9V9": labels})
    (examination,) = read(root)
    return examination


def phases(examination):
    return {phase.name: (phase.frame, counts(phase.labels)["LV"]) for phase in examination.load()}


def test_a_labeled_patient_has_its_metadata_frames_and_labels(root):
    examination = one(root, {1: 6, 4: 2})
    assert (examination.patient, examination.dataset, examination.vendor) == (
        "A0S9V9",
        "mnms",
        "Philips",
    )
    assert (examination.centre, examination.pathology, examination.split) == ("3", "HCM", "train")
    assert (examination.view, examination.annotated) == (View.SAX, FOREGROUND)
    assert (examination.ed_frame, examination.es_frame) == (1, 4)
    ed, es = sorted(examination.load(), key=lambda phase: phase.name)
    assert (ed.frame, es.frame) == (1, 4)
    assert counts(ed.labels) == {"LV": 6, "MYO": 2, "RV": 1}
    assert ed.image.shape == ed.labels.shape == (3, 8, 9)
    np.testing.assert_array_equal(ed.image, cine_xyzt(FRAMES)[..., 1].transpose(2, 1, 0))
    assert ed.geometry.spacing_zyx_mm == pytest.approx((10.0, 1.6, 1.4))


def test_the_frames_of_the_table_count_from_zero(root):
    assert phases(one(root, {0: 6, 5: 2}, ed=0, es=5)) == {"ED": (0, 6), "ES": (5, 2)}


def test_swapped_ed_and_es_are_told_apart_by_the_larger_ventricle(root, caplog):
    examination = one(root, {1: 6, 4: 2}, ed=4, es=1)
    assert (examination.ed_frame, examination.es_frame) == (1, 4)
    assert phases(examination) == {"ED": (1, 6), "ES": (4, 2)}
    assert "A0S9V9" in caplog.text


def test_frames_are_found_by_their_labels_where_the_table_is_wrong(root):
    assert phases(one(root, {2: 6, 5: 2}, ed=0, es=4)) == {"ED": (2, 6), "ES": (5, 2)}


def test_only_the_listed_frames_count_where_every_frame_is_labeled(root):
    assert phases(one(root, {0: 5, 1: 6, 2: 5, 3: 3, 4: 2, 5: 4})) == {"ED": (1, 6), "ES": (4, 2)}


def test_a_single_labeled_frame_keeps_its_name(root):
    assert phases(one(root, {4: 3})) == {"ES": (4, 3)}


def test_zeroed_labels_of_a_test_patient_count_as_unlabeled(root, caplog):
    examination = one(root, {}, folder="Testing", vendor="Canon")
    assert (examination.annotated, examination.split, examination.vendor) == ((), "test", "Canon")
    assert "A0S9V9: no voxel is labeled" in caplog.text
    assert [phase.frame for phase in examination.load()] == [1, 4]
    assert not any(phase.labels.any() for phase in examination.load())


def test_a_patient_of_the_unlabeled_folder_needs_no_label_file_and_no_frames(root, caplog):
    write_dataset(root, {"C1": ("Training/Unlabeled", "GE", "", "")}, {})
    (root / "Training/Unlabeled/C1/C1_sa_gt.nii.gz").unlink()
    with caplog.at_level(logging.WARNING):
        (examination,) = read(root)
    assert (examination.annotated, examination.vendor, examination.ed_frame) == ((), "GE", None)
    assert [(phase.name, phase.frame) for phase in examination.load()] == [
        ("frame00", 0),
        ("frame03", 3),
    ]
    assert caplog.text == ""


def test_labels_in_the_unlabeled_folder_are_used_because_content_decides(root):
    examination = one(root, {1: 6, 4: 2}, folder="Training/Unlabeled")
    assert examination.annotated == FOREGROUND
    assert phases(examination) == {"ED": (1, 6), "ES": (4, 2)}


def test_each_folder_has_its_split(root):
    patients = {
        "L1": ("Training/Labeled", "Siemens", 1, 4),
        "U1": ("Training/Unlabeled", "GE", 1, 4),
        "V1": ("Validation", "Philips", 1, 4),
        "T1": ("Testing", "Canon", 1, 4),
    }
    write_dataset(root, patients, {code: {1: 6, 4: 2} for code in patients})
    assert {e.patient: e.split for e in read(root.parent)} == {
        "L1": "train",
        "U1": "train",
        "V1": "validation",
        "T1": "test",
    }


def test_a_row_without_a_folder_is_no_error(root):
    patients = dict.fromkeys(("T1", "T2"), ("Testing", "GE", 1, 4))
    write_dataset(root, patients, {code: {1: 6, 4: 2} for code in patients})
    for path in (root / "Testing/T2").iterdir():
        path.unlink()
    (root / "Testing/T2").rmdir()
    assert [examination.patient for examination in read(root)] == ["T1"]


def test_a_folder_without_a_row_is_refused_by_name(root):
    write_dataset(root, {"T1": ("Testing", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    (root / "Testing" / "T7").mkdir()
    with pytest.raises(DataSetError, match="T7"):
        read(root)


def test_damaged_labels_are_reported_when_their_patient_is_loaded(root):
    write_dataset(root, {"T1": ("Testing", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    (root / "Testing/T1/T1_sa_gt.nii.gz").write_bytes(b"no image")
    (examination,) = read(root)
    with pytest.raises(DataSetError, match=r"T1_sa_gt\.nii\.gz is damaged"):
        examination.load()


def test_missing_labels_outside_the_unlabeled_folder_are_an_error_of_their_patient(root):
    write_dataset(root, {"T1": ("Training/Labeled", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    (root / "Training/Labeled/T1/T1_sa_gt.nii.gz").unlink()
    (examination,) = read(root)
    with pytest.raises(DataSetError, match=r"T1_sa_gt\.nii\.gz, found none"):
        examination.load()


def test_labels_of_another_shape_than_the_image_are_refused(root):
    write_dataset(root, {"T1": ("Testing", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    write_nifti(root / "Testing/T1/T1_sa.nii.gz", cine_xyzt(FRAMES - 1))
    (examination,) = read(root)
    with pytest.raises(DataSetError, match="T1: the image is"):
        examination.load()


def test_another_folder_says_what_was_expected_and_found(tmp_path):
    (tmp_path / "patient001").mkdir()
    with pytest.raises(DataSetError, match=r"OpenDataset.*found \['patient001'\]"):
        read(tmp_path)


def test_a_table_without_the_frames_is_refused(root):
    root.mkdir(parents=True)
    (root / TABLE).write_text("External code,VendorName\nA1,Siemens\n")
    with pytest.raises(DataSetError, match="found no Centre, ED, ES, Pathology"):
        read(root)


def change_table(root, old, new):
    text = (root / TABLE).read_text()
    assert old in text
    (root / TABLE).write_text(text.replace(old, new))


def test_a_frame_that_is_no_number_is_shown_with_its_row(root):
    write_dataset(root, {"T1": ("Testing", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    change_table(root, ",1,4,", ",1,N/A,")
    with pytest.raises(DataSetError, match=r"as ES, found 'N/A' in the row .*T1, GE, 3, 1, N/A"):
        read(root)


def test_a_row_that_ends_early_has_empty_cells(root):
    write_dataset(root, {"T1": ("Testing", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    with (root / TABLE).open("a") as file:
        file.write("7\n8,T9,GE\n")
    assert [examination.patient for examination in read(root)] == ["T1"]
    change_table(root, "T1,GE,C,3,1,4,55,HCM,F,165,62", "T1")
    with pytest.raises(DataSetError, match="found '' of T1"):
        read(root)


def test_a_table_of_other_bytes_than_utf_8_is_refused(root):
    write_dataset(root, {"T1": ("Testing", "GE", 1, 4)}, {"T1": {1: 6, 4: 2}})
    with (root / TABLE).open("ab") as file:
        file.write("8,Zoë,GE,C,3,1,4,55,HCM,F,165,62\n".encode("latin-1"))
    with pytest.raises(DataSetError, match="save it as CSV UTF-8"):
        read(root)

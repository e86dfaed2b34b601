import numpy as np
import pytest
from PIL import Image

from CMRSegmentationLib.image import Label, View
from Training.datasets.examination import DataSetError
from Training.datasets.sunnybrook import read

HEADER = "patient,category,spacing_x_mm,spacing_y_mm,slice_pitch_mm\n"
ED, ES = 19, 7
SHAPE_YX = (12, 10)


def write_slice(root, patient, slice_, phase, lv_pixels):
    """One pair of PNG: a gray image whose value is 10 × slice + phase, and its mask."""
    name = f"{patient}-IM-0001-{slice_ * 20 + phase + 1:04d}.png"
    mask = np.zeros(SHAPE_YX, dtype=np.uint8)
    mask.flat[:lv_pixels] = 255
    Image.fromarray(np.full(SHAPE_YX, 10 * slice_ + phase, dtype=np.uint8)).save(
        root / "images" / name
    )
    Image.fromarray(mask).save(root / "labels" / name)


def write_patient(root, patient):
    """Slices 1 to 3 at ED and 1 to 2 at ES, where the cavity is smaller."""
    for slice_ in (1, 2, 3):
        write_slice(root, patient, slice_, ED, lv_pixels=30)
    for slice_ in (1, 2):
        write_slice(root, patient, slice_, ES, lv_pixels=12)


@pytest.fixture
def root(tmp_path):
    for folder in ("images", "labels"):
        (tmp_path / folder).mkdir()
    (tmp_path / "spacing.csv").write_text(
        f"{HEADER}SC-HF-I-01,HF-I,1.25,1.5,8.0\nSC-N-02,N,1.3672,1.3672,10.0\n"
    )
    for patient in ("SC-HF-I-01", "SC-N-02"):
        write_patient(tmp_path, patient)
    return tmp_path


def test_a_patient_has_its_group_vendor_and_partial_annotation(root):
    first, second = read(root)
    assert (first.patient, first.dataset, first.vendor, first.field_t) == (
        "SC-HF-I-01",
        "sunnybrook",
        "GE",
        1.5,
    )
    assert (first.pathology, second.pathology) == ("HF-I", "N")
    assert (first.view, first.annotated) == (View.SAX, (Label.LV,))


def test_the_people_whose_dicom_is_the_test_set_are_in_the_test_split(root):
    assert [examination.split for examination in read(root)] == ["test", "train"]


def test_the_file_number_gives_slice_and_phase_and_the_smaller_cavity_is_es(root):
    phases = {phase.name: phase for phase in read(root)[0].load()}
    assert {name: phase.frame for name, phase in phases.items()} == {"ED": ED, "ES": ES}
    # Pixel values are 10 × slice + phase, so the slices come in order.
    assert phases["ED"].image[:, 0, 0].tolist() == [29, 39, 49]
    assert phases["ES"].image[:, 0, 0].tolist() == [17, 27]
    assert (phases["ED"].labels == Label.LV).sum() == 90
    assert set(np.unique(phases["ES"].labels)) == {Label.BACKGROUND, Label.LV}


def test_the_spacing_of_the_table_is_that_of_the_grid(root):
    ed = {phase.name: phase for phase in read(root)[0].load()}["ED"]
    assert ed.geometry.shape_zyx == (3, 12, 10)
    assert ed.geometry.spacing_zyx_mm == pytest.approx((8.0, 1.5, 1.25))


def test_another_folder_says_what_was_expected_and_found(tmp_path):
    (tmp_path / "patient001").mkdir()
    with pytest.raises(DataSetError, match=r"spacing\.csv.*found \['patient001'\]"):
        read(tmp_path)


def test_a_patient_without_masks_is_named(root):
    (root / "spacing.csv").write_text(f"{HEADER}SC-N-99,N,1.3672,1.3672,10.0\n")
    with pytest.raises(DataSetError, match="SC-N-99"):
        read(root)[0].load()


def test_a_patient_with_masks_at_three_phases_is_refused(root):
    write_slice(root, "SC-N-02", 1, 12, lv_pixels=20)
    with pytest.raises(DataSetError, match=r"two phases.*\[7, 12, 19\]"):
        read(root)[1].load()


def test_a_mask_without_image_is_named(root):
    (root / "images" / "SC-N-02-IM-0001-0028.png").unlink()
    with pytest.raises(DataSetError, match=r"SC-N-02-IM-0001-0028\.png"):
        read(root)[1].load()


def test_a_damaged_mask_is_named(root):
    path = root / "labels" / "SC-N-02-IM-0001-0028.png"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(DataSetError, match=r"SC-N-02-IM-0001-0028\.png is missing or damaged"):
        read(root)[1].load()


def test_a_table_without_the_slice_pitch_is_refused(root):
    (root / "spacing.csv").write_text(
        "patient,category,spacing_x_mm,spacing_y_mm\nSC-N-02,N,1.3672,1.3672\n"
    )
    with pytest.raises(DataSetError, match="slice_pitch_mm"):
        read(root)

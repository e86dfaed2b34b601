from pathlib import Path

import numpy as np
import pydicom
import pytest

from CMRSegmentationLib.image import View
from CMRSegmentationLib.reading.dicom import read_study
from Testing.Lib.reading.dicom_studies import only
from Testing.real_data import data_folder, unpack


def test_real_examination_is_one_sax_stack_and_each_long_axis_plane_apart(bivme: Path) -> None:
    study = read_study(bivme)
    assert {c.name: c.stack.shape_tzyx for c in study.cines} == {
        "sax": (25, 6, 208, 256),
        "lax_4c": (25, 1, 208, 256),
        "lax_3c": (25, 1, 256, 208),
        "lax_2c": (25, 1, 256, 208),
        "cine_se19001": (25, 1, 256, 208),  # two chambers of the right ventricle
        "cine_se22001": (25, 1, 256, 208),  # outflow tract of the right ventricle
    }
    assert study.cines[0].stack.geometry.spacing_zyx_mm == pytest.approx(
        (17.7, 1.40625, 1.40625), abs=1e-3
    )


@pytest.mark.parametrize(
    ("patient", "slices", "pitch"), [("SCD0000201", 13, 10.0), ("SCD0000301", 10, 8.0)]
)
def test_real_flat_folder_is_one_sax_cine_of_twenty_phases(
    tmp_path: Path, patient: str, slices: int, pitch: float
) -> None:
    folder = unpack(f"sunnybrook/{patient}.dicom.tar.xz", tmp_path) / patient
    study = read_study(folder)
    stack = only(study)
    assert stack.shape_tzyx == (20, slices, 256, 256)
    assert stack.geometry.spacing_zyx_mm[0] == pytest.approx(pitch, abs=1e-3)
    assert stack.frame_times_ms is not None
    assert (stack.view, study.findings, stack.findings) == (View.SAX, (), ())


def test_real_contoured_images_lie_at_their_slice_and_phase_with_blood_inside_the_contour(
    tmp_path: Path,
) -> None:
    # Image n of the contours is slice (n - 1) div 20 and phase (n - 1) mod 20; the stack runs the
    # other way.
    contours = data_folder("sunnybrook") / "sunnybrook" / "SCD0000101" / "contours" / "i-contours"
    stack = only(read_study(unpack("sunnybrook/SCD0000101.dicom.tar.xz", tmp_path)))
    assert stack.shape_tzyx == (20, 12, 256, 256)
    files = sorted(contours.glob("*.txt"))
    assert len(files) == 18
    for file in files:
        number = int(file.name.split("-")[2])
        image = stack.array[(number - 1) % 20, 11 - (number - 1) // 20]
        original = pydicom.dcmread(tmp_path / "SCD0000101" / "dicom" / f"{number}.dcm").pixel_array
        assert np.array_equal(image, original)
        rows, columns = np.indices(image.shape)
        x, y = np.loadtxt(file).mean(axis=0)
        from_center = np.hypot(rows - y, columns - x)
        assert image[from_center < 5].mean() > 1.3 * image[from_center < 60].mean()

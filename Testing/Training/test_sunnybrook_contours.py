"""Contours of the Sunnybrook cines on the grid of the cine that was read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.reading.files import read_input
from Testing.phantoms import beating_heart
from Testing.real_data import data_folder, unpack
from Testing.sunnybrook_phantoms import write_patient
from Training.datasets.examination import DataSetError
from Training.datasets.sunnybrook_contours import read_contours, volume_ml


def test_contours_fall_on_the_blood_pool_of_their_frame_and_slice(tmp_path: Path) -> None:
    stack, labels = beating_heart(slices=6, ed_frame=19, es_frame=6)
    folder = write_patient(tmp_path / "patient", stack, labels, (19, 6))
    cine = read_input(folder / "dicom").cines[0].stack
    slices = read_contours(folder / "contours" / "i-contours", folder / "dicom", cine.geometry)
    assert {s.frame for s in slices} == {6, 19}
    for one in slices:
        inside = np.abs(cine.array[one.frame, one.slice] - stack.array[one.frame]).mean(axis=(1, 2))
        truth = labels.array[one.frame, int(inside.argmin())] == Label.LV
        assert 2 * (one.mask & truth).sum() / (one.mask.sum() + truth.sum()) > 0.93


def test_volume_is_area_times_pitch_of_one_frame(tmp_path: Path) -> None:
    stack, labels = beating_heart(slices=6, ed_frame=19, es_frame=6)
    folder = write_patient(tmp_path / "patient", stack, labels, (19, 6))
    cine = read_input(folder / "dicom").cines[0].stack
    slices = read_contours(folder / "contours" / "i-contours", folder / "dicom", cine.geometry)
    for frame in (6, 19):
        true_ml = (labels.array[frame] == Label.LV).sum() * labels.geometry.voxel_volume_ml
        assert volume_ml(slices, frame, cine.geometry) == pytest.approx(true_ml, rel=0.05)


def test_a_folder_without_contours_is_refused(tmp_path: Path) -> None:
    stack, _ = beating_heart(slices=3)
    with pytest.raises(DataSetError, match="icontour-manual"):
        read_contours(tmp_path, tmp_path, stack.geometry)


def test_an_image_that_is_not_on_a_slice_of_the_cine_is_refused(tmp_path: Path) -> None:
    stack, labels = beating_heart(slices=4, empty_slices=(0, 0))
    folder = write_patient(tmp_path / "patient", stack, labels, (0,))
    elsewhere, _ = beating_heart(slices=4, degrees_xyz=(0.0, 0.0, 0.0))
    with pytest.raises(DataSetError, match="does not lie on a slice"):
        read_contours(folder / "contours" / "i-contours", folder / "dicom", elsewhere.geometry)


def test_real_contours_lie_on_bright_blood_within_darker_myocardium(tmp_path: Path) -> None:
    root = data_folder("sunnybrook/SCD0000101.dicom.tar.xz")
    unpack("sunnybrook/SCD0000101.dicom.tar.xz", tmp_path)
    dicom = tmp_path / "SCD0000101" / "dicom"
    cine = read_input(dicom).cines[0].stack
    contours = root / "sunnybrook" / "SCD0000101" / "contours" / "i-contours"
    slices = read_contours(contours, dicom, cine.geometry)
    inside = [cine.array[s.frame, s.slice][s.mask].mean() for s in slices]
    ring = [cine.array[s.frame, s.slice][_ring(s.mask)].mean() for s in slices]
    assert np.mean(np.array(inside) > np.array(ring)) > 0.9


def _ring(mask: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    return ndimage.binary_dilation(mask, iterations=4) & ~ndimage.binary_dilation(
        mask, iterations=1
    )

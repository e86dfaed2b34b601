import logging

import nibabel as nib
import numpy as np
import pytest

from Testing.phantoms import oblique_geometry
from Testing.Training.raw_datasets import cine_xyzt, heart_xyz, rewrite_header_zooms, write_nifti
from Training.datasets.examination import DataSetError
from Training.datasets.nifti import read_image, read_labels


def test_a_cine_is_read_as_frames_slices_rows_columns_on_its_oblique_grid(tmp_path):
    voxels = cine_xyzt(frames=2)
    image = read_image(write_nifti(tmp_path / "cine.nii.gz", voxels))
    assert image.array.shape == (2, 3, 8, 9)
    assert image.array[1, 2, 5, 7] == voxels[7, 5, 2, 1]
    expected = oblique_geometry((3, 8, 9), (10.0, 1.6, 1.4))
    assert image.geometry.matches(expected)


def test_a_volume_and_a_plane_have_one_frame(tmp_path):
    assert read_image(write_nifti(tmp_path / "volume.nii", cine_xyzt(1)[..., 0])).array.shape == (
        1,
        3,
        8,
        9,
    )
    assert read_image(
        write_nifti(tmp_path / "plane.nii", cine_xyzt(1)[:, :, 0, 0])
    ).array.shape == (1, 1, 8, 9)


def test_cosines_that_are_not_orthonormal_are_kept(tmp_path):
    affine = oblique_geometry((3, 8, 9), (10.0, 1.6, 1.4)).ijk_to_ras.copy()
    affine[:3, 0] += 0.02 * affine[:3, 1]
    image = read_image(write_nifti(tmp_path / "sheared.nii.gz", cine_xyzt(2), affine))
    np.testing.assert_allclose(image.geometry.ijk_to_ras, affine, atol=1e-5)
    # A shear along a row leaves the volume of a voxel as it was: 10 × 1.6 × 1.4 mm.
    assert image.geometry.voxel_volume_mm3 == pytest.approx(22.4, rel=1e-4)


@pytest.mark.parametrize("orientation", [[(0, -1), (1, 1), (2, -1)], [(1, 1), (0, -1), (2, 1)]])
def test_a_voxel_keeps_its_place_in_the_body_in_whatever_orientation_it_is_stored(
    orientation, tmp_path
):
    voxels = cine_xyzt(1)[..., 0]
    path = write_nifti(tmp_path / "stored.nii.gz", voxels)
    nib.load(path).as_reoriented(np.array(orientation)).to_filename(tmp_path / "turned.nii.gz")
    places = []
    for name in ("stored.nii.gz", "turned.nii.gz"):
        image = read_image(tmp_path / name)
        z, y, x = np.unravel_index(image.array[0].argmax(), image.array.shape[1:])
        places.append(image.geometry.ijk_to_ras @ [x, y, z, 1])
    np.testing.assert_allclose(*places, atol=1e-4)


def test_header_zooms_that_contradict_the_affine_set_the_spacing(tmp_path, caplog):
    path = write_nifti(
        tmp_path / "lost.nii.gz", cine_xyzt(1)[..., 0], np.diag([-1.0, 1.0, 1.0, 1.0])
    )
    rewrite_header_zooms(path, (1.25, 1.5, 8.0))
    with caplog.at_level(logging.WARNING):
        image = read_image(path)
    assert image.geometry.spacing_zyx_mm == pytest.approx((8.0, 1.5, 1.25))
    assert image.geometry.ijk_to_ras[0, 0] == pytest.approx(-1.25)
    assert "lost.nii.gz" in caplog.text


def test_a_truncated_file_is_named(tmp_path):
    path = write_nifti(tmp_path / "cut.nii.gz", cine_xyzt(3))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataSetError, match=r"cut\.nii\.gz is damaged"):
        read_image(path)


@pytest.mark.parametrize("content", [b"", b"no image", b"x" * 500])
def test_a_file_of_something_else_is_named(tmp_path, content):
    path = tmp_path / "text.nii.gz"
    path.write_bytes(content)
    with pytest.raises(DataSetError, match=r"text\.nii\.gz is damaged"):
        read_image(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataSetError, match=r"001_SA_ED\.nii\.gz, found none"):
        read_image(tmp_path / "001_SA_ED.nii.gz")


def test_labels_beyond_3_are_refused(tmp_path):
    labels = heart_xyz(3)
    labels[0, 0, 0] = 5
    with pytest.raises(DataSetError, match="labels 0 to 3"):
        read_labels(write_nifti(tmp_path / "gt.nii.gz", labels))


def test_a_file_that_was_unpacked_after_the_download_is_read_in_its_place(tmp_path):
    write_nifti(tmp_path / "cine.nii", cine_xyzt(2))
    assert read_image(tmp_path / "cine.nii.gz").array.shape == (2, 3, 8, 9)

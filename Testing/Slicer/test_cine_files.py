"""A 4-D NIfTI is claimed if its grid, frames and times can be those of a cine, and only then."""

import gzip

import pytest
from CMRSegmentationMRML.cine_files import CINE, NONE, OTHER, confidence

from CMRSegmentationLib.image import Geometry
from CMRSegmentationLib.reading import nifti

SECONDS, MILLISECONDS, UNKNOWN = 8, 16, 0
MM = 2


def write(path, shape_tzyx, spacing_zyx_mm, step=0.0, unit=UNKNOWN):
    """The header of a 4-D file; the voxels are never read."""
    frames, *shape_zyx = shape_tzyx
    header = nifti.new_header(
        Geometry.from_spacing(tuple(shape_zyx), spacing_zyx_mm), frames, None
    ).copy()
    header["pixdim"][4] = step
    header["xyzt_units"] = MM + unit
    path.write_bytes(gzip.compress(header.tobytes() + bytes(8)))
    return path


CINES = {
    "ACDC, step not given": ((30, 10, 256, 216), (10.0, 1.56, 1.56), 1.0, SECONDS),
    "a step in ms": ((25, 12, 256, 256), (8.0, 1.4, 1.4), 35.0, MILLISECONDS),
    "a step in s": ((20, 9, 192, 192), (10.0, 1.8, 1.8), 0.05, SECONDS),
    "a long axis": ((25, 1, 256, 256), (6.0, 1.4, 1.4), 36.0, UNKNOWN),
}
OTHERS = {
    "fMRI of 200 frames": ((200, 36, 64, 64), (3.6, 3.3, 3.3), 2.0, SECONDS),
    "fMRI of 60 frames": ((60, 24, 64, 64), (5.0, 3.0, 3.0), 2.0, SECONDS),
    "CT perfusion": ((30, 16, 512, 512), (5.0, 0.45, 0.45), 2.0, SECONDS),
    "CT perfusion of the whole heart": ((20, 320, 512, 512), (0.5, 0.4, 0.4), 1.0, SECONDS),
    "diffusion": ((65, 70, 140, 140), (2.0, 2.0, 2.0), 0.0, UNKNOWN),
    "end-diastole and end-systole": ((2, 10, 256, 216), (10.0, 1.56, 1.56), 1.0, SECONDS),
    "a step beyond a heart beat": ((25, 12, 256, 256), (8.0, 1.4, 1.4), 500.0, MILLISECONDS),
}


@pytest.mark.parametrize("name", CINES)
def test_a_cine_is_claimed_before_slicers_own_reader(tmp_path, name):
    assert confidence(write(tmp_path / "a.nii.gz", *CINES[name])) == CINE > 0.56


@pytest.mark.parametrize("name", OTHERS)
def test_another_4d_image_is_left_to_slicers_own_reader(tmp_path, name):
    assert confidence(write(tmp_path / "a.nii.gz", *OTHERS[name])) == OTHER < 0.5


def test_a_volume_is_not_claimed(tmp_path):
    assert confidence(write(tmp_path / "a.nii.gz", (1, 10, 256, 216), (10.0, 1.5, 1.5))) == NONE


@pytest.mark.parametrize("content", [b"text", gzip.compress(b"text"), b"\x1f\x8bcut"])
def test_what_is_no_nifti_is_not_claimed(tmp_path, content):
    (tmp_path / "a.nii.gz").write_bytes(content)
    assert confidence(tmp_path / "a.nii.gz") == NONE


def test_a_file_that_is_not_there_is_not_claimed(tmp_path):
    assert confidence(tmp_path / "missing.nii") == NONE

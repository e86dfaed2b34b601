import gzip
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from numpy.typing import NDArray

from CMRSegmentationLib.image import Geometry
from CMRSegmentationLib.reading import nifti
from CMRSegmentationLib.reading.study import ReadError
from Testing.phantoms import oblique_geometry

VALUES = np.arange(3 * 4 * 5 * 2).reshape(3, 4, 5, 2) % 100


def save(
    path: Path,
    values: NDArray[Any] = VALUES,
    *,
    kind: type[nib.Nifti1Image] = nib.Nifti1Image,
    dtype: str = "int16",
    affine: NDArray[np.float64] | None = None,
    **fields: Any,
) -> Path:
    """Write a file with nibabel, then set header fields in its bytes that nibabel would refuse."""
    affine = oblique_geometry((5, 4, 3)).ijk_to_ras if affine is None else affine
    image = kind(values.astype(dtype), affine, dtype=dtype)
    image.header.set_xyzt_units("mm", "msec")
    path.write_bytes(image.to_bytes())
    if fields:
        header = np.array(nifti.read_header(path))
        for name, value in fields.items():
            header[name] = value
        path.write_bytes(header.tobytes() + path.read_bytes()[header.dtype.itemsize :])
    return path


@pytest.mark.parametrize(
    "dtype",
    [
        "uint8",
        "int8",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "float32",
        "float64",
    ],
)
def test_every_number_type_is_read(tmp_path: Path, dtype: str) -> None:
    file = nifti.read_nifti(save(tmp_path / "a.nii", dtype=dtype))
    assert file.array.dtype == dtype
    assert np.array_equal(file.scaled, VALUES)


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("order", ["<", ">"])
def test_both_versions_and_byte_orders_give_nibabels_values_and_affine(
    tmp_path: Path, kind: type[nib.Nifti1Image], order: str
) -> None:
    image = kind(
        VALUES.astype("int16"),
        oblique_geometry((5, 4, 3)).ijk_to_ras,
        kind.header_class(endianness=order),
    )
    path = tmp_path / "a.nii"
    path.write_bytes(image.to_bytes())
    file = nifti.read_nifti(path)
    assert np.array_equal(file.scaled, VALUES)
    assert np.allclose(nifti.ijk_to_ras(file.header)[0], nib.load(path).affine, atol=1e-5)


def test_compressed_file_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    plain = save(tmp_path / "a.nii")
    plain.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(nifti.read_nifti(plain).scaled, VALUES)


@pytest.mark.parametrize("cut", [100, 400, 900])
def test_a_file_compressed_in_two_members_is_read_whole(tmp_path: Path, cut: int) -> None:
    data = save(tmp_path / "a.nii", dtype="float64").read_bytes()
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(data[:cut]) + gzip.compress(data[cut:]) + bytes(8))
    assert np.array_equal(nifti.read_nifti(path).scaled, VALUES)


def test_a_compressed_file_whose_checksum_is_wrong_is_refused(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(save(tmp_path / "a.nii").read_bytes()))
    data[-8] ^= 1
    path = tmp_path / "a.nii.gz"
    path.write_bytes(data)
    with pytest.raises(ReadError, match="truncated or damaged"):
        nifti.read_nifti(path)


def test_slope_2_and_intercept_minus_5_scale_the_numbers(tmp_path: Path) -> None:
    file = nifti.read_nifti(save(tmp_path / "a.nii", scl_slope=2.0, scl_inter=-5.0))
    assert np.array_equal(file.scaled, 2.0 * VALUES - 5.0)


@pytest.mark.parametrize("slope", [0.0, np.nan])
def test_slope_of_zero_or_nan_means_no_scaling(tmp_path: Path, slope: float) -> None:
    assert np.array_equal(
        nifti.read_nifti(save(tmp_path / "a.nii", scl_slope=slope, scl_inter=7.0)).scaled, VALUES
    )


@pytest.mark.parametrize("kept", [0, 100, 347, 360, 500])
def test_truncated_plain_file_is_refused(tmp_path: Path, kept: int) -> None:
    path = save(tmp_path / "a.nii")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ReadError, match=r"truncated|not a NIfTI"):
        nifti.read_nifti(path)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_truncated_compressed_file_is_refused(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "a.nii.gz"
    data = gzip.compress(save(tmp_path / "a.nii", dtype="float64").read_bytes())
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(ReadError, match="truncated or damaged"):
        nifti.read_nifti(path)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"datatype": 128}, "RGB"),
        ({"datatype": 32}, "complex"),
        ({"datatype": 77}, "unknown number type"),
        ({"dim": [9, 3, 4, 5, 2, 1, 1, 1]}, "not a NIfTI|impossible dimensions"),
        ({"dim": [4, 3, -4, 5, 2, 1, 1, 1]}, "impossible dimensions"),
        ({"dim": [4, 30000, 30000, 30000, 30000, 1, 1, 1]}, "more than a cine has"),
        ({"magic": np.void(b"ni1\0")}, "pair of .hdr and .img"),
        ({"magic": np.void(b"what")}, "magic"),
    ],
)
def test_header_that_is_no_gray_image_is_refused(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    path = save(tmp_path / "a.nii", **fields)
    with pytest.raises(ReadError, match=reason):
        nifti.read_nifti(path)


def test_oblique_sform_is_used_as_it_stands(tmp_path: Path) -> None:
    geometry = oblique_geometry((5, 4, 3))
    matrix, findings = nifti.ijk_to_ras(nifti.read_header(save(tmp_path / "a.nii")))
    assert Geometry((5, 4, 3), matrix).matches(geometry)
    assert findings == ()


def test_sheared_sform_keeps_its_shear(tmp_path: Path) -> None:
    sheared = np.array(oblique_geometry((5, 4, 3)).ijk_to_ras)
    sheared[:3, 2] += 0.5 * sheared[:3, 0]
    path = save(tmp_path / "a.nii", affine=sheared)
    assert np.allclose(nifti.ijk_to_ras(nifti.read_header(path))[0], sheared, atol=1e-4)


def test_qform_is_used_without_sform_also_for_a_mirrored_grid(tmp_path: Path) -> None:
    mirrored = np.array(oblique_geometry((5, 4, 3)).ijk_to_ras)
    mirrored[:3, 2] *= -1
    path = save(tmp_path / "a.nii", affine=mirrored)
    image = nib.load(path)
    image.set_qform(mirrored, 1)
    image.set_sform(None, 0)
    path.write_bytes(image.to_bytes())
    matrix, findings = nifti.ijk_to_ras(nifti.read_header(path))
    assert np.allclose(matrix, mirrored, atol=1e-4)
    assert findings == ()


def test_unit_sform_beside_other_pixdim_keeps_directions_and_origin_and_says_so(
    tmp_path: Path,
) -> None:
    # As in ACDC: directions (-1, 0, 0), (0, -1, 0), (0, 0, 1), pixdim 1.5 × 1.5 × 10.
    unit = np.diag([-1.0, -1.0, 1.0, 1.0])
    unit[:3, 3] = [5.0, 6.0, 7.0]
    path = save(tmp_path / "a.nii", affine=unit, pixdim=[1, 1.5, 1.5, 10, 1, 1, 1, 1])
    matrix, findings = nifti.ijk_to_ras(nifti.read_header(path))
    assert np.array_equal(matrix, [[-1.5, 0, 0, 5], [0, -1.5, 0, 6], [0, 0, 10, 7], [0, 0, 0, 1]])
    assert [f.code for f in findings] == ["spacing_guessed"]


@pytest.mark.parametrize(
    "affine", [np.zeros((4, 4)), np.diag([1.5, 0.0, 10.0, 1.0]), np.full((4, 4), np.nan)]
)
def test_singular_sform_falls_back_to_pixdim(tmp_path: Path, affine: NDArray[np.float64]) -> None:
    path = save(
        tmp_path / "a.nii", pixdim=[1, 1.5, 1.25, 10, 1, 1, 1, 1], srow=affine[:3], qform_code=0
    )
    matrix, findings = nifti.ijk_to_ras(nifti.read_header(path))
    assert np.array_equal(matrix, np.diag([1.5, 1.25, 10.0, 1.0]))
    assert [f.code for f in findings] == ["spacing_guessed", "orientation_unknown"]


def test_damaged_bits_in_the_sform_are_no_number_and_no_warning(tmp_path: Path) -> None:
    path = save(tmp_path / "a.nii", qform_code=0)
    header = np.array(nifti.read_header(path))
    signaling_nan = np.uint32(0x7FA00000).astype(header["srow"].dtype.str.replace("f", "u"))
    header["srow"].view(signaling_nan.dtype)[0, 0] = signaling_nan
    _, findings = nifti.ijk_to_ras(header)
    assert [f.code for f in findings] == ["spacing_guessed", "orientation_unknown"]


def test_sform_and_pixdim_that_both_have_scale_but_disagree_are_reported(tmp_path: Path) -> None:
    path = save(tmp_path / "a.nii", pixdim=[1, 1.4, 1.6, 8, 1, 1, 1, 1])
    matrix, findings = nifti.ijk_to_ras(nifti.read_header(path))
    assert Geometry((5, 4, 3), matrix).spacing_zyx_mm == pytest.approx((10.0, 1.6, 1.4))
    assert [(f.code, f.severity) for f in findings] == [("spacing_guessed", "warning")]


def test_file_without_any_affine_has_its_spacing_and_no_orientation(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.nii", pixdim=[1, 1.5, 1.25, 10, 1, 1, 1, 1], sform_code=0, qform_code=0
    )
    matrix, findings = nifti.ijk_to_ras(nifti.read_header(path))
    assert np.array_equal(matrix, np.diag([1.5, 1.25, 10.0, 1.0]))
    assert [f.code for f in findings] == ["orientation_unknown"]


def test_metres_become_millimetres(tmp_path: Path) -> None:
    affine = np.diag([0.0015, 0.00125, 0.01, 1.0])
    path = save(
        tmp_path / "a.nii",
        affine=affine,
        xyzt_units=1 + 16,
        pixdim=[1, 0.0015, 0.00125, 0.01, 1, 1, 1, 1],
    )
    assert np.allclose(
        nifti.ijk_to_ras(nifti.read_header(path))[0], np.diag([1.5, 1.25, 10.0, 1.0])
    )


@pytest.mark.parametrize("spacing", [0.0, -10.0, 1000.0, 0.001, np.nan, np.inf])
def test_zero_negative_or_absurd_spacing_is_refused(tmp_path: Path, spacing: float) -> None:
    path = save(tmp_path / "a.nii", pixdim=[1, 1.5, 1.25, spacing, 1, 1, 1, 1])
    with pytest.raises(ReadError, match=r"voxel spacing between 0\.05 and 100 mm"):
        nifti.ijk_to_ras(nifti.read_header(path))


@pytest.mark.parametrize(
    ("code", "unit"), [(0, None), (8, "s"), (16, "ms"), (24, "us"), (32, None)]
)
def test_unit_of_time_is_that_of_the_header(tmp_path: Path, code: int, unit: str | None) -> None:
    assert nifti.read_nifti(save(tmp_path / "a.nii", xyzt_units=2 + code)).time_unit == unit


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "shape", [(3, 4, 5, 2), (3, 4, 5), (3, 4, 5, 1), (3, 4, 1, 2), (3, 4, 5, 2, 1)]
)
def test_label_file_keeps_shape_affines_and_units_of_the_header(
    tmp_path: Path, shape: tuple[int, ...], order: str
) -> None:
    geometry = oblique_geometry((5, 4, 3))
    header = nib.Nifti1Header(endianness=order)
    header.set_xyzt_units("mm", "sec")
    image = nib.Nifti1Image(np.zeros(shape, np.float32), geometry.ijk_to_ras, header)
    image.set_qform(geometry.ijk_to_ras, 2)
    image.header["pixdim"][4] = 0.04
    image.header["scl_slope"], image.header["scl_inter"], image.header["cal_max"] = 3.0, 1.0, 900.0
    (tmp_path / "in.nii").write_bytes(image.to_bytes())
    x, y, z, t = (*shape, 1)[:4]
    labels = (np.arange(t * z * y * x).reshape(t, z, y, x) % 4).astype(np.uint8)
    path = tmp_path / "labels.nii"
    path.write_bytes(nifti.label_file(labels, nifti.read_header(tmp_path / "in.nii")))
    read, original = nib.load(path), nib.load(tmp_path / "in.nii")
    assert np.array_equal(np.asarray(read.dataobj), labels.transpose(3, 2, 1, 0).reshape(shape))
    assert read.get_data_dtype() == np.uint8
    assert read.header.endianness == order
    for field in ("dim", "pixdim", "qform_code", "sform_code", "xyzt_units"):
        assert np.array_equal(read.header[field], original.header[field])
    assert np.array_equal(read.get_sform(), original.get_sform())
    assert np.array_equal(read.get_qform(), original.get_qform())


def test_labels_that_do_not_fit_the_header_are_refused(tmp_path: Path) -> None:
    header = nifti.read_header(save(tmp_path / "a.nii"))
    with pytest.raises(ValueError, match="do not fit"):
        nifti.label_file(np.zeros((2, 5, 3, 4), np.uint8), header)


@pytest.mark.parametrize(
    "degrees", [(0.0, 0.0, 0.0), (40.0, -20.0, 30.0), (180.0, 0.0, 90.0), (-130.0, 30.0, 10.0)]
)
@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_new_header_has_equal_sform_and_qform_for_orthogonal_grids(
    tmp_path: Path, degrees: tuple[float, float, float], mirror: float
) -> None:
    matrix = np.array(oblique_geometry((5, 4, 3), degrees_xyz=degrees).ijk_to_ras)
    matrix[:3, 2] *= mirror
    header = nifti.new_header(Geometry((5, 4, 3), matrix), frames=2, step_ms=40.0)
    path = tmp_path / "a.nii"
    path.write_bytes(nifti.label_file(np.zeros((2, 5, 4, 3), np.uint8), header))
    image = nib.load(path)
    assert np.allclose(image.get_sform(), matrix, atol=1e-4)
    assert np.allclose(image.get_qform(), matrix, atol=1e-4)
    assert image.header.get_zooms() == pytest.approx((1.4, 1.6, 10.0, 40.0))
    assert image.header.get_xyzt_units() == ("mm", "msec")


def test_new_header_of_a_sheared_grid_has_no_qform(tmp_path: Path) -> None:
    sheared = np.array(oblique_geometry((5, 4, 3)).ijk_to_ras)
    sheared[:3, 2] += 0.5 * sheared[:3, 0]
    header = nifti.new_header(Geometry((5, 4, 3), sheared), frames=1, step_ms=None)
    assert (int(header["qform_code"]), int(header["sform_code"]), int(header["dim"][0])) == (
        0,
        1,
        3,
    )

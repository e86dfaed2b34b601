from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from CMRSegmentationLib.image import CineStack, LabelMap
from CMRSegmentationLib.reading import files
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reading.files import (
    ReadError,
    input_name,
    labels_axes,
    read_cine,
    read_frame_times,
    read_input,
    read_labels,
    write_labels,
)
from Testing.dicom_phantoms import write_series
from Testing.phantoms import HeartPhantom, beating_heart
from Testing.real_data import data_folder

PHANTOM = HeartPhantom(frames=5, slices=4, rows=40, columns=48, empty_slices=(0, 0))


def write_nifti(
    path: Path, array: NDArray[Any], affine: NDArray[np.float64] | None = None, **header: Any
) -> Path:
    """Write an array in NIfTI's axis order (x, y, z, …), on the phantom's grid by default."""
    image = nib.Nifti1Image(array, PHANTOM.geometry.ijk_to_ras if affine is None else affine)
    image.header.set_xyzt_units("mm", header.pop("unit", "msec"))
    for field, value in header.items():
        image.header[field] = value
    nib.save(image, path)
    return path


def write_cine(path: Path, stack: CineStack, **header: Any) -> Path:
    step = 0.0 if stack.frame_times_ms is None else stack.frame_times_ms[1]
    zooms = [1.0, *stack.geometry.spacing_zyx_mm[::-1], step, 1, 1, 1]
    fields = {"pixdim": zooms, **header}
    return write_nifti(path, stack.array.transpose(3, 2, 1, 0), stack.geometry.ijk_to_ras, **fields)


def write_metaimage(path: Path, stack: CineStack, step: float = 180.0) -> Path:
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ stack.geometry.ijk_to_ras
    direction = np.eye(4)
    direction[:3, :3] = lps[:3, :3] / np.linalg.norm(lps[:3, :3], axis=0)
    image = sitk.GetImageFromArray(stack.array, isVector=False)
    image.SetSpacing((*stack.geometry.spacing_zyx_mm[::-1], step))
    image.SetOrigin((*lps[:3, 3].tolist(), 0.0))
    image.SetDirection(direction.ravel().tolist())
    sitk.WriteImage(image, str(path))
    return path


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_cine_comes_back_with_values_grid_and_times(tmp_path: Path, suffix: str) -> None:
    stack = read_cine(write_cine(tmp_path / f"a{suffix}", PHANTOM.cine))
    assert np.array_equal(stack.array, PHANTOM.cine.array)
    assert stack.geometry.matches(PHANTOM.geometry)
    assert stack.frame_times_ms == pytest.approx((0.0, 180.0, 360.0, 540.0, 720.0))
    assert stack.findings == ()


def test_axes_of_one_element_between_space_and_time_are_kept_in_the_labels(tmp_path: Path) -> None:
    array = PHANTOM.cine.array.transpose(3, 2, 1, 0)[:, :, :, None]
    path = write_nifti(tmp_path / "a.nii", array)
    assert np.array_equal(read_cine(path).array, PHANTOM.cine.array)
    write_labels(tmp_path / "b.nii", PHANTOM.labels, like=path)
    assert nib.load(tmp_path / "b.nii").shape == (48, 40, 4, 1, 5)
    assert np.array_equal(read_labels(tmp_path / "b.nii").array, PHANTOM.labels.array)


def test_40_images_of_one_place_are_no_slices_unless_the_user_says_so(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    image = HeartPhantom(frames=1, slices=1, empty_slices=(0, 0)).cine.array[0, 0]
    bolus = 1.0 + 1.5 / (1.0 + np.exp(12.0 - np.arange(40.0)))
    images = bolus * image.T[:, :, None] + rng.normal(0.0, 5.0, (*image.T.shape, 40))
    path = write_nifti(tmp_path / "a.nii", images.astype(np.float32))
    with pytest.raises(ReadError, match=r"40 images of one place, as of perfusion .* --axes xyt"):
        read_cine(path)
    assert read_cine(path, Axes("xyz")).shape_tzyx[:2] == (1, 40)
    with pytest.raises(ReadError, match="changing brightness"):
        read_cine(path, Axes("xyt"))


@pytest.mark.parametrize("suffix", [".mha", ".mhd"])
def test_metaimage_comes_back_with_values_grid_and_times(tmp_path: Path, suffix: str) -> None:
    stack = read_cine(write_metaimage(tmp_path / f"a{suffix}", PHANTOM.cine))
    assert np.array_equal(stack.array, PHANTOM.cine.array)
    assert stack.geometry.matches(PHANTOM.geometry)
    assert stack.frame_times_ms == pytest.approx((0.0, 180.0, 360.0, 540.0, 720.0))
    assert [f.code for f in stack.findings] == ["time_guessed"]


def test_three_dimensional_file_is_one_frame(tmp_path: Path) -> None:
    stack = read_cine(write_nifti(tmp_path / "a.nii", PHANTOM.cine.array[2].T))
    assert stack.shape_tzyx == (1, 4, 40, 48)
    assert np.array_equal(stack.array[0], PHANTOM.cine.array[2])
    assert (stack.frame_times_ms, stack.findings) == (None, ())


@pytest.mark.parametrize("slices", [1, 3, 25])
@pytest.mark.parametrize("frames", [1, 4])
def test_one_three_or_25_slices_of_one_or_more_frames_are_read(
    tmp_path: Path, slices: int, frames: int
) -> None:
    cine, _ = beating_heart(
        frames=frames, slices=slices, rows=32, columns=36, empty_slices=(0, 0), cycle_ms=None
    )
    assert read_cine(write_cine(tmp_path / "a.nii", cine)).shape_tzyx == (frames, slices, 32, 36)


def test_implausible_time_step_is_not_trusted(tmp_path: Path) -> None:
    path = write_cine(
        tmp_path / "a.nii", PHANTOM.cine, pixdim=[1, 1.4, 1.6, 10, 5.0, 1, 1, 1], unit="sec"
    )
    stack = read_cine(path)
    assert stack.frame_times_ms is None
    assert [f.code for f in stack.findings] == ["time_not_trusted"]


def test_file_that_lost_its_spacing_is_read_with_a_warning(tmp_path: Path) -> None:
    stack = read_cine(write_nifti(tmp_path / "a.nii", PHANTOM.cine.array[0].T, np.eye(4)))
    assert [(f.code, f.severity) for f in stack.findings] == [("spacing_guessed", "warning")]


def with_value(value: float) -> NDArray[np.float32]:
    array = np.array(PHANTOM.cine.array[0].T)
    array[3, 4, 1] = value
    return array


def heart_volume(edge: int, spacing_mm: float) -> Callable[[Path], Path]:
    affine = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    values = np.arange(edge**3, dtype=np.int16).reshape((edge,) * 3)
    return lambda path: write_nifti(path, values, affine)


BAD_NIFTI: dict[str, tuple[Callable[[Path], Path], str]] = {
    "2-D": (
        lambda path: write_nifti(path, PHANTOM.cine.array[0, 0].T),
        "3 or 4 dimensions, found 2",
    ),
    "5-D": (
        lambda path: write_nifti(path, np.zeros((8, 8, 4, 3, 2), np.int16)),
        "3 or 4 dimensions, found 5",
    ),
    "RGB": (
        lambda path: write_nifti(
            path, np.zeros((40, 40, 4), [("R", "u1"), ("G", "u1"), ("B", "u1")])
        ),
        "found RGB colors",
    ),
    "NaN": (lambda path: write_nifti(path, with_value(np.nan)), "NaN or infinite"),
    "infinite": (lambda path: write_nifti(path, with_value(np.inf)), "NaN or infinite"),
    "all zero": (lambda path: write_nifti(path, np.zeros((40, 40, 4), np.int16)), "the same value"),
    "200³ isotropic": (heart_volume(200, 1.0), "not a stack of slices"),
    "30 thin slices": (
        lambda path: write_nifti(
            path, np.arange(32 * 32 * 30.0).reshape(32, 32, 30), np.diag([1.5, 1.5, 1.5, 1])
        ),
        "not a stack of slices",
    ),
    "few pixels": (
        lambda path: write_nifti(path, PHANTOM.cine.array[0].T[:10]),
        "at least 16 × 16 pixels",
    ),
    "50 mm pixels": (
        lambda path: write_nifti(path, PHANTOM.cine.array[0].T, np.diag([50.0, 50.0, 10.0, 1.0])),
        "pixels of 0.2 to 10 mm",
    ),
    "0.3 mm pitch": (
        lambda path: write_nifti(path, PHANTOM.cine.array[0].T, np.diag([1.4, 1.4, 0.3, 1.0])),
        "0.5 to 60 mm apart",
    ),
}


@pytest.mark.parametrize("case", BAD_NIFTI)
def test_what_is_no_cine_is_refused_with_the_file_and_the_reason(tmp_path: Path, case: str) -> None:
    write, reason = BAD_NIFTI[case]
    path = write(tmp_path / "bad.nii")
    with pytest.raises(ReadError, match=rf"bad\.nii: .*{reason}"):
        read_cine(path)


@pytest.mark.parametrize("spacing", [0.0, -10.0, 1e6])
def test_zero_negative_or_absurd_spacing_is_refused(tmp_path: Path, spacing: float) -> None:
    path = write_nifti(tmp_path / "a.nii", PHANTOM.cine.array[0].T)
    data = bytearray(path.read_bytes())
    data[76 + 4 * 3 : 76 + 4 * 4] = np.float32(spacing).tobytes()  # pixdim[3]
    path.write_bytes(data)
    with pytest.raises(ReadError, match="Expected a voxel spacing"):
        read_cine(path)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.mha"])
def test_missing_unreadable_or_truncated_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(ReadError, match="There is no file"):
        read_cine(path)
    path.write_bytes(b"this is not an image, however long it may be" * 20)
    with pytest.raises(ReadError, match=f"{name}: .*not a"):
        read_cine(path)
    if name != "a.nrrd":
        write = write_metaimage if name == "a.mha" else write_cine
        data = write(path, PHANTOM.cine).read_bytes()
        path.write_bytes(data[: len(data) // 2])
        with pytest.raises(ReadError, match=f"{name}: .*truncated"):
            read_cine(path)


def test_metaimage_spacing_may_be_written_with_an_exponent(tmp_path: Path) -> None:
    path = tmp_path / "a.mha"
    sitk.WriteImage(sitk.GetImageFromArray(PHANTOM.cine.array[0]), str(path))
    path.write_bytes(
        path.read_bytes().replace(b"ElementSpacing = 1 1 1", b"ElementSpacing = 14e-1 1.6 8")
    )
    assert read_cine(path).geometry.spacing_zyx_mm == pytest.approx((8.0, 1.6, 1.4))


@pytest.mark.parametrize("spacing", [b"1 1 0", b"1 1 -8"])
def test_metaimage_of_zero_or_negative_spacing_is_refused(tmp_path: Path, spacing: bytes) -> None:
    path = tmp_path / "a.mha"
    sitk.WriteImage(sitk.GetImageFromArray(PHANTOM.cine.array[0]), str(path))
    path.write_bytes(
        path.read_bytes().replace(b"ElementSpacing = 1 1 1", b"ElementSpacing = " + spacing)
    )
    with pytest.raises(ReadError, match=r"a\.mha: "):
        read_cine(path)


def test_vector_metaimage_is_refused(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(np.zeros((4, 40, 48, 3), np.uint8), isVector=True)
    sitk.WriteImage(image, str(tmp_path / "a.mha"))
    with pytest.raises(ReadError, match="one gray value per voxel, found 3"):
        read_cine(tmp_path / "a.mha")


@pytest.mark.parametrize(
    ("name", "reason"), [("a.png", "2-D picture"), ("a.txt", "another kind"), ("a", "another")]
)
def test_other_kinds_of_file_are_refused(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((8, 8), np.uint8)), str(tmp_path / "a.png"))
    path.write_bytes((tmp_path / "a.png").read_bytes())
    with pytest.raises(ReadError, match=reason):
        read_input(path)


def test_input_is_a_file_a_dicom_file_or_a_dicom_folder(tmp_path: Path) -> None:
    nifti = write_cine(tmp_path / "heart.nii.gz", PHANTOM.cine)
    dicom = write_series(tmp_path / "study", PHANTOM.cine)
    assert [(c.name, c.stack.frames) for c in read_input(nifti).cines] == [("heart", 5)]
    assert [c.stack.shape_tzyx for c in read_input(tmp_path / "study").cines] == [(5, 4, 40, 48)]
    assert [c.stack.shape_tzyx for c in read_input(dicom[0]).cines] == [(1, 1, 40, 48)]
    with pytest.raises(ReadError, match="no file or folder"):
        read_input(tmp_path / "nowhere")


def test_folder_of_nifti_files_is_refused_with_advice(tmp_path: Path) -> None:
    write_cine(tmp_path / "heart.nii.gz", PHANTOM.cine)
    with pytest.raises(ReadError, match=r"no DICOM images.*one by one, as files"):
        read_input(tmp_path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/p 1.nii.gz", "p_1"),
        ("p.1.NII", "p.1"),
        ("p.seq.nrrd", "p"),
        ("p.mha", "p"),
        ("I0001.dcm", "I0001"),
        ("I0001", "I0001"),
        ("herz·ü.nii", "herz_ü"),
        ("-.nii", "input"),
    ],
)
def test_names_lose_their_extensions_and_odd_characters(path: str, name: str) -> None:
    assert input_name(Path(path)) == name


def acdc_like(path: Path, dimensions: int) -> Path:
    """A file whose sform is the identity beside a true pixdim."""
    array = PHANTOM.cine.array.astype(np.int16).transpose(3, 2, 1, 0)
    path = write_nifti(
        path, array if dimensions == 4 else array[..., 0], np.diag([-1.0, -1.0, 1.0, 1.0])
    )
    image = nib.load(path)
    image.header["pixdim"][1:4] = [1.4, 1.6, 10.0]
    path.write_bytes(image.to_bytes())
    return path


LIKE: dict[str, Callable[[Path], Path]] = {
    "oblique 4-D": lambda path: write_cine(path, PHANTOM.cine),
    "oblique 3-D": lambda path: write_nifti(path, PHANTOM.cine.array[0].T),
    "one frame in 4-D": lambda path: write_nifti(
        path, PHANTOM.cine.array[:1].transpose(3, 2, 1, 0)
    ),
    "degenerate 4-D": lambda path: acdc_like(path, 4),
    "degenerate 3-D": lambda path: acdc_like(path, 3),
}


@pytest.mark.parametrize("case", LIKE)
def test_labels_have_the_shape_and_affine_of_a_nifti_input_exactly(
    tmp_path: Path, case: str
) -> None:
    like = LIKE[case](tmp_path / "in.nii")
    stack = read_cine(like)
    labels = LabelMap(PHANTOM.labels.array[: stack.frames], stack.geometry)
    write_labels(tmp_path / "labels.nii.gz", labels, like=like)
    written, original = nib.load(tmp_path / "labels.nii.gz"), nib.load(like)
    assert written.shape == original.shape
    assert np.array_equal(written.affine, original.affine)
    assert written.header.get_zooms() == original.header.get_zooms()
    assert written.get_data_dtype() == np.uint8
    read = read_labels(tmp_path / "labels.nii.gz")
    assert np.array_equal(read.array, labels.array)
    assert read.geometry.matches(stack.geometry)


@pytest.mark.parametrize("case", ["mha", "dicom", "none"])
def test_labels_of_other_inputs_are_written_on_their_grid_with_the_time_step(
    tmp_path: Path, case: str
) -> None:
    like = {
        "mha": write_metaimage(tmp_path / "in.mha", PHANTOM.cine),
        "dicom": tmp_path,
        "none": None,
    }[case]
    labels = PHANTOM.labels
    write_labels(
        tmp_path / "labels.nii.gz", labels, like=like, frame_times_ms=PHANTOM.frame_times_ms
    )
    image = nib.load(tmp_path / "labels.nii.gz")
    assert image.shape == (48, 40, 4, 5)
    assert np.allclose(image.affine, labels.geometry.ijk_to_ras, atol=1e-4)
    assert image.header.get_zooms() == pytest.approx((1.4, 1.6, 10.0, 180.0))
    assert read_labels(tmp_path / "labels.nii.gz").geometry.matches(labels.geometry)


def test_labels_have_the_axes_of_a_nifti_file_and_the_usual_ones_of_anything_else(
    tmp_path: Path,
) -> None:
    for name in ("a.nii", "a.nii.gz", "a.nrrd", "a.mha", "a.zip"):
        (tmp_path / name).touch()
    (tmp_path / "folder.nii").mkdir()
    found = {path.name for path in tmp_path.iterdir() if labels_axes(path, "xytz") == "xytz"}
    assert found == {"a.nii", "a.nii.gz"}
    assert labels_axes(tmp_path / "a.mha", "xytz") == "xyzt"


def test_slices_along_the_second_axis_are_read_and_labeled_there(tmp_path: Path) -> None:
    cine = HeartPhantom(frames=5, slices=4, rows=44, columns=48).cine
    stored = cine.array.transpose(3, 1, 2, 0)  # x, z, y, t
    path = write_nifti(tmp_path / "a.nii.gz", stored, cine.geometry.ijk_to_ras[:, [0, 2, 1, 3]])
    read = read_cine(path)
    assert np.array_equal(read.array, cine.array)
    assert read.geometry.matches(cine.geometry, 1e-3)
    labels = LabelMap((read.array > 100.0).astype(np.uint8), read.geometry)
    write_labels(tmp_path / "labels.nii.gz", labels, like=path, axes=read.axes)
    written = nib.load(tmp_path / "labels.nii.gz")
    assert np.array_equal(np.asarray(written.dataobj) > 0, stored > 100.0)
    assert np.array_equal(written.affine, nib.load(path).affine)
    again = read_labels(tmp_path / "labels.nii.gz", Axes.parse(read.axes))
    assert np.array_equal(again.array, labels.array)


def test_frame_times_of_labels_are_those_of_their_axes(tmp_path: Path) -> None:
    phantom = HeartPhantom(frames=6, slices=4, rows=40, columns=48)
    array = phantom.labels.array.transpose(3, 2, 0, 1)
    steps = [1, 1.4, 1.6, 10, 150, 1, 1, 1]
    path = write_nifti(tmp_path / "a.nii", array, phantom.geometry.ijk_to_ras, pixdim=steps)
    assert read_frame_times(path, Axes("xytz")) == pytest.approx((0, 150, 300, 450, 600, 750))
    assert read_frame_times(path) == pytest.approx((0, 150, 300, 450))
    with pytest.raises(ReadError, match="The axes xyt are three"):
        read_frame_times(path, Axes("xyt"))


def test_two_writes_are_byte_identical(tmp_path: Path) -> None:
    for name in ("a.nii.gz", "b.nii.gz"):
        write_labels(tmp_path / name, PHANTOM.labels)
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_labels_of_another_shape_than_the_input_are_refused_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    like = write_cine(tmp_path / "in.nii", PHANTOM.cine)
    labels = LabelMap(PHANTOM.labels.array[:2], PHANTOM.geometry)
    with pytest.raises(ValueError, match="do not fit"):
        write_labels(tmp_path / "labels.nii.gz", labels, like=like)
    assert [p.name for p in tmp_path.iterdir()] == ["in.nii"]


def test_full_disk_leaves_the_old_file_and_no_half_written_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "labels.nii.gz"
    path.write_bytes(b"old")

    def half(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left"):
        files.write_labels(path, PHANTOM.labels)
    assert [p.name for p in tmp_path.iterdir()] == ["labels.nii.gz"]
    assert path.read_bytes() == b"old"


def test_other_values_than_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a\.nii: Expected labels 0 to 3, found 0 to 9"):
        read_labels(
            write_nifti(
                tmp_path / "a.nii", (np.arange(40 * 40 * 4) % 10).reshape(40, 40, 4).astype("u1")
            )
        )


def test_empty_label_map_is_read(tmp_path: Path) -> None:
    write_labels(tmp_path / "a.nii.gz", LabelMap(np.zeros((5, 4, 40, 48)), PHANTOM.geometry))
    assert not read_labels(tmp_path / "a.nii.gz").array.any()


def test_real_cine_with_degenerate_affine_has_the_spacing_of_its_pixdim() -> None:
    folder = data_folder("acdc/training/patient090")
    stack = read_cine(folder / "acdc/training/patient090/patient090_4d.nii.gz")
    assert stack.shape_tzyx == (12, 7, 224, 154)
    assert stack.geometry.spacing_zyx_mm == pytest.approx((10.0, 1.78571, 1.78571), abs=1e-4)
    assert [f.code for f in stack.findings] == ["spacing_guessed", "time_not_trusted"]

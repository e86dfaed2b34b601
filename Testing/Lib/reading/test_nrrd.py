import bz2
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from CMRSegmentationLib.image import Geometry
from CMRSegmentationLib.reading.nrrd import read_nrrd
from CMRSegmentationLib.reading.study import ReadError
from Testing.phantoms import oblique_geometry

GEOMETRY = oblique_geometry((4, 5, 6))
CINE = (np.arange(3 * 4 * 5 * 6) % 251).astype(np.int16).reshape(3, 4, 5, 6)
RAW = CINE.transpose(0, 3, 2, 1).tobytes(order="F")


def vector(numbers: NDArray[np.float64]) -> str:
    return "(" + ",".join(f"{n:.17g}" for n in numbers) + ")"


def write_sequence(path: Path, *, list_axis: int = 0, **changes: Any) -> Path:
    """Write CINE as Slicer writes a sequence; `changes` replace lines or drop them (None)."""
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ GEOMETRY.ijk_to_ras
    order = (3, 2, 1, 0) if list_axis == 3 else (0, 3, 2, 1)
    stored = CINE.transpose(order)
    axes = [vector(lps[:3, axis]) for axis in range(3)]
    axes.insert(list_axis, "none")
    kinds = ["domain"] * 3
    kinds.insert(list_axis, "list")
    lines: dict[str, str | None] = {
        "type": "type: short",
        "dimension": "dimension: 4",
        "space": "space: left-posterior-superior",
        "sizes": "sizes: " + " ".join(str(n) for n in stored.shape),
        "directions": "space directions: " + " ".join(axes),
        "kinds": "kinds: " + " ".join(kinds),
        "endian": "endian: little",
        "encoding": "encoding: gzip",
        "origin": "space origin: " + vector(lps[:3, 3]),
        "values": f"axis {list_axis} index values:=0 33.5 70",
    }
    data = changes.pop("data", gzip.compress(stored.tobytes(order="F")))
    lines.update(changes)
    header = (
        "NRRD0005\n# made by a test\n" + "\n".join(line for line in lines.values() if line) + "\n\n"
    )
    path.write_bytes(header.encode() + data)
    return path


@pytest.mark.parametrize("list_axis", [0, 3])
def test_list_axis_first_or_last_is_time(tmp_path: Path, list_axis: int) -> None:
    image = read_nrrd(write_sequence(tmp_path / "a.seq.nrrd", list_axis=list_axis))
    assert np.array_equal(image.array, CINE)
    assert Geometry((4, 5, 6), image.ijk_to_ras).matches(GEOMETRY)
    assert (image.times, image.time_unit) == ((0.0, 33.5, 70.0), None)


@pytest.mark.parametrize(("unit", "expected"), [("ms", "ms"), ("s", "s"), ("", None), ("%", None)])
def test_unit_of_the_list_axis_is_that_of_the_units_field(
    tmp_path: Path, unit: str, expected: str | None
) -> None:
    path = write_sequence(tmp_path / "a.seq.nrrd", units=f'units: "{unit}" "mm" "mm" "mm"')
    assert read_nrrd(path).time_unit == expected


@pytest.mark.parametrize(
    ("keys", "unit"),
    [
        ([], None),
        (["MultiVolume.FrameIdentifyingDICOMTagUnits:=ms"], "ms"),
        (["MultiVolume.FrameIdentifyingDICOMTagUnits:=s"], "s"),
        (["MultiVolume.FrameIdentifyingDICOMTagName:=TriggerTime"], "ms"),
        (["MultiVolume.FrameIdentifyingDICOMTagName:=AcquisitionTime"], None),
    ],
)
@pytest.mark.parametrize("kind", ["list", "vector"])
def test_frame_labels_of_a_multi_volume_are_its_times(
    tmp_path: Path, keys: list[str], unit: str | None, kind: str
) -> None:
    labels = "MultiVolume.FrameLabels:=0,33.5,70"
    path = write_sequence(
        tmp_path / "a.nrrd",
        values="\n".join([labels, *keys]),
        kinds=f"kinds: {kind} domain domain domain",
    )
    image = read_nrrd(path)
    assert np.array_equal(image.array, CINE)
    assert (image.times, image.time_unit) == ((0.0, 33.5, 70.0), unit)


def test_frame_labels_of_another_number_are_not_used(tmp_path: Path) -> None:
    path = write_sequence(tmp_path / "a.nrrd", values="MultiVolume.FrameLabels:=0,33.5")
    assert read_nrrd(path).times is None


def test_without_index_values_there_are_no_times(tmp_path: Path) -> None:
    assert read_nrrd(write_sequence(tmp_path / "a.seq.nrrd", values=None)).times is None


def test_text_as_index_values_gives_no_times(tmp_path: Path) -> None:
    path = write_sequence(tmp_path / "a.seq.nrrd", values="axis 0 index values:=ED mid ES")
    assert read_nrrd(path).times is None


@pytest.mark.parametrize(
    ("space", "signs"),
    [
        ("left-posterior-superior", (-1, -1, 1)),
        ("LPS", (-1, -1, 1)),
        ("right-anterior-superior", (1, 1, 1)),
        ("left-anterior-superior", (-1, 1, 1)),
    ],
)
def test_every_space_becomes_ras(tmp_path: Path, space: str, signs: tuple[int, int, int]) -> None:
    image = read_nrrd(write_sequence(tmp_path / "a.nrrd", space=f"space: {space}"))
    stored = np.diag([-1.0, -1.0, 1.0, 1.0]) @ GEOMETRY.ijk_to_ras
    assert np.allclose(image.ijk_to_ras, np.diag([*signs, 1.0]) @ stored)
    assert image.has_orientation


@pytest.mark.parametrize("encoding", ["raw", "bzip2"])
def test_other_encodings_and_big_endian_numbers_are_read(tmp_path: Path, encoding: str) -> None:
    raw = CINE.astype(">i2").transpose(0, 3, 2, 1).tobytes(order="F")
    data = bz2.compress(raw) if encoding == "bzip2" else raw
    path = write_sequence(
        tmp_path / "a.nrrd", endian="endian: big", encoding=f"encoding: {encoding}", data=data
    )
    assert np.array_equal(read_nrrd(path).array, CINE)


@pytest.mark.parametrize("compressed", [True, False])
def test_volume_written_by_itk_is_one_frame_on_the_same_grid(
    tmp_path: Path, compressed: bool
) -> None:
    image = sitk.GetImageFromArray(CINE[1])
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ GEOMETRY.ijk_to_ras
    image.SetSpacing(GEOMETRY.spacing_zyx_mm[::-1])
    image.SetOrigin(lps[:3, 3].tolist())
    image.SetDirection((lps[:3, :3] / np.linalg.norm(lps[:3, :3], axis=0)).ravel().tolist())
    sitk.WriteImage(image, str(tmp_path / "a.nrrd"), compressed)
    read = read_nrrd(tmp_path / "a.nrrd")
    assert np.array_equal(read.array, CINE[1:2])
    assert Geometry((4, 5, 6), read.ijk_to_ras).matches(GEOMETRY)
    assert read.times is None


@pytest.mark.parametrize("name", ["a.raw", "./a.raw"])
def test_detached_data_file_is_found_beside_the_header(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.raw").write_bytes(RAW)
    changes = {"encoding": "encoding: raw", "file": f"data file: {name}", "data": b""}
    assert np.array_equal(read_nrrd(write_sequence(tmp_path / "a.nhdr", **changes)).array, CINE)
    (tmp_path / "a.raw").unlink()
    with pytest.raises(ReadError, match=r"the data file 'a\.raw' beside its header, found none"):
        read_nrrd(tmp_path / "a.nhdr")


@pytest.mark.parametrize("name", ["{folder}/a.raw", "../a.raw", "sub/../../a.raw", "..\\a.raw"])
def test_detached_data_file_in_another_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "headers" / "sub").mkdir(parents=True)
    (tmp_path / "a.raw").write_bytes(RAW)
    file = f"data file: {name.format(folder=tmp_path)}"
    path = write_sequence(
        tmp_path / "headers" / "a.nhdr", encoding="encoding: raw", file=file, data=b""
    )
    with pytest.raises(ReadError, match="Expected a data file beside its header, found"):
        read_nrrd(path)


def test_several_data_files_are_refused(tmp_path: Path) -> None:
    for file in ("data file: LIST", "data file: a%02d.raw 1 9 1"):
        with pytest.raises(ReadError, match="several data files"):
            read_nrrd(write_sequence(tmp_path / "a.nhdr", file=file, data=b""))


@pytest.mark.parametrize("is_detached", [True, False])
@pytest.mark.parametrize(
    ("encoding", "skips", "data"),
    [
        ("raw", ["byte skip: 100"], bytes(100) + RAW),
        ("raw", ["byteskip: -1", "line skip: 5"], b"any\nlength" + RAW),
        ("raw", ["line skip: 3"], b"P5\n4 6\r\n255\n" + RAW),
        ("raw", ["lineskip: 1", "byte skip: 7"], b"one line\n" + bytes(7) + RAW),
        ("gzip", ["line skip: 2", "byte skip: 9"], b"a\nb\n" + gzip.compress(b"\n" * 9 + RAW)),
        ("bzip2", ["byte skip: 9"], bz2.compress(bytes(9) + RAW)),
    ],
)
def test_lines_before_the_encoded_and_bytes_before_the_decoded_image_are_skipped(
    tmp_path: Path, encoding: str, skips: list[str], data: bytes, is_detached: bool
) -> None:
    lines = {"encoding": f"encoding: {encoding}", "skips": "\n".join(skips)}
    if is_detached:
        (tmp_path / "a.raw").write_bytes(data)
        lines["file"] = "data file: a.raw"
    path = write_sequence(tmp_path / "a.nhdr", data=b"" if is_detached else data, **lines)
    assert np.array_equal(read_nrrd(path).array, CINE)


@pytest.mark.parametrize(
    ("encoding", "skip", "reason"),
    [
        ("raw", "byte skip: -2", "byte skip .* found '-2'"),
        ("raw", "byte skip: many", "byte skip .* found 'many'"),
        ("raw", "byte skip: 1e3", "byte skip .* found '1e3'"),
        ("raw", "line skip: -1", "line skip .* found '-1'"),
        ("raw", f"line skip: {2**40}", "line skip .* found '1099511627776'"),
        ("gzip", "byte skip: -1", "byte skip .* found '-1'"),
        ("raw", "byte skip: 1", "truncated: its header promises 720 bytes of image, 719"),
        ("raw", "line skip: 999", "truncated: its header promises 720 bytes of image, 0"),
    ],
)
def test_skip_that_cannot_be_is_refused_by_name(
    tmp_path: Path, encoding: str, skip: str, reason: str
) -> None:
    path = write_sequence(
        tmp_path / "a.nrrd", encoding=f"encoding: {encoding}", skip=skip, data=RAW
    )
    with pytest.raises(ReadError, match=reason):
        read_nrrd(path)


def test_spacings_without_directions_give_a_grid_along_the_world(tmp_path: Path) -> None:
    changes = {"space": None, "directions": "spacings: nan 1.4 1.6 10", "origin": None}
    image = read_nrrd(write_sequence(tmp_path / "a.nrrd", **changes))
    assert np.array_equal(image.ijk_to_ras, np.diag([1.4, 1.6, 10.0, 1.0]))
    assert not image.has_orientation


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kinds": "kinds: RGB-color domain domain domain"}, "one gray value per voxel"),
        ({"kinds": "kinds: vector domain domain domain"}, "one gray value per voxel"),
        ({"kinds": "kinds: list domain domain"}, "3 kinds of axes for 4 axes"),
        (
            {
                "sizes": "sizes: 1 1 6 5",
                "kinds": "kinds: domain domain",
                "dimension": "dimension: 2",
            },
            "kinds",
        ),
        ({"sizes": "sizes: 6 5", "kinds": "kinds: domain domain", "directions": None}, "2-D"),
        ({"sizes": "sizes: 3 2 6 5 4", "kinds": "kinds: list list domain domain domain"}, "5-D"),
        ({"sizes": "sizes: 3 -6 5 4"}, "impossible sizes"),
        ({"sizes": None}, "no field 'sizes'"),
        ({"type": "type: block"}, "number type"),
        ({"encoding": "encoding: hex"}, "found hex"),
        ({"data": b""}, "truncated"),
        ({"data": gzip.compress(bytes(100))}, "truncated"),
        ({"data": gzip.compress(bytes(720))[:-9]}, "truncated or damaged"),
        ({"directions": "space directions: none (1,0,0) (0,1,x) (0,0,1)"}, "vector"),
        (
            {"space": None, "directions": "spacings: nan 1.4 1.6 -10", "origin": None},
            "positive voxel spacing",
        ),
        (
            {"space": None, "directions": "spacings: nan 1.4 1.6 0", "origin": None},
            "positive voxel spacing",
        ),
        ({"space": None, "directions": "spacings: wide", "origin": None}, "too few spacings"),
        ({"directions": "space directions: none (1,0,0)"}, "too few space directions"),
    ],
)
def test_what_is_no_gray_stack_is_refused(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ReadError, match=reason):
        read_nrrd(write_sequence(tmp_path / "a.nrrd", **changes))


def test_other_file_under_this_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.nrrd").write_bytes(b"\x89PNG")
    with pytest.raises(ReadError, match="not a NRRD image"):
        read_nrrd(tmp_path / "a.nrrd")


def write_segmentation(path: Path, *segments: dict[str, str]) -> Path:
    """Labels 1, 2 and 3 in three columns with the keys of segments, as Slicer writes them."""
    image = sitk.GetImageFromArray(np.tile(np.array([1, 2, 3], np.uint8), (2, 3, 1)))
    for number, segment in enumerate(segments):
        for key, value in {"Layer": "0", **segment}.items():
            image.SetMetaData(f"Segment{number}_{key}", value)
    sitk.WriteImage(image, str(path))
    return path


def tags(code: str) -> str:
    return (
        "Segmentation.Status:inprogress|TerminologyEntry:CMR ventricles"
        f"~SCT^123037004^Anatomical Structure~SCT^{code}^Heart~^^~~^^~^^|"
    )


RV, MYO, LV = (
    {"ID": f"Segment_{value}", "Name": name, "LabelValue": str(value)}
    for value, name in ((1, "Right ventricle"), (2, "myo"), (3, "Left ventricle blood pool"))
)
UNKNOWN = {"ID": "Segment_2", "Name": "Segment_2", "LabelValue": "2"}


@pytest.mark.parametrize(
    ("segments", "columns"),
    [
        ((RV, MYO, LV), (3, 2, 1)),
        ((RV, LV), (3, 0, 1)),
        ((RV | {"Name": "Ventrikel", "Tags": tags("87878005")}, MYO), (1, 2, 0)),
        ((UNKNOWN,), (1, 2, 3)),
        ((), (1, 2, 3)),
    ],
    ids=["names", "two of three", "terminology before name", "unknown", "no segmentation"],
)
def test_segments_get_the_labels_of_the_structures_that_they_are_named_after(
    segments: tuple[dict[str, str], ...], columns: tuple[int, ...], tmp_path: Path
) -> None:
    image = read_nrrd(write_segmentation(tmp_path / "a.seg.nrrd", *segments))
    assert tuple(image.array[0, 0, 0]) == columns


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ((RV, UNKNOWN, LV), "found Right ventricle, Segment_2, Left ventricle blood pool"),
        ((RV, RV | {"LabelValue": "2"}), "one segment each"),
        ((RV, MYO | {"Layer": "1"}), "The segments overlap"),
    ],
    ids=["one unknown", "twice", "overlap"],
)
def test_segments_that_could_be_mistaken_are_refused(
    segments: tuple[dict[str, str], ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ReadError, match=message):
        read_nrrd(write_segmentation(tmp_path / "a.seg.nrrd", *segments))

import zlib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from CMRSegmentationLib.reading.metaimage import MetaImage, parse_metaimage
from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError

VALUES = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)  # (t, z, y, x)
HEADER = {
    "ObjectType": "Image",
    "NDims": "4",
    "BinaryData": "True",
    "BinaryDataByteOrderMSB": "False",
    "CompressedData": "False",
    "TransformMatrix": "0 1 0 0 -1 0 0 0 0 0 1 0 0 0 0 1",
    "Offset": "10 20 30 0",
    "ElementSpacing": "1.4 1.6 10 35",
    "DimSize": "5 4 3 2",
    "ElementType": "MET_SHORT",
}


def read(data: bytes = VALUES.astype("<i2").tobytes(), file: str = "LOCAL", **changes) -> MetaImage:
    fields = {**HEADER, **changes}
    lines = [f"{name} = {value}\n" for name, value in fields.items() if value is not None]
    content = "".join(lines).encode() + f"ElementDataFile = {file}\n".encode() + data
    return parse_metaimage(content, source(Path("folder/a.mha")))


def source(path: Path) -> Source:
    return Source(path.name, path)


def test_values_spacing_directions_and_time_step_are_read() -> None:
    image = read()
    assert np.array_equal(image.array.T, VALUES)
    assert image.ijk_to_lps[:3] == pytest.approx(
        np.array([[0, -1.6, 0, 10], [1.4, 0, 0, 20], [0, 0, 10, 30]])
    )
    assert image.time_step == 35.0


@pytest.mark.parametrize("compressed", [False, True])
def test_what_simpleitk_writes_is_read_the_same(tmp_path: Path, compressed: bool) -> None:
    image = sitk.GetImageFromArray(VALUES[0])
    image.SetSpacing((1.4, 1.6, 10.0))
    image.SetDirection((0.6, 0.8, 0.0, -0.8, 0.6, 0.0, 0.0, 0.0, 1.0))
    image.SetOrigin((1.0, 2.0, 3.0))
    sitk.WriteImage(image, str(tmp_path / "a.mha"), useCompression=compressed)
    path = tmp_path / "a.mha"
    found = parse_metaimage(path.read_bytes(), source(path))
    assert np.array_equal(found.array.T, VALUES[0])
    for index in ((0, 0, 0), (4, 3, 2)):
        expected = image.TransformIndexToPhysicalPoint(index)
        assert (found.ijk_to_lps @ [*index, 1])[:3] == pytest.approx(expected)
    assert found.time_step is None


def test_big_endian_and_zlib_data_are_read() -> None:
    big = read(VALUES.astype(">i2").tobytes(), BinaryDataByteOrderMSB="True")
    assert np.array_equal(big.array.T, VALUES)
    packed = read(zlib.compress(VALUES.astype("<i2").tobytes()), CompressedData="True")
    assert np.array_equal(packed.array.T, VALUES)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"DimSize": "5 4"}, "3 or 4 dimensions, found 2"),
        ({"DimSize": "5 4 0 2"}, "impossible dimensions"),
        ({"DimSize": "five"}, "no usable dimsize"),
        ({"DimSize": None}, "no usable dimsize"),
        ({"DimSize": "5 4 3 2000000"}, "truncated"),
        ({"DimSize": "5 4 3 1e300"}, "no usable dimsize"),
        ({"ElementType": "MET_STRING"}, "not supported"),
        ({"ElementNumberOfChannels": "3"}, "one gray value per voxel, found 3"),
        ({"BinaryData": "False"}, "as text"),
        ({"ElementSpacing": "1 -1 1 1"}, "positive voxel spacing"),
        ({"ElementSpacing": "1 nan 1 1"}, "no usable elementspacing"),
        ({"TransformMatrix": "1 0 0"}, "no usable transformmatrix"),
        ({"Offset": "1 2 3"}, "no usable offset"),
        ({"CompressedData": "True"}, "compressed data are not whole"),
        ({"file": "LIST"}, "several data files"),
        ({"file": "a%02d.raw 1 9 1"}, "several data files"),
        ({"file": "other.raw"}, "data file 'other.raw' beside its header, found none"),
        ({"file": "/etc/passwd"}, "a data file beside its header, found '/etc/passwd'"),
        ({"file": "sub/x.raw"}, "a data file beside its header, found 'sub/x.raw'"),
        ({"file": "..\\x.raw"}, "a data file beside its header, found"),
    ],
)
def test_header_that_makes_no_image_is_refused(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(**changes)


def test_what_is_no_metaimage_is_refused() -> None:
    for data in (b"", b"hello", bytes(1000), b"a = b\n"):
        with pytest.raises(ReadError, match="not a MetaImage"):
            parse_metaimage(data, source(Path("a.mha")))

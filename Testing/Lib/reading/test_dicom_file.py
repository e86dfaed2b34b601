import io
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading import dicom_file
from CMRSegmentationLib.reading.dicom_file import (
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    find_pixels,
    lenient,
    open_dicom,
    starts_like_dicom,
)
from CMRSegmentationLib.reading.study import ReadError
from Testing.dicom_phantoms import write_series
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(frames=2, slices=1, rows=20, columns=24, empty_slices=(0, 0))


@pytest.fixture(scope="module")
def cine() -> CineStack:
    return replace(PHANTOM.cine, array=PHANTOM.cine.array.round().clip(0))


def without_meta(content: bytes) -> bytes:
    return content[144 + int.from_bytes(content[140:144], "little") :]


def deflated(content: bytes) -> bytes:
    """An explicit little-endian file with its elements deflated."""
    end = 144 + int.from_bytes(content[140:144], "little")
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(content[end:]) + packer.flush()
    meta = pydicom.dcmread(io.BytesIO(content)).file_meta
    meta.TransferSyntaxUID = DEFLATED
    head = pydicom.filebase.DicomBytesIO()
    head.is_little_endian, head.is_implicit_VR = True, False
    pydicom.filewriter.write_file_meta_info(head, meta)
    return bytes(128) + b"DICM" + head.getvalue() + packed


def pixels_of(content: bytes) -> tuple[str, bytes]:
    with lenient():
        file = open_dicom(io.BytesIO(content), ["Rows"])
        assert file is not None
        assert file.dataset.Rows == 20
        place = find_pixels(file)
        file.stream.seek(place.offset)
        return file.syntax, file.stream.read(place.available)


@pytest.mark.parametrize(
    ("written", "name"), [(ExplicitVRLittleEndian, EXPLICIT), (ImplicitVRLittleEndian, IMPLICIT)]
)
def test_files_without_preamble_and_meta_group_have_the_same_pixels(
    tmp_path: Path, cine: CineStack, written: str, name: str
) -> None:
    content = write_series(tmp_path, cine, TransferSyntaxUID=written)[0].read_bytes()
    expected = cine.array[0, 0].astype("<u2").tobytes()
    assert pixels_of(content) == (name, expected)
    assert pixels_of(without_meta(content)) == (name, expected)
    assert pixels_of(content[132:]) == (name, expected)  # the preamble alone is missing


def test_deflated_file_is_inflated(tmp_path: Path, cine: CineStack) -> None:
    content = deflated(write_series(tmp_path, cine)[0].read_bytes())
    assert pixels_of(content) == (DEFLATED, cine.array[0, 0].astype("<u2").tobytes())


def test_deflated_file_that_would_not_fit_is_refused(
    tmp_path: Path, cine: CineStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = deflated(write_series(tmp_path, cine)[0].read_bytes())
    monkeypatch.setattr(dicom_file, "MAXIMUM_INFLATED_BYTES", 500)
    with pytest.raises(ReadError, match="inflate to more"):
        open_dicom(io.BytesIO(content), [])


def test_damaged_deflated_file_is_refused(tmp_path: Path, cine: CineStack) -> None:
    content = bytearray(deflated(write_series(tmp_path, cine)[0].read_bytes()))
    content[-60:] = bytes(np.random.default_rng(0).integers(0, 256, 60, dtype=np.uint8))
    with pytest.raises(ReadError):
        whole_pixels(bytes(content))


def whole_pixels(content: bytes) -> None:
    file = open_dicom(io.BytesIO(content), [])
    assert file is not None
    if find_pixels(file).available < 960:
        raise ReadError("truncated")


@pytest.mark.parametrize(
    ("start", "is_dicom"),
    [
        (bytes(128) + b"DICM", True),
        (b"\x08\x00\x05\x00CS\x0a\x00", True),
        (b"\x08\x00\x00\x00\x04\x00\x00\x00", True),
        (b"\x02\x00\x00\x00UL\x04\x00", True),
        (b"\x08\x00\x05\x00\xff\xff\xff\xff", False),
        (b"hello, world", False),
        (b"", False),
    ],
)
def test_dicom_is_recognized_by_its_start(start: bytes, is_dicom: bool) -> None:
    assert starts_like_dicom(start) is is_dicom


def test_file_that_ends_before_its_pixels_says_so(tmp_path: Path, cine: CineStack) -> None:
    content = write_series(tmp_path, cine)[0].read_bytes()
    with lenient(), pytest.raises(ReadError, match="pixels are missing"):
        whole_pixels(content[: -960 - 12])

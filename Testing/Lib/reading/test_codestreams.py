import struct
from pathlib import Path

import numpy as np
import pydicom
import pytest

from CMRSegmentationLib.reading.codestreams import fits_codestream
from Testing.Lib.reading.dicom_frames import coding
from Testing.Lib.reading.test_dicom_pixels import RAMP_JPEG_LS, compressed_by_gdcm

KIND = coding(size_yx=(20, 24))


@pytest.fixture(params=["JPEG", "JPEG2000"])
def codestream(tmp_path: Path, request: pytest.FixtureRequest) -> bytes:
    image = np.arange(20 * 24, dtype=np.uint16).reshape(20, 24)
    data = compressed_by_gdcm(image, request.param, tmp_path / "a.dcm")
    if hasattr(pydicom.encaps, "generate_frames"):
        return next(pydicom.encaps.generate_frames(data, number_of_frames=1))
    return next(pydicom.encaps.generate_pixel_data_frame(data, 1))


def test_gray_images_of_the_expected_size_fit(codestream: bytes) -> None:
    assert fits_codestream(codestream, KIND)
    assert fits_codestream(RAMP_JPEG_LS, coding(size_yx=(16, 16)))


def test_other_size_depth_or_number_of_colors_does_not(codestream: bytes) -> None:
    assert not fits_codestream(codestream, coding(size_yx=(24, 20)))
    assert not fits_codestream(codestream, coding(size_yx=(20, 24), bits_allocated=8))
    one = codestream.find(struct.pack(">HHB", 20, 24, 1))
    if one >= 0:  # JPEG
        colors = codestream[: one + 4] + b"\x03" + codestream[one + 5 :]
        assert not fits_codestream(colors, KIND)


def test_codestreams_cut_within_their_header_and_other_bytes_do_not(codestream: bytes) -> None:
    for length in (0, 1, 2, 4, 10, 20):
        assert not fits_codestream(codestream[:length], KIND)
    assert not fits_codestream(codestream[: 3 * len(codestream) // 4], KIND)
    assert fits_codestream(codestream + bytes(7), KIND)
    assert not fits_codestream(bytes(100), KIND)
    assert not fits_codestream(b"\xff\xd8" + b"\xff" * 100, KIND)

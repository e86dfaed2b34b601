import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray
from pydicom.uid import RLELossless

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.dicom_headers import read_frames
from CMRSegmentationLib.reading.dicom_pixels import (
    PixelPlace,
    bare_file,
    numbers,
    read_intensities,
)
from CMRSegmentationLib.reading.sources import Source
from CMRSegmentationLib.reading.study import ReadError
from Testing.dicom_phantoms import write_series
from Testing.Lib.reading.dicom_frames import coding
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(frames=2, slices=1, rows=20, columns=24, empty_slices=(0, 0))
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"

RAMP = (np.arange(16 * 16).reshape(16, 16) * 7 % 1000).astype(np.uint16)
RAMP_JPEG_LS = base64.b64decode(
    "/9j/9wALDAAQABABAREA/9oACAEBAAAAAKbNlzZdM8tZzZdM8owTplVE1KUlKUqqcMFVERERERJJjekkkkkkkqbk"
    "kkkkqqhtVVVVVM2KqqqujW//dGp//gAAAAAvlAAP2BBBCEIREREQBfGD/3w3U/98N0v/fDdD/3wnO/98JzP/fCD/"
    "2QA="
)
"""RAMP in 12 bits, compressed by CharLS 2.4."""


@pytest.fixture(scope="module")
def cine() -> CineStack:
    return replace(PHANTOM.cine, array=PHANTOM.cine.array.round().clip(0))


def image_of(path: Path) -> NDArray[np.float32]:
    content = read_frames(Source(path.name, path))
    assert content is not None
    ((_, image),) = read_intensities([content.frames[0].pixels])
    if isinstance(image, ReadError):
        raise image
    return image


def compressed_by_gdcm(image: NDArray[np.uint16], compressor: str, path: Path) -> bytes:
    """The fragments of an image as the GDCM inside SimpleITK compresses it."""
    writer = sitk.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.SetFileName(str(path))
    writer.UseCompressionOn()
    writer.SetCompressor(compressor)
    writer.Execute(sitk.GetImageFromArray(image[None]))
    return bytes(pydicom.dcmread(path).PixelData)


def with_pixels(path: Path, data: bytes, syntax: str) -> Path:
    """A file whose pixels are replaced by compressed ones."""
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = data
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)
    return path


@pytest.mark.parametrize(
    ("compressor", "syntax"), [("JPEG", JPEG_LOSSLESS), ("JPEG2000", JPEG_2000)]
)
def test_lossless_jpegs_come_back_pixel_by_pixel(
    tmp_path: Path, cine: CineStack, compressor: str, syntax: str
) -> None:
    data = compressed_by_gdcm(cine.array[0, 0].astype(np.uint16), compressor, tmp_path / "x.dcm")
    path = with_pixels(write_series(tmp_path, cine)[0], data, syntax)
    assert np.array_equal(image_of(path), cine.array[0, 0])


def test_run_lengths_come_back_pixel_by_pixel(tmp_path: Path, cine: CineStack) -> None:
    path = write_series(tmp_path, cine)[1]
    dataset = pydicom.dcmread(path)
    dataset.compress(RLELossless)
    dataset.save_as(path)
    assert np.array_equal(image_of(path), cine.array[1, 0])


def test_jpeg_ls_comes_back_pixel_by_pixel(tmp_path: Path) -> None:
    kind = coding(size_yx=(16, 16), bits_stored=12, high_bit=11, syntax=JPEG_LS)
    path = tmp_path / "a.dcm"
    path.write_bytes(bare_file([RAMP_JPEG_LS], kind))
    ((_, image),) = read_intensities([PixelPlace(Source("a", path), 0, kind)])
    assert np.array_equal(image, RAMP)


def test_pixels_that_were_decompressed_under_the_old_name_are_read(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_series(tmp_path, cine)[0]
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = JPEG_2000
    with path.open("wb") as file:
        file.write(bytes(128) + b"DICM")
        stream = pydicom.filebase.DicomFileLike(file)
        stream.is_little_endian, stream.is_implicit_VR = True, False
        pydicom.filewriter.write_file_meta_info(stream, dataset.file_meta)
        pydicom.filewriter.write_dataset(stream, dataset)
    assert np.array_equal(image_of(path), cine.array[0, 0])


def test_damaged_frame_among_whole_ones_is_named_alone(tmp_path: Path, cine: CineStack) -> None:
    files = write_series(tmp_path, cine)
    for path in files:
        dataset = pydicom.dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
    dataset = pydicom.dcmread(files[0])
    dataset.PixelData = pydicom.encaps.encapsulate([bytes(64)])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(files[0])
    places = []
    for path in files:
        content = read_frames(Source(path.name, path))
        assert content is not None
        places.append(content.frames[0].pixels)
    images = dict(read_intensities(places))
    assert isinstance(images[0], ReadError)
    assert np.array_equal(images[1], cine.array[1, 0])


def stored(*values: int) -> NDArray[np.uint16]:
    return np.array([values], np.uint16)


def test_bits_above_the_stored_ones_are_dropped_and_the_sign_is_extended() -> None:
    unsigned = coding(bits_stored=12, high_bit=11)
    assert numbers(stored(0xF123, 0x0FFF), unsigned).tolist() == [[0x123, 0xFFF]]
    signed = coding(bits_stored=12, high_bit=11, is_signed=True)
    assert numbers(stored(0x0FFF, 0xF800, 0x07FF), signed).tolist() == [[-1, -2048, 2047]]


def test_bits_below_the_stored_ones_are_dropped() -> None:
    left = coding(bits_stored=12, high_bit=15)
    assert numbers(stored(0x123F), left).tolist() == [[0x123]]


def test_whole_words_are_taken_as_they_are_with_their_sign() -> None:
    assert numbers(stored(0xFFFF), coding()).tolist() == [[65535]]
    assert numbers(stored(0xFFFF), coding(is_signed=True)).tolist() == [[-1]]


@pytest.mark.parametrize(
    ("padding", "is_signed", "is_dark"),
    [(0x8000, True, True), (63536, True, True), (4095, False, True), (0, False, False)],
)
def test_pixels_outside_the_image_are_as_dark_as_the_darkest_within(
    tmp_path: Path, cine: CineStack, padding: int, is_signed: bool, is_dark: bool
) -> None:
    image = cine.array[0, 0]
    pixels = image.astype("<u2")
    pixels[:5] = padding
    path = write_series(
        tmp_path,
        cine,
        PixelRepresentation=int(is_signed),
        PixelData=pixels.tobytes(),
        PixelPaddingValue=padding - 2**16 * (is_signed and padding >= 2**15),
    )[0]
    expected = image.copy()
    expected[:5] = image[5:].min() if is_dark else padding
    assert np.array_equal(image_of(path), expected)


def test_compressed_pixels_that_no_decoder_can_read_are_named(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_series(tmp_path, cine)[0]
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = JPEG_2000
    dataset.PixelData = pydicom.encaps.encapsulate([bytes(16)])
    dataset["PixelData"].VR = "OB"
    dataset.save_as(path)
    with pytest.raises(ReadError, match=r"compressed pixels \(JPEG 2000.*no decoder"):
        image_of(path)


def test_inverted_gray_values_are_turned_round(tmp_path: Path, cine: CineStack) -> None:
    image = with_dark_air(cine)
    inverted = (image.max() - image).astype("<i2").tobytes()
    path = write_series(
        tmp_path,
        cine,
        PhotometricInterpretation="MONOCHROME1",
        PixelRepresentation=1,
        PixelData=inverted,
    )[0]
    assert np.array_equal(image_of(path), image)


def with_dark_air(cine: CineStack) -> np.ndarray:
    """(Y, X) an image whose darkest pixels, as of many scanners, are those of air and 0."""
    return (cine.array[0, 0] - 60).clip(0)


def test_one_dark_pixel_does_not_brighten_an_inverted_image(
    tmp_path: Path, cine: CineStack
) -> None:
    stored = 1000 - with_dark_air(cine)
    inverted = {"PhotometricInterpretation": "MONOCHROME1"}
    clean = write_series(tmp_path / "a", cine, PixelData=as_bytes(stored), **inverted)[0]
    stored[0, 0] = 1500
    damaged = write_series(tmp_path / "b", cine, PixelData=as_bytes(stored), **inverted)[0]
    assert image_of(damaged).dtype == np.float32
    assert np.array_equal(image_of(damaged).ravel()[1:], image_of(clean).ravel()[1:])


def as_bytes(pixels: np.ndarray) -> bytes:
    return pixels.astype("<u2").tobytes()


def test_header_whose_bits_make_no_sense_is_read_in_whole_words(
    tmp_path: Path, cine: CineStack
) -> None:
    path = write_series(tmp_path, cine, BitsStored=20, HighBit=3)[0]
    assert np.array_equal(image_of(path), cine.array[0, 0])


def test_bare_file_holds_the_frames_and_no_word_of_a_patient() -> None:
    content = bare_file([b"\x01\x02"], coding(syntax=JPEG_LS))
    dataset = pydicom.dcmread(pydicom.filebase.DicomBytesIO(content))
    assert dataset.NumberOfFrames == 1
    assert "PatientName" not in dataset

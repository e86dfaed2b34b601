"""Small inputs of every kind with a few bytes changed, cut off or made up, drawn by a seed."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import SimpleITK as sitk  # noqa: N813
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.reading.files import write_labels
from Testing.dicom_phantoms import LIKE_A_HEART, write_enhanced, write_series
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(
    frames=4, slices=3, rows=24, columns=28, empty_slices=(0, 0), degrees_xyz=LIKE_A_HEART
)
COMPRESSORS = {"l": "JPEG", "m": "JPEG2000"}
"""Folders by name, and how their pixels are compressed: JPEG is the lossless one."""
HEADER_BYTES = 700
"""Half of the changes fall within this many bytes of the start."""


@dataclass(frozen=True)
class Seed:
    """A sound input: what is read, and the file of it that is changed."""

    path: Path
    changed: Path


def write_seeds(folder: Path) -> list[Seed]:
    """One sound input of each kind."""
    labels = LabelMap(PHANTOM.labels.array, PHANTOM.geometry)
    plain = folder / "a.nii"
    write_labels(plain, labels, frame_times_ms=PHANTOM.frame_times_ms)
    packed = folder / "b.nii.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    image = sitk.GetImageFromArray(PHANTOM.cine.array[0].astype(np.int16))
    paths = [plain, packed]
    for name, is_packed in (("c.nrrd", True), ("d.nrrd", False), ("e.mha", True), ("f.mha", False)):
        sitk.WriteImage(image, str(folder / name), useCompression=is_packed)
        paths.append(folder / name)
    seeds = [Seed(path, path) for path in paths]
    enhanced = write_enhanced(folder / "g.dcm", PHANTOM.cine)
    seeds.append(Seed(enhanced, enhanced))
    files = write_series(folder / "h", PHANTOM.cine)
    seeds.append(Seed(folder / "h", files[5]))
    files = write_series(folder / "i", PHANTOM.cine, TransferSyntaxUID=ImplicitVRLittleEndian)
    seeds.append(Seed(folder / "i", files[5]))
    files = write_series(folder / "j", PHANTOM.cine)
    for path in files:
        dataset = pydicom.dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
    seeds.append(Seed(folder / "j", files[5]))
    folders = [compressed(folder / name, kind) for name, kind in COMPRESSORS.items()]
    seeds += [Seed(path, sorted(path.iterdir())[5]) for path in folders]
    archive = Path(shutil.make_archive(str(folder / "k"), "zip", folder / "h"))
    return [*seeds, Seed(archive, archive)]


def compressed(folder: Path, compressor: str) -> Path:
    """The phantom's files with their pixels compressed by the GDCM inside SimpleITK."""
    for path in write_series(folder, PHANTOM.cine):
        dataset = pydicom.dcmread(path)
        untyped: Any = sitk.ImageFileWriter
        writer = untyped()
        writer.SetImageIO("GDCMImageIO")
        writer.SetFileName(str(folder / "packed.dcm"))
        writer.UseCompressionOn()
        writer.SetCompressor(compressor)
        writer.Execute(sitk.GetImageFromArray(dataset.pixel_array[None]))
        packed = pydicom.dcmread(folder / "packed.dcm")
        dataset.file_meta.TransferSyntaxUID = packed.file_meta.TransferSyntaxUID
        dataset.PixelData = packed.PixelData
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
        dataset.save_as(path)
    (folder / "packed.dcm").unlink()
    return folder


def mutate(content: bytes, seed: int) -> bytes:
    """The bytes with a few of them changed, cut off, repeated or made up."""
    rng = np.random.default_rng(seed)
    data = bytearray(content)
    kind = rng.integers(6)
    if kind == 0:
        return bytes(data[: rng.integers(len(data))])
    if kind == 1:
        start = int(rng.integers(len(data)))
        return bytes(data[:start] + data[start + int(rng.integers(1, 64)) :])
    if kind == 2:
        start = int(rng.integers(len(data)))
        return bytes(data[:start] + rng.bytes(int(rng.integers(1, 64))) + data[start:])
    for _ in range(int(rng.integers(1, 12))):
        reach = min(len(data), HEADER_BYTES) if rng.random() < 0.5 else len(data)
        place = int(rng.integers(reach))
        extreme = (0, 1, 0x7F, 0x80, 0xFF)[int(rng.integers(5))]
        data[place] = extreme if kind == 3 else int(rng.integers(256))
        if kind == 5:
            data[place] = (content[place] + 1) % 256
    return bytes(data)

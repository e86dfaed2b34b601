"""Expert contours of the Sunnybrook DICOM cines as masks on the grid of the cine.

Radau et al. 2009.

A file `IM-0001-0048-icontour-manual.txt` holds the (x, y) pixel coordinates of the LV endocardium
in `48.dcm`. The slice is found by ImagePositionPatient; the phase is (n − 1) mod 20, as the scanner
numbered the images.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from skimage.draw import polygon2mask

from CMRSegmentationLib.image import Geometry
from Training.datasets.examination import DataSetError

PHASES_PER_CINE = 20
RAS_FROM_LPS = np.array([-1.0, -1.0, 1.0])
SLICE_TOLERANCE = 0.2
"""An image lies on a slice of the cine if it is off by less than this share of the pitch."""

_CONTOUR_NAME = re.compile(r"IM-\d+-(\d+)-icontour-manual\.txt$")


@dataclass(frozen=True, eq=False)
class ContouredSlice:
    """The LV blood pool of one slice in one phase, as an expert drew it.

    Attributes:
        frame: 0-based frame of the cine.
        slice: 0-based slice of the cine.
        mask: (Y, X) pixels within the contour.
    """

    frame: int
    slice: int
    mask: NDArray[np.bool_]


def read_contours(contours: Path, dicom: Path, geometry: Geometry) -> list[ContouredSlice]:
    """All endocardial contours of a patient.

    Args:
        contours: the folder `i-contours`.
        dicom: the folder with `1.dcm` and so on.
        geometry: grid of the cine that was read from `dicom`.

    Raises:
        DataSetError: if there is no contour, or an image does not lie on a slice of the cine.
    """
    files = {
        int(m.group(1)): path
        for path in sorted(contours.iterdir())
        if (m := _CONTOUR_NAME.search(path.name))
    }
    if not files:
        raise DataSetError(
            f"Expected files named IM-0001-0048-icontour-manual.txt in {contours}, found none."
        )
    shape_yx = geometry.shape_zyx[1:]
    return [
        ContouredSlice(
            (number - 1) % PHASES_PER_CINE,
            _slice_of(dicom / f"{number}.dcm", geometry),
            polygon2mask(shape_yx, np.loadtxt(path)[:, ::-1]),  # type: ignore[no-untyped-call]
        )
        for number, path in files.items()
    ]


def _slice_of(image: Path, geometry: Geometry) -> int:
    header = pydicom.dcmread(image, stop_before_pixels=True, specific_tags=["ImagePositionPatient"])
    position = np.append(np.array(header.ImagePositionPatient, dtype=float) * RAS_FROM_LPS, 1.0)
    k = float((np.linalg.inv(geometry.ijk_to_ras) @ position)[2])
    if abs(k - round(k)) > SLICE_TOLERANCE or not 0 <= round(k) < geometry.shape_zyx[0]:
        raise DataSetError(
            f"{image.name} does not lie on a slice of the cine (it is at {k:.2f} slices)."
        )
    return round(k)


def volume_ml(slices: list[ContouredSlice], frame: int, geometry: Geometry) -> float:
    """Volume in ml of the contours of a frame: area times slice pitch, summed."""
    return sum(int(s.mask.sum()) for s in slices if s.frame == frame) * geometry.voxel_volume_ml

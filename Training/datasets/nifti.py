"""NIfTI files of public data sets.

nibabel reads them, because some have cosines that SimpleITK refuses.

SimpleITK ≥ 2.1 rejects direction cosines that are not orthonormal, which occur in the validation
and test patients of M&Ms; `Geometry` accepts them.
"""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.image import Geometry, GeometryError, Label
from Training.datasets.examination import DataSetError

LOGGER = logging.getLogger(__name__)

PACKED = ".gz"
ZOOM_TOLERANCE = 0.01
"""Relative difference from which header zooms and affine contradict each other."""


@dataclass(frozen=True, eq=False)
class NiftiImage:
    """The (T, Z, Y, X) float32 voxels of a file and the grid of a frame.

    A volume has one frame.
    """

    array: NDArray[np.float32]
    geometry: Geometry


def read_image(path: Path, *, affine_is_lost: bool = False) -> NiftiImage:
    """Reads a two- to four-dimensional NIfTI image (x, y, z, t), `.nii.gz` or the same unpacked.

    Where the header's zooms (`pixdim`) contradict the affine, the zooms set the spacing and the
    affine only the directions, with a warning: such affines were lost in a conversion.

    Args:
        path: the file.
        affine_is_lost: whether that is known of the whole data set, so that no warning is due.

    Raises:
        DataSetError: if the file is missing, damaged, empty of voxels or without a usable grid.
    """
    if not path.is_file() and path.suffix == PACKED and path.with_suffix("").is_file():
        path = path.with_suffix("")  # unpacked after the download
    if not path.is_file():
        raise DataSetError(f"Expected the file {path}, found none; is the data set complete?")
    try:
        image = nib.load(path)
        if not isinstance(image, nib.Nifti1Image):
            raise ValueError("it is not a NIfTI file")
        voxels = np.asarray(image.dataobj, dtype=np.float32)
    except (OSError, EOFError, ValueError, zlib.error, nib.filebasedimages.ImageFileError) as error:
        raise DataSetError(f"{path} is damaged and cannot be read: {error}") from error
    if not 2 <= voxels.ndim <= 4:
        raise DataSetError(
            f"Expected an image of 2 to 4 dimensions in {path}, found {voxels.shape}."
        )
    array = voxels.reshape(*voxels.shape, *(1,) * (4 - voxels.ndim)).transpose(3, 2, 1, 0)
    zooms = [float(zoom) for zoom in image.header["pixdim"][1 : 1 + min(3, voxels.ndim)]]
    try:
        matrix = _grid(
            np.asarray(image.affine, dtype=np.float64), zooms, None if affine_is_lost else path
        )
        geometry = Geometry((array.shape[1], array.shape[2], array.shape[3]), matrix)
    except GeometryError as error:
        raise DataSetError(f"{path} has no usable grid: {error}") from error
    return NiftiImage(array, geometry)


def read_labels(path: Path, *, affine_is_lost: bool = False) -> NiftiImage:
    """Reads a label map of whole numbers from 0 to 3, in whatever order the data set has them.

    Raises:
        DataSetError: as `read_image`, and if other values occur.
    """
    image = read_image(path, affine_is_lost=affine_is_lost)
    values = np.unique(image.array)
    if not np.isin(values, [int(label) for label in Label]).all():
        raise DataSetError(
            f"Expected the labels 0 to {int(max(Label))} in {path}, found {values[:8].tolist()}."
        )
    return image


def _grid(
    affine: NDArray[np.float64], zooms: list[float], warn_about: Path | None
) -> NDArray[np.float64]:
    if len(zooms) < 3 or min(zooms) <= 0:
        return affine
    norms = np.linalg.norm(affine[:3, :3], axis=0)
    if not norms.all() or np.allclose(norms, zooms, rtol=ZOOM_TOLERANCE):
        return affine
    if warn_about:
        LOGGER.warning(
            "%s: the header says %s mm, the affine %s; the header counts.",
            warn_about.name,
            zooms,
            norms,
        )
    grid = affine.copy()
    grid[:3, :3] *= np.asarray(zooms) / norms
    return grid

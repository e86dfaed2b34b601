"""Whether the images of a node can be a cardiac cine MRI.

A CT, a whole-body scan or a color image is refused.
"""

from __future__ import annotations

from pathlib import Path

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import CineStack, GeometryError
from CMRSegmentationLib.reading.study import ReadError, check_stack

from .cines import (
    CineError,
    SceneCine,
    candidate_nodes,
    describe,
    find_cine,
    read_stack,
    volume_geometry,
)
from .dicom_tags import modality
from .models import usable_models

MR = "MR"
CT_AIR_HU = (-1100.0, -700.0)
"""Air (−1000) and inflated lung on the Hounsfield scale; magnitude MR images are not negative."""
CT_AIR_SHARE = 0.02
"""A CT of the chest has ten times as much; a filtered MR image has no such values."""


def examine(
    node: slicer.vtkMRMLNode | None, models_folder: Path
) -> tuple[SceneCine | None, str, str]:
    """The cine of a node (or None), its description in one line, and what is missing."""
    try:
        cine = find_cine(node)
        summary = describe(read_suitable_stack(cine))
    except CineError as problem:
        return None, "", str(problem)
    has_model = len(usable_models(models_folder)) > 0
    return cine, summary, "" if has_model else _("No model is there; install the extension again.")


def read_suitable_stack(cine: SceneCine) -> CineStack:
    """The images of a cine, if they can be those of a cardiac cine MRI.

    What can be told without the voxels is looked at first, because a CT can be too large to be read
    at every choice.

    Raises:
        CineError: if they cannot, or cannot be read; the message is one sentence for the user.
    """
    _check_before_reading(cine)
    stack = read_stack(cine)
    _check_intensities(stack, cine.name)
    return stack


def suitable_nodes() -> list[slicer.vtkMRMLNode]:
    """The nodes of the scene that can be a cardiac cine MRI, judged without their voxels."""
    return [node for node in candidate_nodes() if _may_be_suitable(find_cine(node))]


def _may_be_suitable(cine: SceneCine) -> bool:
    try:
        _check_before_reading(cine)
    except CineError:
        return False
    return True


def _check_before_reading(cine: SceneCine) -> None:
    _check_modality(cine)
    _check_grid(cine)


def _check_modality(cine: SceneCine) -> None:
    first = next(cine.frame_volumes(), None)
    nodes = [node for node in (cine.volume, cine.sequence, cine.browser, first) if node is not None]
    found = modality(nodes)
    if found and found != MR:
        message = _("{name} is an image of modality {modality}; choose a cardiac cine MRI.")
        raise CineError(message.format(name=cine.name, modality=found))


def _check_grid(cine: SceneCine) -> None:
    """The library's limits for stacks of slices.

    A frame without an image is left to `read_stack`.
    """
    first = next(cine.frame_volumes(), None)
    if (
        first is None
        or first.GetImageData() is None
        or first.GetImageData().GetNumberOfPoints() == 0
    ):
        return
    try:
        check_stack(volume_geometry(first))
    except (GeometryError, ReadError) as error:
        message = _("{name} cannot be a cardiac cine: {reason}")
        raise CineError(message.format(name=cine.name, reason=error)) from error


def _check_intensities(stack: CineStack, name: str) -> None:
    frame = stack.array[0]
    share = float(((frame >= CT_AIR_HU[0]) & (frame <= CT_AIR_HU[1])).mean())
    if share >= CT_AIR_SHARE:
        message = _(
            "{name} looks like a CT: {percent} % of its voxels have the values of air there; "
            "choose a cardiac cine MRI."
        )
        raise CineError(message.format(name=name, percent=round(100 * share)))

"""The imaging plane of a cine: what the user says, else the file, else the direction, else what the networks draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from CMRSegmentationLib.anatomy.view_content import SURE, VIEW_NAMES, Likeness, content_of, likeness
from CMRSegmentationLib.anatomy.views import (
    MINIMUM_SAX_SLICES,
    geometry_view,
    has_direction,
    plane_view,
)
from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, LabelMap, View
from CMRSegmentationLib.segmenting.inference import Predictor, choose_device, load_network
from CMRSegmentationLib.segmenting.model import ModelBundle
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.stages import Stages

FRAMES_TO_JUDGE_BY = 3


class ViewError(UserError, ValueError):
    """A cine whose imaging plane is not known."""


Decision = tuple[View, tuple[Finding, ...]]
"""A view, and what is to be said about the choice."""


def decide_view(
    stack: CineStack,
    asked: View | None = None,
    bundles: Sequence[ModelBundle] = (),
    device: str = "auto",
) -> Decision:
    """The view to segment a cine as.

    Args:
        stack: the cine.
        asked: the view that the user holds for right.
        bundles: models that may look at a single slice whose view nothing else tells.
        device: "auto", "cpu" or "cuda", for the look.

    Raises:
        ViewError: if a reader that compared the plane with a short-axis stack could not tell what
            it is.
        ModelError, DeviceError: if a model or the device cannot be used.
    """
    if asked is not None:
        return asked, _contradictions(stack, asked)
    if stack.view is not None:
        return stack.view, ()
    unknown = [finding for finding in stack.findings if finding.code is FindingCode.VIEW_UNKNOWN]
    if unknown:
        raise ViewError(
            f"{unknown[0].message} Give the view with --view if the plane is one of those."
        )
    if stack.geometry.shape_zyx[0] >= MINIMUM_SAX_SLICES:
        return View.SAX, ()
    return _by_direction(stack) or _by_content(stack, bundles, device) or _assumed()


def _contradictions(stack: CineStack, asked: View) -> tuple[Finding, ...]:
    """What the cine itself says against the view that was asked for."""
    told, doubts = _by_direction(stack) or (None, ())
    is_guess = any(
        doubt.code is FindingCode.VIEW_UNSURE for doubt in doubts
    )  # several slices that do not lie like a short axis
    known = stack.view or (None if is_guess else told)
    if known is None or known is asked:
        return ()
    severity = Severity.WARNING if known.is_long_axis is asked.is_long_axis else Severity.SERIOUS
    message = f"The plane lies like {VIEW_NAMES[known]}; it was segmented as {VIEW_NAMES[asked]}, as asked for."
    return (Finding(FindingCode.VIEW_DOUBTED, severity, message, origin=Origin.SEGMENTATION),)


def _by_direction(stack: CineStack) -> Decision | None:
    for tell in (geometry_view, plane_view):
        view, findings = tell(stack.geometry)
        if view is not None:
            return view, findings
    return None


def _by_content(stack: CineStack, bundles: Sequence[ModelBundle], device: str) -> Decision | None:
    seen = recognize(stack, bundles, device)
    if seen is None:
        return None
    odd = has_direction(stack.geometry)  # which told nothing, or the image had not been asked
    message = (
        f"The view was told from the image: it looks like {VIEW_NAMES[seen.view]} (confidence "
        f"{100 * seen.confidence:.0f} %)"
        + (", but it lies like none of the usual planes" if odd else "")
        + "; give it with --view if it is another one."
    )
    severity = Severity.INFO if seen.confidence >= SURE and not odd else Severity.WARNING
    return seen.view, (
        Finding(FindingCode.VIEW_FROM_CONTENT, severity, message, origin=Origin.SEGMENTATION),
    )


def _assumed() -> Decision:
    message = "The view could not be told from file or image and was taken for a short axis; give it with --view."
    return View.SAX, (
        Finding(FindingCode.VIEW_ASSUMED, Severity.WARNING, message, origin=Origin.SEGMENTATION),
    )


def recognize(
    stack: CineStack, bundles: Sequence[ModelBundle], device: str = "auto"
) -> Likeness | None:
    """What a single slice looks like to the model that is surest to see one of its own views; None if none does."""
    if not stack.geometry.is_single_slice:
        return None
    seen = [(bundle, likeness(content_of(_drawn(stack, bundle, device)))) for bundle in bundles]
    fitting = [one for bundle, one in seen if one is not None and one.view in bundle.views]
    return max(fitting, key=lambda one: one.confidence, default=None)


def _drawn(stack: CineStack, bundle: ModelBundle, device: str) -> LabelMap:
    """What a model draws in a few frames of a cine of no known view."""
    predictor = Predictor(load_network(bundle), choose_device(device)[0])
    images = NetworkCine.of(replace(stack, view=None), bundle.spacing_mm, predictor, Stages())
    frames = np.linspace(0, stack.frames, FRAMES_TO_JUDGE_BY, endpoint=False).astype(int)
    array = images.segment(tuple(np.unique(frames).tolist()), PostprocessingOptions(), Stages())
    return LabelMap(array, stack.geometry)

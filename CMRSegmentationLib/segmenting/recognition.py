"""The imaging plane of a cine and the model for it, chosen once for every cine.

The user's choice comes first, then the file's, then the plane's direction, then what the networks
see in the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from CMRSegmentationLib.anatomy.view_content import SURE, Likeness, content_of, likeness
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
from CMRSegmentationLib.segmenting.model import ModelBundle, serving
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.stages import Stages

FRAMES_TO_JUDGE_BY = 3


class ViewError(UserError, ValueError):
    """A cine whose imaging plane is not known."""


Decision = tuple[View, tuple[Finding, ...]]
"""A view, and what is to be said about the choice."""


@dataclass(frozen=True)
class Choice:
    """What a cine is segmented as.

    Attributes:
        view: the imaging plane.
        bundle: the model that serves it.
        findings: what there is to doubt about the view.
    """

    view: View
    bundle: ModelBundle
    findings: tuple[Finding, ...] = ()


def choose(
    stack: CineStack, asked: View | None, bundles: Sequence[ModelBundle], device: str = "auto"
) -> Choice:
    """The view of a cine, and the first model that serves it.

    Args:
        stack: the cine.
        asked: the view that the user chose, if any.
        bundles: the models to choose from.
        device: "auto", "cpu" or "cuda", for looking at a plane whose view nothing else shows.

    Raises:
        ViewError: if the view cannot be determined.
        ModelError: if none of the models serves it, or one is damaged.
        DeviceError: if the device cannot be used.
    """
    view, findings = decide_view(stack, asked, bundles, device)
    return Choice(view, serving(bundles, view), findings)


def decide_view(
    stack: CineStack,
    asked: View | None = None,
    bundles: Sequence[ModelBundle] = (),
    device: str = "auto",
) -> Decision:
    """The view to segment a cine as.

    Args:
        stack: the cine.
        asked: the view that the user chose, if any.
        bundles: models that may look at a single slice whose view nothing else shows.
        device: "auto", "cpu" or "cuda", for looking.

    Raises:
        ViewError: if a reader compared the plane with a short-axis stack and found no known view.
        ModelError, DeviceError: if a model or the device cannot be used.
    """
    if asked is not None:
        return asked, _contradictions(stack, asked)
    if stack.view is not None:
        return stack.view, ()
    unknown = [finding for finding in stack.findings if finding.code is FindingCode.VIEW_UNKNOWN]
    if unknown:
        raise ViewError(f"{unknown[0].message} Use --view if the plane is one of these views.")
    is_stack = stack.geometry.shape_zyx[0] >= MINIMUM_SAX_SLICES
    if is_stack and not has_direction(stack.geometry):
        return View.SAX, ()
    return _by_direction(stack) or _by_content(stack, bundles, device) or _assumed()


def _contradictions(stack: CineStack, asked: View) -> tuple[Finding, ...]:
    """What the cine itself says against the view that was asked for."""
    by_direction, doubts = _by_direction(stack) or (None, ())
    is_guess = any(
        doubt.code is FindingCode.VIEW_UNSURE for doubt in doubts
    )  # several slices that do not lie like a short axis
    known = stack.view or (None if is_guess else by_direction)
    if known is None or known is asked:
        return ()
    severity = Severity.WARNING if known.is_long_axis is asked.is_long_axis else Severity.SERIOUS
    values = {
        "phrase": "view_doubted.plane",
        "seen": f"view.{known}",
        "view": f"view.{asked}",
    }
    return (Finding.of(FindingCode.VIEW_DOUBTED, severity, Origin.SEGMENTATION, values),)


def _by_direction(stack: CineStack) -> Decision | None:
    for view_of in (geometry_view, plane_view):
        view, findings = view_of(stack.geometry)
        if view is not None:
            return view, findings
    return None


def _by_content(stack: CineStack, bundles: Sequence[ModelBundle], device: str) -> Decision | None:
    seen = recognize(stack, bundles, device)
    if seen is None:
        return None
    odd = has_direction(stack.geometry)  # the direction fits no view, or the image is not consulted
    values = {
        "phrase": "view_from_content.odd" if odd else "view_from_content",
        "seen": f"view.{seen.view}",
        "confidence_percent": float(100 * seen.confidence),
    }
    severity = Severity.INFO if seen.confidence >= SURE and not odd else Severity.WARNING
    return seen.view, (
        Finding.of(FindingCode.VIEW_FROM_CONTENT, severity, Origin.SEGMENTATION, values),
    )


def _assumed() -> Decision:
    return View.SAX, (Finding.of(FindingCode.VIEW_ASSUMED, Severity.WARNING, Origin.SEGMENTATION),)


def recognize(
    stack: CineStack, bundles: Sequence[ModelBundle], device: str = "auto"
) -> Likeness | None:
    """What a single slice looks like to the model that is surest to see one of its own views.

    None if no model sees one of its own views.
    """
    if not stack.geometry.is_single_slice:
        return None
    fitting = []
    for bundle in bundles:
        seen = likeness(content_of(_drawn(stack, bundle, device)))
        if seen is not None and seen.view in bundle.views:
            fitting.append(seen)
    return max(fitting, key=lambda seen: seen.confidence, default=None)


def _drawn(stack: CineStack, bundle: ModelBundle, device: str) -> LabelMap:
    """What a model draws in a few frames of a cine of no known view."""
    predictor = Predictor(load_network(bundle), choose_device(device)[0])
    images = NetworkCine.of(replace(stack, view=None), bundle.spacing_mm, predictor, Stages())
    frames = np.linspace(0, stack.frames, FRAMES_TO_JUDGE_BY, endpoint=False).astype(int)
    array = images.segment(tuple(np.unique(frames).tolist()), PostprocessingOptions(), Stages())
    return LabelMap(array, stack.geometry)

"""Which view a segmented heart looks like: what encloses the LV's pool, and how much RV is there.

In a short axis the myocardium encloses the pool all around; in a long axis the pool is open at the
mitral valve. A four-chamber view shows a large RV along the septum, a three-chamber view a smaller
strip of it, a two-chamber view none.

Measured on contours of experts: the open share of the pool's outline is 0 in 99 % of 974 short-axis
slices of 60 ACDC patients (at most 0.16, at the base) and 0.15 to 0.25 in the 75 long-axis frames
of the bivme examination. There the RV's area is 0.64 to 0.77 of the LV's in four chambers and 0.18
to 0.29 in three, its contact with the myocardium 0.32 to 0.37 and 0.14 to 0.19 of the pool's
outline.

In planes cut from the stacks of the 90 ACDC patients who are not held out, through both ventricles
(ED and ES, n = 180), the area is 0.19 to 1.2 of the LV's (5th to 95th percentile) and the contact
0.19 to 0.40; in planes halfway to where the RV ends, the nearest that they have to three chambers,
0.08 to 0.69 and 0.11 to 0.34. The two overlap: the rule below is right in 74 % of the 360, in 64 %
where it says less than 0.5 and in 84 % where it says more than 0.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CMRSegmentationLib.anatomy.outline import border_of
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import Label, LabelArray, LabelMap, View

MINIMUM_POOL_CM2 = 2.0
"""A smaller pool, near the apex of a short axis or in a failed frame, says nothing."""
OPEN_SHARE = 0.1
MAXIMUM_OPEN_SHARE = 0.5
"""A pool that is open nearly everywhere is no heart."""
NO_RV_SHARE = 0.1
"""Where the views part: halfway, as a ratio, between what was measured."""
LARGE_RV_SHARE = 0.36
LONG_RV_CONTACT = 0.23
"""Their product separates four chambers from three best in planes of ACDC (logistic regression)."""
SURE = 0.8


@dataclass(frozen=True)
class Content:
    """What a segmented heart shows, the median over the frames.

    Attributes:
        open_share: of the outline of the LV's pool, what the myocardium does not cover.
        rv_share: area of the RV over that of the LV.
        rv_contact: the RV's edges with the myocardium over the outline of the LV's pool.
    """

    open_share: float
    rv_share: float
    rv_contact: float


@dataclass(frozen=True)
class Likeness:
    """The view that a segmentation looks like; the confidence is 0.5 between two views, up to 1."""

    view: View
    confidence: float


def content_of(labels: LabelMap) -> Content | None:
    """What the frames of a single slice show; None if no frame has a pool worth judging."""
    if not labels.geometry.is_single_slice:
        return None
    minimum_pixels = MINIMUM_POOL_CM2 * 100.0 / labels.geometry.pixel_area_mm2
    planes = [frame[0] for frame in labels.array if (frame == Label.LV).sum() >= minimum_pixels]
    if not planes:
        return None
    open_share, rv_share, contact = np.median([_shares(plane) for plane in planes], axis=0)
    return Content(float(open_share), float(rv_share), float(contact))


def _shares(plane: LabelArray) -> tuple[float, float, float]:
    outline = len(border_of(plane, Label.LV))
    wall = len(border_of(plane, Label.LV, beside=Label.MYO))
    contact = len(border_of(plane, Label.RV, beside=Label.MYO))
    areas = [(plane == label).sum() for label in (Label.RV, Label.LV)]
    return 1.0 - wall / outline, areas[0] / areas[1], contact / outline


def beliefs(content: Content) -> dict[View, float]:
    """How much a segmentation speaks for each view; the sum is 1."""
    is_long = _belief(content.open_share / OPEN_SHARE, 4.0)
    has_rv = _belief(content.rv_share / NO_RV_SHARE, 2.0)
    # The power is the slope of the regression.
    is_four = _belief(content.rv_share / LARGE_RV_SHARE * content.rv_contact / LONG_RV_CONTACT, 1.5)
    return {
        View.SAX: 1.0 - is_long,
        View.LAX_2C: is_long * (1.0 - has_rv),
        View.LAX_3C: is_long * has_rv * (1.0 - is_four),
        View.LAX_4C: is_long * has_rv * is_four,
    }


def likeness(content: Content | None) -> Likeness | None:
    """The view that a segmentation looks like; None if it looks like none.

    Whether the axis is long or short is decided first, whether there is an RV next.
    """
    if content is None or content.open_share > MAXIMUM_OPEN_SHARE:
        return None
    belief = beliefs(content)
    long = sum(belief[view] for view in View if view.is_long_axis)
    if belief[View.SAX] > long:
        view = View.SAX
    elif belief[View.LAX_2C] > long / 2:
        view = View.LAX_2C
    else:
        view = max(View.LAX_3C, View.LAX_4C, key=belief.__getitem__)
    return Likeness(view, belief[view])


def _belief(ratio: float, power: float) -> float:
    """From 0 for nothing through 0.5 on the line to 1; a larger power makes a sharper line."""
    strength = float(ratio**power)
    return strength / (1.0 + strength)


def doubt_view(labels: LabelMap, view: View | None) -> tuple[Finding, ...]:
    """A finding if a segmented single slice does not look like the view it was segmented as.

    A short axis taken for a long axis, or the reverse, is serious, and so is a pool that lies bare.
    One long axis is taken for another where next to nothing speaks for it. An unknown view cannot
    be doubted.
    """
    content = content_of(labels)
    seen = likeness(content)
    if view is None or content is None or (seen is not None and seen.view is view):
        return ()
    if seen is None:
        bare = {
            "phrase": "view_doubted.no_heart",
            "open_percent": float(100 * content.open_share),
        }
        return (Finding.of(FindingCode.VIEW_DOUBTED, Severity.SERIOUS, Origin.CHECK, bare),)
    confused = seen.view.is_long_axis is not view.is_long_axis
    if not confused and beliefs(content)[view] > 1.0 - SURE:
        return ()
    values = {
        "phrase": "view_doubted.contours",
        "seen": f"view.{seen.view}",
        "confidence_percent": float(100 * seen.confidence),
        "view": f"view.{view}",
    }
    severity = Severity.SERIOUS if confused else Severity.WARNING
    return (Finding.of(FindingCode.VIEW_DOUBTED, severity, Origin.CHECK, values),)

"""Which results the views show: one of each cine, and none over the images of another patient.

All results have the same colors, so that two of them over one another cannot be told apart. What
the user shows or hides between two choices is left so.
"""

from __future__ import annotations

from collections.abc import Iterator

import slicer

from .cines import SceneCine, find_cine
from .segment_overlay import BORDERS_ROLE, overlay_points
from .segmentations import (
    CINE_ROLE,
    choose_segmentation,
    proxies_of,
    segmentations_of,
    shown_segmentation,
)
from .studies import study_of

HIDDEN_ATTRIBUTE = "CMR.Hidden"
"""Of a display node that was hidden here; the user may show it nevertheless."""


def choose_result(sequence: slicer.vtkMRMLSequenceNode) -> None:
    """Makes a segmentation sequence the one that is shown of its cine; its others are hidden."""
    choose_segmentation(sequence)
    for other in segmentations_of(find_cine(sequence.GetNodeReference(CINE_ROLE))):
        for display in _displays_of(other):
            if other is sequence:
                _show(display)
            else:
                _hide(display)


def follow_cine(cine: SceneCine) -> None:
    """Hides what does not belong to the cine that is chosen, and shows what was hidden and does.

    All results lie in the same space, and the contours of one patient may come over the images of
    another. Where the study is not known, nothing changes but for this cine.
    """
    study = study_of(cine)
    for sequence, other in _results():
        if not study and other.node is not cine.node:
            continue
        of_another = bool(study) and study_of(other) not in ("", study)
        is_wanted = not of_another and shown_segmentation(other) is sequence
        for display in _displays_of(sequence):
            was_hidden = bool(display.GetAttribute(HIDDEN_ATTRIBUTE))
            if is_wanted and was_hidden:
                _show(display)
            elif not is_wanted and not was_hidden:
                _hide(display)


def _results() -> Iterator[tuple[slicer.vtkMRMLSequenceNode, SceneCine]]:
    """Every segmentation sequence whose cine is still there, with it."""
    for sequence in slicer.util.getNodesByClass("vtkMRMLSequenceNode"):
        node = sequence.GetNodeReference(CINE_ROLE)
        if node is not None:
            yield sequence, find_cine(node)


def _displays_of(sequence: slicer.vtkMRMLSequenceNode) -> list[slicer.vtkMRMLDisplayNode]:
    """Of the contours of a result, and of its segment borders and insertion points."""
    borders, points = sequence.GetNodeReference(BORDERS_ROLE), overlay_points(sequence)
    nodes = [*proxies_of(sequence), *(proxies_of(borders) if borders is not None else ()), points]
    displays = (node.GetDisplayNode() for node in nodes if node is not None)
    return [display for display in displays if display is not None]


def _hide(display: slicer.vtkMRMLDisplayNode) -> None:
    """What the user has hidden already is not shown again by `follow_cine`."""
    if display.GetVisibility():
        display.SetAttribute(HIDDEN_ATTRIBUTE, "1")
        display.SetVisibility(False)


def _show(display: slicer.vtkMRMLDisplayNode) -> None:
    display.RemoveAttribute(HIDDEN_ATTRIBUTE)
    display.SetVisibility(True)

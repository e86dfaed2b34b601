"""Which nodes the selectors of the panel list: each cine once, and labels alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import slicer

from .cines import VOLUME_CLASS, holds_volumes, listed_node
from .existing_labels import NODE_TYPES, holds_labels, is_segmentation_sequence


def hide_proxies(selector) -> None:
    """Takes the volumes that show a sequence off a list which names the sequences already.

    One that is chosen, as a volume that has just been segmented, gives way to its sequence.
    """
    hidden, chosen = _proxy_ids(), selector.currentNode()
    if chosen is not None and chosen.GetID() in hidden:
        selector.setCurrentNode(listed_node(chosen))
    selector.sortFilterProxyModel().hiddenNodeIDs = hidden


def hide_all_but_labels(selector) -> None:
    """Leaves segmentations, label volumes and their sequences in a list."""
    hidden = {node.GetID() for kind in NODE_TYPES for node in _nodes(kind) if not _is_label(node)}
    selector.sortFilterProxyModel().hiddenNodeIDs = sorted(hidden | set(_proxy_ids()))


def let_go(node: slicer.vtkMRMLNode | None, selectors: Iterable[Any]) -> None:
    """Chooses none where a node is chosen that is about to leave the scene.

    Left to itself, a list chooses the node next to it, which may be the cine of another patient.
    """
    for selector in selectors:
        if node is not None and selector.currentNode() is node:
            selector.setCurrentNode(None)


def _nodes(kind: str) -> list[slicer.vtkMRMLNode]:
    return list(slicer.util.getNodesByClass(kind))


def _proxy_ids() -> list[str]:
    browsers = _nodes("vtkMRMLSequenceBrowserNode")
    proxies = [
        browser.GetProxyNode(sequence)
        for browser in browsers
        for sequence in _nodes("vtkMRMLSequenceNode")
        if browser.IsSynchronizedSequenceNode(sequence, True)
    ]
    return sorted({proxy.GetID() for proxy in proxies if proxy is not None})


def _is_label(node: slicer.vtkMRMLNode) -> bool:
    """A scalar volume counts if it holds the values of labels alone; a sequence by its first."""
    if node.IsA("vtkMRMLSequenceNode"):
        first = node.GetNthDataNode(0) if node.GetNumberOfDataNodes() else None
        if is_segmentation_sequence(node) or first is None:
            return first is not None
        return (holds_volumes(node) or first.IsA("vtkMRMLLabelMapVolumeNode")) and holds_labels(
            first
        )
    if node.GetClassName() == VOLUME_CLASS:
        return holds_labels(node)
    return True

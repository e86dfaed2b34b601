"""A plausible heart, what can be damaged in it, and what the rules then find."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.image import Label, LabelMap
from CMRSegmentationLib.measuring.quality import check_quality
from Testing.phantoms import HeartPhantom

PHANTOM = HeartPhantom(frames=10, es_frame=4, slices=11, empty_slices=(1, 1))
"""Nine slices of heart, 1 to 9 from base to apex."""
Damage = Callable[[NDArray[np.uint8]], None]


@cache
def phantom_array() -> NDArray[np.uint8]:
    return PHANTOM.labels.array


def check(damage: Damage | None = None, **settings: object) -> tuple[Finding, ...]:
    """The findings of the phantom after damage; the same, mirrored, with its slices reversed."""
    array = phantom_array().copy()
    if damage is not None:
        damage(array)
    phases = {"ed_frame": 0, "es_frame": 4} | settings
    found = check_quality(LabelMap(array, PHANTOM.geometry), **phases)  # type: ignore[arg-type]
    mirrored = check_quality(LabelMap(array[:, ::-1], PHANTOM.geometry), **phases)  # type: ignore[arg-type]
    last = array.shape[1] - 1
    assert [(one.code, one.severity, one.frame, one.slice) for one in found] == [
        (one.code, one.severity, one.frame, None if one.slice is None else last - one.slice)
        for one in mirrored
    ]
    return found


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(one.code, one.frame, one.slice) for one in findings]


def remove(array: NDArray[np.uint8], label: Label, *where: object) -> None:
    part = array[where]  # a view: all indices here are integers and slices
    part[part == label] = Label.BACKGROUND


def cut_wall(array: NDArray[np.uint8], slice_: int) -> None:
    """Open the right third of the wall at end-diastole; the RV lies on the left."""
    rows, columns = np.nonzero(array[0, slice_] == Label.LV)
    wall = array[0, slice_, :, columns.max() - 6 :]
    wall[wall == Label.MYO] = 0
    assert rows.size

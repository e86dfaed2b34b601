"""Long-axis planes of the ACDC patients, cut from their short-axis stacks.

The blur between slices 5 to 10 mm apart is not that of a long-axis image; shapes, walls and
contrast are real.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from CMRSegmentationLib.image import Label, View
from Training.datasets import acdc
from Training.datasets.examination import UNKNOWN, Examination, LabeledPhase
from Training.datasets.reformatting import LabeledStack

VIEWS = (View.LAX_4C, View.LAX_3C, View.LAX_2C)


def read(raw: Path) -> list[Examination]:
    """An examination for each view of each ACDC patient, see `acdc.read`.

    Raises:
        DataSetError: as `acdc.read`.
    """
    return [
        replace(
            examination,
            dataset="acdc_lax",
            view=view,
            load=partial(_load_planes, examination.load, view),
            annotated=view.structures,
        )
        for examination in acdc.read(raw)
        for view in VIEWS
    ]


def _load_planes(
    load: Callable[[], tuple[LabeledPhase, ...]], view: View
) -> tuple[LabeledPhase, ...]:
    stacks = [LabeledStack(phase) for phase in load()]
    planes = [stack.cut(stack.angles()[view]) for stack in stacks]
    for plane in planes:  # a structure that the view has no place for, though the plane grazes it
        plane.labels[~np.isin(plane.labels, (Label.BACKGROUND, *view.structures))] = UNKNOWN
    return tuple(planes)

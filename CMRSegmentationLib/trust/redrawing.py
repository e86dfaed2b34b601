"""Label maps as a model's auto-encoder redraws them, on their own grid.

The "reconstructed images" of Galati & Zuluaga 2021 (doi:10.1007/978-3-030-93722-5_40): where they
differ from a segmentation, it looks like nothing that an expert would draw.
"""

from __future__ import annotations

from CMRSegmentationLib.image import LabelMap
from CMRSegmentationLib.segmenting.model import ModelBundle
from CMRSegmentationLib.trust.errors import TrustError
from CMRSegmentationLib.trust.estimate import REDRAWING_FILE
from CMRSegmentationLib.trust.redrawing_network import RedrawingNetwork, load_redrawing


def redraw(labels: LabelMap, network: RedrawingNetwork) -> LabelMap:
    """The label map redrawn slice by slice; empty slices stay empty."""
    planes = labels.array.reshape(-1, *labels.array.shape[2:])
    spacing_yx_mm = labels.geometry.spacing_zyx_mm[1:]
    canvas = network.config.canvas
    redrawn = network.redraw(canvas.place(planes, spacing_yx_mm))
    array = canvas.take_back(redrawn, planes, spacing_yx_mm).reshape(labels.array.shape)
    return LabelMap(array, labels.geometry)


def redrawing_of(bundle: ModelBundle) -> RedrawingNetwork:
    """The auto-encoder beside a model's weights.

    Raises:
        TrustError: if the model has none, or it is damaged.
    """
    path = bundle.folder / REDRAWING_FILE
    if not path.is_file():
        raise TrustError(
            f"Model {bundle.name!r} has no auto-encoder ({REDRAWING_FILE}) to redraw labels with."
        )
    return load_redrawing(path)

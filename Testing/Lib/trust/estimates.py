"""An estimate for tests that believes the network, and an auto-encoder to go with it."""

from __future__ import annotations

import numpy as np
import torch

from CMRSegmentationLib.image import FOREGROUND, Label
from CMRSegmentationLib.segmenting.model import ModelBundle, sha256_of
from CMRSegmentationLib.trust.boosted import LEAF, BoostedTable, Tree
from CMRSegmentationLib.trust.estimate import (
    ESTIMATE_FILE,
    REDRAWING_FILE,
    EjectionRange,
    Estimate,
    Fences,
    Margin,
    estimate_as_json,
)
from CMRSegmentationLib.trust.redrawing_network import (
    RedrawingConfig,
    RedrawingNetwork,
    save_redrawing,
)
from CMRSegmentationLib.trust.trust import Limits

STEPS = np.linspace(0.05, 0.95, 19)


def staircase(column: str) -> BoostedTable:
    """About the value of a column that lies between 0 and 1."""
    trees = tuple(
        Tree(
            np.array([0, LEAF, LEAF]),
            np.array([step, 0.0, 0.0]),
            np.array([1, 1, 2]),
            np.array([2, 1, 2]),
            np.array([0.0, 0.0, 0.05]),
        )
        for step in STEPS
    )
    return BoostedTable((column,), 0.05, trees)


def estimate(weights_sha256: str = "w", redrawing_sha256: str = "r") -> Estimate:
    """Dice as expected by the network; a structure that changed images show is missing."""
    never = BoostedTable(("neighbor_cm2",), 0.9, ())
    return Estimate(
        weights_sha256,
        redrawing_sha256,
        1.0,
        {label: staircase("expected_dice") for label in FOREGROUND},
        dict.fromkeys(FOREGROUND, never),
        {label: staircase("mean_expected_dice") for label in FOREGROUND},
        dict.fromkeys(FOREGROUND, Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8)),
        dict.fromkeys(FOREGROUND, Fences(0.8, 8.0)),
        {Label.LV: EjectionRange(Margin(3.0, 40.0), Margin(2.0, 20.0))},
        "drawn hearts",
    )


def give_estimate(bundle: ModelBundle) -> None:
    """Puts the estimate and an auto-encoder of random weights beside a bundle's weights."""
    torch.manual_seed(0)
    network = RedrawingNetwork(RedrawingConfig(size_px=16, spacing_mm=8.0, channels=(4,), latent=8))
    save_redrawing(network, bundle.folder / REDRAWING_FILE)
    made = estimate(bundle.weights_sha256, sha256_of(bundle.folder / REDRAWING_FILE))
    (bundle.folder / ESTIMATE_FILE).write_text(estimate_as_json(made), encoding="utf-8")

"""Rows of evidence in which the network knows its own Dice, for tests of what is fitted to them."""

from __future__ import annotations

import numpy as np

from CMRSegmentationLib.trust.evidence import NAMES
from CMRSegmentationLib.trust.volume_evidence import volume_rows
from Training.scoring.judged import PhaseRows
from Training.scoring.second_looks import Source

SLICES = 6


def phase_rows(
    patient: str, phase: str = "ED", *, dice: float = 0.9, seed: int = 0, network: str = "model"
) -> PhaseRows:
    """A phase whose slices have about this Dice, and whose network expects just that."""
    rng = np.random.default_rng(seed)
    drawn, true = np.full((2, SLICES, 3), 200)
    shared = np.clip(rng.normal(dice, 0.03, (SLICES, 3)), 0.05, 1.0) * 200
    rows = rng.uniform(0, 1, (SLICES, 3, len(NAMES)))
    rows[..., NAMES.index("area_cm2")] = 4.0
    rows[..., NAMES.index("expected_dice")] = shared / 200
    source = Source(
        network, patient, "phantoms", "GE", "sax", "", phase, "none", ("LV", "MYO", "RV"), 0.2, 0.02
    )
    pixels = np.stack([drawn, true, shared.astype(np.int64)], axis=-1)
    return PhaseRows(source, rows, volume_rows(rows[None])[0], pixels)


def many_rows(patients: int = 24) -> list[PhaseRows]:
    """Two phases of every patient, of Dice from 0.5 to 0.95."""
    levels = np.linspace(0.5, 0.95, patients)
    return [
        phase_rows(f"P{i:02}", phase, dice=level, seed=2 * i + number)
        for i, level in enumerate(levels)
        for number, phase in enumerate(("ED", "ES"))
    ]

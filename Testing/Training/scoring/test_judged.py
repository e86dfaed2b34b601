import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.evidence import NAMES
from CMRSegmentationLib.trust.redrawing_network import RedrawingConfig, RedrawingNetwork
from CMRSegmentationLib.trust.trust import Limits
from Testing.Lib.trust.estimates import estimate
from Testing.Lib.trust.hearts import heart, seen
from Testing.Training.judged_rows import phase_rows
from Training.scoring.judged import JudgedPhase, fences_of, judge_phases, rows_of, temperatures_of
from Training.scoring.second_looks import SecondLook, Source

SOURCE = Source(
    "model", "P0", "phantoms", "GE", "sax", "", "ED", "none", ("LV", "MYO", "RV"), 0.05, 0.0625
)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return RedrawingNetwork(
        RedrawingConfig(size_px=16, spacing_mm=8.0, channels=(4,), latent=8)
    ).eval()


def look(sureness, truth=None):
    labels = heart()
    truth = labels[0] if truth is None else truth
    pixels = np.stack(
        [
            np.stack([np.count_nonzero(m, axis=(1, 2)) for m in (a, b, a & b)], -1)
            for a, b in ((labels[0] == s, truth == s) for s in (1, 2, 3))
        ],
        axis=1,
    )
    return SecondLook(SOURCE, seen(labels, sureness), pixels, truth)


def test_dice_is_counted_by_slice_and_over_all_slices():
    rows = phase_rows("P0", dice=0.8, seed=1)
    shared, total = rows.pixels[..., 2], rows.pixels[..., :2].sum(-1)
    assert rows.slice_dice == pytest.approx(2 * shared / total)
    assert rows.volume_dice == pytest.approx(2 * shared.sum(0) / total.sum(0))


def test_slices_are_marked_by_their_dice_or_by_the_chance_that_something_is_missing():
    rows = phase_rows("P0")
    rows.slices[:2, :, NAMES.index("area_cm2")] = 0.0
    slices = np.full((6, 3), 0.69)
    slices[0], slices[2] = 0.39, 0.7
    slices[1] = 0.4
    marked = JudgedPhase(rows, slices, np.ones(3)).marked(Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8))
    assert marked[:, 0].tolist() == [True, False, False, True, True, True]


def test_volumes_are_pixels_times_their_volume():
    rows = phase_rows("P0")
    assert rows.volume_ml(Label.LV, by_expert=True) == pytest.approx(6 * 200 * 0.2)


def test_a_look_becomes_rows_of_evidence(network):
    (rows,) = rows_of([look(0.9)], network, {})
    assert rows.slices.shape == (5, 3, len(NAMES))
    assert (rows.volume_dice == 1.0).all()


def test_a_network_that_is_surer_than_right_has_a_temperature_above_1():
    labels = heart()
    wrong = np.roll(labels[0], 3, axis=2)
    temperatures = temperatures_of([look(0.97, wrong)])
    assert temperatures["model"] > 1.0


def test_fences_lie_beyond_the_quartiles_of_what_experts_drew(network):
    fences = fences_of([look(0.9)], network)
    assert set(fences) == set(Label) - {Label.BACKGROUND}
    assert all(fence.dice <= 1.0 and fence.distance_mm >= 0.0 for fence in fences.values())


def test_phases_are_judged_by_an_estimate():
    (judged,) = judge_phases([phase_rows("P0", dice=0.75)], estimate())
    assert judged.volumes == pytest.approx([0.75] * 3, abs=0.08)
    assert judged.slices.shape == (6, 3)

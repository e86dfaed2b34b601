from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.datasets.examination import UNKNOWN
from Training.learning.validate import (
    lost_slices,
    predict_stack,
    to_network,
    validate,
    validation_loss,
)
from Training.samples.cache import read_cache
from Training.samples.slices import SamplingConfig


class ByIntensity(nn.Module):
    """Calls dark pixels myocardium and everything else LV or, if told so, background."""

    def __init__(self, elsewhere=Label.LV):
        super().__init__()
        self.anchor = nn.Parameter(torch.zeros(1))
        self.elsewhere = elsewhere

    def forward(self, images):
        self.sizes = images.shape[-2:]
        logits = torch.zeros(len(images), 4, *images.shape[-2:])
        logits[:, self.elsewhere] = 1.0
        return [logits]


@pytest.fixture
def examinations(tmp_path):
    lv_only = phantom_patient("P2", "GE", annotated=(Label.LV,))
    return read_cache(write_cache(tmp_path, phantom_patient("P1"), lv_only))


def test_dice_is_averaged_by_vendor_and_annotated_structure(examinations):
    scores = validate(ByIntensity(), examinations, spacing_mm=3.2, multiple=8)
    assert sorted(scores) == [
        "GE_LV",
        "Siemens_LV",
        "Siemens_MYO",
        "Siemens_RV",
        "lost_slices",
        "mean",
    ]
    assert scores["Siemens_MYO"] == 0
    assert scores["mean"] == pytest.approx(
        np.mean([scores[k] for k in scores if "_" in k and k != "lost_slices"])
    )


def test_a_prediction_of_lv_everywhere_scores_twice_its_share_over_one_plus_its_share(examinations):
    network = ByIntensity()
    scores = validate(network, examinations[:1], spacing_mm=3.2, multiple=8)
    dices = []
    for phase in examinations[0].phases:
        rows, columns = round(40 * 3.4 / 3.2), 48
        share = (phase.labels == Label.LV).sum() / phase.labels.size
        assert network.sizes == (-(-rows // 8) * 8, columns)
        dices.append(2 * share / (1 + share))
    assert scores["Siemens_LV"] == pytest.approx(np.mean(dices), rel=0.05)


def test_a_structure_that_is_absent_in_both_counts_as_right(tmp_path):
    examinations = read_cache(write_cache(tmp_path, phantom_patient("P1")))
    for phase in examinations[0].phases:
        phase.labels[:] = 0
    assert validate(ByIntensity(Label.BACKGROUND), examinations, 3.2, 8)["mean"] == 1.0


def test_what_nobody_labeled_does_not_count(tmp_path):
    examinations = read_cache(write_cache(tmp_path, phantom_patient("P1")))
    for phase in examinations[0].phases:
        phase.labels[phase.labels != Label.LV] = UNKNOWN
    assert to_network(examinations[0].phases[0], 3.2)[1].max() == UNKNOWN
    scores = validate(ByIntensity(Label.LV), examinations, 3.2, 8)
    assert scores["Siemens_LV"] == 1.0


def test_slices_of_a_structure_that_is_not_found_at_all_are_counted_from_an_area_on():
    """10 × 10 pixels of 1.5 mm are 2.25 cm², 8 × 8 pixels 1.44 cm²."""
    drawn = np.zeros((4, 20, 20), dtype=bool)
    drawn[:3, :10, :10] = True
    drawn[3, :8, :8] = True
    found = np.zeros_like(drawn)
    found[0, 0, 0] = True
    assert lost_slices(found, drawn, spacing_mm=1.5) == 2


def test_a_network_that_looks_at_neighbors_gets_them(examinations):
    network = UNet(UNetConfig(channels=(4, 4, 4), deep_supervision=0, exchange_stages=1))
    torch.nn.init.normal_(network.exchanges[0].project.weight)
    images, _ = to_network(examinations[0].phases[0], 3.2)
    asked = []
    network.register_forward_pre_hook(lambda module, given: asked.append(given[1].tolist()))
    assert predict_stack(network.eval(), images, 8).shape == images.shape
    assert asked == [[[0, 1], [0, 2], [1, 2]]]


def test_the_network_is_left_in_evaluation_mode(examinations):
    network = ByIntensity().train()
    validate(network, examinations[:1], 3.2, 8)
    assert not network.training


def test_the_network_gets_labels_resampled_class_by_class(tmp_path):
    """Where LV borders on background, averaging the numbers of the classes would invent a third."""
    phase = read_cache(write_cache(tmp_path, phantom_patient("P1", annotated=(Label.LV,))))[
        0
    ].phases[0]
    phase.labels[:] = np.where(phase.labels == Label.RV, Label.RV, 0)
    images, labels = to_network(phase, spacing_mm=1.5)
    assert images.shape == labels.shape == (3, round(40 * 3.4 / 1.5), round(48 * 3.2 / 1.5))
    assert set(np.unique(labels)) == {Label.BACKGROUND, Label.RV}


def test_the_loss_of_validation_patients_is_the_same_at_every_validation(examinations):
    sampling = SamplingConfig(spacing_mm=3.2, crops=((32, 3),), size_multiple=8)
    network = ByIntensity()
    first, again = (validation_loss(network, examinations, sampling, batches=2) for _ in range(2))
    assert first == again
    # Logits 1 against 0, 0, 0 for LV: a probability of 0.48 there, so the loss is moderate.
    assert 0.5 < first < 3.0


def test_a_network_that_is_right_has_the_lower_loss(examinations):
    sampling = SamplingConfig(spacing_mm=3.2, crops=((32, 3),), size_multiple=8)
    right, wrong = (
        validation_loss(ByIntensity(elsewhere), examinations, sampling, batches=2)
        for elsewhere in (Label.BACKGROUND, Label.RV)
    )
    assert right < wrong


def test_the_loss_of_validation_patients_counts_at_the_resolution_of_the_network(examinations):
    """Though the training begins with coarser crops."""
    fine = SamplingConfig(spacing_mm=3.2, crops=((32, 3),), size_multiple=8)
    coarse = replace(fine, coarse_batches=100, coarse_spacing_mm=6.4)
    network = ByIntensity()
    loss = validation_loss(network, examinations, coarse, batches=2)
    assert network.sizes == (32, 32)
    assert loss == validation_loss(network, examinations, fine, batches=2)

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from CMRSegmentationLib.image import Label
from Training.learning.losses import (
    deep_supervision_loss,
    marginal_probabilities,
    segmentation_loss,
)

ALL_KNOWN = torch.ones(2, 4, dtype=torch.bool)
LV_ONLY = torch.tensor([[True, True, False, False]])


def random_batch(seed=0, size=4):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(2, 4, size, size, generator=generator)
    classes = torch.randint(0, 4, (2, size, size), generator=generator)
    return logits, F.one_hot(classes, 4).permute(0, 3, 1, 2).float()


def test_four_equally_likely_classes_cost_log_4_plus_a_half():
    """Each structure has one of four pixels, so Dice is (1/2 + 1) / (2 + 1).

    The overlap is 1/4, the total 1 + 1.
    """
    target = torch.eye(4).reshape(1, 4, 2, 2)
    loss = segmentation_loss(torch.zeros(1, 4, 2, 2), target, ALL_KNOWN[:1])
    assert float(loss) == pytest.approx(math.log(4) + 0.5)


def test_a_certain_and_right_prediction_costs_nothing():
    _, target = random_batch()
    assert float(segmentation_loss(target * 60, target, ALL_KNOWN)) == pytest.approx(0, abs=1e-4)


def test_with_all_labels_the_marginal_loss_is_plain_cross_entropy_plus_dice():
    logits, target = random_batch()
    p = logits.softmax(dim=1)
    dice = [
        (2 * float((p[:, c] * target[:, c]).sum()) + 1)
        / (float(p[:, c].sum() + target[:, c].sum()) + 1)
        for c in (Label.LV, Label.MYO, Label.RV)
    ]
    plain = float(F.cross_entropy(logits, target.argmax(dim=1))) + 1 - sum(dice) / 3
    assert float(segmentation_loss(logits, target, ALL_KNOWN)) == pytest.approx(plain, rel=1e-5)


def test_unknown_classes_merge_into_the_background():
    logits = torch.log(torch.tensor([0.4, 0.3, 0.2, 0.1])).reshape(1, 4, 1, 1)
    merged = marginal_probabilities(logits, LV_ONLY).flatten()
    assert merged.tolist() == pytest.approx([0.7, 0.3, 0.0, 0.0])


def test_how_probability_is_shared_among_classes_without_label_changes_neither_loss_nor_gradient():
    target = torch.zeros(1, 4, 2, 2)
    target[:, 1, 0], target[:, 0, 1] = 1, 1
    shares = torch.tensor([[0.4, 0.3, 0.2, 0.1], [0.05, 0.3, 0.05, 0.6]])
    losses, gradients = [], []
    for share in shares:
        p = share.reshape(1, 4, 1, 1).repeat(1, 1, 2, 2).requires_grad_()
        loss = segmentation_loss(p.log(), target, LV_ONLY)
        loss.backward()
        losses.append(float(loss.detach()))
        gradients.append(p.grad)
    assert losses[0] == pytest.approx(losses[1])
    for gradient in gradients:
        assert torch.allclose(gradient[:, 0], gradient[:, 2], atol=1e-6)
        assert torch.allclose(gradient[:, 0], gradient[:, 3], atol=1e-6)
        assert not torch.allclose(gradient[:, 0], gradient[:, 1], atol=1e-3)


def test_a_slice_without_annotated_structure_has_cross_entropy_alone():
    nothing = torch.tensor([[True, False, False, False]])
    target = torch.tensor([1.0, 0, 0, 0]).reshape(1, 4, 1, 1).repeat(1, 1, 3, 3)
    assert float(segmentation_loss(torch.zeros(1, 4, 3, 3), target, nothing)) == pytest.approx(
        0, abs=1e-6
    )


def test_dice_of_a_structure_counts_only_the_slices_where_it_was_drawn():
    logits, target = random_batch()
    target[1] = torch.tensor([1.0, 0, 0, 0]).reshape(4, 1, 1)
    known = torch.tensor([[True] * 4, [True, True, False, False]])
    changed = logits.clone()
    changed[1, 2:] = logits[1, 2:].flip(
        0
    )  # myocardium for right ventricle, where neither was drawn
    before, after = (float(segmentation_loss(x, target, known)) for x in (logits, changed))
    assert after == pytest.approx(before, rel=1e-5)


def test_resolutions_weigh_1_one_half_and_one_quarter():
    _, target = random_batch(size=8)
    outputs = [random_batch(seed, size)[0] for seed, size in ((1, 8), (2, 4), (3, 2))]
    reduced = [target, F.avg_pool2d(target, 2), F.avg_pool2d(target, 4)]
    a, b, c = (
        float(segmentation_loss(o, t, ALL_KNOWN)) for o, t in zip(outputs, reduced, strict=True)
    )
    expected = (a + b / 2 + c / 4) / 1.75
    assert float(deep_supervision_loss(outputs, target, ALL_KNOWN)) == pytest.approx(
        expected, rel=1e-5
    )


def test_half_precision_logits_give_the_loss_in_single_precision():
    logits, target = random_batch()
    loss = segmentation_loss(logits.half(), target, ALL_KNOWN)
    assert loss.dtype == torch.float32
    assert float(loss) == pytest.approx(
        float(segmentation_loss(logits, target, ALL_KNOWN)), rel=1e-3
    )


def test_parts_of_a_batch_whose_sums_are_added_give_the_loss_of_the_whole():
    logits, target = random_batch()
    known = torch.tensor([[True] * 4, [True, True, False, False]])
    sums = []
    for part in (slice(0, 1), slice(1, 2)):
        segmentation_loss(
            logits[part], target[part], known[part], lambda values: sums.append(values) or values
        )
    whole = segmentation_loss(logits, target, known)
    combined = segmentation_loss(logits[:1], target[:1], known[:1], lambda _: sums[0] + sums[1])
    assert float(combined) == pytest.approx(float(whole), rel=1e-5)


def test_a_pixel_that_nobody_labeled_changes_neither_loss_nor_gradient():
    logits, target = random_batch()
    target[:, :, 1, 2] = 0
    losses, gradients = [], []
    for value in (0.0, 7.0):
        changed = logits.clone()
        changed[:, Label.RV, 1, 2] += value
        changed.requires_grad_()
        loss = segmentation_loss(changed, target, ALL_KNOWN)
        loss.backward()
        losses.append(float(loss.detach()))
        gradients.append(changed.grad)
    assert losses[0] == pytest.approx(losses[1])
    assert not gradients[0][:, :, 1, 2].any()
    torch.testing.assert_close(gradients[0], gradients[1])


def test_cross_entropy_is_the_mean_over_the_labeled_pixels():
    """Two of four pixels are labeled, as background: log 4 each.

    A structure's Dice is (0 + 1) / (2/4 + 1) = 2/3.
    """
    target = torch.zeros(1, 4, 2, 2)
    target[:, 0, 0] = 1
    loss = segmentation_loss(torch.zeros(1, 4, 2, 2), target, ALL_KNOWN[:1])
    assert float(loss) == pytest.approx(math.log(4) + 1 / 3)


def test_a_batch_in_which_nobody_labeled_anything_costs_nothing():
    logits = torch.randn(1, 4, 4, 4)
    assert float(segmentation_loss(logits, torch.zeros(1, 4, 4, 4), ALL_KNOWN[:1])) == 0.0

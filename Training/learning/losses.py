"""Dice + cross-entropy with deep supervision, for full and for partial labels.

A sample says which structures its experts drew. The others are merged into the background before
the loss is taken, in the prediction as in the target, so that the loss speaks only where the label
does (marginal loss, Shi et al. 2021, doi:10.1016/j.media.2021.101979).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

MINIMUM_PROBABILITY = 1e-6
DICE_SMOOTHING = 1.0

AllReduceSum = Callable[[Tensor], Tensor]
"""Adds numbers over the processes that share a batch."""


def _alone(values: Tensor) -> Tensor:
    return values


def marginal_probabilities(logits: Tensor, known: Tensor) -> Tensor:
    """Softmax with the classes that are not `known` merged into the background.

    Args:
        logits: (N, C, Y, X).
        known: (N, C) bool, True for annotated classes; the background (class 0) is always known.

    Returns:
        (N, C, Y, X) probabilities; unknown classes are 0.
    """
    probabilities = torch.softmax(logits.float(), dim=1)
    keep = known[:, :, None, None].to(probabilities.dtype)
    unknown = (probabilities * (1 - keep)).sum(dim=1)
    merged = probabilities * keep
    return torch.cat((merged[:, :1] + unknown[:, None], merged[:, 1:]), dim=1)


def segmentation_loss(
    logits: Tensor, target: Tensor, known: Tensor, all_reduce_sum: AllReduceSum = _alone
) -> Tensor:
    """Mean over the batch of cross-entropy plus 1 − soft Dice of the annotated foreground classes.

    Args:
        logits: (N, C, Y, X).
        target: (N, C, Y, X) class memberships that sum to 1 (soft at reduced resolution), or to 0
            where nobody labeled.
        known: (N, C) bool, True for annotated classes.
        all_reduce_sum: where several processes hold a part of the batch each, adds their sums;
            each gets the whole's loss.
    """
    probabilities = marginal_probabilities(logits, known)
    cross_entropy = -(target * probabilities.clamp_min(MINIMUM_PROBABILITY).log()).sum()
    keep = known[:, 1:, None, None].to(probabilities.dtype)
    labeled = target.sum(dim=1, keepdim=True)
    predicted, truth = probabilities[:, 1:] * keep * labeled, target[:, 1:] * keep
    overlap = (predicted * truth).sum(dim=(0, 2, 3))
    total = predicted.sum(dim=(0, 2, 3)) + truth.sum(dim=(0, 2, 3))
    annotated = keep.sum(dim=(0, 2, 3))
    pixels = labeled.sum().clamp_min(1.0)
    sums = all_reduce_sum(
        torch.cat((torch.stack((cross_entropy, pixels)), overlap, total, annotated))
    )
    overlap, total, annotated = sums[2:].chunk(3)
    dice = (2 * overlap + DICE_SMOOTHING) / (total + DICE_SMOOTHING)
    present = annotated > 0
    mean_entropy = sums[0] / sums[1]
    return mean_entropy + 1 - dice[present].mean() if present.any() else mean_entropy


def deep_supervision_loss(
    outputs: list[Tensor], target: Tensor, known: Tensor, all_reduce_sum: AllReduceSum = _alone
) -> Tensor:
    """`segmentation_loss` at every supervised resolution, weighted 1, 1/2, 1/4 … and normalized.

    Args:
        outputs: logits from full resolution down, each half the size of the one before.
        target: (N, C, Y, X) class memberships at full resolution.
        known: (N, C) bool, True for annotated classes.
        all_reduce_sum: as in `segmentation_loss`.
    """
    loss = torch.zeros((), device=target.device)
    weight_sum = 0.0
    for level, logits in enumerate(outputs):
        weight = 0.5**level
        reduced = target if level == 0 else F.avg_pool2d(target, 2**level)
        loss = loss + weight * segmentation_loss(logits, reduced, known, all_reduce_sum)
        weight_sum += weight
    return loss / weight_sum

"""How a run gets its domain adversary: which slices it compares and which it is measured on."""

from __future__ import annotations

import logging
from typing import cast

from torch import nn

from CMRSegmentationLib.segmenting.unet import UNet
from Training.adaptation.dann import DomainAdversary, DomainError, checked_domains, split_measured
from Training.adaptation.domain_batches import DomainStream, plain_crops
from Training.adaptation.localization import localized_slices
from Training.learning.config import ConfigError, TrainConfig
from Training.learning.networks import size_multiple
from Training.samples.cache import CachedExamination
from Training.samples.slices import Crop, TrainingSlice

LOGGER = logging.getLogger(__name__)

AHEAD_SEED = 30_000
"""Added to the seed for the batches that the predictor starts ahead with."""


def make_adversary(
    network: nn.Module,
    config: TrainConfig,
    source: list[CachedExamination],
    target: list[CachedExamination],
    validation: list[CachedExamination],
) -> tuple[DomainAdversary, list[list[TrainingSlice]]]:
    """The adversary of a run, and the slices of each examination that it learns from.

    Args:
        network: at its initial weights, with which the heart is looked for in every domain.
        config: the settings.
        source: the labeled examinations of the run.
        target: those of the target vendors, whose labels are not looked at.
        validation: those of the vendors of the source are measured on, as are some of the target's.

    Raises:
        ConfigError: if the run starts from random weights, which find no heart.
        DomainError: if there are fewer than two vendors, or no patients are left to measure on.
    """
    domains = checked_domains([e.vendor for e in (*source, *target)], config.dann.targets)
    if not config.initial_model:
        raise ConfigError(
            "Domain-adversarial training starts from a trained network, which finds the heart in "
            "the unlabeled images. Train without dann.targets first and name that run as "
            "initial_model."
        )
    learned, measured = split_measured(target)
    measured = [*(e for e in validation if e.vendor in domains), *measured]
    _check_measured(measured, domains)
    spacing_mm, multiple = config.sampling.spacing_mm, size_multiple(network)
    mode = network.training
    slices = localized_slices(network, [*source, *learned], spacing_mm, multiple)
    held_out = localized_slices(network, measured, spacing_mm, multiple)
    network.train(mode)
    crops = plain_crops(held_out, Crop(config.sampling.crops[0][0], spacing_mm))
    LOGGER.info(
        "Domains are compared on %d patients and measured on %d others.",
        len({e.patient for e in (*source, *learned)}),
        len({e.patient for e in measured}),
    )
    return DomainAdversary(network, config.dann, crops), slices


def _check_measured(measured: list[CachedExamination], domains: tuple[str, ...]) -> None:
    absent = sorted(set(domains) - {e.vendor for e in measured})
    if absent:
        raise DomainError(
            f"Expected validation patients of every vendor that is learned from, found none of "
            f"{', '.join(absent)}. Name some in data.validation, or leave the vendor out."
        )


def start_predictor_ahead(
    adversary: DomainAdversary,
    network: nn.Module,
    config: TrainConfig,
    slices: list[list[TrainingSlice]],
) -> None:
    """The predictor's steps before the network learns; the same in every process of a run."""
    stream = DomainStream(
        slices,
        config.sampling,
        config.dann.batch_size,
        seed=config.seed + AHEAD_SEED,
        length=config.dann.head_start,
    )
    adversary.start_ahead(cast(UNet, network), (stream[i] for i in range(len(stream))))
    accuracy = adversary.strength.warm_up_accuracy
    if accuracy is not None:
        LOGGER.info("Before the network learns: domain of held-out patients %.3f", accuracy)

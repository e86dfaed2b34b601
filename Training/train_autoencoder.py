"""Command line: learns to redraw experts' masks, to judge segmentations by (Galati & Zuluaga 2021).

python -m Training.train_autoencoder experiments/NAME.toml --cache DIR --out FILE [--fold K]

It sees the masks of the patients that the experiment trains its network on, and no image. Those
that it validates on tell how well masks are redrawn that were not learned from.
"""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from CMRSegmentationLib.command_line.run import run_command
from CMRSegmentationLib.image import FOREGROUND
from CMRSegmentationLib.segmenting.tensors import tensor_of
from CMRSegmentationLib.segmenting.unet import to_device
from CMRSegmentationLib.trust.redrawing_network import (
    RedrawingConfig,
    RedrawingNetwork,
    memberships,
    save_redrawing,
)
from Training.learning.config import TrainConfig, read_config
from Training.learning.losses import segmentation_loss
from Training.learning.splits import read_examinations, split_examinations
from Training.samples.cache import CachedExamination
from Training.samples.masks import MaskStream, expert_canvases

LOGGER = logging.getLogger(__name__)

ITERATIONS = 900
BATCH_SIZE = 24
LEARNING_RATE = 3e-3
SEED = 1


def train_autoencoder(
    examinations: list[CachedExamination],
    config: RedrawingConfig,
    *,
    iterations: int = ITERATIONS,
    seed: int = SEED,
) -> RedrawingNetwork:
    """A network that has learned to redraw the masks of these patients, in evaluation mode.

    Raises:
        CacheError: if no patient has every structure drawn.
    """
    torch.manual_seed(seed)
    network = to_device(RedrawingNetwork(config).train(), torch.device("cpu"))
    masks = MaskStream(examinations, config.canvas, seed=seed, batch_size=BATCH_SIZE)
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, iterations)
    for number in tqdm(range(iterations), unit="it", disable=None):
        target = tensor_of(memberships(masks.batch(number)))
        known = torch.ones(target.shape[:2], dtype=torch.bool)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(target.contiguous(memory_format=torch.channels_last))
        loss = segmentation_loss(logits, target, known)
        optimizer.zero_grad(set_to_none=True)
        if number % 100 == 0:
            LOGGER.info("iteration %d, loss %.3f", number, float(loss.detach()))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
    return network.eval()


def redrawn_dice(
    network: RedrawingNetwork, examinations: list[CachedExamination]
) -> dict[str, float]:
    """Median Dice between experts' slices and their redrawings, by structure.

    Raises:
        CacheError: if no patient has every structure drawn.
    """
    masks = expert_canvases(examinations, network.config.canvas)
    redrawn = network.redraw(masks)
    medians = {}
    for label in FOREGROUND:
        one, two = masks == label, redrawn == label
        sizes = one.sum(axis=(1, 2)) + two.sum(axis=(1, 2))
        overlap = 2 * (one & two).sum(axis=(1, 2))[sizes > 0] / sizes[sizes > 0]
        medians[label.name] = float(np.median(overlap))
    return medians


def make_redrawing(config: TrainConfig, cache: Path, out: Path, iterations: int) -> None:
    """Learns from the patients that an experiment trains on, and logs how well it redraws.

    Raises:
        CacheError, ConfigError: if there is nothing to learn from.
        OSError: if the file cannot be written.
    """
    split = split_examinations(read_examinations(cache, config), config.data)
    train, validation = (
        [e for e in group if e.view in config.views] for group in (split.train, split.validation)
    )
    network = train_autoencoder(train, RedrawingConfig(), iterations=iterations)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_redrawing(network, out)
    for name, group in (("learned from", train), ("never seen", validation)):
        medians = redrawn_dice(network, group)
        LOGGER.info(
            "masks %s: median Dice %s",
            name,
            " ".join(f"{structure} {value:.3f}" for structure, value in medians.items()),
        )


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m Training.train_autoencoder", description="Learn to redraw experts' masks."
    )
    parser.add_argument("experiment", type=Path, help="TOML file that says who is trained on")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="file of the network")
    parser.add_argument("--fold", type=int, metavar="K", help="fold of a cross-validation, from 0")
    parser.add_argument("--iterations", type=int, default=ITERATIONS)
    options = parser.parse_args(arguments)

    def work() -> None:
        config = read_config(options.experiment)
        if options.fold is not None:
            config = replace(config, data=replace(config.data, fold=options.fold))
        make_redrawing(config, options.cache, options.out, options.iterations)

    return run_command(work)


if __name__ == "__main__":
    sys.exit(main())

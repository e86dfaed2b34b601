"""A run of one iteration on phantoms, for tests of what happens to a run afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.Training.cached_phantoms import write_cache
from Training.learning.config import DataConfig, TrainConfig
from Training.learning.splits import split_examinations
from Training.samples.cache import read_cache
from Training.samples.slices import SamplingConfig
from Training.train import train

TINY = TrainConfig(
    iterations=1,
    validate_every=1,
    workers=0,
    data=DataConfig(("phantoms",), validation=("P1",), held_out=("P2", "P3")),
    network=UNetConfig(channels=(4, 8, 8), deep_supervision=1),
    sampling=SamplingConfig(spacing_mm=3.2, crops=((32, 2),), size_multiple=4),
)


def tiny_run(folder: Path, **settings: Any) -> tuple[Path, Path]:
    """Trains `folder`/run from `folder`/cache: P0 trains, P1 validates, P2 and P3 test."""
    cache, run = folder / "cache", folder / "run"
    if not cache.exists():
        write_cache(cache)
    config = replace(TINY, **settings)
    train(
        config,
        split_examinations(read_cache(cache), config.data),
        run,
        resume=False,
        device=torch.device("cpu"),
    )
    return run, cache

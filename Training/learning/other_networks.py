"""Segmentation with a run whose network the library does not have, for comparison.

Everything but the network is the product's own: resampling, search for the heart, crop and
post-processing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.segmenting.inference import AS_IT_IS, AVERAGED, Predictor, choose_device
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from CMRSegmentationLib.stages import Stages
from Training.learning.averaging import AveragingError, Ensemble
from Training.learning.checkpoint import BEST, LAST, load_checkpoint
from Training.learning.config import TrainConfig, config_of_run
from Training.learning.environment import ENVIRONMENT_FILE
from Training.learning.networks import build_network, config_to_predict_with


def architecture_of(run: Path) -> str:
    """The network of a run by name."""
    values = json.loads((run / ENVIRONMENT_FILE).read_text(encoding="utf-8"))
    return str(values["config"].get("architecture", "unet"))


@dataclass(frozen=True, eq=False)
class RunNetwork:
    """The averaged weights of a run, of any architecture."""

    network: nn.Module
    config: TrainConfig

    @classmethod
    def load(cls, run: Path, checkpoint: str) -> RunNetwork:
        """The network of the "last" or "best" checkpoint.

        Raises:
            CheckpointError: if there is no such checkpoint.
            ConfigError: if it was written with settings that this program does not know.
        """
        saved = load_checkpoint(run / {"last": LAST, "best": BEST}[checkpoint])
        config = config_of_run(saved["config"], str(run))
        network = build_network(config.architecture, config.network)
        network.load_state_dict(saved["average"])
        network.config = config_to_predict_with(network, config.network)  # type: ignore[assignment]
        return cls(network.eval(), config)

    @classmethod
    def ensemble(cls, runs: Sequence[Path], checkpoint: str) -> RunNetwork:
        """Several runs whose probabilities are averaged.

        Raises:
            AveragingError: if they have other resolutions or serve other views.
        """
        members = [cls.load(run, checkpoint) for run in runs]
        first = members[0].config
        for run, member in zip(runs, members, strict=True):
            ours = (member.config.sampling.spacing_mm, member.config.views)
            if ours != (first.sampling.spacing_mm, first.views):
                raise AveragingError(
                    f"Expected runs of {first.sampling.spacing_mm:g} mm for "
                    f"{', '.join(first.views)}, found {ours[0]:g} mm for {', '.join(ours[1])} in "
                    f"{run}."
                )
        networks = [member.network for member in members]
        configs = [cast(UNetConfig, network.config) for network in networks]
        ensemble = Ensemble(networks, max(configs, key=lambda config: config.exchange_stages))
        return cls(ensemble.eval(), first)

    @torch.no_grad()
    def segment(
        self,
        stack: CineStack,
        *,
        device: str,
        mirror: bool,
        postprocessing: PostprocessingOptions | None,
    ) -> NDArray[np.uint8]:
        """(T, Z, Y, X) labels of a cine."""
        # `Predictor` asks for logits and, through `config`, for classes and size; all networks have
        # these.
        predictor = Predictor(cast(UNet, self.network), choose_device(device)[0])
        stages = Stages()
        images = NetworkCine.of(
            stack,
            self.config.sampling.spacing_mm,
            predictor,
            stages,
            AVERAGED if mirror else AS_IT_IS,
        )
        return images.segment(
            tuple(range(stack.frames)), postprocessing or PostprocessingOptions(), stages
        )

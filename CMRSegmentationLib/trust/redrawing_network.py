"""The auto-encoder of label maps: it redraws a segmentation as experts draw hearts.

It has learned from experts' masks alone and passes each through a hundred numbers, so that it can
draw nothing but what looks like them. How far a prediction is from its redrawing tells how far it
is from what an expert would draw (Galati & Zuluaga 2021, doi:10.1007/978-3-030-93722-5_40).
"""

from __future__ import annotations

import pickle
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from CMRSegmentationLib.image import FloatArray, Label, LabelArray
from CMRSegmentationLib.segmenting.tensors import array_of, tensor_of
from CMRSegmentationLib.segmenting.unet import to_device
from CMRSegmentationLib.trust.canvas import Canvas
from CMRSegmentationLib.trust.errors import TrustError
from CMRSegmentationLib.whole_files import whole_file

CLASSES = len(Label)
SLICES_AT_A_TIME = 32
FINEST_CHANNELS = 8
"""At full resolution, where they cost most."""


@dataclass(frozen=True)
class RedrawingConfig:
    """The shape of a `RedrawingNetwork`.

    Attributes:
        size_px: rows and columns of the canvas; a multiple of 2 to the power of the stages.
        spacing_mm: of the canvas.
        channels: of each stage; the resolution halves before every one.
        latent: numbers that a mask passes through.
    """

    size_px: int = 64
    spacing_mm: float = 2.5
    channels: tuple[int, ...] = (12, 24, 48)
    latent: int = 100

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", tuple(int(c) for c in self.channels))
        if not self.channels or self.size_px % 2 ** len(self.channels):
            raise ValueError(
                f"Expected a canvas in multiples of {2 ** len(self.channels)} pixels, found "
                f"{self.size_px}."
            )

    @property
    def canvas(self) -> Canvas:
        """What the network sees of a slice."""
        return Canvas(self.size_px, self.spacing_mm)

    @property
    def coarsest_px(self) -> int:
        """Rows and columns of the last stage."""
        return int(self.size_px // 2 ** len(self.channels))


def _stage(layer: nn.Module, channels: int) -> nn.Sequential:
    return nn.Sequential(layer, nn.BatchNorm2d(channels), nn.LeakyReLU(0.01, inplace=True))


class RedrawingNetwork(nn.Module):
    """Label maps as (N, C, size, size) memberships → (N, latent) numbers → logits."""

    def __init__(self, config: RedrawingConfig) -> None:
        super().__init__()
        self.config = config
        widths = (CLASSES, *config.channels)
        last, numbers = widths[-1], widths[-1] * config.coarsest_px**2
        self.encoder = nn.Sequential(
            *(
                _stage(nn.Conv2d(i, o, 3, stride=2, padding=1, bias=False), o)
                for i, o in pairwise(widths)
            ),
            nn.Flatten(),
            nn.Linear(numbers, config.latent),
        )
        upwards = (*reversed(config.channels), FINEST_CHANNELS)
        self.decoder = nn.Sequential(
            nn.Linear(config.latent, numbers),
            nn.Unflatten(1, (last, config.coarsest_px, config.coarsest_px)),
            *(
                _stage(nn.ConvTranspose2d(i, o, 4, stride=2, padding=1, bias=False), o)
                for i, o in pairwise(upwards)
            ),
            nn.Conv2d(upwards[-1], CLASSES, 3, padding=1),
        )

    def forward(self, masks: Tensor) -> Tensor:
        """Logits of the redrawing."""
        logits: Tensor = self.decoder(self.encoder(masks))
        return logits

    @torch.inference_mode()
    def redraw(self, canvases: LabelArray) -> LabelArray:
        """(N, size, size) labels redrawn; an empty canvas stays empty."""
        result = np.zeros_like(canvases)
        filled = np.flatnonzero(canvases.any(axis=(1, 2)))
        for start in range(0, len(filled), SLICES_AT_A_TIME):
            part = filled[start : start + SLICES_AT_A_TIME]
            logits = array_of(self(tensor_of(memberships(canvases[part]))))
            result[part] = logits.argmax(axis=1)
        return result


def memberships(labels: LabelArray) -> FloatArray:
    """(N, C, Y, X) one-hot memberships of (N, Y, X) labels."""
    classes = np.arange(CLASSES, dtype=np.uint8)[:, None, None]
    return np.asarray(labels[:, None] == classes, dtype=np.float32)


def save_redrawing(network: RedrawingNetwork, path: Path) -> None:
    """Writes the network in half precision as plain tensors and numbers."""
    weights = {
        name: value.half() if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }
    with whole_file(path) as partial:
        torch.save({"config": asdict(network.config), "weights": weights}, partial)


def load_redrawing(path: Path) -> RedrawingNetwork:
    """The network of a file, ready to redraw on the CPU.

    Raises:
        TrustError: if the file is missing, is no plain tensors (nothing in it is executed), or does
            not fit the network.
    """
    try:
        saved: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        network = RedrawingNetwork(RedrawingConfig(**saved["config"]))
        network.load_state_dict(
            {
                name: value.float() if value.is_floating_point() else value
                for name, value in saved["weights"].items()
            }
        )
    except (
        OSError,
        RuntimeError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        pickle.UnpicklingError,
    ) as error:
        raise TrustError(
            f"{path.name} next to the model is no auto-encoder of label maps "
            f"({type(error).__name__}); install the model again."
        ) from error
    return to_device(network.eval(), torch.device("cpu"))

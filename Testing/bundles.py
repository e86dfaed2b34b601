"""Model bundles for tests: the network that knows the phantoms, and any other as a bundle."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import (
    DESCRIPTION_FILE,
    WEIGHTS_FILE,
    ModelBundle,
    load_bundle,
    sha256_of,
)
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig

PHANTOM_MODEL = Path(__file__).parent / "phantom_model"
"""Segments the phantoms; made by `Testing/train_phantom_model.py`."""


def write_bundle(
    folder: Path,
    network: UNet,
    *,
    spacing_mm: float = 2.0,
    views: tuple[View, ...] = (View.SAX,),
    title: str = "A network for tests",
) -> ModelBundle:
    """Write a network in half precision with its description."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        k: (v.half() if v.is_floating_point() else v) for k, v in network.state_dict().items()
    }
    torch.save(weights, folder / WEIGHTS_FILE)
    bundle = ModelBundle(
        name=folder.name,
        folder=folder,
        views=views,
        spacing_mm=spacing_mm,
        normalization="percentile_zscore",
        network=asdict(network.config),
        weights_sha256=sha256_of(folder / WEIGHTS_FILE),
        title=title,
        license="Apache-2.0",
        date="2026-01-01",
        training_data="phantoms",
    )
    describe(folder, bundle.to_json())
    return load_bundle(folder)


def describe(folder: Path, description: dict[str, object]) -> None:
    """Write `model.json`."""
    (folder / DESCRIPTION_FILE).write_text(
        json.dumps(description, indent=2) + "\n", encoding="utf-8"
    )


def change_description(folder: Path, **values: object) -> None:
    """Replace values in `model.json`; the checksum fits the weights unless it is given."""
    description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    description["weights_sha256"] = sha256_of(folder / WEIGHTS_FILE)
    describe(folder, {**description, **values})


def random_network(config: UNetConfig | None = None, seed: int = 0) -> UNet:
    """A network of random weights whose running mean and variance are not 0 and 1."""
    torch.manual_seed(seed)
    network = UNet(config or UNetConfig(channels=(4, 8), deep_supervision=0))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2.0)
    return network.eval()

"""Trains the tiny network in `Testing/phantom_model`, which segments the phantoms.

It is kept in the repository so that tests of the whole pipeline start at once. Run again (minutes
on one core) after a change of the network or of the normalization: `python -m
Testing.train_phantom_model`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.preprocessing import InPlaneGrid, normalize
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Testing.bundles import write_bundle
from Testing.phantoms import HeartPhantom

FOLDER = Path(__file__).parent / "phantom_model"
CONFIG = UNetConfig(channels=(8, 12, 16, 24), deep_supervision=0)
SPACING_MM = 2.0
SIZE = 64
STEPS, BATCH, LEARNING_RATE = 2000, 16, 4e-3


def training_images() -> tuple[np.ndarray, np.ndarray]:
    """(N, Y, X) normalized slices of phantoms and their labels, on the network's grid."""
    images, labels = [], []
    for scale in (0.9, 1.0, 1.1):
        spacing = (10.0, 1.6 * scale, 1.4 * scale)
        phantom = HeartPhantom(
            frames=6, es_frame=3, slices=8, rows=96, columns=112, spacing_zyx_mm=spacing
        )
        grid = InPlaneGrid.between((96, 112), spacing[1:], SPACING_MM)
        cine = grid.to_network(phantom.cine.array.reshape(-1, 96, 112))
        one_hot = np.eye(4, dtype=np.float32)[phantom.labels.array.reshape(-1, 96, 112)].transpose(
            0, 3, 1, 2
        )
        shares = np.stack(
            [grid.to_network(np.ascontiguousarray(one_hot[:, c])) for c in range(4)], axis=1
        )
        images.extend(normalize(cine))
        labels.extend(shares)
    shape = np.max([image.shape for image in images], axis=0)
    return np.stack([_padded(i, shape) for i in images]), np.stack(
        [_padded(s, shape, outside=0) for s in labels]
    )


def _padded(image: np.ndarray, shape_yx: np.ndarray, outside: int | None = None) -> np.ndarray:
    pad = [(0, 0)] * (image.ndim - 2) + [
        (0, int(n - m)) for n, m in zip(shape_yx, image.shape[-2:], strict=True)
    ]
    result = np.pad(image, pad, mode="edge")
    if outside is not None:
        result[:, image.shape[-2] :], result[:, :, image.shape[-1] :] = 0, 0
        result[outside] = 1 - result[1:].sum(axis=0)
    return result


def draw_batch(
    images: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch of crops, mirrored and transposed at random, with a random gain, offset and noise."""
    xs, ys = [], []
    for n in rng.integers(len(images), size=BATCH):
        y, x = (
            int(rng.integers(0, size - SIZE + 1)) if size > SIZE else 0
            for size in images.shape[-2:]
        )
        image, label = (
            images[n, y : y + SIZE, x : x + SIZE],
            labels[n, :, y : y + SIZE, x : x + SIZE],
        )
        turns, mirror = int(rng.integers(4)), rng.random() < 0.5
        image, label = np.rot90(image, turns), np.rot90(label, turns, axes=(1, 2))
        image, label = (image[:, ::-1], label[:, :, ::-1]) if mirror else (image, label)
        image = (
            image * rng.uniform(0.85, 1.15)
            + rng.uniform(-0.3, 0.3)
            + rng.normal(0, 0.05, image.shape)
        )
        xs.append(image)
        ys.append(label)
    return torch.from_numpy(np.stack(xs).astype(np.float32)[:, None]), torch.from_numpy(
        np.stack(ys).astype(np.float32)
    )


def main() -> None:
    """Trains and writes the bundle."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    images, labels = training_images()
    network = UNet(CONFIG).train()
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=STEPS)
    for step in range(STEPS):
        image, share = draw_batch(images, labels, rng)
        loss = functional.cross_entropy(network(image)[0], share)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            sys.stderr.write(f"{step:5d} {loss.item():.4f}\n")
    write_bundle(
        FOLDER,
        network,
        spacing_mm=SPACING_MM,
        views=(View.SAX,),
        title="Learned from circles; for tests",
    )


if __name__ == "__main__":
    main()

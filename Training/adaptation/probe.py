"""How much of the domain is left in a network: a fresh predictor on other patients.

The adversary's own predictor is no measure: it may have been left behind. A probe is trained anew
on what the finished network makes of training patients, and its accuracy counts on patients that
neither it nor the network learned from (Elazar & Goldberg 2018, doi:10.18653/v1/D18-1002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from CMRSegmentationLib.segmenting.unet import UNet
from Training.adaptation.dann import Place, attached_features, balanced_mean
from Training.adaptation.domain_batches import DomainBatch
from Training.adaptation.predictor import DomainPredictor

ProbePlace = Literal["image"] | Place
BATCH = 32


@dataclass(frozen=True)
class ProbeConfig:
    """How a probe is trained.

    Attributes:
        steps: of Adam.
        learning_rate: of Adam, falling linearly to 0.
        width: channels of its first convolution.
        seed: of its weights and batches.
    """

    steps: int = 400
    learning_rate: float = 1e-3
    width: int = 32
    seed: int = 0


@torch.no_grad()
def features_at(network: UNet, batch: DomainBatch, place: ProbePlace) -> Tensor:
    """(N, C, Y, X) what a probe reads of a batch: the images, or maps of the network."""
    if place == "image":
        return batch.images
    network.eval()
    parts = torch.split(batch.images, BATCH)
    return torch.cat([attached_features(network, part, [place])[0] for part in parts])


def probe_accuracy(
    network: UNet,
    place: ProbePlace,
    learned: DomainBatch,
    tested: DomainBatch,
    config: ProbeConfig = ProbeConfig(),
) -> float:
    """Accuracy of a fresh probe on the tested patients, averaged over domains.

    Args:
        network: finished; on the CPU.
        place: what the probe reads.
        learned: crops of the patients that it learns from.
        tested: crops of other patients, of the same domains.
        config: how it is trained.
    """
    domains = sorted(set(learned.domains))
    maps, answers = features_at(network, learned, place), _indices(learned.domains, domains)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        size = (maps.shape[1], max(maps.shape[2:]))
        probe = DomainPredictor([size], len(domains), width=config.width)
        _train(probe, maps, answers, config)
    probe.eval()
    with torch.no_grad():
        predicted = probe([features_at(network, tested, place)]).argmax(dim=1)
    truth = _indices(tested.domains, domains)
    return float(balanced_mean((predicted == truth).float(), truth))


def _train(probe: nn.Module, maps: Tensor, answers: Tensor, config: ProbeConfig) -> None:
    """Batches hold as many slices of each domain, mirrored at random."""
    optimizer = torch.optim.Adam(probe.parameters(), config.learning_rate, weight_decay=1e-4)
    groups = [torch.nonzero(answers == d).ravel() for d in torch.unique(answers)]
    for step in range(config.steps):
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * (1 - step / config.steps)
        chosen = torch.cat([g[torch.randint(len(g), (BATCH // len(groups),))] for g in groups])
        given = _mirrored(maps[chosen])
        loss = F.cross_entropy(probe([given]), answers[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def _mirrored(maps: Tensor) -> Tensor:
    axes = [axis for axis in (2, 3) if torch.rand(()) < 0.5]
    return torch.flip(maps, axes) if axes else maps


def _indices(names: Sequence[str], domains: Sequence[str]) -> Tensor:
    return torch.tensor([domains.index(name) for name in names])

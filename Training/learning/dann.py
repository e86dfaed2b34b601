"""Domain-adversarial training (Ganin et al. 2016, JMLR 17(59), arXiv:1505.07818): features that hide the scanner.

A predictor learns to tell the vendor of a slice from the network's features; the gradient it sends
back is reversed, so the network learns features from which the vendor cannot be told. Source
batches carry labels, target batches do not. The features come from the bottleneck, the last decoder
stage or both, because skip connections bypass the bottleneck.

In the loop it is four lines, marked there: `segment` instead of calling the network, `compare` on
the unlabeled batch, adding `DomainStep.loss`, and `step` after the optimizer's. While λ is 0
nothing reaches the network, neither gradients nor normalization statistics nor random numbers, so
that run equals the baseline bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from CMRSegmentationLib.segmenting.unet import UNet
from Training.learning.networks import DomainPredictor

Place = Literal["bottleneck", "decoder"]


class DomainError(ValueError):
    """Domains that cannot be adapted to each other."""


@dataclass(frozen=True)
class DannConfig:
    """Domain-adversarial training; off unless `targets` names a vendor.

    Attributes:
        targets: vendors whose images are used without labels.
        attach: where the domain predictor reads: "bottleneck", "decoder" (its last features) or
            both.
        maximum: λ at the end of the run.
        warmup: share of the run during which λ is 0 and the predictor alone learns.
        steepness: γ of the schedule; 10 in Ganin et al.
        target_norm: how batch normalization sees target batches: by the "running" statistics of the
            source, as at inference, or by those of the "batch". Neither changes the running
            statistics.
        hidden: width of the domain predictor's hidden layer.
        learning_rate: of the domain predictor (Adam).
    """

    targets: tuple[str, ...] = ()
    attach: tuple[Place, ...] = ("bottleneck", "decoder")
    maximum: float = 0.1
    warmup: float = 0.2
    steepness: float = 10.0
    target_norm: Literal["running", "batch"] = "running"
    hidden: int = 64
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        if not self.attach:
            raise ValueError(
                "The domain predictor must be attached to the bottleneck, the decoder or both."
            )
        if self.maximum < 0 or not 0 <= self.warmup < 1:
            raise ValueError(
                f"Expected maximum ≥ 0 and 0 ≤ warmup < 1, found {self.maximum} and {self.warmup}."
            )


def reversal_strength(progress: float, config: DannConfig) -> float:
    """λ at a share of the run between 0 and 1: 0 during warm-up, then maximum · (2 / (1 + exp(−γp)) − 1).

    p is the share of the run after warm-up (Ganin et al. 2016, section 5.2.2).
    """
    p = (progress - config.warmup) / (1.0 - config.warmup)
    return config.maximum * (2.0 / (1.0 + math.exp(-config.steepness * p)) - 1.0) if p > 0 else 0.0


class _ReverseGradient(torch.autograd.Function):
    """The identity whose gradient is multiplied by −λ."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, strength: float) -> Tensor:
        ctx.strength = strength
        return features.view_as(features)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0] * -ctx.strength, None


def reverse_gradient(features: Tensor, strength: float) -> Tensor:
    """`features` unchanged, whose gradient is multiplied by −`strength` on the way back."""
    reversed_: Tensor = _ReverseGradient.apply(features, strength)  # type: ignore[no-untyped-call]
    return reversed_


@dataclass(frozen=True, eq=False)
class DomainStep:
    """What the adversary has to say about one step.

    Attributes:
        loss: cross-entropy of the domain predictor, to be added to the segmentation's.
        accuracy: share of slices whose domain was told, averaged over the domains of the step: 1 /
            domains is guessing, 1 a predictor that nothing confuses.
        strength: λ of the step.
    """

    loss: Tensor
    accuracy: float
    strength: float


class DomainAdversary:
    """The domain predictor with its optimizer, and the way features reach it.

    Args:
        network: the library's U-Net; it is not kept.
        config: the settings.
        vendors: the vendors of all training examinations, of the source and of the target, in any
            order.

    Raises:
        DomainError: if there are fewer than two vendors, or a target vendor is not among them, or
            nothing else is.
        TypeError: if the network is not the library's U-Net.
    """

    def __init__(self, network: nn.Module, config: DannConfig, vendors: Sequence[str]) -> None:
        if not isinstance(network, UNet):
            raise TypeError(
                f"Domain-adversarial training needs the U-Net of this project, found {type(network)}."
            )
        self.config = config
        self.domains = _checked_domains(vendors, config.targets)
        channels = {
            "bottleneck": network.config.channels[-1],
            "decoder": network.config.channels[0],
        }
        device = next(network.parameters()).device
        with torch.random.fork_rng(devices=[]):
            predictor = DomainPredictor(
                [channels[p] for p in config.attach], len(self.domains), config.hidden
            )
        self.predictor = predictor.to(device)
        self.optimizer = torch.optim.Adam(self.predictor.parameters(), config.learning_rate)

    def segment(self, network: UNet, images: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """The network's logits for a labeled batch, exactly as calling it gives them, and the attached features."""
        features = network.encode(images)
        decoded = network.decode(features)
        places = {"bottleneck": features[-1], "decoder": decoded[0]}
        return network.classify(decoded), [places[place] for place in self.config.attach]

    def compare(
        self,
        network: UNet,
        source: tuple[list[Tensor], Sequence[str]],
        target: tuple[Tensor, Sequence[str]],
        progress: float,
    ) -> DomainStep:
        """The domain loss of a labeled and an unlabeled batch.

        Args:
            network: the network in training mode.
            source: attached features of the labeled batch, from `segment`, and the vendor of each
                slice.
            target: (N, 1, Y, X) images of the unlabeled batch and the vendor of each slice.
            progress: share of the run that is done, 0 to 1.

        Raises:
            DomainError: if a slice is of a vendor that was not announced.
        """
        strength = reversal_strength(progress, self.config)
        images, target_vendors = target
        with (
            frozen_normalization(network, self.config.target_norm),
            nullcontext() if strength else torch.no_grad(),
        ):
            _, attached = self.segment(network, images)
        logits = torch.cat([self._predict(source[0], strength), self._predict(attached, strength)])
        domains = self._indices((*source[1], *target_vendors)).to(logits.device)
        accuracy = _balanced_mean((logits.argmax(dim=1) == domains).float(), domains)
        loss = _balanced_mean(F.cross_entropy(logits, domains, reduction="none"), domains)
        return DomainStep(loss, float(accuracy), strength)

    def step(self, scaler: torch.amp.GradScaler | None = None) -> None:
        """Moves the domain predictor along the gradient of the last backward pass, and clears the gradient.

        Args:
            scaler: what the loss was scaled by, in half precision; it is to be updated after this
                step.
        """
        if scaler is None:
            self.optimizer.step()
        else:
            scaler.step(self.optimizer)
        self.optimizer.zero_grad(set_to_none=True)

    def to_dict(self) -> dict[str, Any]:
        """What a resumed run needs."""
        states = {
            "predictor": self.predictor.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        return {"domains": self.domains, **states}

    def restore(self, saved: dict[str, Any]) -> None:
        """Takes up where `to_dict` left off.

        Raises:
            DomainError: if the saved run had other domains.
        """
        if tuple(saved["domains"]) != self.domains:
            raise DomainError(
                f"The checkpoint was trained on the vendors {saved['domains']}, now it is {self.domains}."
            )
        self.predictor.load_state_dict(saved["predictor"])
        self.optimizer.load_state_dict(saved["optimizer"])

    def _predict(self, attached: list[Tensor], strength: float) -> Tensor:
        passed = [reverse_gradient(f, strength) if strength else f.detach() for f in attached]
        logits: Tensor = self.predictor(passed)
        return logits

    def _indices(self, vendors: Sequence[str]) -> Tensor:
        unknown = sorted(set(vendors) - set(self.domains))
        if unknown:
            raise DomainError(
                f"Expected slices of {', '.join(self.domains)}, found {', '.join(unknown)}."
            )
        return torch.tensor([self.domains.index(vendor) for vendor in vendors])


def _checked_domains(vendors: Sequence[str], targets: Sequence[str]) -> tuple[str, ...]:
    domains = tuple(sorted(set(vendors)))
    if len(domains) < 2:
        raise DomainError(
            f"Domain-adversarial training needs images of two vendors at least, found {', '.join(domains) or 'none'}; "
            "prepare another data set, or leave `dann.targets` empty."
        )
    absent = sorted(set(targets) - set(domains))
    if absent or not targets:
        wanted = ", ".join(absent) or "a target vendor"
        raise DomainError(f"Expected images of {wanted}, found those of {', '.join(domains)}.")
    if set(targets) == set(domains):
        raise DomainError(
            f"Every vendor ({', '.join(domains)}) is a target, so no labels are left to learn from."
        )
    return domains


def _balanced_mean(values: Tensor, domains: Tensor) -> Tensor:
    """The mean over the domains that occur of the mean over their slices."""
    present = torch.unique(domains)
    return torch.stack([values[domains == domain].mean() for domain in present]).mean()


@contextmanager
def frozen_normalization(network: nn.Module, mode: Literal["running", "batch"]) -> Iterator[None]:
    """Batch normalization by its running statistics or by the batch's own, without remembering the batch."""
    layers = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    before = [(layer.training, layer.track_running_stats) for layer in layers]
    for layer in layers:
        layer.training = mode == "batch"
        layer.track_running_stats = mode == "running"
    try:
        yield
    finally:
        for layer, (training, tracked) in zip(layers, before, strict=True):
            layer.training, layer.track_running_stats = training, tracked


class _HasVendor(Protocol):
    @property
    def vendor(self) -> str: ...


E = TypeVar("E", bound=_HasVendor)


def split_domains(examinations: Sequence[E], targets: Sequence[str]) -> tuple[list[E], list[E]]:
    """The examinations to learn from with labels, and those of the target vendors, whose labels are not used."""
    source = [e for e in examinations if e.vendor not in targets]
    return source, [e for e in examinations if e.vendor in targets]

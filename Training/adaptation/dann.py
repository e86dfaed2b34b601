"""Domain-adversarial training (Ganin et al. 2016): features that hide the scanner.

arXiv:1505.07818

A predictor learns the vendor of a slice from the network's features or from its output (Tsai et al.
2018, arXiv:1802.10349); the gradient it sends back is reversed, so that the network learns what the
vendor cannot be read from. The predictor sees batches of its own (`domain_batches`): as many slices
of each vendor, none with labels, all centered on the heart as the network itself found it, and all
normalized alike in one pass. It starts ahead: it learns on the unchanging network first. Its
accuracy on patients that it never learns from decides about λ (`strength`).

While λ is 0 nothing reaches the network, neither gradients nor normalization statistics nor random
numbers, so that run equals the baseline bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.unet import UNet
from Training.adaptation.domain_batches import DomainBatch
from Training.adaptation.predictor import DomainPredictor
from Training.adaptation.strength import Strength

Place = Literal["bottleneck", "decoder", "probabilities"]
Normalization = Literal["running", "batch"]

HELD_OUT_SHARE = 4
"""One of so many patients of a target vendor is measured on and not learned from."""
MEASURED_EVERY = 25
"""Steps between two measurements of that while the predictor starts ahead."""
MEASURED_AT_ONCE = 32
"""Slices in a pass when the held-out accuracy is measured."""


class DomainError(UserError, ValueError):
    """Domains that cannot be adapted to each other."""


@dataclass(frozen=True)
class DannConfig:
    """Domain-adversarial training; off unless `targets` names a vendor.

    Attributes:
        targets: vendors whose images are used without labels.
        attach: where the domain predictor reads: the "bottleneck", the "decoder" (its last
            features), the "probabilities" of the output, or several of them.
        maximum: λ when it has risen.
        ramp: share of the run over which λ rises.
        needed_accuracy: accuracy on held-out patients from which on λ rises.
        head_start: steps of the predictor alone before the network learns, or fewer if it reaches
            that accuracy before.
        measure_every: iterations between two measurements of that accuracy.
        batch_size: slices of a batch of all domains together.
        predictor_steps: steps of the predictor for each step of the network.
        norm: statistics that normalize the batches of domains, the same for all of them: "running"
            as at inference, or those of the "batch". Neither changes the running statistics.
        width: channels of the predictor's first convolutions.
        learning_rate: of the predictor (Adam).
    """

    targets: tuple[str, ...] = ()
    attach: tuple[Place, ...] = ("bottleneck", "decoder")
    maximum: float = 0.1
    ramp: float = 0.3
    needed_accuracy: float = 0.7
    head_start: int = 300
    measure_every: int = 50
    batch_size: int = 16
    predictor_steps: int = 3
    norm: Normalization = "running"
    width: int = 32
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        if not self.attach:
            raise ValueError(
                "The domain predictor must be attached to the bottleneck, the decoder, the "
                "probabilities or several of them."
            )
        if self.maximum < 0 or not 0 <= self.ramp <= 1:
            raise ValueError(
                f"Expected maximum ≥ 0 and ramp from 0 to 1, found {self.maximum} and {self.ramp}."
            )
        if min(self.measure_every, self.predictor_steps) < 1 or self.batch_size < 2:
            raise ValueError(
                "Expected measure_every and predictor_steps of 1 or more and batch_size of 2 or "
                f"more, found {self.measure_every}, {self.predictor_steps} and {self.batch_size}."
            )
        if not 0 < self.needed_accuracy <= 1 or self.learning_rate <= 0 or self.width < 1:
            raise ValueError(
                "Expected needed_accuracy above 0 and up to 1, learning_rate above 0 and width of "
                f"1 or more, found {self.needed_accuracy}, {self.learning_rate} and {self.width}."
            )
        if self.head_start < 0:
            raise ValueError(f"Expected head_start of 0 or more, found {self.head_start}.")


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
    """The adversary's part in one step.

    Attributes:
        loss: reversed cross-entropy, to be added to the segmentation's; None while λ is 0.
        accuracy: share of slices whose domain was predicted, averaged over the domains of the step:
            1 / domains is guessing, 1 a predictor that nothing confuses.
        strength: λ of the step.
        held_out_accuracy: the same accuracy on patients that the predictor does not learn from, as
            last measured; NaN before.
        warm_up_accuracy: the highest of these while λ was 0; NaN before.
    """

    loss: Tensor | None
    accuracy: float
    strength: float
    held_out_accuracy: float
    warm_up_accuracy: float

    def metrics(self) -> dict[str, float]:
        """What the curves show."""
        return {
            "domain_accuracy": self.accuracy,
            "held_out_domain_accuracy": self.held_out_accuracy,
            "warm_up_domain_accuracy": self.warm_up_accuracy,
            "lambda": self.strength,
        }


def attached_features(network: UNet, images: Tensor, attach: Sequence[Place]) -> list[Tensor]:
    """The (N, C, Y, X) maps that a domain predictor reads."""
    features = network.encode(images)
    decoded = network.decode(features)
    places = {"bottleneck": features[-1], "decoder": decoded[0]}
    if "probabilities" in attach:
        places["probabilities"] = torch.softmax(network.classify(decoded)[0].float(), dim=1)
    return [places[place] for place in attach]


def place_sizes(network: UNet, images: Tensor, attach: Sequence[Place]) -> list[tuple[int, int]]:
    """Channels and larger side of the map of each place for images like these."""
    with frozen_normalization(network, "running"), torch.no_grad():
        maps = attached_features(network, images[:1], attach)
    return [(m.shape[1], max(m.shape[2:])) for m in maps]


class DomainAdversary:
    """The domain predictor with its optimizer, its strength, and the patients it is measured on.

    Args:
        network: the library's U-Net; it is not kept.
        config: the settings.
        held_out: crops of the patients to measure on, of every domain.
    """

    def __init__(self, network: nn.Module, config: DannConfig, held_out: DomainBatch) -> None:
        if not isinstance(network, UNet):
            raise TypeError(
                "Domain-adversarial training needs the U-Net of this project, found "
                f"{type(network)}."
            )
        self.config, self.held_out = config, held_out
        self.domains = checked_domains(held_out.domains, config.targets)
        chance = 1.0 / len(self.domains)
        if config.needed_accuracy <= chance:
            raise DomainError(
                f"Expected dann.needed_accuracy above {chance:.3f}, which guessing among "
                f"{len(self.domains)} vendors reaches, found {config.needed_accuracy:g}."
            )
        device = next(network.parameters()).device
        with torch.random.fork_rng(devices=[]):
            places = place_sizes(network, held_out.images.to(device), config.attach)
            predictor = DomainPredictor(places, len(self.domains), width=config.width)
        self.predictor = predictor.to(device)
        self.optimizer = torch.optim.Adam(self.predictor.parameters(), config.learning_rate)
        self.strength = Strength(config.maximum, config.ramp, config.needed_accuracy, chance)

    def compare(
        self,
        network: UNet,
        batch: DomainBatch,
        progress: float,
        combine: Callable[[nn.Module], None] = lambda _module: None,
    ) -> DomainStep:
        """Trains the predictor on a batch and, once λ has opened, gives the reversed loss.

        Args:
            network: the network in training mode.
            batch: as many slices of each domain, on the network's device.
            progress: share of the run that is done, 0 to 1.
            combine: sums the predictor's gradients over the processes of a run.

        Raises:
            DomainError: if a slice is of a vendor that was not announced.
        """
        strength = self.strength.at(progress)
        domains = self._indices(batch.domains).to(batch.images.device)
        with (
            frozen_normalization(network, self.config.norm),
            nullcontext() if strength else torch.no_grad(),
        ):
            attached = attached_features(network, batch.images, self.config.attach)
        accuracy = self._train_predictor([f.detach() for f in attached], domains, combine)
        loss = self._reversed_loss(attached, domains, strength) if strength else None
        measured = (self.strength.accuracy, self.strength.warm_up_accuracy)
        held_out, warm_up = (float("nan") if a is None else a for a in measured)
        return DomainStep(loss, accuracy, strength, held_out, warm_up)

    def start_ahead(self, network: UNet, batches: Iterable[DomainBatch]) -> None:
        """Trains the predictor on an unchanging network until it knows held-out patients.

        Args:
            network: is not changed.
            batches: as many as there are steps at most, as of `compare`.
        """
        for number, batch in enumerate(batches, start=1):
            device = next(network.parameters()).device
            domains = self._indices(batch.domains).to(device)
            with frozen_normalization(network, self.config.norm), torch.no_grad():
                maps = attached_features(network, batch.images.to(device), self.config.attach)
            self._train_predictor(maps, domains, lambda _module: None)
            if number % MEASURED_EVERY == 0 and self.measure(network, 0.0) >= self.strength.needed:
                return

    def is_due(self, iteration: int) -> bool:
        """Whether the held-out accuracy is to be measured before this iteration."""
        return iteration > 0 and iteration % self.config.measure_every == 0

    @torch.no_grad()
    def measure(self, network: UNet, progress: float) -> float:
        """Accuracy on the held-out patients, averaged over domains; λ answers to it."""
        predicted = []
        device = next(network.parameters()).device
        self.predictor.eval()
        with frozen_normalization(network, "running"):
            for images in torch.split(self.held_out.images, MEASURED_AT_ONCE):
                maps = attached_features(network, images.to(device), self.config.attach)
                predicted.append(self.predictor(maps).argmax(dim=1).cpu())
        domains = self._indices(self.held_out.domains)
        accuracy = float(balanced_mean((torch.cat(predicted) == domains).float(), domains))
        self.strength.answer(accuracy, progress)
        return accuracy

    def to_dict(self) -> dict[str, Any]:
        """What a resumed run needs."""
        states = {
            "predictor": self.predictor.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "strength": self.strength.to_dict(),
        }
        return {"domains": self.domains, **states}

    def restore(self, saved: dict[str, Any]) -> None:
        """Continues where `to_dict` left off.

        Raises:
            DomainError: if the saved run had other domains.
        """
        if tuple(saved["domains"]) != self.domains:
            raise DomainError(
                f"The checkpoint was trained on the vendors {saved['domains']}, now it is "
                f"{self.domains}."
            )
        self.predictor.load_state_dict(saved["predictor"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.strength = Strength(**saved["strength"])

    def _train_predictor(
        self, features: list[Tensor], domains: Tensor, combine: Callable[[nn.Module], None]
    ) -> float:
        """A few steps on the same features; returns the accuracy before the first."""
        self.predictor.train()
        accuracies = []
        for _ in range(self.config.predictor_steps):
            logits = self.predictor(features)
            accuracies.append(float(_accuracy(logits, domains)))
            loss = balanced_mean(F.cross_entropy(logits, domains, reduction="none"), domains)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            combine(self.predictor)
            self.optimizer.step()
        return accuracies[0]

    def _reversed_loss(self, attached: list[Tensor], domains: Tensor, strength: float) -> Tensor:
        """Cross-entropy of the predictor, whose gradient reaches the network alone, reversed."""
        self.predictor.eval().requires_grad_(False)
        logits = self.predictor([reverse_gradient(f.float(), strength) for f in attached])
        self.predictor.requires_grad_(True)
        return balanced_mean(F.cross_entropy(logits, domains, reduction="none"), domains)

    def _indices(self, vendors: Sequence[str]) -> Tensor:
        unknown = sorted(set(vendors) - set(self.domains))
        if unknown:
            raise DomainError(
                f"Expected slices of {', '.join(self.domains)}, found {', '.join(unknown)}."
            )
        return torch.tensor([self.domains.index(vendor) for vendor in vendors])


def checked_domains(vendors: Sequence[str], targets: Sequence[str]) -> tuple[str, ...]:
    """The domains in alphabetical order.

    Raises:
        DomainError: if there are fewer than two vendors, or a target vendor is not among them, or
            nothing else is.
    """
    domains = tuple(sorted(set(vendors)))
    if len(domains) < 2:
        raise DomainError(
            "Domain-adversarial training needs images of two vendors at least, found "
            f"{', '.join(domains) or 'none'}; "
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


def _accuracy(logits: Tensor, domains: Tensor) -> Tensor:
    return balanced_mean((logits.argmax(dim=1) == domains).float(), domains)


def balanced_mean(values: Tensor, domains: Tensor) -> Tensor:
    """The mean over the domains that occur of the mean over their slices."""
    present = torch.unique(domains)
    return torch.stack([values[domains == domain].mean() for domain in present]).mean()


@contextmanager
def frozen_normalization(network: nn.Module, mode: Normalization) -> Iterator[None]:
    """Batch normalization by its running statistics or by the batch's own.

    Neither remembers the batch.
    """
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


class _OfPatient(Protocol):
    @property
    def vendor(self) -> str: ...
    @property
    def patient(self) -> str: ...


E = TypeVar("E", bound=_OfPatient)


def split_domains(examinations: Sequence[E], targets: Sequence[str]) -> tuple[list[E], list[E]]:
    """The examinations to learn from with labels, and those of the target vendors without."""
    source = [e for e in examinations if e.vendor not in targets]
    return source, [e for e in examinations if e.vendor in targets]


def split_measured(targets: Sequence[E]) -> tuple[list[E], list[E]]:
    """Target examinations for the predictor to learn from and to be measured on, by patient.

    Of every vendor one patient of `HELD_OUT_SHARE` is measured on, and one at least.

    Raises:
        DomainError: if a vendor has a single patient.
    """
    measured = set()
    for vendor in sorted({e.vendor for e in targets}):
        patients = sorted({e.patient for e in targets if e.vendor == vendor})
        if len(patients) < 2:
            raise DomainError(
                f"Expected two patients of {vendor} at least, one to learn from and one to "
                f"measure on, found {patients[0]} alone."
            )
        measured.update(patients[::HELD_OUT_SHARE])
    return (
        [e for e in targets if e.patient not in measured],
        [e for e in targets if e.patient in measured],
    )

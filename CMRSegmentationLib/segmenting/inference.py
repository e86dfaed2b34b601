"""Runs the network over slices: device, batches, averaging, and what to do when memory runs out."""

from __future__ import annotations

import contextlib
import logging
import pickle
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FloatArray
from CMRSegmentationLib.segmenting.model import ModelBundle, ModelError
from CMRSegmentationLib.segmenting.tensors import array_of, tensor_of
from CMRSegmentationLib.segmenting.unet import UNet, config_from_json, to_device

LOGGER = logging.getLogger(__name__)

CPU_BATCH_SIZE = 16
CUDA_BATCH_SIZE = 64

BRIGHTENING = 0.6
"""Exponent of intensities from 0 to 1: dark muscle shows, and a bright image loses little.

Averaged over, a four-chamber view that was not trained on keeps .93, .86 and .78 of LV, myocardium
and RV when its intensities are squared, without it .92, .83 and .72. Where they are not, LV and
myocardium of views and of a person not trained on changed by −.010 to +.009, by −.001 on average.
"""

ReportSlices = Callable[[int], None]


@dataclass(frozen=True)
class Variant:
    """What is done to an image before the network sees it: mirrored axes, and brightening."""

    mirrored: tuple[int, ...] = ()
    brightened: bool = False


Variants = tuple[Variant, ...]

AS_IT_IS: Variants = (Variant(),)
AVERAGED: Variants = (
    Variant(),
    Variant((2,), brightened=True),
    Variant((3,), brightened=True),
    Variant((2, 3)),
)


class DeviceError(UserError, RuntimeError):
    """A device that was asked for and cannot be used."""


def choose_device(name: str) -> tuple[torch.device, str]:
    """The device for "auto", "cpu" or "cuda", and why, after one convolution has run on it.

    Raises:
        DeviceError: if CUDA was asked for and is not usable; the reason is named.
    """
    if name == "cpu":
        return torch.device("cpu"), "chosen by the user"
    reason = _why_not_cuda()
    if reason is None:
        return torch.device("cuda"), torch.cuda.get_device_name()
    if name == "cuda":
        raise DeviceError(
            f"Expected a usable CUDA device, found none: {reason}. Use --device cpu or auto."
        )
    return torch.device("cpu"), reason


def _why_not_cuda() -> str | None:
    """None if a convolution runs on the CUDA device, else the reason in one phrase."""
    if not torch.cuda.is_available():
        return (
            "this build of PyTorch has no CUDA"
            if torch.version.cuda is None
            else "PyTorch sees no CUDA device"
        )
    try:
        probe = nn.Conv2d(1, 1, 3).cuda()(torch.zeros(1, 1, 8, 8, device="cuda"))
        torch.cuda.synchronize()
        return (
            None
            if bool(torch.isfinite(probe).all())
            else "a trial convolution gave no finite result"
        )
    except RuntimeError as error:
        return f"a trial convolution failed ({str(error).splitlines()[0]})"


def load_network(bundle: ModelBundle) -> UNet:
    """The bundle's network in single precision, batch normalization folded into the convolutions.

    Raises:
        ModelError: if the weights are not plain tensors (nothing in them is executed) or do not fit
            the network.
    """
    try:
        weights = torch.load(bundle.weights_path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise ModelError(
            f"The weights of model {bundle.name!r} are not plain tensors and were refused."
        ) from error
    try:
        network = UNet(config_from_json(bundle.network))
        network.load_state_dict({key: _to_single(value) for key, value in weights.items()})
    except (RuntimeError, AttributeError, TypeError, ValueError) as error:
        raise ModelError(
            f"The weights of model {bundle.name!r} do not fit its network: {error}"
        ) from error
    return fold_normalization(network.eval())


def _to_single(value: Tensor) -> Tensor:
    return value.float() if value.is_floating_point() else value


def fold_normalization(network: UNet) -> UNet:
    """The same function with every batch normalization folded into the convolution before it.

    Args:
        network: in evaluation mode; changed in place and returned.
    """
    for module in list(network.modules()):
        if not isinstance(module, nn.Sequential) or len(module) < 2:
            continue
        convolution, normalization = module[0], module[1]
        if isinstance(convolution, nn.Conv2d) and isinstance(normalization, nn.BatchNorm2d):
            module[0] = fuse_conv_bn_eval(convolution, normalization)
            module[1] = nn.Identity()
    return network


@dataclass
class Predictor:
    """A network on a device, and what happened while it ran.

    Attributes:
        network: in evaluation mode.
        device: where it runs; changes to the CPU when the GPU runs out of memory.
        batch_size: slices at a time; halved when the GPU runs out of memory.
        findings: what had to be changed on the way.
    """

    network: UNet
    device: torch.device
    batch_size: int = 0
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        self.batch_size = self.batch_size or (
            CUDA_BATCH_SIZE if self.device.type == "cuda" else CPU_BATCH_SIZE
        )
        self.network = to_device(self.network.eval(), self.device)

    @property
    def size_multiple(self) -> int:
        """Rows and columns of the slices must be multiples of this."""
        return self.network.config.size_multiple

    @property
    def reach(self) -> int:
        """How many slices up and down a stack the network looks."""
        return self.network.config.exchange_stages

    def predict(
        self,
        slices: FloatArray,
        variants: Variants = AS_IT_IS,
        report: ReportSlices | None = None,
        *,
        stack_size: int = 1,
    ) -> FloatArray:
        """(N, classes − 1, Y, X) probabilities of the foreground classes.

        Args:
            slices: (N, Y, X) normalized; rows and columns in multiples of `size_multiple`.
            variants: of every slice, over which the probabilities are averaged.
            report: called with the number of slices done after every batch.
            stack_size: so many slices in a row are a stack; they see each other.
        """
        classes = self.network.config.out_channels - 1
        result = np.empty((len(slices), classes, *slices.shape[1:]), dtype=np.float32)
        done = 0
        while done < len(slices):
            try:
                batch = self._next_batch(done, len(slices), stack_size)
                result[batch.kept] = self._predict_batch(slices, batch, variants)
            except torch.cuda.OutOfMemoryError:
                self._make_room()
                continue
            done = batch.kept.stop
            if report is not None:
                report(done)
        return result

    def _next_batch(self, first: int, count: int, stack_size: int) -> SliceBatch:
        """Whole stacks if they fit, else part of one and the slices that it looks at."""
        stacks = self.batch_size // stack_size
        if stacks > 0 or self.reach == 0:
            whole = slice(first, min(first + (stacks * stack_size or self.batch_size), count))
            return SliceBatch(whole, whole, stack_size)
        start = first // stack_size * stack_size
        kept = slice(first, min(first + self.batch_size, start + stack_size))
        seen = slice(
            max(kept.start - self.reach, start), min(kept.stop + self.reach, start + stack_size)
        )
        return SliceBatch(kept, seen, stack_size)

    def _make_room(self) -> None:
        torch.cuda.empty_cache()
        if self.batch_size > 1:
            self.batch_size //= 2
            amount = "one slice" if self.batch_size == 1 else f"{self.batch_size} slices"
            message = f"The GPU ran out of memory; continuing with {amount} at a time."
        else:
            self.device, self.batch_size = torch.device("cpu"), CPU_BATCH_SIZE
            self.network = self.network.to(self.device)
            message = "The GPU ran out of memory for a single slice; continuing on the CPU."
        LOGGER.warning("%s", message)
        self.findings = (
            Finding(FindingCode.GPU_MEMORY, Severity.INFO, message, origin=Origin.SEGMENTATION),
        )

    @torch.inference_mode()
    def _predict_batch(
        self, slices: FloatArray, batch: SliceBatch, variants: Variants
    ) -> FloatArray:
        images = tensor_of(slices[batch.seen, None])
        given = [images.to(self.device, memory_format=torch.channels_last)]
        if self.reach > 0 and batch.stack_size > 1:
            given.append(tensor_of(batch.neighbors()).to(self.device))
        half = (
            torch.autocast("cuda", torch.float16)
            if self.device.type == "cuda"
            else contextlib.nullcontext()
        )
        with half:
            total = sum(
                (self._softmax(given, variant) for variant in variants),
                start=torch.zeros((), device=self.device),
            )
        kept = total[batch.kept_of_seen, 1:] / len(variants)
        return array_of(kept)

    def _softmax(self, given: list[Tensor], variant: Variant) -> Tensor:
        images, *neighbors = given
        seen = brightened(images) if variant.brightened else images
        seen = seen.flip(variant.mirrored) if variant.mirrored else seen
        probabilities = torch.softmax(self.network(seen, *neighbors)[0].float(), dim=1)
        return probabilities.flip(variant.mirrored) if variant.mirrored else probabilities


@dataclass(frozen=True)
class SliceBatch:
    """Slices that are predicted together.

    Attributes:
        kept: those whose result counts.
        seen: those that the network gets: the kept ones and what they look at.
        stack_size: so many slices in a row are a stack.
    """

    kept: slice
    seen: slice
    stack_size: int

    @property
    def kept_of_seen(self) -> slice:
        """The kept slices, counted among the seen ones."""
        return slice(self.kept.start - self.seen.start, self.kept.stop - self.seen.start)

    def neighbors(self) -> NDArray[np.int64]:
        """(N, 2) numbers of the neighbors of each seen slice; its own at an end of its stack."""
        number = np.arange(self.seen.start, self.seen.stop)
        first = number // self.stack_size * self.stack_size
        lowest = np.maximum(first, self.seen.start)
        highest = np.minimum(first + self.stack_size, self.seen.stop) - 1
        pairs = np.stack((np.maximum(number - 1, lowest), np.minimum(number + 1, highest)), axis=1)
        return np.asarray(pairs - self.seen.start)


def brightened(images: Tensor) -> Tensor:
    """(N, 1, Y, X) images with their dark intensities spread and their bright ones compressed.

    Each keeps its mean and its standard deviation, so that it stays normalized.
    """
    place = (1, 2, 3)
    low, high = images.amin(place, keepdim=True), images.amax(place, keepdim=True)
    spread = ((images - low) / (high - low).clamp_min(1e-6)) ** BRIGHTENING
    std, mean = torch.std_mean(images, place, keepdim=True)
    new_std, new_mean = torch.std_mean(spread, place, keepdim=True)
    return (spread - new_mean) / new_std.clamp_min(1e-6) * std + mean

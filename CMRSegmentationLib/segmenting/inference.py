"""Runs the network over slices: device, batches, averaging, and what to do when memory runs out."""

from __future__ import annotations

import contextlib
import copy
import logging
import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FloatArray
from CMRSegmentationLib.segmenting.model import ModelBundle, ModelError
from CMRSegmentationLib.segmenting.precision import with_coarse_bfloat16
from CMRSegmentationLib.segmenting.slice_batches import SliceBatch, Slices
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
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Variant:
    """How the network looks at an image.

    Attributes:
        mirrored: axes along which the image is mirrored first.
        brightened: whether its dark intensities are spread first.
        coarse: whether the decoder's stage below full resolution answers.
    """

    mirrored: tuple[int, ...] = ()
    brightened: bool = False
    coarse: bool = False


Variants = tuple[Variant, ...]

AS_IT_IS: Variants = (Variant(),)
AT_A_COARSER_STAGE: Variants = (Variant(coarse=True),)
AVERAGED: Variants = (
    Variant(),
    Variant((2,), brightened=True),
    Variant((3,), brightened=True),
    Variant((2, 3)),
)


@dataclass(frozen=True, eq=False)
class Look:
    """Images, and how the network looks at them.

    Attributes:
        images: (N, Y, X) normalized slices, or stacks of them.
        variants: of every slice, over which the probabilities are averaged.
        is_rough: whether no label comes of it, so that the precision may be lower.
    """

    images: FloatArray
    variants: Variants = AS_IT_IS
    is_rough: bool = False


Task = tuple[int, Look, SliceBatch]
"""The number of a look, itself, and a batch of its slices."""


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
        batch_size: most slices at a time; halved when the GPU runs out of memory.
        findings: what had to be changed on the way.
        threads: that run the network side by side; 0 for as many as PyTorch has on the CPU.
        precision: of the arithmetic, see `choose_precision`; None for half precision on a GPU and
            single precision on the CPU.
        rough_network: for looks of which no label comes.
    """

    network: UNet
    device: torch.device
    batch_size: int = 0
    findings: tuple[Finding, ...] = ()
    threads: int = 0
    precision: torch.dtype | None = None
    rough_network: UNet = field(init=False)

    def __post_init__(self) -> None:
        is_gpu = self.device.type == "cuda"
        self.batch_size = self.batch_size or (CUDA_BATCH_SIZE if is_gpu else CPU_BATCH_SIZE)
        self.threads = self.threads or (1 if is_gpu else torch.get_num_threads())
        self.precision = self.precision or (torch.float16 if is_gpu else torch.float32)
        self.network = self.rough_network = to_device(self.network.eval(), self.device)
        if self.precision == torch.bfloat16:
            self.rough_network = copy.deepcopy(self.network).to(torch.bfloat16)
            self.network = with_coarse_bfloat16(self.network)

    @property
    def precision_name(self) -> str:
        """Such as `float32`."""
        return str(self.precision).removeprefix("torch.")

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
        return self.predict_all([Look(slices, variants)], report, stack_size=stack_size)[0]

    def predict_all(
        self,
        looks: Sequence[Look],
        report: ReportSlices | None = None,
        *,
        stack_size: int = 1,
    ) -> list[FloatArray]:
        """What `predict` gives for each of some looks, whose batches share the threads."""
        classes = self.network.config.out_channels - 1
        results = [
            np.empty((len(look.images), classes, *look.images.shape[1:]), dtype=np.float32)
            for look in looks
        ]
        with contextlib.closing(self._predicted(looks, stack_size)) as predicted:
            for index, batch, probabilities in predicted:
                results[index][batch.kept] = probabilities
                if report is not None:
                    report(batch.kept.stop)
        return results

    def _predicted(
        self, looks: Sequence[Look], stack_size: int
    ) -> Generator[tuple[int, SliceBatch, FloatArray]]:
        """The probabilities of all slices, batch by batch, with what memory there is."""
        done = [0] * len(looks)
        while tasks := list(self._tasks(looks, done, stack_size)):
            with contextlib.closing(in_threads(self._do, tasks, self.threads)) as results:
                try:
                    for (index, _, batch), probabilities in zip(tasks, results, strict=True):
                        yield index, batch, probabilities
                        done[index] = batch.kept.stop
                except torch.cuda.OutOfMemoryError:
                    self._make_room()

    def _tasks(self, looks: Sequence[Look], done: Sequence[int], stack_size: int) -> Iterator[Task]:
        """What is left of every look, in batches."""
        for index, look in enumerate(looks):
            every = Slices(len(look.images), stack_size, self.reach)
            size = every.shared_batch_size(self.batch_size, self.threads)
            for batch in every.batches(done[index], size):
                yield index, look, batch

    def _do(self, task: Task) -> FloatArray:
        _, look, batch = task
        return self._predict_batch(look, batch)

    def _make_room(self) -> None:
        torch.cuda.empty_cache()
        if self.batch_size > 1:
            self.batch_size //= 2
            phrase = "gpu_memory.one" if self.batch_size == 1 else "gpu_memory"
            values = {"phrase": phrase, "slices": self.batch_size}
        else:
            self.device, self.batch_size = torch.device("cpu"), CPU_BATCH_SIZE
            self.threads, self.precision = torch.get_num_threads(), torch.float32
            self.network = self.rough_network = self.network.to(self.device)
            values = {"phrase": "gpu_memory.cpu"}
        finding = Finding.of(FindingCode.GPU_MEMORY, Severity.INFO, Origin.SEGMENTATION, values)
        LOGGER.warning("%s", finding.message)
        self.findings = (finding,)

    @torch.inference_mode()
    def _predict_batch(self, look: Look, batch: SliceBatch) -> FloatArray:
        is_rough = look.is_rough and self.precision == torch.bfloat16
        network = self.rough_network if is_rough else self.network
        images = tensor_of(look.images[batch.seen, None])
        dtype = torch.bfloat16 if is_rough else torch.float32
        given = [images.to(self.device, dtype, memory_format=torch.channels_last)]
        if self.reach > 0 and batch.stack_size > 1:
            given.append(tensor_of(batch.neighbors()).to(self.device))
        half = (
            torch.autocast("cuda", torch.float16)
            if self.device.type == "cuda" and self.precision == torch.float16
            else contextlib.nullcontext()
        )
        with half:
            total = sum(
                (_softmax(network, given, variant) for variant in look.variants),
                start=torch.zeros((), device=self.device),
            )
        kept = total[batch.kept_of_seen, 1:] / len(look.variants)
        return array_of(kept)


def _softmax(network: UNet, given: list[Tensor], variant: Variant) -> Tensor:
    """(N, classes, Y, X) probabilities of images and, where there are any, their neighbors."""
    images, *neighbors = given
    seen = brightened(images) if variant.brightened else images
    seen = seen.flip(variant.mirrored) if variant.mirrored else seen
    logits = network.coarse(seen, *neighbors) if variant.coarse else network(seen, *neighbors)[0]
    probabilities = torch.softmax(logits.float(), dim=1)
    return probabilities.flip(variant.mirrored) if variant.mirrored else probabilities


def in_threads(
    work: Callable[[Item], Result], items: Sequence[Item], threads: int
) -> Generator[Result]:
    """The results of the work on every item, in order, from threads that need no others.

    PyTorch's own threads share every layer and spin until the slowest of them is done, so that one
    busy core holds up all of them.

    Args:
        work: what to do with an item; runs PyTorch on the thread that it is called in.
        items: to work on.
        threads: how many; one is the caller's.
    """
    if threads == 1:
        yield from map(work, items)
        return
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        waiting = deque(pool.submit(work, item) for item in items)
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)  # for threads that begin later


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

"""A GPU that is out of memory, on a machine without one."""

import torch

from CMRSegmentationLib.segmenting.inference import Predictor
from CMRSegmentationLib.segmenting.unet import UNet


class GpuOutOfMemory:
    """Behaves like a network on a GPU that holds `fits` slices at a time."""

    def __init__(self, fits: int, network: UNet) -> None:
        self.fits, self.network, self.config = fits, network, network.config
        self.batches: list[int] = []
        self.on_cpu = False

    def __call__(self, images: torch.Tensor) -> list[torch.Tensor]:
        if not self.on_cpu and len(images) > self.fits:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        self.batches.append(len(images))
        return self.network(images)

    def to(self, device: torch.device) -> "GpuOutOfMemory":
        self.on_cpu = device.type == "cpu"
        return self


def on_a_full_gpu(network: UNet, fits: int, batch_size: int) -> tuple[Predictor, GpuOutOfMemory]:
    """A predictor whose network runs out of memory with more than `fits` slices at a time."""
    predictor = Predictor(network, torch.device("cpu"), batch_size, threads=1)
    full = GpuOutOfMemory(fits, predictor.network)
    predictor.network = full
    return predictor, full

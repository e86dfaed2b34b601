"""Arrays to tensors and back through DLPack, with no need of the numpy bridge of PyTorch.

The newest PyTorch for Slicer on macOS (2.2, x86-64) was built for numpy 1: beside numpy 2
`torch.from_numpy` and `Tensor.numpy` fail there. DLPack (https://dmlc.github.io/dlpack) is known to
both and copies nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.dlpack import from_dlpack

from CMRSegmentationLib.image import FloatArray


def tensor_of(array: NDArray[Any]) -> Tensor:
    """A tensor on the CPU that shares the memory of an array; a read-only array is copied."""
    contiguous = np.ascontiguousarray(array)
    return from_dlpack(contiguous if contiguous.flags.writeable else contiguous.copy())


def halved(array: FloatArray) -> NDArray[np.float16]:
    """The nearest numbers in half precision; `astype` takes 20 times as long for the same."""
    return np.asarray(np.from_dlpack(tensor_of(array).half()))


def array_of(tensor: Tensor) -> FloatArray:
    """The numbers of a tensor on any device, as an array of its own shape."""
    return np.asarray(np.from_dlpack(tensor.detach().cpu()))

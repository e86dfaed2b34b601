"""Arrays become tensors and come back, also where PyTorch was built for another numpy."""

import numpy as np
import pytest
import torch

from CMRSegmentationLib.segmenting.tensors import array_of, halved, tensor_of


@pytest.fixture
def no_bridge(monkeypatch):
    """PyTorch 2.2 beside numpy 2."""

    def fail(*_arguments):
        raise RuntimeError("Numpy is not available")

    monkeypatch.setattr(torch, "from_numpy", fail)
    monkeypatch.setattr(torch, "as_tensor", fail)
    monkeypatch.setattr(torch.Tensor, "numpy", fail)
    monkeypatch.setattr(torch.Tensor, "__array__", fail)


@pytest.mark.usefixtures("no_bridge")
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_numbers_and_kind_come_back_without_the_bridge(kind):
    array = np.arange(24, dtype=kind).reshape(2, 3, 4)
    again = array_of(tensor_of(array))
    assert again.dtype == kind
    np.testing.assert_array_equal(again, array)


@pytest.mark.usefixtures("no_bridge")
def test_an_array_in_another_order_of_axes_keeps_its_places():
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1)
    np.testing.assert_array_equal(array_of(tensor_of(array)), array)


@pytest.mark.usefixtures("no_bridge")
def test_a_tensor_stored_with_channels_last_keeps_its_places():
    tensor = torch.arange(48.0).reshape(1, 3, 4, 4).contiguous(memory_format=torch.channels_last)
    np.testing.assert_array_equal(
        array_of(tensor), np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)
    )


@pytest.mark.usefixtures("no_bridge")
def test_half_precision_is_that_of_numpy_bit_by_bit():
    rng = np.random.default_rng(4)
    small = 10.0 ** -rng.uniform(0.0, 10.0, 5000)  # below 6e-5 with fewer digits, below 3e-8 zero
    array = np.concatenate([rng.random(5000), small, [0.0, 1.0]]).astype(np.float32)
    expected = array.astype(np.float16)
    assert halved(array).dtype == np.float16
    np.testing.assert_array_equal(halved(array).view(np.uint16), expected.view(np.uint16))


def test_no_number_is_copied_on_the_way_to_the_tensor():
    array = np.zeros((2, 2), np.float32)
    tensor_of(array)[0, 1] = 5.0
    assert array[0, 1] == 5.0


def test_a_read_only_array_is_copied():
    array = np.zeros((2, 2), np.float32)
    array.flags.writeable = False
    tensor_of(array)[0, 1] = 5.0
    assert array[0, 1] == 0.0


def test_a_tensor_that_would_be_differentiated_gives_its_numbers():
    tensor = torch.ones(2, requires_grad=True)
    np.testing.assert_array_equal(array_of(tensor), [1.0, 1.0])

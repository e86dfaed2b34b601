import pytest
import torch

from Training.adaptation.predictor import DomainPredictor


@pytest.mark.parametrize("size", [5, 16, 48, 96])
def test_it_takes_maps_of_any_size_and_several_places(size):
    predictor = DomainPredictor([(6, size), (3, 2 * size)], 3, width=4)
    maps = [torch.randn(2, 6, size, size), torch.randn(2, 3, 2 * size, 2 * size)]
    assert predictor(maps).shape == (2, 3)


def test_the_scale_of_a_channel_does_not_matter():
    torch.manual_seed(0)
    predictor = DomainPredictor([(3, 16)], 2, width=4, dropout=0.0).train()
    maps = torch.randn(6, 3, 16, 16)
    scaled = maps * torch.tensor([1.0, 100.0, 0.01])[:, None, None] + 5
    torch.testing.assert_close(predictor([maps]), predictor([scaled]), rtol=1e-2, atol=1e-2)


def test_it_sees_where_something_is():
    """Both maps have the same mean and deviation; only the place of the bright half differs."""
    torch.manual_seed(0)
    predictor = DomainPredictor([(1, 16)], 2, width=4, dropout=0.0)
    maps = torch.zeros(8, 1, 16, 16)
    maps[::2, :, ::2] = 1.0  # stripes across
    maps[1::2, :, :, ::2] = 1.0  # stripes along
    domains = torch.tensor([0, 1] * 4)
    optimizer = torch.optim.Adam(predictor.parameters(), 0.02)
    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(predictor([maps]), domains)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (predictor([maps]).argmax(dim=1) == domains).all()


def test_constant_maps_have_a_finite_gradient():
    predictor = DomainPredictor([(2, 16)], 2, width=4)
    maps = torch.ones(3, 2, 16, 16, requires_grad=True)
    predictor([maps]).sum().backward()
    assert torch.isfinite(maps.grad).all()


def test_steps_within_one_context_of_mixed_precision_are_seen_at_once():
    """Its kept half-precision copies of the weights hid all steps but those of other contexts."""
    torch.manual_seed(3)
    predictor = DomainPredictor([(2, 16)], 2, width=4).eval()
    optimizer = torch.optim.SGD(predictor.parameters(), 0.5)
    maps = [torch.randn(4, 2, 16, 16)]
    with torch.autocast("cpu", torch.bfloat16):
        before = predictor(maps)
        before.square().sum().backward()
        optimizer.step()
        after = predictor(maps)
    assert after.dtype == torch.float32
    assert not torch.allclose(before, after, atol=1e-3)

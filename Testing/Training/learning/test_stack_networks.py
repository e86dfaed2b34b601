import pytest
import torch
from torch import nn

from Training.learning.stack_networks import NeighborsAsChannels, Volumes, stacks_of
from Training.samples.windows import neighbor_table


class Slices(nn.Module):
    """Its channels as logits."""

    def forward(self, images):
        return [images]


class Sums(nn.Module):
    """Adds to each slice twice the one that comes before it; keeps the sizes it was given."""

    def forward(self, volumes):
        self.seen = tuple(volumes.shape)
        before = torch.cat((torch.zeros_like(volumes[:, :, :1]), volumes[:, :, :-1]), dim=2)
        return volumes + 2 * before


def slices(*levels):
    return torch.tensor(levels).reshape(-1, 1, 1, 1).expand(-1, 1, 4, 6).clone()


def test_a_slice_comes_with_the_minimum_and_the_maximum_of_its_neighbors():
    network = NeighborsAsChannels(Slices(), 1)
    (found,) = network(slices(5.0, 1.0, 9.0), neighbor_table([3]))
    assert found[:, :, 0, 0].tolist() == [[5, 1, 5], [1, 5, 9], [9, 1, 9]]


def test_without_neighbors_a_slice_is_its_own():
    (found,) = NeighborsAsChannels(Slices(), 1)(slices(5.0, 1.0))
    assert found[:, :, 0, 0].tolist() == [[5, 5, 5], [1, 1, 1]]


def test_a_batch_is_divided_into_its_stacks():
    assert stacks_of(neighbor_table([3, 1, 2])) == [[0, 1, 2], [3], [4, 5]]


def test_a_pair_of_which_one_side_is_missing_is_still_a_stack():
    table = neighbor_table([3])
    table[1, 0] = 1  # the second does not see the first, which sees it
    assert stacks_of(table) == [[0, 1, 2]]
    table[0, 1] = 0
    assert stacks_of(table) == [[0], [1, 2]]


def test_volumes_of_different_lengths_give_each_slice_its_own_logits():
    network = Volumes(Sums(), (1, 1, 1)).train()
    (found,) = network(slices(1.0, 10.0, 100.0, 7.0), neighbor_table([3, 1]))
    assert found[:, 0, 0, 0].tolist() == [1, 12, 120, 7]


@pytest.mark.parametrize("kind", ["channels", "volumes"])
def test_the_order_of_the_slices_does_not_matter(kind):
    torch.manual_seed(3)
    if kind == "channels":
        network = NeighborsAsChannels(nn.Sequential(nn.Conv2d(3, 4, 3), _Listed()), 1)
    else:
        network = Volumes(nn.Conv3d(1, 4, 3, padding=1), (1, 1, 1))
    images = torch.randn(5, 1, 8, 10)
    network.eval()
    straight = network(images, neighbor_table([5]))[0]
    reversed_ = network(images.flip(0), neighbor_table([5]))[0].flip(0)
    assert torch.allclose(straight, reversed_, atol=1e-6)


class _Listed(nn.Module):
    def forward(self, logits):
        return [logits]


def test_volumes_are_padded_with_their_edges_and_cropped():
    inner = Sums()
    (found,) = Volumes(inner, (4, 8, 8)).train()(slices(1.0, 10.0, 100.0), neighbor_table([3]))
    assert inner.seen == (1, 1, 4, 8, 8)
    assert found.shape == (3, 1, 4, 6)
    assert found[:, 0, 3, 5].tolist() == [1, 12, 120]

import pytest
import torch

from Training.classification.image_networks import build_image_network


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "inception"])
def test_each_network_gives_logits_and_can_learn(name):
    network = build_image_network(name, channels=6, classes=5)
    logits = network(torch.randn(2, 6, 64, 64))
    assert logits.shape == (2, 5)
    logits.sum().backward()
    assert all(p.grad is not None for p in network.parameters())


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="Unknown network 'vgg'; known are resnet18"):
        build_image_network("vgg", 1, 2)

from dataclasses import replace

import pytest
import torch

from CMRSegmentationLib.segmenting.model import ModelError
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.Training.tiny_run import TINY, tiny_run
from Training.export import export
from Training.learning.checkpoint import LAST, load_checkpoint
from Training.learning.config import ConfigError
from Training.learning.initial_weights import load_initial_weights
from Training.learning.networks import build_network
from Training.train import start


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A run's bundle, and the weights that it was made of."""
    folder = tmp_path_factory.mktemp("tiny")
    run, _ = tiny_run(folder)
    bundle = export(
        run, "tiny", checkpoint="last", results=None, title="", models=folder / "models"
    )
    return str(bundle.folder), load_checkpoint(run / LAST)["average"]


def test_a_run_starts_from_the_weights_of_the_bundle(model):
    folder, weights = model
    state = start(replace(TINY, initial_model=folder, seed=77), torch.device("cpu"))
    for name, value in state.network.state_dict().items():
        assert torch.allclose(value.float(), weights[name].float(), atol=1e-3), name
        assert torch.equal(value, state.average.state_dict()[name])
    assert next(state.network.parameters()).dtype == torch.float32


def test_a_network_that_looks_at_neighbors_starts_from_one_that_does_not(model):
    folder, weights = model
    looking = replace(TINY, initial_model=folder, network=replace(TINY.network, exchange_stages=1))
    network = build_network("unet", looking.network)
    load_initial_weights(network, looking)
    for name, value in weights.items():
        assert torch.allclose(network.state_dict()[name].float(), value.float(), atol=1e-3), name
    assert not network.exchanges[0].project.weight.any()


def test_another_network_is_refused_with_what_differs(model):
    other = replace(
        TINY, initial_model=model[0], network=UNetConfig(channels=(4, 8, 16), deep_supervision=1)
    )
    with pytest.raises(
        ConfigError, match=r"network\.channels must be \[4, 8, 8\], found \[4, 8, 16\]"
    ):
        load_initial_weights(build_network("unet", other.network), other)
    with pytest.raises(ConfigError, match="architecture must be 'unet', found 'v_net'"):
        load_initial_weights(
            torch.nn.Identity(), replace(TINY, initial_model=model[0], architecture="v_net")
        )


def test_a_run_of_another_architecture_is_refused_in_a_sentence(tmp_path):
    run, _ = tiny_run(tmp_path)
    other = replace(TINY, initial_model=str(run), architecture="dynunet")
    with pytest.raises(ConfigError, match="architecture must be 'unet', found 'dynunet'"):
        load_initial_weights(build_network("dynunet", other.network), other)


def test_an_unknown_model_is_named():
    with pytest.raises(ModelError, match="Unknown model 'nobody'"):
        load_initial_weights(torch.nn.Identity(), replace(TINY, initial_model="nobody"))

from dataclasses import replace

import pytest
import torch

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import ModelError
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.Training.tiny_run import TINY, tiny_run
from Training.export import export
from Training.learning.checkpoint import LAST, load_checkpoint
from Training.learning.config import ConfigError, DataConfig
from Training.learning.initial_weights import (
    bundle_behind,
    load_initial_weights,
    patients_learned_from,
    refuse_tested_before,
)
from Training.learning.networks import build_network
from Training.learning.splits import split_examinations
from Training.samples.cache import read_cache
from Training.train import start, train


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


def test_who_was_learned_from_is_known_of_runs_and_handed_on(tmp_path, model):
    """P0 trains the first run, P1 the second, which goes on from it; then P2 and P3 are asked."""
    tiny_run(tmp_path)
    (tmp_path / "run").rename(tmp_path / "first")
    first = str(tmp_path / "first")
    other = replace(TINY.data, validation=("P0",))
    second, _ = tiny_run(tmp_path, initial_model=first, data=other)
    assert patients_learned_from(first) == {("phantoms", "P0")}
    assert patients_learned_from(str(second)) == {("phantoms", "P0"), ("phantoms", "P1")}
    assert patients_learned_from(model[0]) == patients_learned_from("") == set()


def test_a_run_is_not_tested_on_patients_that_its_initial_model_learned_from(tmp_path):
    run, cache = tiny_run(tmp_path)
    leaky = replace(TINY, initial_model=str(run), data=DataConfig(("phantoms",), ("P1",), ("P0",)))
    split = split_examinations(read_cache(cache), leaky.data)
    with pytest.raises(ConfigError, match=r"run learned from 1 of them, P0 for one"):
        train(leaky, split, tmp_path / "leaky", resume=False, device=torch.device("cpu"))
    assert not (tmp_path / "leaky").exists()


def test_who_is_tested_on_with_other_frames_than_those_trained_on_may_be(tmp_path):
    _, cache = tiny_run(tmp_path)
    frames = replace(TINY.data, left_out_frames=(1,))
    split = split_examinations(read_cache(cache), frames)
    assert "P0" in {e.patient for e in split.test}
    refuse_tested_before({("phantoms", "P0")}, split, "runs/first")
    with pytest.raises(ConfigError, match="P2 for one"):
        refuse_tested_before({("planes", "P2")}, split, "runs/first")


def test_an_unknown_model_is_named():
    with pytest.raises(ModelError, match="Unknown model 'nobody'"):
        load_initial_weights(torch.nn.Identity(), replace(TINY, initial_model="nobody"))


def test_a_run_from_random_weights_goes_back_to_no_bundle(tmp_path, monkeypatch):
    """Even where the command runs in the folder of another run."""
    (tmp_path / "run.json").write_text('{"bundle_before": {"license": "another\'s"}}')
    monkeypatch.chdir(tmp_path)
    assert bundle_behind("", View.SAX) == {}
    assert bundle_behind(str(tmp_path), View.SAX) == {"license": "another's"}

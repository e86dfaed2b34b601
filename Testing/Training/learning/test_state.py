import copy

import torch
from torch import nn

from Training.learning.config import OptimizerConfig, TrainConfig
from Training.learning.optimizer import make_optimizer
from Training.learning.state import State


def state(seed=0):
    torch.manual_seed(seed)
    network = nn.Conv2d(1, 2, 3)
    optimizer = make_optimizer(network, OptimizerConfig("adamw"))
    return State(
        network, copy.deepcopy(network), optimizer, torch.amp.GradScaler("cpu", enabled=False)
    )


def advance(s):
    s.network(torch.ones(1, 1, 5, 5)).sum().backward()
    s.optimizer.step()
    s.iteration, s.best, s.stale = s.iteration + 1, 0.7, 2
    s.values += [{"loss": 1.5}, {"loss": 1.25}]


def test_what_is_saved_is_taken_up():
    saved = state()
    advance(saved)
    values = saved.to_dict(TrainConfig())
    expected = torch.rand(3)
    other = state(seed=5)
    other.restore(values)
    assert torch.equal(other.network.weight, saved.network.weight)
    assert (other.iteration, other.best, other.stale, other.values) == (
        1,
        0.7,
        2,
        [{"loss": 1.5}, {"loss": 1.25}],
    )
    assert torch.equal(torch.rand(3), expected)
    assert other.optimizer.state_dict()["state"][0]["step"] == 1


def test_random_numbers_of_the_gpu_go_on_as_well(monkeypatch):
    """Without a GPU: its generator is replaced by one whose state is what was set last."""
    generators = {}
    gpu = torch.device("cuda", 1)
    monkeypatch.setattr(State, "device", gpu)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda device: generators[device])
    monkeypatch.setattr(
        torch.cuda, "set_rng_state", lambda value, device: generators.update({device: value})
    )
    generators[gpu] = torch.arange(16, dtype=torch.uint8)
    values = state().to_dict(TrainConfig())
    generators.clear()
    state(seed=5).restore(values)
    assert generators[gpu].tolist() == list(range(16))
    generators.clear()
    del values["random_cuda"]  # a checkpoint from before, or one of a CPU
    state(seed=5).restore(values)
    assert not generators


def test_the_duration_goes_on_from_what_was_saved():
    saved = state()
    values = saved.to_dict(TrainConfig()) | {"seconds": 100.0}
    other = state()
    other.restore(values)
    assert 100 <= other.seconds < 160


def test_a_checkpoint_from_before_early_stopping_is_still_taken_up():
    values = state().to_dict(TrainConfig())
    for later in ("stale", "values", "scaler"):
        del values[later]
    other = state()
    advance(other)
    other.restore(values)
    assert (other.stale, other.values) == (0, [])

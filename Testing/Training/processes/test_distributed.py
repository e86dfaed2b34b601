"""Two processes are started the way torchrun starts them: by what it sets in the environment."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from Testing.Training.cached_phantoms import write_cache
from Training.learning.checkpoint import LAST, load_checkpoint
from Training.processes.distributed import ALONE, joined_processes
from Training.train import main

ROOT = Path(__file__).parents[3]
TOML = """
iterations = 4
validate_every = 4
workers = 0
[data]
datasets = ["phantoms"]
validation = ["P1"]
[network]
channels = [4, 8]
deep_supervision = 0
norm = "instance"
[sampling]
spacing_mm = 3.2
crops = [[32, 3], [32, 2]]
size_multiple = 4
[optimizer]
learning_rate = 0.01
warmup = 0
"""
CONSISTENCY = """
[consistency]
datasets = ["phantoms"]
weight = 5.0
batch_size = 3
"""


def start(rank, port, arguments):
    environment = os.environ | {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "Training.train", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


WINDOWS = [
    "--set", "sampling.windows=[2]", "--set", "sampling.crops=[[32, 6], [32, 4]]",
    "--set", "sampling.missing_probability=0.5", "--set", "network.exchange_stages=1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "settings"),
    [("", []), (CONSISTENCY, []), ("", WINDOWS)],
    ids=["labels", "consistency", "windows"],
)
def test_two_processes_learn_what_one_learns(more, settings, tmp_path):
    """A batch of three samples is shared two to one; a structure may be in one part alone."""
    cache = write_cache(tmp_path / "cache")
    experiment = tmp_path / "tiny.toml"
    experiment.write_text(TOML + more)
    arguments = [str(experiment), *settings, "--cache", str(cache), "--out"]
    assert main([*arguments, str(tmp_path / "one")]) == 0
    port = free_port()
    both = [start(rank, port, [*arguments, str(tmp_path / "two")]) for rank in (0, 1)]
    errors = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    one, two = (load_checkpoint(tmp_path / name / LAST) for name in ("one", "two"))
    assert one["values"] == two["values"] == []
    for name, value in one["network"].items():
        assert torch.allclose(value, two["network"][name], atol=1e-5), name
    assert two["best"] == pytest.approx(one["best"], abs=1e-3)


def test_without_torchrun_a_process_is_alone(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined_processes() as processes:
        assert processes == ALONE
        assert processes.writes


def test_alone_nothing_is_added_up():
    network = torch.nn.Conv2d(1, 1, 3)
    network(torch.ones(1, 1, 3, 3)).sum().backward()
    before = network.weight.grad.clone()
    ALONE.combine(network)
    assert torch.equal(network.weight.grad, before)
    values = torch.arange(3.0)
    assert ALONE.all_reduce_sum(values) is values

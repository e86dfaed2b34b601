import time
from dataclasses import replace

import pytest
import torch

from Testing.Training.cached_phantoms import write_cache
from Testing.Training.tiny_run import TINY
from Training import bench
from Training.bench import WARM_UP, Throughput, measure
from Training.samples.cache import read_cache


def test_rates_follow_from_what_was_counted():
    found = Throughput(images=120, seconds=8.0, waiting=0.4)
    assert (found.images_per_second, found.waiting_percent) == (15.0, pytest.approx(5.0))


def test_images_after_the_warm_up_are_counted(tmp_path):
    config = replace(TINY, iterations=WARM_UP + 3)
    found = measure(config, read_cache(write_cache(tmp_path)), torch.device("cpu"))
    assert found.images == 6
    assert 0 < found.waiting < found.seconds


def test_slow_data_show_as_waiting(tmp_path, monkeypatch):
    original = bench.batches

    def slow(*arguments):
        for pair in original(*arguments):
            time.sleep(0.05)
            yield pair

    monkeypatch.setattr(bench, "batches", slow)
    found = measure(
        replace(TINY, iterations=WARM_UP + 4),
        read_cache(write_cache(tmp_path)),
        torch.device("cpu"),
    )
    assert found.waiting >= 0.2

from dataclasses import replace

import pytest
import torch

from Testing.Training.cached_phantoms import write_cache
from Testing.Training.tiny_run import TINY
from Training.adaptation.consistency import ConsistencyConfig
from Training.adaptation.dann import DannConfig
from Training.learning.batches import Sources, batches, check_batches
from Training.learning.config import ConfigError
from Training.learning.splits import LearningGroups
from Training.processes.distributed import ALONE, Processes
from Training.samples.cache import read_cache
from Training.samples.slices import SamplingConfig, training_slice

CONFIG = replace(TINY, iterations=4, consistency=ConsistencyConfig(("phantoms",), batch_size=2))


def collect(examinations):
    """All slices of the first phase of each examination."""
    return [
        [training_slice(e, e.phases[0], z) for z in range(len(e.phases[0].image))]
        for e in examinations
    ]


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    return read_cache(write_cache(tmp_path_factory.mktemp("cache")))


def test_a_run_has_one_batch_for_each_iteration_and_goes_on_where_it_was(four):
    whole = list(batches(CONFIG, Sources(four), 0, ALONE))
    rest = list(batches(CONFIG, Sources(four), 1, ALONE))
    assert (len(whole), len(rest)) == (4, 3)
    assert all(
        torch.equal(a.labeled.images, b.labeled.images)
        for a, b in zip(whole[1:], rest, strict=True)
    )
    assert {(given.domains, given.phases) for given in whole} == {(None, None)}


def test_slices_of_domains_and_pairs_of_phases_change_no_labeled_batch(four):
    alone = list(batches(CONFIG, Sources(four), 0, ALONE))
    more = list(batches(CONFIG, Sources(four, four[:1], collect(four)), 0, ALONE))
    for a, b in zip(alone, more, strict=True):
        assert torch.equal(a.labeled.images, b.labeled.images)
        assert set(b.domains.domains) == {"GE", "Siemens"}
        assert len(b.phases.share) == 2


def checked(four, count, **settings):
    """As `count` processes check their settings; GE has no labels."""
    groups = LearningGroups(four[:3], four[3:], [], [])
    return check_batches(replace(TINY, **settings), groups, Processes(0, count))


def test_every_process_gets_a_window_of_each_batch_whatever_its_crops_and_windows(four):
    """12 slices in windows of 5 are 2; 24 in single ones and 4 in windows of 4 meet in no batch."""
    windows = SamplingConfig(crops=((32, 12),), windows=(1, 5))
    checked(four, 2, sampling=windows)
    with pytest.raises(ConfigError, match=r"3 processes .* sampling\.windows that give 2"):
        checked(four, 3, sampling=windows)
    checked(four, 4, sampling=SamplingConfig(crops=((32, 4), (32, 24)), windows=(1, 4)))


def test_every_process_gets_a_pair_of_phases(four):
    consistency = ConsistencyConfig(("phantoms",), batch_size=1)
    with pytest.raises(ConfigError, match=r"2 processes need as many pairs .*batch_size of 1"):
        checked(four, 2, consistency=consistency)


def test_every_process_gets_a_slice_of_each_vendor(four):
    checked(four, 2, dann=DannConfig(("GE",), batch_size=4))
    with pytest.raises(ConfigError, match=r"2 processes .* 2 vendors each, .*batch_size of 3"):
        checked(four, 2, dann=DannConfig(("GE",), batch_size=3))

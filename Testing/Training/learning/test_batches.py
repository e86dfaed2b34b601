from dataclasses import replace

import pytest
import torch

from Testing.Training.cached_phantoms import write_cache
from Testing.Training.tiny_run import TINY
from Training.adaptation.consistency import ConsistencyConfig
from Training.learning.batches import Sources, batches
from Training.processes.distributed import ALONE
from Training.samples.cache import read_cache
from Training.samples.slices import training_slice

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

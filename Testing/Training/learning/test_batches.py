from dataclasses import replace

import pytest
import torch

from Testing.Training.cached_phantoms import write_cache
from Testing.Training.tiny_run import TINY
from Training.learning.batches import Sources, batches
from Training.learning.consistency import ConsistencyConfig
from Training.learning.distributed import ALONE
from Training.samples.cache import read_cache

CONFIG = replace(TINY, iterations=4, consistency=ConsistencyConfig(("phantoms",), batch_size=2))


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    return read_cache(write_cache(tmp_path_factory.mktemp("cache")))


def test_a_run_has_one_batch_for_each_iteration_and_goes_on_where_it_was(four):
    whole = list(batches(CONFIG, Sources(four, [], []), 0, ALONE))
    rest = list(batches(CONFIG, Sources(four, [], []), 1, ALONE))
    assert (len(whole), len(rest)) == (4, 3)
    assert all(
        torch.equal(a.labeled.images, b.labeled.images)
        for a, b in zip(whole[1:], rest, strict=True)
    )
    assert {(given.unlabeled, given.phases) for given in whole} == {(None, None)}


def test_slices_to_adapt_to_and_pairs_of_phases_come_beside_and_change_no_labeled_batch(four):
    alone = list(batches(CONFIG, Sources(four, [], []), 0, ALONE))
    beside = list(batches(CONFIG, Sources(four, four[3:], four[:1]), 0, ALONE))
    for a, b in zip(alone, beside, strict=True):
        assert torch.equal(a.labeled.images, b.labeled.images)
        assert set(b.unlabeled.vendors) == {"GE"}
        assert len(b.phases.share) == 2


def test_slices_without_labels_are_other_draws_than_those_with(four):
    given = next(batches(CONFIG, Sources(four, four, []), 0, ALONE))
    assert not torch.equal(given.labeled.images, given.unlabeled.images)

import numpy as np
import pytest

from Training.samples.windows import neighbor_table, sample_window


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_window_holds_its_slice_and_neighbors_within_the_stack():
    for seed in range(200):
        position = seed % 9
        window = sample_window(rng(seed), 9, position, 4, skip_probability=0.0)
        assert len(window) == 4
        assert position in window
        assert window == list(range(window[0], window[0] + 4))
        assert window[0] >= 0
        assert window[-1] <= 8


def test_every_place_of_a_window_in_the_stack_occurs():
    firsts = {sample_window(rng(seed), 9, 4, 4, 0.0)[0] for seed in range(200)}
    assert firsts == {1, 2, 3, 4}


def test_a_skipping_window_takes_every_second_slice():
    for seed in range(50):
        window = sample_window(rng(seed), 10, 5, 3, skip_probability=1.0)
        assert set(np.diff(window)) == {2}
        assert 5 in window


def test_a_short_stack_gives_all_that_it_has():
    assert sample_window(rng(), 3, 1, 7, 0.0) == [0, 1, 2]
    assert sample_window(rng(), 3, 1, 7, 1.0) == [1]
    assert sample_window(rng(), 1, 0, 5, 0.5) == [0]


def test_a_window_of_one_slice_needs_no_chance():
    before = rng(4)
    assert sample_window(before, 9, 6, 1, 0.5) == [6]
    assert before.random() == rng(4).random()


def test_neighbors_lie_above_and_below_within_their_window():
    table = neighbor_table([3, 1, 2]).tolist()
    assert table == [[0, 1], [0, 2], [1, 2], [3, 3], [4, 5], [4, 5]]


@pytest.mark.parametrize(("probability", "share"), [(0.0, 0.0), (0.25, 0.25), (1.0, 1.0)])
def test_some_neighbors_are_not_seen(probability, share):
    full = neighbor_table([400]).numpy()
    table = neighbor_table([400], [rng()], probability).numpy()
    own = np.arange(400)[:, None]
    assert np.all((table == full) | (table == own))
    assert np.mean((table == own)[1:-1]) == pytest.approx(share, abs=0.05)


def test_which_neighbors_a_window_does_not_see_is_its_own_whatever_comes_before_it():
    whole = neighbor_table([5, 4], [rng(1), rng(2)], 0.5)
    alone = neighbor_table([4], [rng(2)], 0.5)
    assert (whole[5:] - 5).tolist() == alone.tolist()

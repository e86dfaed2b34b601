import pytest

from CMRSegmentationLib.segmenting.slice_batches import SliceBatch, Slices


def kept(slices: Slices, batch_size: int, first: int = 0) -> list[tuple[int, int]]:
    return [(b.kept.start, b.kept.stop) for b in slices.batches(first, batch_size)]


class TestBatches:
    def test_a_network_that_looks_nowhere_gets_full_batches_whatever_the_stacks(self):
        assert kept(Slices(11, 5, reach=0), 4) == [(0, 4), (4, 8), (8, 11)]

    def test_stacks_that_fit_stay_whole(self):
        batches = list(Slices(15, 5, reach=2).batches(0, 12))
        assert [(b.kept, b.seen) for b in batches] == [
            (slice(0, 10), slice(0, 10)),
            (slice(10, 15), slice(10, 15)),
        ]

    def test_part_of_a_stack_comes_with_what_it_looks_at(self):
        part = next(Slices(15, 5, reach=2).batches(7, 2))
        assert (part.kept, part.seen) == (slice(7, 9), slice(5, 10))
        assert part.kept_of_seen == slice(2, 4)

    def test_nothing_is_left_out_and_nothing_is_twice(self):
        for batch_size in range(1, 13):
            spans = kept(Slices(15, 5, reach=1), batch_size)
            assert [n for start, stop in spans for n in range(start, stop)] == list(range(15))

    def test_neighbors_end_with_the_stack(self):
        batch = SliceBatch(slice(7, 9), slice(5, 10), 5)
        assert batch.neighbors().tolist() == [[0, 1], [0, 2], [1, 3], [2, 4], [3, 4]]


class TestSharedBatchSize:
    @pytest.mark.parametrize(
        ("count", "stack_size", "reach", "threads", "expected"),
        [
            (300, 12, 0, 1, 16),  # one thread has nobody to share with
            (300, 12, 0, 2, 15),  # ten batches each, not 19 of 16
            (300, 12, 0, 16, 10),  # 30 batches, two for most threads
            (12, 12, 0, 2, 6),  # one frame, half for each
            (300, 12, 3, 2, 12),  # whole stacks
            (12, 12, 3, 2, 6),  # one stack is torn apart, as there are two threads
            (24, 12, 3, 4, 6),
            (2, 1, 0, 16, 1),
            (0, 1, 0, 2, 16),
        ],
    )
    def test_every_thread_has_about_the_same_to_do(
        self, count, stack_size, reach, threads, expected
    ):
        assert Slices(count, stack_size, reach).shared_batch_size(16, threads) == expected

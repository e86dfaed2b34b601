"""Damaged inputs of every kind end in a cine or in a ReadError, and in nothing else."""

import time
import warnings
from pathlib import Path

import pytest

from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.study import ReadError
from Testing.mutated_inputs import Seed, mutate, write_seeds

INPUTS_OF_A_KIND = 40
MAXIMUM_SECONDS = 5.0


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Seed]:
    return write_seeds(tmp_path_factory.mktemp("seeds"))


@pytest.mark.parametrize("kind", range(13))
def test_damaged_input_is_a_cine_or_a_read_error(seeds: list[Seed], kind: int) -> None:
    seed = seeds[kind]
    content = seed.changed.read_bytes()
    refusals = []
    try:
        for number in range(INPUTS_OF_A_KIND):
            seed.changed.write_bytes(mutate(content, 1000 * kind + number))
            start = time.process_time()
            refusals += refusal_of(seed.path)
            assert time.process_time() - start < MAXIMUM_SECONDS
    finally:
        seed.changed.write_bytes(content)
    assert all(seed.path.name in refusal for refusal in refusals)


def refusal_of(path: Path) -> list[str]:
    """The sentence that an input was refused with, if it was."""
    try:
        assert read_input(path).cines
    except ReadError as error:
        return [str(error)]
    return []


def test_reading_damage_warns_of_nothing(seeds: list[Seed]) -> None:
    seed = seeds[7]
    content = seed.changed.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(5):
            seed.changed.write_bytes(mutate(content, number))
            assert read_input(seed.path).cines
    seed.changed.write_bytes(content)

"""Runs with a domain adversary: from a first run, on P0 and P1 of Siemens and G0 to G2 of GE."""

import csv
from dataclasses import replace

import pytest
import torch

from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.adaptation.dann import DannConfig, DomainError
from Training.learning.config import ConfigError, DataConfig, OptimizerConfig, TrainConfig
from Training.learning.splits import split_examinations
from Training.samples.cache import read_cache
from Training.samples.slices import SamplingConfig
from Training.train import train

CPU = torch.device("cpu")
TINY = TrainConfig(
    iterations=6,
    validate_every=3,
    workers=0,
    data=DataConfig(("phantoms",), validation=("P1",), held_out=("P2",)),
    network=UNetConfig(channels=(4, 8, 8), deep_supervision=1),
    sampling=SamplingConfig(spacing_mm=3.2, crops=((32, 3), (40, 2)), size_multiple=4),
    optimizer=OptimizerConfig("adamw", learning_rate=3e-3, warmup=2),
)
ACTIVE = DannConfig(
    targets=("GE",),
    maximum=0.5,
    ramp=0.0,
    needed_accuracy=0.51,
    measure_every=1,
    batch_size=4,
    learning_rate=0.02,
    head_start=25,
    width=4,
)


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    patients = [phantom_patient(f"P{i}", "Siemens") for i in range(3)]
    patients += [phantom_patient(f"G{i}", "GE") for i in range(3)]
    cache = write_cache(tmp_path_factory.mktemp("cache"), *patients)
    return split_examinations(read_cache(cache), TINY.data)


@pytest.fixture(scope="module")
def first(split, tmp_path_factory):
    """A run of Siemens alone, from which the others start."""
    run = tmp_path_factory.mktemp("first")
    siemens = replace(split, train=[e for e in split.train if e.vendor == "Siemens"])
    train(TINY, siemens, run, resume=False, device=CPU)
    return run


def run_from(first, split, run, *, resume=False, **settings):
    config = replace(TINY, initial_model=str(first), **settings)
    return train(config, split, run, resume=resume, device=CPU)


def assert_equal(a, b):
    for name, value in a.state_dict().items():
        assert torch.equal(value, b.state_dict()[name]), name


def test_an_idle_adversary_leaves_the_run_as_it_is_bit_for_bit(first, split, tmp_path):
    siemens = replace(split, train=[e for e in split.train if e.vendor == "Siemens"])
    baseline = run_from(first, siemens, tmp_path / "a")
    idle = run_from(first, split, tmp_path / "b", dann=replace(ACTIVE, maximum=0.0))
    assert_equal(baseline.network, idle.network)


def test_an_active_adversary_changes_it_and_is_resumed_bit_for_bit(first, split, tmp_path):
    straight = run_from(first, split, tmp_path / "a", dann=ACTIVE)
    straight.adversary.strength.answer(1.0, 0.0)
    run_from(first, split, tmp_path / "b", dann=ACTIVE)
    for name in ("last.pt",):
        (tmp_path / "b" / name).unlink()  # the checkpoint of iteration 3 is left
    resumed = run_from(first, split, tmp_path / "b", resume=True, dann=ACTIVE)
    assert_equal(straight.network, resumed.network)
    assert_equal(straight.adversary.predictor, resumed.adversary.predictor)


def test_the_curves_hold_both_accuracies_and_the_strength(first, split, tmp_path):
    run_from(first, split, tmp_path, dann=ACTIVE)
    with (tmp_path / "metrics.csv").open(newline="", encoding="utf-8") as file:
        *_, last = csv.DictReader(file)
    assert 0 <= float(last["held_out_domain_accuracy"]) <= 1
    assert 0 <= float(last["domain_accuracy"]) <= 1
    assert 0 <= float(last["warm_up_domain_accuracy"]) <= 1
    assert 0 <= float(last["lambda"]) <= 0.5
    assert "GE_LV" not in last


def test_the_labels_of_a_target_change_nothing(first, split, tmp_path):
    def without(e):
        bare = tuple(replace(p, labels=p.labels * 0) for p in e.phases)
        return replace(e, phases=bare, annotated=()) if e.vendor == "GE" else e

    bare = replace(split, train=[without(e) for e in split.train])
    runs = [run_from(first, s, tmp_path / str(i), dann=ACTIVE) for i, s in enumerate((split, bare))]
    assert_equal(runs[0].network, runs[1].network)


def test_random_weights_find_no_heart_and_are_refused(split, tmp_path):
    with pytest.raises(ConfigError, match="starts from a trained network"):
        train(replace(TINY, dann=ACTIVE), split, tmp_path, resume=False, device=CPU)


def test_a_single_vendor_cannot_be_adapted(first, split, tmp_path):
    siemens = replace(split, train=[e for e in split.train if e.vendor == "Siemens"])
    with pytest.raises(DomainError, match="two vendors at least, found Siemens"):
        run_from(first, siemens, tmp_path, dann=ACTIVE)


def of_vendor(examination, vendor):
    return replace(examination, patient=f"{vendor}1", vendor=vendor)


def test_a_vendor_that_only_validates_is_no_domain(first, split, tmp_path):
    """As Canon in M&Ms, of which nobody is trained on; with three domains guessing were 1/3."""
    canon = of_vendor(split.validation[0], "Canon")
    both = replace(split, validation=[*split.validation, canon])
    adversary = run_from(first, both, tmp_path, dann=ACTIVE).adversary
    assert adversary.domains == ("GE", "Siemens")
    assert set(adversary.held_out.domains) == {"GE", "Siemens"}
    assert adversary.strength.chance == 0.5


def test_a_vendor_that_nobody_is_left_of_to_measure_on_is_named(first, split, tmp_path):
    philips = of_vendor(split.train[0], "Philips")
    both = replace(split, train=[*split.train, philips])
    with pytest.raises(DomainError, match="found none of Philips"):
        run_from(first, both, tmp_path, dann=ACTIVE)


def test_a_run_of_another_network_is_refused_by_the_setting(first, split, tmp_path):
    with pytest.raises(ConfigError, match=r"network\.channels must be \[4, 8, 8\]"):
        run_from(first, split, tmp_path, network=UNetConfig((4, 8, 16), deep_supervision=1))

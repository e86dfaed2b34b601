"""A model between two, from bundles on disk to a bundle that segments."""

from __future__ import annotations

import json

import pytest
import torch

from CMRSegmentationLib.segmenting.model import DESCRIPTION_FILE, WEIGHTS_FILE, load_bundle
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Testing.bundles import random_network, write_bundle
from Training.interpolate import main


@pytest.fixture
def arguments(tmp_path):
    for seed, name in enumerate(("first", "last")):
        write_bundle(tmp_path / name, random_network(seed=seed), title=name)
    return [
        str(tmp_path / "first"),
        str(tmp_path / "last"),
        *("--name", "between", "--models", str(tmp_path)),
    ]


def test_the_model_lies_between_the_two(arguments, tmp_path):
    assert main([*arguments, "--share", "0.25", "--title", "A quarter"]) == 0
    bundle = load_bundle(tmp_path / "between")
    assert (bundle.title, bundle.accuracy, bundle.spacing_mm) == ("A quarter", {}, 2.0)
    first, last, found = (
        torch.load(tmp_path / name / WEIGHTS_FILE, weights_only=True)
        for name in ("first", "last", "between")
    )
    name = "encoder.0.0.0.weight"
    expected = 0.75 * first[name] + 0.25 * last[name]
    torch.testing.assert_close(found[name], expected, atol=1e-3, rtol=1e-3)


def test_a_model_is_not_replaced_unasked(arguments, tmp_path, capsys):
    assert main([*arguments, "--share", "1"]) == 0
    assert main([*arguments, "--share", "0"]) == 1
    assert "holds a model already" in capsys.readouterr().err
    assert main([*arguments, "--share", "0", "--replace"]) == 0
    assert load_bundle(tmp_path / "between").title == "last"


def test_models_that_do_not_follow_each_other_are_one_sentence(arguments, tmp_path, capsys):
    other = UNetConfig(channels=(4, 6), deep_supervision=0)
    write_bundle(tmp_path / "last", random_network(other))
    assert main([*arguments, "--share", "0.5"]) == 1
    assert "began at its weights" in capsys.readouterr().err


def test_the_model_is_under_the_licenses_of_both(arguments, tmp_path):
    for name, text in (("first", "CC BY-NC-SA 4.0, non-commercial research"), ("last", "CC0")):
        description = tmp_path / name / DESCRIPTION_FILE
        values = json.loads(description.read_text(encoding="utf-8")) | {"license": text}
        description.write_text(json.dumps(values), encoding="utf-8")
    assert main([*arguments, "--share", "0.5"]) == 0
    license_text = load_bundle(tmp_path / "between").license
    assert license_text == "CC BY-NC-SA 4.0, non-commercial research"

"""Every command that is given a path at which there is nothing says so in one sentence."""

import importlib
from pathlib import Path

import pytest

from Testing.Training.cached_phantoms import write_cache

EXPERIMENT = "[data]\ndatasets = ['phantoms']\nvalidation = ['P1']\nheld_out = ['P2']\n"
TO = ["--cache", "cache", "--out", "out"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a cache and an experiment, and nothing else."""
    folder = tmp_path_factory.mktemp("folder")
    write_cache(folder / "cache")
    (folder / "small.toml").write_text(EXPERIMENT, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["prepare", "acdc", "--raw", "absent", "--cache", "other"],
        ["plan", "--cache", "absent", "--out", "planned.toml"],
        ["train", "absent.toml", *TO],
        ["train", "small.toml", *TO, "--set", "initial_model=absent"],
        ["evaluate", "absent", *TO],
        ["cross_validate", "absent.toml", *TO],
        ["search", "absent.toml", *TO, "--space", "seed=1..2"],
        ["report", "absent"],
        ["export", "absent", "--name", "x", "--models", "models"],
        ["pseudo_label", "absent", *TO],
        ["classify", "pathology", "--cache", "absent", "--out", "out"],
        ["classify", "probe", "absent", *TO],
        ["visualize", "statistics", "--cache", "absent", "--out", "out"],
        ["visualize", "cine", "absent.nii.gz", "--out", "absent.gif"],
        ["visualize", "augmentation", "absent.toml", *TO],
        ["visualize", "predictions", "absent", "--results", "absent.csv", *TO],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_what_is_absent_is_named_in_a_sentence(arguments, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    command, *given = arguments
    assert importlib.import_module(f"Training.{command}").main(given) in (1, 2)
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert sentence.startswith("error: ")
    assert "absent" in sentence
    assert "Errno" not in sentence
    assert len(sentence.split()) > 4, sentence
    assert sentence.endswith((".", ")"))
    assert not Path("out").exists()

import json
import sys
from types import SimpleNamespace

import pytest
import torch

from CMRSegmentationLib.image import Label
from Training.learning import environment
from Training.learning.config import TrainConfig
from Training.learning.environment import (
    ENVIRONMENT_FILE,
    EVALUATION_FILE,
    learned_before,
    write_environment,
    write_evaluation,
)
from Training.learning.splits import Split


def patient(name, vendor):
    return SimpleNamespace(
        patient=name, dataset="phantoms", vendor=vendor, pathology="HCM", annotated=(Label.LV,)
    )


def test_it_holds_what_is_needed_to_repeat_the_run(tmp_path, monkeypatch):
    secret = tmp_path / "home" / "cache"
    monkeypatch.setattr(
        sys, "argv", ["train.py", "experiments/sax.toml", "--cache", str(secret), "--fold", "2"]
    )
    split = Split([patient("P0", "GE")], [patient("P1", "Siemens")], [])
    write_environment(TrainConfig(seed=4), split, tmp_path / "run")
    found = json.loads((tmp_path / "run" / ENVIRONMENT_FILE).read_text())
    assert found["config"]["seed"] == 4
    assert (
        found["command"] == "python -m Training.train experiments/sax.toml --cache cache --fold 2"
    )
    assert found["torch"] == torch.__version__
    assert found["examinations"]["train"] == [
        {
            "patient": "P0",
            "dataset": "phantoms",
            "vendor": "GE",
            "pathology": "HCM",
            "annotated": ["LV"],
        }
    ]
    assert found["examinations"]["test"] == []
    assert found["learned_before"] == []
    assert len(found["commit"]) in (0, 40)
    assert found["processors"] >= 1


def test_it_names_whom_the_models_before_it_learned_from(tmp_path):
    before = {("phantoms", "P2"), ("phantoms", "P0"), ("acdc", "P7")}
    write_environment(TrainConfig(), Split([], [], []), tmp_path, before)
    found = json.loads((tmp_path / ENVIRONMENT_FILE).read_text())
    assert found["learned_before"][0] == {"dataset": "acdc", "patient": "P7"}
    assert learned_before(found) == before
    assert learned_before({}) == set()  # a run from before


def test_an_evaluation_names_its_command_and_versions(tmp_path, monkeypatch):
    monkeypatch.setattr(
        sys, "argv", ["evaluate.py", "runs/sax", "--cache", str(tmp_path), "--mirror"]
    )
    write_evaluation(tmp_path)
    found = json.loads((tmp_path / EVALUATION_FILE).read_text())
    assert (
        found["command"] == f"python -m Training.evaluate runs/sax --cache {tmp_path.name} --mirror"
    )
    assert found["torch"] == torch.__version__


@pytest.mark.parametrize(("status", "changed"), [("", False), (" M Training/train.py", True)])
def test_changes_that_no_commit_holds_are_said_to_be_there(status, changed, tmp_path, monkeypatch):
    monkeypatch.setattr(
        environment, "_git", lambda *arguments: "ab" * 20 if "HEAD" in arguments else status
    )
    write_evaluation(tmp_path)
    found = json.loads((tmp_path / EVALUATION_FILE).read_text())
    assert (found["commit"], found["changed_since_commit"]) == ("ab" * 20, changed)


def test_without_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    write_evaluation(tmp_path)
    assert json.loads((tmp_path / EVALUATION_FILE).read_text())["commit"] == ""

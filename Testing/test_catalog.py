"""The rules of Slicer's Extensions Index hold, and each planted violation is found."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from scripts import check_catalog

ROOT = Path(__file__).parents[1]
FILES = ("CMRSegmentation.json", "CMakeLists.txt", "README.md", "LICENSE", "LICENSE-WEIGHTS")


@pytest.fixture
def copy(tmp_path) -> Path:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "Resources" / "Screenshots", tmp_path / "Resources" / "Screenshots")
    shutil.copy(ROOT / "Resources" / "CMRSegmentation.png", tmp_path / "Resources")
    module = tmp_path / "CMRSegmentation"
    module.mkdir()
    shutil.copy(ROOT / "CMRSegmentation" / "CMRSegmentation.py", module)
    return tmp_path


@pytest.fixture
def clone(copy) -> Path:
    git(copy, "init", "-q")
    git(copy, "add", ".")
    git(copy, "-c", "user.name=test", "-c", "user.email=test", "commit", "-q", "-m", "All")
    return copy


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(("git", "-C", str(folder), *arguments), check=True, stdout=subprocess.DEVNULL)


def size_of_files(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if ".git" not in path.parts)
    return sum(path.stat().st_size for path in files if path.is_file())


def test_this_checkout_follows_every_rule(capsys):
    assert check_catalog.main() == 0
    assert capsys.readouterr().err == ""


def test_the_copy_of_the_tests_follows_every_rule(copy):
    assert check_catalog.main(copy) == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("CMRSegmentation.json", '"Cardiac"', '"Hearts"', "category must be one of"),
        ("CMRSegmentation.json", '"tier": 1', '"tier": 1,\n  "web": ""', "does not know"),
        ("CMRSegmentation.json", "{\n", "{\n\n", "canonical form"),
        ("CMRSegmentation.json", '"PyTorch"', '"Torch"', "build_dependencies differ"),
        ("CMRSegmentation.json", "/SlicerCMR", "/CMR", "starts with Slicer"),
        ("CMRSegmentation.json", "v1.0.2", "v0.9", "does not name the schema"),
        ("CMakeLists.txt", "project(CMRSegmentation)", "project(CMR)", "project must be called"),
        ("CMakeLists.txt", "with volumes, ejection", "with volumes; ejection", "semicolon"),
        ("CMakeLists.txt", "## NEXT_MODULE", "", "lacks ## NEXT_MODULE"),
        ("CMakeLists.txt", "Screenshots/slices.png", "Screenshots/none.png", "no picture for"),
        ("CMakeLists.txt", "EXTENSION_CONTRIBUTORS", "EXTENSION_PEOPLE", "EXTENSION_CONTRIBUTORS"),
        ("README.md", "## Citation", "## Thanks", "lacks a citation"),
        ("README.md", "(LICENSE)", "(COPYING)", "license file by its name"),
        ("CMRSegmentation/CMRSegmentation.py", "import qt\n", "import qt\nimport torch\n", "torch"),
        (
            "CMRSegmentation/CMRSegmentation.py",
            "import qt\n",
            "import qt\nfrom CMRSegmentationLib.image import View\n",
            "imports CMRSegmentationLib at file scope",
        ),
        (
            "CMRSegmentation/CMRSegmentation.py",
            "DOCUMENTATION =",
            "slicer.util.pip_install('torch')\nDOCUMENTATION =",
            "runs slicer.util.pip_install",
        ),
    ],
)
def test_a_planted_violation_is_named(copy, capsys, name, old, new, sentence):
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert check_catalog.main(copy) == 1
    assert sentence in capsys.readouterr().err


def test_a_second_module_file_is_named(copy, capsys):
    (copy / "CMRSegmentation" / "helper.py").touch()

    assert check_catalog.main(copy) == 1
    assert "as a module" in capsys.readouterr().err


def test_a_clone_whose_files_and_history_are_too_large_is_named(clone, monkeypatch, capsys):
    monkeypatch.setattr(check_catalog, "MAXIMUM_CLONE_BYTES", size_of_files(clone))

    assert check_catalog.main(clone) == 1
    assert "A full clone takes" in capsys.readouterr().err


def test_objects_that_no_clone_would_take_do_not_count(clone, monkeypatch, capsys):
    left_over = clone.parent / "left_over"
    left_over.write_bytes(np.random.default_rng(0).bytes(2_000_000))
    git(clone, "hash-object", "-w", str(left_over))
    maximum = 2 * size_of_files(clone) + 1_000_000
    monkeypatch.setattr(check_catalog, "MAXIMUM_CLONE_BYTES", maximum)

    assert check_catalog.main(clone) == 0, capsys.readouterr().err

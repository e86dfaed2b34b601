"""`pip install .` brings the command `cmr-segment` with its models, which works from any folder."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from CMRSegmentationLib.segmenting.model import models_folder_beside
from Testing.real_data import SAMPLE

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, as a build leaves files in the tree that a next wheel would hold."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    unwanted = shutil.ignore_patterns("__pycache__")
    for part in ("CMRSegmentationLib", "CMRSegmentationWeb", "Resources/Models"):
        shutil.copytree(ROOT / part, source / part, ignore=unwanted)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "LICENSE-WEIGHTS"):
        shutil.copy(ROOT / name, source)
    options = ("--no-deps", "--no-build-isolation", "-w", folder)
    run(*PIP, "wheel", "-q", *options, source, folder=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A folder with what the wheel installs; its requirements are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    run(*PIP, "install", "-q", "--no-deps", "--target", folder, wheel, folder=folder)
    return folder


def run(*command: str | Path, folder: Path, path: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_every_package_model_and_license_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for part in ("CMRSegmentationLib", "CMRSegmentationWeb")
        for path in (ROOT / part).rglob("*")
        if path.suffix == ".py" or path.name == "py.typed" or path.parent.name == "static"
    }
    models = {
        f"CMRSegmentationLib/Models/{path.parent.name}/{path.name}"
        for path in (ROOT / "Resources" / "Models").glob("*/*")
    }

    files = {name for name in names if ".dist-info/" not in name}
    assert files == sources | models
    licenses = {Path(name).name for name in names if "/licenses/" in name}
    assert licenses == {"LICENSE", "LICENSE-WEIGHTS"}


def test_the_installed_command_segments_the_sample_from_another_folder(installed, tmp_path):
    options = ["--frames", "ed-es", "--ed", "0", "--es", "8", "--device", "cpu", "--threads", "1"]
    program = installed / "bin" / "cmr-segment"
    run(
        sys.executable, program, "segment", SAMPLE, "-o", "results", *options,
        folder=tmp_path, path=installed,
    )  # fmt: skip

    report = json.loads((tmp_path / "results/CMR-cine-Sunnybrook/report.json").read_text())
    assert report["model"]["name"] == "sax"
    assert report["volumes_ml"]["lv"][0] > report["volumes_ml"]["lv"][8] > 0


def test_the_installed_command_finds_the_models_inside_the_package(installed, tmp_path):
    code = "from CMRSegmentationLib.segmenting import model; print(model.MODELS_FOLDER)"

    found = run(sys.executable, "-c", code, folder=tmp_path, path=installed)

    assert Path(found.strip()) == installed / "CMRSegmentationLib" / "Models"


def test_programs_that_call_the_library_are_checked_against_its_types(installed, tmp_path):
    (tmp_path / "program.py").write_text(
        "from CMRSegmentationLib.patient import Patient\nPatient(height_cm='tall')\n"
    )
    mypy = (sys.executable, "-m", "mypy", "--cache-dir", "cache", "program.py")
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        mypy, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert 'incompatible type "str"' in done.stdout


def test_a_checkout_and_slicer_have_the_models_next_to_the_library(tmp_path):
    expected = tmp_path / "Resources" / "Models"

    assert models_folder_beside(tmp_path / "CMRSegmentationLib") == expected

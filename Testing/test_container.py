"""The steps of the Dockerfile, one by one, where there is no builder: what it copies is enough."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    """`/app` as the COPY lines make it."""
    folder = tmp_path_factory.mktemp("app")
    for line in re.findall(r"(?m)^COPY (.+)$", DOCKERFILE):
        *sources, target = line.split()
        for source in map(ROOT.joinpath, sources):
            if source.is_dir():
                shutil.copytree(source, folder / target, ignore=shutil.ignore_patterns("__pyc*"))
            else:
                (folder / target).mkdir(parents=True, exist_ok=True)
                shutil.copy(source, folder / target)
    return folder


def run(app: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(app)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=app, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_copied_is_not_left_out_by_dockerignore():
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sources = [s for line in re.findall(r"(?m)^COPY (.+) \S+$", DOCKERFILE) for s in line.split()]

    assert kept[0] == "*"
    assert sources
    allowed = tuple(line.removeprefix("!") for line in kept if line.startswith("!"))
    assert [source for source in sources if not source.startswith(allowed)] == []


def test_requirements_are_installed_from_files_that_were_copied_before():
    copied = DOCKERFILE.index("COPY requirements/runtime.txt requirements/web.txt")

    assert copied < DOCKERFILE.index("pip install --no-cache-dir -r requirements/web.txt")
    web = (ROOT / "requirements" / "web.txt").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^-r (.+)$", web) == ["runtime.txt"]


def test_a_folder_or_file_of_the_host_is_used_by_its_owner():
    runs = re.findall(r"(?m)^# +docker run .+$", DOCKERFILE)

    assert len(runs) == 2
    assert [line for line in runs if '--user "$(id -u):$(id -g)"' not in line] == []


def test_the_command_line_of_the_container_knows_its_models(app):
    assert "sax" in run(app, "-m", "CMRSegmentationLib", "models")


def test_the_command_of_the_container_is_understood_by_the_page(app):
    (command,) = re.findall(r"(?m)^CMD (\[.+\])$", DOCKERFILE)
    words = re.findall(r'"([^"]+)"', command)[1:]

    help_text = run(app, *words[:2], "--help")
    assert [word for word in words[2:] if word.startswith("--") and word not in help_text] == []

"""Runs the Dockerfile's steps one by one, where there is no builder of containers.

`python scripts/check_container.py` installs the packages into an environment of its own; with
`--installed` it takes those of this environment, if their versions are the same.

Each instruction happens below a folder that stands for the container's root. Then the container's
command is started, the page is asked with and without its password, and the command line segments a
frame of the bundled cine. What is not checked: the base image, whose Python is the one that runs
this, and the container's user, who is not made.
"""

from __future__ import annotations

import argparse
import base64
import fnmatch
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PASSWORD = "a password for this check"
IN_CONTAINER = re.compile(r"(?<![\w./])/(app|run|images|tmp)\b")
"""Absolute paths that lie in the container."""
LIMIT_S = 600


class StepError(Exception):
    """A step of the Dockerfile that does not work."""


@dataclass
class Container:
    """What the steps so far have made.

    Attributes:
        root: the folder that stands for `/`.
        installed: whether to take the packages of this environment.
        folder: the working folder.
        environment: of the processes.
        command: what the container runs.
    """

    root: Path
    installed: bool
    folder: Path = Path("/")
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()

    def do(self, step: str, rest: str) -> None:
        """Does one instruction.

        Raises:
            StepError: if it does not work or is not known here.
        """
        match step:
            case "FROM":
                wanted = re.search(r"python:(\d+\.\d+)", rest)
                found = ".".join(map(str, sys.version_info[:2]))
                note = "" if wanted and wanted[1] == found else f" (checked with Python {found})"
                print(f"  {rest}{note}")
            case "ARG" | "ENV":
                self.set_variables(step, rest)
            case "WORKDIR":
                self.folder = Path(self.inside(rest))
                self.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self.copy(shlex.split(rest))
            case "RUN":
                self.run(rest)
            case "CMD":
                self.command = tuple(self.inside(word) for word in json.loads(rest))
            case "USER" | "EXPOSE":
                pass
            case _:
                raise StepError(f"The instruction {step} is not known here.")

    def inside(self, text: str) -> str:
        """Text with the container's absolute paths below the folder that stands for its root."""
        return IN_CONTAINER.sub(lambda found: f"{self.root}{found[0]}", text)

    def set_variables(self, step: str, rest: str) -> None:
        """Sets variables; those of ARG may come from outside, as with `--build-arg`."""
        for word in shlex.split(rest):
            name, _, value = word.partition("=")
            outside = os.environ.get(name) if step == "ARG" else None
            if (given := outside or self.inside(value)) or step == "ENV":
                self.environment[name] = given

    def copy(self, words: list[str]) -> None:
        """Copies files of the repository that .dockerignore lets through."""
        *sources, target = words
        for source in sources:
            if not (REPOSITORY / source).exists():
                raise StepError(f"COPY: there is no {source}.")
            files = list(context_files(source))
            if not files:
                raise StepError(f"COPY: .dockerignore keeps {source} out.")
            for file in files:
                place = Path(source).name if target.endswith("/") else ""
                within = file.relative_to(source) if (REPOSITORY / source).is_dir() else Path(place)
                destination = self.folder / target / within
                destination.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(REPOSITORY / file, destination)

    def run(self, line: str) -> None:
        """Runs a command of the shell, but for those that change the machine."""
        if line.startswith("useradd "):
            print("  (not run: it would make a user of this machine)")
        elif line.startswith("pip install ") and self.installed:
            require_installed(self.folder / line.split()[-1])
        else:
            self.python()
            self.check(["sh", "-ec", line])

    def python(self) -> Path:
        """The environment's interpreter, made at the first use."""
        if self.installed:
            return Path(sys.executable)
        python = self.root / "venv" / "bin" / "python"
        if not python.exists():
            self.check([sys.executable, "-m", "venv", str(self.root / "venv")])
        return python

    def variables(self) -> dict[str, str]:
        """The environment of a process in the container."""
        no_home = self.root / "no_home"  # as of a user that `--user` names
        no_home.touch()
        # While the environment is being made there is no interpreter to ask for its folder.
        programs = (
            self.python().parent if self.command or self.installed else self.root / "venv/bin"
        )
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        return {**self.environment, "PATH": path, "HOME": str(no_home)}

    def check(self, command: list[str]) -> None:
        """Runs a command to its end.

        Raises:
            StepError: if it fails.
        """
        done = subprocess.run(
            command,
            cwd=self.folder if self.folder != Path("/") else self.root,
            env=self.variables(),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if done.returncode != 0:
            raise StepError(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stderr}")


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile with what follows them."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            step, _, rest = line.strip().partition(" ")
            yield step.upper(), rest.strip()


def context_files(source: str) -> Iterator[Path]:
    """The files at a path of the repository that .dockerignore lets through."""
    whole = REPOSITORY / source
    found = sorted(whole.rglob("*")) if whole.is_dir() else [whole]
    for path in found:
        relative = path.relative_to(REPOSITORY)
        if path.is_file() and not is_ignored(relative):
            yield relative


def is_ignored(path: Path) -> bool:
    """Whether .dockerignore keeps a file out: the last pattern that fits counts."""
    ignored = False
    for line in (REPOSITORY / ".dockerignore").read_text("utf-8").split():
        pattern = line.removeprefix("!")
        names = [path, *path.parents][:-1]
        if pattern.startswith("**/"):
            fits = any(fnmatch.fnmatch(name.name, pattern[3:]) for name in names)
        else:
            fits = any(fnmatch.fnmatch(name.as_posix(), pattern) for name in names)
        if fits:
            ignored = not line.startswith("!")
    return ignored


def require_installed(lock: Path) -> None:
    """Compares the versions of a lock file with those of this environment.

    Raises:
        StepError: if one is missing or another.
    """
    for line in lock.read_text("utf-8").splitlines():
        if line.startswith("-r "):
            require_installed(lock.parent / line[3:])
        elif "==" in line:
            name, _, version = line.partition("==")
            try:
                found = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                found = "none"
            if found.split("+")[0] != version:
                raise StepError(f"Expected {name} {version}, found {found}.")


def check_page(container: Container) -> None:
    """Starts the container's command and asks the page with and without its password.

    Raises:
        StepError: if it does not answer as it should.
    """
    (container.root / "run").mkdir(exist_ok=True)
    (container.root / "run" / "password").write_text(PASSWORD, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(container.python()), *container.command[1:], "--port", str(port)],
        cwd=container.folder,
        env=container.variables(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        try:
            if not server.stdout.readline():
                raise StepError("The page did not start.")
            statuses = (status_of(port, None), status_of(port, PASSWORD))
        finally:
            server.terminate()
    if statuses != (401, 200):
        raise StepError(f"Expected 401 without the password and 200 with it, found {statuses}.")


def status_of(port: int, password: str | None) -> int:
    """The status of the page's answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": "localhost"})
    if password is not None:
        known = base64.b64encode(f"anyone:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {known}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def check_command_line(container: Container) -> None:
    """Segments a frame of the bundled cine, as the Dockerfile says for use without the page.

    Raises:
        StepError: if there are no labels.
    """
    images = container.root / "images"
    images.mkdir(exist_ok=True)
    sample = next((REPOSITORY / "Resources" / "SampleData").glob("*.nii.gz"))
    shutil.copy(sample, images / "cine.nii.gz")
    segment = ["-m", "CMRSegmentationLib", "segment", f"{images}/cine.nii.gz"]
    out = ["-o", f"{images}/results", "--frames", "0", "--threads", "1"]
    container.check([str(container.python()), *segment, *out])
    if not (images / "results" / "cine" / "labels.nii.gz").is_file():
        raise StepError("The command line wrote no labels.")


def main(arguments: list[str] | None = None) -> int:
    """Checks the Dockerfile; returns the exit status."""
    parser = argparse.ArgumentParser(description="Runs the Dockerfile's steps one by one.")
    parser.add_argument("--installed", action="store_true", help="use this environment's packages")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        container = Container(Path(folder), options.installed)
        try:
            for step, rest in instructions((REPOSITORY / "Dockerfile").read_text("utf-8")):
                print(f"{step} {rest}", flush=True)
                container.do(step, rest)
            print("The page, with and without its password", flush=True)
            check_page(container)
            print("The command line, on the bundled cine", flush=True)
            check_command_line(container)
        except StepError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Sets up `.venv`: `python3 scripts/setup_environment.py runtime|web|development`.

Needs nothing but Python 3.11 or newer. It installs only when a lock file has changed since the last
time, and says in one sentence what the machine lacks when it cannot go on.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCKS = {
    "runtime": ("runtime.txt",),
    "web": ("runtime.txt", "web.txt"),
    "development": ("runtime.txt", "web.txt", "development.txt"),
}
MINIMUM_PYTHON = (3, 11)

# Shared libraries that the wheels of VTK, slicer-core and Qt expect from the system, with Debian's
# package of each.
SYSTEM_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}

# Programs that some checks run, with Debian's package of each; these checks skip what is missing.
# DICOM results are checked with the first three, the page in the browser with the last.
PROGRAMS = {
    Path("/usr/bin/dciodvfy"): "dicom3tools",
    Path("/usr/sbin/Orthanc"): "orthanc",
    Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so"): "orthanc-dicomweb",
    Path("/usr/bin/chromium"): "chromium",
}


class MissingError(Exception):
    """Something that this script cannot install by itself."""


def main(arguments: list[str]) -> int:
    """Set up the part of the environment that is named, and return the exit status."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print(f"Usage: setup_environment.py {'|'.join(LOCKS)}", file=sys.stderr)
        return 2
    try:
        check_python()
        create_environment()
        install_locked(arguments[0])
        if arguments[0] == "development":
            provide_system_libraries()
            provide_programs()
    except MissingError as problem:
        print(f"Set-up stopped: {problem}", file=sys.stderr)
        return 1
    return 0


def check_python() -> None:
    """Refuse a Python that is too old."""
    if sys.version_info < MINIMUM_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        raise MissingError(
            f"Python 3.11 or 3.12 is needed, found {found}; choose one with "
            "`make PYTHON=python3.12 …`."
        )


def create_environment() -> None:
    """Create `.venv` unless it is there and works."""
    if works(ENVIRONMENT / "bin" / "python"):
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        install_debian_packages(["python3-venv"], "Python's venv and ensurepip modules are needed")
    print(f"Creating {ENVIRONMENT.name} with Python {sys.version.split()[0]}", flush=True)
    run(
        [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
        "the virtual environment could not be created",
    )


def works(python: Path) -> bool:
    """Whether there is an interpreter that starts and has pip."""
    if not python.exists():
        return False
    return (
        subprocess.run(
            [python, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
        == 0
    )


def install_locked(part: str) -> None:
    """Install the locked versions, unless the same lock was installed before."""
    if stamp(part).exists() and stamp(part).read_text() == digest(part):
        return
    lock = ROOT / "requirements" / LOCKS[part][-1]
    print(
        f"Installing the versions of requirements/{lock.name} (this can take some minutes)",
        flush=True,
    )
    pip = [
        str(ENVIRONMENT / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run(
        [*pip, "-r", str(lock)],
        "pip could not install the locked packages (is a package index within reach?)",
    )
    for contained in LOCKS:
        if set(LOCKS[contained]) <= set(LOCKS[part]):
            stamp(contained).write_text(digest(contained))


def stamp(part: str) -> Path:
    """The file that remembers which lock was installed last."""
    return ENVIRONMENT / f"{part}.stamp"


def digest(part: str) -> str:
    """SHA-256 of the lock files of a part."""
    return hashlib.sha256(
        b"".join((ROOT / "requirements" / name).read_bytes() for name in LOCKS[part])
    ).hexdigest()


def provide_system_libraries() -> None:
    """Install the system libraries that the checks of the module need and that are missing."""
    packages = [package for library, package in SYSTEM_LIBRARIES.items() if not loads(library)]
    if not has_software_rendering():
        packages.append("libgl1-mesa-dri")
    if not Path("/usr/share/fonts").is_dir() or not any(Path("/usr/share/fonts").rglob("*.ttf")):
        packages.append("fonts-dejavu-core")
    if packages and sys.platform.startswith("linux"):
        install_debian_packages(packages, "the checks of the Slicer module need system libraries")


def provide_programs() -> None:
    """Install the programs that some checks run, or say that these checks will be skipped."""
    packages = [package for file, package in PROGRAMS.items() if not file.exists()]
    if not packages or not sys.platform.startswith("linux"):
        return
    try:
        install_debian_packages(packages, "some checks need Debian packages")
    except MissingError as problem:
        print(f"Some checks will be skipped: {problem}", file=sys.stderr)


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_software_rendering() -> bool:
    """Whether Mesa's software renderer is there, under its old or its new name."""
    return any(
        any(folder.glob(pattern))
        for folder in (Path("/usr/lib"), Path("/usr/lib64"))
        for pattern in (
            "*/dri/swrast_dri.so",
            "dri/swrast_dri.so",
            "*/libgallium*.so",
            "libgallium*.so",
        )
    )


def install_debian_packages(packages: list[str], need: str) -> None:
    """Install packages with apt-get, or say which ones somebody with the rights has to install."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise MissingError(f"{need}: install {names} (on Debian: `sudo apt-get install {names}`).")
    print(f"Installing {names}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    failed = f"{need}, and apt-get could not install {names}"
    run(["apt-get", "-qq", "update"], failed, environment)
    run(
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages],
        failed,
        environment,
    )


def run(command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    """Run a command and turn its failure into a sentence; its standard error stays visible."""
    if (
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode
        != 0
    ):
        raise MissingError(f"{failed}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

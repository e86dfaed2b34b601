"""Servers in processes of their own, in which nothing may ask another computer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from Testing.bundles import PHANTOM_MODEL

ROOT = Path(__file__).parents[2]
LIMIT_S = 900

WATCH = """
import os, sys

OTHERS = os.environ["ASKED_OF_OTHERS"]
LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0", None, "")

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in LOCAL:
        with open(OTHERS, "a") as file:
            file.write(f"{event} {host}\\n")
        raise OSError(f"Asked {host}")

sys.addaudithook(watch)
"""
"""Runs at the start of every Python process: notes what is asked of other computers, forbids it."""


def watched_environment(folder: Path) -> dict[str, str]:
    """The environment of processes that are watched; they note in `folder/others.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(WATCH)
    paths = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "PYTHONPATH": paths, "ASKED_OF_OTHERS": str(folder / "others.txt")}


def start(folder: Path, port: int = 0, *arguments: object) -> tuple[subprocess.Popen[str], str]:
    """A server of its own, and the address it tells."""
    command = [sys.executable, "-m", "CMRSegmentationWeb", "--port", port, "--folder", folder]
    command += ["--model", PHANTOM_MODEL, "--threads", 1, *arguments]
    server = subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=watched_environment(watch_folder(folder)),
    )
    assert server.stdout is not None
    return server, server.stdout.readline().split()[0]


def end(server: subprocess.Popen[str], how: int) -> None:
    """Ends a server by a signal."""
    server.send_signal(how)
    server.wait(LIMIT_S)
    assert server.stdout is not None
    server.stdout.close()


def watch_folder(folder: Path) -> Path:
    """Where the processes of the server of a folder note what they asked of others."""
    return folder.with_name(f"{folder.name}-watch")


def asked_of_others(folder: Path) -> str:
    """What a server and its children asked of other computers, which is nothing."""
    noted = watch_folder(folder) / "others.txt"
    return noted.read_text() if noted.exists() else ""

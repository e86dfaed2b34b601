"""The process of one job: loads the libraries, waits for a job, and runs the command line on it.

PyTorch and what draws the pictures take seconds to load. So the server starts this process before
there is a job. Standard input carries the job, and by its end that the server is gone.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from typing import BinaryIO

from CMRSegmentationLib.__main__ import main as run_command_line

LOADED_AHEAD = (
    "torch",
    "CMRSegmentationLib.pipeline",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
)
"""What the command line loads late, because its other commands do without."""
SERVER_IS_GONE = 3


def main() -> int:
    """Runs the job that standard input names; returns the exit status of the command line."""
    for name in LOADED_AHEAD:
        importlib.import_module(name)
    # Unbuffered: a thread that waits for a buffered stream keeps the process from ending.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stream:
        line = stream.readline()
        if not line:
            return SERVER_IS_GONE
        threading.Thread(target=end_with_the_server, args=(stream,), daemon=True).start()
        return run_command_line(json.loads(line))


def end_with_the_server(stream: BinaryIO) -> None:
    """Ends the process as soon as the server has gone, which would start the job anew."""
    stream.read()
    os._exit(SERVER_IS_GONE)


if __name__ == "__main__":
    sys.exit(main())

"""Understands the arguments with which ctest starts Slicer, and runs their code on the Qt host."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from Testing.Slicer.host import qt_host


def main(arguments: list[str]) -> None:
    """Load every module of the given folders, then run the code or script.

    It ends the process as it likes.
    """
    parser = argparse.ArgumentParser(prog="Slicer")
    for flag in (
        "--no-splash",
        "--testing",
        "--no-main-window",
        "--disable-cli-modules",
        "--ignore-slicerrc",
    ):
        parser.add_argument(flag, action="store_true")
    parser.add_argument(
        "--additional-module-paths", "--additional-module-path", nargs="+", default=[]
    )
    parser.add_argument("--python-code")
    parser.add_argument("--python-script")
    options = parser.parse_args(arguments)
    qt_host.start()
    for folder in options.additional_module_paths:
        for path in sorted(Path(folder).glob("*.py")):
            qt_host.load_module(path)
    code = options.python_code or Path(options.python_script).read_text(encoding="utf-8")
    exec(code.replace("\\;", ";"), {"__name__": "__main__"})


if __name__ == "__main__":
    main(sys.argv[1:])

"""Writes the lists of installed files into the two CMakeLists.txt.

python scripts/list_installed_files.py

Slicer installs only what its CMake lists name, and a forgotten file is an extension that fails
after installation. `Testing/Slicer/test_packaging.py` fails when the lists and the tree differ;
this script makes them equal again.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = {
    "CMRSegmentation/CMakeLists.txt": {
        "MODULE_PYTHON_SCRIPTS": ("CMRSegmentation", ["*.py", "CMRSegmentationMRML/**/*.py"]),
        "MODULE_PYTHON_RESOURCES": ("CMRSegmentation", ["Resources/**/*"]),
    },
    "CMRSegmentationLib/CMakeLists.txt": {
        "LIBRARY_PYTHON_SCRIPTS": (".", ["CMRSegmentationLib/**/*.py"]),
        "LIBRARY_RESOURCES": (".", ["Resources/Models/**/*", "Resources/SampleData/**/*"]),
    },
}


def main() -> None:
    """Bring every list up to date."""
    for cmake_file, lists in LISTS.items():
        path = ROOT / cmake_file
        text = path.read_text(encoding="utf-8")
        for name, (folder, patterns) in lists.items():
            text = replace_list(text, name, files_in_tree(ROOT / folder, patterns))
        path.write_text(text, encoding="utf-8")


def files_in_tree(folder: Path, patterns: list[str]) -> list[str]:
    """Paths, relative to the folder, of the files that have to be installed."""
    found = {
        path.relative_to(folder)
        for pattern in patterns
        for path in folder.glob(pattern)
        if path.is_file()
    }
    hidden = {
        path for path in found if any(part.startswith((".", "__pycache__")) for part in path.parts)
    }
    return sorted(path.as_posix() for path in found - hidden)


def listed_files(text: str, name: str) -> list[str]:
    """The entries of `set(NAME …)` in the text of a CMake file."""
    block = re.search(rf"set\({name}\b([^)]*)\)", text)
    if block is None:
        raise ValueError(f"Expected a list set({name} …), found none.")
    return block.group(1).split()


def replace_list(text: str, name: str, files: list[str]) -> str:
    """The text of a CMake file with other entries in `set(NAME …)`."""
    listed_files(text, name)
    lines = "".join(f"  {file}\n" for file in files)
    return re.sub(rf"set\({name}\b[^)]*\)", f"set({name}\n{lines}  )", text)


if __name__ == "__main__":
    main()

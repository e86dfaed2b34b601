"""Checks what Slicer's Extensions Index demands: `python -m scripts.check_catalog`.

The rules are those of the index's own checks and of its reviewers' questions: names, the entry's
schema, what CMake declares, the size of a clone, no code and no foreign import at file scope of the
module, and what a README has to have. Each broken rule is one sentence; the exit status is 1 then.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "CMRSegmentation"
MAXIMUM_CLONE_BYTES = 100_000_000
REQUIRED = {"$schema", "category", "scm_url"}
ALLOWED = REQUIRED | {
    "build_dependencies", "build_subdirectory", "dicom_support_rule", "enabled", "scm_revision",
    "scm_type", "tier",
}  # fmt: skip
SCHEMA_FILE = "slicer-extension-catalog-entry-schema-v1.0.2.json"
ACCEPTED_CATEGORIES = ("Cardiac", "Segmentation")
CMAKE_TEXTS = ("HOMEPAGE", "CONTRIBUTORS", "DESCRIPTION", "ICONURL", "SCREENSHOTURLS", "DEPENDS")
CMAKE_COMMANDS = (
    "find_package(Slicer REQUIRED)",
    "include(${Slicer_USE_FILE})",
    f"add_subdirectory({NAME})",
    "## NEXT_MODULE",
    "include(${Slicer_EXTENSION_GENERATE_CONFIG})",
    "include(${Slicer_EXTENSION_CPACK})",
)
README_NEEDS = {
    "one or two sentences before the first picture": r"\A# .+\n\n[A-Z].+",
    "a picture": r"<img |!\[",
    "a section on Slicer": r"(?m)^## In 3D Slicer",
    "the license file by its name": r"\(LICENSE\)",
    "the license of the weights": r"\(LICENSE-WEIGHTS\)",
    "a citation": r"(?m)^## Citation",
    "the research use": r"[Rr]esearch use only",
    "where the sample comes from": r"Sunnybrook",
}
MAY_IMPORT = {"qt", "ctk", "vtk", "slicer", "SampleData", "DICOMLib", NAME, f"{NAME}MRML"}
LATER = {f"{NAME}Lib"}
"""Inside functions alone: the library imports numpy and scipy, which slows Slicer's start down."""


def main(root: Path = ROOT) -> int:
    """Check a checkout, name each broken rule, and return the exit status."""
    broken = [sentence for rule in RULES for sentence in rule(root)]
    for sentence in broken:
        sys.stderr.write(f"Extensions Index: {sentence}\n")
    return int(bool(broken))


def entry_rules(root: Path) -> Iterator[str]:
    """The catalog entry: its fields, its form, its category and the name of the repository."""
    text = (root / f"{NAME}.json").read_text(encoding="utf-8")
    entry = json.loads(text)
    if text != json.dumps(entry, indent=2, sort_keys=True) + "\n":
        yield f"{NAME}.json is not in canonical form (sorted keys, two blanks)."
    for field in sorted(REQUIRED - set(entry)):
        yield f"{NAME}.json lacks the field {field!r}."
    for field in sorted(set(entry) - ALLOWED):
        yield f"{NAME}.json has a field {field!r} that the schema does not know."
    if SCHEMA_FILE not in entry.get("$schema", ""):
        yield f"{NAME}.json does not name the schema {SCHEMA_FILE}."
    if entry.get("category") not in ACCEPTED_CATEGORIES:
        yield f"The category must be one of {', '.join(ACCEPTED_CATEGORIES)}."
    if not re.fullmatch(r"https://\S+/Slicer[-_]?\w+(\.git)?", entry.get("scm_url", "")):
        yield "The repository must have an https address and a name that starts with Slicer."


def cmake_rules(root: Path) -> Iterator[str]:
    """The top CMakeLists.txt: project, texts without a semicolon, commands, dependencies."""
    cmake = (root / "CMakeLists.txt").read_text(encoding="utf-8")
    if f"project({NAME})" not in cmake or NAME.startswith("Slicer"):
        yield f"The project must be called {NAME}, as its entry, and not start with Slicer."
    texts = dict(re.findall(r'(?m)^set\(EXTENSION_(\w+) "([^"]*)"\)', cmake))
    for name in CMAKE_TEXTS:
        if not texts.get(name):
            yield f"CMakeLists.txt lacks EXTENSION_{name}."
        elif ";" in texts[name]:
            yield f"EXTENSION_{name} holds a semicolon, which cuts it."
    for command in CMAKE_COMMANDS:
        if command not in cmake:
            yield f"CMakeLists.txt lacks {command}."
    entry = json.loads((root / f"{NAME}.json").read_text(encoding="utf-8"))
    if texts.get("DEPENDS") != (" ".join(entry.get("build_dependencies", [])) or "NA"):
        yield "EXTENSION_DEPENDS and build_dependencies differ."
    addresses = f"{texts.get('ICONURL', '')} {texts.get('SCREENSHOTURLS', '')}".split()
    for address in addresses:
        if not (root / address.partition("/main/")[2]).is_file():
            yield f"There is no picture for {address}."


def module_rules(root: Path) -> Iterator[str]:
    """The module's folder: one module file, a package beside it, imports and no code at its top."""
    files = sorted(path.name for path in (root / NAME).glob("*.py"))
    if files != [f"{NAME}.py"]:
        yield f"Slicer takes every .py of {NAME}/ as a module, found {', '.join(files)}."
    for path in sorted((root / NAME).rglob("*.py")):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            yield from _statement_rules(statement, path.name)


def _statement_rules(statement: ast.stmt, name: str) -> Iterator[str]:
    """No import beyond Python and Slicer, and no call that does something, at file scope."""
    modules: list[str] = []
    if isinstance(statement, ast.Import):
        modules = [alias.name for alias in statement.names]
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        modules = [statement.module or ""]
    for module in {module.partition(".")[0] for module in modules}:
        if module in LATER and name == f"{NAME}.py":
            yield f"{name} imports {module} at file scope."
        elif module not in MAY_IMPORT | LATER | set(sys.stdlib_module_names) | {"numpy"}:
            yield f"{name} imports {module} at file scope, which neither Python nor Slicer has."
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield f"{name} runs {ast.unparse(statement.value)} at file scope."


def readme_rules(root: Path) -> Iterator[str]:
    """What a reviewer looks for, and the license file."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    for what, pattern in README_NEEDS.items():
        if not re.search(pattern, readme):
            yield f"README.md lacks {what}."
    for name in ("LICENSE", "LICENSE-WEIGHTS"):
        if not (root / name).is_file():
            yield f"There is no file {name}."


def size_rules(root: Path) -> Iterator[str]:
    """A full clone: the files, and every object of the history once, however this one stores it."""
    listed = _git(root, "ls-files", "-z")
    if listed is None:
        return
    files = [root / name for name in listed.split("\0") if name]
    size = sum(path.stat().st_size for path in files if path.is_file())
    size += int(_git(root, "rev-list", "--objects", "--disk-usage", "HEAD") or 0)
    if size > MAXIMUM_CLONE_BYTES:
        yield f"A full clone takes {size / 1e6:.0f} MB, more than {MAXIMUM_CLONE_BYTES / 1e6:.0f}."


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where there is no git or no repository, as in an unpacked archive."""
    try:
        done = subprocess.run(
            ("git", "-C", str(root), *arguments), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


RULES: tuple[Callable[[Path], Iterator[str]], ...] = (
    entry_rules,
    cmake_rules,
    module_rules,
    readme_rules,
    size_rules,
)

if __name__ == "__main__":
    sys.exit(main())

"""The workflow on other systems installs what the tests that it runs import."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKFLOW = (ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
OF_THE_PROJECT = {"CMRSegmentationLib", "Testing", "Training", "scripts"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_by_the_workflow() -> set[str]:
    """The distributions that its `pip install` names, those of its extras included."""
    ((extras, others),) = re.findall(r'pip install "\.\[([\w,]+)\]"(.*)', WORKFLOW)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *others.split()]
    for extra in extras.split(","):
        wanted += project["optional-dependencies"][extra]
    return {normal(re.split(r"[<>=\[]", requirement)[0]) for requirement in wanted}


def imported_at_the_top(path: Path) -> set[str]:
    found: set[str] = set()
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in statement.names}
        if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            found.add(statement.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - OF_THE_PROJECT


def test_every_package_that_the_tests_of_the_library_import_is_installed():
    distributions = importlib.metadata.packages_distributions()
    installed = installed_by_the_workflow()
    lost = {
        f"{path.relative_to(ROOT)}: {package}"
        for path in (ROOT / "Testing" / "Lib").rglob("*.py")
        for package in imported_at_the_top(path)
        if not installed & set(map(normal, distributions[package]))
    }
    assert lost == set()

"""Commands, experiments and links that the documents of Training name exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "Training").rglob("*.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_experiment_and_link_of_a_document_exists(path):
    text = path.read_text(encoding="utf-8")
    modules = [
        f"Training/{name.replace('.', '/')}.py"
        for name in re.findall(r"python -m Training\.([\w.]+\w)", text)
    ]
    experiments = re.findall(r"experiments/\w+\.toml", text)
    links = [
        path.parent.relative_to(ROOT) / link
        for link in re.findall(r"\]\((?!https?://)([^)#]+)\)", text)
    ]
    assert [name for name in (*modules, *experiments, *links) if not (ROOT / name).exists()] == []

"""Words that are executed: what README and CONTRIBUTING name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")
}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_is_named_exists(name):
    pairs = re.findall(r"(?m)^make ([a-z-]+)|`make ([a-z-]+)`", DOCUMENTS[name])
    named = {target for pair in pairs for target in pair if target}

    targets = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_local_link_leads_to_a_file(name):
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)|src=\"([^\"]+)\"", DOCUMENTS[name])
    missing = [
        target for pair in links for target in pair if target and not (ROOT / target).exists()
    ]

    assert missing == []


def test_every_file_and_folder_in_backquotes_exists():
    for text in DOCUMENTS.values():
        paths = re.findall(r"`([A-Za-z]\w*/[\w./]*)`", text)
        outside = {"sunnybrook/", "bivme/", "acdc/"}
        paths = [path for path in paths if "NAME" not in path]
        assert [path for path in paths if path not in outside and not (ROOT / path).exists()] == []


def test_every_target_of_make_help_exists():
    offered = re.findall(r'echo "make ([a-z-]+)', MAKEFILE)

    assert offered
    assert set(offered) <= set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))


def test_every_python_program_that_make_starts_exists():
    scripts = re.findall(r"(scripts/\w+\.py)", MAKEFILE)
    modules = re.findall(r"-m ((?:Training|Testing)[\w.]*)", MAKEFILE)

    files = [ROOT / script for script in scripts] + [
        ROOT / (module.replace(".", "/") + ".py") for module in modules
    ]
    assert [path.name for path in files if not path.is_file()] == []


def test_the_license_of_the_weights_names_license_and_citation():
    text = (ROOT / "LICENSE-WEIGHTS").read_text(encoding="utf-8")

    assert "CC BY-NC-SA 4.0" in text
    assert "10.1109/TMI.2018.2837502" in text


def test_the_versions_agree():
    from CMRSegmentationLib import __version__

    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")

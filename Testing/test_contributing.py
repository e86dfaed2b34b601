"""What CONTRIBUTING tells people to do when they add something, done in a scratch copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LONGEST_RECIPE = 8
HEART = """
from Testing.phantoms import beating_heart
stack, labels = beating_heart(frames=4, slices=8, ed_frame=0, es_frame=2)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The code, without models and sample."""
    folder = tmp_path_factory.mktemp("copy")
    for part in ("CMRSegmentationLib", "Training", "Testing"):
        unwanted = shutil.ignore_patterns("__pycache__", "Slicer", "Lib", "Web")
        shutil.copytree(ROOT / part, folder / part, ignore=unwanted)
    return folder


def insert(path: Path, before: str, text: str) -> None:
    """Put text before the first place where `before` stands."""
    content = path.read_text(encoding="utf-8")
    assert before in content, f"{path.name} has no {before!r} any more; renew CONTRIBUTING and test"
    path.write_text(content.replace(before, text + before, 1), encoding="utf-8")


def run(copy: Path, *arguments: str, expected: int = 0) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


def recipes() -> dict[str, str]:
    return dict(re.findall(r"(?m)^### … (.+)\n\n((?:.+\n)+)", CONTRIBUTING))


def test_there_are_five_recipes_of_at_most_eight_lines():
    found = recipes()

    assert set(found) == {"a measure", "a finding", "a data set", "a model", "a view"}
    assert max(len(text.splitlines()) for text in found.values()) <= LONGEST_RECIPE


def test_a_new_measure_is_in_the_report_with_its_unit_and_definition(copy):
    measuring = copy / "CMRSegmentationLib" / "measuring"
    insert(
        measuring / "definitions.py",
        '        Definition("heart_rate"',
        '        Definition("heart_edv", "Both EDVs", "ml", "LV EDV + RV EDV; a source"),\n',
    )
    insert(
        measuring / "measures.py",
        "    if Label.MYO in volumes:\n        mass_g",
        '    if {"lv_edv", "rv_edv"} <= set(values):\n'
        '        values["heart_edv"] = values["lv_edv"] + values["rv_edv"]\n',
    )
    code = HEART + (
        "from CMRSegmentationLib.measuring.measures import measure\n"
        "rows = {m.key: m for m in measure(labels, ed_frame=0, es_frame=2)}\n"
        "row = rows['heart_edv']\n"
        "assert abs(row.value - rows['lv_edv'].value - rows['rv_edv'].value) < 1e-9\n"
        "print(row.unit, row.definition, row.name)\n"
        "from Training.reporting.validation import measures_table\n"
        "assert '`heart_edv`' in measures_table().to_markdown()\n"
    )

    assert "ml LV EDV + RV EDV; a source Both EDVs" in run(copy, "-c", code)


def test_a_new_finding_is_among_those_of_a_heart_that_deserves_it(copy):
    insert(
        copy / "CMRSegmentationLib" / "findings.py",
        "    # The contours, judged",
        '    MASS_SMALL = "mass_small"\n\n',
    )
    insert(
        copy / "CMRSegmentationLib" / "sentences.py",
        "    # The contours, judged",
        '    "mass_small": "There are only {mass_g:.0f} g of myocardium.",\n',
    )
    insert(
        copy / "CMRSegmentationLib" / "measuring" / "stack_rules.py",
        "    strokes_ml = []",
        "    if heart.volume_ml(Label.MYO)[heart.ed] < 1e6:\n"
        "        code = FindingCode.MASS_SMALL\n"
        "        yield Finding.of(code, Severity.INFO, Origin.CHECK, {'mass_g': 12.3})\n",
    )
    code = HEART + (
        "from CMRSegmentationLib.measuring.quality import check_quality\n"
        "print([f.message for f in check_quality(labels, ed_frame=0, es_frame=2)])\n"
    )

    assert "There are only 12 g of myocardium." in run(copy, "-c", code)


def test_a_new_data_set_is_prepared(copy, tmp_path):
    (copy / "Training" / "datasets" / "ours.py").write_text(
        "from Testing.phantoms import beating_heart\n"
        "from CMRSegmentationLib.image import View\n"
        "from Training.datasets.examination import Examination, LabeledPhase\n\n\n"
        "def load():\n"
        "    stack, labels = beating_heart(frames=2, slices=4, ed_frame=0, es_frame=1)\n"
        "    return tuple(\n"
        "        LabeledPhase(name, t, stack.array[t], labels.array[t], stack.geometry)\n"
        '        for t, name in enumerate(("ED", "ES"))\n'
        "    )\n\n\n"
        "def read(raw):\n"
        '    return [Examination("p1", "ours", "Philips", View.SAX, load)]\n',
        encoding="utf-8",
    )
    prepare = copy / "Training" / "prepare.py"
    insert(prepare, "from Training.datasets.examination", "from Training.datasets import ours\n")
    insert(prepare, '    "sunnybrook": sunnybrook.read,', '    "ours": ours.read,\n')
    insert(copy / "Training" / "export.py", '    "sunnybrook": "CC0",', '    "ours": "CC0",\n')

    cache = tmp_path / "cache"
    command = ("-m", "Training.prepare", "ours", "--raw", str(tmp_path), "--cache", str(cache))
    assert "1 examinations of ours" in run(copy, *command)
    assert len(list(cache.rglob("*.npz"))) == 1


def test_a_new_model_is_found_by_name_and_by_view_in_alphabetical_order(copy):
    models = copy / "Resources" / "Models"
    for name in ("sax", "a_new_one"):
        shutil.copytree(ROOT / "Testing" / "phantom_model", models / name)

    code = (
        "from CMRSegmentationLib.image import View\n"
        "from CMRSegmentationLib.segmenting.model import find_model\n"
        "print(find_model('sax', View.SAX).name, find_model(None, View.SAX).name)\n"
    )
    assert run(copy, "-c", code).split() == ["sax", "a_new_one"]


def test_a_new_view_is_offered_and_says_that_no_model_serves_it(copy, tmp_path):
    insert(
        copy / "CMRSegmentationLib" / "image.py",
        '    LAX_2C = "lax_2c"',
        '    RVOT = "rvot"\n',
    )
    code = HEART + (
        "import SimpleITK as sitk\n"
        f"sitk.WriteImage(sitk.GetImageFromArray(stack.array[0]), {str(tmp_path / 'a.nrrd')!r})\n"
    )
    run(copy, "-c", code)

    segment = ("-m", "CMRSegmentationLib", "segment", str(tmp_path / "a.nrrd"))
    output = run(copy, *segment, "-o", str(tmp_path / "out"), "--view", "rvot", expected=1)
    assert "serves the view rvot" in output or "not rvot" in output

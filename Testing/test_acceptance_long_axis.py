"""The bundled long-axis model on the whole examination of bivme, through the command line.

The model learned from these very planes, so nothing there is a measure of its accuracy on other
people: the model card has that, from runs that never saw the view or the person they were tested
    on. What is held is what must never happen.
Of people it never learned from, planes cut from short-axis stacks are here, and it is held to them.
"""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import nibabel
import numpy as np
import pytest
from scipy import ndimage

from CMRSegmentationLib.__main__ import main
from CMRSegmentationLib.image import CineStack, Label, View
from CMRSegmentationLib.reporting import results
from CMRSegmentationLib.segmenting.model import MODELS_FOLDER, ModelBundle, load_bundle
from Testing.real_data import data_folder, unpack
from Training.datasets import acdc_lax, sunnybrook
from Training.datasets.examination import UNKNOWN
from Training.datasets.reformatting import LabeledStack
from Training.evaluate import evaluate, segmenter_of
from Training.samples.cache import read_cache, write_examination

PLANES = ("lax_4c", "lax_3c", "lax_2c")
MEGABYTE = 1024**2
HELD_OUT = {f"patient{number:03d}" for number in range(10, 101, 10)}


@pytest.fixture(scope="module")
def bundle() -> ModelBundle:
    if not (MODELS_FOLDER / "lax" / "model.json").is_file():
        pytest.skip("the bundled long-axis model is not there")
    return load_bundle(MODELS_FOLDER / "lax")


@pytest.fixture(scope="module")
def study(bundle, tmp_path_factory) -> Path:
    """The results of the whole examination."""
    folder = tmp_path_factory.mktemp("bivme")
    raw = unpack("bivme/dicoms.tar.xz", folder) / "dicoms" / "patient1"
    before, picture = signal.getsignal(signal.SIGTERM), results.write_overview
    results.write_overview = lambda path, *_: Path(path).write_bytes(b"picture")
    try:
        assert main(["segment", str(raw), "-o", str(folder / "out"), "--device", "cpu"]) == 0
    finally:
        results.write_overview = picture
        signal.signal(signal.SIGTERM, before)
    return folder / "out" / "patient1"


@pytest.fixture(scope="module")
def reports(study) -> dict[str, tuple[dict, np.ndarray]]:
    """View → report and (T, Z, Y, X) labels."""
    found = {}
    for path in study.glob("*/report.json"):
        report = json.loads(path.read_text(encoding="utf-8"))
        labels = np.asarray(nibabel.load(path.with_name("labels.nii.gz")).dataobj)
        found[report["input"]["view"]] = report, labels.transpose(3, 2, 1, 0)
    return found


def measure(report: dict, key: str) -> float:
    return next(one["value"] for one in report["measures"] if one["key"] == key)


def test_the_model_serves_three_views_in_8_megabytes_and_says_what_it_is(bundle):
    assert set(bundle.views) == {View(name) for name in PLANES}
    assert bundle.weights_path.stat().st_size <= 8 * MEGABYTE
    assert "one person" in bundle.caution


def test_the_short_axis_and_each_long_axis_plane_have_their_report_and_no_other_plane_has(reports):
    assert set(reports) == {"sax", *PLANES}
    assert {view: report["model"]["name"] for view, (report, _) in reports.items()} == {
        "sax": "sax", **dict.fromkeys(PLANES, "lax"),
    }  # fmt: skip


@pytest.mark.parametrize("view", PLANES)
def test_every_frame_is_one_heart_without_an_island(view, reports):
    for frame, labels in enumerate(reports[view][1][:, 0]):
        assert ndimage.label(labels > 0)[1] == 1, frame
        for label in (Label.LV, Label.MYO):
            assert ndimage.label(labels == label, np.ones((3, 3)))[1] == 1, (frame, label)


def test_two_chambers_have_no_right_ventricle_and_four_have_one_in_every_frame(reports):
    assert not (reports["lax_2c"][1] == Label.RV).any()
    assert (reports["lax_4c"][1] == Label.RV).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize("view", PLANES)
def test_every_long_axis_report_says_that_it_is_experimental(view, reports):
    assert "model_experimental" in {finding["code"] for finding in reports[view][0]["findings"]}


@pytest.mark.parametrize("view", ["lax_4c", "lax_2c"])
def test_ejection_fraction_and_the_motion_of_the_valves_are_those_of_a_healthy_heart(view, reports):
    report = reports[view][0]
    assert 45.0 <= measure(report, "lv_ef_area_length") <= 80.0
    assert 6.0 <= measure(report, "lv_mapse") <= 20.0


def test_one_table_holds_all_views_and_long_and_short_axis_agree(study):
    with (study / "study.csv").open(newline="", encoding="utf-8") as file:
        rows = {(row["cine"], row["key"]): row for row in csv.DictReader(file)}
    assert {row["view"] for row in rows.values()} == {"sax", *PLANES, ""}
    assert abs(float(rows["combined", "lv_ef_lax_minus_sax"]["value"])) <= 10.0
    assert 40.0 <= float(rows["combined", "lv_ef_biplane"]["value"]) <= 75.0


@pytest.fixture(scope="module")
def cut_planes_dice(bundle, tmp_path_factory) -> dict[tuple[str, str], float]:
    """(view, structure) → mean Dice on cut planes of the 10 held-out patients of ACDC."""
    cache = tmp_path_factory.mktemp("cache")
    for examination in acdc_lax.read(data_folder("acdc/training") / "acdc"):
        if examination.patient in HELD_OUT:
            write_examination(examination, cache)
    with segmenter_of(MODELS_FOLDER / "lax", device="cpu") as (segment, _):
        rows = [row for row in evaluate(segment, read_cache(cache)) if row.level == "all"]
    keys = {(row.view, row.structure) for row in rows}
    return {
        key: float(np.mean([row.dice for row in rows if (row.view, row.structure) == key]))
        for key in keys
    }


@pytest.mark.parametrize(
    ("view", "structure", "bar"),
    [
        ("lax_4c", "LV", 0.93),
        ("lax_4c", "MYO", 0.80),
        ("lax_4c", "RV", 0.75),
        ("lax_2c", "LV", 0.92),
        ("lax_2c", "MYO", 0.74),
    ],
)
def test_planes_cut_from_people_never_trained_on_reach_the_bar(
    view, structure, bar, cut_planes_dice
):
    assert cut_planes_dice[view, structure] >= bar


def pool_dice(labels: np.ndarray, drawn: np.ndarray) -> float:
    """Dice of the blood pool where somebody labeled."""
    ours, theirs = (labels == Label.LV) & (drawn != UNKNOWN), drawn == Label.LV
    return float(2 * (ours & theirs).sum() / (ours.sum() + theirs.sum()))


@pytest.fixture(scope="module")
def pool_dice_on_ge(bundle) -> list[float]:
    """Of four planes through the axis of the three held-out patients of Sunnybrook."""
    raw = data_folder("sunnybrook_contours") / "sunnybrook_contours"
    phases = [
        phase
        for e in sunnybrook.read(raw)
        if e.patient in sunnybrook.HELD_OUT_NAMES
        for phase in e.load()
    ]
    planes = [
        LabeledStack(phase).cut(angle) for phase in phases for angle in np.deg2rad([0, 45, 90, 135])
    ]
    with segmenter_of(MODELS_FOLDER / "lax", device="cpu") as (segment, _):
        found = [
            segment(CineStack(plane.image[None], plane.geometry), View.LAX_4C)[0]
            for plane in planes
        ]
    return [pool_dice(labels, plane.labels) for labels, plane in zip(found, planes, strict=True)]


def test_so_do_planes_of_a_vendor_whose_long_axis_it_never_learned(pool_dice_on_ge):
    assert len(pool_dice_on_ge) == 24
    assert np.mean(pool_dice_on_ge) >= 0.93
    assert min(pool_dice_on_ge) >= 0.85

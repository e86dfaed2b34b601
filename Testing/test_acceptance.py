"""The bundled model and the whole product on real patients that it never learned from.

Needs the model in `Resources/Models/sax`; the patients are those of `real_data.py`. Each test skips
where what it needs is absent.
"""

from __future__ import annotations

import csv
import json
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from CMRSegmentationLib.__main__ import main
from CMRSegmentationLib.image import CineStack, Geometry
from CMRSegmentationLib.pipeline import Prediction, segment_cine
from CMRSegmentationLib.reading.files import read_cine
from CMRSegmentationLib.reporting import results
from CMRSegmentationLib.segmenting.model import MODELS_FOLDER, ModelBundle, load_bundle
from Testing.real_data import SAMPLE, data_folder, unpack
from Training.evaluate_cines import score_cine

HELD_OUT = [f"patient{number:03d}" for number in range(10, 101, 10)]
SUNNYBROOK = ["SCD0000101", "SCD0000201", "SCD0000301"]
ACDC_OF = {"lv": 3, "myo": 2, "rv": 1}
OURS = {"lv": 1, "myo": 2, "rv": 3}


@pytest.fixture(scope="module")
def bundle() -> ModelBundle:
    if not (MODELS_FOLDER / "sax" / "model.json").is_file():
        pytest.skip("the bundled model is not there")
    return load_bundle(MODELS_FOLDER / "sax")


@pytest.fixture(scope="module")
def stack() -> CineStack:
    return read_cine(SAMPLE)


@pytest.fixture(scope="module")
def prediction(stack, bundle) -> Prediction:
    return segment_cine(stack, bundle, device="cpu")


@pytest.fixture(autouse=True)
def own_signals_and_no_picture(monkeypatch):
    """`main` handles SIGTERM; pictures take a second each and are tested elsewhere."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(
        results, "write_overview", lambda path, *_: Path(path).write_bytes(b"picture")
    )
    yield
    signal.signal(signal.SIGTERM, before)


def segment(out: Path, *arguments: object) -> int:
    return main(
        ["segment", *map(str, arguments), "-o", str(out), "--model", "sax", "--device", "cpu"]
    )


def read_report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def acdc_dice(bundle, tmp_path_factory) -> dict[str, float]:
    """Mean Dice of both phases by structure, on the ten patients held out of every training run."""
    out = tmp_path_factory.mktemp("acdc")
    training = data_folder("acdc") / "acdc" / "training"
    images = [
        path
        for name in HELD_OUT
        for path in sorted((training / name).glob(f"{name}_frame??.nii.gz"))
    ]
    assert len(images) == 20
    assert segment(out, *images) == 0
    scores: dict[str, list[float]] = {name: [] for name in OURS}
    for path in images:
        image = nibabel.load(path)
        labels = nibabel.load(out / path.name.removesuffix(".nii.gz") / "labels.nii.gz")
        assert labels.shape == image.shape
        np.testing.assert_array_equal(labels.affine, image.affine)
        assert labels.header.get_zooms() == image.header.get_zooms()
        expert = np.asarray(nibabel.load(str(path).replace(".nii.gz", "_gt.nii.gz")).dataobj)
        found = np.asarray(labels.dataobj)
        for name, values in scores.items():
            one, other = found == OURS[name], expert == ACDC_OF[name]
            values.append(2 * (one & other).sum() / (one.sum() + other.sum()))
    return {name: float(np.mean(values)) for name, values in scores.items()}


class TestAcdc:
    """Siemens, Dijon: held-out patients at end-diastole and end-systole."""

    def test_the_left_ventricle_reaches_the_bar(self, acdc_dice):
        assert acdc_dice["lv"] >= 0.95

    def test_the_myocardium_reaches_the_bar(self, acdc_dice):
        assert acdc_dice["myo"] >= 0.907

    def test_the_right_ventricle_reaches_the_bar(self, acdc_dice):
        assert acdc_dice["rv"] >= 0.922

    def test_no_structure_falls_behind_what_the_model_card_says(self, acdc_dice, bundle):
        card = bundle.accuracy["acdc (Siemens)"]["mean_dice"]
        for name, dice in acdc_dice.items():
            assert dice == pytest.approx(
                np.mean([card[f"{name.upper()} {phase}"] for phase in ("ED", "ES")]), abs=0.005
            )


@pytest.mark.parametrize("patient", SUNNYBROOK)
class TestSunnybrook:
    """GE, Toronto: whole cines from their DICOM folders, against expert contours of the LV."""

    def test_dice_phases_and_ejection_fraction_reach_the_bar(self, patient, bundle, tmp_path):
        contours = data_folder(f"sunnybrook/{patient}") / "sunnybrook" / patient
        unpack(f"sunnybrook/{patient}.dicom.tar.xz", tmp_path)
        shutil.copytree(contours, tmp_path / patient, dirs_exist_ok=True)
        score = score_cine(tmp_path / patient, bundle, device="cpu")
        assert (score.ed_dice + score.es_dice) / 2 >= 0.92, score
        assert abs(score.ef_percent - score.expert_ef_percent) <= 4.0, score
        assert max(score.ed_frames_off, score.es_frames_off) <= 1, score


class TestExamination:
    """Siemens, Vida: six short-axis series of one slice each and five long-axis planes."""

    def test_the_short_axis_is_one_cine_and_its_ejection_fraction_is_possible(
        self, bundle, tmp_path
    ):
        study = unpack("bivme/dicoms.tar.xz", tmp_path) / "dicoms" / "patient1"
        assert segment(tmp_path / "out", study) == 0
        with (tmp_path / "out" / "summary.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        (done,) = (row for row in rows if row["status"] == "done")
        assert {row["status"] for row in rows} == {"done", "skipped"}
        report = read_report(tmp_path / "out" / done["folder"])
        assert report["input"]["view"] == "sax"
        assert report["input"]["shape_tzyx"][:2] == [25, 6]
        assert 30.0 <= float(done["lv_ef"]) <= 75.0


class TestSample:
    """The bundled public-domain cine."""

    @pytest.fixture
    def expert(self) -> dict:
        return json.loads(SAMPLE.with_name("CMR-cine-Sunnybrook.json").read_text(encoding="utf-8"))

    def test_the_ejection_fraction_is_that_of_the_expert(self, prediction, expert):
        assert abs(prediction.report.value("lv_ef") - expert["lv_ef_percent"]) <= 4.0

    def test_both_phases_are_those_of_the_expert(self, prediction, expert, stack):
        for found, frame in (
            (prediction.ed_frame, expert["ed_frame"]),
            (prediction.es_frame, expert["es_frame"]),
        ):
            assert min((found - frame) % stack.frames, (frame - found) % stack.frames) <= 1

    def test_the_command_gives_the_same_labels_twice_on_the_samples_grid(self, bundle, tmp_path):
        for name in ("one", "two"):
            assert segment(tmp_path / name, SAMPLE, "--frames", "0,7") == 0
        one, two = (
            tmp_path / name / "CMR-cine-Sunnybrook" / "labels.nii.gz" for name in ("one", "two")
        )
        assert one.read_bytes() == two.read_bytes()
        image, labels = nibabel.load(SAMPLE), nibabel.load(one)
        assert labels.shape == image.shape
        np.testing.assert_array_equal(labels.affine, image.affine)

    @pytest.mark.parametrize(
        "change", ["transposed", "mirrored", "slices reversed", "phases rotated"]
    )
    def test_volumes_stay_within_2_percent_when_the_stack_is(
        self, change, stack, bundle, prediction
    ):
        changed = segment_cine(changed_cine(stack, change), bundle, device="cpu")
        for key in ("lv_edv", "lv_esv", "lv_mass", "rv_edv", "rv_esv"):
            assert changed.report.value(key) == pytest.approx(
                prediction.report.value(key), rel=0.02
            ), key


def changed_cine(stack: CineStack, change: str) -> CineStack:
    """The same voxels at the same places, stored in another order; or begun at another phase."""
    if change == "phases rotated":
        return replace(stack, array=np.roll(stack.array, 5, axis=0))
    matrix, (slices, _, columns) = stack.geometry.ijk_to_ras.copy(), stack.geometry.shape_zyx
    if change == "transposed":
        array = stack.array.swapaxes(2, 3)
        matrix[:, [0, 1]] = matrix[:, [1, 0]]
    elif change == "mirrored":
        array = stack.array[..., ::-1]
        matrix[:3, 3] += (columns - 1) * matrix[:3, 0]
        matrix[:3, 0] *= -1
    else:
        array = stack.array[:, ::-1]
        matrix[:3, 3] += (slices - 1) * matrix[:3, 2]
        matrix[:3, 2] *= -1
    return replace(stack, array=array, geometry=Geometry(array.shape[1:], matrix))

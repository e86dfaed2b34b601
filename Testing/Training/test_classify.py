import csv
from dataclasses import replace

import numpy as np
import pytest

from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Testing.Training.tiny_run import tiny_run
from Training.classify import ClassificationError, main, make_task
from Training.samples.cache import read_cache


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Six patients whose heart beats ("NOR") and six whose does not ("DCM")."""
    patients = []
    for i in range(12):
        beats = i % 2 == 0
        phantom = HeartPhantom(
            2, 5, 40, 48, (10.0, 3.2 + 0.02 * i, 2.9), es_frame=1 if beats else 0
        )
        one = phantom_patient(f"P{i:02d}", pathology="NOR" if beats else "DCM", phantom=phantom)
        patients.append(replace(one, es_frame=1))
    return write_cache(tmp_path_factory.mktemp("cache"), *patients)


def test_hearts_that_do_not_beat_are_found_by_their_measures(cache, tmp_path):
    arguments = ["--cache", str(cache), "--out", str(tmp_path), "--folds", "3"]
    assert main(["pathology", *arguments]) == 0
    with (tmp_path / "predictions.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24  # two methods
    assert len({row["patient"] for row in rows}) == 12
    assert np.mean([row["true"] == row["predicted"] for row in rows]) > 0.9
    page = (tmp_path / "classification.html").read_text(encoding="utf-8")
    assert "Research only" in page
    assert "Loss of accuracy when a measure is shuffled" in page


def test_every_patient_is_tested_on_in_one_fold(cache):
    task = make_task(read_cache(cache), "pathology", 3)
    counts = sum(part.astype(int) for part in task.parts())
    assert counts.tolist() == [1] * 12
    assert task.classes == ("DCM", "NOR")


def test_a_single_class_or_too_few_patients_are_refused(cache):
    with pytest.raises(ClassificationError, match="two classes of vendor at least"):
        make_task(read_cache(cache), "vendor", 3)
    with pytest.raises(ClassificationError, match="found 6 of DCM"):
        make_task(read_cache(cache), "pathology", 7)


def test_a_probe_is_told_which_vendor_is_missing(tmp_path, capsys):
    run, cache = tiny_run(tmp_path)
    assert main(["probe", str(run), "--cache", str(cache), "--out", str(tmp_path / "out")]) == 1
    assert "Expected images of the same two vendors" in capsys.readouterr().err


def test_a_vendor_cannot_be_told_by_its_patients_having_no_labels(tmp_path, capsys):
    """Crops lie about the heart that is drawn; without one, about the middle of the image."""
    siemens = [phantom_patient(f"S{i}") for i in range(2)]
    ge = [phantom_patient(f"G{i}", "GE", annotated=()) for i in range(2)]
    cache = write_cache(tmp_path / "cache", *siemens, *ge)
    arguments = ["--by", "images", "--folds", "2", "--cache", str(cache), "--device", "cpu"]
    assert main(["vendor", *arguments, "--out", str(tmp_path / "out")]) == 1
    assert "two classes of vendor at least, found Siemens" in capsys.readouterr().err


def test_data_sets_that_share_patients_are_not_divided_into_folds(tmp_path):
    both = [phantom_patient(f"P{i}", dataset=d) for d in ("mnms", "mnms2") for i in range(2)]
    examinations = read_cache(write_cache(tmp_path, *both))
    with pytest.raises(ClassificationError, match="Name one of them in --datasets"):
        make_task(examinations, "vendor", 2)


def test_a_single_fold_is_refused(cache):
    with pytest.raises(ClassificationError, match="--folds of 2 or more, found 1"):
        make_task(read_cache(cache), "pathology", 1)

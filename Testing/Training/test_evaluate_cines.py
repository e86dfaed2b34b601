"""Scores of whole cines, on phantoms written as the Sunnybrook data are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from CMRSegmentationLib.segmenting.model import load_bundle
from Testing.bundles import PHANTOM_MODEL
from Testing.phantoms import beating_heart
from Testing.sunnybrook_phantoms import write_patient
from Training.evaluate_cines import main, score_cine


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stack, labels = beating_heart(slices=7, ed_frame=19, es_frame=6)
    return write_patient(tmp_path_factory.mktemp("cines") / "patient", stack, labels, (19, 6))


def test_a_phantom_cine_scores_well_and_its_phases_are_found(patient: Path) -> None:
    score = score_cine(patient, load_bundle(PHANTOM_MODEL), device="cpu")
    assert score.ed_dice > 0.9
    assert score.es_dice > 0.85
    assert score.ed_frames_off <= 1
    assert score.es_frames_off <= 1
    assert score.ef_percent == pytest.approx(score.expert_ef_percent, abs=5)


def test_the_command_writes_one_row_for_each_patient(patient: Path, tmp_path: Path) -> None:
    assert (
        main([str(PHANTOM_MODEL), str(patient), "--out", str(tmp_path / "out"), "--device", "cpu"])
        == 0
    )
    with (tmp_path / "out" / "cines.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["patient"] for row in rows] == ["patient"]
    assert float(rows[0]["ed_stack_dice"]) <= float(rows[0]["ed_dice"]) + 1e-9


def test_a_patient_with_one_contoured_phase_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack, labels = beating_heart(slices=5, ed_frame=19, es_frame=6)
    folder = write_patient(tmp_path / "patient", stack, labels, (19,))
    assert (
        main([str(PHANTOM_MODEL), str(folder), "--out", str(tmp_path / "out"), "--device", "cpu"])
        == 1
    )
    assert "two phases" in capsys.readouterr().err

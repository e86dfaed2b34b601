import json
import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from CMRSegmentationLib.image import LabelMap, View
from CMRSegmentationLib.trust.redrawing import redraw
from CMRSegmentationLib.trust.redrawing_network import (
    RedrawingConfig,
    RedrawingNetwork,
    load_redrawing,
    save_redrawing,
)
from Testing.Training.cached_phantoms import TINY, phantom_patient, single_slice, write_cache
from Testing.Training.tiny_run import tiny_run
from Training.evaluate import (
    EvaluationError,
    evaluate,
    main,
    patients_of,
    segmenter_of,
    warn_of_patients_trained_on,
    warn_of_unlabeled,
)
from Training.export import export
from Training.learning.config import DataConfig
from Training.samples.cache import read_cache
from Training.scoring.results import read_results


@pytest.fixture(scope="module")
def run_and_cache(tmp_path_factory):
    return tiny_run(tmp_path_factory.mktemp("tiny"))


def test_the_experts_own_labels_score_a_dice_of_1(tmp_path):
    examinations = read_cache(write_cache(tmp_path, phantom_patient("P1")))
    rows = evaluate(
        lambda stack, view: TINY.labels.array[:1] if stack.array[0].sum() else None, examinations
    )
    ed = [row for row in rows if row.phase == "ED" and row.level == "all"]
    assert [(row.structure, row.dice, row.hd_mm) for row in ed] == [
        (s, 1.0, 0.0) for s in ("LV", "MYO", "RV")
    ]


def test_a_run_is_scored_on_the_patients_it_held_out(run_and_cache, tmp_path):
    run, cache = run_and_cache
    assert main([str(run), "--cache", str(cache), "--out", str(tmp_path), "--device", "cpu"]) == 0
    rows = read_results(tmp_path / "results.csv")
    assert {(row.patient, row.vendor) for row in rows} == {("P2", "Siemens"), ("P3", "GE")}
    assert {row.phase for row in rows} == {"ED", "ES"}
    tables = (tmp_path / "tables.md").read_text(encoding="utf-8")
    assert "RV_ED_DC" in tables
    assert {"Dice by vendor", "recall by vendor", "HD95 (mm) by vendor"} <= {
        t.strip("*") for t in tables.splitlines()
    }
    assert json.loads((tmp_path / "evaluation.json").read_text())["threads"] >= 1


def test_predictions_are_kept_as_an_autoencoder_redraws_them(run_and_cache, tmp_path):
    run, cache = run_and_cache
    torch.manual_seed(4)
    save_redrawing(RedrawingNetwork(RedrawingConfig()), tmp_path / "redraw.pt")
    arguments = [str(run), "--cache", str(cache), "--out", str(tmp_path), "--device", "cpu"]
    assert main([*arguments, "--save", "--redrawn", str(tmp_path / "redraw.pt")]) == 0
    predicted, again = (read_cache(tmp_path / name) for name in ("predictions", "redrawn"))
    assert [e.patient for e in predicted] == [e.patient for e in again] == ["P2", "P3"]
    network = load_redrawing(tmp_path / "redraw.pt")
    phase, other = predicted[0].phases[0], again[0].phases[0]
    expected = redraw(LabelMap(phase.labels[None], phase.geometry), network).array[0]
    assert (other.labels == expected).all()
    assert (other.labels != phase.labels).any()


def test_a_long_axis_run_is_trained_and_scored_by_the_same_code(tmp_path):
    planes = [
        replace(phantom_patient(f"P{i}", view=View.LAX_4C), load=single_slice) for i in range(4)
    ]
    write_cache(tmp_path / "cache", *planes)
    run, cache = tiny_run(tmp_path, view=View.LAX_4C)
    assert (
        main([str(run), "--cache", str(cache), "--out", str(tmp_path / "out"), "--device", "cpu"])
        == 0
    )
    rows = read_results(tmp_path / "out" / "results.csv")
    assert {(row.patient, row.view, row.level) for row in rows} == {
        ("P2", "lax_4c", "all"),
        ("P3", "lax_4c", "all"),
    }
    assert all(math.isnan(row.true_ml) for row in rows)


def test_groups_of_a_run(run_and_cache):
    run, _ = run_and_cache
    assert patients_of(run, "validation") == {"P1"}
    assert patients_of(run, "test") == {"P2", "P3"}
    assert patients_of(run, "train") == {"P0"}


def test_a_vendor_that_is_left_out_is_tested_on_whole_but_not_held_out_by_name(tmp_path):
    run, _ = tiny_run(
        tmp_path, data=DataConfig(("phantoms",), ("P1",), ("P2",), left_out_vendors=("GE",))
    )
    assert patients_of(run, "test") == {"P2", "P3"}
    assert patients_of(run, "held_out") == {"P2"}


def test_scores_of_patients_that_were_trained_on_are_called_no_test(run_and_cache, caplog):
    run, cache = run_and_cache
    examinations = read_cache(cache)
    warn_of_patients_trained_on(run, [e for e in examinations if e.patient != "P0"])
    assert caplog.text == ""
    warn_of_patients_trained_on(run, examinations)
    assert "1 of the patients were trained on, P0 for one" in caplog.text


def test_so_are_those_that_the_models_before_the_run_were_trained_on(tmp_path, caplog):
    rows = [{"dataset": "phantoms", "patient": name} for name in ("P0", "P1", "P2")]
    environment = {"examinations": {"train": rows[:1]}, "learned_before": rows[:2]}
    (tmp_path / "run.json").write_text(json.dumps(environment))
    scored = [SimpleNamespace(**row) for row in rows]
    warn_of_patients_trained_on(tmp_path, scored[2:])
    assert caplog.text == ""
    warn_of_patients_trained_on(tmp_path, scored)
    assert "1 of the patients were trained on, P0 for one" in caplog.text
    assert "1 of the patients were trained on by the models that the run went on" in caplog.text
    assert "P1 for one" in caplog.text


def test_a_bundle_says_that_it_learned_from_patients_of_a_data_set(run_and_cache, tmp_path, caplog):
    run, cache = run_and_cache
    bundle = export(run, "own", checkpoint="last", results=None, title="", models=tmp_path)
    warn_of_patients_trained_on(bundle.folder, read_cache(cache))
    assert "learned from patients of phantoms. On those of them, this is no test" in caplog.text
    caplog.clear()
    elsewhere = [replace(e, dataset="elsewhere") for e in read_cache(cache)]
    warn_of_patients_trained_on(bundle.folder, elsewhere)
    assert caplog.text == ""


@pytest.mark.parametrize(("trained", "tested"), [("mnms", "mnms2"), ("mnms2", "mnms")])
def test_m_and_ms_is_no_clean_test_of_m_and_ms_2(trained, tested, tmp_path, caplog):
    row = {"dataset": trained, "patient": "A0S9V9"}
    (tmp_path / "run.json").write_text(json.dumps({"examinations": {"train": [row]}}))
    warn_of_patients_trained_on(tmp_path, [SimpleNamespace(dataset=tested, patient="001")])
    assert "no clean test of the other" in caplog.text


def test_a_model_without_its_run_needs_the_patients_named(run_and_cache, tmp_path):
    with pytest.raises(EvaluationError, match="name them with --patients"):
        patients_of(tmp_path, "test")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--patients", "P9"], "Expected patient P9"), (["--checkpoint", "best"], "damaged")],
)
def test_what_is_missing_is_named(arguments, message, run_and_cache, tmp_path, capsys):
    run, cache = run_and_cache
    best = run / "best.pt"
    content = best.read_bytes()
    best.write_bytes(b"")
    try:
        assert (
            main(
                [
                    str(run),
                    "--cache",
                    str(cache),
                    "--out",
                    str(tmp_path),
                    "--device",
                    "cpu",
                    *arguments,
                ]
            )
            == 1
        )
    finally:
        best.write_bytes(content)
    assert message in capsys.readouterr().err


def test_a_folder_that_is_neither_run_nor_model_is_refused(tmp_path):
    with (
        pytest.raises(EvaluationError, match="run folder or a model folder"),
        segmenter_of(tmp_path),
    ):
        pass


def test_patients_without_labels_of_experts_are_named_and_not_scored(tmp_path, capsys, caplog):
    run, cache = tiny_run(tmp_path)
    write_cache(cache, phantom_patient("U1", annotated=()))
    arguments = [str(run), "--cache", str(cache), "--device", "cpu", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--patients", "U1", "P2"]) == 0
    assert "1 of the patients have no labels of experts, U1 for one" in caplog.text
    assert {row.patient for row in read_results(tmp_path / "out" / "results.csv")} == {"P2"}
    arguments[-1] = str(tmp_path / "nobody")
    assert main([*arguments, "--patients", "U1", "--save"]) == 1
    assert "found none of U1" in capsys.readouterr().err
    assert not (tmp_path / "nobody").exists()


def test_a_view_that_the_model_does_not_serve_is_refused(run_and_cache, tmp_path, capsys):
    run, cache = run_and_cache
    arguments = [str(run), "--cache", str(cache), "--out", str(tmp_path), "--device", "cpu"]
    assert main([*arguments, "--views", "lax_2c"]) == 1
    assert "that the model serves, sax, found lax_2c" in capsys.readouterr().err


def test_a_patient_with_labels_of_another_view_is_not_called_unlabeled(tmp_path, caplog):
    cache = write_cache(
        tmp_path,
        phantom_patient("P1"),
        phantom_patient("P1", annotated=(), view=View.LAX_4C),
        phantom_patient("U1", annotated=()),
    )
    warn_of_unlabeled(read_cache(cache))
    assert "1 of the patients have no labels of experts, U1 for one" in caplog.text

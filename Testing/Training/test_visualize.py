from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from CMRSegmentationLib.image import FOREGROUND, Label, LabelMap
from CMRSegmentationLib.reading.files import write_labels
from Testing.phantoms import HeartPhantom, oblique_geometry
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Testing.Training.raw_datasets import write_nifti
from Testing.Training.scoring.test_results import ROW
from Testing.Training.tiny_run import tiny_run
from Training import visualize
from Training.evaluate import EvaluationError
from Training.samples import slices
from Training.samples.cache import read_cache
from Training.scoring.results import write_results
from Training.visualize import main, worst_cases, write_predictions

PHANTOM = HeartPhantom(frames=2, slices=4, rows=64, columns=72, es_frame=1)


@pytest.fixture
def cache(tmp_path):
    patients = (
        phantom_patient(p, v, dataset="phantom", phantom=PHANTOM)
        for p, v in (("p1", "GE"), ("p2", "Siemens"))
    )
    return write_cache(tmp_path / "cache", *patients)


def row(patient, dice, dataset="phantom", **changes):
    return replace(ROW, dataset=dataset, patient=patient, dice=dice, **changes)


def test_the_worst_cases_of_each_view_and_phase_come_first():
    rows = [
        row("a", 0.9), row("a", 0.1, structure="RV"), row("b", 0.6), row("c", 0.3),
        row("c", 0.2, phase="ES"), row("b", 0.0, level="apex"), row("a", 0.7, view="lax_4c"),
    ]  # fmt: skip
    assert worst_cases(rows, 2) == {
        ("sax", "ED"): [("phantom", "c", "sax", "ED"), ("phantom", "a", "sax", "ED")],
        ("sax", "ES"): [("phantom", "c", "sax", "ES")],
        ("lax_4c", "ED"): [("phantom", "a", "lax_4c", "ED")],
    }


def test_a_sheet_is_written_for_each_phase_from_the_model_s_own_labels(cache, tmp_path):
    asked = []

    def segment(examination, phase):
        asked.append((examination.patient, phase.name))
        return np.zeros_like(phase.labels)

    rows = [row("p1", 0.5), row("p2", 0.4), row("p2", 0.3, phase="ES")]
    paths = write_predictions(segment, rows, read_cache(cache), 5, tmp_path / "sheets")
    assert [path.name for path in paths] == ["sax_ES.png", "sax_ED.png"]
    assert asked == [("p2", "ES"), ("p2", "ED"), ("p1", "ED")]
    assert all(path.stat().st_size > 1000 for path in paths)


@pytest.mark.parametrize("architecture", ["unet", "attention_unet"])
def test_the_worst_predictions_of_a_run_of_any_network_are_drawn(architecture, tmp_path):
    run, cache = tiny_run(tmp_path, architecture=architecture)
    write_results([row("P2", 0.5, dataset="phantoms")], tmp_path / "results.csv")
    arguments = [
        "--results",
        str(tmp_path / "results.csv"),
        "--cache",
        str(cache),
        "--device",
        "cpu",
    ]
    assert main(["predictions", str(run), *arguments, "--out", str(tmp_path / "sheets")]) == 0
    assert [path.name for path in (tmp_path / "sheets").iterdir()] == ["sax_ED.png"]


def test_results_of_other_patients_than_the_cache_are_refused_by_name(cache, tmp_path):
    with pytest.raises(EvaluationError, match="phantom/stranger/sax/ED"):
        write_predictions(
            lambda e, p: p.labels, [row("stranger", 0.5)], read_cache(cache), 5, tmp_path
        )


def test_the_statistics_of_a_cache_are_written_as_markdown_and_html(cache, tmp_path):
    assert main(["statistics", "--cache", str(cache), "--out", str(tmp_path / "out")]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "statistics.md",
        "statistics.html",
        "figures",
    }
    text = (tmp_path / "out" / "statistics.md").read_text(encoding="utf-8")
    assert "| phantom | GE | sax | 1 | 1 | 4 | 64 | 72 | 10.0 |" in text


def test_a_cine_with_contours_becomes_a_gif(tmp_path):
    cine, labels = PHANTOM.cine, PHANTOM.labels
    source = write_nifti(
        tmp_path / "cine.nii.gz", cine.array.transpose(3, 2, 1, 0), cine.geometry.ijk_to_ras
    )
    write_labels(tmp_path / "labels.nii.gz", LabelMap(labels.array, labels.geometry))
    out = tmp_path / "cine.gif"
    assert (
        main(["cine", str(source), "--labels", str(tmp_path / "labels.nii.gz"), "--out", str(out)])
        == 0
    )
    with Image.open(out) as image:
        assert image.n_frames == 2


def test_labels_of_another_grid_end_with_a_sentence_and_status_1(tmp_path, capsys):
    cine = PHANTOM.cine
    source = write_nifti(
        tmp_path / "cine.nii.gz", cine.array.transpose(3, 2, 1, 0), cine.geometry.ijk_to_ras
    )
    other = LabelMap(np.full((1, 2, 8, 9), Label.LV), oblique_geometry((2, 8, 9)))
    write_labels(tmp_path / "labels.nii.gz", other)
    arguments = [
        "cine",
        str(source),
        "--labels",
        str(tmp_path / "labels.nii.gz"),
        "--out",
        str(tmp_path / "x.gif"),
    ]
    assert main(arguments) == 1
    assert "its labels are" in capsys.readouterr().err
    assert not (tmp_path / "x.gif").exists()


def test_preprocessing_is_shown_for_the_first_patient_of_each_vendor_or_for_those_named(
    cache, tmp_path
):
    assert main(["preprocessing", "--cache", str(cache), "--out", str(tmp_path / "all")]) == 0
    assert {path.name for path in (tmp_path / "all").iterdir()} == {
        "phantom_p1_sax.png",
        "phantom_p2_sax.png",
    }
    assert (
        main(
            [
                "preprocessing",
                "--cache",
                str(cache),
                "--out",
                str(tmp_path / "one"),
                "--patients",
                "p2",
            ]
        )
        == 0
    )
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["phantom_p2_sax.png"]


def test_augmentation_is_shown_with_the_settings_of_an_experiment(cache, tmp_path):
    experiment = tmp_path / "small.toml"
    experiment.write_text(
        "[data]\ndatasets = ['phantom']\nvalidation = ['p1']\n[sampling]\ncrops = [[32, 2]]\n"
    )
    out = tmp_path / "sheet.png"
    assert (
        main(
            [
                "augmentation",
                str(experiment),
                "--cache",
                str(cache),
                "--out",
                str(out),
                "--count",
                "1",
            ]
        )
        == 0
    )
    with Image.open(out) as image:
        assert image.width > image.height


@pytest.mark.parametrize("command", ["augmentation", "transformations"])
def test_patients_that_are_left_out_are_shown_by_no_picture_of_the_training(
    command, cache, tmp_path, monkeypatch
):
    experiment = tmp_path / "small.toml"
    experiment.write_text(
        "[data]\ndatasets = ['phantom']\nvalidation = ['p1']\nheld_out = ['p2']\n"
        "[sampling]\ncrops = [[32, 2]]\n"
    )
    write_cache(cache, phantom_patient("p3", dataset="phantom", phantom=PHANTOM))
    shown = []
    original = slices.training_slice

    def training_slice(examination, phase, z):
        shown.append(examination.patient)
        return original(examination, phase, z)

    for module in (slices, visualize):
        monkeypatch.setattr(module, "training_slice", training_slice)
    arguments = ["--cache", str(cache), "--out", str(tmp_path / "sheet.png")]
    assert main([command, str(experiment), *arguments]) == 0
    assert set(shown) == {"p3"}


@pytest.mark.parametrize("command", ["statistics", "preprocessing"])
def test_a_missing_cache_ends_with_a_sentence_and_status_1(tmp_path, capsys, command):
    assert main([command, "--cache", str(tmp_path / "none"), "--out", str(tmp_path)]) == 1
    assert "Training.prepare" in capsys.readouterr().err


def test_the_annotated_structures_of_a_phantom_survive_the_cache(cache):
    assert {e.annotated for e in read_cache(cache)} == {FOREGROUND}


def test_a_patient_that_is_not_there_is_named(cache, tmp_path, capsys):
    arguments = ["--cache", str(cache), "--out", str(tmp_path / "out"), "--patients", "p1", "p9"]
    assert main(["preprocessing", *arguments]) == 1
    assert "Expected patient p9 in the cache" in capsys.readouterr().err


def test_no_case_at_all_is_wrong_usage(cache, tmp_path, capsys):
    arguments = ["run", "--results", "results.csv", "--cache", str(cache), "--out", str(tmp_path)]
    with pytest.raises(SystemExit):
        main(["predictions", *arguments, "--count", "0"])
    assert "expected a number of 1 or more, found '0'" in capsys.readouterr().err

import csv
from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FOREGROUND, Label, View
from CMRSegmentationLib.reading.study import NamedCine, Study
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Testing.Training.tiny_run import tiny_run
from Training import pseudo_label as label
from Training.pseudo_label import (
    complete,
    confidence_of,
    examinations_of_images,
    main,
    pseudo_label,
)
from Training.samples.cache import read_cache


@pytest.fixture(scope="module")
def examination(tmp_path_factory):
    return read_cache(write_cache(tmp_path_factory.mktemp("cache"), phantom_patient("P0")))[0]


def shifted(examination, by):
    """A segmenter that knows the labels of ED and gives them, moved by so many rows."""

    def segment(stack, view):
        for phase in examination.phases:
            if np.array_equal(stack.array[0], phase.image.astype(np.float32)):
                return np.roll(phase.labels, by, axis=1)[None]
        raise AssertionError("Expected a phase of the examination.")

    return segment


def test_two_segmentations_that_agree_are_sure():
    labels = np.zeros((1, 4, 4), np.uint8)
    labels[0, 0] = 1
    assert confidence_of(labels, labels, View.SAX) == 1.0
    half = labels.copy()
    half[0, 0, :2] = 0  # 2 of 4 pixels: Dice 4/6; the two other structures are empty in both
    assert confidence_of(labels, half, View.SAX) == pytest.approx((4 / 6 + 2) / 3)
    assert confidence_of(labels * 0, labels * 0, View.SAX) == 0.0


def test_a_sure_examination_becomes_one_of_another_data_set(examination):
    segment = shifted(examination, 0)
    bare = replace(examination, annotated=())
    labeled, rows = pseudo_label(segment, segment, bare, 0.9)
    assert labeled.dataset == "phantoms_pseudo"
    assert labeled.annotated == FOREGROUND
    assert np.array_equal(labeled.phases[0].labels, examination.phases[0].labels)
    assert {row.confidence for row in rows} == {1.0}


def test_phases_whose_segmentations_disagree_are_left_out(examination):
    labeled, rows = pseudo_label(shifted(examination, 0), shifted(examination, 9), examination, 0.9)
    assert labeled is None
    assert not any(row.kept for row in rows)


def test_the_command_writes_a_cache_and_says_what_it_kept(tmp_path, capsys):
    run, _ = tiny_run(tmp_path)
    cache = write_cache(tmp_path / "new", replace(phantom_patient("U0"), annotated=()))
    out = tmp_path / "pseudo"
    arguments = [str(run), "--cache", str(cache), "--out", str(out), "--device", "cpu"]
    assert main([*arguments, "--confidence", "0"]) == 0
    with (out / "pseudo_labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["phase"] for row in rows] == ["ED", "ES"]
    (written,) = read_cache(out, ["phantoms_pseudo"])
    assert (written.dataset, written.patient) == ("phantoms_pseudo", "U0")


def test_a_cache_without_unlabeled_examinations_is_refused(tmp_path, capsys):
    run, cache = tiny_run(tmp_path)
    assert main([str(run), "--cache", str(cache), "--out", str(tmp_path / "out")]) == 1
    assert "Expected unlabeled examinations" in capsys.readouterr().err


def drawn_in_part(examination):
    """The examination as if experts had drawn the blood pool of the LV alone."""
    phases = tuple(
        replace(p, labels=np.where(p.labels == Label.LV, p.labels, 0).astype(np.uint8))
        for p in examination.phases
    )
    return replace(examination, annotated=(Label.LV,), phases=phases)


def test_an_examination_drawn_in_part_is_completed(examination):
    segment = shifted(examination, 0)
    completed, rows = complete(segment, segment, drawn_in_part(examination), 0.9)
    assert (completed.dataset, completed.annotated) == ("phantoms_pseudo", FOREGROUND)
    for phase, truth, row in zip(completed.phases, examination.phases, rows, strict=True):
        drawn = (truth.labels == Label.LV).any(axis=(1, 2))
        assert np.array_equal(phase.labels[drawn], truth.labels[drawn])
        assert row.confidence == pytest.approx(drawn.mean())


def test_an_examination_is_left_out_where_the_network_misses_the_experts(examination):
    segment = shifted(examination, 9)
    completed, rows = complete(segment, segment, drawn_in_part(examination), 0.9)
    assert completed is None
    assert {(row.confidence, row.kept) for row in rows} == {(0.0, False)}


def test_the_command_completes_only_what_was_drawn_in_part(tmp_path, capsys):
    run, _ = tiny_run(tmp_path)
    in_part = phantom_patient("P1", annotated=(Label.LV,))
    cache = write_cache(tmp_path / "new", phantom_patient("P0"), in_part)
    out = tmp_path / "pseudo"
    arguments = [str(run), "--cache", str(cache), "--out", str(out), "--device", "cpu"]
    assert main([*arguments, "--complete", "--confidence", "0"]) == 0
    (written,) = read_cache(out, ["phantoms_pseudo"])
    assert (written.patient, written.annotated) == ("P1", FOREGROUND)


def test_completing_needs_examinations_drawn_in_part(tmp_path, capsys):
    run, cache = tiny_run(tmp_path)
    arguments = [str(run), "--cache", str(cache), "--out", str(tmp_path / "out"), "--complete"]
    assert main(arguments) == 1
    assert "drew some structures and not all" in capsys.readouterr().err


def test_images_cannot_be_completed(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["run", "--images", "cine.nii", "--out", str(tmp_path), "--complete"])
    assert "images have no labels of experts" in capsys.readouterr().err


def write_cine(path, name="cine.nii.gz"):
    path.mkdir()
    cine = HeartPhantom(frames=2, slices=3, rows=40, columns=48).cine.array
    nib.Nifti1Image(cine.T, np.diag([3.2, 3.4, 10.0, 1.0])).to_filename(path / name)
    return path / name


def test_images_that_would_be_written_over_each_other_are_refused(tmp_path, capsys):
    run, _ = tiny_run(tmp_path)
    images = [str(write_cine(tmp_path / patient)) for patient in ("P1", "P2")]
    arguments = [str(run), "--out", str(tmp_path / "out"), "--device", "cpu", "--images"]
    assert main([*arguments, *images]) != 0
    assert "would both be written to cine" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_each_image_has_its_whole_name_in_the_cache(tmp_path):
    images = [write_cine(tmp_path / day, f"P1.{day}.nii.gz") for day in ("first", "second")]
    found = list(examinations_of_images(images, View.SAX, 1))
    assert [e.patient for e in found] == ["P1.first_0", "P1.second_0"]


def test_of_a_study_only_cines_of_the_view_are_labeled(monkeypatch):
    """A four-chamber plane that is labeled as a short axis would be learned from as one."""
    stack = HeartPhantom(frames=2).cine
    unknown = Finding.of(
        FindingCode.VIEW_UNKNOWN,
        Severity.WARNING,
        Origin.READER,
        {"phrase": "view_unknown.tilted", "degrees": 20.0},
    )
    cines = (
        NamedCine("sax", replace(stack, view=View.SAX, vendor="Siemens Healthineers")),
        NamedCine("four", replace(stack, view=View.LAX_4C)),
        NamedCine("other", replace(stack, view=None, findings=(unknown,))),
        NamedCine("file", replace(stack, view=None, vendor="United Imaging")),
    )
    monkeypatch.setattr(label, "read_input", lambda path: Study(cines, (), ()))
    found = list(examinations_of_images([Path("study")], View.SAX, 1))
    assert [(e.patient, e.vendor) for e in found] == [
        ("study_0", "Siemens"),
        ("study_3", "United Imaging"),
    ]


def test_a_study_without_a_cine_of_the_view_is_an_error(tmp_path, monkeypatch, capsys):
    run, _ = tiny_run(tmp_path)
    four = NamedCine("four", replace(HeartPhantom(frames=2).cine, view=View.LAX_4C))
    monkeypatch.setattr(label, "read_input", lambda path: Study((four,), (), ()))
    arguments = [str(run), "--images", "study", "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main(arguments) == 1
    assert "Expected a cine of the view sax among --images, found none" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

"""What the user knows of the patient and chose of the phases."""

from __future__ import annotations

import math

import pytest

from CMRSegmentationLib.patient import ChosenPhases, Patient


def test_nothing_is_given_by_default():
    assert Patient() == Patient(heart_rate_bpm=None, height_cm=None, weight_kg=None)
    assert ChosenPhases().frames == ()


def test_180_cm_and_80_kg_are_2_square_metres():
    assert Patient(height_cm=180, weight_kg=80).body_surface_area_m2 == pytest.approx(2.0)


def test_height_or_weight_alone_gives_no_body_surface_area():
    assert Patient(height_cm=180).body_surface_area_m2 is None
    assert Patient(weight_kg=80).body_surface_area_m2 is None


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"height_cm": 1.75, "weight_kg": 80}, "height of 30 to 250 cm, found 1.75"),
        ({"height_cm": 175, "weight_kg": 0}, "weight of 1 to 400 kg, found 0"),
        ({"heart_rate_bpm": 0}, "heart rate of 20 to 250 beats a minute, found 0"),
        ({"heart_rate_bpm": math.nan}, "heart rate"),
    ],
)
def test_an_impossible_number_is_refused_by_name(numbers: dict[str, float], words: str):
    with pytest.raises(ValueError, match=words):
        Patient(**numbers)


def test_one_frame_cannot_be_both_phases():
    with pytest.raises(ValueError, match="Phase 5 was chosen as end-diastole and as end-systole"):
        ChosenPhases(4, 4)


@pytest.mark.parametrize("chosen", [ChosenPhases(ed=6), ChosenPhases(es=-1)])
def test_a_frame_that_the_cine_does_not_have_is_refused(chosen: ChosenPhases):
    with pytest.raises(ValueError, match=r"frames from 0 to 5, found (6|-1)"):
        chosen.require_within(6)


def test_frames_of_the_cine_are_accepted():
    chosen = ChosenPhases(ed=5, es=0)
    chosen.require_within(6)
    assert chosen.frames == (5, 0)

import math

import pytest

from Training.adaptation.strength import Strength


def strength(**changes):
    return Strength(**{"maximum": 0.4, "ramp": 0.5, "needed": 0.7, "chance": 0.5} | changes)


def test_it_is_0_until_held_out_patients_are_told_apart():
    waiting = strength()
    assert waiting.at(0.9) == 0.0
    waiting.answer(0.69, 0.2)
    assert (waiting.opened_at, waiting.at(0.9)) == (None, 0.0)
    waiting.answer(0.7, 0.4)
    assert waiting.opened_at == 0.4
    assert waiting.at(0.4) == 0.0


def test_it_then_rises_as_in_ganin_over_the_ramp():
    opened = strength()
    opened.answer(0.9, 0.25)
    # A quarter of the run after opening is half of the ramp.
    assert opened.at(0.5) == pytest.approx(0.4 * (2 / (1 + math.exp(-5)) - 1))
    full = 0.4 * (2 / (1 + math.exp(-10)) - 1)
    assert opened.at(0.75) == pytest.approx(full)
    assert opened.at(1.0) == pytest.approx(full)


def test_the_accuracy_of_the_warm_up_is_the_highest_until_it_opens():
    opening = strength()
    for accuracy in (0.62, 0.58, 0.75, 0.9):
        opening.answer(accuracy, 0.1)
    assert opening.warm_up_accuracy == 0.75


@pytest.mark.parametrize(("accuracy", "share"), [(0.6, 0.5), (0.5, 0.0), (0.4, 0.0), (0.95, 1.0)])
def test_it_eases_off_while_the_predictor_is_confused(accuracy, share):
    opened = strength(ramp=0.0)
    opened.answer(0.8, 0.1)
    opened.answer(accuracy, 0.5)
    full = 0.4 * (2 / (1 + math.exp(-10)) - 1)
    assert opened.at(0.6) == pytest.approx(full * share)
    assert opened.opened_at == 0.1


def test_what_is_saved_restores_it():
    opened = strength()
    opened.answer(0.75, 0.1)
    assert Strength(**opened.to_dict()) == opened

import math

import pytest

from CMRSegmentationLib.image import View
from CMRSegmentationWeb.choices import Choices, model_names
from CMRSegmentationWeb.refusals import RefusedError

ALL = {
    "model": "sax",
    "device": "cpu",
    "view": "sax",
    "ed": 1,
    "es": 4,
    "heart_rate": 64.0,
    "height_cm": 175.0,
    "weight_kg": 70.0,
}


class TestChoices:
    def test_nothing_chosen_is_automatic(self):
        assert Choices.from_json({}) == Choices()
        assert Choices().arguments() == ["--device", "auto"]

    def test_they_survive_a_round_trip(self):
        choices = Choices.from_json(ALL)
        assert choices.view is View.SAX
        assert choices.as_json() == ALL
        assert Choices.from_json(choices.as_json()) == choices

    def test_they_are_said_to_the_command_line(self):
        text = " ".join(Choices.from_json(ALL).arguments())
        assert text == (
            "--model sax --device cpu --view sax --ed 1 --es 4 --heart-rate 64.0 "
            "--height-cm 175.0 --weight-kg 70.0"
        )

    def test_the_bundled_models_can_be_chosen(self):
        assert {"sax", "lax"} <= set(model_names())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"model": "/etc"},
            {"model": ["sax"]},
            {"device": "--debug"},
            {"view": "coronal"},
            {"ed": 1, "es": 1},
            {"ed": -1},
            {"ed": True},
            {"ed": 1.5},
            {"heart_rate": 5},
            {"heart_rate": "64"},
            {"height_cm": math.nan},
            {"weight_kg": math.inf},
            {"out": "/x"},
        ],
    )
    def test_what_is_wrong_is_refused(self, wrong):
        with pytest.raises(RefusedError, match=r"Expected|chosen"):
            Choices.from_json(wrong)

    @pytest.mark.parametrize("wrong", [None, [], "x", 3])
    def test_anything_but_an_object_is_refused(self, wrong):
        with pytest.raises(RefusedError):
            Choices.from_json(wrong)

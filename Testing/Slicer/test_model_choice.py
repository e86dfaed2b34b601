"""The list of models follows the view, and what the chosen model asks to be careful of is seen."""

from types import SimpleNamespace

import pytest
import slicer
from CMRSegmentationMRML.choices import CineView
from CMRSegmentationMRML.model_choice import ModelChoice

from .conftest import MODULE_FOLDER, add_model

CAUTION = "Experimental: learned from one person."


class Chosen:
    """A panel with two models, the one for the long axis with a caution, and its parameters."""

    def __init__(self, folder):
        self.top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
        self.ui = slicer.util.childWidgetVariables(self.top)
        self.ui.advancedCollapsibleButton.collapsed = False
        self.parameters = SimpleNamespace(model="", view=CineView.AUTOMATIC)
        self.choice = ModelChoice(self.ui, lambda: folder)

    def titles(self):
        combo = self.ui.modelComboBox
        return [combo.itemText(index) for index in range(combo.count)]

    def cautions(self):
        labels = (self.ui.modelCautionLabel, self.ui.cautionLabel)
        assert all(label.isHidden() == (label.text == "") for label in labels)
        return [label.text for label in labels]


@pytest.fixture
def chosen(tmp_path):
    add_model(tmp_path, "lax", ["lax_2c", "lax_3c", "lax_4c"], CAUTION)
    add_model(tmp_path, "sax", ["sax"])
    return Chosen(tmp_path)


def test_models_for_the_view_of_the_cine_come_first(chosen, cine):
    chosen.choice.show(chosen.parameters, cine)
    assert chosen.titles() == ["Automatic", "The sax model", "The lax model"]
    cine.sequence.SetAttribute("CMR.View", "lax_3c")
    chosen.choice.show(chosen.parameters, cine)
    assert chosen.titles() == ["Automatic", "The lax model", "The sax model"]


def test_the_automatic_model_for_the_long_axis_shows_its_caution(chosen, cine):
    cine.sequence.SetAttribute("CMR.View", "lax_4c")
    chosen.choice.show(chosen.parameters, cine)
    assert chosen.cautions() == [CAUTION, f"The lax model\n{CAUTION}"]


def test_a_model_without_a_caution_shows_none(chosen, cine):
    chosen.choice.show(chosen.parameters, cine)
    assert chosen.cautions() == ["", ""]


def test_choosing_a_model_is_kept_and_shows_its_caution_at_once(chosen, cine):
    chosen.choice.show(chosen.parameters, cine)
    chosen.ui.modelComboBox.setCurrentIndex(2)
    assert chosen.parameters.model == "lax"
    assert chosen.cautions()[0] == CAUTION
    chosen.ui.modelComboBox.setCurrentIndex(0)
    assert chosen.parameters.model == ""
    assert chosen.cautions() == ["", ""]


def test_another_view_lists_the_models_anew(chosen, cine):
    chosen.choice.show(chosen.parameters, cine)
    chosen.parameters.view = CineView.TWO_CHAMBER
    chosen.choice.parameters_changed()
    assert chosen.titles()[1] == "The lax model"
    assert chosen.cautions()[0] == CAUTION


def test_a_choice_that_was_kept_is_shown_again(chosen, cine):
    chosen.parameters.model = "lax"
    chosen.choice.show(chosen.parameters, cine)
    assert chosen.ui.modelComboBox.currentText == "The lax model"


def test_without_a_cine_there_is_no_caution(chosen):
    chosen.parameters.view = CineView.TWO_CHAMBER
    chosen.choice.show(chosen.parameters, None)
    assert chosen.cautions() == ["", ""]


def test_without_parameters_the_list_is_empty(chosen, cine):
    chosen.choice.show(None, cine)
    assert chosen.titles() == ["Automatic"]
    chosen.ui.modelComboBox.setCurrentIndex(-1)
    assert chosen.parameters.model == ""

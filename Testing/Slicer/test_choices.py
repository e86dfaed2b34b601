"""What the user can choose: labels for the panel, names for saved scenes."""

import pytest
from CMRSegmentationMRML.choices import CineView, Device, EarlierResult, Phases

from CMRSegmentationLib.image import View


@pytest.mark.parametrize("choices", [CineView, Device, Phases, EarlierResult])
def test_every_choice_has_a_label_of_its_own(choices):
    labels = [choice.label() for choice in choices]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_the_names_are_those_that_saved_scenes_hold():
    names = [choice.name for choices in (Phases, Device, EarlierResult) for choice in choices]
    assert names == ["ALL", "ED_AND_ES", "CURRENT", "AUTOMATIC", "GPU", "CPU", "REPLACE", "KEEP"]


def test_the_views_are_those_of_the_library():
    assert {choice.value for choice in CineView} == {"auto", *View}

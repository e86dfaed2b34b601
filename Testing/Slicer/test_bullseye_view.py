"""The bullseye: what it draws, and where a click lands."""

import time

import pytest
import qt
import slicer
from CMRSegmentationMRML.bullseye_view import PIXELS, PRESS_S, BullseyeView, quantities
from PySide6 import QtCore, QtTest

from CMRSegmentationLib.reporting.bullseye import SECTORS

VALUES = {number: float(number) for number in range(1, 17)}
THICKNESS = quantities()[0]


@pytest.fixture
def view():
    view = qt.QGraphicsView()
    view.resize(320, 300)
    view.show()
    yield view
    view.close()


def written(view):
    texts = [item for item in view.scene().items() if hasattr(item, "text")]
    return {item.text() for item in texts}


def test_each_segment_is_drawn_with_its_value_and_the_walls_are_named(view):
    BullseyeView(view, lambda _number: None).show(VALUES, THICKNESS)
    walls = {"anterior", "inferior", "septal", "lateral"}
    assert written(view) == {f"{number}.0" for number in VALUES} | walls


def test_a_segment_without_a_value_has_no_number_and_says_so(view):
    BullseyeView(view, lambda _number: None).show({1: 9.0}, THICKNESS)
    assert "9.0" in written(view)
    assert len(written(view)) == 5
    tips = [item.toolTip() for item in view.scene().items() if item.toolTip()]
    assert "2 basal anteroseptal: not measured" in tips
    assert "1 basal anterior: 9.0 mm. Click to go there." in tips


def test_a_value_that_rounds_to_nothing_has_no_minus_sign(view):
    thickening = quantities()[2]
    BullseyeView(view, lambda _number: None).show({1: -0.4, 2: -0.6}, thickening)
    assert {"0", "-1"} < written(view)
    assert "-0" not in written(view)
    tips = [item.toolTip() for item in view.scene().items() if item.toolTip()]
    assert "1 basal anterior: 0 %. Click to go there." in tips


@pytest.mark.parametrize("sector", SECTORS[::3], ids=lambda sector: str(sector.number))
def test_a_click_in_the_middle_of_a_sector_is_one_on_its_segment(view, sector):
    clicked = []
    bullseye = BullseyeView(view, clicked.append)
    bullseye.show(VALUES, THICKNESS)
    slicer.app.processEvents()
    x, y = sector.middle
    place = view.mapFromScene(QtCore.QPointF(x * PIXELS, -y * PIXELS))
    for _ in range(2):
        time.sleep(1.1 * PRESS_S)
        QtTest.QTest.mouseClick(view.viewport(), QtCore.Qt.LeftButton, QtCore.Qt.NoModifier, place)
    assert clicked == [sector.number] * 2


def test_a_click_beside_it_is_none(view):
    clicked = []
    bullseye = BullseyeView(view, clicked.append)
    bullseye.show(VALUES, THICKNESS)
    place = view.mapFromScene(QtCore.QPointF(-3.2 * PIXELS, -3.2 * PIXELS))
    QtTest.QTest.mouseClick(view.viewport(), QtCore.Qt.LeftButton, QtCore.Qt.NoModifier, place)
    assert clicked == []


def test_it_can_be_cleared_and_drawn_again(view):
    bullseye = BullseyeView(view, lambda _number: None)
    bullseye.show(VALUES, THICKNESS)
    bullseye.clear()
    assert written(view) == set()
    bullseye.show(VALUES, THICKNESS)
    assert len(written(view)) == 20

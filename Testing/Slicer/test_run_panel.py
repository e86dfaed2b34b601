"""Apply, Cancel, progress and log, with a run that the test plays."""

import pytest
import slicer
from CMRSegmentationMRML.child_messages import Message
from CMRSegmentationMRML.run_panel import RunPanel
from CMRSegmentationMRML.settings import RunSettings

from .conftest import MODULE_FOLDER


class PlayedRun:
    """Runs until it is canceled."""

    running = True

    def cancel(self):
        self.running = False


class Panel:
    """A run panel whose runs are played; keeps what it was asked and told."""

    def __init__(self):
        self.top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
        self.ui = slicer.util.childWidgetVariables(self.top)
        self.started, self.done, self.problem = [], [], None
        self.told_not_done = 0
        self.panel = RunPanel(
            self.ui, self.start, lambda: RunSettings(device="cpu"), self.done.append, self.not_done
        )

    def not_done(self):
        self.told_not_done += 1

    def start(self, cine, settings, events):
        if self.problem is not None:
            raise self.problem
        self.run, self.events = PlayedRun(), events
        self.started.append((cine, settings.device))
        return self.run


@pytest.fixture
def played(cine):
    played = Panel()
    played.panel.set_cine(cine, "")
    return played


def test_apply_starts_a_run_for_the_cine_with_the_settings(played, cine):
    played.ui.applyButton.click()
    assert played.started == [(cine, "cpu")]
    assert played.panel.running
    assert not played.ui.progressBar.isHidden()


def test_without_a_cine_the_tooltip_says_what_is_missing(played):
    played.panel.set_cine(None, "Choose a cine.")
    assert not played.ui.applyButton.enabled
    assert played.ui.applyButton.toolTip == "Choose a cine."


def test_cancel_can_be_pressed_even_if_the_cine_is_gone(played):
    played.ui.applyButton.click()
    played.panel.set_cine(None, "Choose a cine.")
    assert (played.ui.applyButton.text, played.ui.applyButton.enabled) == ("Cancel", True)
    played.ui.applyButton.click()
    assert not played.run.running


def test_progress_is_a_bar_and_a_phrase(played):
    played.ui.applyButton.click()
    played.events.progress(Message("infer", 6, 25, 6))
    assert (played.ui.progressBar.value, played.ui.progressBar.maximum) == (6, 25)
    assert played.ui.statusLabel.text == "Segmenting, phase 7 of 25"


def test_a_stage_without_a_count_has_a_busy_bar(played):
    played.ui.applyButton.click()
    played.events.progress(Message("localize", 0, 1, 0))
    assert played.ui.progressBar.maximum == 0


def test_the_result_is_passed_on(played):
    played.ui.applyButton.click()
    played.events.done("sequence")
    assert played.done == ["sequence"]
    assert (played.ui.applyButton.text, played.ui.statusLabel.text) == ("Apply", "Done.")


def test_a_failure_is_shown_and_logged(played):
    played.ui.applyButton.click()
    played.events.log("details")
    played.events.failed("No heart.")
    assert played.ui.statusLabel.text == "No heart."
    assert played.ui.logText.toPlainText() == "details\nNo heart."
    assert played.told_not_done == 1
    assert not played.panel.running


@pytest.mark.parametrize(
    "problem",
    [OSError("No space left on device"), ValueError("No grid."), RuntimeError("No torch.")],
)
def test_a_run_that_cannot_start_is_one_sentence(played, problem):
    played.problem = problem
    played.ui.applyButton.click()
    assert played.ui.statusLabel.text == str(problem)
    assert played.ui.applyButton.text == "Apply"


def test_a_new_run_starts_with_an_empty_log(played):
    played.panel.log("old")
    played.ui.applyButton.click()
    assert played.ui.logText.toPlainText() == ""

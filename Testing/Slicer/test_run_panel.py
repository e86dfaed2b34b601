"""Apply, Cancel, progress and log, with a run that the test plays."""

import dataclasses

import pytest
import slicer
from CMRSegmentationMRML import examination, results, segmentations, sequences
from CMRSegmentationMRML.child_messages import Message
from CMRSegmentationMRML.examination import Group
from CMRSegmentationMRML.log_panel import LogPanel
from CMRSegmentationMRML.run_panel import RunPanel
from CMRSegmentationMRML.settings import RunSettings
from CMRSegmentationMRML.torch_setup import TorchUnavailableError

from CMRSegmentationLib.reporting.report import InputSummary, make_report

from .conftest import MODULE_FOLDER


class PlayedRun:
    """Runs until it is canceled."""

    running = True
    results, failures, kept = (), (), ()

    def cancel(self):
        self.running = False


class Panel:
    """A run panel whose runs are played; keeps what it was asked and told."""

    def __init__(self):
        self.top = slicer.util.loadUI(str(MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"))
        self.ui = slicer.util.childWidgetVariables(self.top)
        self.started, self.done, self.problem = [], [], None
        self.told_not_done = 0
        self.log = LogPanel(self.ui)
        self.panel = RunPanel(
            self.ui, self.log, self.start, self.orders, self.done.append, self.not_done
        )

    @staticmethod
    def orders(cines):
        return [(cine, RunSettings(device="cpu")) for cine in cines]

    def not_done(self):
        self.told_not_done += 1

    def start(self, orders, events):
        if self.problem is not None:
            raise self.problem
        self.run, self.events = PlayedRun(), events
        self.started.append([(cine, settings.device) for cine, settings in orders])
        return self.run


@pytest.fixture
def played(cine):
    played = Panel()
    played.panel.set_cine(cine, "")
    return played


def test_apply_starts_a_run_for_the_cine_with_the_settings(played, cine):
    played.ui.applyButton.click()
    assert played.started == [[(cine, "cpu")]]
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
    assert played.told_not_done == 1


def test_progress_is_a_bar_and_a_phrase(played):
    played.ui.applyButton.click()
    played.events.progress(Message("infer", 6, 25, 6))
    assert (played.ui.progressBar.value, played.ui.progressBar.maximum) == (6, 25)
    assert played.ui.statusLabel.text == "Segmenting, phase 7 of 25"


def test_a_stage_without_a_count_has_a_busy_bar(played):
    played.ui.applyButton.click()
    played.events.progress(Message("localize", 0, 1, 0))
    assert played.ui.progressBar.maximum == 0


def segmented(cine, phantom):
    """A segmentation with the report of a run on a GPU."""
    sequence = segmentations.add_segmentation(cine, phantom.labels, range(4))
    report = make_report(phantom.labels, InputSummary.of(phantom.cine))
    seconds = {"read": 0.52, "infer": 3.08}
    results.keep_report(sequence, dataclasses.replace(report, device="cuda", seconds=seconds))
    return sequence


def test_the_result_is_passed_on(played, cine, phantom):
    played.ui.applyButton.click()
    played.run.results = (segmented(cine, phantom),)
    played.events.done(played.run.results[0])
    assert played.done == [played.run]
    assert (played.ui.applyButton.text, played.ui.statusLabel.text) == ("Apply", "Done.")


def test_what_is_to_be_told_is_shown_and_logged(played):
    played.panel.say("Cleared.")
    played.panel.say("")
    assert played.ui.statusLabel.text == "Cleared."
    assert played.ui.logText.toPlainText().endswith("Cleared.")


def test_a_failure_is_shown_and_logged(played):
    played.ui.applyButton.click()
    played.events.log("details")
    played.events.failed("No heart.")
    assert played.ui.statusLabel.text == "No heart."
    assert played.ui.logText.toPlainText().endswith("details\nNo heart.")
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


def test_a_new_run_starts_its_log_with_the_versions(played):
    played.log.add("old")
    played.ui.applyButton.click()
    (line,) = played.ui.logText.toPlainText().splitlines()
    assert line.startswith("CMRSegmentation ")
    assert "numpy" in line


def test_the_log_of_a_run_that_is_done_has_device_and_seconds(played, cine, phantom):
    played.ui.applyButton.click()
    played.run.results = (segmented(cine, phantom),)
    played.events.done(played.run.results[0])
    log = played.ui.logText.toPlainText()
    assert "Heart segmentation: device cuda, model none" in log
    assert "read 0.5 s, infer 3.1 s; 3.6 s in all" in log


def test_segment_all_is_there_for_two_cines_and_takes_both(played, cine, phantom):
    assert played.ui.allButton.isHidden()
    other = sequences.add_cine(phantom.cine, "Other")
    played.panel.set_groups(examination.groups())
    assert not played.ui.allButton.isHidden()
    assert played.ui.groupComboBox.isHidden()
    assert played.ui.allButton.text == "Segment all (2)"
    played.ui.allButton.click()
    ((first, second),) = played.started
    assert [order[0].sequence for order in (first, second)] == [cine.sequence, other.sequence]
    assert not played.ui.allButton.enabled
    assert played.ui.applyButton.text == "Cancel"


def test_what_failed_among_several_is_said_and_logged(played, cine):
    played.ui.applyButton.click()
    played.run.failures = ("Flow: no heart was found.",)
    played.run.results = ()
    played.events.done(None)
    assert played.ui.statusLabel.text == ("0 of 1 cines were segmented. Flow: no heart was found.")
    assert "no heart was found" in played.ui.logText.toPlainText()


def test_an_earlier_result_that_was_kept_is_named_at_the_end(played, cine, phantom):
    played.ui.applyButton.click()
    played.run.results = (segmented(cine, phantom),)
    played.run.kept = ("Heart segmentation was kept.",)
    played.events.done(played.run.results[0])
    assert played.ui.statusLabel.text == "Done. Heart segmentation was kept."


def test_the_installation_of_pytorch_is_announced_and_its_output_logged(played):
    def start(_orders, _events):
        announcer = played.panel.announcer
        announcer.begin("PyTorch is being installed.")
        seen.append((played.ui.statusLabel.text, played.ui.applyButton.enabled))
        seen.append(played.ui.progressBar.isHidden())
        announcer.log("Downloading torch (192 MB)")
        announcer.end()
        seen.append(played.ui.statusLabel.text)
        raise TorchUnavailableError("PyTorch could not be installed.")

    seen = []
    played.panel._start = start
    played.ui.applyButton.click()
    assert seen == [("PyTorch is being installed.", False), False, "Starting…"]
    assert "Downloading torch (192 MB)" in played.ui.logText.toPlainText()
    assert played.ui.statusLabel.text == "PyTorch could not be installed."
    assert played.ui.applyButton.enabled
    assert played.ui.progressBar.isHidden()


def test_the_chosen_group_stays_chosen_when_there_are_more(played, cine, phantom):
    other = sequences.add_cine(phantom.cine, "Other")
    groups = [Group("All", (cine, other)), Group("First", (cine, cine)), Group("Second", (other,))]
    played.panel.set_groups(groups[:2])
    played.ui.groupComboBox.setCurrentIndex(1)
    played.panel.set_groups([groups[0], groups[2], groups[1]])
    assert played.ui.groupComboBox.currentText == "First"
    played.panel.set_groups([groups[0], groups[2]])
    assert played.ui.groupComboBox.currentText == "All"

from pathlib import Path

from CMRSegmentationLib.command_line.options import Knowledge, RunOptions, SegmentOptions
from CMRSegmentationLib.patient import AUTOMATIC, UNKNOWN_PATIENT
from CMRSegmentationLib.segmenting.options import SegmentingOptions


def test_who_says_nothing_leaves_every_choice_to_the_program():
    options = SegmentOptions((Path("heart.nii"),), Path("out"))
    assert options.knowledge == Knowledge(None, AUTOMATIC, UNKNOWN_PATIENT)
    assert options.run == RunOptions(None, SegmentingOptions(), None)

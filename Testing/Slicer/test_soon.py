"""What is due shortly is done once."""

import qt
import slicer
from CMRSegmentationMRML.soon import once_soon


def test_it_is_done_once_however_often_it_becomes_due_and_again_later():
    owner, calls = qt.QWidget(), []
    timer = once_soon(owner, lambda: calls.append("done"))
    for _ in range(3):
        timer.start()
    assert calls == []
    slicer.app.processEvents()
    assert calls == ["done"]
    timer.start()
    slicer.app.processEvents()
    assert calls == ["done", "done"]

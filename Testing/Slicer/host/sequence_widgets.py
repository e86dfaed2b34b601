"""Working look-alikes of the widgets that step and play a sequence browser."""

from __future__ import annotations

import contextlib

import vtk
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Qt

from Testing.Slicer.host.ctk_widgets import stored
from Testing.Slicer.host.mrml_widgets import qMRMLWidget


class _BrowserWidget(qMRMLWidget):
    """What follows a sequence browser; the observer goes when another browser comes."""

    _is_host_class = True
    _browser = None
    _observer = None

    def setMRMLSequenceBrowserNode(self, browser) -> None:
        if self._browser is not None:
            self._browser.RemoveObserver(self._observer)
        self._browser = browser
        observed = vtk.vtkCommand.ModifiedEvent
        self._observer = (
            browser.AddObserver(observed, lambda *_: self._follow()) if browser else None
        )
        self._follow()

    def _follow(self) -> None:
        """Show the browser's state."""


class qMRMLSequenceBrowserSeekWidget(_BrowserWidget):
    """A slider over the items of a sequence."""

    _is_host_class = True

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._slider = QtWidgets.QSlider(Qt.Horizontal)
        self._label = QtWidgets.QLabel()
        layout.addWidget(self._slider)
        layout.addWidget(self._label)
        self._slider.valueChanged.connect(self.setSelectedItemNumber)
        self._follow()

    def slider(self):
        return self._slider

    def setSelectedItemNumber(self, number: int) -> None:
        if self._browser is not None:
            self._browser.SetSelectedItemNumber(number)

    def _follow(self) -> None:
        items = self._browser.GetNumberOfItems() if self._browser else 0
        self._slider.setEnabled(items > 0)
        if items:
            with contextlib.closing(_Blocked(self._slider)):
                self._slider.setRange(0, items - 1)
                self._slider.setValue(self._browser.GetSelectedItemNumber())
            self._label.setText(
                self._browser.GetFormattedIndexValue(self._browser.GetSelectedItemNumber())
            )


class _Blocked(QtCore.QSignalBlocker):
    def close(self) -> None:
        self.unblock()


class qMRMLSequenceBrowserPlayWidget(_BrowserWidget):
    """Buttons that step and play a sequence browser.

    As in Slicer, a key that is set is added to those that were set before, those of the toolbar
    included.
    """

    _is_host_class = True
    RecordingControlsVisible = stored(bool, "RecordingControlsVisible", True)
    PlayPauseShortcut = stored(str, "PlayPauseShortcut", "Ctrl+Shift+Down", "_add_play")
    PreviousFrameShortcut = stored(str, "PreviousFrameShortcut", "Ctrl+Shift+Left", "_add_back")
    NextFrameShortcut = stored(str, "NextFrameShortcut", "Ctrl+Shift+Right", "_add_next")

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._buttons = []
        for icon, slot in (
            ("SP_MediaSkipBackward", self.onVcrFirst),
            ("SP_MediaSeekBackward", self.onVcrPrevious),
            ("SP_MediaPlay", self.onVcrPlayPause),
            ("SP_MediaSeekForward", self.onVcrNext),
            ("SP_MediaSkipForward", self.onVcrLast),
        ):
            button = QtWidgets.QToolButton()
            button.setIcon(self.style().standardIcon(getattr(QtWidgets.QStyle, icon)))
            button.clicked.connect(slot)
            layout.addWidget(button)
            self._buttons.append(button)
        layout.addStretch()
        for add in (self._add_play, self._add_back, self._add_next):
            add()
        self._follow()

    def _add_play(self) -> None:
        self._add_key(self.PlayPauseShortcut, self.onVcrPlayPause)

    def _add_back(self) -> None:
        self._add_key(self.PreviousFrameShortcut, self.onVcrPrevious)

    def _add_next(self) -> None:
        self._add_key(self.NextFrameShortcut, self.onVcrNext)

    def _add_key(self, keys: str, slot) -> None:
        QtGui.QShortcut(QtGui.QKeySequence(keys), self).activated.connect(slot)

    def _follow(self) -> None:
        for button in self._buttons:
            button.setEnabled(self._browser is not None)

    def onVcrFirst(self) -> None:
        self._browser.SelectFirstItem()

    def onVcrLast(self) -> None:
        self._browser.SelectLastItem()

    def onVcrNext(self) -> None:
        self._browser.SelectNextItem()

    def onVcrPrevious(self) -> None:
        self._browser.SelectNextItem(-1)

    def onVcrPlayPause(self) -> None:
        self.setPlaybackEnabled(not self._browser.GetPlaybackActive())

    def setPlaybackEnabled(self, play: bool) -> None:
        self._browser.SetPlaybackActive(play)

    def setPlaybackRateFps(self, rate: float) -> None:
        self._browser.SetPlaybackRateFps(rate)

    def setPlaybackLoopEnabled(self, loop: bool) -> None:
        self._browser.SetPlaybackLooped(loop)

    def setRecordingControlsVisible(self, shown: bool) -> None:
        self.RecordingControlsVisible = shown


SEQUENCE_WIDGETS = (qMRMLSequenceBrowserPlayWidget, qMRMLSequenceBrowserSeekWidget)

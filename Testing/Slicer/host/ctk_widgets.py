"""Working look-alikes of the CTK widgets that the module uses, drawn plainly.

`api` keeps them to CTK's interface.
"""

from __future__ import annotations

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Property, Qt, Signal

from Testing.Slicer.host.api import Guarded


def stored(kind, name: str, default, after: str | None = None) -> Property:
    """A Qt property that is kept in the object and, when set, calls the method `after`."""
    key = "_stored_" + name

    def read(self):
        return vars(self).get(key, default)

    def write(self, value):
        vars(self)[key] = value
        if after:
            getattr(self, after)()

    return Property(kind, read, write)


class ctkCollapsibleButton(Guarded, QtWidgets.QAbstractButton):
    """A title bar that shows or hides what lies below it.

    As in CTK, what was hidden on its own account stays hidden when the rest is shown, and what is
    shown while everything is folded away appears with the rest.
    """

    contentsCollapsed = Signal(bool)
    _is_host_class = True
    _BAR = 22

    def __init__(self, *arguments):
        parent = arguments[-1] if arguments and not isinstance(arguments[-1], str) else None
        super().__init__(parent)
        if arguments and isinstance(arguments[0], str):
            self.setText(arguments[0])
        self.setCheckable(True)
        self.setChecked(True)
        self.setContentsMargins(6, self._BAR + 4, 2, 2)
        self.setSizePolicy(QtWidgets.QSizePolicy.Preferred, QtWidgets.QSizePolicy.Minimum)
        self._folded = set()
        self._forcing = False
        self.toggled.connect(self._show_contents)

    def _show_contents(self, shown: bool) -> None:
        for child in self.children():
            if isinstance(child, QtWidgets.QWidget):
                child.installEventFilter(self)
                if shown and child in self._folded:
                    self._force(child, True)
                elif not shown and not _is_hidden_itself(child):
                    self._force(child, False)
        self.updateGeometry()
        self.contentsCollapsed.emit(not shown)

    def _force(self, child, shown: bool) -> None:
        """Show or hide a child on account of the section, not on its own."""
        self._forcing = True
        child.setVisible(shown)
        self._forcing = False
        (self._folded.discard if shown else self._folded.add)(child)

    def eventFilter(self, child, event) -> bool:
        kind = event.type()
        if not self._forcing and not self.isChecked():
            if kind == QtCore.QEvent.ShowToParent:
                self._force(child, False)
            elif kind == QtCore.QEvent.HideToParent:
                self._folded.discard(child)
        return False

    collapsed = Property(
        bool, lambda self: not self.isChecked(), lambda self, value: self.setChecked(not value)
    )

    def sizeHint(self):
        layout = self.layout()
        if layout is None or not self.isChecked():
            return QtCore.QSize(120, self._BAR + 2)
        hint = layout.totalSizeHint()
        return QtCore.QSize(max(hint.width(), 120), hint.height())

    minimumSizeHint = sizeHint

    def paintEvent(self, _event):
        painter = QtGui.QPainter(self)
        width, height = self.width, self.height
        option = QtWidgets.QStyleOptionButton()
        option.initFrom(self)
        option.rect = QtCore.QRect(0, 0, width, self._BAR)
        self.style().drawControl(QtWidgets.QStyle.CE_PushButtonBevel, option, painter, self)
        marker = "\u25be" if self.isChecked() else "\u25b8"
        painter.drawText(
            QtCore.QRect(8, 0, width, self._BAR), Qt.AlignVCenter, f"{marker}  {self.text}"
        )
        if self.isChecked():
            painter.setPen(QtGui.QColor(150, 150, 150))
            painter.drawRect(0, self._BAR, width - 1, height - self._BAR - 1)


def _is_hidden_itself(child) -> bool:
    """Whether a widget was hidden on its own account; one that is new is merely not shown yet."""
    return child.isHidden() and child.testAttribute(Qt.WA_WState_ExplicitShowHide)


class ctkComboBox(Guarded, QtWidgets.QComboBox):
    """A combo box with a text for the case that nothing is chosen."""

    _is_host_class = True
    defaultText = stored(str, "defaultText", "")
    forceDefault = stored(bool, "forceDefault", False)


class ctkCheckBox(Guarded, QtWidgets.QCheckBox):
    """A check box."""

    _is_host_class = True


class ctkMessageBox(Guarded, QtWidgets.QMessageBox):
    """A message box."""

    _is_host_class = True
    dontShowAgainVisible = stored(bool, "dontShowAgainVisible", False)
    dontShowAgain = stored(bool, "dontShowAgain", False)
    dontShowAgainSettingsKey = stored(str, "dontShowAgainSettingsKey", "")


class ctkMenuButton(Guarded, QtWidgets.QPushButton):
    """A push button with a menu at its side."""

    _is_host_class = True


class ctkSliderWidget(Guarded, QtWidgets.QWidget):
    """A slider and a spin box that show one number."""

    valueChanged = Signal(float)
    valueIsChanging = Signal(float)
    decimalsChanged = Signal(int)
    _is_host_class = True

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._slider = QtWidgets.QSlider(Qt.Horizontal)
        self._spin_box = QtWidgets.QDoubleSpinBox()
        layout.addWidget(self._slider)
        layout.addWidget(self._spin_box)
        self._spin_box.valueChanged.connect(self._follow_spin_box)
        self._slider.valueChanged.connect(lambda step: self._spin_box.setValue(step * self._step()))
        self._fit_slider()

    def _step(self) -> float:
        return self._spin_box.singleStep or 1.0

    def _fit_slider(self) -> None:
        step = self._step()
        self._slider.setRange(
            round(self._spin_box.minimum / step), round(self._spin_box.maximum / step)
        )

    def _follow_spin_box(self, value: float) -> None:
        blocker = QtCore.QSignalBlocker(self._slider)
        self._slider.setValue(round(value / self._step()))
        blocker.unblock()
        self.valueIsChanging.emit(value)
        self.valueChanged.emit(value)

    def _set(self, name: str, value) -> None:
        setattr(self._spin_box, name, value)
        self._fit_slider()

    minimum = Property(
        float, lambda self: self._spin_box.minimum, lambda self, v: self._set("minimum", v)
    )
    maximum = Property(
        float, lambda self: self._spin_box.maximum, lambda self, v: self._set("maximum", v)
    )
    singleStep = Property(
        float, lambda self: self._spin_box.singleStep, lambda self, v: self._set("singleStep", v)
    )
    value = Property(
        float, lambda self: self._spin_box.value, lambda self, v: self._spin_box.setValue(v)
    )
    decimals = Property(
        int, lambda self: self._spin_box.decimals, lambda self, v: self._spin_box.setDecimals(v)
    )
    suffix = Property(
        str, lambda self: self._spin_box.suffix, lambda self, v: self._spin_box.setSuffix(v)
    )
    prefix = Property(
        str, lambda self: self._spin_box.prefix, lambda self, v: self._spin_box.setPrefix(v)
    )
    tracking = stored(bool, "tracking", True)
    pageStep = stored(float, "pageStep", 1.0)

    def setValue(self, value: float) -> None:
        self._spin_box.setValue(value)

    def setDecimals(self, decimals: int) -> None:
        self._spin_box.setDecimals(decimals)


class ctkPathLineEdit(Guarded, QtWidgets.QWidget):
    """A line for a path, with a button to browse."""

    currentPathChanged = Signal(str)
    validInputChanged = Signal(bool)
    _is_host_class = True
    Dirs = 0x001
    filters = stored(int, "filters", 0)
    minimumContentsLength = stored(int, "minimumContentsLength", 0)
    nameFilters = stored("QStringList", "nameFilters", [])
    settingKey = stored(str, "settingKey", "")
    showHistoryButton = stored(bool, "showHistoryButton", True)
    showBrowseButton = stored(bool, "showBrowseButton", True)

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._line = QtWidgets.QLineEdit()
        layout.addWidget(self._line)
        button = QtWidgets.QToolButton()
        button.setText("…")
        layout.addWidget(button)
        self._line.textChanged.connect(self.currentPathChanged)

    def setCurrentPath(self, path: str) -> None:
        self._line.setText(path)

    currentPath = Property(
        str, lambda self: self._line.text, lambda self, value: self._line.setText(value)
    )

    def addCurrentPathToHistory(self) -> None:
        """The host keeps no history."""


CTK_WIDGETS = (
    ctkCheckBox,
    ctkCollapsibleButton,
    ctkComboBox,
    ctkMenuButton,
    ctkMessageBox,
    ctkPathLineEdit,
    ctkSliderWidget,
)

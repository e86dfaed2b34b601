"""Working look-alikes of the qMRML and qSlicer widgets that the module uses.

`api` keeps them to Slicer's interface.
"""

from __future__ import annotations

from types import MappingProxyType

import vtk
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import Property, Signal

from Testing.Slicer.host.api import Guarded
from Testing.Slicer.host.ctk_widgets import ctkMenuButton, stored

AFTER_OTHERS = -10.0
"""The priority with which Slicer's lists hear that a node is about to leave."""


class qMRMLWidget(Guarded, QtWidgets.QWidget):
    """A widget that passes the scene on to its children."""

    mrmlSceneChanged = Signal(object)
    _is_host_class = True
    _scene = None

    def mrmlScene(self):
        return self._scene

    def setMRMLScene(self, scene) -> None:
        if scene is not self._scene:
            self._scene = scene
            self.mrmlSceneChanged.emit(scene)


class qSlicerWidget(qMRMLWidget):
    """Slicer's own base of panels."""

    _is_host_class = True


class qSlicerScriptedLoadableModuleWidget(qSlicerWidget):
    """The panel that Slicer makes for a scripted module; the module's widget class fills it."""

    _is_host_class = True
    _entered = False
    _instance = None
    _make_instance = None

    isEntered = property(lambda self: self._entered)
    moduleName = property(lambda self: self._instance.moduleName)

    def self(self):
        return self._instance

    def reload(self) -> None:
        self._make_instance(self)

    def enter(self) -> None:
        self._entered = True
        if hasattr(self._instance, "enter"):
            self._instance.enter()

    def exit(self) -> None:
        self._entered = False
        if hasattr(self._instance, "exit"):
            self._instance.exit()


class qMRMLSortFilterProxyModel(Guarded, QtCore.QSortFilterProxyModel):
    """The filter of a node combo box; nodes can be hidden by their IDs."""

    _is_host_class = True
    hiddenNodeIDs = stored("QStringList", "hiddenNodeIDs", [], "_tell")

    def _tell(self) -> None:
        self.parent()._refresh()


class _ElidingComboBox(QtWidgets.QComboBox):
    """Shortens a long text in its middle, as CTK's does."""

    def paintEvent(self, _event):
        option = QtWidgets.QStyleOptionComboBox()
        self.initStyleOption(option)
        style, complex_control = self.style(), QtWidgets.QStyle.CC_ComboBox
        place = style.subControlRect(
            complex_control, option, QtWidgets.QStyle.SC_ComboBoxEditField, self
        )
        option.currentText = option.fontMetrics.elidedText(
            option.currentText, QtCore.Qt.ElideMiddle, place.width()
        )
        painter = QtWidgets.QStylePainter(self)
        painter.drawComplexControl(complex_control, option)
        painter.drawControl(QtWidgets.QStyle.CE_ComboBoxLabel, option)


class qMRMLNodeComboBox(Guarded, QtWidgets.QWidget):
    """A list of the scene's nodes of some types; without a scene it stays empty, as in Slicer."""

    currentNodeChanged = Signal(object)
    _currentNodeValid = Signal(bool)
    currentNodeIDChanged = Signal(str)
    nodeAdded = Signal(object)
    nodeAddedByUser = Signal(object)
    _is_host_class = True
    _overloads = MappingProxyType({"currentNodeChanged(bool)": "_currentNodeValid"})
    _scene = None
    _combo_box = None

    nodeTypes = stored("QStringList", "nodeTypes", [], "_refresh")
    hideChildNodeTypes = stored("QStringList", "hideChildNodeTypes", [], "_refresh")
    noneEnabled = stored(bool, "noneEnabled", False, "_refresh")
    noneDisplay = stored(str, "noneDisplay", "None", "_refresh")
    showHidden = stored(bool, "showHidden", False, "_refresh")
    showChildNodeTypes = stored(bool, "showChildNodeTypes", True, "_refresh")
    addEnabled = stored(bool, "addEnabled", True)
    removeEnabled = stored(bool, "removeEnabled", True)
    renameEnabled = stored(bool, "renameEnabled", False)
    editEnabled = stored(bool, "editEnabled", False)
    selectNodeUponCreation = stored(bool, "selectNodeUponCreation", True)
    baseName = stored(str, "baseName", "")
    sizeAdjustPolicy = Property(
        int,
        lambda self: self._combo_box.sizeAdjustPolicy.value,
        lambda self, policy: self._combo_box.setSizeAdjustPolicy(
            QtWidgets.QComboBox.SizeAdjustPolicy(policy)
        ),
    )

    def __init__(self, parent=None):
        super().__init__(parent)
        self._observers = []
        self._attributes = {}
        self._ids = []
        self._last_id = ""
        self._filter = qMRMLSortFilterProxyModel(self)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._combo_box = _ElidingComboBox(self)
        layout.addWidget(self._combo_box)
        self._combo_box.currentIndexChanged.connect(self._tell)
        self._refresh()

    def mrmlScene(self):
        return self._scene

    def setMRMLScene(self, scene) -> None:
        for tag in self._observers:
            self._scene.RemoveObserver(tag)
        self._scene = scene
        events = (
            (
                scene.NodeAddedEvent,
                scene.NodeRemovedEvent,
                scene.EndCloseEvent,
                scene.EndImportEvent,
            )
            if scene
            else ()
        )
        self._observers = [scene.AddObserver(event, lambda *_: self._refresh()) for event in events]
        if scene:
            leaves = scene.NodeAboutToBeRemovedEvent
            self._observers.append(scene.AddObserver(leaves, self._leave, AFTER_OTHERS))
        self._refresh()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _leave(self, _scene, _event, node) -> None:
        """Take one row out; where it was the chosen one, QComboBox itself chooses a neighbor."""
        if node is not None and node.GetID() in self._ids:
            row = self._ids.index(node.GetID())
            self._ids.pop(row)
            self._combo_box.removeItem(row)

    def sortFilterProxyModel(self):
        return self._filter

    def addAttribute(self, node_type: str, name: str, value=None) -> None:
        self._attributes[node_type, name] = value
        self._refresh()

    def removeAttribute(self, node_type: str, name: str) -> None:
        self._attributes.pop((node_type, name), None)
        self._refresh()

    def _shows(self, node) -> bool:
        if node.GetHideFromEditors() and not self.showHidden:
            return False
        if node.GetID() in self._filter.hiddenNodeIDs:
            return False
        fits = node.IsA if self.showChildNodeTypes else lambda kind: node.GetClassName() == kind
        if not any(fits(kind) for kind in self.nodeTypes) or any(
            node.IsA(kind) for kind in self.hideChildNodeTypes
        ):
            return False
        return all(
            node.GetAttribute(name) is not None
            and (value is None or node.GetAttribute(name) == str(value))
            for (kind, name), value in self._attributes.items()
            if node.IsA(kind)
        )

    def _refresh(self) -> None:
        if self._combo_box is None:
            return
        kept = self.currentNodeID
        blocker = QtCore.QSignalBlocker(self._combo_box)
        scene_nodes = (
            [self._scene.GetNthNode(i) for i in range(self._scene.GetNumberOfNodes())]
            if self._scene
            else []
        )
        nodes = [node for node in scene_nodes if self._shows(node)]
        self._ids = ([""] if self.noneEnabled else []) + [node.GetID() for node in nodes]
        self._combo_box.clear()
        self._combo_box.addItems(
            ([self.noneDisplay] if self.noneEnabled else []) + [n.GetName() or "" for n in nodes]
        )
        self._combo_box.setCurrentIndex(
            self._ids.index(kept) if kept in self._ids else (0 if self._ids else -1)
        )
        blocker.unblock()
        self._tell()

    def _tell(self, *_) -> None:
        if self.currentNodeID == self._last_id:
            return
        self._last_id = self.currentNodeID
        node = self.currentNode()
        self.currentNodeChanged.emit(node)
        self._currentNodeValid.emit(node is not None)
        self.currentNodeIDChanged.emit(self._last_id)

    def _current_id(self) -> str:
        index = self._combo_box.currentIndex if self._combo_box else -1
        return self._ids[index] if 0 <= index < len(self._ids) else ""

    def currentNode(self):
        return (
            self._scene.GetNodeByID(self.currentNodeID)
            if self._scene and self.currentNodeID
            else None
        )

    def currentNodeId(self) -> str:
        return self._current_id()

    def setCurrentNode(self, node) -> None:
        self.setCurrentNodeID(node if isinstance(node, str) else node.GetID() if node else "")

    def setCurrentNodeID(self, node_id: str) -> None:
        none = 0 if self.noneEnabled else -1
        self._combo_box.setCurrentIndex(self._ids.index(node_id) if node_id in self._ids else none)

    currentNodeID = Property(str, _current_id, lambda self, node_id: self.setCurrentNodeID(node_id))

    def setCurrentNodeIndex(self, index: int) -> None:
        self._combo_box.setCurrentIndex(index + (1 if self.noneEnabled else 0))

    def nodeCount(self) -> int:
        return len([node_id for node_id in self._ids if node_id])

    def nodeFromIndex(self, index: int):
        return self._scene.GetNodeByID([node_id for node_id in self._ids if node_id][index])

    def addNode(self, node_type: str | None = None):
        node = self._scene.AddNewNodeByClass(node_type or self.nodeTypes[0], self.baseName)
        self.nodeAddedByUser.emit(node)
        if self.selectNodeUponCreation:
            self.setCurrentNode(node)
        return node


class qMRMLSegmentsTableView(qMRMLWidget):
    """The segments of a segmentation, with color and name."""

    selectionChanged = Signal(object, object)
    _is_host_class = True
    _node = None
    _observer = None

    selectionMode = stored(int, "selectionMode", 3)
    headerVisible = stored(bool, "headerVisible", True)
    readOnly = stored(bool, "readOnly", False)
    visibilityColumnVisible = stored(bool, "visibilityColumnVisible", True)
    colorColumnVisible = stored(bool, "colorColumnVisible", True)
    opacityColumnVisible = stored(bool, "opacityColumnVisible", True)
    statusColumnVisible = stored(bool, "statusColumnVisible", False)
    filterBarVisible = stored(bool, "filterBarVisible", False)

    def __init__(self, parent=None):
        super().__init__(parent)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._table = QtWidgets.QTableWidget(0, 2)
        self._table.setHorizontalHeaderLabels(["", "Name"])
        self._table.horizontalHeader().setStretchLastSection(True)
        self._table.verticalHeader().hide()
        self._table.setColumnWidth(0, 30)
        layout.addWidget(self._table)

    def segmentationNode(self):
        return self._node

    def setSegmentationNode(self, node) -> None:
        if self._node is not None:
            self._node.RemoveObserver(self._observer)
        self._node = node
        self._observer = (
            node.AddObserver(vtk.vtkCommand.AnyEvent, lambda *_: self._fill()) if node else None
        )
        self._fill()

    segmentCount = property(lambda self: len(self._segments()))

    def _segments(self) -> list:
        segmentation = self._node.GetSegmentation() if self._node else None
        return [
            segmentation.GetNthSegment(i)
            for i in range(segmentation.GetNumberOfSegments() if segmentation else 0)
        ]

    def _fill(self) -> None:
        segments = self._segments()
        shown = [self._table.item(row, 1).text() for row in range(self._table.rowCount)]
        if shown == [segment.GetName() for segment in segments]:
            return
        self._table.setRowCount(len(segments))
        for row, segment in enumerate(segments):
            color = QtWidgets.QTableWidgetItem()
            color.setBackground(QtGui.QColor.fromRgbF(*segment.GetColor()))
            self._table.setItem(row, 0, color)
            self._table.setItem(row, 1, QtWidgets.QTableWidgetItem(segment.GetName()))


class qMRMLSegmentationShow3DButton(ctkMenuButton):
    """A check button that makes the closed surface of a segmentation and takes it away again."""

    _is_host_class = True
    _node = None
    locked = stored(bool, "locked", False)

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.setText("Show 3D")
        self.setCheckable(True)
        self.toggled.connect(self._show)

    def segmentationNode(self):
        return self._node

    def setSegmentationNode(self, node) -> None:
        self._node = node
        self.setEnabled(node is not None)

    def setLocked(self, locked: bool) -> None:
        self.locked = locked

    def _show(self, shown: bool) -> None:
        if self._node is not None and shown:
            self._node.CreateClosedSurfaceRepresentation()
        elif self._node is not None:
            self._node.RemoveClosedSurfaceRepresentation()


class qMRMLTableView(Guarded, QtWidgets.QTableView):
    """A table node in rows and columns."""

    mrmlSceneChanged = Signal(object)
    _is_host_class = True
    _scene = None
    _node = None
    _observer = None
    firstRowLocked = stored(bool, "firstRowLocked", False)
    firstColumnLocked = stored(bool, "firstColumnLocked", False)
    transposed = stored(bool, "transposed", False)

    def mrmlScene(self):
        return self._scene

    def setMRMLScene(self, scene) -> None:
        self._scene = scene
        self.mrmlSceneChanged.emit(scene)

    def mrmlTableNode(self):
        return self._node

    def setMRMLTableNode(self, node) -> None:
        if self._node is not None:
            self._node.RemoveObserver(self._observer)
        self._node = node
        self._observer = (
            node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._fill())
            if node
            else None
        )
        self._fill()

    def _fill(self) -> None:
        table = self._node.GetTable() if self._node else vtk.vtkTable()
        model = QtGui.QStandardItemModel(table.GetNumberOfRows(), table.GetNumberOfColumns(), self)
        for column in range(table.GetNumberOfColumns()):
            model.setHorizontalHeaderItem(
                column, QtGui.QStandardItem(table.GetColumnName(column) or "")
            )
            for row in range(table.GetNumberOfRows()):
                model.setItem(
                    row, column, QtGui.QStandardItem(table.GetValue(row, column).ToString())
                )
        self.setModel(model)

    def copySelection(self) -> None:
        selected = self.selectionModel().selectedIndexes()
        QtGui.QGuiApplication.clipboard().setText(
            "\t".join(str(index.data()) for index in selected)
        )


MRML_WIDGETS = (
    qMRMLNodeComboBox,
    qMRMLSegmentationShow3DButton,
    qMRMLSegmentsTableView,
    qMRMLSortFilterProxyModel,
    qMRMLTableView,
    qMRMLWidget,
    qSlicerScriptedLoadableModuleWidget,
    qSlicerWidget,
)

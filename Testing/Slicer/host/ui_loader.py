"""Loads the module's real .ui file with the host's widgets."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from PySide6 import QtCore, QtUiTools, QtWidgets

from Testing.Slicer.host import api, pythonqt
from Testing.Slicer.host.ctk_widgets import CTK_WIDGETS, ctkCollapsibleButton
from Testing.Slicer.host.mrml_widgets import MRML_WIDGETS
from Testing.Slicer.host.sequence_widgets import SEQUENCE_WIDGETS

WIDGETS = {widget.__name__: widget for widget in (*CTK_WIDGETS, *MRML_WIDGETS, *SEQUENCE_WIDGETS)}
PREFIXES = ("ctk", "qMRML", "qSlicer")


class UiLoader:
    """The part of QUiLoader that `slicer.util.loadUI` uses.

    Connections with a MRML type in their signature are made in Python, because PySide knows no
    `vtkMRMLScene*`; one that is missing in the .ui leaves a combo box without a scene, as in
    Slicer.
    """

    def load(self, device, parent=None):
        """Build the widgets.

        Raises:
            RuntimeError: if the file names a class that the host does not have, or a property,
                signal or slot that the real class does not have.
        """
        root = ET.fromstring(bytes(device.readAll()))
        _check_classes_and_properties(root)
        _number_enums(root)
        connections = _take_mrml_connections(root)
        loader = QtUiTools.QUiLoader()
        for widget in WIDGETS.values():
            loader.registerCustomWidget(widget)
        buffer = QtCore.QBuffer()
        buffer.setData(ET.tostring(root))
        buffer.open(QtCore.QIODevice.ReadOnly)
        top = loader.load(buffer, parent)
        if top is None:
            raise RuntimeError(loader.errorString())
        top._kept = [
            top,
            *top.findChildren(QtCore.QObject),
        ]  # the Python side of each object, with its connect
        for qt_object in top._kept:
            pythonqt.inject_connect(qt_object)
        for connection in connections:
            _make(connection, top)
        for section in top.findChildren(ctkCollapsibleButton):
            section._show_contents(section.isChecked())  # they came after `collapsed` was set
        return top


def _check_classes_and_properties(root) -> None:
    for element in root.iter("widget"):
        name = element.get("class")
        if not name.startswith(PREFIXES):
            continue
        if name not in WIDGETS:
            raise RuntimeError(
                f"The host has no widget class {name}: write it, and list it in slicer_qt_api.json."
            )
        for found in element.findall("property"):
            known = (
                found.get("name") in api.public_names(WIDGETS[name]) or found.get("stdset") == "0"
            )
            if not known:
                raise RuntimeError(f"{name} has no property '{found.get('name')}' in Slicer.")


def _number_enums(root) -> None:
    """Write the enums of host widgets as numbers: PySide knows no enum type of a property."""
    for element in root.iter("widget"):
        for found in element.findall("property/enum") if element.get("class") in WIDGETS else ():
            owner, _, name = found.text.partition("::")
            found.tag, found.text = "number", str(getattr(getattr(QtWidgets, owner), name).value)


def _take_mrml_connections(root) -> list[dict[str, str]]:
    """Cut the connections with MRML types out of the document, and return them."""
    taken = []
    parent = root.find("connections")
    for element in list(parent) if parent is not None else []:
        parts = {key: element.findtext(key) for key in ("sender", "signal", "receiver", "slot")}
        if "vtkMRML" in parts["signal"] + parts["slot"]:
            taken.append(parts)
            parent.remove(element)
    return taken


def _make(connection: dict[str, str], top) -> None:
    sender, receiver = _object(top, connection["sender"]), _object(top, connection["receiver"])
    slot = connection["slot"].partition("(")[0]
    if not hasattr(receiver, slot):
        raise RuntimeError(f"{connection['receiver']} has no slot {connection['slot']}.")
    pythonqt.find_signal(sender, connection["signal"]).connect(getattr(receiver, slot))


def _object(top, name: str):
    found = top if top.objectName == name else top.findChild(QtCore.QObject, name)
    if found is None:
        raise RuntimeError(f"A connection in the .ui file names '{name}', which it does not hold.")
    return found

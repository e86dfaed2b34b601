"""Stand-in for the part of Slicer's parameterNodeWrapper that the module uses, written anew.

Parameters may be str, int, float, bool, an Enum (stored by name), pathlib.Path or a MRML node
class, with defaults by `=` or `Annotated[..., Default(…)]`, and the checks Minimum, Maximum,
WithinRange and Choice. Widgets are taken by exact type, as Slicer does. Values are remembered until
the node is modified, and the observer that each connection adds is never removed, as in Slicer.
"""

from __future__ import annotations

import enum
import pathlib
import types
import typing
import weakref
from dataclasses import dataclass

import ctk
import qt
import slicer
import vtk

__all__ = [
    "Choice",
    "Decimals",
    "Default",
    "Maximum",
    "Minimum",
    "SingleStep",
    "WithinRange",
    "parameterNodeWrapper",
]

WIDGET_PROPERTY = "SlicerParameterName"
PLAIN_DEFAULTS = {str: "", int: 0, float: 0.0, bool: False}


@dataclass
class Default:
    value: typing.Any


@dataclass
class Decimals:
    value: int


@dataclass
class SingleStep:
    value: float


@dataclass
class Minimum:
    minimum: float

    def validate(self, value):
        if value < self.minimum:
            raise ValueError(f"Value must be at least {self.minimum}, found {value}.")


@dataclass
class Maximum:
    maximum: float

    def validate(self, value):
        if value > self.maximum:
            raise ValueError(f"Value must be at most {self.maximum}, found {value}.")


@dataclass
class WithinRange:
    minimum: float
    maximum: float

    def validate(self, value):
        if not self.minimum <= value <= self.maximum:
            raise ValueError(
                f"Value must be within {self.minimum} and {self.maximum}, found {value}."
            )


class Choice:
    def __init__(self, choices):
        self.choices = list(choices)

    def validate(self, value):
        if value not in self.choices:
            raise ValueError(f"Value must be one of {self.choices}, found {value}.")


class Parameter:
    """One annotated member: how it is written to the node and read back."""

    def __init__(self, owner, name, annotation):
        self.name = name
        self.kind, *self.annotations = (
            typing.get_args(annotation)
            if typing.get_origin(annotation) is typing.Annotated
            else (annotation,)
        )
        self.node_types = node_types(self.kind)
        self.validators = [a for a in self.annotations if hasattr(a, "validate")]
        given = self.find(Default)
        self.default = getattr(owner, name, given.value if given else self._plain_default())
        if not self.node_types and self.default is not None:
            self.check(self.default)

    def find(self, annotation_type):
        return next((a for a in self.annotations if isinstance(a, annotation_type)), None)

    def _plain_default(self):
        if self.node_types:
            return None
        if isinstance(self.kind, type) and issubclass(self.kind, enum.Enum):
            return next(iter(self.kind))
        if isinstance(self.kind, type) and issubclass(self.kind, pathlib.PurePath):
            return self.kind()
        if self.kind not in PLAIN_DEFAULTS:
            raise TypeError(f"The stand-in has no parameters of type {self.kind} ('{self.name}').")
        return self.find(Choice).choices[0] if self.find(Choice) else PLAIN_DEFAULTS[self.kind]

    def check(self, value):
        accepted = (int, float) if self.kind is float else self.kind
        if not isinstance(value, accepted) or (self.kind is int and isinstance(value, bool)):
            raise TypeError(f"'{self.name}' is of type {self.kind.__name__}, found {value!r}.")
        for validator in self.validators:
            validator.validate(value)

    def write(self, node, value):
        if self.node_types:
            if value is not None and not any(value.IsA(kind.__name__) for kind in self.node_types):
                raise TypeError(
                    f"'{self.name}' takes {self.node_types}, found a {value.GetClassName()}."
                )
            node.SetNodeReferenceID(self.name, value.GetID() if value is not None else None)
            return
        self.check(value)
        node.SetParameter(self.name, value.name if isinstance(value, enum.Enum) else str(value))

    def read(self, node):
        if self.node_types:
            return node.GetNodeReference(self.name)
        if self.name not in node.GetParameterNames():
            self.write(node, self.default)
        text = node.GetParameter(self.name)
        if self.kind is bool:
            return text == "True"
        return self.kind[text] if issubclass(self.kind, enum.Enum) else self.kind(text)


def node_types(kind):
    """The MRML node classes of an annotation, or nothing if it is of another kind."""
    parts = (
        typing.get_args(kind)
        if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union
        else (kind,)
    )
    nodes = [
        part for part in parts if isinstance(part, type) and issubclass(part, slicer.vtkMRMLNode)
    ]
    return nodes if len(nodes) == len([part for part in parts if part is not type(None)]) else []


def parameterNodeWrapper(wrapped=None):
    """Turn an annotated class into typed access to a vtkMRMLScriptedModuleNode."""
    return _wrap if wrapped is None else _wrap(wrapped)


def _wrap(wrapped):
    hints = typing.get_type_hints(wrapped, include_extras=True)
    parameters = {name: Parameter(wrapped, name, annotation) for name, annotation in hints.items()}
    for name, parameter in parameters.items():
        setattr(wrapped, name, _attribute(parameter))
    for name, member in vars(_Wrapper).items():
        if name in ("__init__", "__del__") or not name.startswith("__"):
            setattr(wrapped, name, member)
    wrapped.allParameters = parameters
    return wrapped


def _attribute(parameter):
    def read(self):
        if parameter.node_types:
            return parameter.read(self.parameterNode)
        return self._remembered[parameter.name]

    def write(self, value):
        was = self.StartModify()
        try:
            parameter.write(self.parameterNode, value)
            self._remember()
        finally:
            self.EndModify(was)

    return property(read, write)


class _Wrapper:
    """The methods that every wrapped class gets."""

    def __init__(self, parameterNode):
        self.parameterNode = parameterNode
        self._connectors = {}
        self._next_tag = 0
        self._updating = False
        self._remember()
        me = weakref.ref(self)
        self._observer = self.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: me()._remember())

    def __del__(self):
        self.RemoveObserver(self._observer)

    def _remember(self):
        self._remembered = {
            name: parameter.read(self.parameterNode)
            for name, parameter in self.allParameters.items()
            if not parameter.node_types
        }

    def getValue(self, name):
        return getattr(self, name)

    def setValue(self, name, value):
        setattr(self, name, value)

    def default(self, name):
        return Default(self.allParameters[name].default)

    def connectGui(self, gui):
        """Connect every widget that names a parameter; returns the tag for `disconnectGui`."""
        widgets = (
            gui.findChildren(qt.QWidget) if hasattr(gui, "findChildren") else vars(gui).values()
        )
        named = {
            widget.property(WIDGET_PROPERTY): widget
            for widget in widgets
            if widget.property(WIDGET_PROPERTY)
        }
        return self.connectParametersToGui(named)

    def connectParametersToGui(self, widgets):
        unknown = sorted(set(widgets) - set(self.allParameters))
        if unknown:
            raise ValueError(
                f"No parameter is called {', '.join(unknown)}; there are "
                f"{', '.join(self.allParameters)}."
            )
        connectors = {
            name: Connector(widget, self.allParameters[name]) for name, widget in widgets.items()
        }
        for name, connector in connectors.items():
            connector.show(self.getValue(name))
            connector.connect(lambda *_, name=name: self._take(name))
        tag, self._next_tag = self._next_tag, self._next_tag + 1
        self.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._show())
        self._connectors[tag] = connectors
        return tag

    def disconnectGui(self, tag):
        if tag in self._connectors:
            for connector in self._connectors.pop(tag).values():
                connector.disconnect()

    def _take(self, name):
        if not self._updating:
            connectors = next(c for c in self._connectors.values() if name in c)
            self.setValue(name, connectors[name].value())

    def _show(self):
        if self._updating:
            return
        self._updating = True
        try:
            for connectors in self._connectors.values():
                for name, connector in connectors.items():
                    connector.show(self.getValue(name))
        finally:
            self._updating = False

    def StartModify(self):
        return self.parameterNode.StartModify()

    def EndModify(self, was):
        self.parameterNode.EndModify(was)

    def AddObserver(self, event, callback, priority=0.0):
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag):
        self.parameterNode.RemoveObserver(tag)

    def Modified(self):
        self.parameterNode.Modified()


class Connector:
    """Keeps one widget and one parameter equal."""

    def __init__(self, widget, parameter):
        self.widget, self.parameter = widget, parameter
        self.labels = None
        self._callback = None
        self.signal, self._read, self._write = self._ways()

    def _ways(self):
        """The signal, and the attribute to read and write, for this pair of widget and type.

        Raises:
            RuntimeError: if Slicer has no connection between the two.
        """
        kind, widget, widget_type = self.parameter.kind, self.widget, type(self.widget)
        if kind is bool and widget_type in (qt.QCheckBox, qt.QPushButton):
            return (
                (widget.stateChanged if widget_type is qt.QCheckBox else widget.toggled),
                "checked",
                "checked",
            )
        if (kind is int and widget_type in (qt.QSlider, qt.QSpinBox)) or (
            kind is float and widget_type in (qt.QDoubleSpinBox, ctk.ctkSliderWidget)
        ):
            self._set_range()
            return widget.valueChanged, "value", "value"
        if kind is str and widget_type is qt.QLineEdit:
            return widget.textChanged, "text", "text"
        if widget_type in (qt.QComboBox, ctk.ctkComboBox) and self._fill_combo_box():
            return widget.currentIndexChanged, "", ""
        if (
            widget_type is ctk.ctkPathLineEdit
            and isinstance(kind, type)
            and issubclass(kind, pathlib.PurePath)
        ):
            return widget.currentPathChanged, "currentPath", "currentPath"
        if widget_type is slicer.qMRMLNodeComboBox and self.parameter.node_types:
            widget.nodeTypes = [node_type.__name__ for node_type in self.parameter.node_types]
            return widget.currentNodeChanged, "", ""
        raise RuntimeError(
            f"Unable to create GUI connector from {kind} to widget type {widget_type.__name__}."
        )

    def _set_range(self):
        for annotation in self.parameter.annotations:
            if hasattr(annotation, "minimum"):
                self.widget.minimum = annotation.minimum
            if hasattr(annotation, "maximum"):
                self.widget.maximum = annotation.maximum
            if isinstance(annotation, Decimals):
                self.widget.decimals = annotation.value
            if isinstance(annotation, SingleStep):
                self.widget.singleStep = annotation.value

    def _fill_combo_box(self):
        """Put the choices of an Enum or of `Choice` into the combo box."""
        kind, choice = self.parameter.kind, self.parameter.find(Choice)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            label = getattr(kind, "label", lambda member: member.name)
            self.labels = [(label(member), member) for member in kind]
        elif choice is not None:
            self.labels = [(str(value), value) for value in choice.choices]
        else:
            return False
        self.widget.clear()
        for text, _ in self.labels:
            self.widget.addItem(text)
        return True

    def connect(self, callback):
        self._callback = callback
        self.signal.connect(callback)

    def disconnect(self):
        self.signal.disconnect(self._callback)

    def value(self):
        if self.labels:
            return self.labels[self.widget.currentIndex][1]
        if self.parameter.node_types:
            return self.widget.currentNode()
        return self.parameter.kind(getattr(self.widget, self._read))

    def show(self, value):
        if self.labels:
            self.widget.currentIndex = [member for _, member in self.labels].index(value)
        elif self.parameter.node_types:
            self.widget.setCurrentNode(value)
        else:
            setattr(
                self.widget,
                self._write,
                str(value) if isinstance(value, pathlib.PurePath) else value,
            )

"""What the CTK, qMRML and qSlicer classes offer to Python; the host refuses everything else.

`slicer_qt_api.json` lists for each class its header, base class, properties, signals, slots and
invokable methods as the headers of Slicer 5.13 and its CTK declare them. PythonQt offers exactly
these: a public C++ method that is neither a slot nor invokable cannot be called from Python. Qt's
    own classes are left to PySide6.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from PySide6 import QtCore, QtWidgets

API = json.loads((Path(__file__).parent / "slicer_qt_api.json").read_text(encoding="utf-8"))
READ_ONLY = " (read-only)"


@cache
def class_chain(python_class: type) -> tuple[tuple[str, ...], type]:
    """The listed classes from the most derived upwards, and the Qt class below them.

    Raises:
        LookupError: if a class stands on neither a listed class nor a Qt class.
    """
    name = next((c.__name__ for c in python_class.__mro__ if c.__name__ in API), None)
    chain = []
    while name in API:
        chain.append(name)
        name = API[name]["base"]
    qt_class = getattr(QtWidgets, name, None) or getattr(QtCore, name, None) if name else None
    if qt_class is None:
        raise LookupError(
            f"{python_class.__name__}: no entry in slicer_qt_api.json, or its base {name} is not "
            "Qt's."
        )
    return tuple(chain), qt_class


@cache
def public_names(python_class: type) -> frozenset[str]:
    """Every public attribute that the real class has for Python, inherited ones included."""
    chain, qt_class = class_chain(python_class)
    names = set(dir(qt_class))
    for name in chain:
        names.update(API[name]["properties"])
        members = API[name]["signals"] + API[name]["slots"] + API[name]["invokable"]
        names.update(member.partition("(")[0] for member in members)
    return frozenset(names)


@cache
def writable_properties(python_class: type) -> frozenset[str]:
    """The listed properties that may be assigned."""
    chain, _ = class_chain(python_class)
    return frozenset(
        name
        for c in chain
        for name, kind in API[c]["properties"].items()
        if not kind.endswith(READ_ONLY)
    )


@cache
def signal_signatures(python_class: type) -> frozenset[str]:
    """The listed signals, without the names of their arguments.

    `currentNodeChanged(vtkMRMLNode*)`.
    """
    chain, _ = class_chain(python_class)
    return frozenset(signature(member) for name in chain for member in API[name]["signals"])


def signature(declaration: str) -> str:
    """A declaration as Qt's meta-object spells it: no argument names, no `const &`, no blanks.

    >>> signature("currentPathChanged(const QString& path)")
    'currentPathChanged(QString)'
    """
    name, _, arguments = declaration.rstrip(") ").partition("(")
    types = [_type(argument) for argument in arguments.split(",") if argument.strip()]
    return f"{name.strip()}({','.join(types)})"


def _type(argument: str) -> str:
    argument = argument.partition("=")[0].replace("const ", "").strip()
    kind, pointer = re.match(r"([\w:<>]+)\s*([*&]?)", argument).groups()
    return kind + pointer.replace("&", "")


class Guarded:
    """Mixed into the host's widgets: only what the real class has may be used, as in Slicer.

    A host class keeps its own workings under names that start with an underscore.
    """

    def __getattribute__(self, name):
        if name.startswith("_") or name in public_names(type(self)):
            return super().__getattribute__(name)
        raise AttributeError(
            f"{class_chain(type(self))[0][0]} has no '{name}' in Slicer (see slicer_qt_api.json)"
        )

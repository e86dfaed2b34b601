"""Makes PySide6 look like PythonQt, the Qt binding inside Slicer, to the module's code.

Every Q_PROPERTY becomes a Python property (setters stay, getters of the same name go), signals can
be connected by their C++ signature, enums are integers, and setting an attribute that a Qt object
does not have is an error.
"""

from __future__ import annotations

import inspect
import os
import types

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYSIDE6_OPTION_PYTHON_ENUM", "0x7e")  # enums are integers, as in PythonQt

from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets

from Testing.Slicer.host import api

METHODS_THAT_WIN = {
    "singleShot"
}  # both a property and a static method of QTimer: PythonQt gives the method
INJECTED = ("connect", "disconnect")


def look_like_pythonqt() -> None:
    """Change the classes of PySide6, once for the process."""
    if getattr(QtCore.QObject, "_looks_like_pythonqt", False):
        return
    for qt_class in _object_classes():
        _turn_properties_into_attributes(qt_class)
        _wrap_constructor(qt_class)
        _refuse_unknown_attributes(qt_class)
    base = QtCore.QObject
    base.className = lambda self: self.metaObject().className()
    base.name = property(
        lambda self: self.objectName, lambda self, value: self.setObjectName(value)
    )
    base.delete = lambda self: self.deleteLater()
    base.__getattr__ = _dynamic_property
    base._looks_like_pythonqt = True
    if not hasattr(QtWidgets.QDialog, "exec_"):
        QtWidgets.QDialog.exec_ = QtWidgets.QDialog.exec


def _object_classes() -> list[type]:
    """QObject and every class below it, except applications, whose getters are static."""
    found = []
    for module in (QtCore, QtGui, QtWidgets, QtUiTools):
        candidates = (getattr(module, name) for name in dir(module) if not name.startswith("_"))
        found += [c for c in candidates if isinstance(c, type) and issubclass(c, QtCore.QObject)]
    return [c for c in dict.fromkeys(found) if not issubclass(c, QtCore.QCoreApplication)]


def _turn_properties_into_attributes(qt_class: type) -> None:
    meta = qt_class.staticMetaObject
    for index in range(meta.propertyOffset(), meta.propertyCount()):
        meta_property = meta.property(index)
        name = meta_property.name()
        # not isinstance(…, Signal), which loses a reference to False in some versions of PySide6
        if name in METHODS_THAT_WIN or type(getattr(qt_class, name, None)) in (
            property,
            QtCore.Signal,
        ):
            continue
        getter, setter = _accessors(qt_class, name)
        if setter is None and meta_property.isWritable():
            setter = _generic_setter(name)
        setattr(qt_class, name, property(getter or _generic_getter(name), setter))


def _accessors(qt_class: type, name: str):
    capitalized = name[0].upper() + name[1:]
    names = (name, "is" + capitalized, "get" + capitalized, "has" + capitalized)
    getters = (getattr(qt_class, n, None) for n in names)
    return next((g for g in getters if callable(g)), None), getattr(
        qt_class, "set" + capitalized, None
    )


def _generic_getter(name: str):
    return lambda self: self.property(name)


def _generic_setter(name: str):
    return lambda self, value: self.setProperty(name, value)


def _wrap_constructor(qt_class: type) -> None:
    """Give each instance its own `connect`; Shiboken answers the one of the class itself."""
    if "__init__" not in vars(qt_class):
        return
    original = qt_class.__init__

    def construct(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        inject_connect(self)

    qt_class.__init__ = construct


def inject_connect(qt_object) -> None:
    """Give one object PythonQt's `connect("signal(arguments)", callable)`.

    Needed for those a .ui file made.
    """
    vars(qt_object)["connect"] = types.MethodType(_connect, qt_object)
    vars(qt_object)["disconnect"] = types.MethodType(_disconnect, qt_object)


def _connect(self, *arguments) -> bool:
    """`connect("signal(types)", callable)`, or with `receiver, "slot(types)"` in its place.

    PySide itself calls it with the sender and Qt's code for the signal, for a `QTimer.singleShot`.
    """
    if len(arguments) == 3 and arguments[0] is self:
        arguments = (arguments[1].removeprefix("2"), arguments[2])
    if len(arguments) == 3 and isinstance(arguments[2], str):
        arguments = (arguments[0], getattr(arguments[1], arguments[2].partition("(")[0]))
    if len(arguments) != 2 or not callable(arguments[1]):
        raise TypeError(f"connect expects a signal and a callable, found {arguments}.")
    find_signal(self, arguments[0]).connect(arguments[1])
    return True


def _disconnect(self, *arguments):
    return find_signal(self, arguments[0]).disconnect(*arguments[1:])


def find_signal(qt_object, text: str):
    """The signal with this C++ signature.

    Raises:
        AttributeError: if the real class has no such signal; PythonQt answers False there, and
            nobody notices.
    """
    wanted = bytes(QtCore.QMetaObject.normalizedSignature(text)).decode()
    meta = qt_object.metaObject()
    if isinstance(qt_object, api.Guarded):
        if wanted in api.signal_signatures(type(qt_object)):
            return getattr(
                qt_object,
                getattr(qt_object, "_overloads", {}).get(wanted, wanted.partition("(")[0]),
            )
        meta = api.class_chain(type(qt_object))[1].staticMetaObject
    if meta.indexOfSignal(wanted) < 0:
        raise AttributeError(f"{meta.className()} has no signal {text} (looked for {wanted})")
    return getattr(qt_object, wanted.partition("(")[0])


def _refuse_unknown_attributes(qt_class: type) -> None:
    qt_class.__setattr__ = _set_attribute


def _set_attribute(self, name: str, value) -> None:
    """Assign a property; another name only if it is private or the class is written in Python."""
    descriptor = inspect.getattr_static(type(self), name, None)
    if isinstance(descriptor, property | QtCore.Property):
        if descriptor.fset is None:
            raise AttributeError(f"'{name}' of {type(self).__name__} is read-only")
        if isinstance(self, api.Guarded) and name not in _assignable(type(self)):
            raise AttributeError(
                f"{type(self).__name__} has no property '{name}' that may be set in Slicer"
            )
        descriptor.fset(self, value)
    elif name.startswith("_") or not _is_plain(type(self)) or type(value) is QtCore.SignalInstance:
        vars(self)[name] = value  # (PySide itself keeps the signals of an object there)
    else:
        raise AttributeError(
            f"{type(self).__name__} has no attribute '{name}', so PythonQt would refuse to set it"
        )


def _assignable(guarded_class: type) -> frozenset[str]:
    """What may be assigned to a CTK or qMRML widget.

    Its listed properties, and those of its Qt base.
    """
    qt_class = api.class_chain(guarded_class)[1]
    inherited = {
        n for n in dir(qt_class) if isinstance(inspect.getattr_static(qt_class, n, None), property)
    }
    return api.writable_properties(guarded_class) | inherited


def _is_plain(python_class: type) -> bool:
    """Whether a class is Qt's own or one of the host's look-alikes, not one derived in Python."""
    return python_class.__module__.startswith("PySide6") or "_is_host_class" in vars(python_class)


def _dynamic_property(self, name: str):
    """PythonQt reads dynamic properties, such as SlicerParameterName, as attributes."""
    if not name.startswith("_") and name.encode() in [
        bytes(n) for n in self.dynamicPropertyNames()
    ]:
        return self.property(name)
    raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")


def stray_attributes(top) -> list[tuple[str, str, str]]:
    """Attributes that were put on the Qt objects below `top` and that Qt does not have.

    Expected to be none.
    """
    objects = [top, *top.findChildren(QtCore.QObject)]
    return [
        (o.metaObject().className(), o.objectName, name)
        for o in objects
        if type(o).__module__.startswith("PySide6")
        for name in vars(o)
        if name not in INJECTED
        and not name.startswith("_")
        and type(vars(o)[name]) is not QtCore.SignalInstance
    ]

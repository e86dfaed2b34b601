"""Loads files with the readers of the modules, as Slicer's manager of inputs and outputs does."""

from __future__ import annotations

import sys

import slicer
from PySide6 import QtCore


class ReaderPlugin:
    """What a module's reader calls its parent, qSlicerScriptedFileReader in Slicer."""

    def __init__(self):
        self.loadedNodes: list[str] = []
        self._messages = slicer.vtkMRMLMessageCollection()

    def userMessages(self):
        return self._messages

    def supportedNameFilters(self, path: str) -> list[str]:
        return ["*.nii"] if path.endswith(".nii") else ["*.nii.gz"] * path.endswith(".nii.gz")


class IOManager(QtCore.QObject):
    """The part of qSlicerCoreIOManager that `slicer.util` and Sample Data use."""

    def reader(self, file_type: str):
        """The reader of this type, with its parent, of any module that is loaded."""
        for name, module in list(sys.modules.items()):
            reader_class = getattr(module, f"{name}FileReader", None)
            if reader_class is None or not hasattr(slicer.modules, name.lower()):
                continue
            reader = reader_class(ReaderPlugin())
            if reader.fileType() == file_type:
                return reader
        raise LookupError(f"No module reads files of the type {file_type}.")

    def loadNodes(self, file_type: str, properties: dict, loaded=None, messages=None) -> bool:
        reader = self.reader(file_type)
        done = reader.load(dict(properties))
        for node_id in reader.parent.loadedNodes if loaded is not None else ():
            loaded.AddItem(slicer.mrmlScene.GetNodeByID(node_id))
        return done

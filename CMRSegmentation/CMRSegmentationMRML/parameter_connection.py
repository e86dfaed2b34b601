"""The widgets of the panel that show a parameter, and the node that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import vtk


class ParameterConnection:
    """Keeps the widgets and one parameter node equal.

    A node is connected once and stays so while the panel is left and entered again: Slicer adds an
    observer to the node with each connection, and never removes it.

    Args:
        ui: the widgets of the panel by name.
        changed: called after a parameter changed.
    """

    def __init__(self, ui: SimpleNamespace, changed: Callable[[], None]) -> None:
        self._ui, self._changed = ui, changed
        self._parameters = None
        self._tags = (0, 0)
        self._filling = False

    def connect(self, parameters) -> None:
        """Lets go of the node before, if it is another one; None connects to no node."""
        if parameters is self._parameters:
            self._fill()
            return
        if self._parameters is not None:
            gui, observer = self._tags
            self._parameters.disconnectGui(gui)
            self._parameters.RemoveObserver(observer)
        self._parameters = parameters
        if parameters is not None:
            gui = parameters.connectParametersToGui(parameter_widgets(self._ui))
            modified = vtk.vtkCommand.ModifiedEvent
            observer = parameters.AddObserver(modified, lambda _node, _event: self._tell())
            self._tags = (gui, observer)

    def _fill(self) -> None:
        """Shows what the node holds, also what came into it with a scene that was loaded.

        Slicer may fill the widgets before it takes note of the values that were loaded.
        """
        if self._parameters is not None:
            self._filling = True
            self._parameters.parameterNode.InvokeEvent(vtk.vtkCommand.ModifiedEvent)
            self._filling = False

    def _tell(self) -> None:
        if not self._filling:
            self._changed()


def parameter_widgets(ui: SimpleNamespace) -> dict[str, Any]:
    """The widgets that the `.ui` file ties to a parameter, by the name of the parameter.

    Slicer's `connectGui` looks them up too, but in some versions it does not return the tag that
    `disconnectGui` asks for, and the panel would write on into a node that it has let go.
    `connectParametersToGui` returns the tag in all of them.
    """
    named = ((widget.property("SlicerParameterName"), widget) for widget in vars(ui).values())
    return {name: widget for name, widget in named if name}

"""The choice of a model in the panel, with what the chosen model asks to be careful of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ctk
from slicer.i18n import tr as _

from .cines import SceneCine
from .library_words import in_language
from .models import chosen_model, keep_own_folder, listed_models, own_folder, own_models
from .settings import asked_view


class ModelChoice:
    """The list of models, those that serve the view of the cine first.

    Args:
        ui: the widgets of the panel by name.
        models_folder: gives the folder of the models.
    """

    def __init__(self, ui, models_folder: Callable[[], Path]) -> None:
        self.ui = ui
        self._models_folder = models_folder
        self._parameters = None
        self._cine: SceneCine | None = None
        self._listed_for = None
        ui.modelComboBox.connect("currentIndexChanged(int)", self._chosen)
        ui.ownModelsPathEdit.filters = ctk.ctkPathLineEdit.Dirs
        ui.ownModelsPathEdit.currentPath = str(own_folder() or "")
        ui.ownModelsPathEdit.connect("currentPathChanged(QString)", self._own_folder_chosen)

    def show(self, parameters, cine: SceneCine | None) -> None:
        """Lists the models for a cine.

        Without a parameter node, which keeps the choice, there is none.
        """
        self._parameters, self._cine = parameters, cine
        combo = self.ui.modelComboBox
        blocked = combo.blockSignals(True)
        combo.clear()
        combo.addItem(_("Automatic"), "")
        if parameters is not None:
            self._listed_for = asked_view(parameters, cine)
            for name, title in listed_models(self._models_folder(), self._listed_for):
                combo.addItem(title, name)
            combo.setCurrentIndex(max(0, combo.findData(parameters.model)))
        combo.blockSignals(blocked)
        self._show_problems()
        self._show_caution()

    def parameters_changed(self) -> None:
        """Lists the models anew if the user has chosen another view."""
        if (
            self._parameters is not None
            and asked_view(self._parameters, self._cine) is not self._listed_for
        ):
            self.show(self._parameters, self._cine)

    def _chosen(self, index: int) -> None:
        if self._parameters is not None:
            self._parameters.model = str(self.ui.modelComboBox.itemData(index) or "")
            self._show_caution()

    def _own_folder_chosen(self, path: str) -> None:
        keep_own_folder(path)
        self.show(self._parameters, self._cine)

    def _show_problems(self) -> None:
        """Why a model of the user's own is not in the list."""
        _models, problems = own_models(own_folder())
        self.ui.ownModelsProblemLabel.text = "\n".join(problems)
        self.ui.ownModelsProblemLabel.visible = len(problems) > 0

    def _show_caution(self) -> None:
        """Beside the choice, and above Apply, where it is seen while the choice is folded away."""
        model = None
        if self._parameters is not None and self._cine is not None:
            model = chosen_model(self._models_folder(), self._parameters.model, self._listed_for)
        caution = in_language(model.caution) if model is not None else ""
        self.ui.modelCautionLabel.text = caution
        self.ui.cautionLabel.text = f"{in_language(model.title)}\n{caution}" if caution else ""
        for label in (self.ui.modelCautionLabel, self.ui.cautionLabel):
            label.visible = caution != ""

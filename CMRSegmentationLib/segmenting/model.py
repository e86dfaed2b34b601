"""Model bundles: folders with `model.json`, weights and a card, read and checked without torch.

Everything that inference needs is written by training beside the weights, so that the two cannot
drift apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from CMRSegmentationLib.errors import UsageError, UserError
from CMRSegmentationLib.image import View

PACKAGE = Path(__file__).resolve().parents[1]


def models_folder_beside(package: Path) -> Path:
    """Where the bundled models lie: inside an installed wheel, next to the package elsewhere."""
    inside = package / "Models"
    return inside if inside.is_dir() else package.parent / "Resources" / "Models"


MODELS_FOLDER = models_folder_beside(PACKAGE)
DESCRIPTION_FILE = "model.json"
DESCRIPTIONS = f"[!.]*/{DESCRIPTION_FILE}"
"""Those of a folder of models; what a killed export was writing has a hidden name."""
WEIGHTS_FILE = "weights.pt"
CARD_FILE = "README.md"
SCHEMA = 1
MAXIMUM_WEIGHTS_BYTES = 16_000_000
NORMALIZATION = "percentile_zscore"
"""The one that `preprocessing.normalize` does."""
SPACING_MM = (0.3, 10.0)


class ModelError(UserError, ValueError):
    """A model that does not exist, is incomplete, or is not what its description says."""


class UnknownModelError(ModelError):
    """A name that is neither a bundled model nor a model folder."""

    exit_status: ClassVar[int] = UsageError.exit_status


@dataclass(frozen=True)
class ModelBundle:
    """A trained network and all that is needed to use it.

    Attributes:
        name: the folder's name, by which the command line knows it.
        folder: where its files are.
        views: the imaging planes that it serves.
        spacing_mm: in-plane resolution of the network.
        normalization: name of the intensity normalization, `NORMALIZATION`.
        network: the fields of `unet.UNetConfig`.
        weights_sha256: checksum of the weights.
        title: one line for people.
        license: of the weights.
        date: when it was trained, YYYY-MM-DD.
        training_data: what it learned from.
        accuracy: measured on patients never trained on; free-form numbers by name.
        caution: a sentence that every report made with the model carries, such as "Experimental:
            learned from one person."; empty for a model that needs none.
    """

    name: str
    folder: Path
    views: tuple[View, ...]
    spacing_mm: float
    normalization: str
    network: dict[str, Any]
    weights_sha256: str
    title: str
    license: str
    date: str
    training_data: str
    accuracy: dict[str, Any] = field(default_factory=dict)
    caution: str = ""

    @property
    def weights_path(self) -> Path:
        """The file with the weights."""
        return self.folder / WEIGHTS_FILE

    def require(self, view: View) -> None:
        """Checks that the model serves a view.

        Raises:
            ModelError: if it does not.
        """
        if view not in self.views:
            served = ", ".join(self.views)
            raise ModelError(
                f"Model {self.name!r} serves the view {served}, not {view}; choose another model."
            )

    def to_json(self) -> dict[str, Any]:
        """The content of `model.json`."""
        return {
            "schema": SCHEMA,
            "title": self.title,
            "views": [str(view) for view in self.views],
            "spacing_mm": self.spacing_mm,
            "normalization": self.normalization,
            "network": self.network,
            "weights_sha256": self.weights_sha256,
            "license": self.license,
            "date": self.date,
            "training_data": self.training_data,
            "accuracy": self.accuracy,
            "caution": self.caution,
        }


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_bundle(folder: Path) -> ModelBundle:
    """Reads and checks a model folder; the weights are compared with their checksum but not opened.

    Raises:
        ModelError: if a file is missing, the description cannot be read, or the weights are not the
            described ones.
    """
    for name in (DESCRIPTION_FILE, WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise ModelError(f"The model folder {folder} has no {name}; install the model again.")
    bundle = _parse(folder)
    _check(bundle)
    size = bundle.weights_path.stat().st_size
    if size > MAXIMUM_WEIGHTS_BYTES:
        raise ModelError(
            f"Expected weights of at most {MAXIMUM_WEIGHTS_BYTES} bytes in {folder}, found {size}."
        )
    found = sha256_of(bundle.weights_path)
    if found != bundle.weights_sha256:
        raise ModelError(
            f"The weights of model {bundle.name!r} are damaged or were exchanged: expected SHA-256 "
            f"{bundle.weights_sha256[:12]}…, found {found[:12]}…. Install the model again."
        )
    return bundle


def _check(bundle: ModelBundle) -> None:
    """Refuses what this program cannot do."""
    if not bundle.views:
        raise ModelError(
            f"Expected at least one view that model {bundle.name!r} serves, found none."
        )
    if bundle.normalization != NORMALIZATION:
        raise ModelError(
            f"Model {bundle.name!r} expects the normalization {bundle.normalization!r}, this "
            f"program does {NORMALIZATION!r}; use the program's version that the model came with."
        )
    if not SPACING_MM[0] <= bundle.spacing_mm <= SPACING_MM[1]:
        raise ModelError(
            f"Expected an in-plane spacing of {SPACING_MM[0]:g} to {SPACING_MM[1]:g} mm for model "
            f"{bundle.name!r}, found {bundle.spacing_mm:g} mm."
        )


def _parse(folder: Path) -> ModelBundle:
    path = folder / DESCRIPTION_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["schema"] != SCHEMA:
            raise ModelError(f"{path} has schema {values['schema']}, this program reads {SCHEMA}.")
        return ModelBundle(
            name=folder.name,
            folder=folder,
            views=tuple(View(view) for view in values["views"]),
            spacing_mm=float(values["spacing_mm"]),
            normalization=str(values["normalization"]),
            network=dict(values["network"]),
            weights_sha256=str(values["weights_sha256"]),
            title=str(values["title"]),
            license=str(values["license"]),
            date=str(values["date"]),
            training_data=str(values["training_data"]),
            accuracy=dict(values["accuracy"]),
            caution=str(values.get("caution", "")),
        )
    except ModelError:
        raise
    except (OSError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{path} is not a model description ({type(error).__name__}: {error})."
        ) from error


def bundled_models(models_folder: Path = MODELS_FOLDER) -> tuple[ModelBundle, ...]:
    """All models below the models folder, by name.

    Raises:
        ModelError: if one of them is damaged.
    """
    return tuple(load_bundle(path.parent) for path in sorted(models_folder.glob(DESCRIPTIONS)))


def models_to_choose_from(
    name: str | None, models_folder: Path = MODELS_FOLDER
) -> tuple[ModelBundle, ...]:
    """The model of that name or folder alone, or without a name all bundled ones.

    Raises:
        UnknownModelError: if there is no model of that name.
        ModelError: if a model is damaged.
    """
    return bundled_models(models_folder) if name is None else (named_model(name, models_folder),)


def serving(bundles: Sequence[ModelBundle], view: View) -> ModelBundle:
    """The first model that serves a view.

    Raises:
        ModelError: if none does.
    """
    for bundle in bundles:
        if view in bundle.views:
            return bundle
    if len(bundles) == 1:
        bundles[0].require(view)
    raise ModelError(f"No bundled model serves the view {view}; name a model folder with --model.")


def find_model(name: str | None, view: View, models_folder: Path = MODELS_FOLDER) -> ModelBundle:
    """The model of that name or folder; without a name, the first bundled one that serves the view.

    Raises:
        UnknownModelError: if there is no model of that name.
        ModelError: if no bundled model serves the view, or the model is damaged.
    """
    if name is None:
        return serving(bundled_models(models_folder), view)
    return named_model(name, models_folder)


def named_model(name: str, models_folder: Path = MODELS_FOLDER) -> ModelBundle:
    """The bundled model of that name, or the model in that folder.

    Raises:
        UnknownModelError: if there is neither.
        ModelError: if the model is damaged.
    """
    if (models_folder / name / DESCRIPTION_FILE).is_file():
        return load_bundle(models_folder / name)
    if Path(name).is_dir():
        return load_bundle(Path(name).resolve())
    names = [path.parent.name for path in sorted(models_folder.glob(DESCRIPTIONS))]
    known = ", ".join(names) or "none"
    raise UnknownModelError(
        f"Unknown model {name!r}: expected a bundled model ({known}) or a model folder."
    )

"""The settings of a training run: dataclasses with defaults, and TOML files over them.

A file holds only what differs from the defaults.

A file that says `extends = "OTHER.toml"` holds what differs from that file, which lies in the same
folder.
An unknown key or a value of the wrong type is refused by name.
"""

from __future__ import annotations

import argparse
import dataclasses
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.unet import UNetConfig
from Training.adaptation.consistency import ConsistencyConfig
from Training.adaptation.dann import DannConfig
from Training.learning.networks import OF_STACKS, Architecture
from Training.samples.augmentation import AugmentationConfig
from Training.samples.slices import SamplingConfig

T = TypeVar("T")

Precision = Literal["full", "bf16", "fp16"]


class ConfigError(UserError, ValueError):
    """A setting that does not exist or cannot have that value."""


@dataclass(frozen=True)
class DataConfig:
    """Which examinations a run learns from.

    Attributes:
        datasets: names of the data sets in the cache.
        validation: patients to choose the checkpoint by.
        held_out: patients that no run may see; they are reported on.
        split: who trains, validates and tests: "named" as in the two settings above, or as the data
            sets' own division ("official").
        left_out_vendors: vendors whose patients are all tested on, and neither trained nor
            validated on.
        also_views: planes that are learned from in addition to those that the network serves, so
            that it does not forget the many patients of one plane over the few of another.
        left_out_views: planes whose examinations are all tested on, whoever the patient is.
        left_out_frames: 0-based frames of the cine that are tested on and not trained on, whoever
            the patient is.
        left_out_of: the data sets that these planes and frames are left out of; all if none is
            named.
        shared_patients: CSV file with the columns `mnms` and `mnms2` that lists who is in both M&Ms
            and M&Ms-2; with it both can be named, and the M&Ms-2 copy is left out.
        folds: how many parts cross-validation divides the patients into.
        fold_by: what a fold leaves out: a share of the "patient"s, or all patients of one "vendor".
        fold: number of the fold to test on, from 0; −1 without cross-validation. With a fold,
            `validation` and `split` do not count, and `held_out` patients take no part.
    """

    datasets: tuple[str, ...] = ("acdc", "sunnybrook")
    validation: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    split: Literal["named", "official"] = "named"
    left_out_vendors: tuple[str, ...] = ()
    also_views: tuple[View, ...] = ()
    left_out_views: tuple[View, ...] = ()
    left_out_frames: tuple[int, ...] = ()
    left_out_of: tuple[str, ...] = ()
    shared_patients: str = ""
    folds: int = 5
    fold_by: Literal["patient", "vendor"] = "patient"
    fold: int = -1

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise ValueError(f"Expected folds of 2 or more, found {self.folds}.")
        if self.fold < -1:
            raise ValueError(f"Expected fold of 0 or more, or -1 for none, found {self.fold}.")


@dataclass(frozen=True)
class OptimizerConfig:
    """How the weights are learned.

    Attributes:
        name: "sgd" (Nesterov) or "adamw".
        learning_rate: at its highest.
        momentum: of SGD.
        weight_decay: L2 penalty (SGD) or decoupled decay (AdamW).
        warmup: iterations over which the learning rate rises linearly.
        power: exponent of the polynomial decay to 0 at the end.
        clip: largest norm of the gradient.
        average_decay: decay of the exponential moving average of the weights.
    """

    name: Literal["sgd", "adamw"] = "sgd"
    learning_rate: float = 0.03
    momentum: float = 0.95
    weight_decay: float = 3e-5
    warmup: int = 200
    power: float = 0.9
    clip: float = 12.0
    average_decay: float = 0.999

    def __post_init__(self) -> None:
        if self.clip <= 0:
            raise ValueError(f"Expected clip above 0, found {self.clip}.")
        for name in ("learning_rate", "weight_decay", "warmup", "power"):
            if getattr(self, name) < 0:
                raise ValueError(f"Expected {name} of 0 or more, found {getattr(self, name)}.")
        if not 0 <= self.momentum < 1 or not 0 <= self.average_decay <= 1:
            raise ValueError(
                "Expected momentum from 0 to below 1 and average_decay from 0 to 1, found "
                f"{self.momentum} and {self.average_decay}."
            )


@dataclass(frozen=True)
class TrainConfig:
    """Everything that defines a run.

    Attributes:
        view: the imaging plane that the network serves.
        more_views: further planes that the same network serves.
        iterations: optimizer steps.
        seed: of the initialization and of every batch.
        validate_every: iterations between two validations, after each of which a checkpoint is
            written.
        keep_every: iterations between checkpoints that are kept.
        patience: so many validations without a better one end the run; 0 for never.
        precision: of the network's arithmetic: "full", or mixed with half precision ("bf16", or
            "fp16" with scaled gradients), which is worth it on CUDA.
        workers: processes that prepare batches; 0 prepares them in the training process.
        architecture: which network, see `networks.build_network`.
        initial_model: name or folder of a model bundle, or folder of a run, to start from; random
            weights if empty.
    """

    view: View = View.SAX
    more_views: tuple[View, ...] = ()
    iterations: int = 12000
    seed: int = 1
    validate_every: int = 500
    keep_every: int = 4000
    patience: int = 0
    precision: Precision = "full"
    workers: int = 1
    architecture: Architecture = "unet"
    initial_model: str = ""
    data: DataConfig = field(default_factory=DataConfig)
    network: UNetConfig = field(default_factory=UNetConfig)
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    dann: DannConfig = field(default_factory=DannConfig)
    consistency: ConsistencyConfig = field(default_factory=ConsistencyConfig)

    def __post_init__(self) -> None:
        for name, least in (
            ("seed", 0),
            ("iterations", 1),
            ("validate_every", 1),
            ("keep_every", 1),
            ("patience", 0),
            ("workers", 0),
        ):
            if getattr(self, name) < least:
                raise ValueError(
                    f"Expected {name} of {least} or more, found {getattr(self, name)}."
                )
        if self.architecture == "unet":
            self._check_crops()
        if self.dann.targets and self.architecture != "unet":
            raise ValueError(f"dann needs the architecture unet, found {self.architecture}.")
        if self.architecture in OF_STACKS and max(self.sampling.windows) == 1:
            raise ValueError(
                f"The architecture {self.architecture} learns from neighboring slices; expected "
                "sampling.windows of 2 or more, found 1."
            )
        if len(set(self.views)) < len(self.views):
            raise ValueError(f"Expected more_views other than view, found {', '.join(self.views)}.")

    @property
    def views(self) -> tuple[View, ...]:
        """The imaging planes that the network serves."""
        return (self.view, *self.more_views)

    def _check_crops(self) -> None:
        multiple = self.network.size_multiple
        wrong = [size for size, _ in self.sampling.crops if size % multiple]
        if self.sampling.coarse_batches and self.sampling.size_multiple % multiple:
            wrong.append(self.sampling.size_multiple)
        if wrong:
            raise ValueError(
                f"Expected sampling.crops in multiples of the network's {multiple} pixels, found "
                f"{wrong[0]}."
            )


def read_config(path: Path, overrides: Sequence[str] = ()) -> TrainConfig:
    """The settings of a TOML file over those of the file that it `extends`.

    What neither names has its default.

    Args:
        path: the file.
        overrides: settings in place of the file's, such as `optimizer.learning_rate=1e-3`.

    Raises:
        ConfigError: if a file is missing or not TOML, extends itself, or a key or value does not
            fit; it is named.
    """
    values = _read_values(path)
    from_values(TrainConfig, values, str(path))
    for override in overrides:
        values = _merged(values, parse_override(override))
    return from_values(TrainConfig, values, "--set" if overrides else str(path))


def parse_override(override: str) -> dict[str, Any]:
    """Nested values of `table.key=value`, the value in TOML or a bare word.

    Raises:
        ConfigError: if it is not of that form.
    """
    name, equals, text = override.partition("=")
    if not equals or not name.strip():
        raise ConfigError(
            "Expected --set SETTING=VALUE, such as optimizer.learning_rate=1e-3, found "
            f"{override!r}."
        )
    try:
        value: Any = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    for key in reversed(name.strip().split(".")):
        value = {key: value}
    return dict(value)


def _read_values(path: Path, extended_by: tuple[Path, ...] = ()) -> dict[str, Any]:
    if path.resolve() in extended_by:
        raise ConfigError(f"{path} extends itself.")
    if not path.is_file():
        raise ConfigError(f"Expected the settings in {path}, found no such file.")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as TOML in UTF-8: {error}") from error
    extended = values.pop("extends", None)
    if extended is None:
        return values
    if not isinstance(extended, str):
        raise ConfigError(
            f"{path}: extends: expected the name of a file in the same folder, found {extended!r}."
        )
    base = path.parent / extended
    below = _read_values(base, (*extended_by, path.resolve()))
    from_values(
        TrainConfig, below, str(base)
    )  # so that what does not fit is named with the file that it stands in
    return _merged(below, values)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are put together key by key; any other value above replaces the one below."""
    both = {
        key: _merged(below[key], value)
        for key, value in above.items()
        if isinstance(value, dict) and isinstance(below.get(key), dict)
    }
    return below | above | both


def from_values(kind: type[T], values: dict[str, Any], where: str) -> T:
    """A dataclass from nested plain values.

    Raises:
        ConfigError: if a key is unknown or a value has the wrong type; `where` says in which file.
    """
    hints = get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ConfigError(
            f"{where}: unknown setting {unknown[0]!r}; known are {', '.join(sorted(hints))}."
        )
    try:
        return kind(
            **{key: _convert(hints[key], value, f"{where}: {key}") for key, value in values.items()}
        )
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def config_of_run(values: dict[str, Any], where: str) -> TrainConfig:
    """The settings that a run was made with; those that the program no longer has are left out.

    Raises:
        ConfigError: if a value has the wrong type.
    """
    return from_values(TrainConfig, _known(TrainConfig, values), where)


def _known(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {
        key: _known(hints[key], value)
        if dataclasses.is_dataclass(hints[key]) and isinstance(value, dict)
        else value
        for key, value in values.items()
        if key in hints
    }


def _convert_list(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"{where}: expected a list, found {value!r}.")
    items = [kinds[0]] * len(value) if kinds[-1] is Ellipsis else list(kinds)
    if len(items) != len(value):
        raise ConfigError(f"{where}: expected {len(items)} values, found {len(value)}.")
    return tuple(_convert(item, part, where) for item, part in zip(items, value, strict=True))


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: expected a table, found {value!r}.")
        return from_values(hint, value, where)
    if get_origin(hint) is tuple:
        return _convert_list(get_args(hint), value, where)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ConfigError(
                f"{where}: expected one of {', '.join(map(str, get_args(hint)))}, found {value!r}."
            )
        return value
    if hint is View and value in set(View):
        return View(value)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(f"{where}: expected {getattr(hint, '__name__', hint)}, found {value!r}.")
    return value


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """Adds `--set SETTING=VALUE`, as often as wanted, to a command line."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SETTING=VALUE",
        help="a setting in place of the experiment's, such as optimizer.learning_rate=1e-3; "
        "can be given several times",
    )


def to_values(config: Any) -> dict[str, Any]:
    """A configuration as nested plain values, for JSON."""
    return dataclasses.asdict(config)

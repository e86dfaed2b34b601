"""Who is trained on, who chooses the checkpoint, and who is held out for the report; never one patient in two."""

from __future__ import annotations

from dataclasses import dataclass

from Training.cache import CachedExamination
from Training.config import ConfigError, DataConfig


@dataclass(frozen=True, eq=False)
class Split:
    """The examinations of a run in three groups without a common patient."""

    train: list[CachedExamination]
    validation: list[CachedExamination]
    test: list[CachedExamination]

    def groups(self) -> dict[str, list[CachedExamination]]:
        """The three groups by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


def split_examinations(examinations: list[CachedExamination], config: DataConfig) -> Split:
    """Divides examinations as `config` names them.

    Raises:
        ConfigError: if a named patient is not there, is named twice, or nobody is left to train on.
    """
    both = sorted(set(config.validation) & set(config.held_out))
    if both:
        raise ConfigError(f"Patient {both[0]} is named for validation and as held out.")
    known = {e.patient for e in examinations}
    absent = sorted((set(config.validation) | set(config.held_out)) - known)
    if absent:
        raise ConfigError(f"Patient {absent[0]} is named in the settings but is not in the cache.")
    test = [e for e in examinations if e.patient in config.held_out]
    validation = [e for e in examinations if e.patient in config.validation]
    train = [e for e in examinations if e.patient not in {*config.held_out, *config.validation}]
    if not train or not validation:
        raise ConfigError(
            f"Expected patients to train on and to validate on, found {len(train)} and {len(validation)}."
        )
    return Split(train, validation, test)

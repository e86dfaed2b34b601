"""Who is trained on, who chooses the checkpoint, and who is tested on; never one patient in two.

Folds of a cross-validation are a function of the seed and the patients alone, so that they can run
as separate jobs.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from Training.adaptation.dann import split_domains
from Training.datasets.examination import DataSetError
from Training.datasets.mnms2 import subject_name
from Training.datasets.rows import number_in, read_rows
from Training.learning.config import ConfigError, DataConfig, TrainConfig
from Training.samples.cache import PSEUDO_SUFFIX, CachedExamination, read_cache

FOLD_SEED = 2021
"""The division into folds is the same for every seed of the training."""

VALIDATION_SHARE = 8
"""Of the patients that a fold leaves to train on, one of so many validates."""


@dataclass(frozen=True, eq=False)
class Split:
    """The examinations of a run in three groups without a common patient."""

    train: list[CachedExamination]
    validation: list[CachedExamination]
    test: list[CachedExamination]

    def groups(self) -> dict[str, list[CachedExamination]]:
        """The three groups by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


@dataclass(frozen=True, eq=False)
class LearningGroups:
    """The examinations of a run by what they serve for.

    Attributes:
        labeled: those that the network learns from with their labels.
        unlabeled: those of the target vendors of domain-adversarial training, without labels.
        phases: those whose phases are to be segmented consistently.
        validation: those that choose the checkpoint. With domain-adversarial training, labels of a
            target vendor choose none either.
    """

    labeled: list[CachedExamination]
    unlabeled: list[CachedExamination]
    phases: list[CachedExamination]
    validation: list[CachedExamination]

    def as_split(self, split: Split) -> Split:
        """The split without the examinations that nothing is learned from."""
        used = {id(e) for e in (*self.labeled, *self.unlabeled, *self.phases)}
        trained = [e for e in split.train if id(e) in used]
        return replace(split, train=trained, validation=self.validation)


def learning_groups(split: Split, config: TrainConfig) -> LearningGroups:
    """Who of a split serves for what.

    Raises:
        ConfigError: if nobody is left to learn from or to validate on, or a data set that is named
            for consistency has no examination.
    """
    source, target = split_domains(split.train, config.dann.targets)
    labeled = [e for e in source if e.annotated]
    validation = [e for e in split.validation if e.vendor not in config.dann.targets]
    if not labeled or not validation:
        raise ConfigError(
            "Expected labeled patients to train on and to validate on; there are none but of "
            "dann.targets."
        )
    wanted = config.consistency.datasets
    missing = sorted(set(wanted) - {e.dataset for e in split.train})
    if missing:
        raise ConfigError(
            f"Expected patients of {missing[0]}, as consistency.datasets says, among those "
            "trained on."
        )
    phases = [e for e in split.train if e.dataset in wanted]
    return LearningGroups(labeled, target, phases, validation)


def read_examinations(cache: Path, config: TrainConfig) -> list[CachedExamination]:
    """The examinations of a run's data sets and planes, to learn from or to be tested on.

    Planes of no view can be learned from where consistency is asked for, as that needs no label.

    Raises:
        CacheError: if a data set is not in the cache.
        ConfigError: if there is no examination of a plane that the network serves.
    """
    examinations = read_cache(cache, config.data.datasets)
    missing = set(config.views) - {e.view for e in examinations}
    if missing:
        raise ConfigError(
            f"Expected examinations of the view {min(missing)} in {cache}, found none."
        )
    wanted = {*config.views, *config.data.also_views}
    consistent = config.consistency.datasets
    return [
        e for e in examinations if e.view in wanted or (e.view is None and e.dataset in consistent)
    ]


def split_examinations(examinations: Sequence[CachedExamination], config: DataConfig) -> Split:
    """Divides examinations as `config` says.

    Those without labels, and those with labels of a network, can only be trained on.

    Raises:
        ConfigError: if a named patient or vendor is not there, a patient is named twice, there are
            fewer patients than folds, nobody is left to train or to validate on, or two data sets
            share patients that are not known.
    """
    _check_names(examinations, config)
    examinations = without_shared(examinations, config)
    labeled = [e for e in examinations if drawn_by_experts(e)]
    if config.fold >= 0:
        candidates = fold_candidates(examinations, config)
        test_patients, validation_patients = fold_patients(candidates, config)
    elif config.split == "official":
        test_patients, validation_patients = (
            {e.patient for e in labeled if e.split == s} for s in ("test", "validation")
        )
    else:
        test_patients, validation_patients = set(config.held_out), set(config.validation)
    if config.fold < 0:
        test_patients |= {e.patient for e in labeled if e.vendor in config.left_out_vendors} | set(
            config.held_out
        )
    validation_patients -= test_patients
    never_trained = {*test_patients, *validation_patients, *config.held_out}
    kept = [
        e
        for e in examinations
        if e.vendor not in config.left_out_vendors and not _is_left_out_view(e, config)
    ]
    trained = [e for e in kept if e.patient not in never_trained]
    partly = [e for e in trained if _has_left_out_frames(e, config)]
    split = Split(
        [_only_frames(e, config, left_out=False) for e in trained],
        [e for e in kept if drawn_by_experts(e) and e.patient in validation_patients],
        [
            *(e for e in labeled if e.patient in test_patients or _is_left_out_view(e, config)),
            *(_only_frames(e, config, left_out=True) for e in partly if drawn_by_experts(e)),
        ],
    )
    if not split.train or not split.validation:
        raise ConfigError(
            f"Expected patients to train on and to validate on, found {len(split.train)} and "
            f"{len(split.validation)}."
        )
    return split


def fold_candidates(
    examinations: Sequence[CachedExamination], config: DataConfig
) -> list[CachedExamination]:
    """The examinations whose patients are divided into folds.

    Raises:
        ConfigError: as `without_shared`.
    """
    return [
        e
        for e in without_shared(examinations, config)
        if drawn_by_experts(e) and e.patient not in config.held_out
    ]


def drawn_by_experts(examination: CachedExamination) -> bool:
    """Whether it can be scored by; an examination that a network labeled is only trained on."""
    return bool(examination.annotated) and not examination.dataset.endswith(PSEUDO_SUFFIX)


def without_shared(
    examinations: Sequence[CachedExamination], config: DataConfig
) -> list[CachedExamination]:
    """The examinations, where M&Ms and M&Ms-2 are together without the second copy of a patient.

    Raises:
        ConfigError: if both are there and no list says which patients they share, or the list
            cannot be read.
    """
    if not {"mnms", "mnms2"} <= {_images_of(e) for e in examinations}:
        return list(examinations)
    if not config.shared_patients:
        raise ConfigError(
            "M&Ms and M&Ms-2 share examinations and which ones is not public, so that one patient "
            "could be trained on and tested on. Name one of them in data.datasets, or a list of "
            "the shared patients in data.shared_patients."
        )
    shared = read_shared(Path(config.shared_patients))
    return [e for e in examinations if (_images_of(e), e.patient) not in shared]


def _images_of(examination: CachedExamination) -> str:
    """The data set that its images are of, whoever labeled them."""
    return examination.dataset.removesuffix(PSEUDO_SUFFIX)


def read_shared(path: Path) -> set[tuple[str, str]]:
    """The M&Ms-2 patients of a list with the columns `mnms` and `mnms2`, as (data set, patient).

    Subject 2 and 002 are the same: programs for tables drop the zeros.

    Raises:
        ConfigError: if it is missing or has other columns, or a subject is no number.
    """
    try:
        rows = read_rows(path, ("mnms", "mnms2"))
        return {("mnms2", subject_name(number_in(row, "mnms2"))) for row in rows if row["mnms2"]}
    except (OSError, DataSetError) as error:
        raise ConfigError(
            f"Expected a CSV file with the columns mnms and mnms2 at {path}: {error}"
        ) from error


def _is_left_out_view(examination: CachedExamination, config: DataConfig) -> bool:
    return examination.view in config.left_out_views and _is_left_out_of(examination, config)


def _has_left_out_frames(examination: CachedExamination, config: DataConfig) -> bool:
    if not config.left_out_frames or not _is_left_out_of(examination, config):
        return False
    return any(phase.frame in config.left_out_frames for phase in examination.phases)


def _is_left_out_of(examination: CachedExamination, config: DataConfig) -> bool:
    return not config.left_out_of or examination.dataset in config.left_out_of


def _only_frames(
    examination: CachedExamination, config: DataConfig, *, left_out: bool
) -> CachedExamination:
    """The examination with those of its frames that are left out, or with the others."""
    if not _has_left_out_frames(examination, config):
        return examination
    phases = tuple(
        phase for phase in examination.phases if (phase.frame in config.left_out_frames) is left_out
    )
    return replace(examination, phases=phases)


def _check_names(examinations: Sequence[CachedExamination], config: DataConfig) -> None:
    both = sorted(set(config.validation) & set(config.held_out))
    if both:
        raise ConfigError(f"Patient {both[0]} is named for validation and as held out.")
    absent = sorted(
        (set(config.validation) | set(config.held_out)) - {e.patient for e in examinations}
    )
    if absent:
        raise ConfigError(f"Patient {absent[0]} is named in the settings but is not in the cache.")
    vendors = {e.vendor for e in examinations}
    unknown = sorted(set(config.left_out_vendors) - vendors)
    if unknown:
        raise ConfigError(
            f"Vendor {unknown[0]} is to be left out, but the cache has "
            f"{', '.join(sorted(vendors))}."
        )
    twice = sorted(
        e.patient
        for e in examinations
        if e.patient in config.validation and e.vendor in config.left_out_vendors
    )
    if twice:
        raise ConfigError(
            f"Patient {twice[0]} is named for validation and is of a vendor that is left out."
        )


def fold_patients(
    examinations: Sequence[CachedExamination], config: DataConfig
) -> tuple[set[str], set[str]]:
    """The patients that a fold tests on and validates on.

    Patients are shuffled within their vendor and pathology and dealt out in turn, so that every
    fold has its share of each; of those that are left, every eighth in the same order validates.

    Raises:
        ConfigError: if there are fewer patients (or vendors) than folds, or no such fold.
    """
    count = fold_count(examinations, config)
    if config.fold >= count:
        raise ConfigError(f"Expected a fold from 0 to {count - 1}, found {config.fold}.")
    order = stratified_order(examinations)
    if config.fold_by == "vendor":
        vendor = sorted({e.vendor for e in examinations})[config.fold]
        test = {e.patient for e in examinations if e.vendor == vendor}
    else:
        test = set(order[config.fold :: count])
    rest = [patient for patient in order if patient not in test]
    return test, set(rest[::VALIDATION_SHARE])


def fold_count(examinations: Sequence[CachedExamination], config: DataConfig) -> int:
    """How many folds there are: as asked for, or one for each vendor.

    Raises:
        ConfigError: if there are fewer patients than folds, or a single vendor to be left out.
    """
    if config.fold_by == "vendor":
        vendors = sorted({e.vendor for e in examinations})
        if len(vendors) < 2:
            raise ConfigError(
                f"Leaving out one vendor needs two at least, found {', '.join(vendors) or 'none'}."
            )
        return len(vendors)
    patients = len({e.patient for e in examinations})
    if config.folds > patients:
        raise ConfigError(f"{config.folds} folds need as many patients at least, found {patients}.")
    return config.folds


def stratified_order(examinations: Sequence[CachedExamination]) -> list[str]:
    """Every patient once, by vendor and pathology, in random but fixed order within these."""
    strata = {e.patient: (e.vendor, e.pathology) for e in examinations}
    patients = sorted(strata)
    random.Random(FOLD_SEED).shuffle(patients)
    return sorted(patients, key=lambda patient: strata[patient])

from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from CMRSegmentationLib.image import FOREGROUND, View
from Testing.real_data import data_folder
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Testing.Training.raw_datasets import MNMS2_VENDORS, write_acdc_info, write_mnms2_table
from Training.adaptation.consistency import ConsistencyConfig
from Training.datasets import acdc, mnms, mnms2, sunnybrook
from Training.datasets.examination import VENDORS
from Training.demo import write_raw
from Training.learning.config import ConfigError, DataConfig, TrainConfig, read_config
from Training.learning.splits import (
    fold_candidates,
    fold_count,
    read_examinations,
    split_examinations,
    stratified_order,
    without_shared,
)
from Training.samples.cache import read_cache

EXPERIMENT_FILES = sorted((Path(__file__).parents[3] / "experiments").glob("*.toml"))


def patient(name, vendor="Siemens", pathology="NOR", **changes):
    values = {
        "dataset": "mnms",
        "split": "train",
        "view": View.SAX,
        "annotated": FOREGROUND,
    } | changes
    return SimpleNamespace(patient=name, vendor=vendor, pathology=pathology, **values)


def study(per_group=5):
    """Four vendors with two pathologies each, `per_group` patients in each."""
    return [
        patient(f"{v[0]}{p[0]}{i}", v, p)
        for v in VENDORS
        for p in ("HCM", "DCM")
        for i in range(per_group)
    ]


def names(examinations):
    return {e.patient for e in examinations}


def assert_apart(split):
    train, validation, test = (names(group) for group in split.groups().values())
    assert not train & validation
    assert not train & test
    assert not validation & test


TEN = [patient(f"P{i}") for i in range(10)]


class TestReading:
    @pytest.fixture
    def cache(self, tmp_path):
        planes = [phantom_patient("Q", view=view) for view in (View.LAX_4C, View.LAX_2C)]
        return write_cache(tmp_path, phantom_patient("P"), *planes)

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({}, {View.SAX}),
            ({"view": View.LAX_4C, "more_views": (View.LAX_2C,)}, {View.LAX_4C, View.LAX_2C}),
        ],
    )
    def test_a_run_reads_the_planes_that_its_network_serves(self, cache, settings, expected):
        config = TrainConfig(data=DataConfig(("phantoms",)), **settings)
        assert {e.view for e in read_examinations(cache, config)} == expected

    def test_and_those_that_it_learns_from_besides(self, cache):
        config = TrainConfig(
            view=View.LAX_2C, data=DataConfig(("phantoms",), also_views=(View.SAX,))
        )
        assert {e.view for e in read_examinations(cache, config)} == {View.LAX_2C, View.SAX}

    def test_planes_of_no_view_only_where_consistency_is_asked_for(self, tmp_path):
        write_cache(tmp_path, phantom_patient("P0"), phantom_patient("P1", view=None, annotated=()))
        config = TrainConfig(data=DataConfig(("phantoms",)))
        assert [e.patient for e in read_examinations(tmp_path, config)] == ["P0"]
        consistent = replace(config, consistency=ConsistencyConfig(("phantoms",)))
        assert [e.patient for e in read_examinations(tmp_path, consistent)] == ["P0", "P1"]

    def test_a_plane_that_the_cache_lacks_is_named(self, cache):
        config = TrainConfig(
            view=View.LAX_2C, more_views=(View.LAX_3C,), data=DataConfig(("phantoms",))
        )
        with pytest.raises(ConfigError, match="Expected examinations of the view lax_3c"):
            read_examinations(cache, config)


class TestNamed:
    def test_each_patient_goes_where_it_is_named(self):
        split = split_examinations(TEN, DataConfig(validation=("P1",), held_out=("P2", "P3")))
        assert names(split.validation) == {"P1"}
        assert names(split.test) == {"P2", "P3"}
        assert len(split.train) == 7
        assert_apart(split)

    def test_both_views_of_a_patient_go_together(self):
        both = [patient("P0"), patient("P1"), patient("P1", view=View.LAX_4C), patient("P2")]
        split = split_examinations(both, DataConfig(validation=("P1",), held_out=("P2",)))
        assert len(split.validation) == 2
        assert_apart(split)

    def test_a_view_that_is_left_out_is_tested_on_whoever_the_patient_is(self):
        planes = [patient("Q", view=view) for view in (View.LAX_4C, View.LAX_3C, View.LAX_2C)]
        split = split_examinations(
            [*TEN, *planes], DataConfig(validation=("P1",), left_out_views=(View.LAX_3C,))
        )
        assert [(e.patient, e.view) for e in split.test] == [("Q", View.LAX_3C)]
        assert {e.view for e in split.train} == {View.SAX, View.LAX_4C, View.LAX_2C}
        assert names(split.validation) == {"P1"}

    def test_a_view_can_be_left_out_of_one_data_set_alone(self):
        planes = [patient(name, view=View.LAX_4C, dataset=name) for name in ("bivme", "acdc_lax")]
        config = DataConfig(
            validation=("P1",), left_out_views=(View.LAX_4C,), left_out_of=("bivme",)
        )
        split = split_examinations([*TEN, *planes], config)
        assert [e.dataset for e in split.test] == ["bivme"]
        assert [e.dataset for e in split.train if e.view is View.LAX_4C] == ["acdc_lax"]

    def test_frames_can_be_left_out_of_the_cines_of_a_data_set(self, tmp_path):
        write_cache(
            tmp_path,
            *(phantom_patient(f"P{i}", dataset=d) for i, d in enumerate(("acdc", "acdc", "bivme"))),
        )
        config = DataConfig(validation=("P1",), left_out_frames=(1, 7), left_out_of=("bivme",))
        split = split_examinations(read_cache(tmp_path), config)
        trained = {e.dataset: [phase.frame for phase in e.phases] for e in split.train}
        assert trained == {"acdc": [0, 1], "bivme": [0]}
        assert [(e.dataset, [phase.frame for phase in e.phases]) for e in split.test] == [
            ("bivme", [1])
        ]

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            (
                {"validation": ("P1",), "held_out": ("P1",)},
                "P1 is named for validation and as held out",
            ),
            ({"validation": ("Q9",)}, "Q9 is named in the settings but is not in the cache"),
            ({"held_out": ("P1",)}, "to validate on, found 9 and 0"),
            ({"validation": tuple(f"P{i}" for i in range(10))}, "to validate on, found 0 and 10"),
            (
                {"validation": ("P1",), "left_out_vendors": ("Canon",)},
                "Vendor Canon .* the cache has Siemens",
            ),
            (
                {"validation": ("P1",), "left_out_vendors": ("Siemens",)},
                "P1 is named for validation and is of a vendor",
            ),
        ],
    )
    def test_impossible_divisions_are_refused_by_name(self, settings, message):
        with pytest.raises(ConfigError, match=message):
            split_examinations(TEN, DataConfig(**settings))

    def test_a_vendor_that_is_left_out_is_tested_on_whole(self):
        split = split_examinations(
            study(), DataConfig(validation=("SH0",), held_out=("SH1",), left_out_vendors=("GE",))
        )
        assert Counter(e.vendor for e in split.test) == {"GE": 10, "Siemens": 1}
        assert "GE" not in {e.vendor for e in split.train + split.validation}
        assert_apart(split)

    def test_patients_without_labels_are_for_training_alone(self):
        unlabeled = patient("U1", "GE", split="test", annotated=())
        split = split_examinations(
            [*TEN, unlabeled], DataConfig(validation=("P1",), left_out_vendors=())
        )
        assert "U1" in names(split.train)
        official = [patient("A"), patient("B", split="validation"), unlabeled]
        assert names(split_examinations(official, DataConfig(split="official")).train) == {
            "A",
            "U1",
        }


class TestOfficial:
    def test_the_data_sets_own_division_counts(self):
        data = [
            patient("A"),
            patient("B", split="validation"),
            patient("C", split="test"),
            patient("D"),
        ]
        split = split_examinations(data, DataConfig(split="official"))
        assert [sorted(names(group)) for group in split.groups().values()] == [
            ["A", "D"],
            ["B"],
            ["C"],
        ]

    def test_held_out_patients_are_tested_on_too(self):
        data = [
            patient("A"),
            patient("B", split="validation"),
            patient("C", split="test"),
            patient("D"),
        ]
        split = split_examinations(data, DataConfig(split="official", held_out=("D",)))
        assert names(split.test) == {"C", "D"}


class TestFolds:
    def test_every_patient_is_tested_on_once(self):
        config = DataConfig(folds=5)
        splits = [split_examinations(study(), replace(config, fold=k)) for k in range(5)]
        assert Counter(p for split in splits for p in names(split.test)) == Counter(names(study()))
        for split in splits:
            assert_apart(split)
            assert len(split.train) + len(split.validation) + len(split.test) == 40

    def test_each_fold_has_its_share_of_every_vendor_and_pathology(self):
        for fold in range(5):
            test = split_examinations(study(), DataConfig(fold=fold)).test
            assert Counter((e.vendor, e.pathology) for e in test) == {
                (v, p): 1 for v in VENDORS for p in ("HCM", "DCM")
            }  # fmt: skip

    def test_folds_do_not_depend_on_the_order_of_the_patients(self):
        config = DataConfig(fold=2)
        assert names(split_examinations(study()[::-1], config).test) == names(
            split_examinations(study(), config).test
        )

    def test_one_eighth_of_the_others_validates(self):
        split = split_examinations(study(), DataConfig(fold=0))
        assert (len(split.test), len(split.validation), len(split.train)) == (8, 4, 28)

    def test_held_out_patients_take_no_part(self):
        held_out = ("SH0", "GD1")
        for fold in range(5):
            split = split_examinations(study(), DataConfig(fold=fold, held_out=held_out))
            assert not set(held_out) & (
                names(split.train) | names(split.validation) | names(split.test)
            )

    def test_one_vendor_at_a_time_is_left_out(self):
        config = DataConfig(fold_by="vendor")
        left_out = [split_examinations(study(), replace(config, fold=k)) for k in range(4)]
        assert [{e.vendor for e in split.test} for split in left_out] == [
            {v} for v in sorted(VENDORS)
        ]
        for split in left_out:
            assert_apart(split)
            assert len({e.vendor for e in split.train}) == 3

    def test_more_folds_than_patients_a_single_vendor_and_a_fold_too_many_are_refused(self):
        with pytest.raises(ConfigError, match="11 folds need as many patients at least, found 10"):
            split_examinations(TEN, DataConfig(folds=11, fold=0))
        with pytest.raises(ConfigError, match="two at least, found Siemens"):
            split_examinations(TEN, DataConfig(fold_by="vendor", fold=0))
        with pytest.raises(ConfigError, match="a fold from 0 to 4, found 5"):
            split_examinations(TEN, DataConfig(fold=5))

    def test_counts_of_folds(self):
        assert fold_count(study(), DataConfig(folds=3)) == 3
        assert fold_count(study(), DataConfig(fold_by="vendor")) == 4

    def test_a_patient_with_two_views_is_dealt_once(self):
        both = [patient(f"P{i}", view=view) for i in range(4) for view in (View.SAX, View.LAX_4C)]
        assert len(stratified_order(both)) == 4
        assert_apart(split_examinations(both, DataConfig(folds=2, fold=1)))


@pytest.mark.parametrize("path", EXPERIMENT_FILES, ids=lambda path: path.stem)
def test_no_experiment_names_a_patient_twice(path):
    data = read_config(path).data
    assert not set(data.validation) & set(data.held_out)
    assert len(set(data.validation)) == len(data.validation)
    assert len(set(data.held_out)) == len(data.held_out)


def of_acdc_and_sunnybrook(folder):
    """100 patients of ACDC and all of Sunnybrook that an experiment names, as readers list them."""
    for number in range(1, 101):
        write_acdc_info(folder / "training" / f"patient{number:03d}")
    data = [read_config(path).data for path in EXPERIMENT_FILES]
    named = {name for one in data for name in (*one.validation, *one.held_out)}
    rows = [
        f"{name},N,1.4,1.6,8.0"
        for name in sorted(named | {"SC-N-98", "SC-N-99"})
        if name.startswith("SC-")
    ]
    for name in ("images", "labels"):
        (folder / name).mkdir()
    (folder / "spacing.csv").write_text("\n".join([",".join(sunnybrook.COLUMNS), *rows, ""]))
    return acdc.read(folder) + sunnybrook.read(folder)


def of_mnms(folder):
    write_raw(folder)
    return mnms.read(folder)


def of_mnms2(folder):
    """Eight subjects of every group, of all three vendors, both planes of each."""
    write_mnms2_table(
        folder,
        {n: MNMS2_VENDORS[n % 3] for first in (1, 161, 201) for n in range(first, first + 8)},
    )
    return mnms2.read(folder)


STUDIES = {"acdc": of_acdc_and_sunnybrook, "mnms": of_mnms, "mnms2": of_mnms2}
"""First data set of an experiment → what its readers list."""


class TestEveryDataSet:
    @pytest.mark.parametrize("path", EXPERIMENT_FILES, ids=lambda path: path.stem)
    def test_no_patient_of_an_experiment_is_in_two_groups(self, path, tmp_path):
        data = read_config(path).data
        split = split_examinations(STUDIES[data.datasets[0]](tmp_path), data)
        assert_apart(split)
        assert not set(data.held_out) - names(split.test)

    @pytest.mark.parametrize("dataset", STUDIES)
    def test_no_patient_is_in_two_groups_of_a_fold(self, dataset, tmp_path):
        examinations = STUDIES[dataset](tmp_path)
        for fold, fold_by in product(range(2), ("patient", "vendor")):
            assert_apart(
                split_examinations(examinations, DataConfig(folds=2, fold=fold, fold_by=fold_by))
            )

    def test_the_real_patients_named_for_validation_and_testing_are_there(self):
        data = data_folder("acdc", "sunnybrook_contours")
        examinations = acdc.read(data / "acdc") + sunnybrook.read(data / "sunnybrook_contours")
        for path in EXPERIMENT_FILES:
            if read_config(path).data.datasets[0] == "acdc":
                assert_apart(split_examinations(examinations, read_config(path).data))

    def test_data_sets_that_share_unknown_patients_are_not_used_together(self):
        both = [
            *(patient(f"A{i}", dataset="mnms") for i in range(3)),
            patient("001", dataset="mnms2"),
        ]
        with pytest.raises(ConfigError, match="M&Ms and M&Ms-2 share examinations"):
            split_examinations(both, DataConfig(("mnms", "mnms2"), validation=("A1",)))


def test_what_a_network_labeled_is_trained_on_and_never_scored_by():
    experts = [patient(name) for name in ("a", "b", "c")]
    network = [patient(name, dataset="mnms_pseudo") for name in ("a", "b", "c", "d")]
    config = DataConfig(validation=("b",), held_out=("c",))
    split = split_examinations([*experts, *network], config)
    assert sorted((e.patient, e.dataset) for e in split.train) == [
        ("a", "mnms"),
        ("a", "mnms_pseudo"),
        ("d", "mnms_pseudo"),
    ]
    assert [(e.patient, e.dataset) for e in split.validation] == [("b", "mnms")]
    assert [(e.patient, e.dataset) for e in split.test] == [("c", "mnms")]


def test_with_a_list_of_shared_patients_both_can_be_used_and_nobody_twice(tmp_path):
    listed = tmp_path / "shared.csv"
    listed.write_text("mnms,mnms2\nA0S9V9,002\n", encoding="utf-8")
    first = patient("A0S9V9")
    second, third = (patient(code, dataset="mnms2") for code in ("002", "003"))
    config = DataConfig(shared_patients=str(listed))
    kept = without_shared([first, second, third], config)
    assert [(e.dataset, e.patient) for e in kept] == [("mnms", "A0S9V9"), ("mnms2", "003")]
    with pytest.raises(ConfigError, match="columns mnms and mnms2"):
        without_shared([first, second], DataConfig(shared_patients=str(tmp_path / "none.csv")))


def test_a_shared_subject_is_found_whatever_became_of_its_zeros(tmp_path):
    listed = tmp_path / "shared.csv"
    second, third = (patient(code, dataset="mnms2") for code in ("002", "003"))
    for written in ("2", "2.0", "002"):
        listed.write_text(f"mnms2,mnms\n{written},A0S9V9\n", encoding="utf-8-sig")
        config = DataConfig(shared_patients=str(listed))
        assert without_shared([patient("A0S9V9"), second, third], config)[1:] == [third]


def test_a_list_of_shared_patients_without_its_columns_is_refused_though_it_is_empty(tmp_path):
    listed = tmp_path / "shared.csv"
    listed.write_text("", encoding="utf-8")
    both = [patient("A0S9V9"), patient("002", dataset="mnms2")]
    with pytest.raises(ConfigError, match="columns mnms and mnms2"):
        without_shared(both, DataConfig(shared_patients=str(listed)))
    listed.write_text("mnms,mnms2\nA0S9V9,B2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="found 'B2'"):
        without_shared(both, DataConfig(shared_patients=str(listed)))


def test_folds_are_of_those_whom_experts_drew():
    """A vendor whose patients were labeled by a network alone has no fold to be tested in."""
    drawn = [patient(f"{v}{i}", v) for v in ("Siemens", "Philips") for i in range(3)]
    by_network = [patient("G1", "GE", dataset="mnms_pseudo"), patient("G2", "GE", annotated=())]
    config = DataConfig(fold_by="vendor", held_out=("Philips0",))
    candidates = fold_candidates([*drawn, *by_network], config)
    assert {e.patient for e in candidates} == {e.patient for e in drawn} - {"Philips0"}
    assert fold_count(candidates, config) == 2


def test_patients_are_shared_though_a_network_labeled_those_of_one_data_set(tmp_path):
    listed = tmp_path / "shared.csv"
    listed.write_text("mnms,mnms2\nG1,002\n", encoding="utf-8")
    labeled, second, third = (
        patient(code, "GE", dataset=name)
        for code, name in (("G1", "mnms_pseudo"), ("002", "mnms2"), ("003", "mnms2"))
    )
    with pytest.raises(ConfigError, match="M&Ms and M&Ms-2 share examinations"):
        without_shared([labeled, second], DataConfig())
    config = DataConfig(shared_patients=str(listed))
    assert without_shared([labeled, second, third], config) == [labeled, third]

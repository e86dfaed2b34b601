import json

import pytest
import torch

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.inference import load_network
from CMRSegmentationLib.segmenting.model import load_bundle
from Testing.Training.tiny_run import TINY, tiny_run
from Training.export import (
    describe_training,
    export,
    half_precision,
    joined_licenses,
    license_of,
    main,
    together,
)
from Training.learning.averaging import AveragingError
from Training.learning.checkpoint import LAST, load_checkpoint


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return tiny_run(tmp_path_factory.mktemp("tiny"))[0]


def test_a_run_becomes_a_bundle_that_the_library_loads(run, tmp_path):
    assert main([str(run), "--name", "tiny", "--models", str(tmp_path), "--title", "A trial"]) == 0
    bundle = load_bundle(tmp_path / "tiny")
    assert (bundle.views, bundle.spacing_mm, bundle.title) == ((View.SAX,), 3.2, "A trial")
    assert load_network(bundle).config.channels == (4, 8, 8)
    assert bundle.training_data == "1 patient of phantoms (Siemens; LV, MYO, RV)"
    assert bundle.caution == ""
    assert "1 patient of phantoms" in (tmp_path / "tiny" / "README.md").read_text()


def test_the_bundle_serves_every_plane_of_the_run_and_carries_its_caution(run, tmp_path):
    saved = load_checkpoint(run / LAST)
    saved["config"] |= {"view": "lax_4c", "more_views": ["lax_2c"]}
    torch.save(saved, tmp_path / LAST)
    (tmp_path / "run.json").write_bytes((run / "run.json").read_bytes())
    arguments = [
        "--name",
        "tiny",
        "--models",
        str(tmp_path / "models"),
        "--caution",
        "Experimental: one person.",
    ]
    assert main([str(tmp_path), *arguments]) == 0
    bundle = load_bundle(tmp_path / "models" / "tiny")
    assert bundle.views == (View.LAX_4C, View.LAX_2C)
    assert bundle.caution == "Experimental: one person."
    assert "**Experimental: one person.**" in (bundle.folder / "README.md").read_text()


def test_the_averaged_weights_are_written_in_half_precision(run, tmp_path):
    main([str(run), "--name", "tiny", "--models", str(tmp_path)])
    weights = torch.load(tmp_path / "tiny" / "weights.pt", weights_only=True)
    average = load_checkpoint(run / LAST)["average"]
    assert weights.keys() == average.keys()
    assert all(
        torch.equal(weights[k], v.half() if v.is_floating_point() else v)
        for k, v in average.items()
    )


def test_counters_keep_their_type():
    halved = half_precision({"weight": torch.ones(2), "count": torch.tensor(3)})
    assert (halved["weight"].dtype, halved["count"].dtype) == (torch.float16, torch.int64)


def test_patients_are_counted_by_data_set_vendor_and_structures():
    """Two planes of one patient are one patient."""
    siemens = {"dataset": "acdc", "vendor": "Siemens", "annotated": ["LV", "RV"]}
    rows = [siemens | {"patient": patient} for patient in ("P1", "P2", "P2")]
    rows += [{"patient": "P3", "dataset": "sunnybrook", "vendor": "GE", "annotated": ["LV"]}]
    text = describe_training({"examinations": {"train": rows}})
    assert text == "2 patients of acdc (Siemens; LV, RV); 1 patient of sunnybrook (GE; LV)"


def test_the_views_of_a_patient_count_together_and_who_has_no_label_is_told_apart():
    planes = [["RV", "LV", "MYO"], ["LV", "MYO"], []]
    rows = [
        {"dataset": "lax", "vendor": "GE", "patient": "P1", "annotated": annotated}
        for annotated in planes
    ]
    rows += [{"dataset": "lax", "vendor": "GE", "patient": "P2", "annotated": []}]
    text = describe_training({"examinations": {"train": rows}})
    assert text == "1 patient of lax (GE; LV, MYO, RV); 1 patient of lax (GE; no label)"


def test_a_model_is_replaced_only_when_asked(run, tmp_path, capsys):
    arguments = [str(run), "--name", "sax", "--models", str(tmp_path), "--title"]
    assert main([*arguments, "First"]) == 0
    assert main([*arguments, "Second"]) == 1
    assert "holds a model already" in capsys.readouterr().err
    assert load_bundle(tmp_path / "sax").title == "First"
    assert main([*arguments, "Second", "--replace"]) == 0
    assert load_bundle(tmp_path / "sax").title == "Second"


@pytest.mark.parametrize(
    ("datasets", "terms"),
    [
        (["sunnybrook"], "CC0"),
        (["sunnybrook", "acdc"], "CC BY-NC-SA 4.0, non-commercial research"),
        (["mnms"], "the terms of mnms, which the maker of the model has to check"),
    ],
)
def test_the_license_is_that_of_the_data_sets_learned_from(datasets, terms):
    rows = [{"dataset": name} for name in datasets]
    assert license_of({"examinations": {"train": rows}}) == terms


def test_a_folder_without_a_checkpoint_is_refused(tmp_path, capsys):
    assert main([str(tmp_path), "--name", "tiny", "--models", str(tmp_path / "models")]) == 1
    assert "Expected the checkpoint" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("setting", "changed"),
    [
        ("network", {"network": {"channels": [8, 8, 8]}}),
        ("view", {"view": "lax_4c"}),
        ("more_views", {"more_views": ["lax_2c"]}),
        (r"sampling\.spacing_mm", {"sampling": {"spacing_mm": 1.4}}),
        ("initial_model", {"initial_model": "runs/first"}),
        ("seed where they start from random weights", {"seed": 2}),
    ],
)
def test_weights_of_runs_that_do_not_go_together_are_not_averaged(setting, changed, run, tmp_path):
    saved = load_checkpoint(run / LAST)
    saved["config"] |= changed
    torch.save(saved, tmp_path / LAST)
    with pytest.raises(AveragingError, match=f"runs with the same {setting}; .* has "):
        averaged(run, tmp_path, tmp_path / "models")


def test_weights_from_one_initial_model_are_averaged_whatever_the_seed(run, tmp_path):
    for number in (1, 2):
        saved = load_checkpoint(run / LAST)
        saved["config"] |= {"initial_model": "runs/first", "seed": number}
        (tmp_path / str(number)).mkdir()
        torch.save(saved, tmp_path / str(number) / LAST)
    (tmp_path / "1" / "run.json").write_bytes((run / "run.json").read_bytes())
    assert averaged(tmp_path / "1", tmp_path / "2", tmp_path / "models").name == "both"


def averaged(run, other, models):
    return export(
        run, "both", checkpoint="last", results=None, title="", models=models, more_runs=[other]
    )


def test_a_run_of_another_network_is_refused(run, tmp_path, capsys):
    saved = load_checkpoint(run / LAST)
    saved["config"]["architecture"] = "v_net"
    torch.save(saved, tmp_path / LAST)
    (tmp_path / "run.json").write_text(json.dumps({}))
    assert main([str(tmp_path), "--name", "tiny", "--models", str(tmp_path / "models")]) == 1
    assert "found v_net" in capsys.readouterr().err


def test_labels_of_a_network_are_under_the_terms_of_their_images():
    rows = [{"dataset": "sunnybrook_pseudo"}, {"dataset": "acdc_pseudo"}]
    assert license_of({"examinations": {"train": rows}}) == (
        "CC BY-NC-SA 4.0, non-commercial research"
    )


def test_what_earlier_trainings_learned_from_counts_as_well():
    """Weights that went on from ACDC are not free, whatever they learned from last."""
    own = [{"dataset": "own", "vendor": "GE", "patient": "P1", "annotated": ["LV"]}]
    environment = {
        "examinations": {"train": own},
        "learned_before": [{"dataset": "acdc", "patient": f"patient00{i}"} for i in (1, 2)],
    }
    non_commercial = "CC BY-NC-SA 4.0, non-commercial research"
    terms = "the terms of own, which the maker of the model has to check"
    assert license_of(environment) == f"{non_commercial}; {terms}"
    assert describe_training(environment) == (
        "1 patient of own (GE; LV); 2 patients of acdc (in an earlier training)"
    )
    bundle = {"license": non_commercial, "training_data": "80 patients of acdc (Siemens; LV)"}
    environment = {"examinations": {"train": own}, "bundle_before": bundle}
    assert license_of(environment) == f"{non_commercial}; {terms}"
    assert describe_training(environment) == (
        "1 patient of own (GE; LV); in an earlier training: 80 patients of acdc (Siemens; LV)"
    )


def test_a_run_that_began_at_a_bundle_carries_its_license(run, tmp_path):
    arguments = ["--models", str(tmp_path), "--license", "Internal use"]
    assert main([str(run), "--name", "first", *arguments]) == 0
    second, _ = tiny_run(tmp_path, initial_model=str(tmp_path / "first"))
    (tmp_path / "first").rename(tmp_path / "gone")
    third, _ = tiny_run(tmp_path / "third", initial_model=str(second), data=TINY.data)
    assert main([str(third), "--name", "last", "--models", str(tmp_path)]) == 0
    bundle = load_bundle(tmp_path / "last")
    assert "Internal use" in bundle.license
    assert "in an earlier training: 1 patient of phantoms" in bundle.training_data


def test_a_mean_of_runs_learned_from_the_patients_of_all():
    def made(train, test):
        rows = [[{"dataset": "own", "patient": p} for p in group] for group in (train, test)]
        return {"examinations": dict(zip(("train", "test"), rows, strict=True))}

    both = together([made("AB", "CD"), made("AC", "BD")])["examinations"]
    assert {row["patient"] for row in both["train"]} == set("ABC")
    assert [row["patient"] for row in both["test"]] == ["D"]


def test_a_model_that_cannot_be_replaced_stays_whole(run, tmp_path, monkeypatch):
    arguments = [str(run), "--name", "sax", "--models", str(tmp_path)]
    assert main([*arguments, "--title", "First"]) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "sax").iterdir()}

    def no_space_left(*_values):
        raise OSError("No space left on device")

    monkeypatch.setattr("Training.export.model_card", no_space_left)
    assert main([*arguments, "--title", "Second", "--replace"]) == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "sax").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["sax"]


def test_terms_that_a_person_wrote_stay_as_they_are():
    own = {"examinations": {"train": [{"dataset": "NCH"}, {"dataset": "sunnybrook"}]}}
    assert license_of(own) == "CC0; the terms of NCH, which the maker of the model has to check"
    written = "Internal use; ask before passing it on"
    assert joined_licenses([written, "CC0"]) == f"CC0; {written}"

import pytest

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting import model
from CMRSegmentationLib.segmenting.model import (
    ModelError,
    bundled_models,
    find_model,
    load_bundle,
    models_to_choose_from,
    sha256_of,
)
from Testing.bundles import change_description, describe, random_network, write_bundle


@pytest.fixture
def models(tmp_path):
    """A models folder with one model for the short axis and one for two long-axis views."""
    folder = tmp_path / "Models"
    write_bundle(folder / "heart", random_network(), spacing_mm=1.5)
    write_bundle(folder / "long", random_network(), views=(View.LAX_2C, View.LAX_4C))
    return folder


def test_a_bundle_tells_what_training_wrote_beside_the_weights(models):
    bundle = load_bundle(models / "long")
    assert (bundle.name, bundle.views, bundle.spacing_mm) == (
        "long",
        (View.LAX_2C, View.LAX_4C),
        2.0,
    )
    assert bundle.network["channels"] == [4, 8]
    assert bundle.weights_path == models / "long" / "weights.pt"
    assert bundle.weights_sha256 == sha256_of(bundle.weights_path)


def test_a_description_survives_writing_and_reading(models):
    bundle = load_bundle(models / "heart")
    change_description(models / "heart", **bundle.to_json())
    assert load_bundle(models / "heart") == bundle


def test_a_caution_is_read_and_written_and_a_description_without_one_has_none(models):
    assert load_bundle(models / "heart").caution == ""
    change_description(models / "heart", caution="Experimental: learned from one person.")
    bundle = load_bundle(models / "heart")
    assert bundle.caution == bundle.to_json()["caution"] == "Experimental: learned from one person."
    older = {key: value for key, value in bundle.to_json().items() if key != "caution"}
    describe(models / "heart", older)
    assert load_bundle(models / "heart").caution == ""


def test_the_checksum_is_that_of_the_published_test_vector(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of(tmp_path / "file") == expected


@pytest.mark.parametrize("name", ["model.json", "weights.pt"])
def test_a_missing_file_is_named(models, name):
    (models / "heart" / name).unlink()
    with pytest.raises(ModelError, match=f"has no {name}; install the model again"):
        load_bundle(models / "heart")


def test_weights_that_were_exchanged_are_refused(models):
    path = models / "heart" / "weights.pt"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match="damaged or were exchanged: expected SHA-256"):
        load_bundle(models / "heart")


def test_weights_larger_than_any_model_of_this_project_are_refused(models, monkeypatch):
    monkeypatch.setattr(model, "MAXIMUM_WEIGHTS_BYTES", 100)
    with pytest.raises(ModelError, match="at most 100 bytes"):
        load_bundle(models / "heart")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"schema": 1}', "null"],
    ids=["empty", "list", "broken", "no keys", "null"],
)
def test_a_file_that_is_no_description_is_refused(models, text):
    (models / "heart" / "model.json").write_text(text)
    with pytest.raises(ModelError, match=r"model\.json is not a model description"):
        load_bundle(models / "heart")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("views", ["sideways"]),
        ("spacing_mm", "fine"),
        ("network", 7),
        ("views", None),
        ("accuracy", 3),
    ],
)
def test_a_description_with_an_impossible_value_is_refused(models, key, value):
    change_description(models / "heart", **{key: value})
    with pytest.raises(ModelError, match="is not a model description"):
        load_bundle(models / "heart")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("schema", 2, "has schema 2, this program reads 1"),
        ("normalization", "min_max", "normalization 'min_max'"),
        ("spacing_mm", 0.0, "in-plane spacing"),
        ("spacing_mm", float("nan"), "in-plane spacing"),
        ("views", [], "at least one view"),
    ],
)
def test_what_this_program_cannot_do_is_refused(models, key, value, message):
    change_description(models / "heart", **{key: value})
    with pytest.raises(ModelError, match=message):
        load_bundle(models / "heart")


def test_all_models_of_the_folder_are_listed_by_name(models):
    (models / "notes").mkdir()
    assert [bundle.name for bundle in bundled_models(models)] == ["heart", "long"]
    assert bundled_models(models / "notes") == ()


def test_what_a_killed_export_was_writing_is_no_model(models):
    (models / "heart").rename(models / ".heart.partial-host-1-abc")
    assert [bundle.name for bundle in bundled_models(models)] == ["long"]
    with pytest.raises(ModelError, match=r"a bundled model \(long\)"):
        find_model("heart", View.SAX, models)


def test_without_a_name_the_first_model_that_serves_the_view_is_taken(models):
    assert find_model(None, View.SAX, models).name == "heart"
    assert find_model(None, View.LAX_4C, models).name == "long"


def test_a_view_that_no_model_serves_is_refused(models):
    with pytest.raises(ModelError, match="No bundled model serves the view lax_3c"):
        find_model(None, View.LAX_3C, models)


def test_a_model_is_found_by_name_and_by_folder(models, tmp_path):
    assert find_model("heart", View.SAX, models).folder == models / "heart"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert find_model(str(models / "long"), View.LAX_2C, elsewhere).name == "long"


def test_an_unknown_model_is_refused_with_the_known_ones(models, tmp_path):
    with pytest.raises(
        model.UnknownModelError,
        match=r"Unknown model 'brain': expected a bundled model \(heart, long\)",
    ):
        find_model("brain", View.SAX, models)
    with pytest.raises(model.UnknownModelError, match=r"\(none\)"):
        find_model("brain", View.SAX, tmp_path / "nowhere")


def test_a_name_leaves_one_model_to_choose_from_and_no_name_all(models):
    assert [bundle.name for bundle in models_to_choose_from("long", models)] == ["long"]
    assert [bundle.name for bundle in models_to_choose_from(None, models)] == ["heart", "long"]

from CMRSegmentationLib.command_line import models
from CMRSegmentationLib.segmenting.model import bundled_models
from Testing.bundles import change_description, random_network, write_bundle
from Testing.Lib.running import run


def test_lists_each_model_with_its_terms_and_card(tmp_path, capsys, monkeypatch):
    write_bundle(tmp_path / "heart", random_network(), title="A heart for tests")
    change_description(tmp_path / "heart", caution="Learned from noise.")
    monkeypatch.setattr(models, "bundled_models", lambda: bundled_models(tmp_path))
    assert run("models") == 0
    text = capsys.readouterr().out
    card = str(tmp_path / "heart" / "README.md")
    for word in (
        "heart: A heart for tests",
        "sax",
        "2 mm",
        "Apache-2.0",
        "Learned from noise.",
        card,
    ):
        assert word in text


def test_says_when_there_is_none(capsys, monkeypatch):
    monkeypatch.setattr(models, "bundled_models", lambda: ())
    assert run("models") == 0
    assert "No model is bundled" in capsys.readouterr().out

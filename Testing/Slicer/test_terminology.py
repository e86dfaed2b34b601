"""The module's own codes, which Slicer's lists lack for the myocardium."""

import json
from pathlib import Path

import slicer
from CMRSegmentationMRML import terminology

CONTEXT_FILE = (
    Path(__file__).parents[2] / "CMRSegmentation/Resources/Terminologies/CMRSegmentation.term.json"
)


def load():
    assert terminology.load_terminology(str(CONTEXT_FILE))


def test_every_entry_is_found_in_the_context_and_serializes_unchanged(scene):
    load()
    logic = slicer.modules.terminologies.logic()
    for structure in terminology.STRUCTURES:
        entry = slicer.vtkSlicerTerminologyEntry()
        assert logic.DeserializeTerminologyEntry(structure.terminology_entry, entry)
        assert entry.GetTypeObject().GetCodeMeaning() == structure.code.split("^")[2]
        assert logic.SerializeTerminologyEntry(entry) == structure.terminology_entry


def test_the_codes_are_those_of_snomed_ct():
    codes = {structure.segment_id: structure.code for structure in terminology.STRUCTURES}
    assert codes == {
        "LV": "SCT^87878005^Left ventricle",
        "MYO": "SCT^74281007^Myocardium",
        "RV": "SCT^53085002^Right ventricle",
    }


def test_an_entry_has_seven_parts():
    assert all(structure.terminology_entry.count("~") == 6 for structure in terminology.STRUCTURES)


def test_the_colors_of_the_context_are_those_of_the_segments():
    types = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))["SegmentationCodes"]["Category"][
        0
    ]["Type"]
    for structure, listed in zip(terminology.STRUCTURES, types, strict=True):
        assert [round(255 * part) for part in structure.color] == [
            int(n) for n in listed["recommendedDisplayRGBValue"]
        ]


def test_loading_twice_is_harmless(scene):
    load()
    load()


def test_a_missing_file_is_reported(scene, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(terminology, "CONTEXT", "Not loaded")
    assert not terminology.load_terminology(str(tmp_path / "missing.term.json"))
    capfd.readouterr()  # Slicer's logic complains on its own

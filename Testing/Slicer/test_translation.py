"""Every text that the module shows goes through Slicer's translation.

Texts of the library are translated by `library_words.py`: findings, what was left out, the names
and definitions of measures, and what the bundled models say of themselves. Errors of its readers
and of the child stay English, as the command line writes them. Names of people, of DICOM codes and
of the sample are not translated either. `test_languages.py` shows the panel in two languages.
"""

import ast
import re
import sys
from xml.etree import ElementTree as ET

import pytest
import slicer
import slicer.i18n
from CMRSegmentationMRML import device_check, pip_output, plots, sequences

from .conftest import MODULE_FILE, MODULE_FOLDER, entered_panel, wait_until

UI_FILE = MODULE_FOLDER / "Resources/UI/CMRSegmentation.ui"
FILES = [MODULE_FILE, *sorted((MODULE_FOLDER / "CMRSegmentationMRML").glob("*.py"))]
TRANSLATORS = ("_", "translate")

WORDS = re.compile(r"[A-Za-z]{2,}\W* |^\W*[A-Z][a-z]+\W*$| [a-z]{2,}")
"""Several words, or one that is capitalized: what people read. Identifiers are neither."""

NOT_SHOWN = {
    "CMRSegmentation.py": {
        "CMRSegmentation developers", '<p><a href="', "Resources", "Sequences", "Segmentations",
        "Terminologies",
        "Plots",
        # Slicer's own test, for developers, as in Slicer's template
        "Labels came back from the segmentation sequence", "The sample was segmented",
        "PyTorch is not installed", "Skipped: ",
    },
    "child_messages.py": {"error: "},
    "device_check.py": {
        device_check.COMMAND,
    },
    "display.py": {"Closed surface"},  # name of a representation
    # keys of columns, whose titles are translated
    "examination.py": {"Cine", "Measure", "Value", "Unit", "Definition"},
    "frame_times.py": {"Time"},  # the name of a DICOM tag
    # keys of columns, whose titles are translated
    "plots.py": {
        "Measure", "Value", "Unit", "Trust", "Definition", "Key", "Phase", "Time", "Position",
        "Name",
    },
    "language.py": {"Translations"},  # a folder
    "pip_output.py": {
        pip_output.NETWORK.pattern, pip_output.DISK.pattern,
        pip_output.PERMISSION.pattern,
    },
    "registration.py": {"CMR cine (Sunnybrook)", "Icons", "Terminologies"},
    "run_log.py": {"CMRSegmentation ", "Slicer ", "Python "},  # names of programs
    "segmentations.py": {"Binary labelmap"},  # name of a representation
    "self_test.py": {"Test cine"},
    "studies.py": {"Study"},  # a level of the subject hierarchy
    # between the colors of the legend
    "trust_panel.py": {'<span style="background-color:', "; color:", " &nbsp; "},
    "terminology.py": {
        "CMR ventricles", "SCT^123037004^Anatomical Structure", "SCT^87878005^Left ventricle",
        "SCT^53085002^Right ventricle",
    },
}  # fmt: skip
NRRD_HEADER = re.compile(
    r"(type|dimension|space|sizes|kinds|endian|encoding|axis 3|space directions|space origin| none)"
    r"\b.*"
)


def named(path):
    return path.name


def called(node):
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def untranslated(tree):
    """The text constants of a file outside of docstrings, log and translation."""
    passed_over = set()
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or called(node) in TRANSLATORS or called(node).startswith("LOGGER."):
            passed_over.update(id(below) for below in ast.walk(node))
    constants = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {node.value for node in constants if id(node) not in passed_over}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_texts_in_the_code_are_translated_or_known_not_to_be_shown(path):
    found = {
        text
        for text in untranslated(ast.parse(path.read_text(encoding="utf-8")))
        if WORDS.search(text)
    }
    if path.name == "exchange.py":
        found = {text for text in found if not NRRD_HEADER.match(text)}
    assert found == NOT_SHOWN.get(path.name, set())


@pytest.mark.parametrize(
    "text", ["Choose a cine", "Volume (ml)", "Measure", "Checking…", ", ES phase ", "no times"]
)
def test_what_people_read_is_recognized(text):
    assert WORDS.search(text)


@pytest.mark.parametrize(
    "text", ["vtkMRMLSequenceNode", "CMR.View", "clicked()", "auto", "--progress", "MYO", "sax"]
)
def test_identifiers_are_not_taken_for_texts(text):
    assert not WORDS.search(text)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_slicers_tools_can_extract_each_translated_text(path):
    """They read the source.

    The text has to stand there as a constant, and values come in with `format` afterwards.
    """
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if called(node) in TRANSLATORS
    ]
    assert [
        ast.unparse(call)
        for call in calls
        if not all(isinstance(argument, ast.Constant) for argument in call.args) or call.keywords
    ] == []


def test_texts_of_the_ui_file_are_translatable_and_names_are_not():
    strings = [*ET.parse(UI_FILE).iter("string"), *ET.parse(UI_FILE).iter("stringlist")]
    kept = [
        text
        for element in strings
        if element.get("notr") == "true"
        for text in element.itertext()
        if text.strip()
    ]
    assert len(kept) == 18
    assert [text for text in kept if not re.fullmatch(r"\w+|Alt\+.", text)] == []


# The panel in a language that puts every translated text in brackets


def bracketed(text):
    return f"⟦{text}⟧"


@pytest.fixture
def foreign(scene, monkeypatch, tmp_path):
    """The module loaded where every text is translated.

    With a model that has a caution, and no dialogs.
    """
    english = slicer.i18n.tr
    monkeypatch.setattr(slicer.i18n, "tr", bracketed)
    translate_with(bracketed)
    with entered_panel(tmp_path / "models") as widget:
        yield widget
    translate_with(english)


def translate_with(translator):
    """Gives the modules that are loaded already another translator."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("CMRSegmentation", "CMRSegmentationMRML") and hasattr(
            module, "_"
        ):
            module._ = translator


def without_translation(texts):
    """The texts of several letters, units aside, that no translator has seen."""
    return [
        text
        for text in texts
        if re.search(r"[a-z]{2}", outside_brackets(text).removesuffix("(ml)"))
    ]


def outside_brackets(text):
    """
    >>> outside_brackets("⟦⟦Segmenting⟧, phase 2⟧ of 4")
    ' of 4'
    """
    inner = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return text if inner == text else outside_brackets(inner)


def items(combo):
    return [combo.itemText(index) for index in range(combo.count)]


def test_before_a_run_the_panel_shows_translated_texts_alone(foreign, phantom):
    ui = foreign.ui
    assert (
        without_translation(
            [ui.inputSummaryLabel.text, ui.applyButton.text, ui.applyButton.toolTip]
        )
        == []
    )
    sequences.add_cine(phantom.cine, "H")
    wait_until(lambda: foreign.cine is not None)
    choices = [ui.viewComboBox, ui.phasesComboBox, ui.deviceComboBox, ui.earlierComboBox]
    texts = [
        ui.inputSummaryLabel.text,
        ui.applyButton.toolTip,
        *(text for combo in choices for text in items(combo)),
    ]
    assert without_translation(texts) == []
    assert items(ui.modelComboBox) == ["⟦Automatic⟧", "The sax model"]


def test_after_a_run_nodes_tables_chart_and_panel_are_translated(foreign, phantom, scripted_child):
    sequences.add_cine(phantom.cine, "H")
    wait_until(lambda: foreign.cine is not None)
    before = slicer.mrmlScene.GetNumberOfNodes()
    scripted_child("say(stage='infer', done=1, total=4); time.sleep(0.2); deliver()")
    seen = []
    foreign.ui.applyButton.click()
    wait_until(
        lambda: seen.append(foreign.ui.statusLabel.text) or foreign.results.sequence is not None
    )
    assert "⟦⟦Segmenting⟧, phase 2 of 4⟧" in seen
    header = [foreign.ui.measuresTable.horizontalHeaderItem(column).text() for column in range(3)]
    added = [
        slicer.mrmlScene.GetNthNode(index)
        for index in range(before, slicer.mrmlScene.GetNumberOfNodes())
    ]
    names = [
        node.GetName()
        for node in added
        if not node.IsA("vtkMRMLStorageNode") and not node.GetHideFromEditors()
    ]
    assert len(names) >= 5
    assert without_translation([*seen, *header, foreign.ui.findingsLabel.text, *names]) == []
    assert without_translation(shown_in_plots(foreign.results.sequence)) == []
    segments = foreign.cine.browser.GetProxyNode(foreign.results.sequence).GetSegmentation()
    assert segments.GetSegment("LV").GetName() == "⟦Left ventricle blood pool⟧"


def shown_in_plots(sequence):
    """Titles of the columns, the chart and its axes, and the names of its curves."""
    tables = [sequence.GetNodeReference(role) for role in (plots.TABLE_ROLE, plots.CURVES_ROLE)]
    columns = [
        (table, table.GetColumnName(index))
        for table in tables
        for index in range(table.GetNumberOfColumns())
    ]
    chart = sequence.GetNodeReference(plots.CHART_ROLE)
    series = [
        chart.GetNthPlotSeriesNode(index).GetName()
        for index in range(chart.GetNumberOfPlotSeriesNodes())
    ]
    titles = [table.GetColumnTitle(name) for table, name in columns]
    assert all(titles)
    return [*titles, chart.GetTitle(), chart.GetXAxisTitle(), chart.GetYAxisTitle(), *series]


def test_a_failure_is_told_in_the_users_language(foreign, phantom, scripted_child):
    sequences.add_cine(phantom.cine, "H")
    wait_until(lambda: foreign.cine is not None)
    scripted_child("sys.exit(3)")
    foreign.ui.applyButton.click()
    wait_until(lambda: not foreign.run.running)
    assert foreign.ui.statusLabel.text.startswith(
        "⟦The segmentation process ended without a result"
    )

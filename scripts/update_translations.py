"""Brings the translations of the module up to date: `make translations`.

python -m scripts.update_translations

Texts of the panel stand in its code and its .ui file, those of the library in its tables. Each
`.ts` file gets every text of today, keeps what was translated, and loses what is said no more; what
is new is marked as unfinished and waits for its translation. Then the `.ts` files are compiled to
the `.qm` files beside them, which Slicer loads.

Contexts are those under which Slicer looks texts up: for code the name of the package and the file,
for the .ui file its class, for the library one of its own. Slicer's own update_translations.py
finds the same texts of the panel under the same contexts.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import PySide6

from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.segmenting.model import bundled_models
from CMRSegmentationLib.sentences import SENTENCES

MODULE = Path(__file__).resolve().parent.parent / "CMRSegmentation"
PACKAGE = MODULE / "CMRSegmentationMRML"
UI_FILE = MODULE / "Resources/UI/CMRSegmentation.ui"
TRANSLATIONS = MODULE / "Resources/Translations"
LIBRARY_CONTEXT = "CMRSegmentationLib"
LANGUAGES = ("de", "ko")
LRELEASE = Path(PySide6.__file__).parent / "lrelease"

Texts = dict[str, list[str]]
"""Context → texts, each once."""


def main() -> int:
    """Write and compile the files of all languages; name what still has no translation.

    Returns:
        The exit status, 1 if a text is not translated.
    """
    texts = texts_by_context()
    TRANSLATIONS.mkdir(exist_ok=True)
    missing = 0
    for language in LANGUAGES:
        path = ts_file(language)
        known = translations_of(path) if path.is_file() else {}
        write_ts(path, language, texts, known)
        for context, text in untranslated(texts, known):
            missing += 1
            print(f"{path.name}: {context}: {text!r} is not translated", file=sys.stderr)
        compile_ts(path, path.with_suffix(".qm"))
    return 1 if missing else 0


def ts_file(language: str) -> Path:
    """The file of a language, named as Slicer's tools name it."""
    return TRANSLATIONS / f"CMRSegmentation_{language}.ts"


def texts_by_context() -> Texts:
    """Every text that a translator has to translate."""
    texts: dict[str, dict[str, None]] = {}
    for path in (MODULE / "CMRSegmentation.py", *sorted(PACKAGE.glob("*.py"))):
        name = path.stem if path.parent == MODULE else f"{path.parent.name}.{path.stem}"
        texts.setdefault(name, {}).update(dict.fromkeys(texts_of_code(path)))
    root = ET.parse(UI_FILE).getroot()
    texts.setdefault(root.findtext("class", ""), {}).update(dict.fromkeys(texts_of_ui(root)))
    texts[LIBRARY_CONTEXT] = dict.fromkeys(texts_of_library())
    return {context: list(found) for context, found in texts.items() if found}


def texts_of_code(path: Path) -> Iterator[str]:
    """What `_()` is called with; texts under other contexts are Slicer's own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_":
            yield ast.literal_eval(node.args[0])


def texts_of_ui(root: ET.Element) -> Iterator[str]:
    """The texts of widgets, without the names of nodes and settings, which are marked."""
    names = {id(name) for group in root.iter("stringlist") for name in group if is_name(group)}
    for element in root.iter("string"):
        if id(element) not in names and not is_name(element) and (element.text or "").strip():
            yield element.text or ""


def is_name(element: ET.Element) -> bool:
    """Whether an element of the .ui file is marked as not to be translated."""
    return element.get("notr") == "true"


def texts_of_library() -> Iterator[str]:
    """Sentences and words, names and definitions of measures, and what models say of themselves."""
    yield from SENTENCES.values()
    yield from (" ".join(words) for words in SEGMENTS.values())
    for definition in DEFINITIONS.values():
        yield definition.name
        yield from definition.text.split("; ")
        if "beats" in definition.unit:  # the others are the same in every language
            yield definition.unit
    for model in bundled_models():
        yield model.title
        if model.caution:
            yield model.caution


def translations_of(path: Path) -> dict[tuple[str, str], str]:
    """Context and text → translation, of a `.ts` file; unfinished ones are left out."""
    found = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") is None and translation.text:
                key = context.findtext("name", ""), message.findtext("source", "")
                found[key] = translation.text
    return found


def untranslated(texts: Texts, known: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    """Context and text of what has no translation."""
    return [
        (context, text)
        for context, found in texts.items()
        for text in found
        if (context, text) not in known
    ]


def write_ts(path: Path, language: str, texts: Texts, known: dict[tuple[str, str], str]) -> None:
    """Write a `.ts` file with every text, translated as far as it is known."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    for context, found in texts.items():
        group = ET.SubElement(root, "context")
        ET.SubElement(group, "name").text = context
        for text in found:
            message = ET.SubElement(group, "message")
            ET.SubElement(message, "source").text = text
            translation = ET.SubElement(message, "translation")
            if (context, text) in known:
                translation.text = known[context, text]
            else:
                translation.set("type", "unfinished")
    ET.indent(root, "    ")
    body = ET.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    path.write_text(f"{head}{body}\n", encoding="utf-8")


def compile_ts(source: Path, target: Path) -> None:
    """Compile a `.ts` file with Qt's own tool.

    Raises:
        subprocess.CalledProcessError: if it cannot be compiled.
    """
    subprocess.run(
        [LRELEASE, "-silent", "-compress", "-nounfinished", source, "-qm", target], check=True
    )


if __name__ == "__main__":
    sys.exit(main())

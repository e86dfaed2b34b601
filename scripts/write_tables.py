"""Writes every table in README, docs and model cards that comes from data.

`python -m scripts.write_tables`. Accuracy and speed come from the files in `Training/results/`
alone, the measures from their definitions; a test fails when a document differs from them in a
digit. The accuracy in each model's `model.json` and card is written anew, too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from CMRSegmentationLib.segmenting.model import CARD_FILE, DESCRIPTION_FILE
from CMRSegmentationLib.whole_files import write_whole
from Training.reporting.card import accuracy_by_group, accuracy_table
from Training.reporting.validation import all_tables, filled
from Training.scoring.results import RESULTS_FILE

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "Training" / "results"
MODELS = ROOT / "Resources" / "Models"
DOCUMENTS = ("README.md", "docs/validation.md", "docs/measures.md")
TABLE_OF_A_CARD = re.compile(r"\| data set \| patients \| structure and phase .*\n(\|.*\n)+")


def main() -> None:
    """Bring the tables of every document, description and card up to date."""
    tables = all_tables(RESULTS, MODELS)
    for name in DOCUMENTS:
        path = ROOT / name
        write_whole(path, filled(path.read_text(encoding="utf-8"), tables))
    for results in sorted(RESULTS.glob(f"*/{RESULTS_FILE}")):
        write_accuracy(MODELS / results.parent.name, results)


def write_accuracy(model: Path, results: Path) -> None:
    """Put the accuracy of stored results into a model's description and card."""
    accuracy = accuracy_by_group(results)
    description = json.loads((model / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    text = json.dumps(description | {"accuracy": accuracy}, indent=2) + "\n"
    write_whole(model / DESCRIPTION_FILE, text)
    card = (model / CARD_FILE).read_text(encoding="utf-8")
    table = accuracy_table(accuracy) + "\n"
    write_whole(model / CARD_FILE, TABLE_OF_A_CARD.sub(lambda _: table, card))


if __name__ == "__main__":
    main()

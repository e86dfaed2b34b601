"""The tables of accuracy and speed that documents show, made from stored results alone.

`Training/results/` holds for each bundled model the `results.csv` of `Training.evaluate` and, where
whole cines with contours were scored, the `cines.csv` of `Training.evaluate_cines`; `speed.csv` is
what `scripts/bench.py` measured.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.measuring.definitions import DEFINITIONS, INDEXED_QUANTITIES
from CMRSegmentationLib.segmenting.model import DESCRIPTION_FILE
from Training.reporting.tables import Table, agreement_table, reference_table, summary_table
from Training.scoring.results import RESULTS_FILE, WHOLE, ResultRow, read_results

CINES_FILE = "cines.csv"
SPEED_FILE = "speed.csv"
PLACES = {"acdc": "ACDC", "acdc_lax": "ACDC, cut planes", "sunnybrook": "Sunnybrook"}
STRUCTURES = ("LV", "MYO", "RV")
BLOCK = re.compile(r"(<!-- table: ([\w ]+) -->\n).*?(<!-- table: end -->)", re.DOTALL)


class ValidationError(UserError, ValueError):
    """A document asks for a table that cannot be made."""


@dataclass(frozen=True)
class ModelResults:
    """What was measured of one model.

    Attributes:
        name: of the model.
        rows: of `results.csv`.
        cines: of `cines.csv`, or empty.
    """

    name: str
    rows: tuple[ResultRow, ...]
    cines: tuple[Mapping[str, str], ...]


def read_model(folder: Path) -> ModelResults:
    """The stored results of a model.

    Raises:
        ResultsError: if `results.csv` is missing or is something else.
    """
    cines = folder / CINES_FILE
    found = tuple(_csv_rows(cines)) if cines.is_file() else ()
    return ModelResults(folder.name, tuple(read_results(folder / RESULTS_FILE)), found)


def short_table(model: ModelResults) -> Table:
    """Mean Dice of the LV, the myocardium and the RV: a line for each data set, view and phase."""
    whole = [row for row in model.rows if row.level == WHOLE]
    groups = sorted({(row.dataset, row.vendor, row.view) for row in whole})
    lines = []
    for dataset, vendor, view in groups:
        rows = [r for r in whole if (r.dataset, r.vendor, r.view) == (dataset, vendor, view)]
        patients = len({row.patient for row in rows})
        for phase in sorted({row.phase for row in rows}):
            name = f"{patients} of {PLACES.get(dataset, dataset)} ({vendor})"
            dice = [_mean_dice(rows, phase, structure) for structure in STRUCTURES]
            lines.append((name, view, phase, *dice))
    head = ("patients never trained on", "view", "phase", "LV", "myocardium", "RV")
    return Table(f"Model `{model.name}`: mean Dice coefficient", head, tuple(lines))


def _mean_dice(rows: Sequence[ResultRow], phase: str, structure: str) -> str:
    values = [row.dice for row in rows if (row.phase, row.structure) == (phase, structure)]
    return f"{sum(values) / len(values):.3f}" if values else ""


def card_table(folder: Path) -> Table:
    """Mean Dice that a model brings along in its description: a line for each group and phase.

    Raises:
        OSError, ValueError, KeyError: if the folder has no readable description.
    """
    description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    lines = []
    for group, found in description["accuracy"].items():
        dice = found["mean_dice"]
        for phase in ("ED", "ES", "all phases"):
            values = [dice.get(f"{structure} {phase}") for structure in STRUCTURES]
            if any(value is not None for value in values):
                cells = ("" if value is None else f"{value:.3f}" for value in values)
                lines.append((group, str(found["patients"]), phase, *cells))
    head = ("data set", "patients", "phase", "LV", "myocardium", "RV")
    return Table(f"Model `{folder.name}`: mean Dice coefficient", head, tuple(lines))


def cine_table(model: ModelResults) -> Table:
    """Whole cines read from DICOM against the experts' contours of the LV."""
    lines = [
        (
            cine["patient"],
            f"{float(cine['ed_dice']):.3f}",
            f"{float(cine['es_dice']):.3f}",
            f"{float(cine['ef_percent']):.1f}",
            f"{float(cine['expert_ef_percent']):.1f}",
            cine["ed_frames_off"],
            cine["es_frames_off"],
        )
        for cine in model.cines
    ]
    head = ("cine", "LV Dice ED", "LV Dice ES", "EF %", "experts' EF %", "ED off", "ES off")
    title = f"Model `{model.name}`: whole cines from DICOM (GE); ED and ES off in phases"
    return Table(title, head, tuple(lines))


def speed_table(path: Path) -> Table:
    """What the whole command took."""
    lines = [
        (row["what"], row["seconds"], row["peak_gib"], row["conditions"]) for row in _csv_rows(path)
    ]
    return Table("Time and memory", ("what", "seconds", "peak GiB", "conditions"), tuple(lines))


def measures_table() -> Table:
    """Every measure with its definition and source; those divided by body surface are left out."""
    lines = [
        (f"`{row.key}`", row.name, row.unit, row.text)
        for row in DEFINITIONS.values()
        if row.key.split("_")[-1] != "index"
    ]
    divided = ", ".join(INDEXED_QUANTITIES)
    title = f"Measures; those that end in {divided} have an index, too"
    return Table(title, ("key", "name", "unit", "definition and source"), tuple(lines))


def all_tables(results: Path, models: Path) -> dict[str, str]:
    """Name → Markdown of every table that a document may ask for.

    `short NAME` and `cines NAME` are the short tables of a model, `all NAME` has everything, `card
    NAME` what its description says; `speed` the time and memory, `measures` what is measured.

    Args:
        results: folder of the stored results.
        models: folder of the bundled models.

    Raises:
        ResultsError: if a stored result is damaged.
    """
    tables = {
        "speed": speed_table(results / SPEED_FILE).to_markdown(),
        "measures": measures_table().to_markdown(),
    }
    for path in sorted(models.glob(f"*/{DESCRIPTION_FILE}")):
        tables[f"card {path.parent.name}"] = card_table(path.parent).to_markdown()
    for path in sorted(results.glob(f"*/{RESULTS_FILE}")):
        model = read_model(path.parent)
        found = [short_table(model)]
        tables[f"short {model.name}"] = found[0].to_markdown()
        if model.cines:
            found.append(cine_table(model))
            tables[f"cines {model.name}"] = found[1].to_markdown()
        rows = model.rows
        found += [summary_table(rows), summary_table(rows, "hd_mm"), reference_table(rows, "level")]
        if any(row.view == "sax" for row in rows):
            found.append(agreement_table(rows))
        tables[f"all {model.name}"] = "\n".join(table.to_markdown() for table in found)
    return tables


def filled(text: str, tables: Mapping[str, str]) -> str:
    """A document with its tables replaced by those of the stored results.

    A table stands between `<!-- table: NAME -->` and `<!-- table: end -->`.

    Raises:
        ValidationError: if there is no table of that name.
    """

    def replace(block: re.Match[str]) -> str:
        name = block.group(2)
        if name not in tables:
            known = ", ".join(sorted(tables))
            raise ValidationError(f"Expected one of the tables {known}, found {name!r}.")
        return f"{block.group(1)}{tables[name]}{block.group(3)}"

    return BLOCK.sub(replace, text)


def _csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))

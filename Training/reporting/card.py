"""The model card: what a model is, what it learned from, its accuracy and its limits."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from CMRSegmentationLib.image import FOREGROUND, View
from CMRSegmentationLib.segmenting.model import ModelBundle
from CMRSegmentationLib.segmenting.unet import UNet, config_from_json, parameter_count
from Training.scoring.results import read_results

Accuracy = dict[str, Any]

SOURCES = {
    "acdc": (
        "ACDC (Bernard et al., IEEE TMI 37:2514, 2018, doi:10.1109/TMI.2018.2837502; CC "
        "BY-NC-SA 4.0)"
    ),
    "acdc_lax": (
        "planes cut from the short-axis stacks of the ACDC patients "
        "(`Training/datasets/reformatting.py`)"
    ),
    "bivme": (
        "the example examination of biv-me (Apache-2.0; contours of an automatic "
        "segmentation, not of an expert)"
    ),
    "mnms": "M&Ms (Campello et al., IEEE TMI 40:3543, 2021, doi:10.1109/TMI.2021.3090082)",
    "mnms2": "M&Ms-2 (Martín-Isla et al., IEEE JBHI 27(7), 2023, doi:10.1109/JBHI.2023.3267857)",
    "sunnybrook": (
        "the Sunnybrook Cardiac Data (Radau et al., MIDAS Journal 2009; CC0, blood pool "
        "of the LV only)"
    ),
}

SHORT_AXIS_LIMITS = """\
* Research use only, not for clinical decisions.
{learned}
* End-systole of small or hypertrophic hearts, and the most basal and apical slices, are the least
  accurate.
* {unseen} were not in the training data.
* Papillary muscles and trabeculae count as blood pool where the experts drew them so, as those of
  the public data sets did."""

LONG_AXIS_LIMITS = """\
* Research use only, not for clinical decisions, and experimental: the contours must be looked at.
{learned}
* The planes of the valves and the outflow tract of the three-chamber view are the least accurate.
* The RV is not drawn in two-chamber views.
* Papillary muscles and trabeculae count as blood pool."""


FEW_LONG_AXES = """\
* Real long-axis images of few people were learned from; of other hearts, planes cut from short-axis
  stacks at most."""
WITH_FEW_LONG_AXES = {"acdc_lax", "bivme"}
"""Data sets of which that is true."""
CONGENITAL = {"FALL", "CIA"}
"""Pathologies of M&Ms-2: tetralogy of Fallot, interatrial communication."""


def limits_of(environment: dict[str, Any], *, is_long_axis: bool) -> str:
    """What a model cannot do, as far as its training data tell."""
    rows = environment["examinations"]["train"]
    learned = learned_limits(environment)
    if is_long_axis:
        few = {row["dataset"] for row in rows} & WITH_FEW_LONG_AXES
        return LONG_AXIS_LIMITS.replace("{learned}", FEW_LONG_AXES if few else learned)
    congenital = {row.get("pathology") for row in rows} & CONGENITAL
    unseen = "Implants" if congenital else "Congenital defects, implants"
    limits = SHORT_AXIS_LIMITS.replace("{learned}", learned)
    return limits.replace("{unseen}", f"{unseen} and images with strong artifacts")


def learned_limits(environment: dict[str, Any]) -> str:
    """What follows from the scanners that a run learned from, and from which structures of each."""
    rows = environment["examinations"]["train"]
    vendors = sorted({row["vendor"] for row in rows})
    first = (
        f"* Learned from images of {_listed(vendors)}; on any other scanner the contours must be"
    )
    lines = [f"{first} looked at."]
    for name in (label.name for label in FOREGROUND):
        drawn = sorted({row["vendor"] for row in rows if name in row["annotated"]})
        if drawn and drawn != vendors:
            lines.append(f"* {name} was learned from images of {_listed(drawn)} alone.")
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def accuracy_by_group(results: Path) -> Accuracy:
    """Mean Dice by data set, long-axis plane, phase and structure, and patient counts.

    Of a long-axis plane, all labeled phases count together as well.

    Raises:
        ResultsError: if the file is not a table of results.
    """
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    patients: dict[str, set[str]] = defaultdict(set)
    for row in read_results(results):
        if row.level != "all":
            continue
        group = f"{row.dataset} ({row.vendor})" + (
            f" {row.view}" if View(row.view).is_long_axis else ""
        )
        if row.phase in ("ED", "ES"):
            values[group][f"{row.structure} {row.phase}"].append(row.dice)
        if View(row.view).is_long_axis:
            values[group][f"{row.structure} all phases"].append(row.dice)
        patients[group].add(row.patient)
    return {
        group: {
            "patients": len(patients[group]),
            "mean_dice": {k: round(float(np.mean(v)), 6) for k, v in cells.items()},
        }
        for group, cells in values.items()
    }


def accuracy_table(accuracy: Accuracy) -> str:
    """The accuracy as a Markdown table."""
    lines = ["| data set | patients | structure and phase | mean Dice |", "|---|---|---|---|"]
    for group, found in accuracy.items():
        for name, dice in found["mean_dice"].items():
            lines.append(f"| {group} | {found['patients']} | {name} | {dice:.3f} |")
    return "\n".join(lines)


def model_card(bundle: ModelBundle, environment: dict[str, Any], saved: dict[str, Any]) -> str:
    """The card's text.

    Args:
        bundle: the model.
        environment: content of the run's `run.json`.
        saved: the exported checkpoint.
    """
    caution = f"\n**{bundle.caution}**\n" if bundle.caution else ""
    datasets = sorted({row["dataset"] for row in environment["examinations"]["train"]})
    held_out = dict.fromkeys(row["patient"] for row in environment["examinations"]["test"])
    is_long_axis = any(view.is_long_axis for view in bundle.views)
    return f"""# Model `{bundle.name}`: {bundle.title}
{caution}
{_facts(bundle, environment, saved)}

Data: {"; ".join(SOURCES.get(name, name) for name in datasets)}.

## Accuracy on patients never trained on

Measured on the native grid, end-diastole and end-systole each segmented by itself, with
`python -m Training.evaluate`.

{accuracy_table(bundle.accuracy)}

Held out: {", ".join(held_out)}.

## Limits

{limits_of(environment, is_long_axis=is_long_axis)}
"""


def _facts(bundle: ModelBundle, environment: dict[str, Any], saved: dict[str, Any]) -> str:
    """What the model is and what it was made with, as a Markdown table."""
    hardware = environment["gpu"] or f"{environment['processors']} CPU cores without a GPU"
    parameters = parameter_count(UNet(config_from_json(bundle.network)))
    channels = "-".join(map(str, bundle.network["channels"]))
    return f"""| | |
|---|---|
| views | {", ".join(bundle.views)} |
| structures | 1 LV blood pool, 2 LV myocardium, 3 RV blood pool |
| network | 2-D U-Net, {channels} channels, {parameters:,} parameters |
| resolution | {bundle.spacing_mm:g} mm in-plane |
| trained on | {bundle.training_data} |
| date | {bundle.date} |
| iterations | {saved["iteration"]:,}, {saved["seconds"] / 3600:.1f} hours on {hardware} |
| seed | {environment["config"]["seed"]} |
| license of the weights | {bundle.license} |
| SHA-256 | `{bundle.weights_sha256}` |"""

"""The model card: what a model is, what it learned from, how accurate it was on whom, and what it cannot do."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from CMRSegmentationLib.model import ModelBundle
from CMRSegmentationLib.unet import UNet, config_from_json, parameter_count
from Training.results import read_results

Accuracy = dict[str, Any]

LIMITS = """\
* Research use only, not for clinical decisions.
* Learned from two scanner vendors and two hospitals; on any other scanner the contours must be looked at.
* The myocardium and the right ventricle were learned from one vendor (Siemens) alone.
* End-systole of small or hypertrophic hearts, and the most basal and apical slices, are the least accurate.
* Congenital defects, implants and images with strong artifacts were not in the training data.
* Papillary muscles and trabeculae count as blood pool, as the experts of both data sets drew them."""


def accuracy_by_group(results: Path) -> Accuracy:
    """Mean Dice by data set, phase and structure of a `results.csv`, with the number of patients.

    Raises:
        ResultsError: if the file is not a table of results.
    """
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    patients: dict[str, set[str]] = defaultdict(set)
    for row in read_results(results):
        if row.level != "all":
            continue
        group = f"{row.dataset} ({row.vendor})"
        values[group][f"{row.structure} {row.phase}"].append(row.dice)
        patients[group].add(row.patient)
    return {
        group: {
            "patients": len(patients[group]),
            "mean_dice": {k: round(float(np.mean(v)), 4) for k, v in cells.items()},
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


def model_card(bundle: ModelBundle, environment: dict[str, Any], saved: dict[str, Any], run: Path) -> str:
    """The card's text.

    Args:
        bundle: the model.
        environment: content of the run's `run.json`.
        saved: the exported checkpoint.
        run: folder of the run.
    """
    held_out = ", ".join(row["patient"] for row in environment["examinations"]["test"])
    hardware = environment["gpu"] or f"{environment['processors']} CPU cores without a GPU"
    parameters = parameter_count(UNet(config_from_json(bundle.network)))
    return f"""# Model `{bundle.name}`: {bundle.title}

| | |
|---|---|
| views | {", ".join(bundle.views)} |
| structures | 1 LV blood pool, 2 LV myocardium, 3 RV blood pool |
| network | 2-D U-Net, {"-".join(map(str, bundle.network["channels"]))} channels, {parameters:,} parameters |
| resolution | {bundle.spacing_mm:g} mm in-plane |
| trained on | {bundle.training_data} |
| date | {bundle.date} |
| iterations | {saved["iteration"]:,}, {saved["seconds"] / 3600:.1f} hours on {hardware} |
| seed | {environment["config"]["seed"]} |
| license of the weights | {bundle.license} |
| SHA-256 | `{bundle.weights_sha256}` |

Data: ACDC (Bernard et al., IEEE TMI 37:2514, 2018, doi:10.1109/TMI.2018.2837502; CC BY-NC-SA 4.0) and the Sunnybrook
Cardiac Data (Radau et al., MIDAS Journal 2009; CC0, blood pool of the LV only).

## Accuracy on patients never trained on

Measured on the native grid, end-diastole and end-systole each segmented by itself, with `python -m Training.evaluate`.

{accuracy_table(bundle.accuracy)}

Held out: {held_out}.

## Limits

{LIMITS}
"""

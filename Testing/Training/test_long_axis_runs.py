"""The same commands serve the long axis, from the cache to the bundle.

Every strategy runs on phantoms of single slices.
"""

import json

import pytest

from CMRSegmentationLib.image import View
from CMRSegmentationLib.segmenting.model import load_bundle
from Testing.phantoms import HeartPhantom
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training import evaluate, export, train
from Training.scoring.results import read_results

PLANE = HeartPhantom(
    frames=2, slices=1, rows=40, columns=48, spacing_zyx_mm=(8.0, 3.4, 3.2), es_frame=1
)
TOML = """
view = "lax_4c"
more_views = ["lax_2c"]
iterations = 4
validate_every = 2
workers = 0
[data]
datasets = ["phantoms"]
validation = ["P1"]
held_out = ["P2"]
also_views = ["sax"]
[network]
channels = [4, 8, 8]
deep_supervision = 1
[sampling]
spacing_mm = 3.2
crops = [[32, 4]]
size_multiple = 4
"""
STRATEGIES = {
    "every augmentation": "[augmentation]\nbulge_probability = 1.0\nelastic_probability = 1.0",
    "none": "[augmentation]\n"
    + "\n".join(
        f"{name}_probability = 0.0"
        for name in ("rotation", "mirror", "scale", "elastic", "gamma", "noise")
    ),
    "domain-adversarial": '[dann]\ntargets = ["GE"]\nmeasure_every = 1\nwidth = 4',
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """P0 to P2 (Siemens), P3 and P4 (GE) with two long-axis planes, and P0's short axis."""
    planes = [
        phantom_patient(f"P{i}", "GE" if i > 2 else "Siemens", phantom=PLANE, view=view)
        for i in range(5)
        for view in (View.LAX_4C, View.LAX_2C)
    ]
    return write_cache(tmp_path_factory.mktemp("cache"), phantom_patient("P0"), *planes)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_strategy_runs_on_the_long_axis_from_training_to_the_bundle(strategy, cache, tmp_path):
    experiment, run = tmp_path / "lax.toml", tmp_path / "run"
    experiment.write_text(TOML + STRATEGIES[strategy])
    arguments = ["--cache", str(cache), "--out"]
    first = []
    if "dann" in STRATEGIES[strategy]:  # which starts from a trained network
        experiment.write_text(TOML)
        assert train.main([str(experiment), *arguments, str(tmp_path / "first")]) == 0
        experiment.write_text(TOML + STRATEGIES[strategy])
        first = ["--set", f"initial_model={tmp_path / 'first'}"]
    assert train.main([str(experiment), *arguments, str(run), *first]) == 0
    trained = json.loads((run / "run.json").read_text())["examinations"]["train"]
    assert {row["patient"] for row in trained} == {"P0", "P3", "P4"}

    assert (
        evaluate.main(
            [str(run), "--cache", str(cache), "--out", str(tmp_path / "scores"), "--device", "cpu"]
        )
        == 0
    )
    rows = read_results(tmp_path / "scores" / "results.csv")
    assert {(row.patient, row.view) for row in rows} == {("P2", "lax_4c"), ("P2", "lax_2c")}

    assert export.main([str(run), "--name", "lax", "--models", str(tmp_path / "models")]) == 0
    assert load_bundle(tmp_path / "models" / "lax").views == (View.LAX_4C, View.LAX_2C)

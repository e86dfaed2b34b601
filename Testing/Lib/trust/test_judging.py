import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from CMRSegmentationLib.findings import FindingCode
from CMRSegmentationLib.image import FOREGROUND, CineStack, Geometry, View
from CMRSegmentationLib.patient import ChosenPhases
from CMRSegmentationLib.pipeline import segment_cine
from CMRSegmentationLib.segmenting.model import load_bundle
from CMRSegmentationLib.trust.boosted import BoostedTable
from CMRSegmentationLib.trust.estimate import ESTIMATE_FILE, estimate_as_json, read_estimate
from CMRSegmentationLib.trust.judging import Judge, base_first
from CMRSegmentationLib.trust.trust import Mark
from Testing.bundles import PHANTOM_MODEL
from Testing.Lib.trust.estimates import give_estimate
from Testing.Lib.trust.hearts import heart, seen


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "phantom"
    shutil.copytree(PHANTOM_MODEL, folder)
    give_estimate(load_bundle(folder))
    return load_bundle(folder)


@pytest.fixture(scope="module")
def report(bundle, phantom):
    return segment_cine(phantom.cine, bundle).report


def test_a_model_without_an_estimate_has_no_judge_and_its_report_says_nothing(
    phantom_bundle, phantom
):
    assert Judge.of(phantom_bundle) is None
    assert segment_cine(phantom.cine, phantom_bundle, frames=[1]).report.trust is None


def test_every_structure_slice_and_frame_has_an_estimate(report, phantom):
    assert set(report.trust.structures) == {"lv", "myo", "rv"}
    for structure in report.trust.structures.values():
        assert len(structure.volumes) == len(structure.slices) == phantom.cine.frames
        assert all(len(frame) == 6 for frame in structure.slices)
        assert all(0.5 < dice <= 1.0 for dice in structure.volumes)


def test_what_is_judged_beside_the_measuring_is_the_same_as_after_it(bundle, report, phantom):
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            again = segment_cine(phantom.cine, bundle).report
            assert (again.trust, again.findings) == (report.trust, report.findings)
            assert list(again.seconds)[-2:] == ["measure", "judge"]
    finally:
        torch.set_num_threads(before)


def test_a_ventricle_has_a_range_about_its_ejection_fraction(report):
    low, high = report.trust.structures["lv"].ef_range_percent
    assert low < report.value("lv_ef") < high
    assert report.trust.structures["myo"].ef_range_percent is None


def test_a_ventricle_that_grows_towards_end_systole_has_no_range(bundle, phantom):
    swapped = segment_cine(phantom.cine, bundle, frames=[1, 4], chosen=ChosenPhases(4, 1)).report
    assert swapped.value("lv_ef") < 0.0
    assert swapped.trust.structures["lv"].ef_range_percent is None


def test_a_ventricle_without_an_ejection_fraction_has_no_range(bundle, phantom):
    array = phantom.cine.array.copy()
    array[4] = array.min()
    report = segment_cine(replace(phantom.cine, array=array), bundle, frames=[1, 4]).report
    assert report.value("lv_edv") > 0.0
    assert report.value("lv_ef") is None
    assert report.trust.structures["lv"].ef_range_percent is None


def test_stroke_volumes_that_differ_are_no_finding_by_themselves(report):
    codes = {finding.code for finding in report.findings}
    assert FindingCode.STROKE_VOLUMES_DIFFER not in codes


def test_frames_that_were_not_segmented_have_no_estimate(bundle, phantom):
    trust = segment_cine(phantom.cine, bundle, frames=[1, 4]).report.trust
    volumes = trust.structures["lv"].volumes
    assert [dice is not None for dice in volumes] == [False, True, False, False, True, False]
    assert trust.structures["lv"].slices[0] == (None,) * 6


def test_reversed_slices_have_the_same_estimates_in_reverse(bundle, report, phantom):
    cine = phantom.cine
    matrix = cine.geometry.ijk_to_ras.copy()
    matrix[:3, 3] += matrix[:3, 2] * (cine.geometry.shape_zyx[0] - 1)
    matrix[:3, 2] *= -1
    geometry = Geometry(cine.geometry.shape_zyx, matrix)
    turned = CineStack(cine.array[:, ::-1], geometry, cine.frame_times_ms, cine.view)
    trust = segment_cine(turned, bundle).report.trust
    straight = report.trust.structures["lv"].slices
    assert [frame[::-1] for frame in trust.structures["lv"].slices] == list(straight)


def test_a_single_slice_is_judged_too(bundle, phantom):
    cine = phantom.cine
    geometry = Geometry((1, *cine.geometry.shape_zyx[1:]), cine.geometry.ijk_to_ras)
    plane = replace(cine, array=cine.array[:, 2:3], geometry=geometry, view=View.SAX)
    trust = segment_cine(plane, bundle, view=View.SAX).report.trust
    assert len(trust.structures["lv"].slices[0]) == 1
    assert trust.structures["lv"].ef_range_percent is None


@pytest.mark.parametrize(
    ("there", "mark"), [(0.9, None), (0.283, Mark.DOUBTFUL), (0.1, Mark.WRONG)]
)
def test_where_nothing_is_drawn_the_chance_is_told_that_it_is_missing(
    bundle, phantom, tmp_path, there, mark
):
    folder = shutil.copytree(bundle.folder, tmp_path / "phantom")
    doubtful = dict.fromkeys(FOREGROUND, BoostedTable(("neighbor_cm2",), there, ()))
    made = replace(read_estimate(folder / ESTIMATE_FILE), absent=doubtful)
    (folder / ESTIMATE_FILE).write_text(estimate_as_json(made), encoding="utf-8")
    cine = phantom.cine
    shape = (cine.geometry.shape_zyx[0] + 3, *cine.geometry.shape_zyx[1:])
    air = np.zeros((cine.frames, 3, *shape[1:]), cine.array.dtype)
    taller = replace(
        cine,
        array=np.concatenate((cine.array, air), axis=1),
        geometry=Geometry(shape, cine.geometry.ijk_to_ras),
    )
    trust = segment_cine(taller, load_bundle(folder), frames=[1]).report.trust
    lv = trust.structures["lv"]
    assert lv.slices[1][-1] is None
    assert lv.missing[1][-1] == pytest.approx(1 - there, abs=1e-3)
    assert lv.slice_mark(1, shape[0] - 1) is mark
    assert (lv.missing[1][2], lv.missing[0][-1]) == (None, None)  # drawn; not segmented


def test_turning_the_slices_twice_changes_nothing():
    once = base_first(seen(heart()))
    again = base_first(once)
    np.testing.assert_array_equal(once.labels[:, ::-1], again.labels)
    np.testing.assert_array_equal(
        once.variants.probabilities[0][:, ::-1], again.variants.probabilities[0]
    )

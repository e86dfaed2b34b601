"""One cine of a run: what is refused before, what is written, and what comes back."""

import shutil
import weakref

import numpy as np
import pytest
from CMRSegmentationMRML import segmentations
from CMRSegmentationMRML.cine_job import CineJob
from CMRSegmentationMRML.cines import CineError
from CMRSegmentationMRML.settings import RunSettings

from CMRSegmentationLib.image import View
from CMRSegmentationLib.reading.files import read_cine
from CMRSegmentationLib.reading.study import ReadError

from .conftest import add_model, node_ids


@pytest.fixture
def models(tmp_path):
    add_model(tmp_path / "models", "sax", ["sax"])
    return tmp_path / "models"


def job_of(cine, models, **settings):
    job = CineJob(cine, RunSettings(**settings), "cine_01", models)
    job.prepare()
    return job


@pytest.mark.parametrize("with_view", [True, False])
def test_the_images_name_their_view_where_the_command_line_does_not(
    cine, models, tmp_path, phantom, with_view
):
    job = job_of(cine, models, view="sax")
    job.write(tmp_path, with_view)
    sent = read_cine(job.image(tmp_path))
    np.testing.assert_array_equal(sent.array, phantom.cine.array)
    assert sent.view is (View.SAX if with_view else None)


def test_a_view_that_no_model_serves_is_refused_before_anything_is_written(cine, models):
    with pytest.raises(CineError, match="no model for the view of Heart"):
        job_of(cine, models, view="lax_4c")


def test_a_result_is_there_when_its_report_is(cine, models, tmp_path, finished_run):
    job = job_of(cine, models)
    assert not job.is_written(tmp_path / "output")
    shutil.copytree(finished_run, tmp_path / "output" / "cine_01")
    assert job.is_written(tmp_path / "output")
    sequence = job.add_result(tmp_path / "output")
    assert segmentations.segmentations_of(cine) == [sequence]


def test_a_new_result_is_shown_in_place_of_the_one_that_was_chosen(
    cine, models, tmp_path, phantom, finished_run
):
    chosen = segmentations.add_segmentation(cine, phantom.labels, range(4))
    segmentations.choose_segmentation(chosen)
    job = job_of(cine, models, replace=False)
    shutil.copytree(finished_run, tmp_path / "cine_01")
    assert segmentations.shown_segmentation(cine) is chosen
    assert job.add_result(tmp_path) is segmentations.shown_segmentation(cine)
    assert job.kept == []


def test_a_result_that_cannot_be_read_leaves_the_scene_as_it_was(cine, models, tmp_path, scene):
    job = job_of(cine, models)
    before = node_ids(scene)
    with pytest.raises(ReadError):
        job.add_result(tmp_path)
    assert node_ids(scene) == before


def test_a_cine_that_was_removed_meanwhile_gets_no_result(
    cine, models, tmp_path, scene, finished_run
):
    job = job_of(cine, models)
    shutil.copytree(finished_run, tmp_path / "cine_01")
    for node in (cine.browser, cine.sequence, cine.volume):
        scene.RemoveNode(node)
    with pytest.raises(CineError, match="was removed from the scene"):
        job.add_result(tmp_path)


def test_the_images_are_not_kept_while_the_child_has_them(cine, models, tmp_path, finished_run):
    """Those of a large cine take a gigabyte."""
    job = job_of(cine, models)
    images = weakref.ref(job._stack.array)
    job.write(tmp_path)
    assert images() is None
    shutil.copytree(finished_run, tmp_path / "cine_01")
    assert job.add_result(tmp_path) in segmentations.segmentations_of(cine)

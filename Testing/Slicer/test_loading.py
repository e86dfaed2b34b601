"""Files become cines of the scene through the library's readers."""

import gzip

import numpy as np
import pytest
from CMRSegmentationMRML import cines, loading
from CMRSegmentationMRML.exchange import write_cine

from CMRSegmentationLib import nifti
from CMRSegmentationLib.study import ReadError

from .conftest import node_ids


def write_nifti(path, phantom, frames):
    """A whole-number cine as 4-D NIfTI with a time step of 225 ms."""
    header = nifti.new_header(phantom.geometry, frames, 225.0)
    array = np.clip(np.rint(phantom.cine.array[:frames]), 0, 255).astype(np.uint8)
    path.write_bytes(gzip.compress(nifti.label_file(array, header), mtime=0))
    return array


def test_a_4d_nifti_becomes_a_cine_with_times(scene, phantom, tmp_path):
    path = tmp_path / "Herz größer.nii.gz"
    array = write_nifti(path, phantom, 4)
    (cine,), _ = loading.load_cines(path)
    stack = cines.read_stack(cine)
    np.testing.assert_array_equal(stack.array, array)
    assert stack.geometry.matches(phantom.geometry, 1e-3)
    assert stack.frame_times_ms == (0.0, 225.0, 450.0, 675.0)


def test_a_volume_sequence_file_becomes_a_cine(scene, phantom, tmp_path):
    write_cine(tmp_path / "cine.seq.nrrd", phantom.cine)
    cine, sentences = loading.load_and_show(tmp_path / "cine.seq.nrrd")
    np.testing.assert_array_equal(cines.read_stack(cine).array, phantom.cine.array)
    assert sentences == []


def test_what_cannot_be_read_leaves_the_scene_as_it_was(scene, tmp_path):
    (tmp_path / "notes.nii.gz").write_text("no image")
    before = node_ids(scene)
    with pytest.raises(ReadError, match=r"notes\.nii\.gz"):
        loading.load_cines(tmp_path / "notes.nii.gz")
    assert node_ids(scene) == before


def test_only_a_nifti_of_several_frames_is_a_cine_file(phantom, tmp_path):
    write_nifti(tmp_path / "four.nii.gz", phantom, 4)
    write_nifti(tmp_path / "one.nii.gz", phantom, 1)
    (tmp_path / "text.nii").write_text("no image")
    names = ("four.nii.gz", "one.nii.gz", "text.nii", "missing.nii")
    assert [loading.is_cine_file(str(tmp_path / name)) for name in names] == [True, False, False, False]


def test_the_dialog_offers_every_kind_of_file():
    assert loading.file_filter() == "Cine images (*.nii *.nii.gz *.nrrd *.nhdr *.seq.nrrd *.mha *.mhd *.dcm)"

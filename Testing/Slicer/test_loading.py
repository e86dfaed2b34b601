"""Files become cines of the scene through the library's readers."""

import gzip
from dataclasses import replace

import numpy as np
import pytest
from CMRSegmentationMRML import cines, loading
from CMRSegmentationMRML.exchange import write_cine
from CMRSegmentationMRML.studies import are_of_several_studies, study_of

from CMRSegmentationLib.image import Geometry, View
from CMRSegmentationLib.reading import nifti
from CMRSegmentationLib.reading.study import ReadError
from Testing.dicom_phantoms import LIKE_A_HEART, write_series
from Testing.phantoms import HeartPhantom, oblique_geometry

from .conftest import SMALL, node_ids


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


@pytest.fixture
def whole_numbers():
    """A short-axis cine as DICOM can hold it, in the heart's direction."""
    phantom = HeartPhantom(**SMALL | {"degrees_xyz": LIKE_A_HEART})
    return replace(phantom.cine, array=phantom.cine.array.round().clip(0))


def test_a_dicom_folder_with_one_series_a_slice_becomes_one_cine_with_times_and_view(
    scene, whole_numbers, tmp_path
):
    for slice_ in (2, 0, 1):
        write_series(tmp_path / "study", whole_numbers, series_number=10 + slice_, slices=[slice_])
    (cine,), _ = loading.load_cines(tmp_path / "study")
    stack = cines.read_stack(cine)
    order = [0, 1, 2] if stack.geometry.matches(whole_numbers.geometry, 1e-2) else [2, 1, 0]
    np.testing.assert_array_equal(stack.array, whole_numbers.array[:, order])
    assert stack.frame_times_ms == (0.0, 225.0, 450.0, 675.0)
    assert stack.view is View.SAX
    assert cine.browser.GetProxyNode(cine.sequence) is cine.volume


def test_of_a_study_the_short_axis_is_shown_and_every_cine_is_loaded(
    scene, whole_numbers, tmp_path
):
    plane = replace(
        whole_numbers, array=whole_numbers.array[:, :1], geometry=long_axis_plane(), view=None
    )
    write_series(tmp_path / "study", plane, series_number=3)
    write_series(tmp_path / "study", whole_numbers, series_number=8)
    shown, _ = loading.load_and_show(tmp_path / "study")
    assert cines.view_of(shown) is View.SAX
    assert shown.volume.GetImageData().GetDimensions()[2] == 3
    slices = [
        node.GetNthDataNode(0).GetImageData().GetDimensions()[2] for node in cines.candidate_nodes()
    ]
    assert sorted(slices) == [1, 3]


def test_cines_of_a_folder_know_their_studies(scene, whole_numbers, tmp_path):
    for number, uid in enumerate(("1.2.1", "1.2.2"), 1):
        stack = replace(whole_numbers, array=whole_numbers.array + number)
        write_series(tmp_path / "two", stack, series_number=number, StudyInstanceUID=uid)
    found, _ = loading.load_cines(tmp_path / "two")
    assert len(found) == 2
    assert are_of_several_studies(found)


def test_planes_of_one_examination_that_name_a_study_each_are_of_no_known_study(
    scene, whole_numbers, tmp_path
):
    for slice_ in range(3):
        uid = f"1.2.{slice_}"
        number = 10 + slice_
        folder = tmp_path / "loose"
        write_series(
            folder, whole_numbers, series_number=number, slices=[slice_], StudyInstanceUID=uid
        )
    (cine,), findings = loading.load_cines(tmp_path / "loose")
    assert loading.LOOSE_STUDIES in [finding.phrase["phrase"] for finding in findings]
    assert study_of(cine) == ""


def long_axis_plane():
    """A single slice that stands on the short axis."""
    matrix = oblique_geometry(
        (1, 40, 48), (8.0, 3.0, 2.5), degrees_xyz=LIKE_A_HEART
    ).ijk_to_ras.copy()
    columns, rows, normal = (
        matrix[:3, axis] / np.linalg.norm(matrix[:3, axis]) for axis in range(3)
    )
    matrix[:3, 1], matrix[:3, 2] = 3.0 * normal, 8.0 * np.cross(columns, normal)
    assert abs(matrix[:3, 2] @ rows) == pytest.approx(8.0)
    return Geometry((1, 40, 48), matrix)


def test_what_cannot_be_read_leaves_the_scene_as_it_was(scene, tmp_path):
    (tmp_path / "notes.nii.gz").write_text("no image")
    before = node_ids(scene)
    with pytest.raises(ReadError, match=r"notes\.nii\.gz"):
        loading.load_cines(tmp_path / "notes.nii.gz")
    assert node_ids(scene) == before


def test_the_dialog_offers_every_kind_of_file():
    assert (
        loading.file_filter()
        == "Cine images (*.nii *.nii.gz *.nrrd *.nhdr *.seq.nrrd *.mha *.mhd *.dcm)"
    )


def test_a_file_that_finds_no_room_in_memory_is_one_sentence(scene, tmp_path, monkeypatch):
    def no_room(_path):
        raise MemoryError

    monkeypatch.setattr(loading, "read_input", no_room)
    with pytest.raises(cines.CineError, match=r"not enough memory for large\.nii\.gz"):
        loading.load_and_show(tmp_path / "large.nii.gz")

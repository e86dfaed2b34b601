"""The core host gives a scene that behaves as Slicer's.

Logics, a launcher, bundles that can be read back.
"""

import shutil
import subprocess

import numpy as np
import pytest
import slicer
import slicer.util
import vtk

from Testing.Slicer.host import core_host


@pytest.fixture
def scene():
    if getattr(slicer, "mrmlScene", None) is None:
        core_host.setup()
    return core_host.clear_scene()


def oblique_volume(scene):
    """A 4 × 3 × 2 volume (i, j, k), 1.5 × 1.25 × 8 mm, rotated by 30° about the head-foot axis."""
    volume = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "oblique")
    slicer.util.updateVolumeFromArray(volume, np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    cosine, sine = np.cos(np.pi / 6), np.sin(np.pi / 6)
    matrix = vtk.vtkMatrix4x4()
    for row, values in enumerate(
        [[1.5 * cosine, -1.25 * sine, 0, -7], [1.5 * sine, 1.25 * cosine, 0, 9], [0, 0, 8, 3]]
    ):
        for column, value in enumerate(values):
            matrix.SetElement(row, column, value)
    volume.SetIJKToRASMatrix(matrix)
    return volume


def test_the_logics_that_the_module_calls_know_the_scene(scene):
    for name in (
        "volumes",
        "segmentations",
        "sequences",
        "terminologies",
        "tables",
        "plots",
        "subjecthierarchy",
    ):
        assert getattr(slicer.modules, name).logic().GetMRMLScene() is scene


def test_a_fresh_scene_has_the_slice_orientations_and_one_crosshair(scene):
    assert scene.GetNumberOfNodesByClass("vtkMRMLCrosshairNode") == 1
    assert scene.GetDefaultNodeByClass("vtkMRMLSliceNode").HasSliceOrientationPreset("Axial")


def test_clearing_twice_leaves_one_crosshair(scene):
    core_host.clear_scene()

    assert scene.GetNumberOfNodesByClass("vtkMRMLCrosshairNode") == 1
    assert scene.GetNumberOfNodesByClass("vtkMRMLVolumeNode") == 0


def test_a_bundle_gives_back_voxels_and_the_oblique_matrix(scene, tmp_path):
    before = vtk.vtkMatrix4x4()
    oblique_volume(scene).GetIJKToRASMatrix(before)
    bundle = str(tmp_path / "scene.mrb")
    assert scene.WriteToMRB(bundle)

    assert scene.ReadFromMRB(bundle, True)

    volume = scene.GetFirstNodeByName("oblique")
    after = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(after)
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(volume).ravel(), np.arange(24))
    np.testing.assert_allclose(
        slicer.util.arrayFromVTKMatrix(after), slicer.util.arrayFromVTKMatrix(before), atol=1e-6
    )


def test_python_slicer_is_on_the_path_and_starts_a_python(scene):
    program = shutil.which("PythonSlicer")

    assert program is not None
    assert program.startswith(slicer.app.slicerHome)
    done = subprocess.run(
        [program, "-c", "print(6 * 7)"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "42"


def test_what_the_wheel_lacks_comes_from_the_stand_ins(scene):
    from slicer.i18n import translate

    assert translate("context", "Segment") == "Segment"

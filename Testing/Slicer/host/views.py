"""Slice and 3-D views without a display.

MRML's own displayable managers draw into an offscreen window.
"""

from __future__ import annotations

from pathlib import Path

import slicer
import vtk

SLICE_MANAGERS = (
    "vtkMRMLModelSliceDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLOrientationMarkerDisplayableManager",
    "vtkMRMLRulerDisplayableManager",
)
THREED_MANAGERS = (
    "vtkMRMLCameraDisplayableManager",
    "vtkMRMLViewDisplayableManager",
    "vtkMRMLModelDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager3D",
    "vtkMRMLThreeDReformatDisplayableManager",
    "vtkMRMLOrientationMarkerDisplayableManager",
)


class _View:
    def __init__(self, size: tuple[int, int], factory, managers: tuple[str, ...]):
        self.renderer = vtk.vtkRenderer()
        self.window = vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetMultiSamples(0)
        self.window.SetSize(*size)
        self.window.AddRenderer(self.renderer)
        self._interactor = (
            vtk.vtkRenderWindowInteractor()
        )  # expected by the managers, never started
        self._interactor.SetRenderWindow(self.window)
        factory.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        for name in managers:
            if not factory.IsDisplayableManagerRegistered(name):
                factory.RegisterDisplayableManager(name)
        self._group = slicer.vtkMRMLDisplayableManagerGroup()
        self._group.SetRenderer(self.renderer)
        self._group.Initialize(factory, self.renderer)

    def render(self) -> None:
        self.window.Render()

    def save_png(self, path: str | Path) -> None:
        """Draw and write a picture."""
        self.render()
        grab = vtk.vtkWindowToImageFilter()
        grab.SetInput(self.window)
        grab.ReadFrontBufferOff()
        grab.SetInputBufferTypeToRGB()
        grab.Update()
        writer = vtk.vtkPNGWriter()
        writer.SetFileName(str(path))
        writer.SetInputConnection(grab.GetOutputPort())
        writer.Write()


class SliceView(_View):
    """A slice through a volume, with segmentations as contours and colors."""

    def __init__(
        self, name: str = "Red", orientation: str = "Axial", size: tuple[int, int] = (480, 480)
    ):
        factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
        super().__init__(size, factory, SLICE_MANAGERS)
        self.renderer.GetActiveCamera().ParallelProjectionOn()
        self._add_overlay()
        self._add_image()
        self.logic = slicer.vtkMRMLSliceLogic()
        self.logic.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        slicer.app.applicationLogic().GetSliceLogics().AddItem(self.logic)
        self.logic.SetMRMLScene(slicer.mrmlScene)
        node = slicer.mrmlScene.GetSingletonNode(
            name, "vtkMRMLSliceNode"
        ) or self.logic.AddSliceNode(name)
        self.logic.SetSliceNode(node)
        node.SetOrientation(orientation)
        self._group.SetMRMLDisplayableNode(node)
        self.logic.ResizeSliceNode(*size)

    def _add_overlay(self) -> None:
        overlay = vtk.vtkRenderer()
        overlay.SetLayer(1)
        overlay.GetActiveCamera().ParallelProjectionOn()
        self.window.SetNumberOfLayers(2)
        self.window.AddRenderer(overlay)
        self.window.SetAlphaBitPlanes(1)

    def _add_image(self) -> None:
        """Before the segmentations' actors, which would blend with black in the first picture."""
        self._mapper = vtk.vtkImageMapper()
        self._mapper.SetColorWindow(255)
        self._mapper.SetColorLevel(127.5)
        self._actor = vtk.vtkActor2D()
        self._actor.SetMapper(self._mapper)
        self._actor.GetProperty().SetDisplayLocationToBackground()
        self._actor.VisibilityOff()
        self.renderer.AddViewProp(self._actor)

    def show_volume(self, volume) -> None:
        """Show a volume along its own slices, fitted to the view, at its middle."""
        self.logic.GetSliceCompositeNode().SetBackgroundVolumeID(volume.GetID())
        self.logic.GetSliceNode().RotateToVolumePlane(volume)
        self.logic.FitSliceToBackground()
        self.logic.SnapSliceOffsetToIJK()

    def set_offset(self, offset_mm: float) -> None:
        self.logic.SetSliceOffset(offset_mm)

    def render(self) -> None:
        connection = self.logic.GetImageDataConnection()
        self._mapper.SetInputConnection(connection)
        self._actor.SetVisibility(bool(connection))
        super().render()


class ThreeDView(_View):
    """The surfaces of the scene."""

    def __init__(self, name: str = "1", size: tuple[int, int] = (480, 480)):
        factory = slicer.vtkMRMLThreeDViewDisplayableManagerFactory.GetInstance()
        super().__init__(size, factory, THREED_MANAGERS)
        self.logic = slicer.vtkMRMLViewLogic()
        self.logic.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        slicer.app.applicationLogic().GetViewLogics().AddItem(self.logic)
        self.logic.SetMRMLScene(slicer.mrmlScene)
        self.node = self.logic.AddViewNode(name)
        self._group.SetMRMLDisplayableNode(self.node)

    def reset_camera(self) -> None:
        self.renderer.ResetCamera()

"""The Slicer module: panel, parameter node, logic, file reader and the test that Slicer runs."""

import logging
import os
import sys
import unittest
from pathlib import Path
from typing import Annotated

import qt
import slicer
import vtk
from CMRSegmentationMRML.choices import CineView, Device, EarlierResult, Phases
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin

PACKAGES = ("CMRSegmentationLib", "CMRSegmentationMRML")
RESOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Resources")

LOGGER = logging.getLogger(__name__)


def findLibrary():
    """Lets the library be imported.

    It lies beside this file where it is installed, one folder up in a clone.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (here, os.path.dirname(here)):
        if os.path.isdir(os.path.join(folder, "CMRSegmentationLib")) and folder not in sys.path:
            sys.path.append(folder)


class CMRSegmentation(ScriptedLoadableModule):
    """The module as Slicer lists it.

    Nothing beyond Slicer itself is imported before its panel is opened.
    """

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("CMR Segmentation")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        self.parent.dependencies = [
            "Sequences",
            "Segmentations",
            "Terminologies",
            "SubjectHierarchy",
            "Plots",
        ]
        self.parent.contributors = ["CMRSegmentation developers"]
        self.parent.helpText = _(
            "Segments both ventricles and the left ventricular myocardium in every phase of a "
            "cardiac cine MRI, and measures volumes, ejection fraction and mass. Everything runs on "
            "this computer. "
        ) + _("Research use, not for clinical decisions.")
        self.parent.acknowledgementText = _(
            "The method follows Galati and Zuluaga (STACOM 2021). Trained on data of the ACDC "
            "challenge (Bernard et al. 2018) and the Sunnybrook Cardiac Data (Radau et al. 2009), "
            "which is also the source of the sample."
        )
        slicer.app.connect("startupCompleted()", registerResources)


def registerResources():
    """Adds the sample to Sample Data and the codes to the terminologies.

    Clears away what a crash left behind.
    """
    findLibrary()
    from CMRSegmentationMRML import registration, temporary_folder

    temporary_folder.remove_stale_folders(slicer.app.temporaryPath)
    registration.register_terminology(RESOURCES)
    registration.register_sample(
        RESOURCES, lambda source: [CMRSegmentationLogic().loadSample().volume]
    )


@parameterNodeWrapper
class CMRSegmentationParameterNode:
    """The user's choices, saved with the scene.

    inputNode - volume sequence, its proxy volume, or a plain volume.
    model - name of a bundled model; empty for the one that fits the view.
    heartRate, height, weight - in beats/min, cm and kg; 0 if not given.
    """

    inputNode: slicer.vtkMRMLNode
    model: str = ""
    view: CineView = CineView.AUTOMATIC
    phases: Phases = Phases.ALL
    device: Device = Device.AUTOMATIC
    earlierResult: EarlierResult = EarlierResult.REPLACE
    mirrorAveraging: bool = False
    postprocessing: bool = True
    heartRate: Annotated[float, WithinRange(0.0, 250.0)] = 0.0
    height: Annotated[float, WithinRange(0.0, 250.0)] = 0.0
    weight: Annotated[float, WithinRange(0.0, 400.0)] = 0.0


class CMRSegmentationWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The panel: it holds the scene, the parameter node and the parts of the panel together."""

    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic = None
        self.models = None
        self.run = None
        self.results = None
        self.deviceCheck = None
        self.untilQuit = None
        self.cine = None
        self._parameterNode = None
        self._parameterNodeGuiTag = None

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        registerResources()
        from CMRSegmentationMRML.device_check import DeviceCheck
        from CMRSegmentationMRML.model_choice import ModelChoice
        from CMRSegmentationMRML.quitting import EndsWithSlicer
        from CMRSegmentationMRML.results_panel import ResultsPanel
        from CMRSegmentationMRML.run_panel import RunPanel

        uiWidget = slicer.util.loadUI(self.resourcePath("UI/CMRSegmentation.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        self.ui.inputSelector.addAttribute(
            "vtkMRMLSequenceNode", "DataNodeClassName", "vtkMRMLScalarVolumeNode"
        )
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.logic = CMRSegmentationLogic()
        self.models = ModelChoice(self.ui, lambda: self.logic.modelsFolder)
        self.run = RunPanel(self.ui, self.logic.start, self.settings, self.onDone, self.showInput)
        self.results = ResultsPanel(self.ui, self.patient, self.run.show_problem)
        self.deviceCheck = DeviceCheck(self.ui, self.logic.ensureTorch)
        self.untilQuit = EndsWithSlicer(self.cleanup)
        self.untilQuit.begin()
        self.connectWidgets()
        self.observeScene()
        self.initializeParameterNode()

    def connectWidgets(self):
        for button, slot in (
            (self.ui.loadFileButton, self.onLoadFile),
            (self.ui.loadFolderButton, self.onLoadFolder),
            (self.ui.sampleButton, self.onLoadSample),
        ):
            button.connect("clicked()", slot)
        self.ui.inputSelector.connect("currentNodeChanged(vtkMRMLNode*)", self.onInputSelected)

    def observeScene(self):
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneReady)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneReady)
        self.addObserver(scene, scene.NodeAddedEvent, self.onNodeAdded)
        self.addObserver(scene, scene.NodeRemovedEvent, self.onNodeRemoved)

    def cleanup(self):
        self.untilQuit.end()
        self.deviceCheck.cancel()
        self.run.cancel()
        self.setParameterNode(None)
        self.removeObservers()

    def enter(self):
        self.initializeParameterNode()

    def exit(self):
        self.setParameterNode(None)

    def onReload(self):
        for name in [name for name in sys.modules if name.split(".")[0] in PACKAGES]:
            del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)

    # The scene and the parameter node

    def onSceneStartClose(self, caller, event):
        self.run.cancel()
        self.setParameterNode(None)

    def onSceneReady(self, caller, event):
        if self.parent.isEntered:
            self.initializeParameterNode()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAdded(self, caller, event, node):
        if node is not None and (
            node.IsA("vtkMRMLSequenceNode") or node.IsA("vtkMRMLScalarVolumeNode")
        ):
            qt.QTimer.singleShot(0, self.chooseOnlyCine)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeRemoved(self, caller, event, node):
        if node is self.results.sequence:
            self.results.clear()
            qt.QTimer.singleShot(0, self.showInput)

    def initializeParameterNode(self):
        self.setParameterNode(self.logic.getParameterNode())
        self.chooseOnlyCine()

    def setParameterNode(self, node):
        if self._parameterNode is not None:
            self._parameterNode.disconnectGui(self._parameterNodeGuiTag)
            self.removeObserver(
                self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParametersChanged
            )
        self._parameterNode = node
        if node is not None:
            self._parameterNodeGuiTag = node.connectParametersToGui(self.parameterWidgets())
            self.addObserver(node, vtk.vtkCommand.ModifiedEvent, self.onParametersChanged)
            blocked = self.ui.inputSelector.blockSignals(True)
            self.ui.inputSelector.setCurrentNode(node.inputNode)
            self.ui.inputSelector.blockSignals(blocked)
        self.showInput()

    def parameterWidgets(self):
        """The widgets by the parameter that they show.

        `connectGui` would find them too, but keeps its tag to itself.
        """
        named = {
            widget.property("SlicerParameterName"): widget for widget in vars(self.ui).values()
        }
        return {str(name): widget for name, widget in named.items() if name}

    def onParametersChanged(self, caller=None, event=None):
        if self._parameterNode is not None:
            self.models.parameters_changed()
            self.results.patient_changed()

    def chooseOnlyCine(self):
        if self._parameterNode is None or self._parameterNode.inputNode is not None:
            return
        candidates = self.logic.candidates()
        if len(candidates) == 1:
            self.ui.inputSelector.setCurrentNode(candidates[0])

    def onInputSelected(self, node):
        if self._parameterNode is not None:
            self._parameterNode.inputNode = node
            self.showInput()

    def showInput(self):
        """The chosen cine in one line, the models that fit it, and its newest segmentation."""
        node = self._parameterNode.inputNode if self._parameterNode is not None else None
        self.cine, summary, missing = self.logic.examine(node)
        self.ui.inputSummaryLabel.text = "\n".join(filter(None, (summary, missing)))
        self.models.show(self._parameterNode, self.cine)
        self.run.set_cine(None if missing else self.cine, missing)
        if self.cine is None:
            self.results.clear()
        else:
            self.results.show(self.cine)

    # Choices

    def patient(self):
        from CMRSegmentationMRML.settings import patient_of

        return patient_of(self._parameterNode)

    def settings(self):
        from CMRSegmentationMRML.settings import settings_of

        return settings_of(self._parameterNode, self.cine)

    # Loading and the result

    def onLoadFile(self):
        from CMRSegmentationMRML.loading import file_filter

        self.load(
            qt.QFileDialog.getOpenFileName(
                slicer.util.mainWindow(), _("Load cine"), "", file_filter()
            )
        )

    def onLoadFolder(self):
        self.load(
            qt.QFileDialog.getExistingDirectory(
                slicer.util.mainWindow(), _("Load DICOM folder"), ""
            )
        )

    def onLoadSample(self):
        self.load(None)

    def load(self, path):
        """Loads a file or folder, or with None the sample.

        An empty path is a dialog that was canceled.
        """
        if path == "":
            return
        try:
            with slicer.util.WaitCursor():
                cine, sentences = self.logic.load(path or self.logic.samplePath())
        except (OSError, ValueError) as problem:
            self.run.show_problem(str(problem))
            return
        for sentence in sentences:
            self.run.log(sentence)
        self.ui.inputSelector.setCurrentNode(cine.node)

    def onDone(self, sequence):
        self.showInput()
        if (
            self.cine is not None
        ):  # else the user is in another module, and sees the result when coming back
            self.results.show(self.cine, sequence)


class CMRSegmentationLogic(ScriptedLoadableModuleLogic):
    """What the module does, usable without its panel: `CMRSegmentationLogic().segment(node)`."""

    def __init__(self):
        ScriptedLoadableModuleLogic.__init__(self)
        findLibrary()
        from CMRSegmentationMRML import torch_setup

        from CMRSegmentationLib.segmenting.model import MODELS_FOLDER

        self.modelsFolder = MODELS_FOLDER
        self.ensureTorch = torch_setup.ensure_torch

    def getParameterNode(self):
        return CMRSegmentationParameterNode(super().getParameterNode())

    def candidates(self):
        """Nodes that may be segmented, each cine once."""
        from CMRSegmentationMRML import suitability

        return suitability.suitable_nodes()

    def examine(self, node):
        """The cine of a node (or None), its description in one line, and what is missing."""
        from CMRSegmentationMRML import cines, models, suitability

        try:
            cine = cines.find_cine(node)
            summary = cines.describe(suitability.read_suitable_stack(cine))
        except cines.CineError as problem:
            return None, "", str(problem)
        has_model = len(models.usable_models(self.modelsFolder)) > 0
        return (
            cine,
            summary,
            "" if has_model else _("No model is there; install the extension again."),
        )

    def load(self, path):
        """Loads every cine of a file or DICOM folder.

        Returns the one that is shown, and sentences on the others.
        """
        from CMRSegmentationMRML import loading

        return loading.load_and_show(Path(path))

    def samplePath(self):
        """The bundled public-domain cine."""
        from CMRSegmentationMRML import registration

        return registration.sample_path()

    def loadSample(self):
        """Loads the bundled cine."""
        return self.load(self.samplePath())[0]

    def start(self, cine, settings, events):
        """Starts to segment in a child process and returns the run.

        Raises:
            TorchUnavailableError: if PyTorch is not there and did not come.
            CineError: if the cine cannot be read.
            OSError: if its images cannot be written.
        """
        from CMRSegmentationMRML.run import SegmentationRun

        self.ensureTorch()
        run = SegmentationRun(cine, settings, events, self.modelsFolder)
        run.start()
        return run

    def segment(self, node, settings=None):
        """Segments a cine and waits; returns the segmentation sequence.

        Raises:
            RuntimeError: if the child process failed; the message says why.
        """
        from CMRSegmentationMRML import cines, run

        return run.run_and_wait(self.start, cines.find_cine(node), settings or run.RunSettings())


class CMRSegmentationFileReader:
    """Lets 4-D NIfTI files be dropped onto Slicer: they become a cine with its browser."""

    def __init__(self, parent):
        self.parent = parent

    def description(self):
        return _("Cardiac cine")

    def fileType(self):
        return "CMRCine"

    def extensions(self):
        return [_("Cardiac cine") + " (*.nii.gz)", _("Cardiac cine") + " (*.nii)"]

    def canLoadFileConfidence(self, filePath):
        """More than the readers of single volumes for a file of several frames, else nothing."""
        findLibrary()
        from CMRSegmentationMRML import loading

        return 0.8 if loading.is_cine_file(filePath) else 0.0

    def load(self, properties):
        try:
            cine, _sentences = CMRSegmentationLogic().load(properties["fileName"])
        except (OSError, ValueError) as problem:
            LOGGER.error(str(problem))
            return False
        self.parent.loadedNodes = [cine.sequence.GetID()]
        return True


class CMRSegmentationTest(ScriptedLoadableModuleTest):
    """Runs on a synthetic cine in any Slicer.

    What needs PyTorch is skipped where it is not installed.
    """

    def setUp(self):
        slicer.mrmlScene.Clear()
        findLibrary()

    def runTest(self):
        for test in (
            self.test_labelsComeBackFromASegmentationSequence,
            self.test_sampleIsSegmented,
        ):
            self.setUp()
            try:
                test()
            except (
                unittest.SkipTest
            ) as reason:  # the button "Reload and Test" would take it for a failure
                self.delayDisplay(f"Skipped: {reason}")

    def _cineAndLabels(self):
        import numpy as np
        from CMRSegmentationMRML import sequences

        from CMRSegmentationLib.image import CineStack, Geometry, LabelMap

        geometry = Geometry.from_spacing((3, 32, 40), (8.0, 1.5, 1.25))
        labels = np.zeros((4, 3, 32, 40), np.uint8)
        labels[:, :, 8:20, 10:24] = 2
        labels[:, :, 10:18, 12:22] = 1
        labels[:, 1:, 8:20, 25:33] = 3
        times = (0.0, 200.0, 400.0, 600.0)
        stack = CineStack(100.0 * labels.astype(np.float32), geometry, times)
        return sequences.add_cine(stack, "Test cine"), LabelMap(labels, geometry)

    def test_labelsComeBackFromASegmentationSequence(self):
        from CMRSegmentationMRML import segmentations

        cine, labels = self._cineAndLabels()
        sequence = segmentations.add_segmentation(cine, labels, range(4))
        again = segmentations.read_labels(sequence, cine)
        assert (again.array == labels.array).all()
        cine.browser.SetSelectedItemNumber(2)
        segmentation = cine.browser.GetProxyNode(sequence).GetSegmentation()
        assert list(segmentation.GetSegmentIDs()) == ["LV", "MYO", "RV"]
        assert segmentation.GetNumberOfLayers() == 1
        self.delayDisplay("Labels came back from the segmentation sequence")

    def test_sampleIsSegmented(self):
        from CMRSegmentationMRML import results, torch_setup

        logic = CMRSegmentationLogic()
        if torch_setup.installed_version() is None:
            self.skipTest("PyTorch is not installed")
        sequence = logic.segment(logic.loadSample().sequence)
        assert results.stored_report(sequence).value("lv_edv") > 0
        self.delayDisplay("The sample was segmented")

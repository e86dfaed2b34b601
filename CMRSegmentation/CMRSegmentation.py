"""The Slicer module: panel, parameter node, logic, file reader and the test that Slicer runs."""

import os
import sys
import unittest
from pathlib import Path
from typing import Annotated

import qt
import slicer
import vtk
from CMRSegmentationMRML.choices import CineView, Device, EarlierResult, Phases
from CMRSegmentationMRML.language import load_language
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

DOCUMENTATION = "https://github.com/CMRSegmentation/SlicerCMRSegmentation#readme"
PACKAGES = ("CMRSegmentationLib", "CMRSegmentationMRML")
DEPENDENCIES = ("Sequences", "Segmentations", "Terminologies", "SubjectHierarchy", "Plots")
LISTED_CLASSES = ("vtkMRMLSequenceNode", "vtkMRMLVolumeNode", "vtkMRMLSegmentationNode")
RESOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Resources")


def findLibrary():
    """Finds the library: beside this file where it is installed, one folder up in a clone."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (here, os.path.dirname(here)):
        if os.path.isdir(os.path.join(folder, "CMRSegmentationLib")) and folder not in sys.path:
            sys.path.append(folder)


class CMRSegmentation(ScriptedLoadableModule):
    """The module in Slicer's list; only Slicer itself is imported before its panel is opened."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        load_language(RESOURCES)
        self.parent.title = _("CMR Segmentation")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        self.parent.dependencies = list(DEPENDENCIES)
        self.parent.contributors = ["CMRSegmentation developers"]
        self.parent.helpText = _(
            "Segments both ventricles and the left ventricular myocardium in every phase of a "
            "cardiac cine MRI, and measures volumes, ejection fraction and mass. Everything runs "
            "on this computer. Research use, not for clinical decisions."
        )
        self.parent.helpText += f'<p><a href="{DOCUMENTATION}">' + _("Documentation") + "</a></p>"
        self.parent.acknowledgementText = _(
            "The method follows Galati and Zuluaga (STACOM 2021). Trained on data of the ACDC "
            "challenge (Bernard et al. 2018) and the Sunnybrook Cardiac Data (Radau et al. 2009), "
            "which is also the source of the sample."
        )
        slicer.app.connect("startupCompleted()", registerResources)


def registerResources():
    """Adds the sample and the terminology; clears away what a crash left behind."""
    findLibrary()
    from CMRSegmentationMRML import registration, temporary_folder

    temporary_folder.remove_stale_folders(slicer.app.temporaryPath)
    registration.register_terminology(RESOURCES)
    registration.register_sample(RESOURCES)


@parameterNodeWrapper
class CMRSegmentationParameterNode:
    """The user's choices, saved with the scene.

    inputNode - volume sequence, its proxy volume, or a plain volume.
    model - name of a bundled model or folder of one of the user's own; empty for the one that
        fits the view.
    heartRate, height, weight - in beats/min, cm and kg; 0 if not given.
    patientStudy - key of the study that they were entered for; empty if it is not known.
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
    patientStudy: str = ""


class CMRSegmentationWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The panel: it holds the scene, the parameter node and the parts of the panel together."""

    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.cine, self._parameterNode, self._nodesCame = None, None, False

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        registerResources()
        from CMRSegmentationMRML import patient_of_study, settings
        from CMRSegmentationMRML.device_check import DeviceCheck
        from CMRSegmentationMRML.labels_panel import LabelsPanel
        from CMRSegmentationMRML.load_panel import LoadPanel
        from CMRSegmentationMRML.log_panel import LogPanel
        from CMRSegmentationMRML.model_choice import ModelChoice
        from CMRSegmentationMRML.parameter_connection import ParameterConnection
        from CMRSegmentationMRML.quitting import EndsWithSlicer
        from CMRSegmentationMRML.results_panel import ResultsPanel
        from CMRSegmentationMRML.run_panel import RunPanel
        from CMRSegmentationMRML.soon import once_soon

        uiWidget = slicer.util.loadUI(self.resourcePath("UI/CMRSegmentation.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        self.ui.inputSelector.addAttribute(
            "vtkMRMLSequenceNode", "DataNodeClassName", "vtkMRMLScalarVolumeNode"
        )
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.logic, self.settings = CMRSegmentationLogic(), settings
        self.followStudy = patient_of_study.follow_study
        self.models = ModelChoice(self.ui, lambda: self.logic.modelsFolder)
        self.parameters = ParameterConnection(self.ui, self.onParametersChanged)
        self.log = LogPanel(self.ui)
        self.run = RunPanel(self.ui, self.log, self.start, self.orders, self.onDone, self.showInput)
        problem = self.run.show_problem
        self.results = ResultsPanel(
            self.ui, self.patient, problem, self.log.add, lambda: self.run.running
        )
        self.others = (
            LoadPanel(self.ui, self.logic.load, self.logic.samplePath, self.log, problem),
            LabelsPanel(self.ui, self.knownOfCine, self.onLabels, problem, self.log.hide),
        )
        self.listSoon = once_soon(uiWidget, self.onNodesChanged)
        self.deviceCheck = DeviceCheck(self.ui, self.ensureTorch, self.log.add)
        self.untilQuit = EndsWithSlicer(self.cleanup)
        self.untilQuit.begin()
        self.ui.inputSelector.connect("currentNodeChanged(vtkMRMLNode*)", self.onInputSelected)
        self.observeScene()
        self.initializeParameterNode()

    def observeScene(self):
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneReady)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneReady)
        self.addObserver(scene, scene.NodeAddedEvent, self.onNodeAdded)
        self.addObserver(scene, scene.NodeAboutToBeRemovedEvent, self.onNodeLeaves, priority=1.0)
        self.addObserver(scene, scene.NodeRemovedEvent, self.onNodeRemoved)

    def cleanup(self):
        self.untilQuit.end()
        for atWork in (self.deviceCheck, self.run, self.results.exports):
            atWork.cancel()
        self.setParameterNode(None)
        self.parameters.connect(None)
        self.removeObservers()

    def enter(self):
        self.initializeParameterNode()

    def exit(self):
        self.setParameterNode(None)

    def onReload(self):
        for name in [name for name in sys.modules if name.split(".")[0] in PACKAGES]:
            del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)

    def onSceneStartClose(self, caller, event):
        self.run.cancel()
        self.setParameterNode(None)

    def onSceneReady(self, caller, event):
        if self.parent.isEntered:
            self.initializeParameterNode()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAdded(self, caller, event, node):
        if node is not None and any(node.IsA(kind) for kind in LISTED_CLASSES):
            self._nodesCame = True
            self.listSoon.start()  # once for all nodes of a study, which may be dozens

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeLeaves(self, caller, event, node):
        from CMRSegmentationMRML import node_lists

        node_lists.let_go(node, (self.ui.inputSelector, self.ui.labelsSelector))

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeRemoved(self, caller, event, node):
        if node is not None and node in (self.results.sequence, self.cine and self.cine.browser):
            self.results.clear()
            qt.QTimer.singleShot(0, self.showInput)
        if node is not None and any(node.IsA(kind) for kind in LISTED_CLASSES):
            self.listSoon.start()

    def onNodesChanged(self):
        """What the selectors list and *Segment all* can take, after nodes came or went."""
        came, self._nodesCame = self._nodesCame, False
        if self._parameterNode is not None and not slicer.mrmlScene.IsBatchProcessing():
            self.listNodes()
            if came:
                self.chooseOnlyCine()

    def listNodes(self):
        from CMRSegmentationMRML import examination, node_lists

        node_lists.hide_proxies(self.ui.inputSelector)
        node_lists.hide_all_but_labels(self.ui.labelsSelector)
        self.run.set_groups(examination.groups())

    def initializeParameterNode(self):
        self.setParameterNode(self.logic.getParameterNode())
        self.chooseOnlyCine()

    def setParameterNode(self, node):
        self._parameterNode = node
        if node is not None:
            self.parameters.connect(node)
            self.listNodes()
            blocked = self.ui.inputSelector.blockSignals(True)
            self.ui.inputSelector.setCurrentNode(self.logic.listedNode(node.inputNode))
            self.ui.inputSelector.blockSignals(blocked)
            self.results.clear()  # what an import replaces is not measured for its patient
            self.run.say(self.followStudy(node))
        self.showInput()

    def onParametersChanged(self):
        if self._parameterNode is not None and not slicer.mrmlScene.IsBatchProcessing():
            self.models.parameters_changed()
            self.results.patient_changed()

    def chooseOnlyCine(self):
        if self._parameterNode is not None and self._parameterNode.inputNode is None:
            candidates = self.logic.candidates()
            if len(candidates) == 1:
                self.ui.inputSelector.setCurrentNode(candidates[0])

    def onInputSelected(self, node):
        if self._parameterNode is not None:
            self.results.clear()  # nothing that is shown is measured for the next patient
            if self.logic.listedNode(self._parameterNode.inputNode) not in (None, node):
                self.run.forget()
                self._parameterNode.view = CineView.AUTOMATIC  # what was chosen is of that cine
            self._parameterNode.inputNode = node
            self.run.say(self.followStudy(self._parameterNode))
            self.showInput()

    def showInput(self):
        """The chosen cine in one line, the models that fit it, and its segmentation."""
        node = self._parameterNode.inputNode if self._parameterNode is not None else None
        self.cine, summary, missing = self.logic.examine(node)
        self.ui.inputSummaryLabel.text = "\n".join(filter(None, (summary, missing)))
        self.models.show(self._parameterNode, self.cine)
        self.run.set_cine(None if missing else self.cine, missing)
        self.results.show(self.cine)

    def patient(self):
        return self.settings.patient_of(self._parameterNode)

    def orders(self, cines):
        return self.settings.orders(self._parameterNode, cines)

    def knownOfCine(self):
        view = self.settings.asked_view(self._parameterNode, self.cine)
        return self.cine, view, self.patient()

    def start(self, orders, events):
        return self.logic.start(orders, events, self.run.announcer)

    def ensureTorch(self):
        self.logic.ensureTorch(self.run.announcer)

    def onDone(self, run):
        """Shows the result of the chosen cine."""
        self.showInput()
        if self.cine is not None:  # else the user is in another module, and sees it when back
            self.results.show_newest_of(self.cine, run.results)

    def onLabels(self, sequence):
        """Shows existing labels as the result that they have become."""
        self.showInput()
        if self.cine is not None:
            self.results.show_new(self.cine, sequence)


class CMRSegmentationLogic(ScriptedLoadableModuleLogic):
    """What the module does, usable without its panel: `CMRSegmentationLogic().segment(node)`."""

    def __init__(self):
        ScriptedLoadableModuleLogic.__init__(self)
        findLibrary()
        from CMRSegmentationMRML import torch_setup

        from CMRSegmentationLib.segmenting.model import MODELS_FOLDER

        self.modelsFolder = MODELS_FOLDER
        self.ensureTorch = torch_setup.ensure_torch
        self._parameters = None

    def getParameterNode(self):
        node = super().getParameterNode()
        if self._parameters is None or self._parameters.parameterNode is not node:
            self._parameters = CMRSegmentationParameterNode(node)
        return self._parameters

    def candidates(self):
        """Nodes that may be segmented, each cine once."""
        from CMRSegmentationMRML import suitability

        return suitability.suitable_nodes()

    def listedNode(self, node):
        """The node that stands for a cine in the panel's list: the sequence of a proxy volume."""
        from CMRSegmentationMRML import cines

        return cines.listed_node(node)

    def examine(self, node):
        """The cine of a node (or None), its description in one line, and what is missing."""
        from CMRSegmentationMRML import suitability

        return suitability.examine(node, self.modelsFolder)

    def load(self, path):
        """Loads every cine of a file or folder; returns that shown, and sentences on others."""
        from CMRSegmentationMRML import loading

        return loading.load_and_show(Path(path))

    def samplePath(self):
        """The bundled public-domain cine."""
        from CMRSegmentationMRML import registration

        return registration.sample_path()

    def start(self, orders, events, announcer=None):
        """Starts to segment cines, each with its settings, in a child process; returns the run.

        Raises:
            TorchUnavailableError: if PyTorch is not there and did not come.
            CineError: if no cine can be read.
            OSError: if its images cannot be written.
        """
        from CMRSegmentationMRML.run import SegmentationRun

        self.ensureTorch(announcer)
        run = SegmentationRun(orders, events, self.modelsFolder)
        run.start()
        return run

    def segment(self, node, settings=None):
        """Segments a cine and waits; returns the segmentation sequence, or raises as below."""
        return self.segmentAll([node], settings)[0]

    def segmentAll(self, nodes, settings=None):
        """Segments cines one after the other in one child and waits; returns the sequences.

        Raises:
            RuntimeError: if none could be segmented; the message says why.
        """
        from CMRSegmentationMRML import cines, run

        orders = [(cines.find_cine(node), settings or run.RunSettings()) for node in nodes]
        return run.run_and_wait(self.start, orders).results


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
        """More than Slicer's own reader for what can be a cine, less for other 4-D files."""
        findLibrary()
        from CMRSegmentationMRML import cine_files

        return cine_files.confidence(Path(os.fsdecode(filePath)))

    def load(self, properties):
        try:
            cine, _sentences = CMRSegmentationLogic().load(os.fsdecode(properties["fileName"]))
        except (OSError, ValueError) as problem:
            self.parent.userMessages().AddMessage(vtk.vtkCommand.ErrorEvent, str(problem))
            return False
        self.parent.loadedNodes = [cine.sequence.GetID()]
        return True


class CMRSegmentationTest(ScriptedLoadableModuleTest):
    """Runs on a synthetic cine in any Slicer; what needs PyTorch is skipped where there is none."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        findLibrary()

    def runTest(self):
        labels = self.test_labelsComeBackFromASegmentationSequence
        for test in (labels, self.test_sampleIsSegmented):
            self.setUp()
            try:
                test()
            except unittest.SkipTest as reason:
                # the button "Reload and Test" would take it for a failure
                self.delayDisplay(f"Skipped: {reason}")

    def test_labelsComeBackFromASegmentationSequence(self):
        from CMRSegmentationMRML import segmentations, self_test

        cine, labels = self_test.add_cine_with_labels()
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
        sequence = logic.segment(logic.load(logic.samplePath())[0].sequence)
        assert results.stored_report(sequence).value("lv_edv") > 0
        self.delayDisplay("The sample was segmented")

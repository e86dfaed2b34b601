import enum
import logging
import os
import sys
from typing import Annotated

import qt
import slicer
import vtk
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
SAMPLE_NAME = "CMR cine (Sunnybrook)"
SAMPLE_FILE = "sunnybrook_cine.nii.gz"
NOTICE = "Research use, not for clinical decisions."


def findLibrary():
    """Lets the library be imported: it lies beside this file where it is installed, one folder up in a clone."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (here, os.path.dirname(here)):
        if os.path.isdir(os.path.join(folder, "CMRSegmentationLib")) and folder not in sys.path:
            sys.path.append(folder)


class CMRSegmentation(ScriptedLoadableModule):
    """The module as Slicer lists it; nothing beyond Slicer itself is imported before its panel is opened."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("CMR Segmentation")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Cardiac")]
        self.parent.dependencies = ["Sequences", "Segmentations", "Terminologies", "SubjectHierarchy", "Plots"]
        self.parent.contributors = ["CMRSegmentation contributors"]
        self.parent.helpText = _(
            "Segments both ventricles and the left ventricular myocardium in every phase of a cardiac cine MRI, and "
            "measures volumes, ejection fraction and mass. Everything runs on this computer. "
        ) + _(NOTICE)
        self.parent.acknowledgementText = _(
            "The method follows Galati and Zuluaga (STACOM 2021). Trained on data of the ACDC challenge (Bernard et "
            "al. 2018) and the Sunnybrook Cardiac Data (Radau et al. 2009), which is also the source of the sample."
        )
        slicer.app.connect("startupCompleted()", registerResources)


def registerResources():
    """Adds the sample to the module Sample Data, and the module's codes to the terminologies."""
    findLibrary()
    registerSampleData()
    from CMRSegmentationMRML import terminology

    here = os.path.dirname(os.path.abspath(__file__))
    if not terminology.load_terminology(os.path.join(here, "Resources", "Terminologies", "CMRSegmentation.term.json")):
        logging.error("The terminology of CMRSegmentation could not be loaded.")


def registerSampleData():
    """Registers the bundled cine; nothing is downloaded."""
    import SampleData

    category = translate("qSlicerAbstractCoreModule", "Cardiac")
    known = getattr(slicer.modules, "sampleDataSources", {}).get(category, [])
    if any(source.sampleName == SAMPLE_NAME for source in known):
        return
    here = os.path.dirname(os.path.abspath(__file__))
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category=category,
        sampleName=SAMPLE_NAME,
        thumbnailFileName=os.path.join(here, "Resources", "Icons", "CMRCineSunnybrook.png"),
        uris="",
        fileNames=SAMPLE_FILE,
        nodeNames=SAMPLE_NAME,
        customDownloader=lambda source: [CMRSegmentationLogic().loadSample().volume],
    )


class Phases(enum.Enum):
    """Which phases are segmented."""

    ALL = "all"
    ED_AND_ES = "ed-es"
    CURRENT = "current"

    def label(self):
        names = {"all": _("All"), "ed-es": _("End-diastole and end-systole"), "current": _("Current phase")}
        return names[self.value]


class Device(enum.Enum):
    """Where the network runs."""

    AUTOMATIC = "auto"
    GPU = "cuda"
    CPU = "cpu"

    def label(self):
        return {"auto": _("Automatic"), "cuda": _("GPU"), "cpu": _("CPU")}[self.value]


class CineView(enum.Enum):
    """The imaging plane."""

    AUTOMATIC = "auto"
    SHORT_AXIS = "sax"
    TWO_CHAMBER = "lax_2c"
    THREE_CHAMBER = "lax_3c"
    FOUR_CHAMBER = "lax_4c"

    def label(self):
        names = {
            "auto": _("Automatic"),
            "sax": _("Short axis"),
            "lax_2c": _("Long axis, two chambers"),
            "lax_3c": _("Long axis, three chambers"),
            "lax_4c": _("Long axis, four chambers"),
        }
        return names[self.value]


class EarlierResult(enum.Enum):
    """What becomes of earlier segmentations of the same cine."""

    REPLACE = "replace"
    KEEP = "keep"

    def label(self):
        return {"replace": _("Replace"), "keep": _("Keep, and add the new one")}[self.value]


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
    """The panel. It shows and asks; what is done, the logic does."""

    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic = None
        self.results = None
        self.cine = None
        self._parameterNode = None
        self._parameterNodeGuiTag = None
        self._problem = ""

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        registerResources()
        from CMRSegmentationMRML.child_messages import describe_progress
        from CMRSegmentationMRML.results_panel import ResultsPanel

        self.describeProgress = describe_progress

        uiWidget = slicer.util.loadUI(self.resourcePath("UI/CMRSegmentation.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        self.ui.inputSelector.addAttribute("vtkMRMLSequenceNode", "DataNodeClassName", "vtkMRMLScalarVolumeNode")
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.logic = CMRSegmentationLogic()
        self.results = ResultsPanel(self.ui, self.patient, self.showProblem)
        self.connectWidgets()
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneEndClose)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneEndClose)
        self.addObserver(scene, scene.NodeAddedEvent, self.onNodeAdded)
        self.fillModels()
        self.initializeParameterNode()

    def connectWidgets(self):
        for button, slot in (
            (self.ui.applyButton, self.onApply),
            (self.ui.loadFileButton, self.onLoadFile),
            (self.ui.loadFolderButton, self.onLoadFolder),
            (self.ui.sampleButton, self.onLoadSample),
            (self.ui.deviceButton, self.onCheckDevice),
        ):
            button.connect("clicked()", slot)
        self.ui.inputSelector.connect("currentNodeChanged(vtkMRMLNode*)", self.onInputSelected)
        self.ui.modelComboBox.connect("currentIndexChanged(int)", self.onModelChosen)
        self.ui.logButton.connect("toggled(bool)", self.ui.logText.setVisible)

    def cleanup(self):
        self.stop()
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
        self.stop()
        self.setParameterNode(None)
        self.results.clear()

    def onSceneEndClose(self, caller, event):
        if self.parent.isEntered:
            self.initializeParameterNode()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAdded(self, caller, event, node):
        if node is not None and (node.IsA("vtkMRMLSequenceNode") or node.IsA("vtkMRMLScalarVolumeNode")):
            qt.QTimer.singleShot(0, self.chooseOnlyCine)

    def initializeParameterNode(self):
        self.setParameterNode(self.logic.getParameterNode())
        self.chooseOnlyCine()

    def setParameterNode(self, node):
        if self._parameterNode is not None:
            self._parameterNode.disconnectGui(self._parameterNodeGuiTag)
            self.removeObserver(self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.onParametersChanged)
        self._parameterNode = node
        if node is not None:
            self._parameterNodeGuiTag = node.connectGui(self.ui)
            self.addObserver(node, vtk.vtkCommand.ModifiedEvent, self.onParametersChanged)
            self.ui.inputSelector.setCurrentNode(node.inputNode)
        self.showInput()

    def onParametersChanged(self, caller=None, event=None):
        if self._parameterNode is not None:
            self.results.patient_changed()
            self.updateApply()

    def chooseOnlyCine(self):
        if self._parameterNode is None or self._parameterNode.inputNode is not None:
            return
        candidates = self.logic.candidates()
        if len(candidates) == 1:
            self.ui.inputSelector.setCurrentNode(candidates[0])

    def onInputSelected(self, node):
        if self._parameterNode is not None and self._parameterNode.inputNode is not node:
            self._parameterNode.inputNode = node
            self.showInput()

    def showInput(self):
        """The chosen cine in one line, what fits it, and its newest segmentation."""
        node = self._parameterNode.inputNode if self._parameterNode is not None else None
        self.cine, summary, self._problem = self.logic.examine(node)
        self.ui.inputSummaryLabel.text = summary or self._problem
        self.fillModels()
        if self.cine is None:
            self.results.clear()
        else:
            self.results.show(self.cine)
        self.updateApply()

    # Choices

    def fillModels(self):
        """Those that serve the view of the cine come first."""
        view = self._parameterNode.view.value if self._parameterNode is not None else "auto"
        titles = self.logic.models(self.cine, view)
        combo = self.ui.modelComboBox
        blocked = combo.blockSignals(True)
        combo.clear()
        combo.addItem(_("Automatic"), "")
        for name, title in titles:
            combo.addItem(title, name)
        chosen = self._parameterNode.model if self._parameterNode is not None else ""
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        combo.blockSignals(blocked)

    def onModelChosen(self, index):
        if self._parameterNode is not None:
            self._parameterNode.model = str(self.ui.modelComboBox.itemData(index) or "")

    def patient(self):
        from CMRSegmentationMRML.results import Patient

        node = self._parameterNode
        return Patient(node.heartRate, node.height, node.weight) if node is not None else Patient()

    def onCheckDevice(self):
        self.ui.deviceButton.enabled = False
        self.ui.deviceLabel.text = _("Checking…")
        try:
            self.logic.checkDevice(self.onDeviceChecked)
        except RuntimeError as problem:
            self.onDeviceChecked(str(problem))

    def onDeviceChecked(self, sentence):
        self.ui.deviceButton.enabled = True
        self.ui.deviceLabel.text = sentence

    # Loading

    def onLoadFile(self):
        path = qt.QFileDialog.getOpenFileName(slicer.util.mainWindow(), _("Load cine"), "", self.logic.fileFilter())
        self.load(path)

    def onLoadFolder(self):
        self.load(qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Load DICOM folder"), ""))

    def onLoadSample(self):
        self.load(self.logic.samplePath())

    def load(self, path):
        if not path:
            return
        try:
            with slicer.util.WaitCursor():
                cine, sentences = self.logic.load(path)
        except (OSError, ValueError) as problem:
            self.showProblem(str(problem))
            return
        for sentence in sentences:
            self.log(sentence)
        self.ui.inputSelector.setCurrentNode(cine.node)

    # Segmenting

    def updateApply(self):
        running = self.logic.running
        self.ui.applyButton.text = _("Cancel") if running else _("Apply")
        self.ui.applyButton.enabled = running or self.cine is not None
        ready = _("Segment the cine in a separate process") if self.cine is not None else self._problem
        self.ui.applyButton.toolTip = _("End the segmentation; the scene stays as it is") if running else ready
        self.ui.progressBar.visible = running
        self.ui.inputSelector.enabled = not running

    def onApply(self):
        if self.logic.running:
            self.stop()
            self.ui.statusLabel.text = _("Canceled; the scene is as it was.")
            return
        self.ui.logText.clear()
        self.ui.statusLabel.text = _("Starting…")
        self.ui.progressBar.setRange(0, 0)
        try:
            self.logic.start(self.cine, self.settings(), self.events())
        except (OSError, ValueError, RuntimeError) as problem:
            self.onFailed(str(problem))
            self.logic.offerExtension(problem)
        self.updateApply()

    def settings(self):
        from CMRSegmentationMRML.run import RunSettings

        node = self._parameterNode
        frames = str(self.cine.current_frame) if node.phases is Phases.CURRENT else node.phases.value
        return RunSettings(
            model=node.model or None,
            view=None if node.view is CineView.AUTOMATIC else node.view.value,
            device=node.device.value,
            frames=frames,
            mirror=node.mirrorAveraging,
            postprocessing=node.postprocessing,
            replace=node.earlierResult is EarlierResult.REPLACE,
            patient=self.patient(),
        )

    def events(self):
        from CMRSegmentationMRML.run import RunEvents

        return RunEvents(progress=self.onProgress, log=self.log, done=self.onDone, failed=self.onFailed)

    def stop(self):
        self.logic.cancel()
        self.updateApply()

    def onProgress(self, message):
        self.ui.progressBar.setRange(0, message.total)
        self.ui.progressBar.setValue(message.done)
        self.ui.statusLabel.text = self.describeProgress(message)

    def log(self, line):
        logging.debug(line)
        self.ui.logText.appendPlainText(line)

    def onDone(self, sequence):
        self.ui.statusLabel.text = _("Done.")
        self.showInput()
        self.results.show(self.cine, sequence)

    def onFailed(self, sentence):
        self.showProblem(sentence)
        self.updateApply()

    def showProblem(self, sentence):
        self.ui.statusLabel.text = sentence
        self.log(sentence)
        slicer.util.errorDisplay(sentence)


class CMRSegmentationLogic(ScriptedLoadableModuleLogic):
    """What the module does, usable without its panel: `CMRSegmentationLogic().segment(node)`."""

    def __init__(self):
        ScriptedLoadableModuleLogic.__init__(self)
        findLibrary()
        from CMRSegmentationMRML import torch_setup

        from CMRSegmentationLib.model import MODELS_FOLDER

        self.modelsFolder = MODELS_FOLDER
        self.ensureTorch = torch_setup.ensure_torch
        self._run = None
        self._deviceCheck = None

    def getParameterNode(self):
        return CMRSegmentationParameterNode(super().getParameterNode())

    @property
    def running(self):
        return self._run is not None and self._run.running

    def candidates(self):
        """Nodes that can be segmented, each cine once."""
        from CMRSegmentationMRML import cines

        return cines.candidate_nodes()

    def examine(self, node):
        """The cine that a node stands for and its one-line description, or None, "" and what is missing."""
        from CMRSegmentationMRML import cines

        try:
            cine = cines.find_cine(node)
            summary = cines.describe(cines.read_stack(cine))
        except cines.CineError as problem:
            return None, "", str(problem)
        return (
            (cine, summary, "") if self._bundles() else (None, "", _("No model is there; install the extension again."))
        )

    def _bundles(self):
        from CMRSegmentationLib.model import ModelError, bundled_models

        try:
            return bundled_models(self.modelsFolder)
        except ModelError as problem:
            logging.error(str(problem))
            return ()

    def models(self, cine, view):
        """Name and title of the bundled models, those that serve the view of the cine first."""
        from CMRSegmentationMRML import cines

        wanted = view if view != "auto" else (cine and cines.view_of(cine)) or "sax"
        bundles = sorted(self._bundles(), key=lambda bundle: wanted not in bundle.views)
        return [(bundle.name, bundle.title) for bundle in bundles]

    def load(self, path):
        """Loads every cine of a file or DICOM folder; returns the first short-axis one and what there is to say."""
        from pathlib import Path

        from CMRSegmentationMRML import cines, display, loading

        loaded, findings = loading.load_cines(Path(path))
        chosen = next((cine for cine in loaded if cines.view_of(cine) == "sax"), loaded[0])
        display.show_cine(chosen)
        return chosen, [finding.message for finding in findings]

    def samplePath(self):
        """The bundled public-domain cine."""
        return os.path.join(os.path.dirname(str(self.modelsFolder)), "SampleData", SAMPLE_FILE)

    def loadSample(self):
        """Loads the bundled cine."""
        return self.load(self.samplePath())[0]

    def fileFilter(self):
        """For a dialog that chooses a file."""
        from CMRSegmentationMRML import loading

        return _("Cine images ({extensions})").format(extensions=" ".join(loading.EXTENSIONS))

    def start(self, cine, settings, events):
        """Segments in a child process; returns at once.

        Raises:
            TorchUnavailableError: if PyTorch is not there and did not come.
            CineError: if the cine cannot be read.
            OSError: if its images cannot be written.
        """
        from CMRSegmentationMRML.run import SegmentationRun

        self.ensureTorch()
        run = SegmentationRun(cine, settings, events)
        run.start()
        self._run = run

    def cancel(self):
        """Ends the segmentation; the scene is as it was."""
        run, self._run = self._run, None
        if run is not None:
            run.cancel()

    def segment(self, node, settings=None):
        """Segments a cine and waits; returns the segmentation sequence.

        Raises:
            RuntimeError: if the child process failed; the message says why.
        """
        from CMRSegmentationMRML import cines
        from CMRSegmentationMRML.run import RunEvents, RunSettings

        loop = qt.QEventLoop()
        ended = []

        def end(result):
            ended.append(result)
            loop.quit()

        events = RunEvents(progress=lambda message: None, log=logging.info, done=end, failed=end)
        self.start(cines.find_cine(node), settings or RunSettings(), events)
        if not ended:
            loop.exec_()
        if isinstance(ended[0], str):
            raise RuntimeError(ended[0])
        return ended[0]

    def checkDevice(self, tell):
        """Tries the GPU in a child process and tells in one sentence what a run would use.

        Raises:
            TorchUnavailableError: if PyTorch is not there and did not come.
        """
        from CMRSegmentationMRML.device_check import DeviceCheck

        self.ensureTorch()
        self._deviceCheck = DeviceCheck(tell)
        self._deviceCheck.start()

    def offerExtension(self, problem):
        """Offers to install the PyTorch extension where that is what is missing."""
        from CMRSegmentationMRML import torch_setup

        if isinstance(problem, torch_setup.ExtensionMissingError):
            question = _("Install the extension PyTorch now? Slicer restarts afterwards.")
            if slicer.util.confirmOkCancelDisplay(question):
                torch_setup.install_extension()


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
        """More than the readers of single volumes for a file of several frames, nothing for others."""
        findLibrary()
        from CMRSegmentationMRML import loading

        return 0.8 if loading.is_cine_file(filePath) else 0.0

    def load(self, properties):
        try:
            cine, _sentences = CMRSegmentationLogic().load(properties["fileName"])
        except (OSError, ValueError) as problem:
            logging.error(str(problem))
            return False
        self.parent.loadedNodes = [cine.sequence.GetID()]
        return True


class CMRSegmentationTest(ScriptedLoadableModuleTest):
    """Runs on a synthetic cine in any Slicer; what needs PyTorch is skipped where it is not installed."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        findLibrary()

    def runTest(self):
        self.setUp()
        self.test_labelsComeBackFromASegmentationSequence()
        self.setUp()
        self.test_sampleIsSegmented()

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
        self.assertTrue((again.array == labels.array).all())
        cine.browser.SetSelectedItemNumber(2)
        segmentation = cine.browser.GetProxyNode(sequence).GetSegmentation()
        self.assertEqual(list(segmentation.GetSegmentIDs()), ["LV", "MYO", "RV"])
        self.assertEqual(segmentation.GetNumberOfLayers(), 1)
        self.delayDisplay("Labels came back from the segmentation sequence")

    def test_sampleIsSegmented(self):
        from CMRSegmentationMRML import results, torch_setup

        logic = CMRSegmentationLogic()
        if torch_setup.installed_version() is None or not os.path.exists(logic.samplePath()):
            self.skipTest("PyTorch or the sample is not installed")
        sequence = logic.segment(logic.loadSample().sequence)
        self.assertGreater(results.stored_report(sequence).value("lv_edv"), 0)
        self.delayDisplay("The sample was segmented")

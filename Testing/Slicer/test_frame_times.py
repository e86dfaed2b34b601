"""Frame times from each of Slicer's readers, and none that cannot be a heart beat."""

import pytest
import slicer
from CMRSegmentationMRML.frame_times import frame_times_ms


def sequence_of(count, index_name="", unit="", values=None):
    """A sequence whose items are empty volumes, indexed as by MultiVolumeImporter."""
    sequence = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceNode")
    sequence.SetIndexName(index_name)
    sequence.SetIndexUnit(unit)
    for index in range(count):
        value = str(index) if values is None else values[index]
        sequence.SetDataNodeAtValue(slicer.vtkMRMLScalarVolumeNode(), value)
    return sequence


def set_multivolume_times(sequence, labels, tag="TriggerTime", unit="ms"):
    sequence.SetAttribute("MultiVolume.FrameLabels", labels)
    sequence.SetAttribute("MultiVolume.FrameIdentifyingDICOMTagName", tag)
    sequence.SetAttribute("MultiVolume.FrameIdentifyingDICOMTagUnits", unit)


def set_trigger_times(sequence, times):
    for index, time in enumerate(times):
        sequence.GetNthDataNode(index).SetAttribute("DICOM.triggerTime", str(time))


def test_labels_of_multivolume_importer_come_first(scene):
    sequence = sequence_of(4, "time", "ms", ["0", "300", "600", "900"])
    set_trigger_times(sequence, [5, 205, 405, 605])
    set_multivolume_times(sequence, "12.5,212.5,430,612.5")
    assert frame_times_ms(sequence) == ((12.5, 212.5, 430.0, 612.5), ())


def test_trigger_times_of_the_frames_come_second(scene):
    sequence = sequence_of(3, "time", "ms", ["0", "300", "600"])
    set_trigger_times(sequence, [10, 260, 515])
    assert frame_times_ms(sequence)[0] == (10.0, 260.0, 515.0)


def test_trigger_times_are_looked_up_in_the_dicom_database(scene, monkeypatch):
    class Database:
        def instanceValue(self, instance, tag):
            return {"1.2.3": "0", "1.2.4": "410"}[instance] if tag == "0018,1060" else ""

    monkeypatch.setattr(slicer, "dicomDatabase", Database())
    sequence = sequence_of(2)
    for index, instances in enumerate(("1.2.3 9.9", "1.2.4 9.8")):
        sequence.GetNthDataNode(index).SetAttribute("DICOM.instanceUIDs", instances)
    assert frame_times_ms(sequence)[0] == (0.0, 410.0)


@pytest.mark.parametrize(
    ("unit", "values"), [("ms", ["0", "250", "500"]), ("s", ["0", "0.25", "0.5"])]
)
def test_index_values_come_last_in_their_unit(scene, unit, values):
    assert frame_times_ms(sequence_of(3, "time", unit, values))[0] == (0.0, 250.0, 500.0)


def test_frame_numbers_are_not_times(scene):
    times, findings = frame_times_ms(sequence_of(25))
    assert times is None
    assert [finding.code for finding in findings] == ["time_missing"]


def test_labels_that_count_frames_are_passed_over_for_trigger_times(scene):
    sequence = sequence_of(3)
    set_multivolume_times(sequence, "100,200,300", tag="TemporalPositionIdentifier", unit="count")
    set_trigger_times(sequence, [0, 270, 540])
    assert frame_times_ms(sequence)[0] == (0.0, 270.0, 540.0)


def test_a_cycle_of_40_s_is_not_a_heart_beat_and_says_so(scene):
    sequence = sequence_of(20, "time", "s", [str(2 * index) for index in range(20)])
    times, findings = frame_times_ms(sequence)
    assert times is None
    assert [finding.code for finding in findings] == ["time_not_trusted"]


def test_irregular_times_are_kept_as_they_are(scene):
    sequence = sequence_of(4)
    set_trigger_times(sequence, [0, 180, 420, 600])
    assert frame_times_ms(sequence)[0] == (0.0, 180.0, 420.0, 600.0)


def test_trigger_times_that_fall_are_refused_for_the_index(scene):
    sequence = sequence_of(3, "time", "ms", ["0", "300", "600"])
    set_trigger_times(sequence, [600, 300, 0])
    assert frame_times_ms(sequence) == ((0.0, 300.0, 600.0), ())


def test_a_plain_volume_and_a_single_frame_have_no_times_and_no_finding(scene):
    assert frame_times_ms(None) == (None, ())
    assert frame_times_ms(sequence_of(1, "time", "ms", ["0"])) == (None, ())

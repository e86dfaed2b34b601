"""Corrected insertion points are kept with the segmentation."""

from CMRSegmentationMRML.kept_points import keep_points, kept_points

from CMRSegmentationLib.measuring.regional import InsertionPoints


def test_points_come_back_exactly_and_can_be_taken_back(scene):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "Labels")
    assert kept_points(sequence) is None
    points = InsertionPoints((1.0 / 3.0, -2.5, 40.125), (0.1, 0.2, 0.3))
    keep_points(sequence, points)
    assert kept_points(sequence) == points
    keep_points(sequence, None)
    assert kept_points(sequence) is None

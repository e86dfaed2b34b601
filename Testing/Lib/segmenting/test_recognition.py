"""Which view is decided on, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import Geometry, LabelMap, View
from CMRSegmentationLib.segmenting import recognition
from CMRSegmentationLib.segmenting.model import ModelError
from CMRSegmentationLib.segmenting.recognition import ViewError, choose, decide_view, recognize
from Testing.bundles import random_network, write_bundle
from Testing.dicom_phantoms import LIKE_A_HEART
from Testing.Lib.long_axis_phantoms import ED, ES, drawn, painted, usual_plane, without_direction
from Testing.phantoms import HeartPhantom

ONE_SLICE = HeartPhantom(frames=3, slices=1, empty_slices=(0, 0), es_frame=1)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.severity)) for finding in findings]


class TestWhatIsKnown:
    def test_the_view_asked_for_is_taken_and_that_of_the_reader_without_being_asked(self, phantom):
        assert decide_view(phantom.cine, View.SAX) == (View.SAX, ())
        assert decide_view(phantom.cine) == (View.SAX, ())

    def test_a_stack_without_a_view_is_a_short_axis(self, phantom):
        assert decide_view(replace(phantom.cine, view=None)) == (View.SAX, ())

    def test_a_stack_that_lies_55_degrees_off_is_a_short_axis_with_a_doubt(self):
        # (0, -sin 10°, cos 10°) · (-0.59, 0.65, -0.47) / 0.9957 = -0.578 = -cos 55°
        heart = HeartPhantom(frames=2, slices=6, es_frame=1, degrees_xyz=(10.0, 0.0, 0.0))
        view, findings = decide_view(replace(heart.cine, view=None))
        assert (view, codes(findings)) == (View.SAX, [("view_unsure", "warning")])
        assert "lies 55° from the usual direction of the short axis" in findings[0].message

    def test_a_stack_in_a_file_without_direction_is_a_short_axis(self):
        heart = HeartPhantom(frames=2, slices=6, es_frame=1, degrees_xyz=(0.0, 0.0, 0.0))
        assert decide_view(replace(heart.cine, view=None)) == (View.SAX, ())

    def test_a_plane_that_the_reader_could_not_name_is_not_guessed(self, phantom):
        unknown = Finding(
            FindingCode.VIEW_UNKNOWN,
            Severity.WARNING,
            "The plane is none of the known views.",
            origin=Origin.READER,
        )
        cine = replace(phantom.cine, view=None, findings=(unknown,))
        with pytest.raises(ViewError, match=r"none of the known views.*--view"):
            decide_view(cine)
        assert decide_view(cine, View.SAX)[0] is View.SAX

    @pytest.mark.parametrize(
        ("known", "asked", "severity"),
        [
            (View.SAX, View.LAX_4C, "serious"),
            (View.LAX_2C, View.SAX, "serious"),
            (View.LAX_2C, View.LAX_4C, "warning"),
        ],
    )
    def test_a_view_that_contradicts_the_file_is_taken_with_a_finding(self, known, asked, severity):
        view, findings = decide_view(replace(ONE_SLICE.cine, view=known), asked)
        assert (view, codes(findings)) == (asked, [("view_doubted", severity)])

    def test_a_stack_as_a_long_axis_is_a_serious_doubt(self, phantom):
        view, findings = decide_view(replace(phantom.cine, view=None), View.LAX_4C)
        assert (view, codes(findings)) == (View.LAX_4C, [("view_doubted", "serious")])

    def test_slices_that_lie_like_four_chambers_are_not_said_to_lie_like_a_short_axis(self):
        cine = HeartPhantom(frames=3, slices=3, empty_slices=(0, 0), es_frame=1).cine
        stack = replace(
            cine,
            geometry=Geometry(cine.geometry.shape_zyx, usual_plane(10.0).ijk_to_ras),
            view=None,
        )
        assert decide_view(stack, View.LAX_4C) == (View.LAX_4C, ())


class TestChoice:
    @pytest.fixture
    def bundles(self, tmp_path):
        views = {"long": (View.LAX_2C, View.LAX_4C), "other": (View.SAX,), "short": (View.SAX,)}
        return [
            write_bundle(tmp_path / name, random_network(), views=served)
            for name, served in views.items()
        ]

    def test_the_first_model_that_serves_the_view_is_chosen_with_it(self, bundles, phantom):
        choice = choose(phantom.cine, None, bundles)
        assert (choice.view, choice.bundle.name, choice.findings) == (View.SAX, "other", ())

    def test_what_there_is_to_doubt_comes_with_the_choice(self, bundles):
        choice = choose(replace(ONE_SLICE.cine, view=View.SAX), View.LAX_4C, bundles)
        assert (choice.view, choice.bundle.name) == (View.LAX_4C, "long")
        assert codes(choice.findings) == [("view_doubted", "serious")]

    def test_a_view_that_no_model_serves_is_refused_by_name(self, bundles, phantom):
        with pytest.raises(ModelError, match="No bundled model serves the view lax_3c"):
            choose(phantom.cine, View.LAX_3C, bundles)
        with pytest.raises(ModelError, match="'other' serves the view sax, not lax_3c"):
            choose(phantom.cine, View.LAX_3C, bundles[1:2])


class TestDirection:
    def test_a_slice_that_lies_like_a_short_axis_is_one(self):
        stack = replace(
            HeartPhantom(frames=2, slices=1, es_frame=1, degrees_xyz=LIKE_A_HEART).cine, view=None
        )
        assert decide_view(stack) == (View.SAX, ())

    @pytest.mark.parametrize(
        ("turn", "view"), [(10.0, View.LAX_4C), (68.0, View.LAX_2C), (130.0, View.LAX_3C)]
    )
    def test_a_slice_that_lies_like_a_long_axis_is_one_with_a_finding(self, turn, view):
        matrix = usual_plane(turn).ijk_to_ras
        stack = replace(
            ONE_SLICE.cine, geometry=Geometry(ONE_SLICE.geometry.shape_zyx, matrix), view=None
        )
        decided, findings = decide_view(stack)
        assert decided is view
        assert [finding.code for finding in findings] == ["view_from_direction"]

    def test_a_long_axis_by_direction_asked_for_as_a_short_axis_is_a_serious_doubt(self):
        geometry = Geometry(ONE_SLICE.geometry.shape_zyx, usual_plane(10.0).ijk_to_ras)
        view, findings = decide_view(
            replace(ONE_SLICE.cine, geometry=geometry, view=None), View.SAX
        )
        assert (view, codes(findings)) == (View.SAX, [("view_doubted", "serious")])


class TestContent:
    def test_what_looks_like_a_view_but_lies_like_none_is_doubtful(self, phantom_bundle):
        geometry = Geometry(ONE_SLICE.geometry.shape_zyx, usual_plane(68.0, tilt=30.0).ijk_to_ras)
        stack = replace(ONE_SLICE.cine, geometry=geometry, view=None)
        view, findings = decide_view(stack, None, [phantom_bundle], "cpu")
        assert (view, codes(findings)) == (View.SAX, [("view_from_content", "warning")])
        assert "lies like none of the usual planes" in findings[0].message

    def test_a_ring_in_a_file_without_direction_is_a_short_axis(self, phantom_bundle):
        view, findings = decide_view(
            without_direction(ONE_SLICE.cine), None, [phantom_bundle], "cpu"
        )
        assert (view, codes(findings)) == (View.SAX, [("view_from_content", "info")])

    def test_the_model_that_is_surest_to_see_one_of_its_own_views_decides(
        self, tmp_path, monkeypatch
    ):
        short = write_bundle(tmp_path / "short", random_network())
        long = write_bundle(
            tmp_path / "long", random_network(), views=(View.LAX_2C, View.LAX_3C, View.LAX_4C)
        )
        labels = drawn(ED, ES)
        monkeypatch.setattr(recognition, "_drawn", lambda stack, bundle, device: labels)
        stack = without_direction(painted(labels))
        view, findings = decide_view(stack, None, [short, long], "cpu")
        assert (view, [finding.code for finding in findings]) == (
            View.LAX_4C,
            ["view_from_content"],
        )
        assert (
            recognize(stack, [short], "cpu") is None
        )  # it sees a long axis, which it does not serve

    def test_nothing_recognized_is_taken_for_a_short_axis_with_a_warning(
        self, tmp_path, monkeypatch
    ):
        bundle = write_bundle(tmp_path / "m", random_network())
        labels = drawn(ED)
        empty = LabelMap(labels.array * 0, labels.geometry)
        monkeypatch.setattr(recognition, "_drawn", lambda stack, bundle, device: empty)
        view, findings = decide_view(without_direction(painted(labels)), None, [bundle], "cpu")
        assert (view, codes(findings)) == (View.SAX, [("view_assumed", "warning")])

    def test_a_single_frame_and_no_model_are_no_obstacle(self, phantom_bundle):
        one = without_direction(HeartPhantom(frames=1, slices=1, empty_slices=(0, 0)).cine)
        assert decide_view(one, None, [phantom_bundle], "cpu")[0] is View.SAX
        assert codes(decide_view(one)[1]) == [("view_assumed", "warning")]

    def test_a_stack_is_not_looked_at(self, phantom, phantom_bundle):
        assert recognize(phantom.cine, [phantom_bundle], "cpu") is None

from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib import pipeline
from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import FOREGROUND, CineStack, Geometry, Label, View
from CMRSegmentationLib.patient import AUTOMATIC, ChosenPhases, Patient
from CMRSegmentationLib.pipeline import Prediction, segment_cine
from CMRSegmentationLib.segmenting.inference import AS_IT_IS, AVERAGED, DeviceError
from CMRSegmentationLib.segmenting.model import ModelBundle, ModelError
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.segmenting.preprocessing import Box
from CMRSegmentationLib.stages import StoppedError
from Testing.bundles import random_network, write_bundle
from Testing.Lib.long_axis_phantoms import without_direction
from Testing.phantoms import HeartPhantom


@pytest.fixture(scope="module")
def prediction(phantom, phantom_bundle) -> Prediction:
    return segment_cine(phantom.cine, phantom_bundle, device="cpu")


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def turned(cine: CineStack, axes: tuple[int, int, int]) -> CineStack:
    """The cine with its array axes (Z, Y, X) permuted, every voxel at its place in the patient."""
    array = cine.array.transpose(0, *(axis + 1 for axis in axes))
    columns = [2 - axis for axis in reversed(axes)]  # matrix columns are i (X), j (Y), k (Z)
    matrix = cine.geometry.ijk_to_ras.copy()
    matrix[:, :3] = matrix[:, columns]
    return replace(cine, array=array, geometry=Geometry(array.shape[1:], matrix))


def flipped(cine: CineStack, axis: int) -> CineStack:
    """The cine with an array axis (0 Z, 1 Y, 2 X) reversed, each voxel at its place in space."""
    matrix = cine.geometry.ijk_to_ras.copy()
    column, last = 2 - axis, cine.geometry.shape_zyx[axis] - 1
    matrix[:3, 3] += last * matrix[:3, column]
    matrix[:3, column] *= -1
    geometry = Geometry(cine.geometry.shape_zyx, matrix)
    return replace(cine, array=np.flip(cine.array, axis + 1), geometry=geometry)


def volumes(prediction: Prediction) -> np.ndarray:
    return np.array(
        [prediction.report.volumes_ml[label.name.lower()] for label in FOREGROUND], dtype=float
    )


class TestPhantom:
    def test_each_structure_lies_where_it_was_drawn(self, phantom, prediction):
        overlap = [dice(prediction.labels.mask(k), phantom.labels.mask(k)) for k in FOREGROUND]
        assert min(overlap) > 0.95

    def test_volumes_are_those_of_the_formulas(self, phantom, prediction):
        expected = [
            [phantom.volume_ml(label, t) for t in range(phantom.frames)] for label in FOREGROUND
        ]
        np.testing.assert_allclose(volumes(prediction), expected, rtol=0.05)

    def test_phases_and_ejection_fraction_are_those_of_the_formulas(self, phantom, prediction):
        assert (prediction.ed_frame, prediction.es_frame) == (phantom.ed_frame, phantom.es_frame)
        edv, esv = (phantom.volume_ml(Label.LV, t) for t in (phantom.ed_frame, phantom.es_frame))
        assert prediction.report.value("lv_ef") == pytest.approx(100 * (edv - esv) / edv, abs=1.5)

    def test_labels_lie_on_the_grid_of_the_input(self, phantom, prediction):
        assert prediction.labels.array.shape == phantom.cine.array.shape
        assert prediction.labels.geometry is phantom.cine.geometry

    def test_the_report_tells_model_device_view_and_the_seconds_of_each_stage(
        self, phantom_bundle, prediction
    ):
        report = prediction.report
        assert (report.model.name, report.model.sha256) == (
            phantom_bundle.name,
            phantom_bundle.weights_sha256,
        )
        assert report.device == "cpu"
        assert report.input.view is View.SAX
        assert {"model", "localize", "preprocess", "infer", "postprocess", "measure"} == set(
            report.seconds
        )

    def test_two_runs_give_the_same_bytes(self, phantom, phantom_bundle, prediction):
        again = segment_cine(phantom.cine, phantom_bundle, device="cpu")
        assert again.labels.array.tobytes() == prediction.labels.array.tobytes()

    def test_the_result_does_not_depend_on_the_batch_size(
        self, phantom, phantom_bundle, prediction, monkeypatch
    ):
        monkeypatch.setattr("CMRSegmentationLib.segmenting.inference.CPU_BATCH_SIZE", 3)
        again = segment_cine(phantom.cine, phantom_bundle, device="cpu")
        np.testing.assert_array_equal(again.labels.array, prediction.labels.array)

    def test_mirror_averaging_finds_the_same_heart(self, phantom, phantom_bundle):
        again = segment_cine(
            phantom.cine, phantom_bundle, device="cpu", average_variants=True, frames=[1, 4]
        )
        for t in (1, 4):
            assert (
                dice(again.labels.array[t] == Label.LV, phantom.labels.array[t] == Label.LV) > 0.95
            )

    @pytest.mark.parametrize(
        ("view", "variants"),
        [(View.LAX_4C, AVERAGED), (View.LAX_2C, AVERAGED), (View.SAX, AS_IT_IS)],
    )
    def test_a_long_axis_plane_is_averaged_over_mirrored_images_without_asking(
        self, view, variants, phantom_bundle, monkeypatch
    ):
        asked = []

        class Spy(pipeline.Predictor):
            def predict_all(self, looks, report=None, *, stack_size=1):
                asked.extend(look.variants for look in looks)
                return super().predict_all(looks, report, stack_size=stack_size)

        monkeypatch.setattr(pipeline, "Predictor", Spy)
        plane = HeartPhantom(frames=2, slices=1, empty_slices=(0, 0), es_frame=1).cine
        segment_cine(plane, replace(phantom_bundle, views=tuple(View)), view=view, device="cpu")
        assert asked[-1] is variants


class TestOrientation:
    @pytest.mark.parametrize(
        "change",
        [
            lambda cine: turned(cine, (0, 2, 1)),
            lambda cine: flipped(cine, 0),
            lambda cine: flipped(cine, 1),
            lambda cine: flipped(cine, 2),
            lambda cine: flipped(flipped(turned(cine, (0, 2, 1)), 0), 2),
        ],
        ids=["transposed", "slices reversed", "rows mirrored", "columns mirrored", "all of it"],
    )
    def test_volumes_and_phases_stay_within_2_percent(
        self, change, phantom, phantom_bundle, prediction
    ):
        changed = segment_cine(change(phantom.cine), phantom_bundle, device="cpu")
        np.testing.assert_allclose(volumes(changed), volumes(prediction), rtol=0.02)
        assert (changed.ed_frame, changed.es_frame) == (prediction.ed_frame, prediction.es_frame)

    @pytest.mark.parametrize("shift", [2, 5])
    def test_rotated_phases_move_end_diastole_and_end_systole_with_them(
        self, shift, phantom, phantom_bundle, prediction
    ):
        cine = replace(phantom.cine, array=np.roll(phantom.cine.array, shift, axis=0))
        changed = segment_cine(cine, phantom_bundle, device="cpu")
        np.testing.assert_allclose(
            volumes(changed), np.roll(volumes(prediction), shift, axis=1), rtol=0.02
        )
        assert changed.ed_frame == (prediction.ed_frame + shift) % phantom.frames
        assert changed.es_frame == (prediction.es_frame + shift) % phantom.frames

    def test_gain_and_offset_of_the_scanner_do_not_matter(
        self, phantom, phantom_bundle, prediction
    ):
        cine = replace(phantom.cine, array=phantom.cine.array * 13 + 500)
        changed = segment_cine(cine, phantom_bundle, device="cpu")
        np.testing.assert_allclose(volumes(changed), volumes(prediction), rtol=0.005)


class TestFrames:
    def test_chosen_frames_are_segmented_as_in_the_whole_cine_and_the_others_stay_empty(
        self, phantom, phantom_bundle, prediction
    ):
        some = segment_cine(phantom.cine, phantom_bundle, device="cpu", frames=[5, 1])
        assert some.frames == (1, 5)
        np.testing.assert_array_equal(some.labels.array[[1, 5]], prediction.labels.array[[1, 5]])
        assert not some.labels.array[[0, 2, 3, 4]].any()
        assert some.report.volumes_ml["lv"][0] is None
        assert (some.ed_frame, some.es_frame) == (1, 5)

    def test_ed_and_es_are_found_first_when_only_they_are_asked_for(
        self, phantom, phantom_bundle, prediction
    ):
        some = segment_cine(phantom.cine, phantom_bundle, device="cpu", frames="ed-es")
        assert some.frames == (1, 4)
        assert (some.ed_frame, some.es_frame) == (1, 4)
        assert some.report.value("lv_ef") == pytest.approx(
            prediction.report.value("lv_ef"), abs=0.5
        )

    def test_an_lv_that_is_lost_beside_end_systole_is_told_when_only_two_frames_are_asked_for(
        self, phantom, phantom_bundle
    ):
        array = phantom.cine.array.copy()
        array[4] = array.min()
        lost = replace(phantom.cine, array=array)
        some = segment_cine(lost, phantom_bundle, device="cpu", frames="ed-es")
        assert some.es_frame in (3, 5)
        found = [(one.severity, one.origin, one.frame) for one in some.findings]
        assert (Severity.SERIOUS, Origin.SEGMENTATION, 4) in found

    def test_the_users_phases_are_used_as_they_are(self, phantom, phantom_bundle):
        chosen = ChosenPhases(ed=2, es=5)
        for frames in ("all", "ed-es"):
            result = segment_cine(
                phantom.cine, phantom_bundle, device="cpu", frames=frames, chosen=chosen
            )
            assert (result.ed_frame, result.es_frame) == (2, 5)
        assert result.frames == (2, 5)

    def test_the_users_phase_is_segmented_beside_the_chosen_frames(self, phantom, phantom_bundle):
        result = segment_cine(
            phantom.cine, phantom_bundle, device="cpu", frames=[4], chosen=ChosenPhases(ed=0)
        )
        assert result.frames == (0, 4)
        assert (result.ed_frame, result.es_frame) == (0, 4)

    @pytest.mark.parametrize(
        ("frames", "chosen"),
        [
            ([6], AUTOMATIC),
            ([-1], AUTOMATIC),
            ("all", ChosenPhases(ed=6)),
            ("all", ChosenPhases(es=-1)),
        ],
    )
    def test_a_frame_that_does_not_exist_is_refused_before_any_work(
        self, frames, chosen, phantom, tmp_path
    ):
        bundle = write_bundle(tmp_path / "m", random_network())
        bundle.weights_path.write_bytes(b"never opened")
        with pytest.raises(ValueError, match=r"Expected frames from 0 to 5, found (6|-1)"):
            segment_cine(phantom.cine, bundle, frames=frames, chosen=chosen)

    def test_no_frame_at_all_is_refused(self, phantom, phantom_bundle):
        with pytest.raises(ValueError, match="at least one frame"):
            segment_cine(phantom.cine, phantom_bundle, frames=[])

    def test_a_single_phase_has_volumes_and_no_ejection_fraction(self, phantom_bundle):
        one = HeartPhantom(frames=1, slices=6)
        result = segment_cine(one.cine, phantom_bundle, device="cpu", frames="ed-es")
        assert (result.ed_frame, result.es_frame) == (0, None)
        assert result.report.volumes_ml["lv"][0] == pytest.approx(
            one.volume_ml(Label.LV, 0), rel=0.05
        )
        assert result.report.value("lv_ef") is None

    def test_a_single_slice_has_areas_and_no_volumes(self, phantom_bundle):
        one = HeartPhantom(frames=4, slices=1, es_frame=2, empty_slices=(0, 0))
        result = segment_cine(one.cine, phantom_bundle, device="cpu")
        assert result.report.areas_cm2["lv"][0] == pytest.approx(
            one.areas_mm2(0, 0)[Label.LV] / 100, rel=0.05
        )
        assert result.report.volumes_ml["lv"] == ()
        assert result.report.value("lv_edv") is None


class TestPatient:
    def test_heart_rate_and_body_size_reach_the_measures(self, phantom, phantom_bundle):
        patient = Patient(heart_rate_bpm=75.0, height_cm=180.0, weight_kg=80.0)
        cine = replace(phantom.cine, frame_times_ms=None)
        report = segment_cine(
            cine, phantom_bundle, device="cpu", frames=[1, 4], patient=patient
        ).report
        assert report.value("lv_co") == pytest.approx(
            report.value("lv_sv") * 75.0 / 1000.0, rel=1e-4
        )
        assert report.value("lv_edv_index") == pytest.approx(
            report.value("lv_edv") / 2.0, rel=1e-4
        )  # 2.00 m²


class TestView:
    def test_a_model_for_another_view_is_refused(self, phantom, phantom_bundle):
        with pytest.raises(ModelError, match="serves the view sax, not lax_4c"):
            segment_cine(phantom.cine, phantom_bundle, view=View.LAX_4C)

    def test_a_view_that_is_told_by_content_says_so_in_the_report(self, phantom_bundle):
        stack = without_direction(
            HeartPhantom(frames=2, slices=1, empty_slices=(0, 0), es_frame=1).cine
        )
        report = segment_cine(stack, phantom_bundle, device="cpu").report
        assert report.input.view is View.SAX
        assert "view_from_content" in {finding.code for finding in report.findings}

    def test_a_short_axis_segmented_as_a_long_axis_has_a_serious_finding(self, phantom_bundle):
        bundle = replace(phantom_bundle, views=tuple(View))
        one = HeartPhantom(frames=2, slices=1, empty_slices=(0, 0), es_frame=1).cine
        findings = segment_cine(
            replace(one, view=None), bundle, view=View.LAX_4C, device="cpu"
        ).findings
        assert ("view_doubted", Severity.SERIOUS) in {
            (finding.code, finding.severity) for finding in findings
        }

    def test_a_stack_segmented_as_a_long_axis_has_a_serious_finding(self, phantom, phantom_bundle):
        bundle = replace(phantom_bundle, views=tuple(View))
        findings = segment_cine(
            phantom.cine, bundle, view=View.LAX_2C, device="cpu", frames=[1]
        ).findings
        assert ("view_doubted", Severity.SERIOUS) in {
            (finding.code, finding.severity) for finding in findings
        }

    def test_a_two_chamber_view_has_no_rv_and_no_finding_about_it(self, phantom_bundle):
        bundle = replace(phantom_bundle, views=tuple(View))
        one = HeartPhantom(frames=2, slices=1, empty_slices=(0, 0), es_frame=1).cine
        result = segment_cine(one, bundle, view=View.LAX_2C, device="cpu")
        assert not result.labels.mask(Label.RV).any()
        assert not [finding for finding in result.findings if finding.code.startswith("structure_")]


class TestCrop:
    def test_a_heart_that_leaves_the_crop_is_found_on_the_whole_image(
        self, phantom, phantom_bundle, prediction, monkeypatch
    ):
        located = NetworkCine.of.__func__

        def too_tight(cls, *arguments):
            images = located(cls, *arguments)
            rows, columns = images.grid.network_yx
            return replace(images, box=Box(0, rows, columns // 2, columns))

        monkeypatch.setattr(NetworkCine, "of", classmethod(too_tight))
        result = segment_cine(phantom.cine, phantom_bundle, device="cpu")
        np.testing.assert_allclose(volumes(result), volumes(prediction), rtol=0.1)

    def test_rules_can_be_switched_off(self, phantom, phantom_bundle):
        off = PostprocessingOptions.off()
        result = segment_cine(
            phantom.cine, phantom_bundle, device="cpu", frames=[1], postprocessing=off
        )
        assert dice(result.labels.array[1] == Label.LV, phantom.labels.array[1] == Label.LV) > 0.95


class TestProgress:
    def test_every_stage_is_told_and_inference_rises_to_its_end(self, phantom, phantom_bundle):
        told = []
        segment_cine(
            phantom.cine, phantom_bundle, device="cpu", progress=lambda *step: told.append(step)
        )
        stages = list(dict.fromkeys(step[0] for step in told))
        assert stages == ["model", "localize", "preprocess", "infer", "postprocess", "measure"]
        for stage in stages:
            done = [step[1] for step in told if step[0] == stage]
            total = {step[2] for step in told if step[0] == stage}
            assert done == sorted(done)
            assert total == {done[-1]}
        assert {step[2] for step in told if step[0] == "infer"} == {6}
        assert all(0 <= step[3] < 6 for step in told if step[0] == "infer")

    @pytest.mark.parametrize("after", [0, 1, 5])
    def test_a_wish_to_stop_ends_the_work(self, after, phantom, phantom_bundle):
        told = []
        with pytest.raises(StoppedError, match="Stopped during"):
            segment_cine(
                phantom.cine,
                phantom_bundle,
                device="cpu",
                progress=lambda *step: told.append(step),
                should_stop=lambda: len(told) >= after,
            )
        assert len(told) == after


def test_cuda_without_a_gpu_is_refused(phantom, phantom_bundle, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(DeviceError, match="CUDA"):
        segment_cine(phantom.cine, phantom_bundle, device="cuda")


def test_findings_of_the_reader_stay_in_front(phantom, phantom_bundle):
    guessed = Finding(
        FindingCode.SPACING_GUESSED,
        Severity.INFO,
        "The spacing was taken from pixdim.",
        origin=Origin.READER,
    )
    cine = replace(phantom.cine, findings=(guessed,))
    assert segment_cine(cine, phantom_bundle, device="cpu", frames=[1]).findings[0] == guessed


def test_the_caution_of_a_model_is_a_finding_in_every_report(phantom, tmp_path):
    bundle = replace(
        write_bundle(tmp_path / "m", random_network(), spacing_mm=3.0),
        caution="Learned from circles.",
    )
    findings = segment_cine(phantom.cine, bundle, device="cpu", frames=[1]).findings
    assert (
        Finding.of(
            FindingCode.MODEL_EXPERIMENTAL,
            Severity.WARNING,
            Origin.SEGMENTATION,
            {"caution": "Learned from circles."},
        )
        in findings
    )


def test_a_model_without_caution_gives_no_such_finding(prediction):
    assert "model_experimental" not in {finding.code for finding in prediction.findings}


def test_an_untrained_network_gives_a_report_and_no_crash(phantom, tmp_path):
    bundle: ModelBundle = write_bundle(tmp_path / "m", random_network(), spacing_mm=3.0)
    result = segment_cine(phantom.cine, bundle, device="cpu")
    assert result.labels.array.shape == phantom.cine.array.shape

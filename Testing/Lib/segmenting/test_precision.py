import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import View
from CMRSegmentationLib.pipeline import segment_cine
from CMRSegmentationLib.reading.files import read_cine
from CMRSegmentationLib.segmenting import precision
from CMRSegmentationLib.segmenting.inference import Look, Predictor
from CMRSegmentationLib.segmenting.model import models_to_choose_from, serving
from CMRSegmentationLib.segmenting.precision import (
    PrecisionError,
    choose_precision,
    multiplies_bfloat16,
    with_coarse_bfloat16,
)
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Testing.real_data import SAMPLE

CPU, GPU = torch.device("cpu"), torch.device("cuda")
FIVE_STAGES = UNetConfig((4, 4, 8, 8, 8), exchange_stages=3)
LARGEST_SHARE_OF_VOXELS, LARGEST_SHARE_OF_A_VOLUME = 0.0005, 0.005


def processor(monkeypatch, **capabilities):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)


class TestChoosePrecision:
    def test_single_precision_can_be_asked_for_everywhere(self):
        for device in (CPU, GPU):
            assert choose_precision("float32", device) == (torch.float32, "chosen by the user")

    @pytest.mark.parametrize("capability", ["avx512_bf16", "amx_bf16"])
    @pytest.mark.parametrize("name", ["auto", "bfloat16"])
    def test_a_processor_that_multiplies_bfloat16_does(self, name, capability, monkeypatch):
        processor(monkeypatch, avx512_f=True, **{capability: True})
        chosen = choose_precision(name, CPU)
        assert chosen == (torch.bfloat16, "the processor multiplies it")

    def test_a_processor_that_does_not_computes_in_single_precision(self, monkeypatch):
        processor(monkeypatch, avx512_f=True, avx512_bf16=False)
        chosen = choose_precision("auto", CPU)
        assert chosen == (torch.float32, "the processor does not multiply bfloat16")

    def test_a_processor_that_does_not_refuses(self, monkeypatch):
        processor(monkeypatch, avx512_bf16=False)
        with pytest.raises(PrecisionError, match=r"found none .*Use --precision auto or float32"):
            choose_precision("bfloat16", CPU)

    def test_a_release_that_names_no_capabilities_computes_in_single_precision(self, monkeypatch):
        monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
        assert choose_precision("auto", CPU)[0] == torch.float32

    def test_a_gpu_computes_in_half_precision(self):
        assert choose_precision("auto", GPU)[0] == torch.float16
        with pytest.raises(PrecisionError, match="found a GPU"):
            choose_precision("bfloat16", GPU)


class TestWithCoarseBfloat16:
    def test_the_stages_that_draw_borders_stay_in_single_precision(self):
        network = UNet(FIVE_STAGES).eval()
        mixed = with_coarse_bfloat16(network)

        def precisions(parts):
            return [next(part.parameters()).dtype for part in parts]

        single, half = torch.float32, torch.bfloat16
        assert precisions(mixed.encoder) == [single, single, single, half, half]
        assert precisions(mixed.exchanges) == [single, half, half]
        assert precisions(mixed.decoder) == [half, half, single, single]
        assert set(precisions(mixed.heads)) == {single}
        assert {parameter.dtype for parameter in network.parameters()} == {single}

    @pytest.mark.parametrize("neighbors", [None, [[0, 1], [0, 2], [1, 2]]])
    def test_it_computes_nearly_the_same(self, neighbors):
        torch.manual_seed(1)
        network = UNet(FIVE_STAGES).eval()
        images = torch.randn(3, 1, 32, 48)
        given = [images] if neighbors is None else [images, torch.tensor(neighbors)]
        with torch.inference_mode():
            single = network(*given)[0]
            mixed = with_coarse_bfloat16(network)(*given)[0]
            assert mixed.dtype == torch.float32
            assert 0 < (mixed - single).abs().max() < 0.02 * single.abs().max()

    def test_a_network_without_coarse_stages_is_what_it_was(self):
        network = UNet(UNetConfig((4, 8), deep_supervision=0)).eval()
        images = torch.randn(2, 1, 16, 16)
        with torch.inference_mode():
            assert torch.equal(network(images)[0], with_coarse_bfloat16(network)(images)[0])


def test_a_predictor_says_its_precision():
    network = UNet(FIVE_STAGES)
    assert Predictor(network, CPU).precision_name == "float32"
    assert Predictor(network, CPU, precision=torch.bfloat16).precision_name == "bfloat16"


def test_looks_of_which_no_label_comes_compute_in_bfloat16_throughout():
    predictor = Predictor(UNet(FIVE_STAGES), CPU, precision=torch.bfloat16)
    images = np.random.default_rng(1).normal(0, 1, (4, 32, 32)).astype(np.float32)
    rough, fine = predictor.predict_all([Look(images, is_rough=True), Look(images)])
    assert {parameter.dtype for parameter in predictor.rough_network.parameters()} == {
        torch.bfloat16
    }
    assert 0 < np.abs(rough - fine).max() < 0.02
    single = Predictor(UNet(FIVE_STAGES), CPU)
    assert single.rough_network is single.network


@pytest.mark.skipif(not multiplies_bfloat16(), reason="this processor does not multiply bfloat16")
def test_labels_of_the_sample_differ_from_those_of_single_precision_within_the_bar():
    cine, bundle = read_cine(SAMPLE), serving(models_to_choose_from(None), View.SAX)
    single, mixed = (
        segment_cine(
            cine, bundle, view=View.SAX, device="cpu", frames=range(0, 20, 4), precision=name
        )
        for name in ("float32", "auto")
    )
    assert (single.report.precision, mixed.report.precision) == ("float32", "bfloat16")
    one, other = single.labels.array, mixed.labels.array
    share = np.count_nonzero(one != other) / np.count_nonzero(one | other)
    assert share <= LARGEST_SHARE_OF_VOXELS
    for structure, volumes in single.report.volumes_ml.items():
        pairs = zip(volumes, mixed.report.volumes_ml[structure], strict=True)
        assert all(
            abs(a - b) <= LARGEST_SHARE_OF_A_VOLUME * a
            for a, b in pairs
            if a is not None and b is not None
        )


def test_the_capabilities_are_those_that_pytorch_names():
    if (
        hasattr(torch.cpu, "get_capabilities")
        and torch.cpu.get_capabilities().get("architecture") == "x86_64"
    ):
        assert set(precision.MULTIPLY_BFLOAT16) <= set(torch.cpu.get_capabilities())

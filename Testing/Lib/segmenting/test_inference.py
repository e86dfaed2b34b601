import os
import pickle
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from CMRSegmentationLib.segmenting import inference
from CMRSegmentationLib.segmenting.inference import (
    AVERAGED,
    DeviceError,
    Look,
    Predictor,
    brightened,
    choose_device,
    fold_normalization,
    in_threads,
    load_network,
)
from CMRSegmentationLib.segmenting.model import ModelError, load_bundle
from CMRSegmentationLib.segmenting.tensors import array_of, tensor_of
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Testing.bundles import change_description, random_network, write_bundle
from Testing.Lib.full_gpu import on_a_full_gpu

CPU = torch.device("cpu")
CONFIGS = [
    UNetConfig(channels=(4, 8), deep_supervision=0),
    UNetConfig(channels=(4, 8, 8), down="stride", deep_supervision=1),
    UNetConfig(channels=(4, 8, 8), norm="instance", deep_supervision=0),
]


def slices(count: int = 7, rows: int = 16, columns: int = 24) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 1, (count, rows, columns)).astype(np.float32)


def predictor(**settings) -> Predictor:
    return Predictor(random_network(), CPU, **settings)


class TestChooseDevice:
    def test_the_cpu_is_always_there(self):
        assert choose_device("cpu") == (CPU, "chosen by the user")

    def test_without_cuda_auto_takes_the_cpu_and_says_why(self, monkeypatch):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        device, reason = choose_device("auto")
        assert device == CPU
        assert reason in ("this build of PyTorch has no CUDA", "PyTorch sees no CUDA device")

    def test_without_cuda_asking_for_it_is_refused(self, monkeypatch):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        with pytest.raises(
            DeviceError,
            match=r"Expected a usable CUDA device, found none: .*Use --device cpu or auto",
        ):
            choose_device("cuda")

    def test_a_gpu_that_computes_nothing_is_not_taken(self, monkeypatch):
        def no_kernel(module):
            raise RuntimeError(
                "no kernel image is available for execution on the device\nmore lines"
            )

        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.nn.Module, "cuda", no_kernel)
        reason = (
            "a trial convolution failed (no kernel image is available for execution on the device)"
        )
        assert choose_device("auto") == (CPU, reason)
        with pytest.raises(DeviceError, match="no kernel image"):
            choose_device("cuda")


class TestLoadNetwork:
    def test_weights_come_back_in_single_precision_and_compute_what_was_written(self, tmp_path):
        network = random_network()
        loaded = load_network(write_bundle(tmp_path / "m", network))
        assert {p.dtype for p in loaded.parameters()} == {torch.float32}
        images = tensor_of(slices()[:, None])
        with torch.inference_mode():
            expected = torch.softmax(network(images)[0], 1)
            assert torch.allclose(torch.softmax(loaded(images)[0], 1), expected, atol=5e-3)

    def test_a_pickle_in_place_of_weights_is_refused_and_never_executed(self, tmp_path):
        class Malicious:
            def __reduce__(self):
                return os.mkdir, (str(tmp_path / "executed"),)

        write_bundle(tmp_path / "m", random_network())
        weights = tmp_path / "m" / "weights.pt"
        weights.write_bytes(pickle.dumps({"encoder.0.0.0.weight": Malicious()}, protocol=2))
        change_description(tmp_path / "m")
        with pytest.raises(ModelError, match="are not plain tensors and were refused"):
            load_network(load_bundle(tmp_path / "m"))
        torch.save({"encoder.0.0.0.weight": Malicious()}, weights)
        change_description(tmp_path / "m")
        with pytest.raises(ModelError, match="are not plain tensors and were refused"):
            load_network(load_bundle(tmp_path / "m"))
        assert not (tmp_path / "executed").exists()

    @pytest.mark.parametrize("data", [b"", b"not weights at all", b"PK\x03\x04 half a zip file"])
    def test_a_file_that_holds_no_weights_is_refused(self, tmp_path, data):
        write_bundle(tmp_path / "m", random_network())
        (tmp_path / "m" / "weights.pt").write_bytes(data)
        change_description(tmp_path / "m")
        with pytest.raises(ModelError, match="are not plain tensors and were refused"):
            load_network(load_bundle(tmp_path / "m"))

    @pytest.mark.parametrize("content", [[1, 2], {"encoder": 3}, {}], ids=str)
    def test_a_file_that_holds_something_else_does_not_fit(self, tmp_path, content):
        write_bundle(tmp_path / "m", random_network())
        torch.save(content, tmp_path / "m" / "weights.pt")
        change_description(tmp_path / "m")
        with pytest.raises(ModelError, match="do not fit its network"):
            load_network(load_bundle(tmp_path / "m"))

    @pytest.mark.parametrize(
        "network",
        [
            {"channels": [4, 8, 16], "deep_supervision": 0},
            {"channels": [4, 9], "deep_supervision": 0},
            {"width": 3},
        ],
        ids=["another stage", "another width", "unknown setting"],
    )
    def test_weights_of_another_network_do_not_fit(self, tmp_path, network):
        write_bundle(tmp_path / "m", random_network())
        change_description(tmp_path / "m", network=network)
        with pytest.raises(ModelError, match="do not fit its network"):
            load_network(load_bundle(tmp_path / "m"))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: f"{c.norm} {c.down}")
def test_folding_the_normalization_keeps_the_function(config):
    network = random_network(config)
    images = tensor_of(slices()[:, None])
    with torch.inference_mode():
        expected = network(images)[0]
        folded = fold_normalization(network)(images)[0]
    assert torch.allclose(folded, expected, atol=1e-4)


def test_no_batch_normalization_is_left_after_folding():
    folded = fold_normalization(random_network(CONFIGS[1]))
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules())


class TestBrightened:
    def test_dark_intensities_are_spread_and_mean_and_standard_deviation_stay(self):
        image = torch.tensor([-1.0, -0.5, 0.0, 1.0])[None, None, None]
        result = brightened(image).flatten()
        # 0, .25, .5 and 1 of the range, to the power of .6: 0, .435, .660 and 1
        steps = torch.diff(result) / (result[-1] - result[0])
        torch.testing.assert_close(steps, torch.tensor([0.4353, 0.2245, 0.3402]), atol=1e-4, rtol=0)
        torch.testing.assert_close(result.mean(), image.mean())
        torch.testing.assert_close(result.std(), image.std())

    def test_every_image_is_brightened_by_itself(self):
        images = tensor_of(slices())[:, None]
        torch.testing.assert_close(brightened(images)[2:3], brightened(images[2:3]))
        torch.testing.assert_close(
            brightened(5 * images - 2), 5 * brightened(images) - 2, atol=1e-4, rtol=1e-4
        )

    def test_an_image_of_one_intensity_stays_as_it_is(self):
        flat = torch.full((1, 1, 4, 4), 0.7)
        torch.testing.assert_close(brightened(flat), flat)


class TestInThreads:
    def test_every_thread_works_alone_and_the_caller_keeps_its_threads(self):
        before = torch.get_num_threads()
        torch.set_num_threads(2)
        try:
            alone = list(in_threads(lambda item: torch.get_num_threads(), range(6), 2))
            assert alone == [1] * 6
            assert torch.get_num_threads() == 2
            later = ThreadPoolExecutor(1).submit(torch.get_num_threads).result()
            assert later == 2
        finally:
            torch.set_num_threads(before)

    def test_results_come_in_the_order_of_the_items(self):
        def slow_at_first(item: int) -> int:
            time.sleep(0.05 if item == 0 else 0.0)
            return 2 * item

        assert list(in_threads(slow_at_first, range(5), 3)) == [0, 2, 4, 6, 8]

    def test_an_error_of_one_item_comes_to_the_caller(self):
        with pytest.raises(ZeroDivisionError):
            list(in_threads(lambda item: 1 // item, range(3), 2))


class TestPredict:
    def test_probabilities_of_three_structures_leave_the_rest_to_the_background(self):
        result = predictor().predict(slices())
        assert result.shape == (7, 3, 16, 24)
        assert result.dtype == np.float32
        assert result.min() >= 0.0
        assert result.sum(axis=1).max() <= 1.0 + 1e-6

    @pytest.mark.parametrize("batch_size", [1, 3, 7, 64])
    def test_the_batch_size_does_not_change_the_result(self, batch_size):
        expected = predictor(batch_size=2).predict(slices())
        result = predictor(batch_size=batch_size).predict(slices())
        np.testing.assert_allclose(result, expected, atol=1e-6)
        np.testing.assert_array_equal(result.argmax(axis=1), expected.argmax(axis=1))

    def test_the_same_slices_twice_give_the_same_bytes(self):
        one = predictor()
        assert one.predict(slices()).tobytes() == one.predict(slices()).tobytes()

    def test_averaging_is_the_mean_of_four_mirrored_predictions_two_of_them_brightened(self):
        plain, images = predictor(), slices()
        bright = array_of(brightened(tensor_of(images)[:, None])[:, 0])
        four = [
            np.flip(plain.predict(np.flip(seen, axes).copy()), tuple(axis + 1 for axis in axes))
            for seen, axes in ((images, ()), (bright, (1,)), (bright, (2,)), (images, (1, 2)))
        ]
        averaged = predictor().predict(images, AVERAGED)
        np.testing.assert_allclose(averaged, np.mean(four, axis=0), atol=1e-6)

    def test_averaging_makes_the_result_independent_of_half_a_turn(self):
        one, images = predictor(), slices()
        mirrored = one.predict(images[:, ::-1, ::-1].copy(), AVERAGED)
        upright = one.predict(images, AVERAGED)
        np.testing.assert_allclose(mirrored[..., ::-1, ::-1], upright, atol=1e-6)

    def test_the_slices_done_are_told_after_every_batch(self):
        told = []
        predictor(batch_size=3).predict(slices(7), report=told.append)
        assert told == [3, 6, 7]

    @pytest.mark.parametrize("threads", [2, 3])
    def test_threads_do_not_change_a_label_and_tell_in_order(self, threads):
        told = []
        expected = predictor(threads=1).predict(slices(40))
        result = predictor(threads=threads).predict(slices(40), report=told.append)
        np.testing.assert_allclose(result, expected, atol=1e-6)
        np.testing.assert_array_equal(result.argmax(axis=1), expected.argmax(axis=1))
        assert told == sorted(told)
        assert told[-1] == 40

    def test_several_looks_give_what_each_gives_alone(self):
        turned = np.ascontiguousarray(np.rot90(slices(6), axes=(1, 2)))
        looks = [Look(slices(10)), Look(turned, AVERAGED)]
        found = predictor(threads=2).predict_all(looks, stack_size=2)
        for look, result in zip(looks, found, strict=True):
            alone = predictor(threads=2).predict(look.images, look.variants, stack_size=2)
            np.testing.assert_array_equal(result, alone)

    def test_threads_that_are_no_longer_wanted_leave_the_rest(self):
        one = predictor(batch_size=1, threads=2)

        def stop(done: int) -> None:
            raise InterruptedError

        begun = []
        work = one._predict_batch
        one._predict_batch = lambda *arguments, **settings: (
            begun.append(1) or work(*arguments, **settings)
        )
        with pytest.raises(InterruptedError):
            one.predict(slices(2000), report=stop)
        assert len(begun) < 1000

    def test_no_slices_give_no_probabilities(self):
        assert predictor().predict(slices(0)).shape == (0, 3, 16, 24)

    def test_sizes_must_be_multiples_of_what_the_network_halves(self):
        assert predictor().size_multiple == 2
        with pytest.raises(ValueError, match="multiples of 2"):
            predictor().predict(slices(1, 15, 24))

    def test_the_batch_follows_from_the_device_unless_it_is_given(self):
        assert predictor().batch_size == inference.CPU_BATCH_SIZE
        assert predictor(batch_size=5).batch_size == 5


class TestStacks:
    """The network looks two slices up and down, in stacks of five."""

    CONFIG = UNetConfig(channels=(4, 6, 8), deep_supervision=0, exchange_stages=2)

    def looking(self, batch_size: int = 0) -> Predictor:
        torch.manual_seed(5)
        network = UNet(self.CONFIG)
        for exchange in network.exchanges:
            torch.nn.init.normal_(exchange.project.weight, std=300.0)
        return Predictor(fold_normalization(network.eval()), CPU, batch_size)

    @pytest.mark.parametrize("batch_size", [1, 2, 3, 5, 7, 11, 15])
    def test_the_batch_size_does_not_change_what_slices_of_a_stack_see(self, batch_size):
        expected = self.looking(64).predict(slices(15), stack_size=5)
        result = self.looking(batch_size).predict(slices(15), stack_size=5)
        np.testing.assert_allclose(result, expected, atol=1e-5)

    @pytest.mark.parametrize("threads", [2, 3, 4])
    def test_threads_do_not_change_what_slices_of_a_stack_see(self, threads):
        expected = self.looking(64).predict(slices(15), stack_size=5)
        one = self.looking()
        one.threads = threads  # of three stacks; four tear them apart
        np.testing.assert_allclose(one.predict(slices(15), stack_size=5), expected, atol=1e-5)

    def test_stacks_do_not_see_each_other(self):
        seen = slices(10)
        both = self.looking().predict(seen, stack_size=5)
        second = self.looking().predict(seen[5:], stack_size=5)
        np.testing.assert_allclose(both[5:], second, atol=1e-5)
        assert np.abs(self.looking().predict(seen, stack_size=10)[5:] - second).max() > 1e-3

    def test_a_reversed_stack_gives_the_reversed_probabilities(self):
        seen = slices(5)
        upright = self.looking().predict(seen, stack_size=5)
        np.testing.assert_allclose(
            self.looking().predict(seen[::-1].copy(), stack_size=5)[::-1], upright, atol=1e-5
        )


class TestGpuMemory:
    def test_when_memory_runs_out_the_batch_is_halved_until_it_fits(self):
        one, network = on_a_full_gpu(random_network(), fits=2, batch_size=8)
        result = one.predict(slices(7))
        assert network.batches == [2, 2, 2, 1]
        np.testing.assert_allclose(result, predictor().predict(slices(7)), atol=1e-6)
        assert one.batch_size == 2
        assert [finding.code for finding in one.findings] == ["gpu_memory"]
        assert "continuing with 2 slices at a time" in one.findings[0].message

    def test_when_not_even_one_slice_fits_the_cpu_goes_on(self):
        one, network = on_a_full_gpu(random_network(), fits=0, batch_size=4)
        result = one.predict(slices(7))
        assert one.device == CPU
        assert network.on_cpu
        np.testing.assert_allclose(result, predictor().predict(slices(7)), atol=1e-6)
        assert "continuing on the CPU" in one.findings[0].message

    def test_what_is_done_is_not_done_again(self):
        one, network = on_a_full_gpu(random_network(), fits=8, batch_size=3)
        told = []

        def fill_up(done: int) -> None:
            told.append(done)
            network.fits = 1

        one.predict(slices(7), report=fill_up)
        assert told == [3, 4, 5, 6, 7]
        assert network.batches == [3, 1, 1, 1, 1]

    def test_another_error_of_the_gpu_is_not_taken_for_full_memory(self):
        one = predictor()

        def broken(images):
            raise RuntimeError("device-side assert triggered")

        broken.config = one.network.config
        one.network = broken
        with pytest.raises(RuntimeError, match="device-side assert"):
            one.predict(slices())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_gpu_agrees_with_the_cpu_to_half_precision():
    on_gpu = Predictor(random_network(), torch.device("cuda")).predict(slices())
    np.testing.assert_allclose(on_gpu, predictor().predict(slices()), atol=2e-2)

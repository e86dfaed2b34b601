from dataclasses import asdict

import pytest
import torch

from CMRSegmentationLib.segmenting.unet import (
    REFERENCE_CONFIG,
    UNet,
    UNetConfig,
    config_from_json,
    parameter_count,
    to_device,
)

CONFIGS = [
    UNetConfig(channels=(3, 5), deep_supervision=0),
    UNetConfig(channels=(3, 5, 7), norm="instance", deep_supervision=1),
    UNetConfig(channels=(3, 5, 7), down="stride", deep_supervision=1),
    UNetConfig(
        channels=(4, 4, 6, 6), norm="instance", down="stride", in_channels=2, out_channels=3
    ),
]


def images(config: UNetConfig, rows: int = 16, columns: int = 24, count: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, config.in_channels, rows, columns, generator=generator)


@pytest.mark.parametrize(
    "config", CONFIGS, ids=lambda c: f"{len(c.channels)} stages {c.norm} {c.down}"
)
def test_decoding_what_was_encoded_is_the_forward_pass(config):
    network = UNet(config).eval()
    with torch.inference_mode():
        apart = network.classify(network.decode(network.encode(images(config))))
        at_once = network(images(config))
    assert len(apart) == len(at_once) == 1
    assert torch.equal(apart[0], at_once[0])


@pytest.mark.parametrize(
    "config", CONFIGS, ids=lambda c: f"{len(c.channels)} stages {c.norm} {c.down}"
)
def test_logits_have_the_size_of_the_image_and_a_channel_per_class(config):
    with torch.inference_mode():
        logits = UNet(config).eval()(images(config))
    assert logits[0].shape == (2, config.out_channels, 16, 24)


def test_encoded_features_halve_in_size_from_stage_to_stage():
    config = UNetConfig(channels=(3, 5, 7), deep_supervision=0)
    shapes = [tuple(f.shape) for f in UNet(config).eval().encode(images(config))]
    assert shapes == [(2, 3, 16, 24), (2, 5, 8, 12), (2, 7, 4, 6)]


def test_decoded_features_run_from_full_resolution_down():
    config = UNetConfig(channels=(3, 5, 7), deep_supervision=0)
    network = UNet(config).eval()
    shapes = [tuple(f.shape) for f in network.decode(network.encode(images(config)))]
    assert shapes == [(2, 3, 16, 24), (2, 5, 8, 12)]


def test_lower_stages_predict_while_training_and_not_in_evaluation():
    config = UNetConfig(channels=(3, 5, 7, 9), deep_supervision=2)
    network = UNet(config)
    assert [tuple(logits.shape[2:]) for logits in network.train()(images(config))] == [
        (16, 24),
        (8, 12),
        (4, 6),
    ]
    assert [tuple(logits.shape[2:]) for logits in network.eval()(images(config))] == [(16, 24)]


def test_the_coarse_answer_is_the_lower_head_enlarged():
    torch.manual_seed(3)
    network = UNet(UNetConfig((4, 8, 12), deep_supervision=1)).eval()
    images = torch.randn(2, 1, 16, 24)
    decoded = network.decode(network.encode(images))
    expected = torch.nn.functional.interpolate(
        network.heads[1](decoded[1]), size=(16, 24), mode="bilinear"
    )
    torch.testing.assert_close(network.coarse(images), expected)


def test_without_a_lower_head_the_coarse_answer_is_the_answer():
    torch.manual_seed(3)
    network = UNet(UNetConfig((4, 8, 12), deep_supervision=0)).eval()
    images = torch.randn(1, 1, 16, 16)
    torch.testing.assert_close(network.coarse(images), network(images)[0])


def test_every_parameter_of_a_supervised_network_learns():
    config = UNetConfig(channels=(3, 5, 7, 9), deep_supervision=2)
    network = UNet(config).train()
    sum(logits.square().mean() for logits in network(images(config))).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None] == []


def test_the_reference_study_has_7_stages_of_32_to_480_channels():
    assert REFERENCE_CONFIG.channels == (32, 64, 128, 256, 480, 480, 480)
    assert REFERENCE_CONFIG.size_multiple == 64
    with torch.device("meta"):
        network = UNet(REFERENCE_CONFIG).eval()
        features = network.encode(torch.zeros(1, 1, 64, 128))
    assert [f.shape[1] for f in features] == [32, 64, 128, 256, 480, 480, 480]
    assert tuple(features[-1].shape[2:]) == (1, 2)
    assert tuple(network.classify(network.decode(features))[0].shape) == (1, 4, 64, 128)


def test_parameters_of_a_network_of_two_stages_counted_by_hand():
    config = UNetConfig(channels=(2, 3), deep_supervision=0)
    encoder = (9 * 1 * 2 + 4) + (9 * 2 * 2 + 4) + (9 * 2 * 3 + 6) + (9 * 3 * 3 + 6)
    decoder = (4 * 3 * 2 + 2) + (9 * 4 * 2 + 4) + (9 * 2 * 2 + 4)
    head = 2 * 4 + 4
    assert parameter_count(UNet(config)) == encoder + decoder + head


def test_strides_need_no_pooling_layer():
    config = UNetConfig(channels=(3, 5, 7), down="stride", deep_supervision=0)
    modules = list(UNet(config).modules())
    assert not any(isinstance(m, torch.nn.MaxPool2d) for m in modules)
    strides = [m.stride for m in modules if isinstance(m, torch.nn.Conv2d)]
    assert strides.count((2, 2)) == 2


def test_instance_normalization_makes_the_result_independent_of_the_image_gain():
    config = UNetConfig(channels=(3, 5), norm="instance", deep_supervision=0)
    torch.manual_seed(0)
    network, image = UNet(config).eval(), images(config)
    with torch.inference_mode():
        assert torch.allclose(network(image)[0], network(image * 7)[0], atol=1e-3)


@pytest.mark.parametrize(("rows", "columns"), [(15, 24), (16, 22), (18, 24)])
def test_a_size_that_does_not_halve_evenly_is_refused(rows, columns):
    config = UNetConfig(channels=(3, 5, 7), deep_supervision=0)
    with pytest.raises(ValueError, match=f"multiples of 4, found \\({rows}, {columns}\\)"):
        UNet(config)(images(config, rows, columns))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"channels": (8,)}, "two or more stages"),
        ({"channels": (8, 0)}, "at least one channel"),
        ({"norm": "layer"}, "norm batch or instance"),
        ({"down": "average"}, "down stride or pool"),
        ({"channels": (8, 16), "deep_supervision": 1}, "2 stages allow 0 to 0"),
        ({"deep_supervision": -1}, "5 stages allow 0 to 3"),
    ],
)
def test_a_network_that_cannot_be_built_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        UNetConfig(**values)


def test_a_configuration_survives_json():
    config = UNetConfig(channels=(4, 8, 16), norm="instance", down="stride", deep_supervision=1)
    assert config_from_json({**asdict(config), "channels": [4, 8, 16]}) == config


def test_an_unknown_setting_is_refused_by_name():
    with pytest.raises(ValueError, match="Unknown network setting: dropout, width"):
        config_from_json({"channels": [4, 8], "width": 3, "dropout": 0.1})


def test_weights_lie_channels_last_on_the_device():
    network = to_device(UNet(UNetConfig(channels=(4, 8), deep_supervision=0)), torch.device("cpu"))
    weight = network.encoder[1][1][0].weight
    assert weight.is_contiguous(memory_format=torch.channels_last)


class TestSliceExchange:
    CONFIG = UNetConfig(channels=(3, 5, 7), deep_supervision=0, exchange_stages=2)
    STACK_OF_FIVE = torch.tensor([[0, 1], [0, 2], [1, 3], [2, 4], [3, 4]])

    def network(self) -> UNet:
        """With an exchange that has learned something: at random weights it changes nothing."""
        torch.manual_seed(3)
        network = UNet(self.CONFIG).eval()
        for exchange in network.exchanges:
            torch.nn.init.normal_(exchange.project.weight, std=30.0)
        return network

    @torch.inference_mode()
    def test_a_new_exchange_changes_nothing(self):
        torch.manual_seed(1)
        network = UNet(self.CONFIG).eval()
        seen = images(self.CONFIG, count=5)
        features = network.encode(seen, self.STACK_OF_FIVE)
        plain = UNet(UNetConfig(channels=(3, 5, 7), deep_supervision=0)).eval()
        plain.load_state_dict(
            {k: v for k, v in network.state_dict().items() if not k.startswith("exchanges.")}
        )
        for exchanged, alone in zip(features, plain.encode(seen), strict=True):
            assert torch.equal(exchanged, alone)

    @torch.inference_mode()
    def test_a_reversed_stack_gives_the_reversed_result(self):
        network, seen = self.network(), images(self.CONFIG, count=5)
        upright = network(seen, self.STACK_OF_FIVE)[0]
        reversed_ = network(seen.flip(0), self.STACK_OF_FIVE)[0].flip(0)
        torch.testing.assert_close(upright, reversed_)

    @torch.inference_mode()
    def test_a_slice_whose_neighbors_are_missing_is_a_single_slice(self):
        network, seen = self.network(), images(self.CONFIG, count=2)
        itself = torch.tensor([[0, 0], [1, 1]])
        torch.testing.assert_close(network(seen, itself)[0], network(seen)[0])

    @torch.inference_mode()
    def test_two_exchanges_reach_two_slices_and_no_farther(self):
        network, seen = self.network(), images(self.CONFIG, count=5)
        before = network(seen, self.STACK_OF_FIVE)[0]
        changed = seen.clone()
        changed[0] += 1.0
        moved = (network(changed, self.STACK_OF_FIVE)[0] - before).abs().amax(dim=(1, 2, 3)) > 1e-6
        assert moved.tolist() == [True, True, True, False, False]

    def test_more_exchanges_than_stages_below_the_first_are_refused(self):
        with pytest.raises(ValueError, match="exchange_stages from 0 to 2, found 3"):
            UNetConfig(channels=(3, 5, 7), deep_supervision=0, exchange_stages=3)

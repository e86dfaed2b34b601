import copy
import math
from dataclasses import dataclass

import pytest
import torch

from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Training.learning.dann import (
    DannConfig,
    DomainAdversary,
    DomainError,
    frozen_normalization,
    reversal_strength,
    reverse_gradient,
    split_domains,
)
from Training.learning.networks import build_network

SMALL = UNetConfig(channels=(4, 6, 8), deep_supervision=1)
TO_GE = DannConfig(targets=("GE",), maximum=0.5, warmup=0.0)
REPEATABLE = DannConfig(targets=("GE",), maximum=0.5, warmup=0.0, target_norm="batch")
"""Independent of the running statistics, which every labeled batch moves."""
VENDORS = ("Siemens", "GE")


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(11)


def batches(count, size=16):
    """Labeled dark and unlabeled bright slices, so that the domain can be told."""
    generator = torch.Generator().manual_seed(3)
    return [
        (
            torch.randn(4, 1, size, size, generator=generator),
            2 + torch.randn(3, 1, size, size, generator=generator),
        )
        for _ in range(count)
    ]


def domain_step(adversary, network, source, target, progress=1.0):
    outputs, attached = adversary.segment(network, source)
    vendors = ["Siemens"] * len(source), ["GE"] * len(target)
    return outputs, adversary.compare(
        network, (attached, vendors[0]), (target, vendors[1]), progress
    )


def train(config, steps=4):
    """The network after a few steps, with an adversary if there is a configuration."""
    torch.manual_seed(7)
    network = UNet(SMALL).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    adversary = DomainAdversary(network, config, VENDORS) if config else None
    for number, (source, target) in enumerate(batches(steps)):
        if adversary:
            outputs, domain = domain_step(adversary, network, source, target, number / steps)
            loss = sum(o.square().mean() for o in outputs) + domain.loss
        else:
            loss = sum(o.square().mean() for o in network(source))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if adversary:
            adversary.step()
    return network


def test_the_gradient_is_reversed_and_scaled_and_the_features_are_not():
    features = torch.tensor([1.0, -2.0], requires_grad=True)
    passed = reverse_gradient(features, 0.25)
    assert passed.tolist() == [1.0, -2.0]
    (passed * torch.tensor([3.0, 4.0])).sum().backward()
    assert features.grad.tolist() == [-0.75, -1.0]


def test_a_strength_of_0_gives_a_zero_gradient():
    features = torch.tensor([1.0, -2.0], requires_grad=True)
    reverse_gradient(features, 0.0).sum().backward()
    assert features.grad.abs().tolist() == [0.0, 0.0]


def test_the_strength_follows_the_schedule_of_ganin_after_the_warm_up():
    config = DannConfig(targets=("GE",), maximum=0.4, warmup=0.5)
    assert reversal_strength(0.0, config) == 0
    assert reversal_strength(0.5, config) == 0
    # Three quarters of the run are half of what follows the warm-up: p = 0.5.
    assert reversal_strength(0.75, config) == pytest.approx(0.4 * (2 / (1 + math.exp(-5)) - 1))
    assert reversal_strength(1.0, config) == pytest.approx(0.4 * (2 / (1 + math.exp(-10)) - 1))


@pytest.mark.parametrize(
    "config",
    [
        DannConfig(targets=("GE",), maximum=0.0, warmup=0.0),
        DannConfig(targets=("GE",), maximum=0.0, warmup=0.0, target_norm="batch"),
        DannConfig(targets=("GE",), maximum=9.0, warmup=0.99),
    ],
)
def test_lambda_0_equals_the_baseline_bit_for_bit(config):
    baseline, adapted = train(None).state_dict(), train(config).state_dict()
    assert baseline.keys() == adapted.keys()
    for name, value in baseline.items():
        assert torch.equal(value, adapted[name]), name


def test_a_positive_lambda_changes_the_weights():
    baseline, adapted = train(None).state_dict(), train(TO_GE).state_dict()
    assert not torch.equal(baseline["encoder.0.0.0.weight"], adapted["encoder.0.0.0.weight"])


@pytest.mark.parametrize("norm", ["running", "batch"])
def test_unlabeled_batches_leave_the_running_statistics_alone(norm):
    network = UNet(SMALL).train()
    adversary = DomainAdversary(
        network, DannConfig(targets=("GE",), warmup=0.0, target_norm=norm), VENDORS
    )
    ((source, target),) = batches(1)
    _, attached = adversary.segment(network, source)
    before = copy.deepcopy(network.state_dict())
    step = adversary.compare(network, (attached, ["Siemens"] * 4), (target, ["GE"] * 3), 1.0)
    step.loss.backward()
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(module.training for module in network.modules())


def test_frozen_normalization_is_undone_after_an_error():
    network = UNet(SMALL).train()
    with pytest.raises(RuntimeError, match="stop"), frozen_normalization(network, "running"):
        raise RuntimeError("stop")
    assert all(module.training for module in network.modules())


def test_segmenting_gives_the_very_logits_of_the_network():
    network = UNet(SMALL).train()
    adversary = DomainAdversary(network, TO_GE, VENDORS)
    ((source, _),) = batches(1)
    outputs, attached = adversary.segment(network, source)
    for ours, theirs in zip(outputs, network(source), strict=True):
        assert torch.equal(ours, theirs)
    assert [f.shape[1] for f in attached] == [8, 4]


def test_the_network_receives_minus_lambda_times_the_gradient_of_the_domain_loss():
    network = UNet(SMALL).train()
    adversary = DomainAdversary(network, REPEATABLE, VENDORS)
    ((source, target),) = batches(1)
    weight = network.encoder[0][0][0].weight

    def gradient(progress):
        _, domain = domain_step(adversary, network, source, target, progress)
        (result,) = torch.autograd.grad(domain.loss, weight)
        return domain.strength, result

    (weak, one), (strong, other) = gradient(0.1), gradient(1.0)
    assert 0 < weak < strong
    torch.testing.assert_close(one / weak, other / strong, rtol=1e-3, atol=1e-7)
    _, domain = domain_step(adversary, network, source, target)
    before = float(domain.loss.detach())
    with torch.no_grad():
        weight -= 0.05 * other / other.norm()
    _, domain = domain_step(adversary, network, source, target)
    # Going down the reversed gradient makes the domain harder to tell.
    assert float(domain.loss.detach()) > before


def test_the_predictor_s_own_gradient_does_not_depend_on_lambda():
    network = UNet(SMALL).train()
    adversary = DomainAdversary(network, REPEATABLE, VENDORS)
    ((source, target),) = batches(1)
    gradients = []
    for progress in (0.0, 1.0):
        _, domain = domain_step(adversary, network, source, target, progress)
        gradients.append(torch.autograd.grad(domain.loss, list(adversary.predictor.parameters())))
    for zero, full in zip(*gradients, strict=True):
        torch.testing.assert_close(zero, full, rtol=1e-3, atol=1e-5)


def test_a_bottleneck_predictor_does_not_reach_the_decoder():
    network = UNet(SMALL).train()
    config = DannConfig(targets=("GE",), warmup=0.0, attach=("bottleneck",))
    ((source, target),) = batches(1)
    _, domain = domain_step(DomainAdversary(network, config, VENDORS), network, source, target)
    domain.loss.backward()
    assert all(p.grad is None for p in network.decoder.parameters())
    assert network.encoder[2][1][0].weight.grad.abs().max() > 0


def test_during_warm_up_the_predictor_learns_to_tell_the_vendors():
    network = UNet(SMALL).train()
    config = DannConfig(targets=("GE",), warmup=0.5, learning_rate=0.02)
    adversary = DomainAdversary(network, config, VENDORS)
    steps = []
    for source, target in batches(60):
        _, domain = domain_step(adversary, network, source, target, progress=0.0)
        domain.loss.backward()
        adversary.step()
        steps.append(domain)
    assert {step.strength for step in steps} == {0.0}
    assert sum(step.accuracy for step in steps[-5:]) / 5 > 0.95
    assert steps[-1].loss < 0.5 * steps[0].loss
    assert all(p.grad is None for p in network.parameters())


def test_each_vendor_counts_alike_whatever_its_number_of_slices():
    network = UNet(SMALL).train()
    adversary = DomainAdversary(network, TO_GE, VENDORS)
    with torch.no_grad():
        for parameter in adversary.predictor.parameters():
            parameter.zero_()
        adversary.predictor.layers[-1].bias.copy_(torch.tensor([1.0, 0.0]))
    source, target = torch.randn(6, 1, 16, 16), torch.randn(2, 1, 16, 16)
    _, domain = domain_step(adversary, network, source, target)
    # The domains in order are GE and Siemens; GE is always guessed: 1 of 2 vendors, whatever the 6
    # and 2 slices.
    assert domain.accuracy == pytest.approx(0.5)
    right, wrong = -math.log(math.e / (math.e + 1)), -math.log(1 / (math.e + 1))
    assert float(domain.loss.detach()) == pytest.approx((right + wrong) / 2, rel=1e-5)


def test_a_resumed_adversary_continues_with_the_same_numbers():
    network = UNet(SMALL).train()
    first, second = (DomainAdversary(network, REPEATABLE, VENDORS) for _ in range(2))
    data = batches(4)
    for source, target in data[:2]:
        domain_step(first, network, source, target)[1].loss.backward()
        first.step()
    second.restore(copy.deepcopy(first.to_dict()))
    for source, target in data[2:]:
        losses = [domain_step(a, network, source, target)[1].loss for a in (first, second)]
        assert torch.equal(*losses)
        for adversary, loss in zip((first, second), losses, strict=True):
            loss.backward()
            adversary.step()


def test_a_scaled_loss_moves_the_predictor_as_far_and_an_overflow_does_not():
    network = UNet(SMALL).train()
    plain, scaled = (DomainAdversary(network, REPEATABLE, VENDORS) for _ in range(2))
    scaled.restore(copy.deepcopy(plain.to_dict()))
    ((source, target),) = batches(1)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    domain_step(plain, network, source, target)[1].loss.backward()
    plain.step()
    scaler.scale(domain_step(scaled, network, source, target)[1].loss).backward()
    scaled.step(scaler)
    scaler.update()
    for one, other in zip(plain.predictor.parameters(), scaled.predictor.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
    before = copy.deepcopy(scaled.predictor.state_dict())
    scaler.scale(domain_step(scaled, network, source, target)[1].loss * float("inf")).backward()
    scaled.step(scaler)
    assert all(
        torch.equal(value, before[name]) for name, value in scaled.predictor.state_dict().items()
    )


def test_a_checkpoint_of_other_vendors_is_refused():
    network = UNet(SMALL)
    saved = DomainAdversary(network, TO_GE, ("GE", "Philips")).to_dict()
    with pytest.raises(DomainError, match="Philips"):
        DomainAdversary(network, TO_GE, VENDORS).restore(saved)


@pytest.mark.parametrize(
    ("vendors", "targets", "message"),
    [
        (("GE", "GE"), ("GE",), "two vendors at least, found GE"),
        ((), ("GE",), "found none"),
        (VENDORS, ("Canon",), "Expected images of Canon"),
        (VENDORS, (), "a target vendor"),
        (VENDORS, VENDORS, "no labels are left"),
    ],
)
def test_domains_that_cannot_be_adapted_are_refused(vendors, targets, message):
    with pytest.raises(DomainError, match=message):
        DomainAdversary(UNet(SMALL), DannConfig(targets=targets), vendors)


def test_a_slice_of_an_unannounced_vendor_is_refused():
    network = UNet(SMALL).train()
    adversary = DomainAdversary(network, TO_GE, VENDORS)
    ((source, target),) = batches(1)
    _, attached = adversary.segment(network, source)
    with pytest.raises(DomainError, match="found Philips"):
        adversary.compare(network, (attached, ["Philips"] * 4), (target, ["GE"] * 3), 0.5)


def test_another_network_than_the_u_net_is_refused():
    network = build_network("dynunet", SMALL)
    with pytest.raises(TypeError, match="U-Net"):
        DomainAdversary(network, TO_GE, VENDORS)


@pytest.mark.parametrize("wrong", [{"attach": ()}, {"maximum": -0.1}, {"warmup": 1.0}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=r"attached|Expected"):
        DannConfig(targets=("GE",), **wrong)


@dataclass(frozen=True)
class Patient:
    patient: str
    vendor: str


def test_target_vendors_lose_their_labels_and_no_patient_is_in_both_groups():
    patients = [Patient("1", "Siemens"), Patient("2", "GE"), Patient("3", "Canon")]
    source, target = split_domains(patients, ("GE", "Canon"))
    assert [p.patient for p in source] == ["1"]
    assert [p.patient for p in target] == ["2", "3"]

import copy
from dataclasses import dataclass, replace

import pytest
import torch

from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Training.adaptation.dann import (
    DannConfig,
    DomainAdversary,
    DomainError,
    attached_features,
    balanced_mean,
    checked_domains,
    frozen_normalization,
    reverse_gradient,
    split_domains,
    split_measured,
)
from Training.adaptation.domain_batches import DomainBatch
from Training.learning.networks import build_network

SMALL = UNetConfig(channels=(4, 6, 8), deep_supervision=1)
TO_GE = DannConfig(targets=("GE",), maximum=0.5, ramp=0.0, width=4, predictor_steps=1)
VENDORS = ("Siemens", "GE")


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(11)


def domain_batch(number=0, size=16, slices=8):
    """Dark slices of Siemens and bright ones of GE in turn, so that the domain can be seen."""
    generator = torch.Generator().manual_seed(3 + number)
    images = torch.randn(slices, 1, size, size, generator=generator)
    images[1::2] += 2
    return DomainBatch(images, VENDORS * (slices // 2))


def adversary_of(network, config=TO_GE, opened=True):
    adversary = DomainAdversary(network, config, domain_batch(100))
    if opened:
        adversary.strength.answer(1.0, 0.0)
    return adversary


def train(config, steps=4, *, opened=True):
    """A few steps of segmentation, with an adversary if there is a configuration."""
    torch.manual_seed(7)
    network = UNet(SMALL).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    adversary = adversary_of(network, config, opened) if config else None
    for number in range(steps):
        source = torch.randn(4, 1, 16, 16, generator=torch.Generator().manual_seed(number))
        loss = sum(o.square().mean() for o in network(source))
        if adversary:
            domain = adversary.compare(network, domain_batch(number), number / steps + 0.1)
            loss = loss + (0.0 if domain.loss is None else domain.loss)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network


def test_the_gradient_is_reversed_and_scaled_and_the_features_are_not():
    features = torch.tensor([1.0, -2.0], requires_grad=True)
    passed = reverse_gradient(features, 0.25)
    assert passed.tolist() == [1.0, -2.0]
    (passed * torch.tensor([3.0, 4.0])).sum().backward()
    assert features.grad.tolist() == [-0.75, -1.0]


@pytest.mark.parametrize(("maximum", "opened"), [(0.0, True), (9.0, False)])
@pytest.mark.parametrize("norm", ["running", "batch"])
def test_lambda_0_equals_the_baseline_bit_for_bit(maximum, opened, norm):
    config = DannConfig(targets=("GE",), maximum=maximum, norm=norm, width=4)
    baseline, adapted = train(None).state_dict(), train(config, opened=opened).state_dict()
    assert baseline.keys() == adapted.keys()
    for name, value in baseline.items():
        assert torch.equal(value, adapted[name]), name


def test_a_positive_lambda_changes_the_weights():
    baseline, adapted = train(None).state_dict(), train(TO_GE).state_dict()
    assert not torch.equal(baseline["encoder.0.0.0.weight"], adapted["encoder.0.0.0.weight"])


@pytest.mark.parametrize("norm", ["running", "batch"])
def test_both_domains_pass_in_one_batch_and_leave_the_running_statistics_alone(norm):
    network = UNet(SMALL).train()
    config = DannConfig(targets=("GE",), norm=norm, ramp=0.0, width=4)
    adversary = adversary_of(network, config)
    before = copy.deepcopy(network.state_dict())
    adversary.compare(network, domain_batch(), 1.0).loss.backward()
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(module.training for module in network.modules())


def test_the_same_slices_called_by_two_names_cannot_be_told_apart():
    """The flaw of different statistics for two domains: the same images were predicted at 0.98."""
    network = UNet(SMALL).train()
    config = DannConfig(targets=("GE",), predictor_steps=2, width=4)
    adversary = adversary_of(network, config, opened=False)
    for number in range(40):
        images = domain_batch(number).images[::2]
        both = DomainBatch(torch.cat([images, images]), ("Siemens",) * 4 + ("GE",) * 4)
        adversary.compare(network, both, 0.1)
    same = domain_batch(50).images[::2]
    adversary.held_out = DomainBatch(torch.cat([same, same]), ("Siemens",) * 4 + ("GE",) * 4)
    assert adversary.measure(network, 0.1) == pytest.approx(0.5)


def test_frozen_normalization_is_undone_after_an_error():
    network = UNet(SMALL).train()
    with pytest.raises(RuntimeError, match="stop"), frozen_normalization(network, "running"):
        raise RuntimeError("stop")
    assert all(module.training for module in network.modules())


def test_going_down_the_reversed_gradient_makes_the_domain_harder_to_predict():
    network = UNet(SMALL).train()
    adversary = adversary_of(network)
    weight = network.encoder[0][0][0].weight
    for number in range(20):
        adversary.compare(network, domain_batch(number), 0.0)
    domains = torch.tensor([1, 0] * 4)

    def loss():
        maps = attached_features(network, domain_batch().images, TO_GE.attach)
        return adversary._reversed_loss(maps, domains, 0.5)

    before = loss()
    (gradient,) = torch.autograd.grad(before, weight)
    with torch.no_grad():
        weight -= 0.05 * gradient / gradient.norm()
    assert float(loss().detach()) > float(before.detach())


def test_the_reversed_loss_moves_the_network_and_not_the_predictor():
    network = UNet(SMALL).train()
    adversary = adversary_of(network)
    domain = adversary.compare(network, domain_batch(), 1.0)
    adversary.optimizer.zero_grad(set_to_none=True)
    domain.loss.backward()
    assert all(p.grad is None for p in adversary.predictor.parameters())
    assert network.encoder[0][0][0].weight.grad.abs().max() > 0


@pytest.mark.parametrize(
    ("attach", "reaches_the_head"), [(("bottleneck",), False), (("probabilities",), True)]
)
def test_where_the_predictor_is_attached_decides_what_the_gradient_reaches(
    attach, reaches_the_head
):
    network = UNet(SMALL).train()
    config = DannConfig(targets=("GE",), ramp=0.0, attach=attach, width=4)
    adversary_of(network, config).compare(network, domain_batch(), 1.0).loss.backward()
    assert (network.heads[0].weight.grad is not None) is reaches_the_head
    assert network.encoder[2][1][0].weight.grad.abs().max() > 0


def test_the_predictor_learns_visible_vendors_before_lambda_opens_and_opens_it():
    network = UNet(SMALL).train()
    config = DannConfig(targets=("GE",), learning_rate=0.01, width=4)
    adversary = adversary_of(network, config, opened=False)
    assert adversary.compare(network, domain_batch(), 0.0).loss is None
    steps = [adversary.compare(network, domain_batch(n), 0.0) for n in range(30)]
    assert {step.strength for step in steps} == {0.0}
    assert sum(step.accuracy for step in steps[-5:]) / 5 > 0.95
    assert adversary.measure(network, 0.3) > 0.95
    assert adversary.strength.opened_at == 0.3
    assert adversary.compare(network, domain_batch(), 0.9).metrics()["lambda"] > 0
    assert all(p.grad is None for p in network.parameters())


def test_the_predictor_starts_ahead_until_it_knows_held_out_patients_and_changes_no_network():
    network = UNet(SMALL).train()
    before = copy.deepcopy(network.state_dict())
    config = DannConfig(targets=("GE",), learning_rate=0.01, width=4)
    adversary = adversary_of(network, config, opened=False)
    seen = []

    def batches():
        for number in range(200):
            seen.append(number)
            yield domain_batch(number)

    adversary.start_ahead(network, batches())
    assert adversary.strength.warm_up_accuracy >= 0.7
    assert adversary.strength.opened_at == 0.0
    assert len(seen) % 25 == 0
    assert len(seen) < 200
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert network.training


def test_each_vendor_counts_alike_whatever_its_number_of_slices():
    values = torch.tensor([1.0] * 6 + [0.0] * 2)
    assert float(balanced_mean(values, torch.tensor([1] * 6 + [0] * 2))) == 0.5


def test_a_resumed_adversary_continues_with_the_same_numbers():
    network = UNet(SMALL).train()
    first, second = adversary_of(network), adversary_of(network, opened=False)
    for number in range(2):
        first.compare(network, domain_batch(number), 0.5)
    first.measure(network, 0.5)
    first.strength.answer(0.9, 0.5)
    second.restore(copy.deepcopy(first.to_dict()))
    assert second.strength == first.strength
    for number in range(2, 4):
        torch.manual_seed(number)
        ours = first.compare(network, domain_batch(number), 0.6)
        torch.manual_seed(number)
        theirs = second.compare(network, domain_batch(number), 0.6)
        assert torch.equal(ours.loss, theirs.loss)


def test_a_checkpoint_of_other_vendors_is_refused():
    network = UNet(SMALL)
    saved = adversary_of(network).to_dict() | {"domains": ("GE", "Philips")}
    with pytest.raises(DomainError, match="Philips"):
        adversary_of(network).restore(saved)


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
        checked_domains(vendors, targets)


def test_a_slice_of_an_unannounced_vendor_is_refused():
    network = UNet(SMALL).train()
    wrong = DomainBatch(domain_batch().images, ("Philips",) * 8)
    with pytest.raises(DomainError, match="found Philips"):
        adversary_of(network).compare(network, wrong, 0.5)


def test_another_network_than_the_u_net_is_refused():
    with pytest.raises(TypeError, match="U-Net"):
        adversary_of(build_network("dynunet", SMALL))


@pytest.mark.parametrize(
    "wrong",
    [{"attach": ()}, {"maximum": -0.1}, {"ramp": 1.1}, {"predictor_steps": 0}, {"head_start": -1}],
)
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


def test_every_fourth_target_patient_is_measured_on_and_never_learned_from():
    patients = [Patient(str(i), "GE") for i in range(9)]
    learned, measured = split_measured(patients)
    assert [p.patient for p in measured] == ["0", "4", "8"]
    assert {p.patient for p in learned} == set("123567")


def test_a_target_vendor_with_one_patient_leaves_nobody_to_measure_on():
    with pytest.raises(DomainError, match="two patients of GE"):
        split_measured([Patient("1", "GE")])


def test_an_accuracy_that_guessing_reaches_cannot_open_lambda():
    with pytest.raises(DomainError, match=r"dann\.needed_accuracy above 0\.500.*found 0\.5"):
        adversary_of(UNet(SMALL), replace(TO_GE, needed_accuracy=0.5))

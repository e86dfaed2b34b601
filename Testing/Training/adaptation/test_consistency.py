import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from CMRSegmentationLib.image import Geometry
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Testing.phantoms import HeartPhantom
from Training.adaptation.consistency import (
    ConsistencyConfig,
    PhaseBatch,
    PhaseStream,
    consistency_loss,
    neighbors,
)
from Training.datasets.examination import UNKNOWN
from Training.samples.augmentation import AugmentationConfig
from Training.samples.cache import CachedExamination, CachedPhase, quantize
from Training.samples.slices import SamplingConfig

HEART = HeartPhantom(
    frames=4, slices=2, rows=40, columns=48, spacing_zyx_mm=(10.0, 3.4, 3.2), es_frame=2
)
OFF = AugmentationConfig.off()
CENTERED = SamplingConfig(
    spacing_mm=3.2,
    crops=((32, 3), (48, 2)),
    size_multiple=4,
    heart_probability=1.0,
    heart_jitter_mm=0.0,
)
CONFIG = ConsistencyConfig(datasets=("phantoms",), batch_size=3)


def examination(frames=(0, 1, 2, 3), labeled=True, geometries=None):
    """Phases of a phantom; without labels every pixel is unknown."""
    phases = tuple(
        CachedPhase(
            f"frame_{t:02d}",
            t,
            quantize(HEART.cine.array[t % 4]),
            HEART.labels.array[t % 4]
            if labeled
            else np.full(HEART.labels.array[0].shape, UNKNOWN, np.uint8),
            (geometries or {}).get(t, HEART.geometry),
        )
        for t in frames
    )
    return CachedExamination(
        "P", "phantoms", "Siemens", None, "", "", None, "", "train", (), phases
    )


def frames_of(pairs, one):
    """The frames and the slice of every pair."""
    place = {phase.image[z].tobytes(): (phase.frame, z) for phase in one.phases for z in range(2)}
    return [(*place[a.image.tobytes()], *place[b.image.tobytes()]) for a, b in pairs]


def stream(*examinations, config=CONFIG, augmentation=OFF, **settings):
    return PhaseStream(
        list(examinations or [examination()]),
        config,
        CENTERED,
        augmentation,
        **{"seed": 5, "length": 4, **settings},
    )


class TestNeighbors:
    def test_the_slices_of_a_whole_cine_are_paired_with_the_next_phase_around_the_cycle(self):
        one = examination()
        expected = [(t, z, (t + 1) % 4, z) for t in range(4) for z in range(2)]
        assert frames_of(neighbors(one), one) == expected

    def test_a_phase_without_a_next_one_is_its_own_neighbor(self):
        one = examination(frames=(3, 0, 1))
        assert frames_of(neighbors(one), one) == [
            (0, 0, 1, 0), (0, 1, 1, 1), (1, 0, 1, 0), (1, 1, 1, 1), (3, 0, 3, 0), (3, 1, 3, 1),
        ]  # fmt: skip

    def test_phases_on_different_grids_are_no_neighbors(self):
        moved = HEART.geometry.ijk_to_ras.copy()
        moved[0, 3] += 1.0
        one = examination(frames=(0, 1), geometries={1: Geometry(HEART.geometry.shape_zyx, moved)})
        assert [(a, b) for a, _, b, _ in frames_of(neighbors(one), one)] == [
            (0, 0),
            (0, 0),
            (1, 1),
            (1, 1),
        ]

    def test_end_diastole_and_end_systole_alone_are_not_a_cine_around_the_cycle(self):
        one = examination(frames=(0, 1))
        assert [(a, b) for a, _, b, _ in frames_of(neighbors(one), one)] == [
            (0, 1),
            (0, 1),
            (1, 1),
            (1, 1),
        ]


class TestPhaseStream:
    def test_a_batch_depends_on_seed_and_number_alone(self):
        a, b = stream(augmentation=AugmentationConfig()), stream(augmentation=AugmentationConfig())
        b[0]
        for name in ("first", "second", "mixed", "share"):
            assert torch.equal(getattr(a[2], name), getattr(b[2], name))
        other = stream(augmentation=AugmentationConfig(), seed=6)
        assert not torch.equal(a[2].mixed, other[2].mixed)

    def test_sizes_follow_the_crops_and_the_batch_size(self):
        assert [tuple(stream()[n].mixed.shape) for n in range(3)] == [
            (3, 1, 32, 32),
            (3, 1, 48, 48),
            (3, 1, 32, 32),
        ]

    def test_coarse_batches_have_fewer_pixels(self):
        coarse = replace(CENTERED, coarse_batches=1, coarse_spacing_mm=6.4)
        pairs = PhaseStream([examination()], CONFIG, coarse, OFF, seed=5, length=3)
        assert [pairs[n].mixed.shape[-1] for n in range(3)] == [16, 48, 32]

    def test_processes_share_a_batch(self):
        whole, parts = stream()[1], [stream(rank=rank, world_size=2)[1] for rank in (0, 1)]
        assert torch.equal(
            torch.cat([parts[0].share[:1], parts[1].share, parts[0].share[1:]]), whole.share
        )

    def test_the_mix_lies_between_the_two_phases(self):
        """Without changes each crop is normalized by a gain and an offset.

        The mix is therefore linear in the two.
        """
        batch = stream()[0]
        ones = torch.ones(32 * 32)
        for first, second, mixed in zip(batch.first, batch.second, batch.mixed, strict=True):
            basis = torch.stack([first.flatten(), second.flatten(), ones], dim=1)
            weights = torch.linalg.lstsq(basis, mixed.flatten()[:, None]).solution
            left = (basis @ weights).flatten() - mixed.flatten()
            assert float(left.square().mean().sqrt()) < 0.1

    def test_frames_that_nobody_labeled_take_part(self):
        batch = stream(examination(labeled=False))[0]
        assert torch.isfinite(batch.mixed).all()
        assert float(batch.first.std()) > 0.1

    def test_numbers_beyond_the_run_end_it(self):
        with pytest.raises(IndexError):
            stream()[4]


class Says(nn.Module):
    """Logits of a pixel: its intensity for the first structure, 0 for the rest."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, images):
        return [torch.cat([torch.zeros_like(images), self.gain * images], dim=1)]


def batch_of(first, second, mixed, share):
    images = [torch.full((1, 1, 2, 2), value) for value in (first, second, mixed)]
    return PhaseBatch(images[0], images[1], images[2], torch.tensor([share]))


class TestLoss:
    def test_a_mix_in_the_middle_by_hand(self):
        """The teacher's mix is 11/16 and the network predicts 1/2: 3/16 off in both classes.

        Probabilities 1/2 and 3/4 (log 3) are mixed 1 : 3 to 11/16.
        """
        log_3 = float(np.log(3.0))
        loss = consistency_loss(Says(), Says(), batch_of(0.0, log_3, 0.0, 0.75))
        assert loss.item() == pytest.approx((3 / 16) ** 2)

    def test_two_equal_phases_that_are_said_alike_cost_nothing(self):
        assert consistency_loss(Says(), Says(), batch_of(0.7, 0.7, 0.7, 0.3)).item() == 0.0

    def test_the_gradient_goes_to_the_network_and_not_to_its_teacher(self):
        network, teacher = Says(), Says()
        consistency_loss(network, teacher, batch_of(0.0, 1.0, 2.0, 0.5)).backward()
        assert float(network.gain.grad) != 0
        assert teacher.gain.grad is None

    def test_the_teachers_statistics_stay_and_the_networks_move(self):
        network = UNet(UNetConfig(channels=(4, 8, 8), deep_supervision=1)).train()
        teacher = copy.deepcopy(network)
        before = copy.deepcopy(teacher.state_dict())
        consistency_loss(network, teacher, stream()[0])
        assert all(torch.equal(value, teacher.state_dict()[key]) for key, value in before.items())
        assert not torch.equal(
            network.state_dict()["encoder.0.0.1.running_mean"], before["encoder.0.0.1.running_mean"]
        )


class TestConfig:
    def test_the_weight_rises_in_proportion_and_stays(self):
        config = ConsistencyConfig(weight=2.0, ramp_up=0.4)
        assert [config.strength(p) for p in (0.0, 0.1, 0.4, 1.0)] == pytest.approx(
            [0.0, 0.5, 2.0, 2.0]
        )
        assert replace(config, ramp_up=0.0).strength(0.0) == 2.0

    @pytest.mark.parametrize("wrong", [{"weight": -1.0}, {"ramp_up": 1.5}, {"batch_size": 0}])
    def test_impossible_settings_are_refused(self, wrong):
        with pytest.raises(ValueError, match="Expected weight ≥ 0"):
            ConsistencyConfig(**wrong)

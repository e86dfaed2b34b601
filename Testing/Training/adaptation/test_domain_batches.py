import numpy as np
import pytest
import torch

from Training.adaptation.domain_batches import DomainStream, plain_crops
from Training.samples.slices import Crop, SamplingConfig, TrainingSlice

SAMPLING = SamplingConfig(spacing_mm=2.0, crops=((16, 3),), heart_jitter_mm=0.0)


def slice_of(vendor, level):
    """A ramp down the rows about a level, 40 × 48 pixels of 1.5 × 2 mm."""
    image = np.tile(np.arange(40, dtype=np.uint8)[:, None] + level, (1, 48))
    return TrainingSlice(
        image, np.zeros_like(image), (1.5, 2.0), (20.0, 24.0), (True,) * 4, vendor, None
    )


SLICES = [[slice_of("Siemens", 10)] * 3, [slice_of("Siemens", 30)], [slice_of("GE", 90)] * 2]


def stream(batch_size=6, **settings):
    return DomainStream(SLICES, SAMPLING, batch_size, seed=4, length=5, **settings)


def test_a_batch_holds_as_many_slices_of_each_domain_whatever_the_patients():
    batch = stream()[0]
    assert batch.images.shape == (6, 1, 16, 16)
    assert sorted(batch.domains) == ["GE"] * 3 + ["Siemens"] * 3


def test_a_batch_depends_on_seed_and_number_alone():
    assert torch.equal(stream()[3].images, stream()[3].images)
    assert not torch.equal(stream()[3].images, stream()[2].images)


def test_crops_are_mirrored_and_else_left_as_they_are():
    """Rows of the ramp rise or fall by the same step; columns do not change, nothing is turned."""
    images = torch.cat([stream()[number].images for number in range(5)])
    down = images.diff(dim=2)[:, :, 2:-2]
    assert float(images.diff(dim=3).abs().max()) == pytest.approx(0.0, abs=1e-4)
    assert float(down.abs().std()) < 0.05 * float(down.abs().mean())
    assert {bool(step > 0) for step in down.mean(dim=(1, 2, 3))} == {True, False}


def test_processes_share_a_batch_by_rounds_so_that_each_has_every_domain():
    """Three rounds of two domains: the first process has the first and the last of them."""
    parts = [stream(rank=rank, world_size=2)[1] for rank in range(2)]
    whole = stream()[1]
    assert torch.equal(whole.images[[0, 1, 4, 5]], parts[0].images)
    assert torch.equal(whole.images[2:4], parts[1].images)
    assert [part.domains for part in parts] == [("GE", "Siemens") * 2, ("GE", "Siemens")]


def test_plain_crops_hold_every_slice_once_about_the_heart():
    batch = plain_crops(SLICES, Crop(8, 2.0))
    assert batch.domains == ("Siemens",) * 4 + ("GE",) * 2
    assert batch.images.shape == (6, 1, 8, 8)
    # Rows are 2 mm apart, 4/3 native rows of the ramp, the same in every column.
    # The outermost rows are clipped by the normalization.
    steps = batch.images[0, 0].diff(dim=0)[1:-1]
    assert float(steps.std()) == pytest.approx(0.0, abs=1e-4)
    assert float(batch.images[0, 0].diff(dim=1).abs().max()) == pytest.approx(0.0, abs=1e-4)

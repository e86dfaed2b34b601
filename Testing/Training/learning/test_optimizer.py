import pytest
import torch
from torch import nn

from Training.learning.config import OptimizerConfig
from Training.learning.optimizer import learning_rate, make_optimizer, update_average


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))


def test_sgd_is_nesterov_and_decays_kernels_alone():
    optimizer = make_optimizer(network(), OptimizerConfig("sgd", weight_decay=3e-5, momentum=0.95))
    kernels, others = optimizer.param_groups
    assert isinstance(optimizer, torch.optim.SGD)
    assert kernels["nesterov"]
    assert (kernels["momentum"], kernels["weight_decay"], others["weight_decay"]) == (
        0.95,
        3e-5,
        0.0,
    )
    assert (len(kernels["params"]), len(others["params"])) == (1, 3)


def test_adamw_by_name():
    optimizer = make_optimizer(network(), OptimizerConfig("adamw", weight_decay=1e-2))
    assert isinstance(optimizer, torch.optim.AdamW)
    assert [group["weight_decay"] for group in optimizer.param_groups] == [1e-2, 0.0]


def test_the_learning_rate_rises_linearly_and_decays_to_0_at_the_end_of_the_run():
    config = OptimizerConfig(learning_rate=1.0, warmup=10, power=0.9)
    assert learning_rate(config, 0, 100) == pytest.approx(0.1)
    assert learning_rate(config, 4, 100) == pytest.approx(0.5 * 0.96**0.9)
    assert learning_rate(config, 50, 100) == pytest.approx(0.5**0.9)
    assert learning_rate(config, 99, 100) == pytest.approx(0.01**0.9)
    assert learning_rate(OptimizerConfig(learning_rate=1.0, warmup=0), 0, 100) == 1.0


def test_the_average_moves_by_one_minus_decay_and_faster_at_first():
    average, current = network(), network()
    with torch.no_grad():
        for p in average.parameters():
            p.zero_()
        for p in current.parameters():
            p.fill_(1.0)
    update_average(average, current, decay=0.9, iteration=8)
    assert average[0].weight.unique().tolist() == pytest.approx(
        [0.5]
    )  # 1 − 9/18, below the decay asked for
    update_average(average, current, decay=0.9, iteration=1000)
    assert average[0].weight.unique().tolist() == pytest.approx([0.55])


def test_running_statistics_are_averaged_and_counters_copied():
    average, current = network(), network()
    current[1].running_mean.fill_(2.0)
    current[1].num_batches_tracked.fill_(7)
    update_average(average, current, decay=0.75, iteration=1000)
    assert average[1].running_mean.tolist() == pytest.approx([0.5, 0.5])
    assert int(average[1].num_batches_tracked) == 7

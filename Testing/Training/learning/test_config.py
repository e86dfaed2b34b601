from pathlib import Path

import pytest

from CMRSegmentationLib.image import View
from Training.learning.config import (
    ConfigError,
    TrainConfig,
    config_of_run,
    from_values,
    read_config,
    to_values,
)

EXPERIMENTS = sorted((Path(__file__).parents[3] / "experiments").glob("*.toml"))


def read(tmp_path, text):
    path = tmp_path / "trial.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def test_an_empty_file_gives_the_defaults(tmp_path):
    assert read(tmp_path, "") == TrainConfig()


def test_only_what_is_named_differs(tmp_path):
    config = read(
        tmp_path,
        'view = "lax_4c"\nseed = 5\n[optimizer]\nlearning_rate = 1\n[sampling]\ncrops = [[64, 2]]\n'
        '[dann]\ntargets = ["GE"]\nattach = ["decoder"]\n',
    )
    assert (config.view, config.seed) == (View.LAX_4C, 5)
    assert isinstance(config.optimizer.learning_rate, float)
    assert config.sampling.crops == ((64, 2),)
    assert (config.dann.targets, config.dann.attach) == (("GE",), ("decoder",))
    assert config.optimizer.momentum == TrainConfig().optimizer.momentum


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("iteration = 5", r"trial\.toml: unknown setting 'iteration'; known are .*iterations"),
        ("[optimizer]\nlr = 1.0", r"optimizer: unknown setting 'lr'"),
        ('iterations = "many"', r"iterations: expected int, found 'many'"),
        ("iterations = 1.5", r"iterations: expected int, found 1\.5"),
        ("seed = true", r"seed: expected int, found True"),
        ("optimizer = 3", r"optimizer: expected a table, found 3"),
        (
            '[optimizer]\nname = "lion"',
            r"optimizer: name: expected one of sgd, adamw, found 'lion'",
        ),
        ("[data]\ndatasets = 'acdc'", r"datasets: expected a list, found 'acdc'"),
        ("[augmentation]\nscale_range = [1.0]", r"scale_range: expected 2 values, found 1"),
        ("[sampling]\ncrops = [[64, 2.5]]", r"crops: expected int, found 2\.5"),
        ('view = "coronal"', r"view: expected View, found 'coronal'"),
        ("[network]\nchannels = [16]", r"network: Expected two or more stages"),
        ('architecture = "unet_3d"', r"unet_3d learns from neighboring slices; .*found 1\."),
        ("iterations = 0", r"Expected iterations of 1 or more, found 0"),
        ("[sampling]\ncrops = [[100, 2]]", r"multiples of the network's 16 pixels, found 100"),
        (
            "[sampling]\ncoarse_batches = 9\nsize_multiple = 8",
            r"multiples of the network's 16 pixels, found 8",
        ),
        ("[data]\nfolds = 1", r"data: Expected folds of 2 or more, found 1"),
        ('architecture = "res_net"', r"architecture: expected one of unet.*found 'res_net'"),
        (
            'architecture = "dynunet"\n[dann]\ntargets = ["GE"]',
            "dann needs the architecture unet, found dynunet",
        ),
        ("seed = = 3", "cannot be read as TOML"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(text, message, tmp_path):
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, text)


def test_what_a_file_extends_lies_below_it(tmp_path):
    (tmp_path / "first.toml").write_text(
        "seed = 3\n[optimizer]\nname = 'adamw'\n[sampling]\ncrops = [[64, 2], [96, 1]]"
    )
    (tmp_path / "second.toml").write_text(
        "extends = 'first.toml'\niterations = 7\n[optimizer]\nlearning_rate = 0.5"
    )
    config = read(
        tmp_path,
        "extends = 'second.toml'\nseed = 4\n[sampling]\ncrops = [[32, 5]]\n[dann]\ntargets = "
        "['GE']",
    )
    assert (config.seed, config.iterations) == (4, 7)
    assert (config.optimizer.name, config.optimizer.learning_rate) == ("adamw", 0.5)
    assert config.sampling.crops == ((32, 5),)
    assert config.dann.targets == ("GE",)
    assert read_config(tmp_path / "first.toml").seed == 3


def test_a_file_is_extended_from_its_own_folder(tmp_path, monkeypatch):
    (tmp_path / "of_the_group").mkdir()
    (tmp_path / "of_the_group" / "below.toml").write_text("seed = 9")
    monkeypatch.chdir(tmp_path / "of_the_group")
    assert read(tmp_path, "extends = 'of_the_group/below.toml'").seed == 9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends = 'nowhere.toml'", r"settings in .*nowhere\.toml, found no such file"),
        (
            "extends = 3",
            r"trial\.toml: extends: expected the name of a file in the same folder, found 3",
        ),
        ("extends = 'trial.toml'", r"trial\.toml extends itself"),
        ("extends = 'round.toml'", r"trial\.toml extends itself"),
        (
            "extends = 'table.toml'\noptimizer = 1",
            r"trial\.toml: optimizer: expected a table, found 1",
        ),
        ("extends = 'wrong.toml'\nseed = 2", r"wrong\.toml: unknown setting 'sede'"),
    ],
)
def test_what_cannot_be_extended_is_refused_by_name(text, message, tmp_path):
    (tmp_path / "round.toml").write_text("extends = 'trial.toml'")
    (tmp_path / "table.toml").write_text("[optimizer]\nmomentum = 0.5")
    (tmp_path / "wrong.toml").write_text("sede = 1")
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"settings in .*nowhere\.toml, found no such file"):
        read_config(tmp_path / "nowhere.toml")


def test_another_architecture_takes_crops_of_any_size(tmp_path):
    assert read(
        tmp_path, 'architecture = "v_net"\n[sampling]\ncrops = [[100, 2]]'
    ).sampling.crops == ((100, 2),)


def test_a_network_can_serve_several_views(tmp_path):
    config = read(
        tmp_path, 'view = "lax_4c"\nmore_views = ["lax_2c"]\n[data]\nalso_views = ["sax"]'
    )
    assert config.views == (View.LAX_4C, View.LAX_2C)
    assert config.data.also_views == (View.SAX,)
    with pytest.raises(ConfigError, match="Expected more_views other than view, found sax, sax"):
        read(tmp_path, 'more_views = ["sax"]')


def test_a_configuration_survives_being_written_as_plain_values(tmp_path):
    config = read(
        tmp_path, 'view = "lax_2c"\n[dann]\ntargets = ["GE"]\n[sampling]\ncrops = [[64, 2]]'
    )
    assert from_values(TrainConfig, to_values(config), "run.json") == config


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_every_experiment_can_be_read(path):
    assert read_config(path).iterations > 0


def test_settings_of_the_command_line_replace_those_of_the_file(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("seed = 4\n[optimizer]\nlearning_rate = 0.5\nmomentum = 0.5\n")
    config = read_config(
        path,
        ["optimizer.learning_rate=1e-3", "initial_model=runs/first", "sampling.crops=[[64, 2]]"],
    )
    assert (config.optimizer.learning_rate, config.optimizer.momentum) == (1e-3, 0.5)
    assert (config.seed, config.initial_model) == (4, "runs/first")
    assert config.sampling.crops == ((64, 2),)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("seed", "Expected --set SETTING=VALUE"),
        ("optimizer.speed=1", "unknown setting 'speed'"),
        ("seed=fast", "expected int, found 'fast'"),
    ],
)
def test_a_wrong_setting_of_the_command_line_is_named(override, message, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("seed = 4\n")
    with pytest.raises(ConfigError, match=message):
        read_config(path, [override])


def test_a_run_of_an_earlier_program_keeps_the_settings_that_are_still_there():
    values = to_values(TrainConfig(seed=7))
    values["dann"]["target_norm"] = "running"
    values["removed"] = 1
    assert config_of_run(values, "run") == TrainConfig(seed=7)


@pytest.mark.parametrize(
    "setting",
    [
        "seed=-1",
        "data.fold=-2",
        "optimizer.learning_rate=-1.0",
        "optimizer.clip=-1.0",
        "optimizer.warmup=-5",
        "optimizer.momentum=1.0",
        "optimizer.average_decay=1.5",
        "sampling.crops=[]",
        "sampling.crops=[[0, 4]]",
        "sampling.crops=[[128, 0]]",
        "sampling.spacing_mm=0",
        "sampling.size_multiple=0",
        'sampling.domain_weights=[["GE", -1.0]]',
        "augmentation.mirror_probability=2",
        "augmentation.scale_range=[0.0, 1.0]",
        "augmentation.gamma_range=[0.0, 1.0]",
        "augmentation.blur_range_px=[2.0, 1.0]",
        "dann.needed_accuracy=1.5",
        "dann.learning_rate=0",
        "dann.width=0",
    ],
)
def test_a_number_that_cannot_be_is_refused_by_name(setting, tmp_path):
    path = tmp_path / "experiment.toml"
    path.write_text("")
    name = setting.partition("=")[0].rpartition(".")[-1]
    with pytest.raises(ConfigError, match=f"Expected .*{name}"):
        read_config(path, [setting])


def test_a_file_of_other_bytes_than_utf_8_is_refused(tmp_path):
    path = tmp_path / "experiment.toml"
    path.write_bytes("# Zoë's\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="cannot be read as TOML in UTF-8"):
        read_config(path)

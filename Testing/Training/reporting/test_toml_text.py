import tomllib

from Training.reporting.toml_text import nested, toml_text


def test_what_is_written_is_read_again():
    values = nested(
        {
            "extends": "sax.toml",
            "optimizer.learning_rate": 1e-05,
            "sampling.crops": [[96, 16], [128, 4]],
            "data.datasets": ["acdc", 'm"n'],
            "data.fold": 0,
            "data.deep.flag": True,
        }
    )
    assert tomllib.loads(toml_text(values)) == values
    assert values["optimizer"] == {"learning_rate": 1e-05}

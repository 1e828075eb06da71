import dataclasses

import pytest

from structviz.config import DenoiserShape, TrainConfig
from structviz.errors import ConfigError

FULL = TrainConfig(
    recipe="images",
    arm="equivariant",
    group="D4",
    matching="parameters",
    n_train=7,
    steps=11,
    batch_size=3,
    learning_rate=0.01,
    seed=5,
    net=DenoiserShape(width=16, dilations=(1, 2, 1), kernel_size=5, residual=True),
)


@pytest.mark.parametrize("config", [TrainConfig(), FULL], ids=["open", "full"])
def test_json_round_trip(config: TrainConfig) -> None:
    again = TrainConfig.from_json(config.to_json())
    assert again == config
    assert hash(again) == hash(config)


def test_full_example_sets_every_field() -> None:
    default = TrainConfig()
    assert [f.name for f in dataclasses.fields(FULL) if getattr(FULL, f.name) == getattr(default, f.name)] == []


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"steps": 0}, "steps must be a whole number from 1 to 1000000; got 0"),
        ({"n_train": 2.5}, "n_train must be a whole number.*2.5"),
        ({"batch_size": True}, "batch_size must be a whole number.*True"),
        ({"seed": None}, "seed must be a whole number.*None"),
        ({"learning_rate": float("nan")}, "learning_rate must be a positive number; got nan"),
        ({"learning_rate": -1}, "learning_rate must be a positive number; got -1"),
        ({"matching": "size"}, "matching is one of channels, parameters; got 'size'"),
    ],
)
def test_bad_values_are_refused(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainConfig(**values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "JSON object; this text is none"),
        ("[1]", "JSON object; got list"),
        ('{"speed": 3}', "Unknown settings: speed; known are arm"),
        ('{"net": {"depth": 3}}', "shape of the network does not fit"),
        ('{"net": {"width": "8"}}', "shape of the network does not fit.*8"),
        ('{"net": {"dilations": 3}}', "shape of the network does not fit"),
    ],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainConfig.from_json(text)

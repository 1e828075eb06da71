import dataclasses
import json

import pytest

from structviz.config import (
    MAX_BATCH,
    DenoiserShape,
    NetShape,
    ODENetShape,
    PointShape,
    TrainConfig,
    plain_shape,
    read_shape,
)
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
    net=DenoiserShape(width=16, dilations=(1, 2, 1), kernel_size=5, residual=True, activation="silu"),
    dataset="spiral2d",
    regularisation=0.5,
    smoothness=0.25,
    optimiser="backtracking",
    precision="bfloat16",
    compiled=True,
)

SHAPES = [
    DenoiserShape(),
    DenoiserShape(width=16, dilations=(1, 2, 1), kernel_size=5, residual=True, activation="silu"),
    PointShape(),
    PointShape("rk4", 3, 7, 1.5, "softplus", "fixed"),
    PointShape(time=2),
    ODENetShape("simplex", 3, 7, 2.0, "relu"),
]


@pytest.mark.parametrize("config", [TrainConfig(), FULL], ids=["open", "full"])
def test_json_round_trip(config: TrainConfig) -> None:
    again = TrainConfig.from_json(config.to_json())
    assert again == config
    assert hash(again) == hash(config)


def test_full_example_sets_every_field() -> None:
    default = TrainConfig()
    assert [f.name for f in dataclasses.fields(FULL) if getattr(FULL, f.name) == getattr(default, f.name)] == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind)
def test_shapes_survive_json(shape: NetShape) -> None:
    text = json.dumps(plain_shape(shape))
    again = read_shape(json.loads(text))
    assert again == shape
    assert type(again) is type(shape)
    assert hash(again) == hash(shape)
    config = TrainConfig(net=shape)
    assert TrainConfig.from_json(config.to_json()) == config
    assert json.loads(config.to_json())["net"]["kind"] == shape.kind


def test_a_shape_without_a_kind_is_that_of_a_denoiser() -> None:
    assert read_shape({"width": 4, "dilations": [1, 2]}) == DenoiserShape(4, (1, 2))
    assert read_shape({"kind": "points", "width": 4}) == PointShape(width=4)


def test_full_shapes_set_every_field() -> None:
    for default, full in ((SHAPES[0], SHAPES[1]), (SHAPES[2], SHAPES[3])):
        assert [f.name for f in dataclasses.fields(full) if getattr(full, f.name) == getattr(default, f.name)] == []


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "soup"}, "does not fit: the kind is one of denoiser, plane, .*, rotation; got 'soup'\\.$"),
        ({"kind": ["points"]}, r"the kind is one of denoiser, plane, points, .*; got \('points',\)"),
        ({"kind": "points", "dilations": [1]}, "shape of the network does not fit.*dilations"),
        ({"kind": "points", "width": 2.5}, "width of a network must be whole; got 2.5\\.$"),
        ({"kind": "points", "n_layers": True}, "n_layers of a network must be whole; got True"),
        ({"kind": "points", "time": "4"}, "time of a network must be a number; got '4'"),
        ({"kind": "points", "time": float("inf")}, "time of a network must be a number; got inf"),
        ({"activation": 1}, "activation of a network must be a name; got 1"),
        ({"kind": "points", "scheme": 3}, "scheme of a network must be a name; got 3"),
        ({"kind": "points", "activation": {"a": 1}}, "activation of a network must be a name; got"),
        ({"residual": 1}, "residual of a network must be true or false; got 1"),
        ({"dilations": [1, 2.0]}, "dilations of a network must be whole; got 2.0"),
        ({"dilations": 3}, "shape of the network does not fit"),
        ({"kind": "unrolled", "start": 0}, "start of a network must be a name; got 0"),
        ({"kind": "unrolled", "field_of_view": 0.0}, "field_of_view of a network must be a positive length"),
        ({"kind": "points", "classifier": None}, "classifier of a network must be a name; got None"),
    ],
)
def test_bad_shapes_are_refused(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_shape(values)


def test_batches_have_a_limit() -> None:
    assert TrainConfig(batch_size=MAX_BATCH).batch_size == MAX_BATCH
    with pytest.raises(ConfigError, match=f"batch_size must be a whole number from 1 to {MAX_BATCH}; got 4097"):
        TrainConfig(batch_size=MAX_BATCH + 1)


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
        ({"precision": "int8"}, "precision is one of float32, bfloat16; got 'int8'"),
        ({"compiled": 1}, "compiled is true or false; got 1"),
        ({"dataset": 3}, "dataset must be a name; got 3"),
        ({"regularisation": -0.1}, "regularisation must be zero or a positive number; got -0.1"),
        ({"regularisation": float("inf")}, "regularisation must be zero or a positive number; got inf"),
        ({"regularisation": True}, "regularisation must be zero or a positive number; got True"),
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

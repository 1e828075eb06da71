"""The recipe of stable denoisers: both networks train on the same task, and the ratio of distances is measured."""

import pytest
import torch
from torch import nn

from structviz import nets, zoo
from structviz.config import DenoiserShape, NonexpansiveShape
from structviz.errors import CheckpointError, ConfigError
from structviz.nets import ConvDenoiser, NonexpansiveDenoiser
from structviz.training import STABILITY, TrainConfig, read_shape
from structviz.training.recipes import complete
from structviz.zoo.networks import build

TINY = NonexpansiveShape(width=4, n_layers=2, kernel_size=3)


def settings(arm: str = "nonexpansive", **values: object) -> TrainConfig:
    return complete(TrainConfig("stability", arm, **values), STABILITY)  # pyright: ignore[reportArgumentType]


def test_the_arm_decides_which_is_built() -> None:
    stable = STABILITY.build(settings(net=TINY))
    free = STABILITY.build(settings("ordinary", net=DenoiserShape(width=4)))
    both = STABILITY.build(settings("nonexpansive-equivariant", net=TINY))
    assert isinstance(stable, NonexpansiveDenoiser)
    assert isinstance(free, ConvDenoiser)
    assert [claim.kind for claim in nets.claims(STABILITY.export(stable))] == ["non-expansive"]
    assert {claim.kind for claim in nets.claims(STABILITY.export(both))} == {"non-expansive", "equivariant"}
    assert nets.claims(STABILITY.export(free)) == ()
    assert not any(p.requires_grad for p in STABILITY.export(stable).parameters())


def test_the_ratio_of_distances_is_measured_beside_the_quality() -> None:
    torch.manual_seed(0)
    net = STABILITY.export(STABILITY.build(settings(net=TINY)))
    figures = STABILITY.evaluate(net, settings(net=TINY))
    assert 0.5 < figures["worst_ratio"] <= 1 + 1e-5
    assert figures["psnr_0"] > 10

    class Double(nn.Module):
        def forward(self, y: torch.Tensor) -> torch.Tensor:
            return 2 * y

    assert STABILITY.evaluate(Double(), settings())["worst_ratio"] == pytest.approx(2, abs=1e-4)


def test_shapes_survive_json_and_the_zoo_counts_and_checks_them() -> None:
    shape = read_shape({"kind": "nonexpansive", "width": 8})
    assert shape == NonexpansiveShape(width=8)
    net = NonexpansiveDenoiser(8, 2, 3, 4, group="C4")
    described = zoo.describe(net)
    again = build("stability/mine", described)
    assert {key: value.shape for key, value in again.state_dict().items()} == {
        key: value.shape for key, value in net.state_dict().items()
    }
    for wrong, message in (({"group": "C5"}, "group must be"), ({"share": 9.0}, "share must"), ({"share": 0}, "share")):
        with pytest.raises(CheckpointError, match=message):
            build("stability/mine", {**described, **wrong})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"arm": "equivariant", "group": "C4"}, "An arm of stability"),
        ({"net": DenoiserShape()}, "the kind 'nonexpansive'"),
        ({"arm": "ordinary", "net": TINY}, "denoiser"),
        ({"arm": "nonexpansive-equivariant", "net": NonexpansiveShape(width=6)}, "regular fields"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        STABILITY.build(settings(**values))


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("values", [{"share": "much"}, {"width": 2.5}])
def test_shapes_of_wrong_types_are_refused(values: dict) -> None:
    with pytest.raises(ConfigError):
        NonexpansiveShape(**values)

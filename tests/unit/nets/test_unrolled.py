import copy
import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad

from structviz import zoo
from structviz.config import TrainConfig, UnrolledShape
from structviz.errors import ConfigError, ShapeError
from structviz.nets import LearnedProximalGradient, unrolled
from structviz.nets.equivariant_unrolled import EquivariantProximalGradient
from structviz.nets.unrolled import SLOPE, UNIT, ProxBlock
from structviz.tomography import ParallelBeam, RayTransform, fbp
from tests.conformance.reconstructions import randomise
from tests.tolerances import EXPORT


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(5)


def make(**shape: Any) -> LearnedProximalGradient:
    small: dict[str, Any] = {"image_size": 8, "n_views": 6, "iterations": 3, "width": 5, "memory": 2}
    net = LearnedProximalGradient(**{**small, **shape})
    randomise(net)
    return net.eval().requires_grad_(False)


def dense(geometry: ParallelBeam) -> Tensor:
    """The matrix of A, column by column."""
    n = geometry.image_size
    pixels = torch.eye(n * n, dtype=torch.float64).reshape(-1, 1, n, n)
    return RayTransform(geometry, dtype=torch.float64)(pixels).flatten(1).T


def convolve(z: Tensor, layer: nn.Conv2d) -> Tensor:
    return conv2d(pad(z, (1, 1, 1, 1), mode="replicate"), layer.weight, layer.bias)


def leaky(z: Tensor) -> Tensor:
    return torch.where(z > 0, z, SLOPE * z)


@pytest.mark.parametrize("start", ["zero", "fbp"])
@pytest.mark.parametrize("memory", [0, 2])
def test_steps_are_those_of_the_formula(start: str, memory: int) -> None:
    net = make(start=start, memory=memory).double()
    geometry, n = net.geometry, 8
    y = 7 * torch.rand(2, 1, *geometry.sinogram_shape, dtype=torch.float64)
    matrix = dense(geometry)
    squared_norm = torch.linalg.matrix_norm(matrix, 2) ** 2
    A = RayTransform(geometry, dtype=torch.float64)
    x = fbp(A, y) if start == "fbp" else torch.zeros(2, 1, n, n, dtype=torch.float64)
    s = torch.zeros(2, memory, n, n, dtype=torch.float64)
    expected = [x]
    for block in net.prox_blocks:
        residual = x.flatten(1) @ matrix.T - y.flatten(1)
        gradient = (residual @ matrix / squared_norm).reshape(2, 1, n, n)
        z = leaky(convolve(torch.cat((x / UNIT, gradient / UNIT, s), dim=1), block.lift))
        z = z + leaky(convolve(z, block.middle))
        out = convolve(z, block.project)
        x, s = x + UNIT * out[:, :1], out[:, 1:]
        expected.append(x)
    torch.testing.assert_close(net.iterates(y), torch.stack(expected), atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("start", ["zero", "fbp"])
def test_a_new_network_leaves_its_start_as_it_is(start: str) -> None:
    net = LearnedProximalGradient(8, 6, iterations=2, width=4, start=start)
    y = torch.rand(1, 1, *net.geometry.sinogram_shape)
    x0 = fbp(RayTransform(net.geometry), y) if start == "fbp" else torch.zeros(1, 1, 8, 8)
    torch.testing.assert_close(net(y), x0)


def test_blocks_share_no_weights() -> None:
    net = make()
    assert len({parameter.data_ptr() for parameter in net.parameters()}) == 3 * 6
    assert not torch.equal(net.prox_blocks[0].middle.weight, net.prox_blocks[1].middle.weight)


def test_numbers_of_parameters_are_those_of_the_reference() -> None:
    """Eight blocks of 96 channels with five of memory, against 24 fields of C4."""
    sizes: dict[str, Any] = {"image_size": 8, "n_views": 4, "iterations": 8, "width": 96, "memory": 5}
    ordinary, equivariant = LearnedProximalGradient(**sizes), EquivariantProximalGradient("C4", **sizes)
    weights = [p for name, p in ordinary.named_parameters() if "weight" in name]
    assert sum(p.numel() for p in weights) == 8 * 9 * (7 * 96 + 96 * 96 + 96 * 6)
    assert sum(p.numel() for p in ordinary.parameters()) == 754_992
    assert 120_000 < sum(p.numel() for p in equivariant.parameters()) < 132_000


@pytest.mark.parametrize("start", ["zero", "fbp"])
def test_gradients_are_those_of_differences(start: str) -> None:
    net = make(image_size=5, n_views=2, iterations=2, width=2, memory=1, start=start).double()
    names, weights = zip(*net.named_parameters(), strict=True)
    y = torch.rand(1, 1, *net.geometry.sinogram_shape, dtype=torch.float64, requires_grad=True)

    def call(y: Tensor, *weights: Tensor) -> Tensor:
        return torch.func.functional_call(net, dict(zip(names, weights, strict=True)), y)

    inputs = (y, *(w.clone().requires_grad_() for w in weights))
    assert torch.autograd.gradcheck(call, inputs)


def test_shape_builds_the_same_network() -> None:
    net = make(start="fbp", field_of_view=20.0)
    again = LearnedProximalGradient(**net.shape)
    assert again.shape == net.shape
    assert again.geometry == net.geometry
    assert net.geometry.pixel_size == 2.5
    assert LearnedProximalGradient().shape == dataclasses.asdict(UnrolledShape())


def test_building_makes_no_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrolled, "RayTransform", lambda *_args: pytest.fail("a projector was built"))
    with torch.device("meta"):
        net = LearnedProximalGradient(128, 50)
    assert all(p.device.type == "meta" for p in net.parameters())
    assert set(net.state_dict()) == {name for name, _ in net.named_parameters()}


def test_the_zoo_keeps_it(tmp_path: Path) -> None:
    net = make(start="fbp")
    card = zoo.Card(
        name="ct/mine",
        config=TrainConfig("ct", net=UnrolledShape(**net.shape)),
        network=zoo.describe(net),
        data="Nothing at all.",
        n_parameters=1,
        metrics={},
        device="cpu",
        seconds=0.1,
        versions={},
        command="none",
    )
    zoo.save(net, card, tmp_path)
    assert zoo.card("ct/mine", tmp_path) == card
    loaded = zoo.load("ct/mine", folder=tmp_path)
    y = torch.rand(1, 1, *net.geometry.sinogram_shape)
    assert torch.equal(loaded(y), net(y))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["copy", "pickle"])
def test_copies_compute_the_same_and_go_their_own_way(
    copied: Callable[[LearnedProximalGradient], LearnedProximalGradient],
) -> None:
    net = make()
    y = torch.rand(1, 1, *net.geometry.sinogram_shape)
    before = net(y)
    other = copied(net)
    assert torch.equal(other(y), before)
    other.prox_blocks[0].lift.weight += 1
    assert torch.equal(net(y), before)


def test_precision_may_change_between_calls() -> None:
    net = make()
    y = 7 * torch.rand(1, 1, *net.geometry.sinogram_shape)
    single = net(y)
    torch.testing.assert_close(net.double()(y.double()).float(), single, atol=1e-4, rtol=1e-4)


def test_other_views_at_test_time() -> None:
    net = make(start="fbp")
    geometry = ParallelBeam(image_size=10, n_views=3, pixel_size=4.4)
    other = net.with_geometry(geometry)
    y = torch.rand(2, 1, *geometry.sinogram_shape)
    assert other(y).shape == (2, 1, 10, 10)
    assert net.geometry.n_views == 6
    assert other.shape == net.shape
    same = net.with_geometry(net.geometry)
    own = torch.rand(1, 1, *net.geometry.sinogram_shape)
    assert torch.equal(same(own), net(own))


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("start", ["zero", "fbp"])
def test_sinograms_of_another_scan_are_refused(start: str) -> None:
    net = make(start=start)
    views, detectors = net.geometry.sinogram_shape
    for shape in ((1, 1, 1, detectors), (1, 1, views + 2, detectors), (1, 2, views, detectors)):
        with pytest.raises(ShapeError, match="sinograms of this geometry"):
            net(torch.rand(shape))


@pytest.mark.parametrize("group_name", ["C4", "C8", "D4"])
@pytest.mark.parametrize("start", ["zero", "fbp"])
def test_export_equals_escnn(group_name: str, start: str) -> None:
    net = EquivariantProximalGradient(group_name, 9, 4, iterations=2, width=8, memory=2, start=start)
    randomise(net)
    net.eval()
    y = 7 * torch.rand(2, 1, *net.geometry.sinogram_shape)
    exported = net.export()
    with torch.no_grad():
        expected = net(y)
    error = torch.linalg.vector_norm(exported(y) - expected) / torch.linalg.vector_norm(expected)
    assert float(error) <= EXPORT
    assert exported.geometry == net.geometry
    assert [p.shape for p in exported.parameters()] == [
        p.shape for p in LearnedProximalGradient(9, 4, iterations=2, width=8, memory=2).parameters()
    ]


def test_hidden_fields_permute_when_the_image_turns() -> None:
    net = EquivariantProximalGradient("D4", 9, 4, iterations=1, width=16, memory=2)
    group, lift = net.group, net.export().prox_blocks[0].lift
    u = torch.randn(1, 4, 9, 9)
    for g in group.elements:
        turned_first = lift(group.act(g, u)).unflatten(1, (2, 8))
        turned_last = group.act(g, lift(u)).unflatten(1, (2, 8))[:, :, group.permutation(g)]
        torch.testing.assert_close(turned_first, turned_last, atol=1e-5, rtol=1e-4)


def test_a_block_is_residual_inside() -> None:
    block = ProxBlock(2, 3, 1)
    nn.init.zeros_(block.middle.weight)
    nn.init.zeros_(block.middle.get_parameter("bias"))
    nn.init.normal_(block.project.weight)
    u = torch.randn(1, 2, 6, 6)
    torch.testing.assert_close(block(u), block.project(leaky(block.lift(u))))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"iterations": 0}, "from 1 to 100; got 0"),
        ({"width": 0}, "at least 1 channel; got 0"),
        ({"memory": -1}, "must not be negative; got -1"),
        ({"start": "middle"}, "zero or fbp; got 'middle'"),
        ({"n_views": 0}, "n_views"),
    ],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_invalid_networks_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        LearnedProximalGradient(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": 6}, "multiple of 4 channels; got 6"),
        ({"n_views": 5}, "even; got 5 views"),
        ({"group_name": "C5"}, "A group is one of C4"),
    ],
)
def test_invalid_twins_are_refused(arguments: dict, message: str) -> None:
    small: dict[str, Any] = {"image_size": 8, "n_views": 4, "width": 8}
    with pytest.raises(ConfigError, match=message):
        EquivariantProximalGradient(**{**small, **arguments})

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from structviz.nets import Group, LearnedProximalGradient
from structviz.nets.groups import Element
from structviz.tomography import ParallelBeam
from structviz.tomography.turns import mirror_sinogram, turn_sinogram
from tests.conformance.reconstructions import EQUIVARIANT, RECONSTRUCTIONS, ReconstructionCase
from tests.tolerances import EQUIVARIANCE

ALL = pytest.mark.parametrize("case", RECONSTRUCTIONS, ids=lambda case: case.name)
WITH_GROUP = pytest.mark.parametrize("case", EQUIVARIANT, ids=lambda case: case.name)
SIZES = pytest.mark.parametrize(("image_size", "n_views"), [(13, 6), (12, 4)])


def sinograms(net: LearnedProximalGradient, generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Line integrals as large as those through a chest, though of nothing."""
    return 7 * torch.rand(2, 1, *net.geometry.sinogram_shape, generator=generator, dtype=dtype)


def act(g: Element, group: Group, y: Tensor, geometry: ParallelBeam) -> Tensor:
    """What becomes of the sinograms when the images are mirrored and turned."""
    mirrored = mirror_sinogram(y, geometry) if g.flip else y
    return turn_sinogram(mirrored, geometry, 4 * g.turns // group.rotations)


def worst_error(net: LearnedProximalGradient, group: Group, y: Tensor) -> float:
    """Largest relative l2 equivariance error over the group elements that permute pixels."""
    x = net(y)
    errors = [
        torch.linalg.vector_norm(net(act(g, group, y, net.geometry)) - group.act(g, x)) / torch.linalg.vector_norm(x)
        for g in group.exact_elements
    ]
    return float(max(errors))


@ALL
@SIZES
def test_shapes_dtype_and_input(
    case: ReconstructionCase, image_size: int, n_views: int, generator: torch.Generator
) -> None:
    net = case(image_size, n_views)
    y = sinograms(net, generator)
    before = y.clone()
    x = net(y)
    assert (x.shape, x.dtype) == ((2, 1, image_size, image_size), y.dtype)
    assert torch.equal(y, before)


@ALL
def test_sinograms_of_a_batch_do_not_mix(case: ReconstructionCase, generator: torch.Generator) -> None:
    net = case()
    y = sinograms(net, generator)
    torch.testing.assert_close(net(y)[1:], net(y[1:]), atol=1e-5, rtol=1e-5)


@ALL
def test_depends_on_its_input(case: ReconstructionCase, generator: torch.Generator) -> None:
    net = case()
    y = sinograms(net, generator)
    assert (net(y) - net(1.1 * y)).abs().max() > 1e-3


@ALL
def test_the_last_iterate_is_the_result(case: ReconstructionCase, generator: torch.Generator) -> None:
    net = case()
    y = sinograms(net, generator)
    iterates = net.iterates(y)
    assert iterates.shape == (4, *net(y).shape)
    assert torch.equal(iterates[-1], net(y))
    assert all((after - before).abs().max() > 1e-3 for before, after in pairwise(iterates))


@WITH_GROUP
@SIZES
@pytest.mark.parametrize("dtype", EQUIVARIANCE, ids=str)
def test_turns_with_the_patient(
    case: ReconstructionCase, image_size: int, n_views: int, dtype: torch.dtype, generator: torch.Generator
) -> None:
    net = case(image_size, n_views).to(dtype)
    assert case.group is not None
    assert worst_error(net, case.group, sinograms(net, generator, dtype)) <= EQUIVARIANCE[dtype]


@WITH_GROUP
def test_a_planted_defect_is_seen(case: ReconstructionCase, generator: torch.Generator) -> None:
    """One per cent on one kernel entry, far above round-off, breaks the symmetry visibly."""
    net = case()
    net.prox_blocks[1].middle.weight[0, :, 0, 1] *= 1.01
    net = net.double()
    assert case.group is not None
    assert worst_error(net, case.group, sinograms(net, generator, torch.float64)) > 1e3 * EQUIVARIANCE[torch.float64]


@pytest.mark.parametrize("case", [c for c in RECONSTRUCTIONS if c.group is None], ids=lambda case: case.name)
def test_an_ordinary_network_does_not_turn(case: ReconstructionCase, generator: torch.Generator) -> None:
    net = case()
    symmetric = EQUIVARIANT[0].group
    assert symmetric is not None
    assert worst_error(net, symmetric, sinograms(net, generator)) > 1e-2

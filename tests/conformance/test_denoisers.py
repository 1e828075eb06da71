import pytest
import torch

from structviz.nets import ConvDenoiser
from tests.conformance.networks import DENOISERS, EQUIVARIANT, Case
from tests.covering import every_pair
from tests.tolerances import EQUIVARIANCE

SHAPES = [(2, 1, 13, 13), (1, 1, 12, 17), (3, 1, 9, 14)]
BY_KERNELS = [case for case in EQUIVARIANT if not case.name.startswith("symmetrised")]
"""Equivariant by their kernels; a group average would mend the defects of the network inside."""

ALL = pytest.mark.parametrize("case", DENOISERS, ids=lambda case: case.name)
WITH_GROUP = pytest.mark.parametrize("case", EQUIVARIANT, ids=lambda case: case.name)


def worst_error(case: Case, net: torch.nn.Module, y: torch.Tensor) -> float:
    """Largest relative l2 equivariance error over the group elements that permute pixels."""
    g = case.group
    assert g is not None
    errors = [
        torch.linalg.vector_norm(net(g.act(e, y)) - g.act(e, net(y))) / torch.linalg.vector_norm(net(y))
        for e in g.exact_elements
    ]
    return float(max(errors))


@ALL
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_keeps_shape_dtype_and_input(case: Case, shape: tuple[int, ...], generator: torch.Generator) -> None:
    y = torch.randn(shape, generator=generator)
    before = y.clone()
    x = case()(y)
    assert (x.shape, x.dtype) == (y.shape, y.dtype)
    assert torch.equal(y, before)


@ALL
def test_images_of_a_batch_do_not_mix(case: Case, generator: torch.Generator) -> None:
    net = case()
    y = torch.randn(3, 1, 11, 14, generator=generator)
    torch.testing.assert_close(net(y)[1:2], net(y[1:2]), atol=1e-5, rtol=1e-5)


@ALL
def test_depends_on_its_input(case: Case, generator: torch.Generator) -> None:
    net = case()
    y = torch.randn(1, 1, 11, 11, generator=generator)
    assert (net(y) - net(y + 0.1)).abs().max() > 1e-3


@every_pair(case=EQUIVARIANT, dtype=EQUIVARIANCE, shape=SHAPES)
def test_commutes_with_its_group(
    case: Case, dtype: torch.dtype, shape: tuple[int, ...], generator: torch.Generator
) -> None:
    y = torch.randn(shape, generator=generator, dtype=dtype)
    assert worst_error(case, case().to(dtype), y) <= EQUIVARIANCE[dtype]


@pytest.mark.parametrize("case", BY_KERNELS, ids=lambda case: case.name)
def test_a_planted_defect_is_seen(case: Case, generator: torch.Generator) -> None:
    """One per cent on one kernel entry, far above round-off, breaks the symmetry visibly."""
    net = case()
    assert isinstance(net, ConvDenoiser)
    net.convolutions[1].weight[0, :, 0, 1] *= 1.01
    y = torch.randn(2, 1, 13, 13, generator=generator, dtype=torch.float64)
    assert worst_error(case, net.double(), y) > 1e3 * EQUIVARIANCE[torch.float64]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_an_ordinary_network_does_not_commute(shape: tuple[int, ...], generator: torch.Generator) -> None:
    ordinary = next(case for case in DENOISERS if case.name == "ordinary")
    symmetric = next(case for case in EQUIVARIANT if case.name == "C4-plain")
    y = torch.randn(shape, generator=generator)
    assert worst_error(Case("control", ordinary.build, symmetric.group), ordinary(), y) > 1e-2

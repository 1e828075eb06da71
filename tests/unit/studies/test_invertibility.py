"""Coupling layers: undone to round-off, and volume preserving."""

import torch

from structviz.studies.invertibility import coupling, coupling_inverse


def test_coupling_is_undone_exactly(generator: torch.Generator) -> None:
    points = 2 * torch.rand(5, 7, 2, generator=generator, dtype=torch.float64) - 1
    there = coupling(points)
    assert (there - points).abs().max() > 0.1
    torch.testing.assert_close(coupling_inverse(there), points, rtol=0, atol=1e-15)
    torch.testing.assert_close(coupling(coupling_inverse(points)), points, rtol=0, atol=1e-15)
    # The layers do not commute: the inverse in the wrong order, or with the wrong sign, is none.
    assert (coupling(there) - points).abs().max() > 0.1
    assert (coupling(there.flip(-1)).flip(-1) - points).abs().max() > 0.1


def test_one_point_by_hand() -> None:
    x = torch.tensor([[torch.pi / 6, 0.0]], dtype=torch.float64)
    # sin(3 x₁) = 1, so y₂ = 0.2.
    wanted = torch.tensor([[torch.pi / 6 + 0.2 * torch.sin(torch.tensor(0.6, dtype=torch.float64)).item(), 0.2]])
    torch.testing.assert_close(coupling(x), wanted.double(), rtol=0, atol=1e-7)


def test_areas_stay_as_they_are(generator: torch.Generator) -> None:
    for x in torch.randn(10, 2, generator=generator, dtype=torch.float64):
        jacobian = torch.autograd.functional.jacobian(coupling, x)
        assert isinstance(jacobian, torch.Tensor)
        torch.testing.assert_close(torch.linalg.det(jacobian), x.new_tensor(1.0), rtol=0, atol=1e-13)

"""An audit refutes what does not hold, for each kind of promise, and says what it cannot measure."""

import math

import pytest
import torch
from torch import Tensor, nn

from structviz.checks import audit
from structviz.errors import ConfigError
from structviz.nets import KINDS, Claim, ConvDenoiser, claims

_QUARTER = torch.tensor([[0.0, -1.0], [1.0, 0.0]], dtype=torch.float64) * math.pi / 2


class Turn(nn.Module):
    """A turn of the plane, times a scale: with scale 1 it keeps every promise there is, except equivariance."""

    time = 1.0

    def __init__(self, kind: str, scale: float) -> None:
        super().__init__()
        self.claims = (Claim(kind, 1.0 if kind in ("non-expansive", "lipschitz") else 1e-12, "plane"),)
        swap = torch.eye(2, dtype=torch.float64).flip(0)  # it keeps sums as well
        turn = torch.tensor([[0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)
        self.A = nn.Parameter(scale * (swap if kind == "mass" else turn))

    @property
    def time_steps(self) -> Tensor:
        return self.A.abs().sum(1) / 2

    @property
    def orthogonal_weights(self) -> tuple[Tensor, ...]:
        return (self.A,)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        if self.claims[0].kind == "rotation":
            return torch.linalg.matrix_exp(torch.rand(n, 1, 1, generator=generator, dtype=torch.float64) * _QUARTER)
        return torch.rand(n, 2, generator=generator, dtype=torch.float64)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.A.T

    def inverse(self, z: Tensor) -> Tensor:
        return z @ self.A

    def backward_in_time(self, z: Tensor) -> Tensor:
        return z @ self.A

    def log_det(self, x: Tensor) -> Tensor:
        return x.new_zeros(len(x))


MEASURED = [kind for kind in KINDS if kind not in ("equivariant", "invariant")]


@pytest.mark.parametrize("kind", MEASURED)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_what_is_kept_holds_and_a_small_defect_does_not(
    kind: str, dtype: torch.dtype, generator: torch.Generator
) -> None:
    (finding,) = audit(Turn(kind, 1.0).to(dtype), generator)
    assert finding.holds
    defect = {torch.float32: 2e-3, torch.float64: 1e-6}[dtype]
    (finding,) = audit(Turn(kind, 1 + defect).to(dtype), generator)
    assert not finding.holds
    assert finding.claim.kind == kind


@pytest.mark.parametrize("kind", MEASURED)
def test_not_a_number_holds_nothing(kind: str, generator: torch.Generator) -> None:
    (finding,) = audit(Turn(kind, math.nan), generator)
    assert not finding.holds


def test_a_false_promise_of_equivariance_is_refuted(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = ConvDenoiser(4, (1, 1))
    assert claims(net) == audit(net, generator) == ()
    net.group = "C4"
    (finding,) = audit(net, generator, n=2)
    assert finding.claim == Claim("equivariant", 1e-12, "C4")
    assert finding.measured > 0.01
    assert not finding.holds


def test_mirrors_are_measured_where_they_are_promised(generator: torch.Generator) -> None:
    # A kernel that quarter turns leave as it is, and mirrors do not.
    spiral = torch.tensor(
        [[0.0, 1, 2, 0, 0], [0, 0, 0, 0, 2], [0, 0, 3, 0, 1], [1, 0, 0, 0, 0], [2, 0, 0, 0, 0]], dtype=torch.float64
    )
    spiral = torch.stack([torch.rot90(spiral, k) for k in range(4)]).sum(0)
    net = ConvDenoiser(1, (1, 1), kernel_size=5).double().requires_grad_(False)
    for layer in net.convolutions:
        layer.weight.copy_(spiral)
    net.group = "C4"
    assert audit(net, generator, n=2)[0].holds
    net.group = "D4"
    assert not audit(net, generator, n=2)[0].holds


def test_a_claim_needs_inputs_to_be_measured_on(generator: torch.Generator) -> None:
    net = nn.Linear(2, 2)
    net.claims = (Claim("non-expansive", 1.0, "plane"),)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ConfigError, match="probe"):
        audit(net, generator)
    with pytest.raises(ConfigError, match="n = 0"):
        audit(net, generator, n=0)


@pytest.mark.parametrize(("kind", "bound"), [("stable", 1.0), ("lipschitz", -1.0), ("lipschitz", math.inf)])
def test_claims_are_of_known_kinds_with_finite_bounds(kind: str, bound: float) -> None:
    with pytest.raises(ConfigError, match="claim"):
        Claim(kind, bound, "plane")

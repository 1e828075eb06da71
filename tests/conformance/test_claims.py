"""Every network that ships keeps what it promises, and promises what its card says."""

import pytest
import torch

from structviz import checks, nets, zoo
from structviz.arms import is_equivariant

NAMES = zoo.names()


def test_equivariant_networks_promise_their_group_and_the_others_nothing() -> None:
    for name in NAMES:
        config = zoo.card(name).config
        kinds = {claim.kind: claim.domain for claim in nets.claims(zoo.load(name))}
        if is_equivariant(config.arm):
            assert kinds == {"equivariant": config.group}, name
        elif config.recipe not in ("stability", "invertibility"):
            assert kinds == {}, name


@pytest.mark.parametrize("name", [name for name in NAMES if nets.claims(zoo.load(name))])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_promises_are_kept(name: str, dtype: torch.dtype, generator: torch.Generator) -> None:
    for finding in checks.audit(zoo.load(name).to(dtype), generator, n=2 if name.startswith("ct/") else 4):
        assert finding.holds, finding


@pytest.mark.parametrize("name", ["stripes/equivariant", "ct/equivariant-small"])
def test_a_kernel_off_by_one_per_cent_breaks_the_promise(name: str, generator: torch.Generator) -> None:
    net = zoo.load(name).double()
    kernel = next(p for p in net.parameters() if p.ndim == 4)
    kernel[:, :, 0, 1] *= 1.01
    (finding,) = checks.audit(net, generator, n=1)
    assert not finding.holds
    assert finding.measured > 1e-6

"""Every network that ships keeps what it promises, and promises what its card says."""

import pytest
import torch

from structviz import checks, nets, zoo
from structviz.arms import is_equivariant, is_nonexpansive
from structviz.config import ClassifierShape, LipschitzShape, ODENetShape, PlaneShape, RotationShape, SphereShape
from structviz.nets.sphere import RETRACTIONS

NAMES = zoo.names()


def test_equivariant_networks_promise_their_group_and_the_others_nothing() -> None:
    for name in NAMES:
        config = zoo.card(name).config
        kinds = {claim.kind: claim.domain for claim in nets.claims(zoo.load(name))}
        if isinstance(config.net, LipschitzShape):
            assert kinds == {"lipschitz": "images"}, name
        elif isinstance(config.net, ClassifierShape):
            assert kinds == ({"invariant": config.group} if config.group else {}), name
        elif is_nonexpansive(config.arm):
            assert kinds.pop("non-expansive") == "images"
            assert kinds.get("equivariant") == config.group, name
        elif isinstance(config.net, PlaneShape):
            assert set(kinds) == ({"lipschitz"} if config.net.structure == "gradient" else set()), name
        elif config.recipe == "invertibility":
            assert {"invertible", "volume"} <= set(kinds), name
        elif isinstance(config.net, ODENetShape):
            assert set(kinds) == ({"time"} if config.net.steps in ("fixed", "simplex") else set()), name
        elif isinstance(config.net, SphereShape):
            assert kinds == ({"norm": "unit sphere"} if config.net.layers in RETRACTIONS else {}), name
        elif isinstance(config.net, RotationShape):
            assert kinds == ({} if config.net.layers == "free" else {"rotation": "rotations"}), name
        elif is_equivariant(config.arm):
            assert kinds == {"equivariant": config.group}, name
        else:
            assert kinds == {}, name


@pytest.mark.parametrize("name", [name for name in NAMES if nets.claims(zoo.load(name))])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_promises_are_kept(name: str, dtype: torch.dtype, generator: torch.Generator) -> None:
    for finding in checks.audit(zoo.load(name).to(dtype), generator, n=2 if name.startswith("ct/") else 4):
        assert finding.holds, finding


def test_the_stable_denoiser_pays_for_its_structure_and_its_free_twin_expands(generator: torch.Generator) -> None:
    free, *stable = (zoo.card(f"stability/{name}") for name in ("ordinary", "nonexpansive", "nonexpansive-c4"))
    assert {card.config.steps for card in (free, *stable)} == {free.config.steps}
    assert free.metrics["worst_ratio"] > 1.2
    assert all(card.metrics["worst_ratio"] <= 1 + 1e-5 for card in stable)
    assert all(card.metrics["psnr_0"] > 24 for card in (free, *stable))
    y = torch.rand(2, 1, 24, 20, generator=generator, dtype=torch.float64)
    ratio, *_ = checks.worst_pair(zoo.load("stability/ordinary").double(), y, 40)
    assert ratio > 1.05, "the search finds what the claim rules out"


@pytest.mark.parametrize("name", ["stripes/equivariant", "ct/equivariant-small"])
def test_a_kernel_off_by_one_per_cent_breaks_the_promise(name: str, generator: torch.Generator) -> None:
    net = zoo.load(name).double()
    kernel = next(p for p in net.parameters() if p.ndim == 4)
    kernel[:, :, 0, 1] *= 1.01
    (finding,) = checks.audit(net, generator, n=1)
    assert not finding.holds
    assert finding.measured > 1e-6

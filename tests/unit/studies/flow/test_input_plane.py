"""A network as a map of the plane, pixel by pixel."""

from functools import partial

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz.checks import jacobians, orientations
from structviz.nets import SCHEMES
from structviz.studies.flow import layers, map_input_plane, refined
from tests.unit.checks.smooth_networks import smooth_network

SIDE, HALF_WIDTH = 9, 1.5


def pixels() -> Tensor:
    """Centres of the pixels: rows from the top, columns from the left."""
    places = [HALF_WIDTH * ((2 * i + 1) / SIDE - 1) for i in range(SIDE)]
    return torch.tensor([[x, y] for y in reversed(places) for x in places], dtype=torch.float64)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [2, 3])
def test_each_pixel_tells_what_becomes_of_its_centre(scheme: str, width: int, generator: Generator) -> None:
    net = smooth_network(generator, scheme, width, n_layers=3)
    seen = map_input_plane(net, layers(net), HALF_WIDTH, SIDE)
    assert seen.half_width == HALF_WIDTH
    assert_close(seen.probabilities.flatten(), torch.sigmoid(net(pixels())))
    J = jacobians(lambda x: net.trajectory(x)[-1], pixels())
    assert_close(seen.smallest.flatten(), torch.linalg.svdvals(J)[:, -1], rtol=1e-6, atol=1e-9)
    if width == 2:
        by_layer = [orientations(partial(net.layer, k), z) for k, z in enumerate(net.trajectory(pixels())[:-1])]
        assert torch.equal(seen.signs.flatten().long(), torch.stack(by_layer).amin(0))
    else:
        assert not seen.signs.any()


def test_coarse_steps_fold_and_fine_ones_do_not(generator: Generator) -> None:
    net = smooth_network(generator, size=2.0, time=3.0)
    coarse, fine = (map_input_plane(net, refined(net, "euler", n), HALF_WIDTH, SIDE) for n in (2, 80))
    assert (fine.signs == 1).all()
    assert fine.smallest.min() > 0
    assert set(coarse.signs.unique().tolist()) == {-1, 1}
    motion = refined(net, "euler", 2)
    first, second = orientations(motion.steps[0], pixels()), orientations(motion.steps[1], motion.steps[0](pixels()))
    assert torch.equal(coarse.signs.flatten().long(), torch.minimum(first, second))
    assert coarse.collapsed == fine.collapsed == 0


def test_looking_changes_nothing(generator: Generator) -> None:
    net = smooth_network(generator).requires_grad_(True)
    seen = map_input_plane(net, layers(net), HALF_WIDTH, SIDE)
    assert not any(part.requires_grad for part in (seen.probabilities, seen.signs, seen.smallest))
    assert all(p.grad is None for p in net.parameters())
    assert seen.probabilities.shape == seen.signs.shape == seen.smallest.shape == (SIDE, SIDE)

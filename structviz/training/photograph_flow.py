"""What the recipe `invertibility` learns of photographs: their density, for 256 grey levels."""

import math
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.checks import inverse_error
from structviz.data import IMAGES, image, patches
from structviz.nets import InvertibleMap
from structviz.training.recipes import Batches, Example, Preview, device_of
from structviz.types import Images

__all__ = [
    "PHOTOGRAPHS",
    "bits_per_pixel",
    "in_levels",
    "measure_photographs",
    "patch_batches",
    "preview_of_photographs",
    "sample_example",
    "unequal_pixels",
]

PHOTOGRAPHS = "photographs"
"""Name of the data set."""

_PATCH, _SIDE = 32, 64
"""Side of a patch to learn from, and of one in a preview, in pixels."""

_SIZE = 128
"""Side of the held-out photographs in the figures."""

_LEVELS = 256
_SEED = 1_618_033


def in_levels(x: Images) -> Images:
    """Grey values as 8 bits have them: 0, …, 255, over 256, each at the lower end of its level."""
    return (x * (_LEVELS - 1)).round() / _LEVELS


def _spread(x: Images, generator: torch.Generator) -> Images:
    """Each grey value anywhere in its level, so that it has a density."""
    return in_levels(x) + torch.rand(x.shape, generator=generator) / _LEVELS


def patch_batches(n_train: int, batch_size: int, generator: torch.Generator) -> Batches:
    """Endless batches of patches, twice each.

    Parameters
    ----------
    n_train
        How many patches there are.
    batch_size
        How many of them in a batch.
    generator
        Draws patches, batches and where in its level a grey value lies.

    Yields
    ------
    tuple of Tensor
        One batch of patches, given as input and as target, with values in [0, 1).
    """
    clean = patches(n_train, _PATCH, generator)
    while True:
        x = _spread(clean[torch.randint(n_train, (batch_size,), generator=generator)], generator)
        yield x, x


def bits_per_pixel(log_density: Float[Tensor, "batch"], n_pixels: int) -> Float[Tensor, "batch"]:
    """How many bits a pixel of 256 grey levels takes: −log₂ p / n, with p of whole levels instead of densities.

    Parameters
    ----------
    log_density
        Log p(x) in nats, for grey values in [0, 1).
    n_pixels
        n.
    """
    return math.log2(_LEVELS) - log_density / (n_pixels * math.log(2))


@torch.no_grad()
def unequal_pixels(net: InvertibleMap, x: Images) -> int:
    """How many of 256 grey levels differ after the way to the code and back."""
    levels = in_levels(x) + 0.5 / _LEVELS
    back = net.inverse(net(levels))
    return int(((back * _LEVELS).floor() != (levels * _LEVELS).floor()).sum())


@lru_cache(maxsize=1)
def _held_out() -> Images:
    """The held-out photographs, each pixel anywhere in its level; shared, so not to be changed."""
    return _spread(torch.cat([image(name, _SIZE) for name in IMAGES]), torch.Generator().manual_seed(_SEED))


def measure_photographs(net: InvertibleMap) -> dict[str, float]:
    """Bits per pixel of the held-out photographs, and what the way there and back leaves of them."""
    x = _held_out()
    return {
        "bits_per_pixel": bits_per_pixel(net.log_prob(x), _SIZE**2).mean().item(),
        "inverse_error": inverse_error(net, x[:2]),
        "unequal_pixels": float(unequal_pixels(net, x)),
    }


@torch.no_grad()
def preview_of_photographs(net: nn.Module) -> Preview:
    """A picture whose code is drawn from the normal distribution, and bits per pixel of a held-out photograph."""
    place, x = device_of(net), _held_out()[:1, :, :_SIDE, :_SIDE]
    found = bits_per_pixel(net.log_prob(x.to(place)).cpu(), _SIDE**2)  # pyright: ignore
    shape = net.enter(x.to(place)).shape  # pyright: ignore
    codes = torch.randn(shape, generator=torch.Generator().manual_seed(_SEED))
    picture = net.inverse(codes.to(place))[0, 0].cpu()  # pyright: ignore
    return Preview({"bits_per_pixel": found.mean().item()}, {"sample": picture.clamp(0, 1).nan_to_num(0.5)})


def sample_example() -> Example:
    """Noise as it goes in, and a part of a held-out photograph, as samples should look."""
    code = torch.randn(_SIDE, _SIDE, generator=torch.Generator().manual_seed(_SEED))
    return Example((code / 4 + 0.5).clamp(0, 1), image(IMAGES[0], _SIZE)[0, 0, :_SIDE, :_SIDE].clone())

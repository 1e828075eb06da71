"""Numbers by which the engine in the browser is checked: `python -m tests.engine_numbers` writes them."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from structviz import data, zoo
from structviz.data.gratings import PERIOD
from structviz.nets import ConvDenoiser, Symmetrised
from structviz.studies.equivariance_curves import equivariance_curves
from structviz.studies.rotation import film_strip
from structviz.transforms import NOISES, add_noise, rotate
from structviz.transforms.poisson import poisson_quantile

__all__ = ["FILE", "engine_numbers"]

FILE = Path(__file__).parent / "js" / "engine" / "numbers.json"

_SIDE = 21
"""Odd, and no multiple of what the kernel computes together."""

_LEVEL, _SEED = 0.3, 5
_ANGLES = 20
_SAMPLE = slice(None, None, 61)
"""Every so many pixels of each picture are compared one by one; PSNR and SSIM see all of them."""


def engine_numbers() -> dict[str, Any]:
    """What the backend makes of one small image: turned, noisy, denoised by every network that ships, measured."""
    image = data.image("camera", _SIDE)
    names = [name for name in zoo.names() if zoo.card(name).network.get("class") == ConvDenoiser.__name__]
    nets = {name: net for name in names if isinstance(net := zoo.load(name), ConvDenoiser)}
    noisy = _noisy(image, "gaussian")
    two = {name: nets[name] for name in ("images/ordinary-small", "images/equivariant-c8-small")}
    with torch.no_grad():
        return {
            "side": _SIDE,
            "level": _LEVEL,
            "seed": _SEED,
            "image": _pixels(image),
            "turned": {str(degrees): _pixels(rotate(image, math.radians(degrees))) for degrees in (-90, 0.5, 37, 220)},
            "grating": _pixels(data.grating(math.radians(37), size=_SIDE)),
            "period": PERIOD,
            "noises": {kind: _pixels(_noisy(image, kind)) for kind in NOISES},
            "counts": _counts(),
            "networks": {name: {"shape": net.shape, "output": _pixels(net(noisy))} for name, net in nets.items()},
            "average": _pixels(Symmetrised(two["images/ordinary-small"])(noisy)),
            "sample": _SAMPLE.step,
            "turns": {kind: _turn(nets, image, kind) for kind in NOISES},
            "noise turns": _along(image),
            "errors": _errors(two, image),
        }


def _noisy(image: Tensor, kind: str) -> Tensor:
    return add_noise(image, kind, _LEVEL, torch.Generator().manual_seed(_SEED))


def _pixels(image: Tensor) -> list[float]:
    return [round(value, 6) for value in image.flatten().tolist()]


def _counts() -> list[list[float]]:
    """Uniform numbers, means and counts."""
    means = [0.0, 0.3, 4.0, 16.0, 49.0, 51.0, 400.0, 1e4]
    drawn = torch.rand(len(means), 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    expected = torch.tensor(means, dtype=torch.float64)[:, None].expand_as(drawn)
    return torch.stack([drawn, expected, poisson_quantile(drawn, expected)], -1).flatten(0, 1).tolist()


def _turn(nets: dict[str, ConvDenoiser], image: Tensor, kind: str) -> dict[str, Any]:
    """PSNR and SSIM of what is given and of each network, round the circle, and some pixels at each angle."""
    strip = film_strip(nets, image, _ANGLES, kind, _LEVEL, _SEED)
    return {
        name: [_pixels(f.psnr), _pixels(f.ssim), [_pixels(one.flatten()[_SAMPLE]) for one in f.images]]
        for name, f in {"noisy": strip.noisy, **strip.arms}.items()
    }


def _along(image: Tensor) -> dict[str, list[float]]:
    """Noise that turns with a photograph, and with stripes of which a formula knows every angle, and its figures."""
    stripes = data.grating(0.0, size=_SIDE)
    k, n = 4, 36
    photograph = film_strip({}, image, n, "gaussian", _LEVEL, _SEED, noise_turns=True)
    formula = film_strip(
        {}, stripes, n, "gaussian", _LEVEL, _SEED, True, lambda angles: data.grating(angles, size=_SIDE)
    )
    return {
        "photograph": _pixels(photograph.noisy.images[k]),
        "formula": _pixels(formula.noisy.images[k]),
        "figures": [formula.noisy.psnr[k].item(), formula.noisy.ssim[k].item()],
    }


def _errors(nets: dict[str, ConvDenoiser], image: Tensor) -> dict[str, list[float]]:
    measured = equivariance_curves(nets, film_strip({}, image, _ANGLES, "gaussian", _LEVEL, _SEED))
    return {name: list(errors) for name, errors in {**measured.arms, "interpolation": measured.interpolation}.items()}


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(engine_numbers()) + "\n", encoding="utf-8")

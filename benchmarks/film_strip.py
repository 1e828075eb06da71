"""How long does a whole turn take, what of it takes how long, and what would less precision cost?

Run as `python -m benchmarks.film_strip`. A photograph of 128 x 128 pixels at 72 angles, three arms: through
`film_strip` with the encoding for the browser, against the plain way, one angle after the other through
`compare` (which also computes the upright image and the equivariance error each time; it is measured at every sixth
angle). Then the networks alone, in single precision in two memory orders and in bfloat16, and what
bfloat16 does to the numbers on the page.
"""

import functools
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn

from benchmarks.timing import taking_turns
from structviz import data, zoo
from structviz.checks import equivariance_error
from structviz.figures import sprite
from structviz.metrics import psnr
from structviz.studies import rotation
from structviz.studies.rotation import compare, film_strip
from structviz.studies.turning import FilmStrip, turn_angles
from structviz.types import Image

PHOTOGRAPH = {
    "ordinary": "images/ordinary-small",
    "augmented": "images/augmented-small",
    "equivariant": "images/equivariant-c4-small",
}
SIZE, ANGLES, FEWER = 128, 72, 24
SAMPLED = 6
TARGET, TOLERANCE = 3.0, 0.02
"""Seconds for the strip on two cores; dB that a lower precision may change."""

Clock = dict[str, float]


@dataclass(frozen=True)
class Workload:
    """What is turned, and who looks at it."""

    nets: Mapping[str, nn.Module]
    image: Image
    level: float


def timed(clock: Clock, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose time is added to a clock."""

    @functools.wraps(function)
    def measured(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        result = function(*args, **kwargs)
        clock[what] = clock.get(what, 0) + time.perf_counter() - started
        return result

    return measured


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """Clock the parts of the film strip that it calls by name."""
    parts = {"rotate": "rotation", "add_noise": "noise", "psnr": "metrics", "ssim": "metrics"}
    patches = [
        mock.patch.object(rotation, name, timed(clock, what, getattr(rotation, name))) for name, what in parts.items()
    ]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


def encode(strip: FilmStrip) -> int:
    """Pack all films as the rotor gets them; return their bytes."""
    films = [strip.clean, *(frames.images for frames in strip.arms.values())]
    # The limits are those of the rotation page.
    packed = [sprite(strip.noisy.images, limit=950_000), *(sprite(images) for images in films)]
    return sum(len(film.webp) for film in packed)


def whole_turn(workload: Workload) -> None:
    """Print the time of the strip by parts, and that of the plain way."""
    best, parts, n_bytes = float("inf"), {}, 0
    for repetition in range(4):  # the first call does not count: it also fills torch's own caches
        clock: Clock = {}
        started = time.perf_counter()
        with watched(clock):
            strip = film_strip(
                {arm: timed(clock, "networks", net) for arm, net in workload.nets.items()},
                workload.image,
                ANGLES,
                level=workload.level,
            )
        n_bytes = timed(clock, "encoding", encode)(strip)
        spent = time.perf_counter() - started
        if repetition and spent < best:
            best, parts = spent, {**clock, "the rest": spent - sum(clock.values())}
    started = time.perf_counter()
    for angle in turn_angles(ANGLES)[::SAMPLED].tolist():
        compare(workload.nets, workload.image, angle, level=workload.level)
    plain = (time.perf_counter() - started) * SAMPLED

    print(f"{'':16}{'time, s':>9}{'share':>8}    target {TARGET:g} s on two cores")
    for what, spent in parts.items():
        print(f"{what:16}{spent:9.2f}{spent / best:8.0%}")
    print(f"{'whole strip':16}{best:9.2f}{1:8.0%}    {n_bytes / 1e6:.2f} MB for the browser")
    print(f"{'plain way':16}{plain:9.2f}    {plain / best:.1f} times as long\n")


def precisions(workloads: Mapping[str, Workload]) -> None:
    """Print the time of the networks in other memory orders and precisions, and what it costs in dB."""
    nets = next(iter(workloads.values())).nets
    strips = {name: film_strip({}, workload.image, FEWER, level=workload.level) for name, workload in workloads.items()}
    noisy = next(iter(strips.values())).noisy.images
    ordered = noisy.to(memory_format=torch.channels_last)
    works = {
        "float32": lambda: outputs(nets, noisy),
        "float32, all at once": lambda: outputs(nets, noisy, chunk=FEWER),
        "float32, channels last": lambda: outputs(nets, ordered),
        "bfloat16, channels last": lambda: outputs(nets, ordered, low=True),
    }
    seconds = taking_turns(works, repetitions=3)
    print(f"{'networks alone':25}{'time, s':>9}{'ratio':>7}    {FEWER} angles")
    for name, spent in seconds.items():
        print(f"{name:25}{spent:9.2f}{spent / seconds['float32']:7.2f}")

    print(f"\nbfloat16 instead of float32: largest change of a frame's PSNR, dB; allowed {TOLERANCE:g}")
    print(f"{'':25}{'ordinary':>12}{'augmented':>12}{'equivariant':>12}   equivariance error at 90 degrees")
    for name, workload in workloads.items():
        strip = strips[name]
        with_mask = functools.partial(psnr, reference=strip.clean, mask=strip.mask)
        exact, low = (outputs(workload.nets, strip.noisy.images, low=low) for low in (False, True))
        changes = [(with_mask(a) - with_mask(b)).abs().max().item() for a, b in zip(exact, low, strict=True)]
        errors = [
            equivariance_error(
                lambda y, nets=workload.nets, low=low: outputs(nets, y, low=low)[-1],
                strip.noisy.images[:1],
                math.pi / 2,
            )
            for low in (False, True)
        ]
        shown = "".join(f"{change:12.4f}" for change in changes)
        print(f"{name:25}{shown}   {errors[0]:.0e} becomes {errors[1]:.0e}")


@torch.inference_mode()
def outputs(nets: Mapping[str, nn.Module], images: Tensor, low: bool = False, chunk: int = 1) -> list[Tensor]:
    """What each network makes of the images, a few at a time, in float32 or mostly bfloat16."""
    with torch.autocast("cpu", torch.bfloat16, enabled=low):
        return [torch.cat([net(some) for some in images.split(chunk)]).float() for net in nets.values()]


def main() -> None:
    """Print both tables."""
    photograph = {arm: zoo.load(name) for arm, name in PHOTOGRAPH.items()}
    stripes = {arm: zoo.load(f"stripes/{arm}") for arm in PHOTOGRAPH}
    image = data.image("camera", SIZE)
    print(f"Cameraman, {SIZE} x {SIZE}, {ANGLES} angles; {', '.join(photograph)}; {torch.get_num_threads()} threads.\n")
    whole_turn(Workload(photograph, image, 0.15))
    precisions(
        {
            "cameraman, noise 0.15": Workload(photograph, image, 0.15),
            "cameraman, noise 0.02": Workload(photograph, image, 0.02),
            "stripes, noise 0.25": Workload(stripes, data.stripes(1), 0.25),
        }
    )


if __name__ == "__main__":
    main()

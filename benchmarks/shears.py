"""Rotation by three shears with the FFT, beside the cubic spline of `structviz.transforms.rotate`.

Run as `python -m benchmarks.shears`; docs/decisions/0021-rotation-by-shears.md draws the conclusion.

A rotation by at most 45° is a shear of the rows, one of the columns and one of the rows again. Each shifts lines by
fractions of a pixel, which the FFT does without loss: the product is an orthogonal map of the (periodic) image.
So the way there and back returns the image, however wrong the image in between is: errors must be measured one way,
against pictures that are known at every angle.
"""

import math

import torch
from torch import Tensor

from benchmarks.rotation import ANGLES, MARGIN, SIZE, STRIP, Rotation, photographs, round_trip
from benchmarks.timing import taking_turns
from structviz.metrics import psnr
from structviz.transforms import disc_mask, rotate

FREQUENCIES = (0.1, 0.2, 0.3, 0.4, 0.45)
"""Of gratings, in cycles a pixel."""

ORIENTATIONS = [math.radians(degrees) for degrees in range(0, 180, 15)]


def by_shears(images: Tensor, angle: float, margin: int = 0) -> Tensor:
    """Rotate square images on a canvas that is `margin` pixels wider on each side, where they are mirrored."""
    quarters = round(angle / (math.pi / 2))
    rest = angle - quarters * math.pi / 2
    images = torch.rot90(images, quarters, (-2, -1))
    if abs(rest) < 1e-12:
        return images
    margin = margin or math.ceil((math.sqrt(2) - 1) / 2 * images.shape[-1]) + 8
    wide = torch.nn.functional.pad(images, (margin, margin, margin, margin), mode="reflect")
    slant = math.tan(rest / 2)
    wide = _shear(wide, -slant)
    wide = _shear(wide.mT, math.sin(rest)).mT
    wide = _shear(wide, -slant)
    return wide[..., margin:-margin, margin:-margin]


def _shear(images: Tensor, slant: float) -> Tensor:
    """Shift each row to the right by `slant` times its height above the middle (rows count downwards)."""
    rows, columns = images.shape[-2:]
    shifts = -slant * (torch.arange(rows, dtype=torch.float64) - (rows - 1) / 2)
    phases = torch.exp(-2j * math.pi * torch.fft.rfftfreq(columns, dtype=torch.float64) * shifts[:, None])
    if columns % 2 == 0:
        phases[:, -1] = 1  # the highest frequency has no direction: it stays, so that nothing is lost
    return torch.fft.irfft(torch.fft.rfft(images) * phases.to(torch.complex64), n=columns)


METHODS: dict[str, Rotation] = {"spline": rotate, "shears": by_shears}


def grating(frequency: float, orientation: float, phase: float = 0.7) -> Tensor:
    """A wave, from 0 to 1."""
    x = torch.arange(SIZE, dtype=torch.float64) - (SIZE - 1) / 2
    along = math.cos(orientation) * x + math.sin(orientation) * -x[:, None]
    return (0.5 + 0.5 * torch.cos(2 * math.pi * frequency * along + phase)).float()[None, None]


def one_way(turn: Rotation, frequency: float) -> Tensor:
    """PSNR of turned gratings against the truth, by orientation and angle."""
    mask = disc_mask(SIZE, SIZE, MARGIN)
    return torch.tensor(
        [
            [
                psnr(turn(grating(frequency, o), a), grating(frequency, o + a), mask=mask).item()
                for a in map(math.radians, (15, 30, 45))
            ]
            for o in ORIENTATIONS
        ]
    )


def white_noise(turn: Rotation, degrees: float) -> tuple[float, float]:
    """Power that turned white noise keeps, and the correlation of neighbours, inside the disc."""
    noise = torch.randn(64, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    turned, mask = turn(noise, math.radians(degrees)), disc_mask(SIZE, SIZE, MARGIN)
    pairs = mask[:, 1:] & mask[:, :-1]
    neighbours = (turned[..., 1:] * turned[..., :-1])[..., pairs].mean()
    power = turned[..., mask].square().mean()
    return (power / noise[..., mask].square().mean()).item(), (neighbours / power).item()


def ringing(turn: Rotation) -> tuple[float, float]:
    """Overshoot of a white square on black, turned by 30°, and the largest value more than 5 pixels away from it."""
    image = torch.zeros(1, 1, SIZE, SIZE)
    image[..., 40:88, 40:88] = 1
    turned, beside = turn(image, math.radians(30)), rotate(image, math.radians(30))
    near = torch.nn.functional.max_pool2d((beside > 0.25).float(), 11, 1, 5) > 0
    return (turned.max() - 1).item(), turned[~near].abs().max().item()


def main() -> None:
    """Print the table of the decision."""
    images = photographs()
    strip = images[:1].expand(STRIP, -1, -1, -1).contiguous()
    turns = [2 * math.pi * k / STRIP for k in range(STRIP)]
    works = {
        "spline": lambda: rotate(strip, torch.tensor(turns)),
        "shears": lambda: [by_shears(strip[:1], angle) for angle in turns],
    }
    times = taking_turns(works, 5)
    print(f"{'':36}" + "".join(f"{name:>18}" for name in METHODS))

    def line(words: str, values: list[str]) -> None:
        print(f"{words:36}" + "".join(f"{value:>18}" for value in values))

    trips = [round_trip(turn, images) for turn in METHODS.values()]
    line("photographs, there and back, dB", [f"{d.mean():.1f} ({d.min():.1f})" for d in trips])
    for frequency in FREQUENCIES:
        found = [one_way(turn, frequency) for turn in METHODS.values()]
        line(f"one way, {frequency:g} cycles a pixel, dB", [f"{d.mean():.1f} ({d.min():.1f})" for d in found])
    for degrees in (5, 15, 30, 45):
        found = [white_noise(turn, degrees) for turn in METHODS.values()]
        line(f"white noise at {degrees}°: power, neighbours", [f"{p:.3f}, {c:+.3f}" for p, c in found])
    line("square: overshoot, far away", [f"{a:.3f}, {b:.4f}" for a, b in map(ringing, METHODS.values())])
    line(f"{STRIP} angles at {SIZE}², ms", [f"{1000 * times[name]:.0f}" for name in METHODS])
    counts = f"{len(images)} photographs, {len(ANGLES)} angles"
    print(f"\nIn brackets the worst case; {counts}; inside the disc less {MARGIN:g}.")


if __name__ == "__main__":
    main()

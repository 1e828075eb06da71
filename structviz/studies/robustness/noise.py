"""A photograph with noise of growing strength, found by attacks that go on from each other."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int8
from torch import Tensor

from structviz.attacks import Attack, Norm, eight_bit, pgd
from structviz.attacks.goal import Classifier
from structviz.errors import ConfigError
from structviz.types import Images

__all__ = ["NOISE_RADII", "NOISE_STEPS", "SHARES", "NoiseStudy", "noise_study", "png_of"]

NOISE_RADII = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Strengths ε of the noise in units of 1/255, the step of a picture in 8 bits."""

NOISE_STEPS = 8
"""Of the attack with each strength."""

SHARES = 127
"""The noise is kept as whole shares of ε / 127."""


@dataclass(frozen=True, eq=False)
class NoiseStudy:
    """A photograph, noises of growing strength, and what a classifier makes of their sums.

    Attributes
    ----------
    photo
        In [0, 1].
    label
        The class of the untouched photograph.
    target
        The class that the attack wants; None if any other one will do.
    radii
        Strengths of the noise in units of the whole range, the first one 0.
    noises
        As shares of each strength, in steps of 1/127.
    probabilities
        Of all classes, with each strength, for the sum as it can be drawn from the shares.
    steps, all_steps
        How many steps the attack has taken, and how many it would take.
    """

    photo: Images
    label: int
    target: int | None
    radii: tuple[float, ...]
    noises: Int8[Tensor, "strength 3 row column"]
    probabilities: Float[Tensor, "strength class"]
    steps: int
    all_steps: int

    def frame(self, eps: float) -> int:
        """The number of the strongest noise that is no stronger than ε."""
        return max(k for k, radius in enumerate(self.radii) if radius <= eps + 1e-9)

    def succeeds(self, k: int) -> bool:
        """Whether the attack with this number has what it wants."""
        found = int(self.probabilities[k].argmax())
        return found != self.label if self.target is None else found == self.target

    @property
    def flips_at(self) -> float | None:
        """The weakest noise, in units of the whole range, with which the attack succeeds; None if none does."""
        return next((eps for k, eps in enumerate(self.radii) if self.succeeds(k)), None)

    def delta(self, k: int) -> Float[Tensor, "1 3 row column"]:
        """The noise with this number."""
        return self.noises[k : k + 1].to(self.photo) * (self.radii[k] / SHARES)

    def sum(self, k: int) -> Images:
        """Photograph and noise together, in [0, 1]; in steps of 1/255 if the strength is a multiple of that."""
        x = (self.photo + self.delta(k)).clamp(0, 1)
        return eight_bit(x) if _is_whole(255 * self.radii[k]) else x


def noise_study(
    net: Classifier,
    photo: Images,
    target: int | None = None,
    radii: Sequence[float] = NOISE_RADII,
    steps: int = NOISE_STEPS,
    on_step: Callable[[NoiseStudy], object] | None = None,
) -> NoiseStudy:
    """Attack a photograph with one strength after the other, each from what the one before has found.

    Where the strength is a multiple of 1/255, the attacked photograph has 8 bits: saved as a PNG file and read again
    it is the same. A weaker noise fits into no such file.

    Parameters
    ----------
    net
        Takes photographs to logits.
    photo
        One photograph in [0, 1], of values k / 255.
    target
        The class that the attack wants; None if any other one will do.
    radii
        Strengths in units of 1/255, ascending.
    steps
        Of the attack with each strength.
    on_step
        Called after each step with what has been found so far.

    Raises
    ------
    ConfigError
        If there is not one photograph, or its values or the strengths are not as said.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.

    Examples
    --------
    >>> def net(x):
    ...     return torch.stack([x.mean((1, 2, 3)) - 0.495, 0 * x[:, 0, 0, 0]], 1)
    >>> study = noise_study(net, eight_bit(torch.full((1, 3, 4, 4), 0.5)))
    >>> round(255 * study.flips_at, 2)
    2.0
    """
    if len(photo) != 1 or list(radii) != sorted(radii):
        raise ConfigError(f"A study of noise has one photograph and strengths that ascend; got {len(photo)}, {radii}.")
    with torch.no_grad():
        clean = net(photo)
    label = int(clean.argmax())
    study = NoiseStudy(
        photo,
        label,
        target,
        (0.0,),
        torch.zeros(photo.shape, dtype=torch.int8),
        clean.softmax(1),
        0,
        steps * len(radii),
    )
    goal, targeted = torch.tensor([label if target is None else target]), target is not None
    start = photo
    for radius in radii:
        before = study

        def note(found: Attack, before: NoiseStudy = before, radius: float = radius) -> None:
            if on_step is not None:
                on_step(_joined(before, radius, found))

        whole, norm = _is_whole(radius), _LINF
        found = pgd(
            net, photo, goal, radius / 255, norm, steps, targeted, start=start, in_eight_bits=whole, on_step=note
        )
        study, start = _joined(before, radius, found), found.x
        if not whole:  # the shares of ε are rounded: what is drawn is what the classifier has seen
            with torch.no_grad():
                seen = net(study.sum(len(study.radii) - 1)).softmax(1)
            study = replace(study, probabilities=torch.cat([before.probabilities, seen]))
    return study


def png_of(x: Images) -> bytes:
    """An image of 8 bits as a PNG file, which reads as the same image again.

    Raises
    ------
    ConfigError
        If there is not one image, or it has values between those of 8 bits.
    """
    import PIL.Image

    if len(x) != 1 or not torch.equal(x, eight_bit(x)):
        raise ConfigError("A PNG file holds one image whose values are k/255; round it with attacks.eight_bit.")
    content = io.BytesIO()
    rows = (x[0] * 255).round().byte().permute(1, 2, 0).contiguous().numpy()
    PIL.Image.fromarray(rows).save(content, "PNG")
    return content.getvalue()


_LINF: Norm = "linf"


def _is_whole(levels: float) -> bool:
    return abs(levels - round(levels)) < 1e-6


def _joined(before: NoiseStudy, radius: float, found: Attack) -> NoiseStudy:
    """The study so far with one more strength."""
    eps = radius / 255
    shares = (SHARES * found.delta / eps).round().to(torch.int8)
    return replace(
        before,
        radii=(*before.radii, eps),
        noises=torch.cat([before.noises, shares]),
        probabilities=torch.cat([before.probabilities, found.logits.softmax(1)]),
        steps=before.steps + found.steps,
    )

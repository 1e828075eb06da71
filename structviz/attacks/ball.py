"""Which images an attack may choose: a ball round the image, cut off at [0, 1], perhaps in steps of 1/255."""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = ["NORMS", "Ball", "Norm", "eight_bit", "sizes"]

Norm = Literal["linf", "l2"]
NORMS: tuple[Norm, ...] = get_args(Norm)
"""The largest change of a pixel, and the root of the sum of all squared changes."""

_LEVELS = 255
_HALVINGS = 30
_SLACK = 1e-9
"""Share of ε that rounding in float64 may add to a norm."""


def sizes(delta: Float[Tensor, "batch *rest"], norm: Norm) -> Float[Tensor, "batch"]:
    """Measure ‖δ‖ of each element of a batch, in float64.

    Examples
    --------
    >>> sizes(torch.tensor([[3.0, 4.0]]), "l2"), sizes(torch.tensor([[3.0, -4.0]]), "linf")
    (tensor([5.], dtype=torch.float64), tensor([4.], dtype=torch.float64))
    """
    flat = delta.flatten(1)
    # The largest value needs no sum, so it is found before the numbers grow to twice their length.
    return flat.abs().amax(1).double() if norm == "linf" else flat.double().norm(dim=1)


def eight_bit(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Round images in [0, 1] to the 256 values of a PNG file: k / 255, as reading one gives them.

    Examples
    --------
    >>> eight_bit(torch.tensor([0.0, 0.5, 1.0])) * 255
    tensor([  0., 128., 255.])
    """
    return (x * _LEVELS).round() / _LEVELS


@dataclass(frozen=True)
class Ball:
    """All images within ε of the given ones, with values in [0, 1].

    Attributes
    ----------
    centre
        The images.
    eps
        Radius for each of them, of a shape that broadcasts with the images.
    norm
        In which norm.
    in_eight_bits
        Whether only values k / 255 are shown to the network.
    """

    centre: Float[Tensor, "batch *rest"]
    eps: Float[Tensor, "batch *ones"]
    norm: Norm
    in_eight_bits: bool

    @classmethod
    def around(
        cls, x: Float[Tensor, "batch *rest"], eps: float | Float[Tensor, "radius"], norm: Norm, in_eight_bits: bool
    ) -> "Ball":
        """The ball round images, once all has been checked.

        Parameters
        ----------
        x
            The images, in [0, 1].
        eps
            Radius, one for all images or one for each.
        norm
            "linf" or "l2".
        in_eight_bits
            Whether only values k / 255 are allowed.

        Returns
        -------
        Ball
            With `centre` the images, and `eps` of the shape (batch, 1, …, 1).

        Raises
        ------
        ConfigError
            If the norm is unknown, a radius is negative, or the images leave [0, 1] or have values between those of
            8 bits where these alone are allowed.
        ShapeError
            If the number of radii is not that of the images.
        """
        if norm not in NORMS:
            raise ConfigError(f"The norm of an attack is one of {', '.join(NORMS)}; got {norm!r}. Choose one of them.")
        radii = torch.as_tensor(eps, dtype=x.dtype, device=x.device)
        if radii.ndim > 1 or (radii.ndim == 1 and len(radii) != len(x)):
            raise ShapeError(f"An attack has one ε, or one for each of {len(x)} images; got {tuple(radii.shape)}.")
        if not (radii.isfinite() & (radii >= 0)).all():
            raise ConfigError(f"ε must be a finite number of 0 or more; got {eps}. Choose one, such as 4/255.")
        if x.numel() and not (x.min() >= 0 and x.max() <= 1):
            raise ConfigError(
                f"Attacked images have values in [0, 1]; got {float(x.min()):.3g} to {float(x.max()):.3g}. "
                "Rescale them, and let the network undo it."
            )
        if in_eight_bits and not torch.equal(x, eight_bit(x)):
            raise ConfigError(
                "An attack in 8 bits starts from images whose values are k/255. Round them with attacks.eight_bit."
            )
        return cls(x, radii.expand(len(x)).reshape(-1, *[1] * (x.ndim - 1)), norm, in_eight_bits)

    def project(self, at: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """Bring points into the ball, and their values into [0, 1]: the second step only shortens δ."""
        delta = at - self.centre
        if self.norm == "linf":
            delta = delta.clamp(-self.eps, self.eps)
        else:
            delta = delta * (self.eps / _lengths(delta)).clamp(max=1)
        return (self.centre + delta).clamp(0, 1)

    def shown(self, at: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """What the network sees of points in the ball: the points, or the nearest ones with 8 bits that lie in it."""
        if not self.in_eight_bits:
            return at
        delta = at - self.centre
        if self.norm == "linf":
            # Whole multiples of 1/255 within ε; a ball smaller than half a step holds its centre alone.
            most = (self.eps * _LEVELS * (1 + 1e-6)).floor()
            return self._moved((delta * _LEVELS).round().clamp(-most, most))
        low, high = torch.zeros_like(self.eps), torch.ones_like(self.eps)
        whole = (delta * _LEVELS).round()
        if self._fits(whole).all():
            return self._moved(whole)
        for _ in range(_HALVINGS):  # rounding can lengthen δ: the largest share of it that still fits
            middle = (low + high) / 2
            fits = self._fits((middle * delta * _LEVELS).round())
            low, high = torch.where(fits, middle, low), torch.where(fits, high, middle)
        return self._moved(torch.where(self._fits(whole), whole, (low * delta * _LEVELS).round()))

    def ascent(self, gradient: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """The direction of length 1 in which a function with this gradient grows most."""
        return gradient.sign() if self.norm == "linf" else gradient / _lengths(gradient)

    def random(self, generator: torch.Generator) -> Float[Tensor, "batch *rest"]:
        """Points in the ball: uniformly chosen for "linf"; for "l2" of uniform direction and length."""
        x = self.centre
        where, kind = generator.device, torch.float32 if x.dtype == torch.float32 else torch.float64
        if self.norm == "linf":
            delta = (2 * torch.rand(x.shape, generator=generator, device=where, dtype=kind).to(x) - 1) * self.eps
        else:
            delta = torch.randn(x.shape, generator=generator, device=where, dtype=kind).to(x)
            share = torch.rand(self.eps.shape, generator=generator, device=where, dtype=kind).to(x)
            delta = self.eps * share * delta / _lengths(delta)
        return self.project(x + delta)

    def _moved(self, levels: Tensor) -> Tensor:
        return (((self.centre * _LEVELS).round() + levels) / _LEVELS).clamp(0, 1)

    def _fits(self, levels: Tensor) -> Tensor:
        within = sizes(levels / _LEVELS, self.norm) <= self.eps.flatten().double() * (1 + _SLACK)
        return within.reshape(self.eps.shape)


def _lengths(delta: Tensor) -> Tensor:
    """‖δ‖₂ of each element, of a shape that broadcasts; never 0, so that one may divide by it."""
    # Summed in float64: a photograph has 150,000 values, and ε is kept to the last digit.
    lengths = sizes(delta, "l2").to(delta).clamp(min=torch.finfo(delta.dtype).tiny)
    return lengths.reshape(-1, *[1] * (delta.ndim - 1))

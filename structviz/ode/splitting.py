"""Steps for separable Hamiltonians H(q, p) = T(p) + V(q): drifts and kicks in turn, each a shear of phase space."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError

__all__ = ["SPLITTINGS", "Splitting", "splitting"]

Slope = Callable[[Tensor], Tensor]


@final
@dataclass(frozen=True)
class Splitting:
    """A splitting method, as a list of drifts q ← q + c h T′(p) and kicks p ← p − c h V′(q).

    Each of them is symplectic, and undone by the opposite step, so the whole step is and can be.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    order
        The p for which the error at a fixed time shrinks like h^p.
    parts
        For each part "drift" or "kick", and its share c of the step.

    References
    ----------
    Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, sections I.1 and II.5.

    Examples
    --------
    >>> import torch
    >>> q, p = torch.ones(1, 1), torch.zeros(1, 1)
    >>> SPLITTINGS["stormer-verlet"].step(lambda p: p, lambda q: q, 0.5, q, p)
    (tensor([[0.8750]]), tensor([[-0.4688]]))
    """

    name: str
    title: str
    order: int
    parts: tuple[tuple[str, float], ...]

    @property
    def symmetric(self) -> bool:
        """Whether a step of length −h undoes one of length h."""
        return self.parts == self.parts[::-1]

    def step(
        self,
        velocity: Slope,
        slope: Slope,
        h: float | Tensor,
        q: Float[Tensor, "batch dim"],
        p: Float[Tensor, "batch dim"],
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch dim"]]:
        """Take one step.

        Parameters
        ----------
        velocity, slope
            T′ and V′: the velocity that belongs to a momentum, and the opposite of the force at a position.
        h
            Length of the step; negative to go back in time.
        q, p
            Positions and momenta, each (batch, dim).

        Returns
        -------
        tensor, tensor
            Positions and momenta after the step, each (batch, dim).
        """
        return self._run(self.parts, velocity, slope, h, q, p)

    def undo(
        self,
        velocity: Slope,
        slope: Slope,
        h: float | Tensor,
        q: Float[Tensor, "batch dim"],
        p: Float[Tensor, "batch dim"],
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch dim"]]:
        """Undo one step of length h, exactly: the last part first, and subtracted.

        Parameters
        ----------
        velocity, slope, h
            As for `step`.
        q, p
            Where the step led.

        Returns
        -------
        tensor, tensor
            Positions and momenta before the step, each (batch, dim).
        """
        return self._run(self.parts[::-1], velocity, slope, -h, q, p)

    @staticmethod
    def _run(
        parts: tuple[tuple[str, float], ...], velocity: Slope, slope: Slope, h: float | Tensor, q: Tensor, p: Tensor
    ) -> tuple[Tensor, Tensor]:
        for part, share in parts:
            if part == "drift":
                q = q + share * h * velocity(p)
            else:
                p = p - share * h * slope(q)
        return q, p


SPLITTINGS: Mapping[str, Splitting] = MappingProxyType(
    {
        method.name: method
        for method in (
            Splitting("symplectic-euler", "Symplectic Euler", 1, (("drift", 1.0), ("kick", 1.0))),
            Splitting("stormer-verlet", "Störmer–Verlet", 2, (("kick", 0.5), ("drift", 1.0), ("kick", 0.5))),
        )
    }
)
"""The methods by name."""


def splitting(name: str) -> Splitting:
    """Look a splitting method up by its name.

    Raises
    ------
    ConfigError
        If there is no such method.
    """
    if name not in SPLITTINGS:
        raise ConfigError(f"A splitting method is one of {', '.join(SPLITTINGS)}; got {name!r}.")
    return SPLITTINGS[name]

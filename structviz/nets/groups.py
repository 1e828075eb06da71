"""The finite planar groups, as they act on pixels and on the channels of a regular field.

Kept free of escnn so that a shipped network can be checked, projected or shown without it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from structviz.errors import ConfigError

__all__ = ["GROUPS", "Element", "Group", "group"]


@dataclass(frozen=True)
class Element:
    """The map "mirror left and right if `flip`, then turn by `turns` steps counter-clockwise"."""

    flip: bool
    turns: int


@dataclass(frozen=True)
class Group:
    """Rotations by 2π/`rotations`, with reflections or without.

    A regular field has one channel for each element, in the order of `elements`.
    """

    name: str
    rotations: int
    reflections: bool

    @property
    def elements(self) -> tuple[Element, ...]:
        """All elements, rotations first: the channel order of a regular field (as in escnn)."""
        flips = (False, True) if self.reflections else (False,)
        return tuple(Element(flip, turns) for flip in flips for turns in range(self.rotations))

    @property
    def order(self) -> int:
        """The number of elements, |G|."""
        return self.rotations * (2 if self.reflections else 1)

    @property
    def exact_elements(self) -> tuple[Element, ...]:
        """The elements that permute the pixels of a grid: quarter turns and mirrors."""
        return tuple(g for g in self.elements if (4 * g.turns) % self.rotations == 0)

    def angle(self, element: Element) -> float:
        """Angle of the turn of `element`, in radians."""
        return 2 * math.pi * element.turns / self.rotations

    def multiply(self, g: Element, h: Element) -> Element:
        """The product gh: first h, then g."""
        turns = g.turns - h.turns if g.flip else g.turns + h.turns
        return Element(g.flip != h.flip, turns % self.rotations)

    def inverse(self, g: Element) -> Element:
        """The element with g⁻¹g = 1; a reflection is its own inverse."""
        return g if g.flip else Element(False, -g.turns % self.rotations)

    def permutation(self, g: Element) -> list[int]:
        """Channels of a regular field under `g`: new channel i is old channel `permutation(g)[i]`.

        The regular representation sends e_h to e_gh, hence (ρ(g)z)_h = z_{g⁻¹h}.
        """
        position = {h: i for i, h in enumerate(self.elements)}
        g_inverse = self.inverse(g)
        return [position[self.multiply(g_inverse, h)] for h in self.elements]

    def act(self, g: Element, images: Tensor) -> Tensor:
        """Move the pixels (the last two axes) by one of the `exact_elements`.

        Raises
        ------
        ConfigError
            If `g` does not map the pixel grid to itself.
        """
        quarter_turns, rest = divmod(4 * g.turns, self.rotations)
        if rest:
            degrees = math.degrees(self.angle(g))
            raise ConfigError(
                f"Only quarter turns permute pixels; this element turns by {degrees:g}°. "
                "Use transforms.rotate for other angles."
            )
        flipped = torch.flip(images, (-1,)) if g.flip else images
        return torch.rot90(flipped, quarter_turns, (-2, -1))


GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        name: Group(name, rotations, reflections)
        for name, rotations, reflections in (
            ("C4", 4, False),
            ("C8", 8, False),
            ("C16", 16, False),
            ("D4", 4, True),
            ("D8", 8, True),
        )
    }
)
"""The groups by name: C for rotations alone, D with reflections."""


def group(name: str) -> Group:
    """Look a group up by its name.

    Raises
    ------
    ConfigError
        If there is no such group.
    """
    if name not in GROUPS:
        raise ConfigError(f"A group is one of {', '.join(GROUPS)}; got {name!r}.")
    return GROUPS[name]

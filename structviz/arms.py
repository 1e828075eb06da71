"""The compared ways to build and train a network: what each is called, and what is built into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["ARMS", "ROTATION_ARMS", "Arm", "arm_words", "is_augmented", "is_equivariant", "is_nonexpansive"]


@dataclass(frozen=True)
class Arm:
    """A way to build and train a network.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    equivariant
        Whether its layers commute with the rotations of a group.
    augmented
        Whether it is trained on rotated data.
    nonexpansive
        Whether its layers move no two inputs apart.
    """

    name: str
    title: str
    equivariant: bool = False
    augmented: bool = False
    nonexpansive: bool = False


_ARMS = (
    Arm("ordinary", "Ordinary"),
    Arm("augmented", "Augmented", augmented=True),
    Arm("equivariant", "Equivariant", equivariant=True),
    Arm("equivariant-augmented", "Equivariant + augmented", equivariant=True, augmented=True),
    Arm("nonexpansive", "Non-expansive", nonexpansive=True),
    Arm("nonexpansive-equivariant", "Non-expansive + equivariant", equivariant=True, nonexpansive=True),
)

ARMS: Mapping[str, Arm] = MappingProxyType({arm.name: arm for arm in _ARMS})
"""The arms that are trained, by name and in their usual order; the symmetrised arm needs no training of its own."""

ROTATION_ARMS = tuple(arm.name for arm in _ARMS if not arm.nonexpansive)
"""Those that differ in what they do about rotations alone."""


def is_equivariant(name: str) -> bool:
    """Whether the layers of this arm commute with the rotations of a group.

    Examples
    --------
    >>> [name for name in ARMS if is_equivariant(name)]
    ['equivariant', 'equivariant-augmented', 'nonexpansive-equivariant']
    """
    return name in ARMS and ARMS[name].equivariant


def is_augmented(name: str) -> bool:
    """Whether this arm is trained on rotated data.

    Examples
    --------
    >>> [name for name in ARMS if is_augmented(name)]
    ['augmented', 'equivariant-augmented']
    """
    return name in ARMS and ARMS[name].augmented


def is_nonexpansive(name: str) -> bool:
    """Whether the layers of this arm move no two inputs apart.

    Examples
    --------
    >>> [name for name in ARMS if is_nonexpansive(name)]
    ['nonexpansive', 'nonexpansive-equivariant']
    """
    return name in ARMS and ARMS[name].nonexpansive


def arm_words(name: str) -> str:
    """The arm within a sentence.

    Examples
    --------
    >>> f"the {arm_words('equivariant-augmented')} network"
    'the equivariant + augmented network'
    """
    return ARMS[name].title.lower() if name in ARMS else name

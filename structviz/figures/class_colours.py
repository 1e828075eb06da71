"""Colours and names of the classes that a picture meets: the class it should have, and those that it is taken for."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

__all__ = ["OTHERS", "TRUTH", "NamedClasses", "named_classes"]

TRUTH = "#44AA99"
"""The class that the untouched picture has."""

OTHERS = ("#CC6677", "#DDAA33", "#6699CC", "#AA4499", "#999933", "#994455", "#997700", "#88CCEE")
"""Other classes that win somewhere; none of these colours is that of an arm."""

_LOSERS = "#808890"
"""Classes that never win, and those that come after all colours are taken."""

_SHOWN = 5


@dataclass(frozen=True)
class NamedClasses:
    """The classes among the five most probable ones of some pictures.

    Attributes
    ----------
    names, colours
        Of each class that occurs.
    truth
        The place of the class that the untouched picture has.
    tops
        For each picture places of its most probable classes, with their probabilities, the most probable one first.
    """

    names: tuple[str, ...]
    colours: tuple[str, ...]
    truth: int
    tops: tuple[tuple[tuple[int, float], ...], ...]


def named_classes(
    probabilities: Float[Tensor, "picture class"], names: Sequence[str], truth: int, shown: int = _SHOWN
) -> NamedClasses:
    """The most probable classes of each picture, with a colour for each class that wins somewhere.

    Parameters
    ----------
    probabilities
        Of all classes, for each picture.
    names
        Of all classes.
    truth
        The class that the untouched picture has.
    shown
        How many classes of each picture.

    Returns
    -------
    NamedClasses
        Names and colours of the classes that occur, and for each picture its `shown` classes with probabilities from 0
        to 1.
    """
    shares, classes = probabilities.topk(min(shown, probabilities.shape[1]), dim=1)
    rows = zip(classes.tolist(), shares.tolist(), strict=True)
    tops = [[(k, share) for k, share in zip(*row, strict=True) if share > 0] for row in rows]
    order = list(dict.fromkeys([truth, *(top[0][0] for top in tops), *(k for top in tops for k, _ in top)]))
    winners = [k for k in dict.fromkeys(top[0][0] for top in tops) if k != truth]
    coloured = {truth: TRUTH, **dict(zip(winners, OTHERS, strict=False))}
    at = {k: place for place, k in enumerate(order)}
    return NamedClasses(
        tuple(names[k] for k in order),
        tuple(coloured.get(k, _LOSERS) for k in order),
        at[truth],
        tuple(tuple((at[k], round(share, 6)) for k, share in top) for top in tops),
    )

"""Random states of a page, made from the declarations of its controls."""

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeVar

from structviz.ui.kit.choice import Choice, Control, Many, Networks, Number, One, Text, Toggle, Upload, Values

__all__ = ["random_choices"]

C = TypeVar("C", bound=Choice)


def random_choices(
    choice_class: type[C], n: int, seed: int, draw: Mapping[str, Callable[[Random], Any]] | None = None
) -> list[C]:
    """Some states that a visitor can reach, the same ones every time; the first one is the default.

    Parameters
    ----------
    choice_class
        Declares the controls.
    n
        How many.
    seed
        Of the draws.
    draw
        Makes values of fields for which any value of the control will not do: texts that follow a rule, uploads and
        networks, which otherwise keep their defaults, or fewer points so that a test stays quick.
    """
    random = Random(seed)
    drawn = [_one(choice_class, random, draw or {}) for _ in range(n - 1)]
    return [choice_class(), *drawn][:n]


def _one(choice_class: type[C], random: Random, draw: Mapping[str, Callable[[Random], Any]]) -> C:
    values: dict[str, Any] = {}
    defaults = choice_class.defaults()
    for name, control in choice_class.controls().items():
        if not control.is_applicable(values) and control.otherwise == "hidden":
            values[name] = control.default(defaults[name], values)
        elif name in draw:
            values[name] = draw[name](random)
        else:
            values[name] = _value(control, defaults[name], values, random)
    return choice_class(**values)


def _value(control: Control, declared: Any, values: Values, random: Random) -> Any:
    match control:
        case One():
            return random.choice([*control.titles(values), *([None] if control.optional else [])])
        case Many():
            return tuple(option for option in control.titles(values) if random.random() < 0.5)
        case Number():
            return _number(control, values, random)
        case Toggle():
            return random.random() < 0.5
        case Text() | Upload() | Networks():
            return control.default(declared, values)
    raise TypeError(f"No random value of {type(control).__name__} is known; add it here.")


def _number(control: Number, values: Values, random: Random) -> float | None:
    """An end in one of five draws, since what breaks often breaks there."""
    low, high = control.limits(values)
    if control.open_title is not None and random.random() < 0.2:
        return None
    if random.random() < 0.2:
        return random.choice((low, high))
    step = control.step or (1 if control.whole else (high - low) / 100)
    value = low + step * random.randrange(math.floor((high - low) / step + 1e-9) + 1)
    return min(int(value), high) if control.whole else min(value, high)

"""What a visitor takes along from the train page: the script that trains the same networks."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from structviz.config import TrainConfig
from structviz.ui.kit.exports import Item

__all__ = ["items", "script"]


def items(configs: Sequence[TrainConfig]) -> list[Item]:
    """The files; none as long as there is nothing to train."""
    return [Item("Script (Python)", lambda: script(configs), "train.py", "text/x-python")] if configs else []


def script(configs: Sequence[TrainConfig]) -> str:
    """Python that trains one network after the other and prints what each reaches."""
    shapes = sorted({type(config.net).__name__ for config in configs if config.net is not None})
    needs = ' Needs structviz with its extra "equivariant".' if any(c.is_equivariant for c in configs) else ""
    lines = [
        f'"""The networks of the train page, trained here.{needs}"""',
        "",
        f"from structviz.config import {', '.join([*shapes, 'TrainConfig'])}",
        "from structviz.training import train",
        "",
        "configs = [",
        *(f"    {_call(config)}," for config in configs),
        "]",
        "for config in configs:",
        "    result = train(config)",
        '    print(f"{config.arm}: {result.sentence} {result.metrics}")',
    ]
    return "\n".join(lines) + "\n"


def _call(settings: Any) -> str:
    """The expression that makes a dataclass of settings again; defaults are left out."""
    values = ((field, getattr(settings, field.name)) for field in dataclasses.fields(settings))
    named = (
        f"{field.name}={_call(value) if dataclasses.is_dataclass(value) else repr(value)}"
        for field, value in values
        if value != field.default
    )
    return f"{type(settings).__name__}({', '.join(named)})"

"""The app with its expensive functions counted; run as `python -m tests.e2e.counted LOG STREAMLIT-ARGUMENTS`.

Each call adds a line to the log: the name of the function and a digest of all that it was asked. The same line
twice means that the same was computed twice. The app itself knows nothing of it.
"""

import dataclasses
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from streamlit.web import cli
from torch import Tensor, nn

import structviz.studies.equivariance_curves
import structviz.studies.features
import structviz.studies.rotation

COUNTED: tuple[tuple[ModuleType, str], ...] = (
    (structviz.studies.rotation, "compare"),
    (structviz.studies.rotation, "film_strip"),
    (structviz.studies.rotation, "film_strip_arm"),
    (structviz.studies.equivariance_curves, "equivariance_curves"),
    (structviz.studies.features, "feature_film"),
)


def digest(value: object) -> str:
    """A short name for a value: the same for equal tensors, networks and settings."""
    return hashlib.sha256("\n".join(_parts(value)).encode()).hexdigest()[:16]


def count(module: ModuleType, name: str, log: Path) -> None:
    """Replace a function by one that writes a line before it works."""
    function: Callable[..., Any] = getattr(module, name)

    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        line = f"{name} {digest((args, kwargs))}\n"
        file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())  # in one piece, whichever thread it comes from
        os.close(file)
        return function(*args, **kwargs)

    setattr(module, name, counted)


def _parts(value: object) -> Iterable[str]:
    if isinstance(value, Tensor):
        yield hashlib.sha256(value.detach().contiguous().numpy().tobytes()).hexdigest()
    elif isinstance(value, nn.Module):
        yield type(value).__name__
        yield from _parts(value.state_dict())
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield str(key)
            yield from _parts(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _parts(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _parts(getattr(value, field.name))
    else:
        yield repr(value)


if __name__ == "__main__":
    for where, function_name in COUNTED:
        count(where, function_name, Path(sys.argv[1]))
    sys.argv = ["streamlit", *sys.argv[2:]]
    cli.main()

"""The planted defects, a file for each part of the project."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from tests.mutation.defect import Defect

__all__ = ["PLANTED"]


def _all() -> Mapping[str, Defect]:
    found: dict[str, Defect] = {}
    for module in pkgutil.iter_modules(__path__):
        for defect in importlib.import_module(f"{__name__}.{module.name}").DEFECTS:
            name = f"{module.name}/{defect.name}"
            if name in found:
                raise ValueError(f"Two planted defects are called {name}: rename one of them.")
            found[name] = defect
    return MappingProxyType(found)


PLANTED = _all()
"""All defects; the name of each begins with that of its file: "ode/rk4-weights"."""

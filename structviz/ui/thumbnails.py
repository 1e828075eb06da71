"""Draw the small pictures on the buttons of presets: `python -m structviz.ui.thumbnails`, or those of some pages."""

import logging
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from structviz.ui.kit.thumbnails import Draw, draw_presets

__all__ = ["PAGES", "main"]


def _rotation() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.rotation.presets import PRESETS
    from structviz.ui.pages.rotation.thumbnail import thumbnail

    return PRESETS, thumbnail


def _ct() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.ct.presets import PRESETS
    from structviz.ui.pages.ct.thumbnail import thumbnail

    return PRESETS, thumbnail


def _flow() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.flow.presets import PRESETS
    from structviz.ui.pages.flow.thumbnail import thumbnail

    return PRESETS, thumbnail


def _notation() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.figures.bent_plane import bent_plane
    from structviz.ui.pages.notation.choice import PRESETS

    return PRESETS, lambda choice: bent_plane(choice.net, *choice.points)


def _stability() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.stability.presets import PRESETS
    from structviz.ui.pages.stability.thumbnail import thumbnail

    return PRESETS, thumbnail


def _invertibility() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.invertibility.presets import PRESETS
    from structviz.ui.pages.invertibility.thumbnail import thumbnail

    return PRESETS, thumbnail


def _control() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.optimal_control.presets import PRESETS
    from structviz.ui.pages.optimal_control.thumbnail import thumbnail

    return PRESETS, thumbnail


def _manifolds() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.manifolds.presets import PRESETS
    from structviz.ui.pages.manifolds.thumbnail import thumbnail

    return PRESETS, thumbnail


def _robustness() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.robustness.presets import PRESETS
    from structviz.ui.pages.robustness.thumbnail import thumbnail

    return PRESETS, thumbnail


def _train() -> tuple[Mapping[str, Any], Draw[Any]]:
    from structviz.ui.pages.train.presets import PRESETS
    from structviz.ui.pages.train.thumbnail import thumbnail

    return PRESETS, thumbnail


PAGES: Mapping[str, Callable[[], tuple[Mapping[str, Any], Draw[Any]]]] = MappingProxyType(
    {
        "rot": _rotation,
        "ct": _ct,
        "flow": _flow,
        "notation": _notation,
        "stability": _stability,
        "inv": _invertibility,
        "control": _control,
        "manifolds": _manifolds,
        "robust": _robustness,
        "train": _train,
    }
)
"""For the prefix of each page that has presets: their choices, and what draws one."""


def main(names: list[str]) -> int:
    """Draw the pictures of these pages, or of all; return the exit status."""
    if unknown := [name for name in names if name not in PAGES]:
        print(f"A page with presets is one of {', '.join(PAGES)}; got {', '.join(unknown)}.", file=sys.stderr)
        return 2
    # Outside of the app, Streamlit says of every cache that nobody watches.
    logging.disable(logging.WARNING)
    for name in names or PAGES:
        presets, draw = PAGES[name]()
        for file in draw_presets(name, presets, draw):
            print(file.relative_to(file.parents[2]), f"{file.stat().st_size / 1000:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the HTML of a page says in advance, so that the page is painted sooner and does not jump.

A browser learns from the page's script which kinds of elements there are, and only then loads their modules; the style
sheet comes with the elements. Both stand in the HTML as well.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import streamlit

from structviz.ui.kit.screen import STYLE

__all__ = ["ELEMENTS", "early_head", "modules_of"]

ELEMENTS = ("BidiComponent", "Html", "PageLink", "ImageList", "Button", "ButtonGroup", "Metric", "Selectbox", "Slider")
"""Streamlit's modules for the elements of first screens, by the first part of their files' names."""

_SCRIPTS = Path(streamlit.__file__).with_name("static") / "static" / "js"
_IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


@lru_cache(maxsize=1)
def early_head(shell: str) -> str:
    """Lines for the head of every page: the style sheet of the first screen, and modules to load at once.

    Parameters
    ----------
    shell
        The HTML that they are for; modules that it names already are left out.
    """
    names = [name for name in modules_of(ELEMENTS, _SCRIPTS) if name not in shell]
    links = [f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names]
    return "\n    ".join([f"<style>{STYLE.read_text(encoding='utf-8')}</style>", *links])


def modules_of(elements: Iterable[str], folder: Path) -> list[str]:
    """Names of the files that elements need, those that they import included, each once.

    Parameters
    ----------
    elements
        First parts of names: "Html" stands for the file `Html.<digest>.js`. Those that are not there are left out,
        since another version of Streamlit may call them otherwise.
    folder
        Where the files are.
    """
    waiting = [file for element in elements for file in folder.glob(f"{element}.*.js")]
    found: list[str] = []
    while waiting:
        module = waiting.pop()
        if module.name not in found and module.is_file():
            found.append(module.name)
            waiting += [folder / name for name in _IMPORTED.findall(module.read_text(encoding="utf-8"))]
    return found

"""The sketch: a sheet on which a visitor draws a digit.

The browser holds what is drawn; the server hears of it when a stroke is over.
"""

from collections.abc import Callable

import torch

from structviz.data import DIGIT_SIDE
from structviz.types import Image
from structviz.ui.browser.component import BrowserComponent

__all__ = ["read_sketch", "sketch"]

_SKETCH = BrowserComponent("sketch", reports=("sketch",))


def sketch(*, key: str, on_change: Callable[[], None]) -> None:
    """Let the visitor draw on 28×28 grey pixels.

    Parameters
    ----------
    key
        Of the component; read what the visitor has drawn with `read_sketch`.
    on_change
        Called a moment after a stroke is over.
    """
    _SKETCH.show({}, key=key, on_sketch=on_change)


def read_sketch(key: str) -> Image | None:
    """What the visitor has drawn, as (1, 1, 28, 28) in [0, 1]; None without ink, or if the report makes no sense."""
    text = _SKETCH.report(key, "sketch").get("pixels")
    if not isinstance(text, str) or len(text) != 2 * DIGIT_SIDE**2 or not text.isascii():
        return None
    try:
        pixels = bytes.fromhex(text)
    except ValueError:
        return None
    if len(pixels) != DIGIT_SIDE**2 or not any(pixels):
        return None
    return torch.tensor(list(pixels), dtype=torch.float32).div(255).reshape(1, 1, DIGIT_SIDE, DIGIT_SIDE)

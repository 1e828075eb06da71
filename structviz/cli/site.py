"""The command that writes a static gallery."""

import argparse
import logging
from typing import Any

from structviz.cli.progress import say

__all__ = ["site"]


def site(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Write a gallery for any web server or a USB stick.

    Parameters
    ----------
    options
        The folder, and the chapters' pages.

    Returns
    -------
    tuple[int, dict[str, Any], str]
        Exit status 0, and the result as values and as text.

    Raises
    ------
    ConfigError
        If the folder is not empty or cannot be written to, if there is no such page, or if the gallery is too large.
    """
    # Outside of the app, Streamlit says of every cache that nobody watches.
    logging.disable(logging.WARNING)
    try:
        from structviz.ui.gallery import write_gallery

        n_bytes = write_gallery(options.out, options.pages, say)
    finally:
        logging.disable(logging.NOTSET)
    first = options.out / "index.html"
    return 0, {"index": str(first), "bytes": n_bytes}, f"{first} ({n_bytes / 1e6:.1f} MB)"

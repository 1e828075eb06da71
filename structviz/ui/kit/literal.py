"""Text from outside, shown as text: what a stranger wrote must not become a link, a picture or a heading."""

import re

__all__ = ["as_code", "literal", "without_folders"]

_CODE = re.compile(r"(`[^`]+`)")

_MARKS = re.compile(r"([\\\[\]<>*$~`]|(?<!\w)_|_(?!\w)|^[#+-])")
"""What Markdown, or Streamlit's additions to it, gives a meaning within a line."""

_QUOTED_FOLDERS = re.compile(r"""(?<=["'])(?:/[^/"'\n]+)*/(?=[^/"'\n])|(?<=["'])[A-Za-z]:\\(?:[^\\"'\n]+\\)*""")
_FOLDERS = re.compile(r"(?<![\w:/.<])/(?:[\w.@+~-]+/)+|\b[A-Za-z]:\\(?:[^\\\s\"']+\\)*")
"""Folders from the root on, in quotation marks, where their names may have spaces, and without."""

_SHORTHAND = re.compile(
    r"(?=://)|(?<=www)(?=\.)|(?=@)|(?<=:)(?=[a-z+-][\w+/-]*:)",
    re.IGNORECASE,
)
"""Where an address, or the name of an icon between colons, begins to look like one.

Escapes do not keep these from being read so; a word joiner, which nobody sees, does.
"""


def literal(text: str) -> str:
    r"""Markdown that shows a sentence as it stands, in one line; code between backticks remains code.

    Examples
    --------
    >>> from structviz.ui.kit.literal import literal
    >>> literal("A *bold*\n\n[link](there), run `pip install a_b`.")
    'A \\*bold\\* \\[link\\](there), run `pip install a_b`.'
    """
    parts = _CODE.split(_one_line(text))
    return "".join(
        part if index % 2 else _MARKS.sub(r"\\\1", _SHORTHAND.sub("\u2060", part)) for index, part in enumerate(parts)
    )


def without_folders(text: str) -> str:
    """A sentence in which the files of the server have their names only, and not the folders in which they lie.

    Examples
    --------
    >>> from structviz.ui.kit.literal import without_folders
    >>> without_folders("No space left: '/home/ada l/runs/x.json', see https://example.org/a/b and 1/2.")
    "No space left: 'x.json', see https://example.org/a/b and 1/2."
    """
    return _FOLDERS.sub("", _QUOTED_FOLDERS.sub("", text))


def as_code(text: str, most: int = 60) -> str:
    """Markdown that shows a stranger's text as code, in one line and at most ``most`` characters; a cut is marked.

    Examples
    --------
    >>> from structviz.ui.kit.literal import as_code
    >>> as_code("a`b` c")
    "`a'b' c`"
    """
    shown = _one_line(text).replace("`", "'")
    return f"`{shown if len(shown) <= most else f'{shown[: most - 1]}…'}`" if shown else "` `"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())

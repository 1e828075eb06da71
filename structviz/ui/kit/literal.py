"""Text from outside, shown as text: what a stranger wrote must not become a link, a picture or a heading."""

import re

__all__ = ["as_code", "literal"]

_CODE = re.compile(r"(`[^`]+`)")

_MARKS = re.compile(r"([\\\[\]<>*$~`]|(?<!\w)_|_(?!\w)|^[#+-])")
"""What Markdown, or Streamlit's additions to it, gives a meaning within a line."""

_LINKS = re.compile(r"(?<=://)|(?<=www)(?=\.)|(?<=WWW)(?=\.)|(?=@)", re.IGNORECASE)
"""Where an address begins to look like one; a word joiner there keeps it text, since escapes do not."""


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
        part if index % 2 else _MARKS.sub(r"\\\1", _LINKS.sub("\u2060", part)) for index, part in enumerate(parts)
    )


def as_code(text: str, most: int = 60) -> str:
    """Markdown that shows a stranger's text as code, in one line and cut to ``most`` characters.

    Examples
    --------
    >>> from structviz.ui.kit.literal import as_code
    >>> as_code("a`b` c")
    "`a'b' c`"
    """
    return f"`{_one_line(text).replace('`', chr(39))[:most] or ' '}`"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())

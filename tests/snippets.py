"""Python examples of a Markdown page, as programs of their own.

`python -m tests.snippets PAGE FOLDER` writes them to files, for whoever runs them elsewhere.
"""

import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Snippet", "snippets"]

_BLOCK = re.compile(r"^(?P<indent> *)```python(?: title=\"(?P<title>[^\"]+)\")?\n(?P<code>.*?)^ *```$", re.M | re.S)


@dataclass(frozen=True)
class Snippet:
    """One example.

    Attributes
    ----------
    line
        Where it begins in its page.
    code
        The example.
    title
        The file of the project that it shows; None if it is a program.
    """

    line: int
    code: str
    title: str | None


def snippets(page: Path) -> list[Snippet]:
    """The Python examples of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(text.count("\n", 0, found.start()) + 2, textwrap.dedent(found["code"]), found["title"])
        for found in _BLOCK.finditer(text)
    ]


if __name__ == "__main__":
    page, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for snippet in snippets(page):
        (folder / f"line_{snippet.line:03d}.py").write_text(snippet.code, encoding="utf-8")

"""Examples of a Markdown page: programs in Python, and files of the project in any language.

`python -m tests.snippets PAGE FOLDER` writes the programs to files, for whoever runs them elsewhere.
`python -m tests.snippets PAGE` brings the files that a page shows up to date.
"""

import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Snippet", "refresh", "snippets"]

_BLOCK = re.compile(
    r"^(?P<fence>(?P<indent> *)```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n)(?P<code>.*?)^ *```$",
    re.M | re.S,
)


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
    """The Python examples of a page and the files that it shows, in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(text.count("\n", 0, found.start()) + 2, textwrap.dedent(found["code"]), found["title"])
        for found in _BLOCK.finditer(text)
        if found["title"] or found["language"] == "python"
    ]


def refresh(page: Path, root: Path) -> None:
    """Replace each file that a page shows by what the file holds now."""

    def current(found: re.Match[str]) -> str:
        if not found["title"] or not (root / found["title"]).exists():
            return found[0]
        code = textwrap.indent((root / found["title"]).read_text(encoding="utf-8"), found["indent"])
        return f"{found['fence']}{code}{found['indent']}```"

    page.write_text(_BLOCK.sub(current, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    page = Path(sys.argv[1])
    if len(sys.argv) == 2:
        refresh(page, Path(__file__).parents[1])
        sys.exit()
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for snippet in snippets(page):
        if snippet.title is not None and not snippet.title.endswith(".py"):
            continue
        (folder / f"line_{snippet.line:03d}.py").write_text(snippet.code, encoding="utf-8")

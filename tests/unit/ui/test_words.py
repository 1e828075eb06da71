"""Words that visitors did not understand stay away from what they read."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = sorted(
    path
    for folder in ("structviz", "pages")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".js", ".html"}
)
ODD = (
    "Not ahead of what learns nothing",
    "says where down is",
    "no sum contains",
    "in parts of that in training",
    "own switches cannot be used",
    "own handles cannot be used",
    "The lecture's means behind",
    "of new points apart",
    "on the right side",
    "as the recipe has it",
    "stands in its place",
)


def texts(source: str) -> list[str]:
    """The strings of a module as a visitor gets them, put together again where they are written in pieces."""
    tree = ast.parse(source)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            found.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values))
    return found


def odd_words(source: str, is_python: bool) -> list[str]:
    everything = "\n".join(texts(source)) if is_python else source
    return [words for words in ODD if words.lower() in everything.lower()]


def test_no_visitor_reads_odd_words() -> None:
    found = {path: odd_words(path.read_text(encoding="utf-8"), path.suffix == ".py") for path in SOURCES}
    assert {str(path): words for path, words in found.items() if words} == {}
    assert len(SOURCES) > 100


def test_odd_words_are_found_wherever_they_are_written() -> None:
    assert odd_words('x = f"{n} points end on the "\\\n    "right side"', is_python=True) == ["on the right side"]
    assert odd_words('"""All points on the right side."""', is_python=True) == []
    assert odd_words("<p>On the right side</p>", is_python=False) == ["on the right side"]

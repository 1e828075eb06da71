"""The examples of the README and of the documentation run, and the files that they show are those of the project."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from structviz.folders import APP
from tests.snippets import Snippet, snippets

ROOT = APP.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SNIPPETS = [
    pytest.param(snippet, id=f"{page.relative_to(ROOT)}:{snippet.line}") for page in PAGES for snippet in snippets(page)
]


def imports_of(code: str) -> str:
    """The import statements at the top level of a program."""
    return "\n".join(ast.unparse(one) for one in ast.parse(code).body if isinstance(one, ast.Import | ast.ImportFrom))


def what_to_run(snippet: Snippet) -> str:
    """A program, and a new module of the package, as they stand; of a new page or test its imports."""
    alone = snippet.title is None or snippet.title.startswith("structviz/")
    return snippet.code if alone else imports_of(snippet.code)


def test_there_are_examples() -> None:
    assert len(SNIPPETS) > 6


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_an_example_runs(snippet: Snippet, tmp_path: Path) -> None:
    if snippet.title is not None and (shown := ROOT / snippet.title).exists():
        assert shown.read_text(encoding="utf-8") == snippet.code
        return
    program = tmp_path / "example.py"
    program.write_text(what_to_run(snippet), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", program], capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stderr

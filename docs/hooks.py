"""Pages of the site that are made while it is built: the API reference, the executed gallery, lists of the menu."""

import contextlib
import importlib
import io
import os
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

API = (
    "data",
    "transforms",
    "metrics",
    "checks",
    "nets",
    "ode",
    "tomography",
    "attacks",
    "zoo",
    "studies",
    "training",
    "jobs",
    "provenance",
)
"""Packages of the reference, in the order in which a reader meets them."""

GALLERY = (
    "rotation",
    "flow",
    "optimal_control",
    "ct",
    "stability",
    "invertibility",
    "manifolds",
    "robustness",
    "training",
)
"""Scripts in `docs/gallery/`, in the order of the lecture."""

ROOT = Path(__file__).parents[1]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Replace `folder/*` in the menu by the pages of that folder."""
    sys.path.insert(0, str(ROOT))  # the package of this checkout, whatever is installed
    listed = {
        "api/*": [f"api/{name}.md" for name in API],
        "decisions/*": sorted(f"decisions/{path.name}" for path in (ROOT / "docs" / "decisions").glob("*.md")),
        "gallery/*": [f"gallery/{name}.md" for name in GALLERY],
    }
    entries: list[dict[str, Any]] = config.nav or []
    config.nav = [
        {title: listed.get(there, there) if isinstance(there, str) else there for title, there in entry.items()}
        for entry in entries
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file holds, and the pictures on them."""
    for name in API:
        files.append(File.generated(config, f"api/{name}.md", content=_reference(name)))
    for name in GALLERY:
        for path, content in _executed(name).items():
            files.append(File.generated(config, f"gallery/{path}", content=content))
    security = (ROOT / "SECURITY.md").read_text(encoding="utf-8").replace("](docs/", "](")
    files.append(File.generated(config, "security.md", content=security))
    icon = ROOT / "structviz" / "ui" / "icon.svg"
    files.append(File.generated(config, "images/icon.svg", content=icon.read_bytes()))
    return files


def _reference(name: str) -> str:
    """The page of a package: what it lists as public, or what its modules do if it lists nothing."""
    package = importlib.import_module(f"structviz.{name}")
    parts = [package.__name__]
    if not getattr(package, "__all__", ()):
        parts += [module.name for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    blocks = []
    for part in parts:
        title = f"# `{part}`" if part == package.__name__ else f"## `{part}`"
        blocks.append(f"{title}\n\n::: {part}\n    options:\n      heading_level: {3 if len(parts) > 1 else 2}\n")
    return "\n".join(blocks)


def _executed(name: str) -> dict[str, str | bytes]:
    """The page of a script with what it prints, and the pictures that it writes.

    A script begins with a docstring; each `# %%` begins a cell, in which comments come first and are text.
    """
    script = ROOT / "docs" / "gallery" / f"{name}.py"
    intro, *cells = re.split(r"^# %%\n", script.read_text(encoding="utf-8"), flags=re.M)
    title, _, text = intro.strip().strip('"').partition("\n")
    page = [
        f"# {title.rstrip('.')}",
        text.strip(),
        f"The script is `docs/gallery/{name}.py`. This page was made by running it.",
    ]
    made: dict[str, str | bytes] = {}
    with _elsewhere() as folder:
        variables: dict[str, Any] = {"__name__": "__main__", "__file__": str(script)}
        for cell in cells:
            comment, code = re.fullmatch(r"((?:#[^\n]*\n)*)(.*)", cell, re.S).groups()  # pyright: ignore
            page.append(re.sub(r"^# ?", "", comment, flags=re.M))
            before = set(folder.iterdir())
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(compile(code, script, "exec"), variables)
            page.append(f"```python\n{code.strip()}\n```")
            if printed.getvalue():
                page.append(f"```text\n{printed.getvalue().rstrip()}\n```")
            for picture in sorted(set(folder.iterdir()) - before):
                if picture.suffix in (".png", ".svg", ".webp"):
                    page.append(f"![{picture.stem.replace('_', ' ')}]({name}/{picture.name}){{ .picture }}")
                    made[f"{name}/{picture.name}"] = picture.read_bytes()
    return {f"{name}.md": "\n\n".join(page) + "\n", **made}


@contextlib.contextmanager
def _elsewhere() -> Iterator[Path]:
    """An empty folder to work in, where runs are kept too."""
    before = os.environ.get("STRUCTVIZ_RUNS")
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        os.environ["STRUCTVIZ_RUNS"] = str(Path(name) / "runs")
        try:
            yield Path(name)
        finally:
            del os.environ["STRUCTVIZ_RUNS"]
            if before is not None:
                os.environ["STRUCTVIZ_RUNS"] = before

"""The house rules that a reader relies on: who imports whom, what loads when, what is public."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import structviz
from structviz import errors

ROOT = Path(structviz.__file__).parent
MODULES = sorted(m.name for m in pkgutil.walk_packages([str(ROOT)], "structviz.") if m.name != "structviz.__main__")

# Each layer may import those below it, and modules beside it within the same entry.
LAYERS = (
    ("cli", "ui"),
    ("figures", "jobs"),
    ("training",),
    ("studies",),
    ("zoo", "checks", "attacks", "metrics", "data", "nets", "tomography"),
    ("ode", "transforms"),
    ("decoding",),
    (
        "config",
        "arms",
        "types",
        "errors",
        "files",
        "folders",
        "parsing",
        "freed_memory",
        "displayed",
        "provenance",
        "seeding",
        "shapes",
        "stopping",
        "zipped",
    ),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}

# Within a layer, who may use whom. The command line writes a gallery of the pages, an audit asks networks what they
# promise, and phantoms have sinograms.
BESIDE = {
    ("cli", "ui"),
    ("zoo", "nets"),
    ("checks", "nets"),
    ("config", "errors"),
    ("config", "arms"),
    ("config", "shapes"),
    ("shapes", "errors"),
    ("parsing", "errors"),
    ("displayed", "errors"),
    ("provenance", "errors"),
    ("tomography", "data"),
    ("nets", "tomography"),
}


def imports(path: Path) -> Iterator[str]:
    """Dotted names of all modules that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def part(path: Path) -> str:
    """The top-level part of the package that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_imports_run_one_way() -> None:
    upwards = []
    for path in sources():
        here = part(path)
        for name in imports(path) if here not in ("__init__", "__main__") else ():
            package, _, rest = name.partition(".")
            there = rest.partition(".")[0]
            if package == "structviz" and there not in ("", here, "__version__"):
                assert there in LEVEL, f"{there} has no layer"
                if not (LEVEL[there] > LEVEL[here] or (here, there) in BESIDE):
                    upwards.append(f"{path.relative_to(ROOT)} imports {name}")
    assert upwards == []


def test_only_the_ui_imports_streamlit_and_only_one_file_escnn() -> None:
    for path in sources():
        roots = {name.partition(".")[0] for name in imports(path)}
        assert "streamlit" not in roots or part(path) == "ui", path
        assert "escnn" not in roots or path.relative_to(ROOT).as_posix() == "nets/steerable.py", path


def test_every_picture_says_what_it_shows() -> None:
    pictures = [
        (path, node)
        for path in [*sources(), *(ROOT.parent / "pages").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "image"
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "st"
    ]
    assert pictures, "st.image is where pictures are looked for"
    silent = [f"{path}:{node.lineno}" for path, node in pictures if "alt" not in {key.arg for key in node.keywords}]
    assert silent == []


def test_what_widgets_call_is_guarded() -> None:
    """Streamlit calls it before the page's script: an error in it would leave no page."""
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT.parent / "pages").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st."):
                for keyword in node.keywords:
                    if keyword.arg in ("on_click", "on_change"):
                        handler = ast.unparse(keyword.value)
                        assert handler.startswith("callback(") or handler in ("'ignore'", "'rerun'"), (
                            f"{path}: {handler}"
                        )


def test_the_layers_have_no_strangers() -> None:
    parts = {part(path) for path in sources()} - {"__init__", "__main__"}
    assert parts <= set(LEVEL)


# Streamlit itself brings Plotly.
HEAVY = {"escnn", "dask", "distributed", "skimage", "scipy", "pandas", "pydicom", "matplotlib"}


def loaded_by(statement: str) -> set[str]:
    """Top-level modules in a fresh interpreter after `statement`."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import structviz", {"torch", "numpy", "escnn", "dask", "streamlit", "skimage"}),
        (
            "import structviz.training, structviz.zoo, structviz.studies.rotation, structviz.data",
            {"escnn", "dask", "distributed", "streamlit", "skimage", "plotly"},
        ),
        (
            "import structviz.figures, structviz.ui.pages.rotation.sections, structviz.ui.router",
            {"escnn", "dask", "skimage"},
        ),
        ("import structviz.ui.browser.standalone", {*HEAVY, "streamlit", "plotly"}),
        *(
            (f"import {', '.join(name for name in MODULES if name.startswith(package))}", HEAVY)
            for package in ("structviz.ui.pages.flow", "structviz.ui.pages.train")
        ),
    ],
)
def test_nothing_heavy_loads_before_it_is_needed(statement: str, unwanted: set[str]) -> None:
    assert loaded_by(statement) & unwanted == set()


def test_the_check_of_loaded_modules_sees_escnn() -> None:
    assert "escnn" in loaded_by("import structviz.nets.equivariant")


def test_public_names_are_honest() -> None:
    for name in MODULES:
        module = importlib.import_module(name)
        defined = {n for n in _defined_in(module.__file__) if not n.startswith("_")}
        public = getattr(module, "__all__", None)
        if public is None:
            assert defined == set(), f"{name} defines public names but has no __all__"
            continue
        assert len(set(public)) == len(public), name
        assert [n for n in public if not hasattr(module, n)] == [], name
        assert defined - set(public) - _constants(module) == set(), f"{name} defines public names that __all__ lacks"


def test_public_functions_with_three_or_more_arguments_say_what_they_take_give_and_raise() -> None:
    silent = []
    for path in sources():
        silent += [f"{path.relative_to(ROOT)}: {lack}" for lack in undescribed(path.read_text(encoding="utf-8"))]
    assert silent == []


@pytest.mark.parametrize(
    ("head", "body", "lacks"),
    [
        ("def f(a, b): ...", "", []),
        ("def f(a, b, c) -> None: ...", "", ["f: Parameters"]),
        ("def f(a, b, c) -> str: ...", "Parameters\n----------", ["f: Returns"]),
        ("def f(a, b, c) -> Float[Tensor, 'point dim']: ...", "Parameters\n----------", ["f: Returns"]),
        ("def f(a, b, c) -> Iterator[int]: ...", "Parameters\n----------\nYields\n------", []),
        ("def f(a, b, c) -> dict[str, int]: ...", "Parameters\n----------", ["f: Returns"]),
        ("def f(a, b, c) -> tuple[Tensor, Tensor]: ...", "Parameters\n----------\nReturns\n-------", []),
        ("def f(a, b, c) -> None:\n    raise ConfigError('no')", "Parameters\n----------", ["f: Raises ConfigError"]),
        (
            "def f(a, b, c) -> None:\n    raise ConfigError('no')",
            "Parameters\n----------\nRaises\n------\nConfigError",
            [],
        ),
        ("def f(a, b, c) -> None:\n    raise StopIteration", "Parameters\n----------", []),
    ],
)
def test_what_a_docstring_lacks_is_seen(head: str, body: str, lacks: list[str]) -> None:
    first, _, rest = head.replace(": ...", ":\n    ...").partition("\n")
    docstring = f'    """What it does.\n\n{body}\n"""' if body else "    ''"
    assert undescribed(f"{first}\n{docstring}\n{rest}") == lacks


FAMILY = {name for name in vars(errors) if name.endswith("Error")}


def undescribed(source: str) -> list[str]:
    """What docstrings of a file lack, of its public functions with three or more arguments.

    Parameters all of them need; Returns or Yields those that give something back; Raises those that raise an error of
    the project themselves. What they call may raise more.
    """
    lacks = []
    for function in _public_functions(ast.parse(source)):
        arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
        if len([argument for argument in arguments if argument.arg not in ("self", "cls")]) < 3:
            continue
        docstring = ast.get_docstring(function) or ""
        returned = ast.unparse(function.returns) if function.returns else ""
        if "Parameters\n---" not in docstring:
            lacks.append(f"{function.name}: Parameters")
        silent = not any(f"{section}\n---" in docstring for section in ("Returns", "Yields"))
        if returned not in ("", "None", "NoReturn") and silent:
            lacks.append(f"{function.name}: Returns")
        said = docstring.partition("Raises\n---")[2]
        lacks += [f"{function.name}: Raises {name}" for name in sorted(_raised_in(function)) if name not in said]
    return lacks


def _raised_in(function: ast.FunctionDef) -> set[str]:
    raised = [node.exc for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc]
    names = {ast.unparse(error.func if isinstance(error, ast.Call) else error) for error in raised}
    return names & FAMILY


def _public_functions(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """Functions and methods whose names, and those of their classes, have no leading underscore."""
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_"):
            yield from _public_functions(child) if isinstance(child, ast.ClassDef) else [child]


def _defined_in(file: str | None) -> set[str]:
    """Functions and classes that a file defines at its top level."""
    assert file is not None
    body = ast.parse(Path(file).read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _constants(module: object) -> set[str]:
    return {name for name in vars(module) if name.isupper()}


def test_page_scripts_stay_thin() -> None:
    for page in (ROOT.parent / "pages").glob("*.py"):
        assert len(page.read_text(encoding="utf-8").splitlines()) < 150, f"{page.name} is no longer thin"
    assert len((ROOT.parent / "app.py").read_text(encoding="utf-8").splitlines()) < 60


def test_page_scripts_start_over_if_the_router_did_not_open_them() -> None:
    for page in (ROOT.parent / "pages").glob("*.py"):
        calls = re.findall(r"^(?:form = )?(open_page|require_router|Form|st\.\w+)\(", page.read_text("utf-8"), re.M)
        assert calls[0] in {"open_page", "require_router"}, f"{page.name} fails the first visitor of a fresh server"


def test_no_link_is_tracked() -> None:
    """A tracked link to a folder that is ignored replaces that folder in each checkout that takes it."""
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT.parent, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no checkout of git")
    links = [line.split("\t")[1] for line in listed.stdout.splitlines() if line.startswith("120000")]
    assert not links, f"Links that are tracked: {links}. Take them out with git rm --cached."

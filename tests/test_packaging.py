"""What the project file declares: everything that the package imports, and ranges that the pinned versions fit."""

import ast
import importlib.metadata
import inspect
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import structviz
from structviz.folders import APP, CHECKOUT, PRETRAINED

ROOT = Path(structviz.__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {(one := Requirement(text)).name: one for text in PROJECT["dependencies"]}
EXTRAS = {
    name: {(one := Requirement(text)).name: one for text in texts}
    for name, texts in PROJECT["optional-dependencies"].items()
}

# distributed and dask are released together, and the first requires that version of the second. Routes are written with
# the starlette on which Streamlit's server runs, whichever that is, under the uvicorn that it brings.
BROUGHT = {"dask": "distributed", "starlette": "streamlit", "uvicorn": "streamlit"}

# What the package does not import itself: it is declared to keep the range in which a dependency works.
HELD_FOR = {"scipy": "escnn"}

KEYS = {"cryptography"}
"""What Dask imports to make keys, without asking for it in its metadata."""


def pins(file: str) -> dict[str, str]:
    """Versions by name that a requirements file asks for."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    pinned = (Requirement(line) for line in lines if line and line[0].isalpha())
    return {one.name: str(one.specifier).removeprefix("==") for one in pinned}


def third_party_imports() -> set[str]:
    """Top-level modules that the package, the app and its pages import, other than Python's own."""
    found = set()
    for path in (*(ROOT / "structviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"structviz"}


def test_the_requirements_pin_what_the_project_declares() -> None:
    assert set(pins("requirements.txt")) == set(DECLARED) | set(EXTRAS["equivariant"])
    declared = DECLARED | EXTRAS["equivariant"] | EXTRAS["dicom"]
    pinned = pins("requirements.txt") | pins("requirements-dev.txt")
    unfit = {name: pinned[name] for name, range_ in declared.items() if pinned[name] not in range_.specifier}
    assert unfit == {}


def test_every_import_is_declared() -> None:
    distributions = importlib.metadata.packages_distributions()
    names = {
        BROUGHT.get(name, name)
        for module in third_party_imports()
        for name in distributions[module]
        if name not in ("py3nj", "lie_learn")
    }
    assert not names & (set(HELD_FOR) | KEYS)
    assert names | set(HELD_FOR) | KEYS == set(DECLARED) | set(EXTRAS["equivariant"]) | set(EXTRAS["dicom"])


def test_what_is_held_for_a_dependency_is_required_by_it() -> None:
    for name, dependency in HELD_FOR.items():
        assert name in {Requirement(text).name for text in importlib.metadata.requires(dependency) or ()}


def test_dask_makes_keys_with_what_is_declared_for_it() -> None:
    from distributed.security import Security

    assert all(f"from {name} import" in inspect.getsource(Security.temporary) for name in KEYS)


def test_this_is_a_checkout() -> None:
    assert ROOT == CHECKOUT
    assert (PRETRAINED, APP) == (ROOT / "pretrained", ROOT / "app.py")


@pytest.mark.parametrize("name", ["structviz/py.typed", "CITATION.cff", "LICENSE"])
def test_the_files_that_tools_look_for_are_there(name: str) -> None:
    assert (ROOT / name).is_file()

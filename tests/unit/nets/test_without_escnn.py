"""escnn is an extra: shipped networks need none, and training says what is missing."""

import subprocess
import sys

import pytest

from structviz.folders import APP

BLOCKED = "import sys; sys.modules['escnn'] = None\n"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BLOCKED + code], capture_output=True, text=True, cwd=APP.parent)


@pytest.mark.parametrize("name", ["stripes/equivariant", "images/equivariant-d4-small", "ct/equivariant-small"])
def test_shipped_networks_load_without_escnn(name: str) -> None:
    done = run(f"from structviz import zoo; zoo.load({name!r})")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("recipe", ["stripes", "ct"])
def test_training_without_escnn_ends_with_a_sentence(recipe: str) -> None:
    arguments = ["train", "--recipe", recipe, "--arm", "equivariant", "--steps", "1", "--device", "cpu"]
    done = run(f"from structviz.cli import main; sys.exit(main({arguments}))")
    assert done.returncode == 1
    assert "needs the package escnn" in done.stdout
    assert "Traceback" not in done.stderr

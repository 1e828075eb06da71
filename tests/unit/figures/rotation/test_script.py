import contextlib
import io
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image as PillowImage

from structviz import data, zoo
from structviz.errors import ConfigError
from structviz.figures import comparison_sheet
from structviz.figures.rotation.script import script, source_call
from structviz.nets import Symmetrised
from structviz.nets.classical import ClassicalDenoiser
from structviz.studies.rotation import compare
from structviz.types import Image

NETWORKS = {"ordinary": "stripes/ordinary", "equivariant": "stripes/equivariant", "symmetrised": "stripes/ordinary"}


def execute(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a script prints, run in a folder of its own."""
    monkeypatch.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, "script.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


@pytest.mark.parametrize("differences", [False, True])
def test_the_script_gives_the_numbers_and_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, differences: bool
) -> None:
    text = script(NETWORKS, source_call("stripes"), 45, "speckle", 0.2, 7, differences, "stripes", differences)
    printed = execute(text, tmp_path, monkeypatch)
    nets = {arm: zoo.load(name) for arm, name in NETWORKS.items()}
    nets["symmetrised"] = Symmetrised(nets["symmetrised"], "C4")
    expected = compare(nets, data.stripes(1), math.radians(45), "speckle", 0.2, 7, noise_turns=differences)
    assert printed == expected.to_csv()
    assert (tmp_path / "rotation.png").read_bytes() == comparison_sheet(expected, "stripes", differences)


def test_the_script_is_short() -> None:
    text = script({"ordinary": "stripes/ordinary"}, source_call("ellipses"))
    lines = [line for line in text.splitlines() if line and not line.startswith(("import", "from", '"""'))]
    assert len(lines) <= 9
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("stripes", lambda: data.stripes(1)),
        ("shepp-logan", lambda: data.shepp_logan(40)),
        ("ellipses", lambda: data.ellipses(1, 40, torch.Generator().manual_seed(3))),
        *((name, lambda name=name: data.image(name, 40)) for name in data.IMAGES),
    ],
)
def test_every_source_is_drawn_by_its_expression(source: str, expected: Callable[[], Image]) -> None:
    drawn: Image = eval(source_call(source, 40, 3), {"data": data, "torch": torch})
    assert torch.equal(drawn, expected())


def test_an_own_image_is_read_from_beside_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PillowImage.linear_gradient("L").save(tmp_path / "my_image.png")
    printed = execute(script({}, source_call("own", 48)), tmp_path, monkeypatch)
    expected = compare({}, data.read_image((tmp_path / "my_image.png").read_bytes(), 48), math.pi / 2)
    assert printed == expected.to_csv()


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(ConfigError, match="got 'brick'"):
        source_call("brick")


def test_yardsticks_are_told_the_noise_by_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    networks, told = {"equivariant": "images/equivariant-c4-small"}, {"tv": (0.2, 0.9)}
    text = script(networks, source_call("camera", 64), 90, "gaussian", 0.2, classical=told)
    printed = execute(text, tmp_path, monkeypatch)
    nets = {"equivariant": zoo.load(networks["equivariant"]), "tv": ClassicalDenoiser("tv", 0.2, 0.9)}
    assert printed == compare(nets, data.image("camera", 64), math.pi / 2, "gaussian", 0.2).to_csv()

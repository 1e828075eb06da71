import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import nn

from structviz import zoo
from structviz.config import TrainConfig
from structviz.errors import CheckpointError, ConfigError
from structviz.nets import ConvDenoiser

NAME = "stripes/mine"


def make_card(net: ConvDenoiser, name: str = NAME) -> zoo.Card:
    return zoo.Card(
        name=name,
        config=TrainConfig(),
        network=zoo.describe(net),
        data="Nothing at all.",
        n_parameters=1,
        metrics={"psnr_upright": 1.5},
        device="cpu",
        seconds=0.1,
        versions={"torch": torch.__version__},
        command="none",
    )


@pytest.fixture
def net() -> ConvDenoiser:
    torch.manual_seed(0)
    return ConvDenoiser(4, (1, 2), residual=True)


@pytest.fixture
def folder(tmp_path: Path, net: ConvDenoiser) -> Path:
    zoo.save(net, make_card(net), tmp_path)
    return tmp_path


def test_round_trip(folder: Path, net: ConvDenoiser) -> None:
    loaded = zoo.load(NAME, folder=folder)
    y = torch.randn(2, 1, 9, 12)
    assert torch.equal(loaded(y), net(y))
    assert not loaded.training
    assert not any(p.requires_grad for p in loaded.parameters())
    assert zoo.names(folder) == (NAME,)
    assert zoo.card(NAME, folder) == make_card(net)


def test_saving_leaves_no_partial_files(folder: Path) -> None:
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["mine.json", "mine.safetensors"]


def test_changed_weights_are_refused(folder: Path) -> None:
    path = folder / f"{NAME}.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"sha256.*rebuild both"):
        zoo.load(NAME, folder=folder)


def test_truncated_weights_are_refused_even_with_a_matching_digest(folder: Path) -> None:
    content = (folder / f"{NAME}.safetensors").read_bytes()[:-40]
    replace_weights(folder, content)
    with pytest.raises(CheckpointError, match="no safetensors file"):
        zoo.load(NAME, folder=folder)


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    other = ConvDenoiser(5, (1, 2)).state_dict()
    replace_weights(folder, safetensors.torch.save(other))
    with pytest.raises(CheckpointError, match=r"do not fit.*layers\.0"):
        zoo.load(NAME, folder=folder)


def test_too_long_a_file_is_refused_before_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / f"{NAME}.safetensors").open("r+b") as file:
        file.truncate(2**31)
    card = (folder / f"{NAME}.json").read_bytes()
    opened = Path.open

    def watched(path: Path, *arguments: Any, **more: Any) -> object:
        assert path.suffix != ".safetensors", "the file was opened"
        return opened(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", watched)
    with pytest.raises(CheckpointError, match="the file has 2,147,483,648"):
        zoo.load(NAME, folder=folder)
    with pytest.raises(CheckpointError, match="the file has 2,147,483,648"):
        zoo.check_pair(folder / f"{NAME}.safetensors", card)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": {"class": "Pickle"}}, "names no network class out of ConvDenoiser"),
        ({"network": {"class": "ConvDenoiser", "kernel_size": 2}}, "cannot be built"),
        ({"network": {"class": "ConvDenoiser", "wings": 2}}, "cannot be built"),
        ({"name": "stripes/yours"}, "is that of 'stripes/yours'"),
        ({"config": {"recipe": "stripes", "wings": 2}}, "no card of a network"),
        ({"unheard": 1}, "no card of a network"),
    ],
)
def test_damaged_cards_are_refused(folder: Path, changes: dict, message: str) -> None:
    path = folder / f"{NAME}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    with pytest.raises(CheckpointError, match=message):
        zoo.load(NAME, folder=folder)


@pytest.mark.parametrize("name", ["../secret", "stripes", "stripes/../../x", "stripes/Ünicode", ""])
def test_names_cannot_leave_the_folder(folder: Path, name: str) -> None:
    with pytest.raises(CheckpointError, match="<recipe>/<network>"):
        zoo.load(name, folder=folder)


def test_unknown_names_list_the_known_ones(folder: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no network 'stripes/yours'.*there are: stripes/mine"):
        zoo.load("stripes/yours", folder=folder)


def test_weights_of_another_precision_are_refused(folder: Path, net: ConvDenoiser) -> None:
    replace_weights(folder, safetensors.torch.save(net.double().state_dict()))
    with pytest.raises(CheckpointError, match=r"do not fit.*as float64"):
        zoo.load(NAME, folder=folder)


def test_loading_leaves_the_global_generator_alone(folder: Path) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    zoo.load(NAME, folder=folder)
    assert torch.equal(torch.rand(3), expected)


def test_absent_devices_get_a_sentence(folder: Path) -> None:
    with pytest.raises(ConfigError, match="got 'toaster'"):
        zoo.load(NAME, device="toaster", folder=folder)


def test_only_networks_of_the_zoo_are_described() -> None:
    with pytest.raises(CheckpointError, match=r"keeps .*ConvDenoiser.*; got Identity"):
        zoo.describe(nn.Identity())


def replace_weights(folder: Path, content: bytes) -> None:
    """Put other weights behind a card that vouches for them."""
    described = dataclasses.replace(zoo.card(NAME, folder), sha256=hashlib.sha256(content).hexdigest())
    (folder / f"{NAME}.safetensors").write_bytes(content)
    (folder / f"{NAME}.json").write_text(described.to_json())

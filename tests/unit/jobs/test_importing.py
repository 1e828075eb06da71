import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from structviz import zoo
from structviz.config import PointShape, TrainConfig
from structviz.errors import CheckpointError, JobError
from structviz.files import atomic_write
from structviz.jobs import State, Store
from structviz.jobs.importing import import_archive, import_network
from structviz.nets import ConvDenoiser, PointClassifier


def pair(folder: Path, net: torch.nn.Module, **changes: object) -> tuple[bytes, bytes]:
    """Weights and card of a network, as somebody brings them."""
    card = zoo.Card(
        name="stripes/mine",
        config=TrainConfig(steps=7),
        network=zoo.describe(net),
        data="Nothing at all.",
        n_parameters=11,
        metrics={"psnr_upright": 12.5},
        device="cpu",
        seconds=3.0,
        versions={"torch": torch.__version__},
        command="none",
    )
    zoo.save(net, dataclasses.replace(card, **changes), folder)
    path = next(folder.glob("*/*.safetensors"))
    return path.read_bytes(), path.with_suffix(".json").read_bytes()


@pytest.fixture
def net() -> ConvDenoiser:
    torch.manual_seed(0)
    return ConvDenoiser(4, (1, 2))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def test_a_pair_becomes_a_run_with_all_that_its_card_says(tmp_path: Path, store: Store, net: ConvDenoiser) -> None:
    weights, card = pair(tmp_path, net)
    run = import_network(store, weights, card)
    y = torch.randn(1, 1, 9, 9)
    assert torch.equal(run.load()(y), net(y))
    status, kept = run.status(), run.card()
    assert (status.state, status.network, status.n_parameters) == (State.UPLOADED, run.network_name, 11)
    assert (status.step, status.steps) == (7, 7)
    assert "not measured here" in status.sentence
    assert kept.name == f"stripes/{run.id}"
    assert kept.metrics == {"psnr_upright": 12.5}
    assert kept.config.n_train == 16  # what the card leaves open is the recipe's
    assert [one.id for one in store.networks("stripes")] == [run.id]


def test_points_of_ones_own_get_no_other_name(tmp_path: Path, store: Store) -> None:
    config = TrainConfig("flow", net=PointShape(n_layers=3), dataset=None)
    weights, card = pair(tmp_path, PointClassifier(n_layers=3), name="flow/own", config=config)
    assert import_network(store, weights, card).card().config.dataset is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"config": TrainConfig("juggling")}, "those of no recipe here"),
        ({"config": TrainConfig(arm="loud")}, "those of no recipe here.*got 'loud'"),
        ({"config": TrainConfig("flow", dataset="halfmoon2d")}, "trains networks of the class PointClassifier"),
        ({"config": TrainConfig("flow", dataset="atlantis")}, "those of no recipe here.*atlantis"),
    ],
)
def test_cards_of_no_recipe_leave_nothing_behind(
    tmp_path: Path, store: Store, net: ConvDenoiser, changes: dict, message: str
) -> None:
    with pytest.raises(CheckpointError, match=message):
        import_network(store, *pair(tmp_path, net, **changes))
    assert not store.folder.exists()


def test_damaged_pairs_leave_nothing_behind(tmp_path: Path, store: Store, net: ConvDenoiser) -> None:
    weights, card = pair(tmp_path, net)
    with pytest.raises(CheckpointError, match="cut off"):
        import_network(store, weights[:-4], card)
    with pytest.raises(CheckpointError, match="sha256"):
        import_network(store, weights[:-1] + bytes([weights[-1] ^ 1]), card)
    assert not store.folder.exists()


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, store: Store, net: ConvDenoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, card = pair(tmp_path, net)

    def full(path: Path, content: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("structviz.jobs.importing.atomic_write", full)
    with pytest.raises(JobError, match=r"needs room.*No space left"):
        import_network(store, weights, card)
    assert [path.name for path in store.folder.iterdir()] == [".lock"]


def test_networks_from_elsewhere_are_bounded(
    tmp_path: Path, store: Store, net: ConvDenoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, card = pair(tmp_path, net)
    monkeypatch.setattr("structviz.jobs.limits.MOST_IMPORTED", 1)
    import_network(store, weights, card)
    with pytest.raises(JobError, match="At most 1 networks"):
        import_network(store, weights, card)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, store: Store, net: ConvDenoiser) -> None:
    _, card = pair(tmp_path, net)
    state = {**net.state_dict(), "layers.0.bias": torch.full((4,), float("nan"))}
    weights = safetensors.torch.save(state)
    values = {**json.loads(card), "sha256": hashlib.sha256(weights).hexdigest()}
    with pytest.raises(CheckpointError, match=r"finite numbers; layers\.0\.bias"):
        import_network(store, weights, json.dumps(values).encode())


def test_a_download_comes_back_with_its_numbers(tmp_path: Path, store: Store, net: ConvDenoiser) -> None:
    weights, card = pair(tmp_path, net)
    first = import_network(store, weights, card)
    download = zoo.pack({first.network_name: first.folder})
    (again,) = import_archive(store, download)
    assert again.id != first.id
    assert again.files()[0].read_bytes() == first.files()[0].read_bytes() == weights
    assert dataclasses.replace(again.card(), name=first.network_name) == first.card()
    assert again.card().sha256 == first.card().sha256
    y = torch.randn(1, 1, 9, 9)
    assert torch.equal(again.load()(y), net(y))


def test_all_networks_of_an_archive_come_or_none(tmp_path: Path, store: Store, net: ConvDenoiser) -> None:
    pair(tmp_path, net)
    zoo.save(PointClassifier(), dataclasses.replace(zoo.card("flow/resnet-xor"), name="flow/xor"), tmp_path)
    runs = import_archive(store, zoo.pack(dict.fromkeys(("stripes/mine", "flow/xor"), tmp_path)))
    assert [run.request().config.recipe for run in runs] == ["flow", "stripes"]
    strange = json.loads((tmp_path / "stripes" / "mine.json").read_text())
    (tmp_path / "stripes" / "mine.json").write_text(
        json.dumps({**strange, "config": {**strange["config"], "recipe": "knitting"}})
    )
    with pytest.raises(CheckpointError, match="no recipe here"):
        import_archive(store, zoo.pack(dict.fromkeys(("stripes/mine", "flow/xor"), tmp_path)))
    assert len(store.networks()) == 2


def test_none_of_an_archive_comes_if_the_disk_fills_up_meanwhile(
    tmp_path: Path, store: Store, net: ConvDenoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair(tmp_path, net)
    zoo.save(PointClassifier(), dataclasses.replace(zoo.card("flow/resnet-xor"), name="flow/xor"), tmp_path)
    written: list[Path] = []

    def full(path: Path, content: str | bytes) -> None:
        if "stripes" in path.parts and len(written) == 2:
            raise OSError(28, "No space left on device")
        atomic_write(path, content)
        written.append(path)

    monkeypatch.setattr("structviz.jobs.importing.atomic_write", full)
    with pytest.raises(JobError, match=r"needs room.*No space left"):
        import_archive(store, zoo.pack(dict.fromkeys(("stripes/mine", "flow/xor"), tmp_path)))
    assert len(written) == 2
    assert [path.name for path in store.folder.iterdir()] == [".lock"]


def test_one_visitor_leaves_room_for_the_networks_of_others(
    tmp_path: Path, store: Store, net: ConvDenoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, card = pair(tmp_path, net)
    monkeypatch.setattr("structviz.jobs.limits.MOST_IMPORTED_PER_VISITOR", 1)
    first = import_network(store, weights, card, "a")
    assert first.request().owner == "a"
    with pytest.raises(JobError, match="At most 1 networks from elsewhere are kept for one visitor; 1 of yours"):
        import_archive(store, zoo.pack({first.network_name: first.folder}), "a")
    import_network(store, weights, card, "b")
    import_network(store, weights, card)
    import_network(store, weights, card)

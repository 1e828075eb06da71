"""Weights and cards from elsewhere: whatever is wrong with them becomes a sentence, before anything is allocated."""

import hashlib
import io
import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from structviz import zoo
from structviz.config import TrainConfig
from structviz.errors import CheckpointError
from structviz.nets import ConvDenoiser
from structviz.zoo.networks import build
from structviz.zoo.weights import read_weights


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, Any]]:
    """Good weights, and the values of their card."""
    torch.manual_seed(0)
    net = ConvDenoiser(4, (1, 2))
    folder = tmp_path_factory.mktemp("zoo")
    card = zoo.Card(
        name="stripes/mine",
        config=TrainConfig(),
        network=zoo.describe(net),
        data="Nothing at all.",
        n_parameters=1,
        metrics={"psnr_upright": 1.5},
        device="cpu",
        seconds=0.1,
        versions={"torch": "2"},
        command="none",
    )
    zoo.save(net, card, folder)
    path = folder / "stripes" / "mine.safetensors"
    return path.read_bytes(), json.loads(path.with_suffix(".json").read_text())


def check(weights: bytes, values: object, vouch: bool = False) -> zoo.Card:
    """Check a pair; with `vouch` the card has the right digest."""
    if vouch and isinstance(values, dict):
        values = {**values, "sha256": hashlib.sha256(weights).hexdigest()}
    return zoo.check_pair(weights, json.dumps(values).encode())


def test_a_good_pair_passes(pair: tuple[bytes, dict[str, Any]], tmp_path: Path) -> None:
    weights, values = pair
    assert check(weights, values).metrics == {"psnr_upright": 1.5}
    (tmp_path / "w").write_bytes(weights)
    assert zoo.check_pair(tmp_path / "w", json.dumps(values)).name == "stripes/mine"


def with_header(weights: bytes, **changes: dict[str, Any]) -> bytes:
    """The same numbers behind a header that says something else of some tensors."""
    length = int.from_bytes(weights[:8], "little")
    header = json.loads(weights[8 : 8 + length])
    for key, values in changes.items():
        header[key.replace("_", ".")] = {**header[key.replace("_", ".")], **values}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + weights[8 + length :]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers_0_bias": {"shape": [400]}}, "gives 16 bytes to a tensor of the shape"),
        ({"layers_0_bias": {"shape": [-4]}}, "header cannot be read"),
        ({"layers_0_bias": {"shape": 4}}, "header cannot be read"),
        ({"layers_0_bias": {"shape": [2, 2]}}, r"differ in layers\.0\.bias as float32 \[2, 2\]"),
        ({"layers_0_bias": {"dtype": "I32"}}, r"differ in .*layers\.0\.bias as I32"),
        ({"layers_0_bias": {"data_offsets": [0, 10**12]}}, "no safetensors file"),
        ({"layers_1_weight": {"data_offsets": [0, 144]}}, "overlap, or leave gaps"),
        ({"layers_1_weight": {"data_offsets": "all"}}, "header cannot be read"),
    ],
)
def test_headers_that_lie_are_refused(
    pair: tuple[bytes, dict[str, Any]], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(CheckpointError, match=message):
        check(with_header(pair[0], **changes), pair[1], vouch=True)


def test_an_unchanged_header_passes(pair: tuple[bytes, dict[str, Any]]) -> None:
    """The lies below are what is refused, not that a header was written anew."""
    assert check(with_header(pair[0]), pair[1], vouch=True).name == pair[1]["name"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda w: w[:-40], "it was cut off"),
        (lambda w: w[:20], "its header claims"),
        (lambda _: b"", "its header claims"),
        (lambda w: (2**62).to_bytes(8, "little") + w[8:], "its header claims 4,611,686,018,427,387,904 bytes"),
        (lambda w: (2).to_bytes(8, "little") + b"[]" + w, "header cannot be read"),
        (lambda w: (40_000).to_bytes(8, "little") + b"[" * 40_000 + w, "header cannot be read"),
        (lambda w: w + bytes(10), "and the file has"),
        (lambda _: bytes(300_000), r"should take about \d+ bytes; the file has 300,000"),
    ],
)
def test_damaged_files_are_refused(pair: tuple[bytes, dict[str, Any]], damage: Any, message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        check(damage(pair[0]), pair[1], vouch=True)


def test_pickles_are_never_opened(pair: tuple[bytes, dict[str, Any]]) -> None:
    file = io.BytesIO()
    torch.save({"layers.0.bias": torch.zeros(4)}, file)
    with pytest.raises(CheckpointError, match="looks like a pickle, which is never opened"):
        check(file.getvalue(), pair[1], vouch=True)


def test_a_wrong_digest_is_refused(pair: tuple[bytes, dict[str, Any]]) -> None:
    with pytest.raises(CheckpointError, match="have the sha256"):
        check(pair[0], {**pair[1], "sha256": "0" * 64})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(pair: tuple[bytes, dict[str, Any]], value: float) -> None:
    state = safetensors.torch.load(pair[0])
    state["layers.1.bias"] = torch.tensor([value])
    with pytest.raises(CheckpointError, match=r"finite numbers; layers\.1\.bias"):
        check(safetensors.torch.save(state), pair[1], vouch=True)
    state = safetensors.torch.load(pair[0])
    state["layers.0.bias"][2] = value  # one among others that are numbers
    with pytest.raises(CheckpointError, match=r"finite numbers; layers\.0\.bias"):
        check(safetensors.torch.save(state), pair[1], vouch=True)


@pytest.mark.parametrize(
    "network",
    [
        {"class": "ConvDenoiser", "width": 10**9},
        {"class": "ConvDenoiser", "width": 4096, "dilations": [1] * 200},
        {"class": "ConvDenoiser", "dilations": [1] * 20_000},
        {"class": "ConvDenoiser", "dilations": [10**9, 1]},
        {"class": "ConvDenoiser", "dilations": {"1": 1}},
        {"class": "ConvDenoiser", "kernel_size": 99_999},
        {"class": "ConvDenoiser", "residual": "yes"},
        {"class": "ConvDenoiser", "activation": 3},
        {"class": "PointClassifier", "n_layers": 10**6},
        {"class": "PointClassifier", "time": 10**400},
        {"class": "PointClassifier", "scheme": ["euler"]},
        {"class": "LearnedProximalGradient", "image_size": 10**6},
        {"class": "LearnedProximalGradient", "n_views": 10**9},
        {"class": "LearnedProximalGradient", "width": 4096, "iterations": 100},
        {"class": "LearnedProximalGradient", "field_of_view": 1e308},
        {"class": "LearnedProximalGradient", "iterations": True},
        {"class": ["ConvDenoiser"]},
        {"class": "Linear"},
        {},
    ],
    ids=str,
)
def test_networks_beyond_all_measure_are_refused_without_building_them(
    pair: tuple[bytes, dict[str, Any]], network: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in zoo.NETWORKS.values():
        monkeypatch.setattr(kind, "__init__", lambda *_a, **_k: pytest.fail("it was built"))
    tracemalloc.start()
    with pytest.raises(CheckpointError, match=r"cannot be built|names no network class"):
        check(pair[0], {**pair[1], "network": network})
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "network",
    [
        *(zoo.card(name).network for name in ("stripes/ordinary", "flow/wide-xor", "ct/ordinary-small")),
        {"class": "CouplingFlow", "dim": 3, "width": 4, "n_layers": 3, "kind": "affine"},
        {"class": "CouplingFlow", "dim": 2, "width": 4, "n_layers": 2, "kind": "additive"},
        {"class": "InvertibleResNet", "dim": 3, "width": 4, "n_layers": 2},
        {"class": "WaveletFlow", "width": 4, "n_layers": 6, "kind": "affine"},
        {"class": "WaveletFlow", "width": 4, "n_layers": 3, "kind": "additive"},
        {"class": "ConvClassifier", "width": 8, "kernel_size": 3, "group": "C8"},
        {"class": "ConvClassifier", "width": 6},
        {"class": "LipschitzClassifier", "width": 12, "n_layers": 4, "temperature": 0.5},
    ],
    ids=lambda network: network["class"],
)
def test_the_arithmetic_counts_what_is_built(network: dict[str, Any]) -> None:
    from structviz.zoo.networks import _COUNTS

    net = build("it", network)
    counted = _COUNTS[network["class"]]({key: value for key, value in network.items() if key != "class"})
    assert counted == sum(p.numel() for p in net.state_dict().values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "no card of a network"),
        (b"{", "no card of a network"),
        (b"[1]", "should be a JSON object"),
        (b"null", "should be a JSON object"),
        (b"\xff\xfe\x00", "no card of a network"),
        (b"[" * 90_000, "no card of a network"),
        (b" " * 100_001, "at most 100,000 bytes; this one has 100,001"),
    ],
)
def test_texts_that_are_no_cards(pair: tuple[bytes, dict[str, Any]], text: bytes, message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        zoo.check_pair(pair[0], text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"wings": 2}, "unknown fields: 'wings'"),
        ({"name": "../../etc/passwd"}, 'name should be "<recipe>/<network>"'),
        ({"name": "a/" + "b" * 5000}, 'name should be "<recipe>/<network>"'),
        ({"name": 5}, 'name should be "<recipe>/<network>"'),
        ({"data": "x" * 20_000}, "data should be a text of at most 10,000 characters"),
        ({"command": None}, "command should be a text"),
        ({"device": "\ud800"}, "no card of a network"),
        ({"metrics": {"psnr": "high"}}, "its figure 'psnr' should be a number, and is 'high'"),
        ({"metrics": {"psnr": True}}, "should be a number"),
        ({"metrics": {"psnr": 10**400}}, "no card of a network"),
        ({"metrics": [1]}, "metrics should be an object"),
        ({"versions": {"torch": 2}}, "version of 'torch' should be a text"),
        ({"n_parameters": -1}, "n_parameters should be a whole number"),
        ({"n_parameters": 1.5}, "n_parameters should be a whole number"),
        ({"weights_step": -1}, "weights_step should be a whole number"),
        ({"weights_step": "all"}, "weights_step should be a whole number"),
        ({"choice": 5}, "choice should be a text"),
        ({"origin": 5}, "origin should be a text"),
        ({"licence": ["MIT"]}, "licence should be a text"),
        ({"seeds": [1.0]}, "seeds should be an object"),
        ({"seeds": {"psnr": 1.0}}, "'psnr' of several seeds should be 1 to 100 numbers, and are 1.0"),
        ({"seeds": {"psnr": []}}, "should be 1 to 100 numbers"),
        ({"seeds": {"psnr": [1.0] * 101}}, "should be 1 to 100 numbers"),
        ({"seeds": {"psnr": [1.0, "high"]}}, "should be 1 to 100 numbers"),
        ({"seeds": {str(k): [1.0] for k in range(201)}}, "seeds should be an object of at most 200"),
        ({"seconds": "long"}, "seconds should be a number"),
        ({"sha256": "abc"}, "64 hexadecimal digits"),
        ({"sha256": None}, "64 hexadecimal digits"),
        ({"config": {"recipe": 5}}, "recipe of its settings should be a text"),
        ({"config": {"recipe": "stripes", "learning_rate": 10**400}}, "no card of a network"),
        ({"config": {"recipe": "stripes", "arm": "ordinary", "steps": 0}}, "steps must be a whole number"),
        ({"config": {"recipe": "stripes", "arm": "ordinary", "net": {"kind": {}}}}, "no card of a network"),
        ({"config": {"recipe": "stripes", "arm": "ordinary", "net": [1]}}, "no card of a network"),
    ],
)
def test_fields_that_do_not_fit(pair: tuple[bytes, dict[str, Any]], changes: dict[str, Any], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        check(pair[0], {**pair[1], **changes})


@pytest.mark.parametrize("name", ["config", "network", "metrics", "data", "name"])
def test_missing_fields_are_named(pair: tuple[bytes, dict[str, Any]], name: str) -> None:
    values = {key: value for key, value in pair[1].items() if key != name}
    with pytest.raises(CheckpointError, match=f"lacks the fields '{name}'"):
        check(pair[0], values)


@pytest.mark.parametrize("field", ["metrics", "network", "versions", "seeds", "config"])
def test_half_a_letter_in_a_name_is_refused(pair: tuple[bytes, dict[str, Any]], field: str) -> None:
    """Half of a surrogate pair can be written in JSON, and can neither be shown nor kept."""
    entries = {**pair[1].get(field, {}), "\ud800": [1.0] if field == "seeds" else "1" if field == "versions" else 1.0}
    with pytest.raises(CheckpointError, match="half of a letter"):
        check(pair[0], {**pair[1], field: entries})


def test_a_card_can_say_after_which_step_its_weights_were_taken(pair: tuple[bytes, dict[str, Any]]) -> None:
    assert "weights_step" not in pair[1]
    assert check(*pair).weights_step is None
    early = check(pair[0], {**pair[1], "weights_step": 0})
    assert zoo.Card.from_json(early.to_json()).weights_step == early.weights_step == 0


def test_a_card_can_tell_the_spread_over_seeds_and_how_settings_were_chosen(
    pair: tuple[bytes, dict[str, Any]],
) -> None:
    assert not {"seeds", "choice"} & set(pair[1]), "cards of one run are as they were"
    assert (check(*pair).seeds, check(*pair).choice) == ({}, "")
    seeds = {"psnr_upright": [1.5, 2.5]}
    card = check(pair[0], {**pair[1], "seeds": seeds, "choice": "By validation."})
    assert (card.seeds, card.choice) == (seeds, "By validation.")
    assert zoo.Card.from_json(card.to_json()) == card


def test_metrics_may_be_infinite(pair: tuple[bytes, dict[str, Any]]) -> None:
    assert check(pair[0], {**pair[1], "metrics": {"psnr": float("inf")}}).metrics["psnr"] == float("inf")


def test_what_a_card_leaves_open_of_the_shape_is_filled_in(pair: tuple[bytes, dict[str, Any]]) -> None:
    network = {key: value for key, value in pair[1]["network"].items() if key not in ("kernel_size", "activation")}
    assert check(pair[0], {**pair[1], "network": network}).network == pair[1]["network"]


@pytest.mark.parametrize("shape", [b"9," * 200_000 + b"9", b"9" * 4000, b"1,1,1,1,1,1,1,1,1"])
def test_shapes_are_bounded_before_they_are_multiplied(pair: tuple[bytes, dict[str, Any]], shape: bytes) -> None:
    """The product of half a million sides took 25 seconds."""
    header = b'{"a":{"dtype":"F32","shape":[' + shape + b'],"data_offsets":[0,4]}}'
    began = time.process_time()
    with pytest.raises(CheckpointError, match="its header cannot be read"):
        read_weights("stripes/mine", len(header).to_bytes(8, "little") + header + bytes(4), {}, "")
    assert time.process_time() - began < 2

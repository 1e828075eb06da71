import json
from pathlib import Path

import pytest
import safetensors.torch

from structviz import cli, zoo


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    status = cli.main(["audit", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_promises_are_listed_with_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    status, values = run_json(capsys, "stripes/equivariant", "stripes/ordinary", "--double")
    assert status == 0
    structured, free = values["networks"]
    (finding,) = structured["findings"]
    assert (finding["kind"], finding["domain"], finding["holds"]) == ("equivariant", "C4", True)
    assert 0 < finding["measured"] <= finding["bound"] == 1e-12
    assert free == {"name": "stripes/ordinary", "findings": []}
    assert cli.main(["audit", "stripes/equivariant", "stripes/ordinary"]) == 0
    text = capsys.readouterr().out
    assert "equivariant (C4)" in text
    assert "promises nothing" in text


def test_a_broken_promise_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card, net = zoo.card("stripes/equivariant"), zoo.load("stripes/equivariant")
    state = net.state_dict()
    state["layers.1.weight"][:, :, 0, 0] += 0.1
    assert safetensors.torch.save(state)
    zoo.save(net, card, tmp_path)
    status, values = run_json(capsys, "--all", "--folder", str(tmp_path), "--samples", "2")
    assert status == 1
    assert values["networks"][0]["findings"][0]["measured"] > 1e-3
    assert cli.main(["audit", "--all", "--folder", str(tmp_path)]) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give one of the two"),
        (["stripes/ordinary", "--all"], "give one of the two"),
        (["stripes/nobody"], "no network 'stripes/nobody'"),
        (["stripes/equivariant", "--samples", "0"], "got n = 0"),
    ],
)
def test_wrong_requests_get_a_sentence_and_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, values = run_json(capsys, *arguments)
    assert status == 2
    assert message in values["error"]

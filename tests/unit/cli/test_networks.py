import json
import subprocess
import sys
from pathlib import Path

import pytest

from structviz import cli, zoo

TRAIN = ["train", "--recipe", "stripes", "--steps", "3", "--n-train", "2", "--batch-size", "2", "--device", "cpu"]


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    status = cli.main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_train_writes_a_network_that_evaluate_confirms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, values = run_json(capsys, *TRAIN, "--arm", "equivariant", "--group", "D4", "--out", str(tmp_path))
    assert (status, values["outcome"], values["name"]) == (0, "FINISHED", "stripes/equivariant")
    described = zoo.card("stripes/equivariant", tmp_path)
    assert described.config.group == "D4"
    assert described.sha256 == values["sha256"]
    assert dict(described.metrics) == values["metrics"]
    assert "--arm equivariant --group D4" in described.command
    status, values = run_json(capsys, "evaluate", "--folder", str(tmp_path))
    assert (status, values["networks"][0]["as_on_card"]) == (0, True)
    assert max(values["networks"][0]["differences"].values()) < 1e-3


def test_evaluate_fails_when_the_card_promises_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_json(capsys, *TRAIN, "--out", str(tmp_path), "--name", "boast")
    card = tmp_path / "stripes" / "boast.json"
    values = json.loads(card.read_text())
    values["metrics"]["psnr_upright"] += 0.2
    card.write_text(json.dumps(values))
    status, values = run_json(capsys, "evaluate", "stripes/boast", "--folder", str(tmp_path))
    assert status == 1
    assert values["networks"][0]["differences"]["psnr_upright"] == pytest.approx(0.2, abs=0.01)
    assert cli.main(["evaluate", "stripes/boast", "--folder", str(tmp_path)]) == 1
    assert "stripes/boast: psnr_upright differs by 0.2, at most 0.1 is allowed" in capsys.readouterr().out


def test_divergence_has_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [*TRAIN, "--learning-rate", "1e30", "--out", str(tmp_path)]
    status, values = run_json(capsys, *arguments)
    assert (status, values["outcome"]) == (1, "DIVERGED")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*TRAIN, "--arm", "third", "--out", "x"], "got 'third'"),
        ([*TRAIN, "--steps", "0", "--out", "x"], "steps must be"),
        ([*TRAIN, "--name", "../x", "--out", "x"], "<recipe>/<network>"),
        (["evaluate", "--folder", "x"], "no networks in"),
        ([*TRAIN, "--net", '{"depth": 3}', "--out", "x"], "shape of the network does not fit"),
        ([*TRAIN, "--net", '{"kind": "points"}', "--out", "x"], "A denoiser needs the shape of one"),
        ([*TRAIN, "--recipe", "flow", "--dataset", "iris", "--out", "x"], "got 'iris'"),
        ([*TRAIN, "--recipe", "flow", "--regularisation", "-1", "--out", "x"], "regularisation must be zero or"),
        (["evaluate", "stripes/nobody"], "no network 'stripes/nobody'"),
        (["pretrain", "--only", "stripes/nobody"], "These do not ship: stripes/nobody"),
    ],
)
def test_wrong_requests_get_a_sentence_and_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = [str(tmp_path) if argument == "x" else argument for argument in arguments]
    assert cli.main(arguments) == 2
    assert message in capsys.readouterr().err
    status, values = run_json(capsys, *arguments)
    assert status == 2
    assert message in values["error"]


def test_help_lists_the_commands() -> None:
    run = subprocess.run([sys.executable, "-m", "structviz", "--help"], capture_output=True, text=True, check=True)
    assert all(command in run.stdout for command in ("train", "evaluate", "pretrain"))


def test_text_output_has_no_progress_bar_when_piped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "structviz", *TRAIN, "--out", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    # On a slow machine lines tell of the steps; a bar would draw over itself.
    assert all(line.startswith("stripes ordinary: step ") for line in run.stderr.splitlines())
    assert "\r" not in run.stderr
    assert run.stdout.startswith("stripes/ordinary: Training finished.")

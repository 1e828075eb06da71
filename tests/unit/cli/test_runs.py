"""Runs on the command line: paused by Ctrl-C, gone on with, trained by a cluster, told in words or as JSON."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from structviz import cli, zoo
from structviz.cli import runs
from structviz.jobs import Command, Run, State, Store
from tests.waiting import LONG, until

POINTS = ["train", "--recipe", "flow", "--n-train", "40", "--device", "cpu"]
POINTS += ["--net", '{"kind": "points", "n_layers": 3, "time": 1.0}']


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    status = cli.main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def begun(store: Store) -> Run:
    """The run of the store, when it has come some way."""
    until(lambda: bool(store.runs()) and len(store.runs()[0].history()) > 3)
    return store.runs()[0]


def test_a_run_is_kept_in_the_folder_of_runs(runs_of_its_own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, values = run_json(capsys, *POINTS, "--steps", "30")
    (run,) = Store().runs()
    assert (status, values["outcome"], values["run"], values["step"]) == (0, "FINISHED", run.id, 30)
    assert values["folder"] == str(run.folder)
    assert values["sha256"] == run.card().sha256
    assert values["metrics"] == dict(run.card().metrics)
    status, values = run_json(capsys, "evaluate", "--folder", str(run.folder))
    assert (status, values["networks"][0]["name"]) == (0, run.network_name)


def test_a_copy_has_the_name_that_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [*POINTS, "--steps", "30", "--name", "mine", "--out", str(tmp_path), "--runs", str(tmp_path / "r")]
    status, values = run_json(capsys, *arguments)
    card = zoo.card("flow/mine", tmp_path)
    assert (status, values["name"], values["sha256"]) == (0, "flow/mine", card.sha256)
    assert "--name mine" in card.command
    assert len(Store(tmp_path / "r").runs()) == 1
    assert Store().runs() == ()


def test_ctrl_c_pauses_and_resume_goes_on_bit_for_bit(
    runs_of_its_own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*POINTS, "--steps", "4000"]
    run_json(capsys, *arguments)
    whole = Store().runs()[0]
    store = Store(runs_of_its_own / "others")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "structviz", *arguments, "--runs", str(store.folder)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    run = begun(store)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert run.status().state is State.PAUSED
    assert f"go on with: structviz resume {run.id} --runs {store.folder}" in said
    status, values = run_json(capsys, "resume", run.id, "--runs", str(store.folder))
    assert (status, values["runs"][0]["outcome"]) == (0, "FINISHED")
    told = [[(one.step, one.loss, dict(one.figures)) for one in each.history()] for each in (run, whole)]
    assert told[0] == told[1]
    assert cli.main(["resume", run.id, "--runs", str(store.folder)]) == 2
    assert "cannot go on: Training finished." in capsys.readouterr().err


def test_ctrl_c_names_also_a_run_that_takes_long_to_pause(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "_trained", lambda *_arguments: contextlib.nullcontext(lambda: ""))
    monkeypatch.setattr(runs, "_show", press)
    monkeypatch.setattr(runs, "_wait", lambda _runs: None)
    assert cli.main([*POINTS, "--steps", "5"]) == 1
    (run,) = Store().runs()
    assert run.command() is Command.PAUSE
    assert f"go on with: structviz resume {run.id}" in capsys.readouterr().err


def test_all_that_can_go_on_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert cli.main([*POINTS, "--steps", "5"]) == 0
    store = Store()
    made = [store.create(store.runs()[0].request().config, "cpu") for _ in range(2)]
    for run, order in zip(made, (Command.PAUSE, Command.CANCEL), strict=True):
        run.send(order)
        run.write_status(run.status().__class__(State.PAUSED if order is Command.PAUSE else State.CANCELLED, steps=5))
    capsys.readouterr()
    status, values = run_json(capsys, "resume", "--all")
    assert status == 0
    assert {told["run"] for told in values["runs"]} == {run.id for run in made}
    assert all(run.status().state is State.FINISHED for run in store.runs())
    assert cli.main(["resume", "--all"]) == 2
    assert "none can go on" in capsys.readouterr().err


def test_a_folder_can_be_named_too(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main([*POINTS, "--steps", "5"])
    store = Store()
    run = store.create(store.runs()[0].request().config, "cpu")
    run.write_status(run.status().__class__(State.INTERRUPTED, steps=5))
    capsys.readouterr()
    status, values = run_json(capsys, "resume", str(run.folder))
    assert (status, values["runs"][0]["run"]) == (0, run.id)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["resume", "20260101-000000-abcdef"], "There is no run"),
        (["resume"], "No run is named"),
        ([*POINTS, "--scheduler", "tcp://127.0.0.1:9"], "The scheduler at tcp://127.0.0.1:9 does not answer"),
        ([*POINTS, "--precision", "bfloat16"], "Layers of flow compute in float32"),
        (["train", "--compiled", "--device", "cpu"], "compiled for CUDA devices only"),
        (["sweep", "--sizes", "1", "--out", "x.csv", "--scheduler", "tcp://127.0.0.1:9"], "does not answer"),
    ],
)
def test_wrong_requests_get_a_sentence(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not any(run.status().state.is_active for run in Store().runs())


def test_progress_comes_in_plain_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from structviz.cli import progress

    now = iter(range(0, 1000, 3))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    with progress.Bar("stripes") as bar:
        for step in range(1, 101):
            bar.show(step, 100, 0.5 / step, 40.0)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 9
    assert lines[0] == "stripes: step 10 of 100, loss 0.05, 40 examples/s"

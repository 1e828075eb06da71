"""What a pin keeps of runs: settings once where they agree, and for each run where they differ."""

import dataclasses

from structviz.config import TrainConfig
from structviz.jobs import State
from structviz.ui.pages.train.compared import settings_of_runs
from structviz.ui.pages.train.record import Result

ORDINARY = Result(
    "Ordinary",
    TrainConfig("stripes", n_train=16, steps=400, learning_rate=0.001),
    {"psnr_turned": 6.0},
    52_897,
    State.FINISHED,
    400,
    3.0,
    400,
)
EQUIVARIANT = dataclasses.replace(
    ORDINARY,
    title="Equivariant",
    config=dataclasses.replace(ORDINARY.config, arm="equivariant", group="C4", learning_rate=0.005),
)


def test_what_all_runs_share_is_said_once() -> None:
    settings = settings_of_runs([ORDINARY])
    assert settings["Runs"] == "Ordinary"
    assert (settings["N"], settings["Steps"], settings["Learning rate"], settings["Group"]) == (
        "16",
        "400",
        "0.001",
        "–",
    )


def test_what_differs_is_said_of_each_run() -> None:
    settings = settings_of_runs([ORDINARY, EQUIVARIANT])
    assert settings["Runs"] == "Ordinary, Equivariant"
    assert settings["N"] == "16"
    assert "Learning rate" not in settings
    assert settings["Learning rate, Equivariant"] == "0.005"
    assert (settings["Group, Ordinary"], settings["Group, Equivariant"]) == ("–", "C4")

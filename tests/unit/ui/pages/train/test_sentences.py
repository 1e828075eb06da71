"""What the train page says and draws of runs: sentences, words, curves and tables follow from the numbers."""

import dataclasses
from pathlib import Path

import pytest

from structviz.config import DenoiserShape, PointShape, TrainConfig
from structviz.jobs import Entry, Request, Run, State, Status
from structviz.training import FLOW
from structviz.ui.pages.train.curves import colours, labels, loss_rows, score_rows, spec
from structviz.ui.pages.train.outcome import comparison
from structviz.ui.pages.train.previews import step_at
from structviz.ui.pages.train.progress import progress_words, time_left
from structviz.ui.pages.train.run_group import RunView
from structviz.ui.pages.train.sentences import Result, gain, what_to_notice
from structviz.ui.pages.train.time_estimate import duration


def result(title: str, arm: str, state: State = State.FINISHED, recipe: str = "stripes", **metrics: float) -> Result:
    config = TrainConfig(recipe, arm, group="C4" if arm == "equivariant" else None, n_train=4, steps=10)
    return Result(title, config, metrics, 100, state, 10, 5.0)


def run_view(config: TrainConfig, name: str = "20260101-000000-abcdef", state: State = State.RUNNING) -> RunView:
    status = Status(state, step=40, steps=100, device="cpu", seconds=3.0)
    return RunView(Run(Path(name)), Request(config), status)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (99, "99 s"), (150, "3 min"), (3600, "1 h 0 min"), (float("inf"), "unknown")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_who_leads_and_by_how_much() -> None:
    ordinary = result("Ordinary", "ordinary", psnr_upright=33.0, psnr_turned=7.0)
    equivariant = result("Equivariant", "equivariant", psnr_upright=30.0, psnr_turned=30.0)
    found = " ".join(what_to_notice([ordinary, equivariant]))
    assert "On turned examples **Equivariant** leads with 30.0 dB, 23.0 dB ahead of **Ordinary**." in found
    assert "**Ordinary** leads with 33.0 dB, 3.0 dB ahead of **Equivariant**. The equivariant one is behind" in found
    assert "A turn costs **Ordinary** 26.0 dB and **Equivariant** nothing." in found
    assert gain([ordinary, equivariant]) == "+23.0 dB"
    assert gain([ordinary]) is None
    assert gain([ordinary, ordinary, equivariant]) is None


@pytest.mark.parametrize(
    ("recipe", "upright", "turned"), [("images", "psnr_0", "psnr_90"), ("ct", "psnr_upright", "psnr_rotated")]
)
def test_every_recipe_has_its_names_for_the_figures(recipe: str, upright: str, turned: str) -> None:
    one = dataclasses.replace(result("Ordinary", "ordinary", recipe=recipe), metrics={upright: 20.0, turned: 10.0})
    (sentence,) = what_to_notice([one])
    assert sentence == "**Ordinary** reaches 20.0 dB on upright examples and 10.0 dB on turned ones."


def test_equal_runs_and_tasks_that_differ_are_said_to_be() -> None:
    twice = [result(name, "ordinary", psnr_turned=7.01) for name in ("One", "Two")]
    assert what_to_notice(twice) == ["On turned examples **One** and **Two** are equally good, at 7.0 dB."]
    mixed = [twice[0], result("Points", "ordinary", recipe="flow", accuracy_test=1.0)]
    assert what_to_notice(mixed) == ["These runs learnt different tasks, so their figures do not compare."]
    assert gain([]) is None


def test_a_run_that_diverged_is_said_to_have() -> None:
    found = what_to_notice([result("Ordinary", "ordinary", State.DIVERGED, psnr_turned=1.0, psnr_upright=2.0)])
    assert found[0] == "**Ordinary** diverged; its figures are those of the last good weights, after 10 steps."


def test_accuracies() -> None:
    best = result("Euler", "ordinary", recipe="flow", accuracy_test=0.95, accuracy_train=1.0)
    other = result("Plain", "ordinary", recipe="flow", accuracy_test=0.5)
    assert what_to_notice([other, best]) == [
        "**Euler** tells 95.0 % of new points apart, and 100.0 % of those that it learnt from; **Plain** 50.0 %."
    ]


def test_the_table_has_a_place_for_every_figure() -> None:
    images = result("A", "ordinary", recipe="images", psnr_90=1.0)
    table = comparison([images, result("B", "equivariant", ssim_turned=0.5, strange_name=2.0)])
    rows = {name: (a, b) for name, a, b in zip(*table.values(), strict=True)}
    assert rows["PSNR at 90°"] == ("1.0 dB", "–")
    assert rows["SSIM turned"] == ("–", "0.500")
    assert rows["Strange name"] == ("–", "2")
    assert rows["Group"] == ("–", "C4")
    assert rows["Time"] == ("5 s", "5 s")


def test_labels_tell_runs_apart_and_colours_stay_with_the_arm() -> None:
    few, many = (run_view(TrainConfig(n_train=n, steps=5), f"20260101-000000-{n:06d}") for n in (4, 8))
    equivariant = run_view(TrainConfig(arm="equivariant"))
    points = run_view(TrainConfig("flow", net=PointShape(scheme="rk4")))
    plain = run_view(TrainConfig("flow", net=PointShape(scheme="plain")))
    assert labels([few, equivariant]) == ("Ordinary", "Equivariant")
    assert labels([few, many]) == ("Ordinary, N = 4, 5 steps", "Ordinary, N = 8, 5 steps")
    assert labels([few, few])[0].endswith("(000004)")
    assert labels([plain])[0] == "Plain network"
    assert labels([points])[0] != "Ordinary"
    found = colours([few, many, equivariant])
    assert (found[0], found[2]) == ("#D55E00", "#0072B2")
    assert found[1] not in found[::2]


def test_curves_leave_out_what_cannot_be_drawn_and_are_thinned() -> None:
    history = [Entry(k, 1.0 / (k + 1), 1.0, 1.0) for k in range(1000)] + [Entry(1000, float("nan"), 1.0, 1.0)]
    rows = loss_rows("A", history)
    assert 200 < len(rows) <= 301
    assert (rows[0]["step"], rows[-1]["step"]) == (0, 999)
    scores = score_rows("A", [Entry(1, 1, 1, 1, {"accuracy_test": 0.5}), Entry(2, 1, 1, 1)], FLOW.metrics)
    assert scores == [{"step": 1, "value": 50.0, "run": "A", "figure": "new points"}]


def test_a_second_figure_is_dashed() -> None:
    one, two = (spec({"A": "#D55E00"}, "PSNR", names, 10) for names in (("turned",), ("turned", "upright")))
    assert "strokeDash" not in one["encoding"]
    assert two["encoding"]["strokeDash"]["scale"]["domain"] == ["turned", "upright"]
    assert two["encoding"]["color"]["scale"] == {"domain": ["A"], "range": ["#D55E00"]}


def test_progress_in_words() -> None:
    one = run_view(TrainConfig(net=DenoiserShape()))
    history = [Entry(20, 1.0, 50.0, 2.0), Entry(40, 1.0, 80.0, 4.0)]
    assert time_left(history, 100) == pytest.approx(6.0)
    assert time_left(history[:1], 100) is None
    assert progress_words(one, history, None) == "step 40 of 100 · 80 examples/s · 6 s left · on the CPU"
    waiting = dataclasses.replace(one, status=Status(State.QUEUED, steps=100))
    assert progress_words(waiting, (), 3) == "place 3 among those that wait"
    assert progress_words(waiting, (), None) == "waits for a worker"


def test_the_pictures_of_a_step_are_the_last_before_it() -> None:
    assert [step_at((1, 10, 20), wanted) for wanted in (0, 1, 15, 20, 99)] == [1, 1, 10, 20, 20]
    assert step_at((), 5) is None

"""What the train page says and draws of runs: sentences, words, curves and tables follow from the numbers."""

import contextlib
import dataclasses
import math
import re
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from structviz.config import DenoiserShape, PointShape, TrainConfig
from structviz.displayed import decibels
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.jobs import Entry, Request, Run, State, Status
from structviz.training import FLOW, RECIPES
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.curves import colours, labels, loss_rows, score_rows, spec
from structviz.ui.pages.train.options import SAME_RATE
from structviz.ui.pages.train.outcome import comparison
from structviz.ui.pages.train.presets import PRESETS
from structviz.ui.pages.train.previews import after_words, step_at
from structviz.ui.pages.train.progress import progress_words, time_left
from structviz.ui.pages.train.record import Result, Spread, learners, shown_runs
from structviz.ui.pages.train.run_group import RunView
from structviz.ui.pages.train.sentences import about_shipped, gain, opening, what_to_notice
from structviz.ui.pages.train.time_estimate import duration
from tests.random_choices import random_choices
from tests.sentences import check_sentences


def result(title: str, arm: str, state: State = State.FINISHED, recipe: str = "stripes", **metrics: float) -> Result:
    config = TrainConfig(recipe, arm, group="C4" if arm == "equivariant" else None, n_train=4, steps=10)
    return Result(title, config, metrics, 100, state, 10, 5.0, 0 if state is State.DIVERGED else 10)


def run_view(config: TrainConfig, name: str = "20260101-000000-abcdef", state: State = State.RUNNING) -> RunView:
    status = Status(state, step=40, steps=100, device="cpu", seconds=3.0)
    return RunView(Run(Path(name)), Request(config), status)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (99, "99 s"), (150, "3 min"), (3600, "1 h 0 min"), (float("inf"), "unknown")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def said(*results: Result, spreads: Mapping[str, Spread] | None = None) -> list[str]:
    """What the page says of runs; each number in it must be one that it shows."""
    record = shown_runs(results, spreads)
    sentences = what_to_notice(record)
    check_sentences(record, sentences)
    return sentences


def test_who_leads_and_by_how_much() -> None:
    ordinary = result("Ordinary", "ordinary", psnr_upright=33.0, psnr_turned=7.0)
    equivariant = result("Equivariant", "equivariant", psnr_upright=30.0, psnr_turned=30.0)
    found = " ".join(said(ordinary, equivariant))
    assert "On turned examples **Equivariant** leads with 30.0 dB, 23.0 dB ahead of **Ordinary**." in found
    assert "**Ordinary** leads with 33.0 dB, 3.0 dB ahead of **Equivariant**. The equivariant one is behind" in found
    assert "A turn costs **Ordinary** 26.0 dB and **Equivariant** nothing." in found
    ahead = gain(shown_runs([ordinary, equivariant]))
    assert ahead is not None
    assert ahead.signed == "+23.0 dB"
    assert gain(shown_runs([ordinary])) is None
    assert gain(shown_runs([ordinary, ordinary, equivariant])) is None
    assert gain(shown_runs([dataclasses.replace(ordinary, state=State.DIVERGED), equivariant])) is None


@pytest.mark.parametrize(("ahead", "leads"), [(0.04, False), (0.9, False), (1.0, False), (1.1, True)])
def test_a_difference_within_the_spread_is_no_lead(ahead: float, leads: bool) -> None:
    runs = [
        result("Ordinary", "ordinary", psnr_turned=20.0),
        result("Equivariant", "equivariant", psnr_turned=20 + ahead),
    ]
    (sentence,) = said(*runs)
    assert (" leads with " in sentence) is leads
    reason = "with one seed and one draw of noise each, a difference of up to 1.0 dB is not counted as one"
    assert (reason in sentence) is (not leads and ahead >= 0.05)
    measured = Spread(decibels(0.5), "equal runs with other seeds lie up to 0.5 dB apart")
    (sentence,) = said(*runs, spreads={"turned": measured})
    assert (" leads with " in sentence) is (ahead > 0.5)


def test_differences_are_those_of_the_numbers_that_are_shown() -> None:
    # 44.44 and 5.55 are 38.9 apart, but 44.4 and 5.6 are shown.
    runs = [
        result("Ordinary", "ordinary", psnr_turned=5.55001),
        result("Equivariant", "equivariant", psnr_turned=44.44),
    ]
    ahead = gain(shown_runs(runs))
    assert ahead is not None
    assert ahead.signed == "+38.8 dB"
    assert "38.8 dB ahead" in said(*runs)[0]


def test_a_turn_can_help() -> None:
    augmented = result("Augmented", "augmented", psnr_upright=40.5, psnr_turned=41.4)
    ordinary = result("Ordinary", "ordinary", psnr_upright=49.3, psnr_turned=5.6)
    assert "A turn costs **Ordinary** 43.7 dB; **Augmented** gains 0.9 dB by it." in said(ordinary, augmented)
    twice = [dataclasses.replace(augmented, title=title) for title in ("One", "Two")]
    assert "When examples are turned, **One** gains 0.9 dB and **Two** gains 0.9 dB." in said(*twice)


def test_what_beside_the_turn_differs_is_said_in_the_same_breath() -> None:
    scans = [result(arm, arm, recipe="ct", psnr_upright=31.0, psnr_rotated=29.0) for arm in ("ordinary", "equivariant")]
    (cost,) = [sentence for sentence in said(*scans) if "turn costs" in sentence]
    assert cost.endswith("Each rotated patient lies at an angle of its own, with photons counted anew.")


def test_rates_are_said_where_runs_stand_side_by_side() -> None:
    def at(arm: str, rate: float) -> Result:
        one = result(arm.capitalize(), arm, psnr_turned=20.0)
        return dataclasses.replace(one, config=dataclasses.replace(one.config, learning_rate=rate))

    assert said(at("ordinary", 3e-3), at("equivariant", 1e-2))[-1] == (
        "The learning rates differ: **Ordinary** 0.003 and **Equivariant** 0.01."
    )
    assert said(at("ordinary", 3e-3), at("equivariant", 3e-3))[-1] == "All of them learnt at the rate 0.003."


@pytest.mark.parametrize(
    ("recipe", "upright", "turned"), [("images", "psnr_0", "psnr_90"), ("ct", "psnr_upright", "psnr_rotated")]
)
def test_every_recipe_has_its_names_for_the_figures(recipe: str, upright: str, turned: str) -> None:
    one = dataclasses.replace(result("Ordinary", "ordinary", recipe=recipe), metrics={upright: 20.0, turned: 10.0})
    (sentence,) = said(one)
    assert sentence == "**Ordinary** reaches 20.0 dB on upright examples and 10.0 dB on turned ones."


def test_equal_runs_and_tasks_that_differ_are_said_to_be() -> None:
    twice = [result(name, "ordinary", psnr_turned=7.01) for name in ("One", "Two")]
    assert said(*twice) == ["On turned examples **One** and **Two** are equally good, at 7.0 dB."]
    mixed = [twice[0], result("Points", "ordinary", recipe="flow", accuracy_test=1.0)]
    assert said(*mixed) == ["These runs learnt different tasks, so their figures cannot be compared."]
    assert gain(shown_runs([])) is None


def test_a_run_that_diverged_is_said_to_have_and_compared_with_nothing() -> None:
    ruined = result("Ordinary", "ordinary", State.DIVERGED, psnr_turned=1.0, psnr_upright=2.0)
    initial = (
        "**Ordinary** diverged within 10 steps. Its figures belong to the weights that were kept: the initial ones."
    )
    assert said(ruined) == [initial]
    equivariant = result("Equivariant", "equivariant", psnr_upright=30.0, psnr_turned=30.0)
    assert said(ruined, equivariant) == [
        initial,
        "**Equivariant** reaches 30.0 dB on upright examples and 30.0 dB on turned ones.",
    ]
    (later,) = said(dataclasses.replace(ruined, weights_step=7))
    assert "kept: those after 7 steps, the last good ones." in later


def test_accuracies() -> None:
    best = result("Euler", "ordinary", recipe="flow", accuracy_test=0.95, accuracy_train=1.0)
    other = result("Plain", "ordinary", recipe="flow", accuracy_test=0.5)
    assert said(other, best) == [
        "**Euler** classifies 95.0 % of new points correctly, and 100.0 % of those that it learnt from; **Plain** "
        "50.0 %."
    ]
    assert said(dataclasses.replace(other, metrics={"accuracy_test": 0.94}), best)[0].endswith(
        "**Plain** 94.0 %, which is no lead: with one seed and one draw of noise each, a difference of up to 2.0 "
        "percentage points is not counted as one."
    )


def test_how_far_inputs_were_pulled_apart_is_said_with_what_is_promised() -> None:
    ratios = {"ordinary": 1.506, "nonexpansive": 0.9839}
    runs = [result(arm_title(arm), arm, recipe="stability", worst_ratio=ratio) for arm, ratio in ratios.items()]
    (sentence,) = [sentence for sentence in said(*runs) if "pulled apart" in sentence]
    assert sentence.endswith("by: **Ordinary** 1.51; **Non-expansive** 0.98 of at most 1, which is promised.")
    assert "pulled apart" not in " ".join(said(result("Ordinary", "ordinary", psnr_turned=7.0)))
    words = opening(learners({"ordinary": 4e-3, "nonexpansive": 1e-2}))
    assert "the **non-expansive** network is built to move no two images apart" in words.lower()
    assert words.endswith("What does that cost?")


def test_the_opening_names_terms_and_arms() -> None:
    assert opening(learners(TrainChoice().learning_rates)) == (
        "The networks see the same examples in equally many steps; the learning rates are each arm's own: ordinary "
        "0.003 and equivariant 0.01. "
        "The **equivariant** network is built to treat a turned image like an upright one and the **ordinary** network "
        "is shown upright images only. Does that help when examples are few?"
    )
    same = TrainChoice(rates=SAME_RATE)
    assert "the learning rate is 0.003 for all." in opening(learners(same.learning_rates))
    assert "Its learning rate is 0.03;" in opening(learners(TrainChoice("flow").learning_rates))


STATES = [*PRESETS.values(), *random_choices(TrainChoice, 200, seed=11)]


def test_every_state_of_the_page_has_true_words_above_it() -> None:
    for choice in STATES:
        arms = learners(choice.learning_rates)
        check_sentences(arms, [opening(arms)])
        with contextlib.suppress(ConfigError):  # settings that cannot be trained start no runs
            configs = choice.configs()
            assert [config.learning_rate for config in configs] == list(choice.learning_rates.values())


def random_results(random: Random) -> list[Result]:
    """Runs as they could stand side by side: any arms, states and figures, now and then close together."""
    tasks = random.choices(list(RECIPES), k=1 if random.random() < 0.9 else 2)
    found = []
    for k in range(random.randrange(5)):
        task = RECIPES[random.choice(tasks)]
        arm = random.choice(task.arms)
        config = TrainConfig(
            task.name, arm, n_train=9, steps=50, learning_rate=random.choice([None, 1e-6, 3e-3, 0.5, 1000])
        )
        state = random.choice([State.FINISHED, State.FINISHED, State.UPLOADED, State.DIVERGED])
        step = random.choice([1 if state is State.DIVERGED else 2, 3, 1234])
        level = random.choice([-3.0, 0.0, 9.96, 30.0])
        metrics = {
            name: random.choice(
                [math.nan, math.inf, (level + random.gauss(0, 1)) / (metric.scale), level / metric.scale]
            )
            for name, metric in task.metrics.items()
            if random.random() < 0.8
        }
        kept = step if state is not State.DIVERGED else random.randrange(step)
        found.append(Result(f"{arm_title(arm)} {'ABCDE'[k]}", config, metrics, 9, state, step, 3.0, kept))
    return found


def test_whatever_runs_reach_the_sentences_say_what_is_shown() -> None:
    random = Random(3)
    for _ in range(400):
        found = random_results(random)
        record = shown_runs(found)
        sentences = what_to_notice(record)
        check_sentences(record, sentences)
        assert len(sentences) <= 5
        for sentence in sentences:
            # Who is said to lead has the larger displayed number, and leads by more than the spread.
            if (
                match := re.match(r"On (\w+) examples \*\*(.+?)\*\* leads .* ahead of \*\*(.+?)\*\*\.", sentence)
            ) is not None:
                examples, *pair = match.groups()
                best, second = (next(r for r in record.runs if r.title == title).figures[examples] for title in pair)
                assert best > second
                assert best.minus(second) > record.spreads[examples].size
                assert all(
                    run.figures[examples] <= best
                    for run in record.runs
                    if not run.has_diverged and examples in run.figures
                )
        cells = {cell for column in comparison(found).values() for cell in column}
        assert all(str(figure) in cells for run in record.runs for figure in run.figures.values())
        if found and not any(result.state is State.DIVERGED for result in found) and record.is_one_task:
            check_sentences(record, [about_shipped(record)])


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
    quick, slow = (run_view(TrainConfig(n_train=4, steps=5, learning_rate=rate)) for rate in (0.01, 0.003))
    assert labels([quick, slow]) == ("Ordinary, N = 4, 5 steps, rate 0.01", "Ordinary, N = 4, 5 steps, rate 0.003")
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
    assert progress_words(waiting, (), 3) == "place 3 in the queue"
    assert progress_words(waiting, (), None) == "waits for a worker"


def test_the_pictures_of_a_step_are_the_last_before_it() -> None:
    assert [step_at((1, 10, 20), wanted) for wanted in (0, 1, 15, 20, 99)] == [1, 1, 10, 20, 20]
    assert step_at((), 5) is None
    assert after_words({"Ordinary": 400, "Equivariant": 400}) == "after step 400"
    assert after_words({"Ordinary": 3, "Equivariant": 1400}) == "Ordinary after step 3 and Equivariant after step 1,400"

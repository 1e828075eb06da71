"""The sections of the page on optimal control that play trainings back, without a browser."""

import csv
import io

import pytest

from structviz.training import CONTROL_SETS, OPTIMISERS, TrainingHistory, read_histories
from structviz.ui.pages.optimal_control import race
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.race import race_record, race_tables, say_race
from structviz.ui.pages.optimal_control.regulariser import say_smoothness, smooth_record, smooth_tables
from structviz.ui.pages.optimal_control.steps import say_time, time_record
from structviz.ui.pages.optimal_control.training_files import (
    race_csv,
    race_script,
    smooth_csv,
    time_csv,
)
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("optimal_control")


def test_learned_steps_play_and_their_words_are_those_of_the_record() -> None:
    app = healthy(open_page(control_learned="true", control_learned_set="spiral2d", control_learned_frame="4"))
    given = data_of(app, "trainings")
    assert [network["title"] for network in given["networks"]] == ["ODENet", "ODENet on the simplex"]
    assert given["frame"] == 4
    assert all(abs(sum(frame["h"]) - 1) < 1e-6 and min(frame["h"]) >= 0 for frame in given["networks"][1]["frames"])
    record = time_record(ControlChoice(learned_set="spiral2d"))
    assert any(all(sentence in text.value for sentence in say_time(record)) for text in app.markdown)


def test_the_race_of_another_seed_waits_for_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    app = healthy(open_page(control_race="true"))
    histories = read_histories("spiral2d", "backtracking")
    record = race_record(histories)
    texts = [text.value for text in app.markdown]
    assert set(race_tables(record)) <= set(texts)
    assert any(all(sentence in text for sentence in say_race(record)) for text in texts)

    trained: list[int] = []

    def quickly(config: object) -> TrainingHistory:
        trained.append(getattr(config, "seed"))  # noqa: B009
        return histories[len(trained) - 1]

    monkeypatch.setattr(race, "record_history", quickly)
    app = healthy(open_page(control_race="true", control_race_seed="3"))
    assert not trained
    app.button(key="control_race_start").click().run()
    healthy(app)
    assert trained == [3] * 4
    assert len(data_of(app, "trainings")["networks"]) == 4


@pytest.mark.parametrize("dataset", CONTROL_SETS)
def test_sentences_on_smoothness_are_true_of_the_study(dataset: str) -> None:
    records = [smooth_record(ControlChoice(smooth_set=dataset, smooth_weight=k)) for k in range(6)]
    free = records[0].now
    assert "Move the weight" in " ".join(say_smoothness(records[0]))
    for record in records[1:]:
        now, said = record.now, " ".join(say_smoothness(record))
        assert ("is smoother." in said) == (now.change < free.change)
        assert ("is calmer." in said) == (now.path < free.path)
        assert f"goes from {free.gap.bare} to {now.gap} ({now.least_gap.bare} to {now.most_gap.bare}" in said
        assert now.gap == now.train.minus(now.test)
        assert ("gains" in said, "costs" in said) == (now.test > free.test, now.test < free.test)
    changes = [float(record.now.change) for record in records]
    assert changes == sorted(changes, reverse=True), "a larger weight makes smoother controls"


def test_the_section_on_smoothness_plays_the_weights() -> None:
    app = healthy(open_page(control_smooth="true", control_smooth_weight="3"))
    given = data_of(app, "trainings")
    assert (given["frame"], given["weights"], len(given["networks"][0]["frames"])) == (3, True, 6)
    record = smooth_record(ControlChoice(smooth_weight=3))
    assert set(smooth_tables(record)) <= {text.value for text in app.markdown}


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("dataset", CONTROL_SETS)
def test_sentences_are_true_of_what_ships(dataset: str, optimiser: str) -> None:
    histories = read_histories(dataset, optimiser)
    record = race_record(histories)
    plain, resnet, free, simplex = record.networks
    assert plain.sum is None
    assert (str(resnet.sum), str(simplex.sum), simplex.negative) == ("1.00", "1.00", 0)
    for network in record.networks:
        assert network.total.value == network.loss.value + network.cost.value
    said = " ".join(say_race(record))
    assert f"J = {min(network.total for network in record.networks)}" in said
    assert f"{max(network.test for network in record.networks)} right" in said
    time = time_record(ControlChoice(learned_set=dataset, learned_by=optimiser))
    assert (time.free, time.simplex) == (free, simplex)
    words = " ".join(say_time(time))
    assert ("costs nothing" in words, "is ahead" in words) == (simplex.test == free.test, simplex.test > free.test)
    assert (f"{simplex.off} of 20 layers are off" in words) == bool(simplex.off)


def test_tables_say_what_the_page_says() -> None:
    histories = read_histories("spiral2d", "backtracking")
    times = list(csv.DictReader(io.StringIO(time_csv(histories[2:]))))
    assert len(times) == 2 * len(histories[0].steps) * 20
    last = [float(row["h"]) for row in times if row["network"] == "ODENet" and row["training_step"] == "2000"]
    record = race_record(histories)
    assert f"{sum(last):.2f}" == str(record.networks[2].sum)
    race_rows = [row for row in csv.DictReader(io.StringIO(race_csv(histories))) if row["training_step"] == "2000"]
    for row, network in zip(race_rows, record.networks, strict=True):
        assert row["network"] == network.title
        assert f"{100 * float(row['accuracy_test']):.1f} %" == str(network.test)
    smooth = list(csv.DictReader(io.StringIO(smooth_csv("donut2d"))))
    assert len(smooth) == 18
    compile(race_script("donut1d", "adam", 3), "script", "exec")

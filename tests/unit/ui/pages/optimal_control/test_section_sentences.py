"""Every sentence of the sections on the car, the race, time steps and smoothness says numbers of its record alone."""

import pytest

from structviz.training import CONTROL_SETS, OPTIMISERS, SMOOTHNESS_WEIGHTS, read_histories
from structviz.ui.pages.optimal_control.choice import CAR_STEPS, ControlChoice
from structviz.ui.pages.optimal_control.linear import linear_record, linear_study, say_linear
from structviz.ui.pages.optimal_control.networks import EXPLICIT
from structviz.ui.pages.optimal_control.race import race_record, say_race
from structviz.ui.pages.optimal_control.regulariser import say_smoothness, smooth_record
from structviz.ui.pages.optimal_control.steps import say_time, time_record
from tests.sentences import check_sentences


@pytest.mark.parametrize("method", EXPLICIT)
def test_the_car(method: str) -> None:
    for steps in CAR_STEPS:
        record = linear_record(ControlChoice(car_method=method, car_steps=steps), linear_study(method, steps))
        check_sentences(record, say_linear(record))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("dataset", CONTROL_SETS)
def test_trained_networks(dataset: str, optimiser: str) -> None:
    race = race_record(read_histories(dataset, optimiser))
    check_sentences(race, say_race(race))
    time = time_record(ControlChoice(learned_set=dataset, learned_by=optimiser))
    left = time.simplex.n_layers - time.simplex.off
    check_sentences((time, left), say_time(time), ["1"])  # steps of 1/20


@pytest.mark.parametrize("dataset", CONTROL_SETS)
def test_smooth_controls(dataset: str) -> None:
    for weight in range(len(SMOOTHNESS_WEIGHTS)):
        record = smooth_record(ControlChoice(smooth_set=dataset, smooth_weight=weight))
        check_sentences(record, say_smoothness(record))

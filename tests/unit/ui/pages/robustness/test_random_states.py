"""Hundreds of random states of the page: records hold what the studies found, and sentences what the records hold."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest
import torch

from structviz.attacks import Attack
from structviz.data import digits, imagenet_classes
from structviz.displayed import percent
from structviz.studies.robustness import DIGIT_NETWORKS, Attempts, Trial, digit_network, turn, verdict
from structviz.studies.robustness.controls import ControlStudy
from structviz.studies.robustness.transfer import Afterwards
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.digit_record import hand_record, say_hand, say_trial, trial_record
from structviz.ui.pages.robustness.facts import fact_record, say_facts
from structviz.ui.pages.robustness.options import ANYTHING, PHOTOS
from structviz.ui.pages.robustness.record import levels, noise_record, turn_record
from structviz.ui.pages.robustness.results import noise_study, turn_study, worst_turn
from structviz.ui.pages.robustness.sentences import headline, key_number, what_to_notice, what_turns
from tests.sentences import check_sentences

STATES = 200

noise_of, turn_of, worst_of = cache(noise_study), cache(turn_study), cache(worst_turn)
"""Of what ships; the strength and the angle are the page's."""

ALWAYS = ("255", "224", "0", "256", "1", "100")
"""Numbers that belong to files and names; the 1 of "1-Lipschitz"."""


def choices(seed: int) -> Iterator[RobustnessChoice]:
    draw = Random(seed)
    for _ in range(STATES):
        target = draw.choice(["gibbon", ANYTHING])
        yield RobustnessChoice(
            draw.choice(list(PHOTOS)), target=target, epsilon=draw.randrange(33) / 4, angle=5 * draw.randrange(73)
        )


def test_a_photograph_with_noise() -> None:
    names = imagenet_classes()
    for choice in choices(0):
        study = noise_of(replace(choice, epsilon=0.0, angle=0))
        record = noise_record(choice, study)
        k = round(4 * choice.epsilon)
        shares, classes = study.probabilities.max(1)
        goal = [int(c) == study.target if study.target is not None else int(c) != study.label for c in classes]
        assert (record.found, record.share) == (names[int(classes[k])], percent(shares[k].item()))
        assert (record.clean, record.clean_share) == (names[int(classes[0])], percent(shares[0].item()))
        assert float(record.eps) == pytest.approx(choice.epsilon)
        assert record.first is not None
        assert float(record.first) == goal.index(True) / 4
        assert record.succeeds == goal[k]
        assert key_number(record)[1] == str(record.share)
        assert (float(record.most), record.is_own, record.is_whole) == (8, False, True)
        stopped = replace(record, steps=Random(k).randrange(1, 48), all_steps=48, first=None, is_own=True)
        for one in (record, stopped):
            check_sentences(one, [headline(one), *what_to_notice(one)], ALWAYS)
            assert ("was stopped" in " ".join(what_to_notice(one))) == (one is stopped)


def test_a_photograph_that_turns() -> None:
    names = imagenet_classes()
    for choice in choices(1):
        study = turn_of(RobustnessChoice(choice.photo))
        worst = worst_of(RobustnessChoice(choice.photo), study)
        record = turn_record(choice, study, worst)
        shares, classes = study.probabilities.max(1)
        k = choice.angle // 5 % 72
        assert (record.found, record.share) == (names[int(classes[k])], percent(shares[k].item()))
        assert float(record.angle) == choice.angle % 360
        assert (record.kept, record.n_angles) == (int((classes == study.label).sum()), 72)
        assert record.between_found == names[int(worst.probabilities.argmax())]
        assert float(record.between) == pytest.approx(torch.rad2deg(torch.tensor(worst.angle)).item(), abs=0.051)
        assert record.is_fooled_between == (record.between_found != record.clean)
        said = what_turns(record)
        check_sentences(record, said, ALWAYS)
        assert str(record.between) in said[1]


def test_a_digit_in_hand_and_attempts_on_it() -> None:
    nets = {arm: digit_network(arm) for arm in DIGIT_NETWORKS}
    images, labels = digits("test")
    draw = Random(2)
    for _ in range(STATES):
        k, angle = draw.randrange(len(images)), 5 * draw.randrange(72)
        found = {arm: verdict(net, turn(images[k : k + 1], angle)) for arm, net in nets.items()}
        truth = draw.choice([None, int(labels[k])])
        record = hand_record(found, truth, angle)
        certain = found["nonexpansive"].certificate
        assert certain is not None
        assert record.found == {arm: one.label for arm, one in found.items()}
        assert record.share == {arm: percent(max(one.probabilities), 0) for arm, one in found.items()}
        assert 0 <= certain.radius - float(record.radius) < 0.01
        assert record.runner_up == certain.runner_up
        said = say_hand(record)
        check_sentences(record, said, (*ALWAYS, "8", "4"))
        wrong = truth is not None and record.found["nonexpansive"] != truth
        assert ("certain of a wrong class" in " ".join(said)) == wrong
        trial = Trial(
            Attempts(certain.radius, 10_000, draw.choice([0, 3]), 10, draw.choice([0, 2]), certain.radius),
            {arm: draw.choice([None, 0.5, 1.25, 3.0]) for arm in nets},
            {arm: draw.random() < 0.3 for arm in nets},
        )
        tried = trial_record(trial, certain.radius, 4.0)
        assert tried.changed == trial.within.random_changed + trial.within.climbs_changed
        assert tried.noisy == tuple(arm for arm, won in trial.random.items() if won)
        check_sentences(tried, say_trial(tried), (*ALWAYS, "8"))


def test_controls_of_every_outcome() -> None:
    draw = torch.Generator().manual_seed(3)
    photo = torch.zeros(1, 3, 2, 2)
    choice = RobustnessChoice("coffee", target=ANYTHING, epsilon=7.5)
    seen: set[str] = set()
    for _ in range(STATES):

        def logits() -> torch.Tensor:
            return 3 * torch.randn(1, 3, generator=draw)

        def attack() -> Attack:
            return Attack(photo, photo, torch.tensor([True]), torch.zeros(2, 1), logits(), "linf", 7 / 255)

        rows = tuple(
            Afterwards(name, *(logits().softmax(1)[0] for _ in range(2))) for name in ("shift by 4 pixels", "JPEG 50")
        )
        found = ControlStudy(0, 7 / 255, attack(), attack(), attack(), attack(), logits(), rows)
        record = fact_record(choice, found)
        assert str(record.eps) == "7"  # whole levels
        for row, other in (
            (record.gradient, found.gradient.logits),
            (record.random, found.random.logits),
            (record.square, found.square.logits),
            (record.masked, found.masked.logits),
            (record.transferred, found.transferred),
        ):
            share, best = other.softmax(1)[0].max(0)
            assert (row.found, row.share) == (imagenet_classes()[int(best)], percent(share.item()))
            assert row.changes == (int(best) != 0)
        for one in rows:
            assert record.afterwards[one.name].changes == (one.attacked.argmax() != one.clean.argmax()).item()
        said = say_facts(record)
        check_sentences(record, said, (*ALWAYS, "4", "50"))
        seen |= {kind for kind in ("direction counts", "fragile", "Hidden is not robust") if kind in " ".join(said)}
    assert len(seen) == 3
    assert [str(levels(eps / 255)) for eps in (0.25, 1)] == ["0.25", "1"]

"""Every sentence on denoisers against its record: studies that are drawn at random, and what each kind must say."""

import math
from random import Random

import pytest
import torch

from structviz.data import IMAGES
from structviz.displayed import number
from structviz.figures.strip import encode_strip
from structviz.studies.stability import AttackCurve, Quality, Restoration
from structviz.ui.pages.stability.attack import attack_csv, attack_record, attack_strip, say_attack
from structviz.ui.pages.stability.choice import EPSILONS, LEVELS, StabilityChoice
from structviz.ui.pages.stability.denoisers import DENOISERS
from structviz.ui.pages.stability.plug_and_play import (
    CASES,
    INSIDE,
    iteration_csv,
    iteration_record,
    iteration_strip,
    kept_steps,
    say_iteration,
)
from structviz.ui.pages.stability.price import price_csv, price_record, say_price
from tests.random_choices import random_choices
from tests.sentences import check_sentences

_NOTHING = number(0, 2)

CHOICES = random_choices(StabilityChoice, 200, seed=8, draw={"pair": lambda _: "0.1,0.05,0,-0.03"})


def attack(random: Random, is_bounded: bool) -> AttackCurve:
    gain, calm = random.uniform(0.5, 1.0 if is_bounded else 1.5), random.uniform(2, 6)
    eps = torch.tensor(EPSILONS)[:, None]
    pictures = torch.rand(len(EPSILONS), 1, 1, 64, 64)
    return AttackCurve(eps[:, 0], pictures - 0.5, pictures, gain * eps, calm + random.uniform(0, 1) * eps, calm + eps)


def iteration(random: Random, steps: int) -> Restoration:
    x = torch.rand(1, 1, 64, 64)
    residuals = torch.linspace(0, -random.uniform(1, 8), steps, dtype=torch.float64).exp()[:, None]
    kind = random.choice(["settles", "grows", "diverges"])
    if kind == "grows":
        residuals[steps // 2 :] *= torch.linspace(1, 1e4, steps - steps // 2, dtype=torch.float64)[:, None]
    elif kind == "diverges":
        residuals[-3:] = random.choice([math.nan, math.inf, 1e9])
    return Restoration(x, residuals, tuple(range(steps + 1)), x.expand(steps + 1, 1, 1, 64, 64))


def quality(random: Random) -> Quality:
    psnr = random.uniform(20, 30) - torch.linspace(0, 8, len(LEVELS))[:, None].expand(-1, len(IMAGES))
    return Quality(LEVELS, psnr, torch.rand(len(LEVELS), len(IMAGES), 1, 8, 8))


def test_sentences_on_attacks_say_what_the_record_says() -> None:
    random, seen = Random(1), []
    for choice in CHOICES:
        found = {name: attack(random, kind.is_bounded) for name, kind in DENOISERS.items()}
        record = attack_record(choice, found)
        words = say_attack(record)
        check_sentences(record, words)
        free = record.denoisers["ordinary"]
        assert (", more than ε" in words[0]) == (free.shift > record.epsilon > _NOTHING)
        assert ("closer" in " ".join(words)) == (
            record.epsilon > _NOTHING and free.error < record.denoisers["nonexpansive"].error
        )
        seen.append(" ".join(words))
    for kind in ("closer", "farther away", "no more than", "Nothing is attacked"):
        assert 0 < sum(kind in words for words in seen) < len(seen), kind


def test_sentences_on_iterations_say_what_the_record_says() -> None:
    random, seen = Random(2), []
    for choice in CHOICES[:20]:
        found = {name: iteration(random, choice.steps) for name in INSIDE}
        record = iteration_record(choice, found)
        words = say_iteration(record)
        check_sentences(record, words, ["0"])
        for one, sentence in zip(record.denoisers.values(), words, strict=False):
            assert ("diverges" in sentence) == one.is_lost
            assert ("does not settle" in sentence) <= (one.grows > 0 and one.last > one.least)
        seen.append(" ".join(words))
    for kind in ("diverges", "does not settle", "the residual falls to", "a rotation"):
        assert 0 < sum(kind in words for words in seen) < len(seen), kind


def test_sentences_on_the_price_say_what_the_record_says() -> None:
    random, seen = Random(3), []
    for choice in CHOICES:
        record = price_record(choice, {name: quality(random) for name in DENOISERS})
        words = say_price(record)
        check_sentences(record, words)
        free, first = record.denoisers["ordinary"], record.denoisers["nonexpansive"]
        assert ("So the promise costs" in words[1]) == (first.psnr < free.psnr)
        assert ("ahead" in words[1]) == (first.psnr > free.psnr)
        seen.append(" ".join(words))
    for kind in ("So the promise costs", "ahead", "It costs most"):
        assert 0 < sum(kind in words for words in seen) < len(seen), kind


def test_strips_and_tables_have_what_is_said() -> None:
    random, choice = Random(4), StabilityChoice(steps=100)
    attacks = {name: attack(random, kind.is_bounded) for name, kind in DENOISERS.items()}
    strip = attack_strip(choice, attacks)
    assert encode_strip(strip)
    assert strip.plots[0].curves[0].values == EPSILONS
    assert attack_csv(attacks).count("\n") == 1 + len(DENOISERS) * len(EPSILONS)
    found = {name: iteration(random, 100) for name in INSIDE}
    assert encode_strip(iteration_strip(choice, found))
    assert iteration_csv(found).count("\n") == 101
    qualities = {name: quality(random) for name in DENOISERS}
    assert price_csv(qualities).count("\n") == 1 + len(DENOISERS) * len(LEVELS) * len(IMAGES)


def test_a_lost_iteration_is_drawn_as_diverged() -> None:
    choice = StabilityChoice(steps=100)
    lost = iteration(Random(0), 100)
    lost.residuals[50:] = math.nan
    strip = iteration_strip(choice, dict.fromkeys(INSIDE, lost))
    cell = strip.rows[0][1]
    assert cell is not None
    assert cell.captions[-1] == "diverged"
    assert cell.captions[0] != "diverged"
    assert math.isnan(strip.plots[0].curves[0].values[-1])


@pytest.mark.parametrize("n", [100, 300, 500])
def test_the_first_and_the_last_step_are_shown(n: int) -> None:
    steps = kept_steps(n)
    assert (steps[0], steps[-1]) == (0, n)
    assert list(steps) == sorted(set(steps))


@pytest.mark.parametrize("title", CASES)
def test_cases_can_be_chosen(title: str) -> None:
    assert StabilityChoice(**CASES[title]).plug is False

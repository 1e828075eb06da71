"""Every sentence on photographs against its record and its pictures: presets, random states, records of every kind."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from structviz.displayed import number, percent
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.facts import FactRecord, FactRow, say_facts
from structviz.ui.pages.robustness.options import ANYTHING, PHOTOS, class_phrase
from structviz.ui.pages.robustness.presets import PRESETS
from structviz.ui.pages.robustness.record import NoiseRecord, TurnRecord, levels, noise_record, turn_record
from structviz.ui.pages.robustness.results import classifier, noise_study, turn_study, worst_turn
from structviz.ui.pages.robustness.sentences import headline, what_to_notice, what_turns
from tests.random_choices import random_choices
from tests.sentences import check_sentences

ALWAYS = ("255", "224", "0", "256")
"""Numbers that belong to files and to the classifier."""


DRAW = {
    # Attacks for these ship; others take a minute each, and bring no other sentences.
    "photo": lambda random: random.choice(list(PHOTOS)),
    "target": lambda random: random.choice(("gibbon", ANYTHING)),
    "epsilon": lambda random: random.choice((0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)),
}
CHOICES = [*PRESETS.values(), *random_choices(RobustnessChoice, 200, seed=7, draw=DRAW)]


@pytest.fixture(scope="module")
def records() -> list[NoiseRecord]:
    found = [noise_record(choice, noise_study(choice)) for choice in CHOICES]
    stopped = replace(found[0], steps=3, all_steps=48, is_own=True, first=None)
    return [*found, stopped]


def test_classes_are_those_of_the_drawn_pictures(records: list[NoiseRecord]) -> None:
    seen = list(zip(CHOICES, records[:-1], strict=True))
    for choice, record in Random(9).sample(seen, 12):
        study = noise_study(choice)
        k = study.frame(choice.epsilon / 255)
        picture = study.attacked(k)
        assert (picture - study.photo).abs().max() <= choice.epsilon / 255 + 1e-6
        shares = classifier()(picture).softmax(1)[0]
        assert record.found == class_phrase(int(shares.argmax()))
        assert float(record.share) == pytest.approx(100 * shares.max().item(), abs=0.2)
        if record.first is not None:
            assert (float(record.eps) >= float(record.first)) >= record.succeeds


def test_turned_photographs_have_the_classes_that_are_said() -> None:
    for choice in CHOICES[:: len(CHOICES) // 25]:
        study = turn_study(choice)
        record = turn_record(choice, study, worst_turn(choice, study))
        check_sentences(record, what_turns(record), ALWAYS)
        classes = study.probabilities.argmax(1)
        assert record.found == class_phrase(int(classes[study.frame(choice.angle)]))
        assert ("It keeps its class at all" in " ".join(what_turns(record))) == bool((classes == classes[0]).all())


def test_sentences_say_what_the_record_says(records: list[NoiseRecord]) -> None:
    for record in records:
        check_sentences(record, [headline(record), *what_to_notice(record)], ALWAYS)


def test_each_kind_of_sentence_occurs_and_is_not_always_there(records: list[NoiseRecord]) -> None:
    said = [" ".join([headline(record), *what_to_notice(record)]) for record in records]
    kinds = (
        "turns",
        "no longer sees",
        "does not change it",
        "No noise is added",
        "is still",
        "no proof",
        "stopped",
        "own",
    )
    for kind in kinds[:-1]:
        assert 0 < sum(kind in words for words in said) < len(said), kind


def turned(photo: str, angle: int = 0) -> TurnRecord:
    choice = RobustnessChoice(photo, angle=angle)
    study = turn_study(choice)
    return turn_record(choice, study, worst_turn(choice, study))


def test_turns_say_whether_the_class_is_kept() -> None:
    for photo in PHOTOS:
        record = turned(photo, 180)
        check_sentences(record, what_turns(record), ALWAYS)
        assert ("at all" in what_turns(record)[1]) == record.survives
    assert turned("coffee").survives
    rocket = turned("rocket")
    assert not rocket.survives
    assert rocket.between_found != rocket.clean
    assert f"{rocket.between}: {rocket.between_found}" in what_turns(rocket)[1]


def test_strengths_have_as_many_digits_as_they_need() -> None:
    assert [str(levels(eps / 255)) for eps in (0, 0.25, 0.5, 4)] == ["0", "0.25", "0.5", "4"]


def test_what_controls_show_follows_from_what_they_changed() -> None:
    for flags in product((False, True), repeat=6):
        check_facts(flags)


def check_facts(flags: tuple[bool, ...]) -> None:
    rows = [FactRow("noise", "cup" if on else "espresso", percent(0.4), on) for on in flags]
    record = FactRecord(
        "a cup",
        "espresso",
        number(2),
        rows[0],
        rows[1],
        rows[2],
        rows[3],
        rows[4],
        {"a shift": rows[5], "a turn": rows[0]},
    )
    said = " ".join(say_facts(record))
    check_sentences(record, say_facts(record), (*ALWAYS, "100"))
    assert ("the direction counts" in said) == (flags[0] and not flags[1])
    assert ("Hidden is not robust" in said) == (flags[4] and not flags[3])


def test_angles_that_were_looked_at_promise_nothing_of_those_between() -> None:
    record = turned("coffee")
    assert record.is_fooled_between
    assert record.between_found != record.clean
    assert "loses it between them" in " ".join(what_turns(record))
    holds = replace(record, is_fooled_between=False, between_found=record.clean)
    check_sentences(holds, what_turns(holds), ALWAYS)
    assert "Nothing promises this" in " ".join(what_turns(holds))

"""What the CT page says about its sweeps follows from their tables and settings."""

import json
from random import Random

import pytest

from structviz import zoo
from structviz.displayed import decibels
from structviz.training import CT_SWEEPS, choose_by_validation, gains, read_rows
from structviz.training.table import Row
from structviz.ui.pages.ct.options import SWEEPS
from structviz.ui.pages.ct.sweep import (
    ChosenLength,
    Gain,
    about_gains,
    about_lengths,
    about_the_sweep,
    gains_table,
    lengths_table,
    shown_gains,
    shown_lengths,
)
from structviz.zoo import PRETRAINED
from tests.sentences import check_sentences


def gain(
    mean: float, error: float | None, n: int = 10, orientation: str = "upright", against: str = "ordinary"
) -> Gain:
    shown = None if error is None else decibels(error)
    return Gain("equivariant", against, orientation, n, decibels(mean), shown)


@pytest.mark.parametrize("dataset", CT_SWEEPS)
def test_the_caption_tells_the_settings_of_its_sweep(dataset: str) -> None:
    path = PRETRAINED / CT_SWEEPS[dataset]
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]["ordinary"]
    every = read_rows(path)
    rows, lengths = choose_by_validation(every), shown_lengths(every)
    text = about_the_sweep(rows, settings, lengths)
    start = {"fbp": "filtered backprojection", "zero": "zero"}[settings["net"]["start"]]
    assert f"start from {start}" in text
    assert "computer-made chests of 64×64 pixels, 30 views, 10,000 photons" in text
    assert "20 held-out patients, all of them in each violin" in text
    one_seed = [row for row in rows if row.seed in (None, 1)]
    assert "steps with 1 seed, one length for all;" in about_the_sweep(one_seed, settings)
    assert "1 seeds" not in about_the_sweep(one_seed, settings)


def row(steps: int | None, arm: str = "ordinary", seed: int = 0, n_train: int = 10) -> Row:
    return Row("ct", arm, "", n_train, seed, "upright", 0, 30.0, 0.9, steps=steps)


def test_lengths_chosen_by_validation_are_told() -> None:
    settings = {"steps": 7, "net": {"image_size": 64, "n_views": 30, "iterations": 5, "start": "fbp"}}
    assert "trained for 7 steps with 1 seed, one length for all;" in about_the_sweep([row(None)], settings)
    rows, lengths = [row(1000), row(4000, n_train=30)], [length(1000, 10, 1000, 4000)]
    text = about_the_sweep(rows, settings, lengths)
    assert "trained for 1,000 and 4,000 steps with 1 seed, the length for each arm and N chosen by" in text
    assert "by validation with 2 seeds;" in text
    # One length can be the best one everywhere.
    assert "for 1,000 steps with 1 seed, the length for each" in about_the_sweep(rows[:1], settings, lengths)
    seeds = [row(1000), row(1000, seed=1), row(1000, n_train=30)]
    assert "with 1 to 2 seeds, one length for all" in about_the_sweep(seeds, settings, [length(1000, 10, 1000)])


def test_an_arm_that_does_not_ship_is_named() -> None:
    settings = {"steps": 7, "net": {"image_size": 64, "n_views": 30, "iterations": 5, "start": "fbp"}}
    assert "ships" not in about_the_sweep([row(None)], settings)
    text = about_the_sweep([row(None), row(None, "equivariant-augmented")], settings)
    assert text.endswith("The equivariant + augmented arm stands in this table alone: no network of it ships.")
    assert not any("equivariant-augmented" in name for name in zoo.names() if name.startswith("ct/"))


def length(steps: int, n_train: int, *compared: int, arm: str = "ordinary") -> ChosenLength:
    return ChosenLength(arm, n_train, steps, compared, len(compared) > 1 and steps == compared[-1], 2)


def test_what_validation_says_of_lengths() -> None:
    found = [
        length(500, 10, 500, 1500),
        length(1500, 30, 1500),
        length(3000, 300, 1500, 3000),
        length(1500, 10, 500, 1500, arm="augmented"),
        length(1500, 300, 1500, 3000, arm="augmented"),
    ]
    assert about_lengths(found) == (
        "By validation more patients want longer training: the **ordinary** network 500 steps with 10 patients, 3,000 "
        "with 300. The longest training that was compared is the best one for the ordinary network at N = 300 and "
        "for the augmented network at N = 10: a longer one might do better."
    )
    assert lengths_table(found).splitlines() == [
        "| steps, chosen by validation | N = 10 | N = 30 | N = 300 |",
        "|---|---|---|---|",
        "| Ordinary | 500 of 500 and 1,500 | 1,500 | 3,000 of 1,500 and 3,000 |",
        "| Augmented | 1,500 of 500 and 1,500 | – | 1,500 of 1,500 and 3,000 |",
    ]
    shorter = about_lengths([length(1500, 10, 500, 1500, 3000), length(500, 30, 500, 1500)])
    assert shorter == (
        "By validation more patients want shorter training: the **ordinary** network 1,500 steps with 10 patients, 500 "
        "with 30."
    )
    assert about_lengths([length(1500, 10, 1500)]) == "", "nothing was compared"


def test_random_tables_of_lengths_are_told_as_they_are() -> None:
    random = Random(7)
    for _ in range(200):
        found = []
        for arm in random.sample(["ordinary", "augmented", "equivariant", "equivariant + augmented"], 3):
            for n_train in random.sample([10, 30, 100, 300], random.randint(1, 4)):
                compared = sorted(random.sample([500, 1500, 3000, 6000], random.randint(1, 3)))
                found.append(length(random.choice(compared), n_train, *compared, arm=arm))
        found.sort(key=lambda one: one.n_train)
        text = about_lengths(found)
        check_sentences(found, [text] if text else [])
        assert ("might do better" in text) == any(one.is_longest for one in found)
        for one in found:
            assert f" {one} |" in lengths_table(found)
        for arm in {one.arm for one in found}:
            told = [one for one in found if one.arm == arm and len(one.compared) > 1]
            longer, _, shorter = text.partition("want shorter training")
            grows = len(told) > 1 and told[-1].steps > told[0].steps
            assert ("want longer training" in longer and f"the **{arm}** network" in longer) == grows
            shrinks = len(told) > 1 and told[-1].steps < told[0].steps
            assert (f"the **{arm}** network" in shorter) == shrinks


def test_random_gains_are_told_as_they_are() -> None:
    random = Random(8)
    for _ in range(200):
        found = [
            gain(random.uniform(-1, 1), random.choice([None, random.uniform(0, 0.6)]), n, lies, against)
            for lies in ("upright", "rotated")
            for against in ("ordinary", "augmented")
            for n in random.sample([10, 30, 100, 300], random.randint(1, 4))
        ]
        found.sort(key=lambda one: one.n_train)
        text = about_gains(found)
        check_sentences(found, [text])
        for one in found:
            leader, follower = ("equivariant", one.against) if one.mean.value > 0 else (one.against, "equivariant")
            if one.is_certain:
                assert f"the **{leader}** network is ahead of the {follower} one at" in text
        assert ("one seed alone" in text) == any(one.error is None for one in found)


def test_every_sweep_has_a_name_for_people() -> None:
    assert set(SWEEPS) == set(CT_SWEEPS)


def test_only_gains_beyond_twice_their_error_are_leads() -> None:
    found = [gain(0.2, 0.1), gain(0.3, 0.1, 30), gain(-0.9, 0.2, 100), gain(-0.4, 0.2, 300)]
    text = about_gains(found)
    assert text == (
        "On upright patients the **equivariant** network is ahead of the ordinary one at N = 30 and the **ordinary** "
        "network is ahead of the equivariant one at N = 100."
    )
    assert about_gains([gain(5.0, None)]) == "Differences without an error were measured with one seed alone."
    assert "by more than twice the standard error. Differences without an error" in about_gains(
        [gain(5.0, None), gain(0.1, 0.1, 30)]
    )
    assert about_gains([gain(0.0, 0.0)]).endswith("do not differ by more than twice the standard error.")


def test_leads_everywhere_are_said_in_short() -> None:
    text = about_gains([gain(1.0, 0.1), gain(2.0, 0.1, 30), gain(-1.0, 0.1, 10, "rotated", "augmented")])
    assert "the **equivariant** network is ahead of the ordinary one at every N." in text
    assert "On rotated patients the **augmented** network is ahead of the equivariant one at N = 10." in text


def test_the_table_has_a_line_for_each_comparison_and_a_column_for_each_size() -> None:
    table = gains_table([gain(0.25, 0.14), gain(-0.88, 0.22, 30), gain(1.0, None, 30, "rotated")]).splitlines()
    assert table[0] == "| dB, mean ± standard error | N = 10 | N = 30 |"
    assert table[2] == "| Equivariant − ordinary, upright | +0.3 ± 0.1 | −0.9 ± 0.2 |"
    assert table[3] == "| Equivariant − ordinary, rotated | – | +1.0 |"


@pytest.mark.parametrize("dataset", CT_SWEEPS)
def test_what_is_said_of_our_sweeps_is_in_their_tables(dataset: str) -> None:
    every = read_rows(PRETRAINED / CT_SWEEPS[dataset])
    rows, lengths = choose_by_validation(every), shown_lengths(every)
    found = shown_gains(rows)
    check_sentences([found, lengths], [about_gains(found), *filter(None, [about_lengths(lengths)])])
    shown = {(row.arm, row.n_train): row.steps for row in rows if row.steps is not None}
    assert {(one.arm.replace(" + ", "-"), one.n_train): one.steps for one in lengths} == shown
    for one in found:
        spread = gains(rows, one.arm.replace(" + ", "-"), one.against)[one.orientation, one.n_train]
        assert float(one.mean) == pytest.approx(spread.mean, abs=0.0501)
    named = {(one.arm, one.against) for one in found}
    assert {("equivariant", "ordinary"), ("equivariant", "augmented")} <= named
    for one in found:
        behind = f"the **{one.against}** network is ahead of the {one.arm} one"
        if one.is_certain and one.mean.value < 0:
            assert behind in about_gains(found)

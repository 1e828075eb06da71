"""The study of the training set's size: what is drawn and said follows from the table."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from structviz.displayed import significant
from structviz.training import Row
from structviz.ui.pages.rotation.gap_record import GapStudy, Shown
from structviz.ui.pages.rotation.gap_sentences import about_gaps, about_leads
from structviz.ui.pages.rotation.gaps import gap_study, study_of_photographs
from structviz.ui.pages.rotation.photographs import rates_table
from tests.sentences import check_sentences

SIZES = (4, 64, 2000)
RATE = significant(0.004, 3)
SHOWN = Shown(4, 1500, RATE)


def rows(lead: dict[int, float], tuned: float = 0.0, random: Random | None = None) -> Iterator[Row]:
    """A table with the lead of the equivariant arm at each size; a rate of its own adds `tuned` dB at N = 4."""
    for arm in ("ordinary", "augmented", "equivariant"):
        for n_train, ahead in lead.items():
            for rate in (0.004, 0.002) if n_train == 4 and tuned else (0.004,):
                for steps in (500, 1500):
                    for seed in range(3):
                        gain = (ahead if arm == "equivariant" else 0.0) + (tuned if rate == 0.002 else 0.0) * (
                            arm == "equivariant"
                        )
                        # Long runs are better on patches for validation, and much better on held-out ones.
                        level = (
                            20 + gain + (5 if steps == 1500 else 0) + (random.gauss(0, 0.3) if random else 0.1 * seed)
                        )
                        validation = level - 0.1
                        for orientation in ("upright", "rotated"):
                            group = "C4" if arm == "equivariant" else ""
                            yield Row(
                                "images", arm, group, n_train, seed, orientation, 0, level, 0.5, rate, steps, validation
                            )


def said(study: GapStudy) -> str:
    sentences = [*about_leads(study), *about_gaps(study)]
    check_sentences(study, [" ".join(sentences)])
    return " ".join(sentences)


def test_leads_at_equal_rates_and_at_tuned_ones() -> None:
    study = gap_study(tuple(rows({4: 1.0, 64: 0.5, 2000: -0.4}, tuned=0.7)), SHOWN)
    found = said(study)
    assert (
        "**Upright, equivariant − ordinary**: −0.4 dB to +1.0 dB at equal rates (0.004), with every seed ahead at "
        "N = 4 and 64; with every seed behind at N = 2,000; +1.7 dB at tuned rates, with every seed ahead at N = 4. "
        "Tuning the rates changes this lead by +0.7 dB: larger with every seed at N = 4."
    ) in found
    assert "The networks on this page learnt from N = 4 patches at equal rates, with one of the seeds" in found
    assert "Lengths and tuned rates (of 0.002 and 0.004) were chosen on patches for validation." in found
    assert (
        "tuning changes the means of **ordinary** by 0.0 dB, **augmented** by 0.0 dB and **equivariant** by +0.7 dB."
        in found
    )
    assert [curve.rates for curve in study.curves if curve.examples == "upright"] == ["equal", "tuned"] * 2


def test_rates_are_tuned_only_where_both_arms_had_several_with_every_seed() -> None:
    table = [row for row in rows({4: 1.0}, tuned=0.7) if row.arm != "augmented" or row.rate == 0.004]
    found = {(curve.against, curve.rates) for curve in gap_study(table, SHOWN).curves}
    assert found == {("ordinary", "equal"), ("ordinary", "tuned"), ("augmented", "equal")}
    once = [row for row in rows({4: 1.0}, tuned=0.7) if row.rate == 0.004 or row.seed == 0]
    study = gap_study(once, SHOWN)
    assert {curve.rates for curve in study.curves} == {point.rates for point in study.arms} == {"equal"}
    assert rates_table(study) == ""
    assert "tun" not in said(study)


def test_a_rate_that_only_one_arm_likes_widens_or_narrows_the_lead() -> None:
    table = list(rows({4: 1.0, 64: 0.5}, tuned=0.7))
    better = [
        dataclasses.replace(row, psnr=row.psnr + 0.9, validation=(row.validation or 0.0) + 0.9)
        if row.rate == 0.002 and row.arm == "ordinary"
        else row
        for row in table
    ]
    text = said(gap_study(better, SHOWN))
    assert "**ordinary** by +0.9 dB" in text
    worse = [dataclasses.replace(row, psnr=row.psnr - (row.rate == 0.002)) for row in better]
    assert "**ordinary** by −0.1 dB" in said(gap_study(worse, SHOWN))
    assert "can be worse on held-out photographs" in said(gap_study(worse, SHOWN))
    assert "can be worse" not in text
    assert "Tuning the rates changes this lead by −0.2 dB: smaller with every seed at N = 4." in text
    study = gap_study([row for row in table if row.arm != "equivariant" or row.rate == 0.004], SHOWN)
    assert not [curve for curve in study.curves if curve.rates == "tuned"]


def test_what_tuning_adds_is_told_with_its_sign_for_each_seed() -> None:
    table = [
        Row("images", arm, "", 4, seed, "upright", 0, 20 + lead, 0.5, rate, 500, 20 + rate)
        for rate, of_arms in (
            (0.004, {"ordinary": (0.0, 0.0, 0.0), "equivariant": (1.0, 1.0, 1.0)}),
            (0.01, {"ordinary": (0.0, 0.0, 0.0), "equivariant": (1.5, 0.8, 1.3)}),
        )
        for arm, leads in of_arms.items()
        for seed, lead in enumerate(leads)
    ]
    study = gap_study(table, SHOWN)
    (change,) = study.curves[1].changes
    assert list(map(str, (change.mean, change.low, change.high))) == ["0.2 dB", "−0.2 dB", "0.5 dB"]
    assert "Tuning the rates changes this lead by +0.2 dB: not alike with every seed at N = 4." in said(study)
    same = [dataclasses.replace(row, psnr=20.0 + (row.arm == "equivariant")) for row in table]
    assert "Tuned rates give the same leads as equal ones." in said(gap_study(same, SHOWN))


def test_arms_are_drawn_at_equal_rates_and_at_their_own() -> None:
    study = gap_study(tuple(rows({4: 1.0, 64: 0.5}, tuned=0.7)), SHOWN)
    drawn = {
        (point.arm, point.rates, point.n_train): (str(point.rate), str(point.mean), str(point.low), str(point.high))
        for point in study.arms
    }
    assert drawn["equivariant", "equal", 4] == ("0.004", "26.1 dB", "26.0 dB", "26.2 dB")
    assert drawn["equivariant", "tuned", 4] == ("0.002", "26.8 dB", "26.7 dB", "26.9 dB")
    assert ("equivariant", "tuned", 64) not in drawn
    assert list(dict.fromkeys(arm for arm, *_ in drawn)) == ["ordinary", "augmented", "equivariant"]
    turned_round = gap_study(tuple(rows({4: 1.0}, tuned=0.7))[::-1], SHOWN)
    assert [point.arm for point in turned_round.arms[:3]] == ["ordinary", "augmented", "equivariant"]
    assert "| equivariant | 0.002 |" in rates_table(study)


@pytest.mark.parametrize(
    ("shown", "is_point"),
    [
        (SHOWN, True),
        (Shown(4, 8000, RATE), False),
        (Shown(4, 500, RATE), False),
        (Shown(4, 1500, None), False),
        (Shown(5, 1500, RATE), False),
    ],
)
def test_only_networks_of_the_study_have_a_ring(shown: Shown, is_point: bool) -> None:
    study = gap_study(tuple(rows({4: 1.0, 64: 0.5}, tuned=0.7)), shown)
    arms = ("ordinary", "equivariant", "equivariant-augmented")
    every = {(arm, n, rates) for arm in arms for n in (4, 5, 64) for rates in ("equal", "tuned")}
    marked = {point for point in every if study.is_marked(*point)}
    assert marked == ({("ordinary", 4, "equal"), ("equivariant", 4, "equal")} if is_point else set())
    text = said(study)
    assert ("see the rings" in text) == is_point
    assert ("no point shows them" in text) == (not is_point and shown.n_train == 4)


def yardstick(name: str, value: float) -> list[Row]:
    return [Row("images", name, "", None, None, lying, 0, value, 0.5) for lying in ("upright", "rotated")]


@pytest.mark.parametrize(
    ("tv", "nlm", "verdict"),
    [
        (30.0, 29.0, "every mean of this training is below."),
        (24.0, 23.0, "the best mean is above."),
        (30.0, 23.0, "only total variation is ahead of it."),
        (26.1, 23.0, "none is ahead of it."),
    ],
)
def test_what_learns_nothing_is_weighed_against_the_best_arm(tv: float, nlm: float, verdict: str) -> None:
    study = gap_study([*yardstick("tv", tv), *yardstick("nlm", nlm), *rows({4: 1.0, 64: 0.5})], SHOWN)
    check_sentences(study, about_gaps(study))
    said = next(sentence for sentence in about_gaps(study) if sentence.startswith("Upright, the best mean"))
    assert said == (
        "Upright, the best mean over seeds is 26.1 dB (equivariant, N = 4), after 1,500 steps at most. Without "
        f"learning, but told the level of the noise, one gets {tv:.1f} dB with total variation and {nlm:.1f} dB with "
        f"non-local means: {verdict}"
    )


def test_seeds_that_disagree_are_no_lead() -> None:
    table = [
        Row("images", arm, "", 4, seed, "upright", 0, 20 + lead, 0.5, 0.004, 500, 1.0)
        for arm, leads in (("ordinary", (0, 0, 0)), ("equivariant", (0.5, -0.2, 0.3)))
        for seed, lead in enumerate(leads)
    ]
    study = gap_study(table, dataclasses.replace(SHOWN, n_train=64))
    assert "+0.2 dB at equal rates (0.004), the seeds disagree at N = 4." in about_leads(study)[0]
    assert "ring" not in said(study)
    assert "Only N = 4 was measured." in about_gaps(study)


def test_whatever_a_table_holds_the_sentences_say_what_is_drawn() -> None:
    random = Random(7)
    for _ in range(10):
        lead = {n_train: random.uniform(-1, 1) for n_train in SIZES if random.random() < 0.8} or {4: 0.1}
        shown = Shown(random.choice(SIZES), random.choice([1500, 8000]), random.choice([RATE, None]))
        said(gap_study(tuple(rows(lead, random.choice([0.0, 1.0]), random)), shown))


@pytest.mark.parametrize("training", ["small", "large"])
def test_what_ships_is_said_truly(training: str) -> None:
    study = study_of_photographs(training)
    assert study is not None
    assert study.seeds >= 3
    said(study)
    assert study.is_point == (training == "small"), "the page's default is a point of the figure"


def test_without_a_table_there_is_no_study(tmp_path: Path) -> None:
    assert study_of_photographs("small", tmp_path) is None

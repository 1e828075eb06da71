"""The study of the training set's size: what is drawn and said follows from the table."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from structviz.training import Row
from structviz.ui.pages.rotation.photographs import about_gaps, gap_study, study_of_photographs
from tests.sentences import check_sentences

SIZES = (4, 64, 2000)


def rows(lead: dict[int, float], tuned: float = 0.0, random: Random | None = None) -> Iterator[Row]:
    """A table with the lead of the equivariant arm at each size; a rate of its own adds `tuned` dB at N = 4."""
    for arm in ("ordinary", "augmented", "equivariant"):
        for n_train, ahead in lead.items():
            for rate in (0.004, 0.01) if n_train == 4 and tuned else (0.004,):
                for steps in (500, 1500):
                    for seed in range(3):
                        gain = (ahead if arm == "equivariant" else 0.0) + (tuned if rate == 0.01 else 0.0) * (
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


def test_leads_at_equal_rates_and_at_tuned_ones() -> None:
    study = gap_study(tuple(rows({4: 1.0, 64: 0.5, 2000: -0.4}, tuned=0.7)), 4)
    sentences = about_gaps(study)
    check_sentences(study, sentences)
    found = " ".join(sentences)
    assert (
        "**Upright, equal rates (0.004)**: equivariant − ordinary +1.0 dB at N = 4, +0.5 dB at N = 64 and −0.4 dB at "
        "N = 2,000; with every seed ahead at N = 4 and 64; with every seed behind at N = 2,000."
    ) in found
    assert "**Rotated, tuned rates**: equivariant − ordinary +1.7 dB at N = 4; with every seed ahead at N = 4." in found
    assert "The networks on this page learnt from N = 4 patches, which has a ring." in found
    assert [curve.rates for curve in study.curves if curve.examples == "upright"] == ["equal", "tuned"] * 2


def test_rates_are_tuned_only_where_both_arms_had_several() -> None:
    table = [row for row in rows({4: 1.0}, tuned=0.7) if row.arm != "augmented" or row.rate == 0.004]
    found = {(curve.against, curve.rates) for curve in gap_study(table, 4).curves}
    assert found == {("ordinary", "equal"), ("ordinary", "tuned"), ("augmented", "equal")}


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
    study = gap_study([*yardstick("tv", tv), *yardstick("nlm", nlm), *rows({4: 1.0, 64: 0.5})], 4)
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
    study = gap_study(table, 64)
    assert "+0.2 dB at N = 4; the seeds disagree at N = 4." in about_gaps(study)[0]
    assert "ring" not in " ".join(about_gaps(study))
    assert "Only N = 4 was measured." in about_gaps(study)


def test_whatever_a_table_holds_the_sentences_say_what_is_drawn() -> None:
    random = Random(7)
    for _ in range(10):
        lead = {n_train: random.uniform(-1, 1) for n_train in SIZES if random.random() < 0.8} or {4: 0.1}
        study = gap_study(tuple(rows(lead, random.choice([0.0, 1.0]), random)), random.choice(SIZES))
        check_sentences(study, [" ".join(about_gaps(study))])


def test_what_ships_is_said_truly() -> None:
    study = study_of_photographs(4)
    assert study is not None
    assert study.seeds >= 3
    check_sentences(study, [" ".join(about_gaps(study))])


def test_without_a_table_there_is_no_study(tmp_path: Path) -> None:
    assert study_of_photographs(4, tmp_path) is None

"""The study of learning rates: what is drawn and said follows from the table."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from structviz.training import RATES, Row, read_rows
from structviz.ui.pages.train.rates import about_rates, curves, rate_study, spreads_in, study_of
from structviz.ui.pages.train.record import spreads_of_seeds
from structviz.zoo import PRETRAINED
from tests.sentences import check_sentences

RATES_TRIED = (0.001, 0.003, 0.01, 0.03, 0.1)


def rows(level: dict[tuple[str, str], float], random: Random | None = None, jump: float = 0.0) -> Iterator[Row]:
    """A table in which each arm has a level by orientation, with some luck; ordinary loses `jump` dB above 0.005."""
    for (arm, orientation), psnr in level.items():
        for rate in RATES_TRIED:
            for seed in range(3):
                lost = jump if arm == "ordinary" and rate > 0.005 else 0.0
                luck = random.gauss(0, 1) if random else 0.1 * seed
                found = psnr + luck - lost
                group = "C4" if arm == "equivariant" else ""
                yield Row(
                    "stripes", arm, group, 16, seed, orientation, 0, found, 0.9, rate, 300, psnr - lost + 10 * rate
                )


def said(table: Iterator[Row]) -> str:
    study = rate_study(tuple(table))
    sentences = about_rates(study)
    check_sentences(study, [" ".join(sentences)])
    return " ".join(sentences)


def test_an_arm_that_leads_at_every_rate_is_said_to() -> None:
    found = said(rows({("ordinary", "turned"): 6.0, ("equivariant", "turned"): 30.0}))
    assert (
        "**Turned**, both at the same rate: the equivariant network leads at every rate, by 24.0 dB at least." in found
    )
    assert "The rate does not decide it." in found
    assert "ordinary 6.1 dB at 0.1, equivariant 30.1 dB at 0.1; the equivariant network leads." in found


def test_a_rate_that_decides_is_said_to() -> None:
    found = said(rows({("ordinary", "upright"): 31.0, ("equivariant", "upright"): 30.0}, jump=4.0))
    assert (
        "the ordinary network leads at 0.001 and 0.003; the equivariant network leads at 0.01, 0.03 and 0.1." in found
    )
    assert "The rate decides who leads." in found
    # By validation the ordinary network is best at 0.003, whatever it reaches on the held-out examples.
    assert "ordinary 31.1 dB at 0.003, equivariant 30.1 dB at 0.1; the ordinary network leads." in found


def test_seeds_that_overlap_are_no_lead() -> None:
    found = said(rows({("ordinary", "upright"): 30.05, ("equivariant", "upright"): 30.0}))
    assert "both at the same rate: the seeds overlap at 0.001, 0.003, 0.01, 0.03 and 0.1." in found
    assert "; the seeds overlap, so neither leads." in found


def test_rates_at_which_an_arm_diverges_are_said() -> None:
    table = rows({("ordinary", "turned"): 6.0, ("equivariant", "turned"): 30.0})
    found = said(row for row in table if row.arm != "ordinary" or (row.rate or 0) < 0.02)
    assert "the equivariant network leads at every rate at which both finished, by 24.0 dB at least." in found
    assert "No run of the ordinary network finished at 0.03 and 0.1." in found


def test_whatever_a_table_holds_the_sentences_say_what_is_drawn() -> None:
    random = Random(5)
    for _ in range(12):
        places = [
            ("ordinary", "upright"),
            ("equivariant", "upright"),
            ("ordinary", "turned"),
            ("equivariant", "turned"),
        ]
        level = {place: random.uniform(5, 40) for place in places if random.random() < 0.9} or {places[0]: 1.0}
        table = tuple(row for row in rows(level, random, random.choice([0.0, 5.0])) if random.random() < 0.9)
        study = rate_study(table)
        check_sentences(study, [" ".join(about_rates(study))])
        drawn = {(curve.name.lower(), curve.panel): curve for curve in curves(study)}
        for curve in study.curves:
            points = drawn[curve.name, curve.examples].points
            assert [(p.setting, p.mean, p.low, p.high) for p in points] == [
                tuple(map(float, (p.rate, p.mean, p.low, p.high))) for p in curve.points
            ]
            usual = float(curve.usual)
            assert [p.is_marked for p in points] == [p.setting == usual for p in points]


@pytest.mark.parametrize("name", [name for name, path in RATES.items() if (PRETRAINED / path).is_file()])
def test_what_ships_is_said_truly(name: str) -> None:
    study = study_of(name)
    assert study is not None
    check_sentences(study, [" ".join(about_rates(study))])
    assert len({row.rate for row in read_rows(PRETRAINED / RATES[name]) if row.rate}) >= 5
    assert study.seeds >= 3
    assert {curve.arm for curve in study.curves} >= {"ordinary", "equivariant"}
    for spread in spreads_in(study).values():
        assert str(spread.size) in spread.reason


def test_spreads_are_ranges_over_seeds(tmp_path: Path) -> None:
    study = rate_study(tuple(rows({("ordinary", "turned"): 6.0, ("equivariant", "turned"): 30.0})))
    assert {examples: str(spread.size) for examples, spread in spreads_in(study).items()} == {"turned": "0.2 dB"}
    assert study_of("flow") is study_of("stripes", folder=tmp_path) is None
    found = spreads_of_seeds([{"psnr_0": [20.0, 21.26]}, {"psnr_0": [20.0, 20.5], "ssim_0": [0.1, 0.9]}])
    assert str(found["upright"].size) == "1.3 dB"
    assert spreads_of_seeds([{}, {"psnr_0": [20.0]}]) == {}


def test_the_study_of_the_lectures_stripes_says_nothing_of_wide_ones() -> None:
    assert study_of("stripes", "lecture") is not None
    assert study_of("stripes", "wide") is None

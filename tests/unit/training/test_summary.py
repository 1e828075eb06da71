"""What a table of a sweep says: choices by validation, spread over seeds, gains."""

import dataclasses
import math
from typing import Any

import pytest

from structviz.errors import ConfigError
from structviz.training import Length, Row, Spread, choose_by_validation, chosen_lengths, gains, summary


def row(arm: str = "ordinary", seed: int = 0, psnr: float = 30.0, **values: Any) -> Row:
    """A row of a run with sensible values."""
    group = "C4" if arm.startswith("equivariant") else ""
    one = Row("images", arm, group, 4, seed, "upright", 0, psnr, 0.9, 0.004, 1000, 25.0)
    return dataclasses.replace(one, **values)


def test_validation_chooses_and_the_held_out_figures_are_not_looked_at() -> None:
    rows = [
        row(steps=1000, validation=26.0, psnr=20.0),
        row(steps=3000, validation=25.0, psnr=40.0),
        row("equivariant", steps=1000, validation=26.0),
        row("equivariant", steps=3000, validation=26.5),
    ]
    chosen = choose_by_validation(rows)
    assert [(one.arm, one.steps) for one in chosen] == [("ordinary", 1000), ("equivariant", 3000)]
    # Whatever is written into the figures, the choice remains.
    turned_round = [dataclasses.replace(one, psnr=-one.psnr, ssim=-one.ssim) for one in rows]
    assert [one.steps for one in choose_by_validation(turned_round)] == [1000, 3000]


def test_one_choice_holds_for_all_seeds_and_is_that_of_the_largest_mean() -> None:
    rows = [
        *(row(seed=seed, steps=1000, validation=value) for seed, value in enumerate((30.0, 20.0, 20.0))),
        *(row(seed=seed, steps=3000, validation=value) for seed, value in enumerate((24.0, 24.0, 24.0))),
    ]
    assert {one.steps for one in choose_by_validation(rows)} == {3000}
    assert len(choose_by_validation(rows)) == 3


def test_a_lucky_single_run_is_no_choice() -> None:
    rows = [row(seed=0, steps=5000, validation=99.0), *(row(seed=seed, validation=24.0) for seed in range(2))]
    assert {one.steps for one in choose_by_validation(rows)} == {1000}


def test_only_what_is_asked_for_is_chosen_and_yardsticks_stay() -> None:
    yardstick = Row("images", "tv", "", None, None, "upright", 0, 27.8, 0.8)
    rows = [
        yardstick,
        row(rate=0.001, steps=1000, validation=21.0),
        row(rate=0.001, steps=3000, validation=22.0),
        row(rate=0.01, steps=1000, validation=24.0),
        row(rate=0.01, steps=3000, validation=23.0),
    ]
    assert [(one.rate, one.steps) for one in choose_by_validation(rows, ["steps"])] == [
        (None, None),
        (0.001, 3000),
        (0.01, 1000),
    ]
    assert choose_by_validation(rows)[0] == yardstick
    assert [(one.rate, one.steps) for one in choose_by_validation(rows)[1:]] == [(0.01, 1000)]


def test_sizes_choose_for_themselves() -> None:
    rows = [
        row(n_train=n_train, steps=steps, validation=value)
        for n_train, steps, value in ((4, 1000, 25.0), (4, 3000, 24.0), (64, 1000, 26.0), (64, 3000, 27.0))
    ]
    assert [(one.n_train, one.steps) for one in choose_by_validation(rows)] == [(4, 1000), (64, 3000)]


def test_nothing_is_chosen_without_validation() -> None:
    rows = [row(steps=1000, validation=None), row(steps=3000, validation=None)]
    with pytest.raises(ConfigError, match="without a figure of validation"):
        choose_by_validation(rows)
    assert choose_by_validation(rows[:1]) == tuple(rows[:1])


def test_lengths_that_were_compared_are_told_with_the_best_one() -> None:
    rows = [
        *(row(seed=seed, steps=steps, validation=v) for seed in range(2) for steps, v in ((3000, 24.0), (1000, 25.0))),
        row(seed=0, steps=9000, validation=99.0),
        row(seed=1, steps=500, validation=24.9),
        row(seed=7, steps=700, validation=1.0),
        *(row(n_train=64, seed=seed, steps=steps, validation=steps / 100) for seed in (0, 1) for steps in (1000, 3000)),
        row("equivariant", steps=1000),
        row("augmented", steps=None, rate=None),
        Row("images", "tv", "", None, None, "upright", 0, 27.8, 0.8),
    ]
    found = chosen_lengths(rows)
    assert found == {
        ("ordinary", 4): Length(1000, (500, 1000, 3000), 1),  # nobody knows what two runs of 9,000 steps would give
        ("ordinary", 64): Length(3000, (1000, 3000), 2),
        ("equivariant", 4): Length(1000, (1000,), 1),
    }
    assert [length.is_longest for length in found.values()] == [False, True, False]
    # With the seed that both have 500 steps are better, though not better than the mean over all seeds.
    easy = [row(seed=0, validation=20.0), row(seed=1, validation=30.0), row(seed=0, steps=500, validation=21.0)]
    assert chosen_lengths(easy) == {("ordinary", 4): Length(1000, (1000,), 2)}
    chosen = {(one.arm, one.n_train): one.steps for one in choose_by_validation(rows) if one.steps is not None}
    assert chosen == {key: length.chosen for key, length in found.items()}
    with pytest.raises(ConfigError, match="ordinary has several groups or rates at N = 4"):
        chosen_lengths([row(), row(rate=0.1)])


def test_the_spread_over_seeds_against_its_closed_form() -> None:
    # The standard error of 0, 1, ..., n - 1 is sqrt(n (n + 1) / 12) / sqrt(n) = sqrt((n + 1) / 12).
    for n in (2, 3, 10):
        spread = Spread.of([float(k) for k in range(n)])
        assert (spread.mean, spread.low, spread.high, spread.n) == ((n - 1) / 2, 0.0, n - 1.0, n)
        assert spread.error == pytest.approx(math.sqrt((n + 1) / 12))
    assert Spread.of([2.0]) == Spread(2.0, 2.0, 2.0, None, 1)
    with pytest.raises(ConfigError, match="one value"):
        Spread.of([])


def test_the_spread_of_a_summary_is_that_of_seeds_not_of_images() -> None:
    rows = [
        row(seed=seed, image=image, psnr=10.0 * image + seed, validation=20.0 + seed)
        for seed in range(3)
        for image in range(4)
    ]
    (mean,) = summary(rows)
    assert (mean["psnr"], mean["psnr_low"], mean["psnr_high"]) == pytest.approx((16.0, 15.0, 17.0))
    assert mean["psnr_error"] == pytest.approx(1 / math.sqrt(3))
    assert (mean["runs"], mean["validation"], mean["rate"], mean["steps"]) == (3, 21.0, 0.004, 1000)


def test_summaries_keep_rates_and_lengths_apart() -> None:
    rows = [row(rate=rate, steps=steps) for rate in (0.01, 0.001) for steps in (10, 20)]
    assert [(mean["rate"], mean["steps"]) for mean in summary(rows)] == [
        (0.01, 10),
        (0.01, 20),
        (0.001, 10),
        (0.001, 20),
    ]


def test_gains_pair_the_seeds() -> None:
    # Sets differ by far more than arms do: only paired differences show the gain.
    rows = [row(seed=seed, psnr=20.0 + 5 * seed) for seed in range(3)]
    rows += [row("equivariant", seed=seed, psnr=21.0 + 5 * seed) for seed in range(4)]
    (spread,) = gains(rows, "equivariant", "ordinary").values()
    assert spread == Spread(1.0, 1.0, 1.0, 0.0, 3)
    assert gains(rows, "ordinary", "equivariant")["upright", 4].mean == -1.0
    assert gains(rows, "equivariant", "augmented") == {}


def test_gains_want_one_setting_for_each_arm() -> None:
    rows = [row(steps=1000), row(steps=3000), row("equivariant")]
    with pytest.raises(ConfigError, match="ordinary has several rates"):
        gains(rows, "equivariant", "ordinary")

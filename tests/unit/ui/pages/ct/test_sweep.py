"""What the CT page says about its sweeps follows from their tables and settings."""

import json

import pytest

from structviz.displayed import decibels
from structviz.training import CT_SWEEPS, choose_by_validation, gains, read_rows
from structviz.training.table import Row
from structviz.ui.pages.ct.choice import SWEEPS
from structviz.ui.pages.ct.sweep import Gain, about_gains, about_the_sweep, gains_table, shown_gains
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
    rows = choose_by_validation(read_rows(path))
    text = about_the_sweep(rows, settings)
    start = {"fbp": "filtered backprojection", "zero": "zero"}[settings["net"]["start"]]
    assert f"start from {start}" in text
    assert "computer-made chests of 64×64 pixels, 30 views, 10,000 photons" in text
    assert "20 held-out patients, all of them in each violin" in text
    one_seed = [row for row in rows if row.seed in (None, 1)]
    assert "steps with 1 seed" in about_the_sweep(one_seed, settings)
    assert "1 seeds" not in about_the_sweep(one_seed, settings)


def test_lengths_chosen_by_validation_are_told() -> None:
    settings = {"steps": 7, "net": {"image_size": 64, "n_views": 30, "iterations": 5, "start": "fbp"}}

    def row(steps: int | None) -> Row:
        return Row("ct", "ordinary", "", 10, 0, "upright", 0, 30.0, 0.9, steps=steps)

    assert "trained for 7 steps with 1 seed;" in about_the_sweep([row(None)], settings)
    text = about_the_sweep([row(1000), row(4000)], settings)
    assert "trained for 1,000 and 4,000 steps with 1 seed, the length for each arm and N chosen by validation" in text


def test_every_sweep_has_a_name_for_people() -> None:
    assert set(SWEEPS) == set(CT_SWEEPS)


def test_only_gains_beyond_twice_their_error_are_leads() -> None:
    found = [gain(0.2, 0.1), gain(0.3, 0.1, 30), gain(-0.9, 0.2, 100), gain(-0.4, 0.2, 300)]
    text = about_gains(found)
    assert text == (
        "On upright patients the **equivariant** network is ahead of the ordinary one at N = 30 and the **ordinary** "
        "network is ahead of the equivariant one at N = 100."
    )
    assert about_gains([gain(5.0, None)]).endswith("do not differ by more than twice the standard error.")
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
    rows = choose_by_validation(read_rows(PRETRAINED / CT_SWEEPS[dataset]))
    found = shown_gains(rows)
    check_sentences(found, [about_gains(found)])
    for one in found:
        spread = gains(rows, one.arm.replace(" + ", "-"), one.against)[one.orientation, one.n_train]
        assert float(one.mean) == pytest.approx(spread.mean, abs=0.0501)
    named = {(one.arm, one.against) for one in found}
    assert {("equivariant", "ordinary"), ("equivariant", "augmented")} <= named
    for one in found:
        behind = f"the **{one.against}** network is ahead of the {one.arm} one"
        if one.is_certain and one.mean.value < 0:
            assert behind in about_gains(found)

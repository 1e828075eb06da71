"""What the CT page says about its sweeps follows from their tables and settings."""

import json

import pytest

from structviz.training import CT_SWEEPS, read_rows
from structviz.ui.pages.ct.choice import SWEEPS
from structviz.ui.pages.ct.sections import about_gains, about_the_sweep
from structviz.zoo import PRETRAINED


@pytest.mark.parametrize(
    ("dataset", "start", "steps"), [("measured-once", "filtered", 1500), ("new-photons", "zero", 1000)]
)
def test_the_caption_tells_the_settings_of_its_sweep(dataset: str, start: str, steps: int) -> None:
    path = PRETRAINED / CT_SWEEPS[dataset]
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]["ordinary"]
    text = about_the_sweep(read_rows(path), settings)
    assert f"start from {start}" in text
    assert f"trained for {steps} steps with 3 seeds; 20 held-out patients" in text
    assert "64×64 pixels, 30 views, 10,000 photons" in text
    one_seed = [row for row in read_rows(path) if row.seed in (None, 1)]
    assert "with 1 seeds" in about_the_sweep(one_seed, {**settings, "steps": 7})


def test_every_sweep_has_a_name_for_people() -> None:
    assert set(SWEEPS) == set(CT_SWEEPS)


def test_words_about_gains_say_where_the_ordinary_arm_leads() -> None:
    text = about_gains({("upright", 10): 0.5, ("upright", 100): -0.4, ("rotated", 10): 1.3})
    assert "the **ordinary** one leads at N = 100" in text
    assert text.count("leads") == 1
    assert "+0.5 (N = 10), −0.4 (N = 100) dB" in text


def test_a_tie_is_no_lead() -> None:
    assert about_gains({("upright", 10): -0.04}) == "**Upright**: equivariant − ordinary +0.0 (N = 10) dB."

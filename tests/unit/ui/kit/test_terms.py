"""Explanations of terms: their numbers against the formulas and against pictures, and that nothing is left unsaid."""

import math
import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from structviz.displayed import decibels, number, percent, significant
from structviz.metrics import psnr
from structviz.nets.activations import ACTIVATIONS, PIXELWISE
from structviz.nets.groups import GROUPS
from structviz.ui.kit.terms import (
    TERMS,
    about_accuracy,
    about_activation,
    about_arms,
    about_backprojection,
    about_equivariance_error,
    about_examples,
    about_gaussian_noise,
    about_group,
    about_logistic_loss,
    about_psnr,
    about_squared_loss,
    about_ssim,
    about_total_variation,
    error_ratio,
    times,
    typical_error,
)


@pytest.mark.parametrize(("difference", "ratio"), [(0, 1), (10, 10), (-10, 0.1), (20, 100), (38.9, 7762.47)])
def test_ten_decibels_are_a_factor_of_ten_in_the_squared_error(difference: float, ratio: float) -> None:
    assert error_ratio(decibels(difference)) == pytest.approx(ratio, rel=1e-5)


def test_the_ratio_is_that_of_two_pictures() -> None:
    truth = torch.full((1, 1, 7, 9), 0.5)
    close, far = truth + 0.01, truth - 0.2
    difference = decibels((psnr(close, truth) - psnr(far, truth)).item(), 6)
    assert error_ratio(difference) == pytest.approx((0.2 / 0.01) ** 2, rel=1e-4)
    assert float(typical_error(decibels(psnr(far, truth).item(), 6))) == pytest.approx(20)
    assert str(typical_error(decibels(psnr(close, truth).item(), 6))) == "1 %"


@pytest.mark.parametrize(
    ("ratio", "text"), [(1.26, "1.3"), (9.96, "10"), (412, "410"), (7762.47, "7,800"), (1e6, "1·10⁶"), (0.5, "0.5")]
)
def test_ratios_have_two_digits(ratio: float, text: str) -> None:
    assert times(ratio) == text


def test_psnr_compares_the_best_with_the_worst_as_displayed() -> None:
    shown = {"the noisy input": decibels(12.04), "the **equivariant** network": decibels(50.94), "x": decibels(30)}
    text = about_psnr(shown).text
    assert "The **equivariant** network is 38.9 dB above the noisy input" in text
    assert "about 7,800 times smaller" in text
    assert re.findall(r"\d[\d.,]*", text) == ["10", "38.9", "7,800"]


@pytest.mark.parametrize(
    ("ahead", "words"), [(0.1, "about 2 % smaller"), (1.7, "about 32 % smaller"), (2.0, "about 1.6 times smaller")]
)
def test_a_small_difference_is_said_in_per_cent(ahead: float, words: str) -> None:
    assert words in about_psnr({"x": decibels(30), "y": decibels(30 + ahead)}).text


def test_psnr_of_one_picture_is_a_typical_error() -> None:
    assert "With 20.0 dB a typical error is 10 % of white." in about_psnr({"x": decibels(20)}).text
    equal = about_psnr({"x": decibels(26.02), "y": decibels(26.02)}, "0.5/cm").text
    assert "With 26.0 dB a typical error is 5 % of 0.5/cm." in equal


@pytest.mark.parametrize("shown", [{}, {"x": decibels(math.inf)}, {"x": decibels(math.nan)}])
def test_without_numbers_the_meaning_stands_alone(shown: dict) -> None:
    assert about_psnr(shown).text == TERMS["PSNR"]
    assert about_ssim(shown).text == TERMS["SSIM"]
    assert about_equivariance_error({}).text == TERMS["equivariance error"]
    assert not about_logistic_loss(None).text.endswith("%.")
    assert "off by" not in about_squared_loss(number(math.inf)).text


def test_shares_of_the_equivariance_error_and_of_points() -> None:
    text = about_equivariance_error({"the **ordinary** network": significant(0.505), "b": significant(2e-7)}).text
    assert "For the **ordinary** network both orders differ by 51 % and for b both orders differ by 2·10⁻⁵ %." in text
    assert "85.3 % are 256 of 300 points" in about_accuracy(percent(256 / 300), 256, 300).text


def test_ssim_lists_what_is_shown() -> None:
    text = about_ssim({"the noisy input": number(0.41, 3), "the result": number(0.954, 3)}).text
    assert text.endswith("The noisy input has 0.410 and the result has 0.954.")


def test_losses_as_a_probability_and_as_a_typical_error() -> None:
    distance = about_squared_loss(number(0.5, 4), "point", "")
    assert "over the points. A loss of 0.5000 means that a typical point is off by 1." in distance.text
    half = about_logistic_loss(number(math.log(2), 4)).text
    assert "A loss of 0.6931 means a typical probability of 50 % or more." in half
    assert (
        "A loss of 0.02 means that a typical pixel is off by 20 % of white." in about_squared_loss(number(0.02, 2)).text
    )


@pytest.mark.parametrize("name", GROUPS)
def test_the_turns_of_a_group_go_round_once(name: str) -> None:
    text = about_group(name).text
    found = re.search(r"the (\d+) turns by multiples of ([\d.]+)°", text)
    assert found is not None
    assert int(found[1]) * float(found[2]) == 360
    assert ("reflections" in text) == (name[0] == "D")
    n_mirrors = re.search(r"and (\d+) reflections", text)
    assert int(found[1]) + (int(n_mirrors[1]) if n_mirrors else 0) == GROUPS[name].order


def test_arms_noise_examples_and_methods_name_what_is_shown() -> None:
    text = about_arms(["ordinary", "equivariant-augmented", "symmetrised"]).text
    assert all(f"**{name}**" in text for name in ("ordinary", "equivariant + augmented", "symmetrised"))
    assert "σ = 0.25" in about_gaussian_noise(number(0.25, 2)).text
    assert about_examples(1000, "patches").text.endswith("learns from, in this task patches: N = 1,000 now.")
    assert "50 views and the filter “hann”" in about_backprojection(50, "hann").text
    assert "a weight of 0.16 cm" in about_total_variation(significant(0.16, 3, " cm")).text
    assert "the ReLU" in about_activation("relu").text


def test_two_thirds_of_gaussian_noise_lie_within_sigma() -> None:
    noise = torch.randn(100_000, generator=torch.Generator().manual_seed(0))
    assert (noise.abs() < 1).double().mean().item() == pytest.approx(2 / 3, abs=0.02)


def test_every_term_has_one_sentence() -> None:
    for term, text in TERMS.items():
        assert not re.search(r"\.\s", text), term


@pytest.mark.parametrize("name", [*ACTIVATIONS, *PIXELWISE])
def test_every_nonlinearity_has_words(name: str) -> None:
    assert ": here " in about_activation(name).text


def page() -> None:
    from structviz.displayed import decibels
    from structviz.ui.kit.terms import about_group, about_psnr, explain

    explain([about_psnr({"x": decibels(20)}), about_group("C4")])
    explain([])


def test_each_term_is_a_button_that_opens_its_meaning() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [caption.value for caption in app.caption] == ["What is …?"]
    assert [markdown.value for markdown in app.markdown] == [
        about_psnr({"x": decibels(20)}).text,
        about_group("C4").text,
    ]

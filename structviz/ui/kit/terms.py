"""The field's words in plain English: what each means, in a sentence with the numbers that are on the screen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from structviz.arms import ARMS
from structviz.displayed import Displayed, percent, significant
from structviz.nets.groups import group
from structviz.ui.kit.sentences import counted, joined

__all__ = [
    "TERMS",
    "Explanation",
    "about_accuracy",
    "about_activation",
    "about_arms",
    "about_backprojection",
    "about_equivariance_error",
    "about_examples",
    "about_gaussian_noise",
    "about_group",
    "about_lipschitz",
    "about_logistic_loss",
    "about_psnr",
    "about_squared_loss",
    "about_ssim",
    "about_total_variation",
    "error_ratio",
    "explain",
    "times",
    "typical_error",
]

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "PSNR": (
            "The **peak signal-to-noise ratio** says how close a picture is to the truth: 10 dB more mean a mean "
            "squared error that is ten times smaller."
        ),
        "SSIM": (
            "The **structural similarity** compares brightness, contrast and structure around each pixel with those of "
            "the truth; 1 means that they are the same."
        ),
        "equivariance error": (
            "It compares turning before the network with turning after it: the size of the difference of both results, "
            "relative to the size of the result; 0 means that the order does not matter."
        ),
        "arm": "An **arm** is one of the ways to build and train a network that are compared here",
        "log-likelihood": (
            "The **log-likelihood** of a point is the natural logarithm of the density that the network gives to its "
            "place, in **nats**, of which 0.7 more mean twice the density; the loss is its mean with a minus"
        ),
        "accuracy": "The **accuracy** is the share of points that the network puts into the right class",
        "loss": "The **loss** is the number that training makes smaller",
        "σ (noise)": "**σ** is the standard deviation of the noise, on a scale where black is 0 and white is 1",
        "σ (layer)": "**σ** is the nonlinearity of a layer, which is applied to each number by itself",
        "Lipschitz constant": (
            "The **Lipschitz constant** of a map is the largest factor by which it can pull two inputs apart; a map is "
            "**non-expansive** if that is at most 1"
        ),
        "costate": (
            "The **costate** p of a point is the gradient of the objective with respect to its place after a layer: "
            "along −p the point would lower the objective most"
        ),
        "control": "The **control** θ is what steers the points",
        "control Hamiltonian": (
            "The **control Hamiltonian** is H = Σ p · f(z, θ); along an optimal control of a problem like this one, "
            "whose f knows no time, it would be constant, so its changes measure how far a control is from optimal"
        ),
        "N": "**N** is the number of examples that a network learns from",
        "FBP": (
            "**Filtered backprojection** sharpens what each view has measured and smears it back along the rays; it "
            "learns nothing"
        ),
        "total variation": (
            "The **total variation** of an image is the sum of the differences between neighbouring pixels; the method "
            "looks for an image that explains the data and has little of it"
        ),
    }
)
"""What each term means; the functions of this module add the numbers."""

_MANY = 1.5
"""Ratios below it are said in per cent."""

_ARMS: Mapping[str, str] = MappingProxyType(
    {
        "ordinary": "sees upright examples only",
        "augmented": "is built like the ordinary one and also sees turned examples",
        "equivariant": "has layers that turn with the image, and sees upright examples only",
        "equivariant-augmented": "has such layers and also sees turned examples",
        "nonexpansive": "has layers that move no two inputs apart",
        "nonexpansive-equivariant": "has such layers, which also turn with the image",
        "symmetrised": "is the ordinary one, averaged over the turns of a group",
    }
)

_ACTIVATIONS: Mapping[str, str] = MappingProxyType(
    {
        "identity": "here it does nothing, σ(u) = u",
        "relu": "here the ReLU, max(0, u), which turns negative numbers into 0",
        "leaky-relu": "here the leaky ReLU, which makes negative numbers 100 times smaller",
        "softplus": "here the softplus, log(1 + exp(u)), a ReLU with a rounded corner",
        "tanh": "here the tanh, which presses all numbers between −1 and 1",
        "abs": "here the absolute value, which drops the sign",
        "silu": "here the SiLU, u / (1 + exp(−u)), a ReLU with a rounded corner",
    }
)


@dataclass(frozen=True)
class Explanation:
    """A term and what it means here, in Markdown."""

    term: str
    text: str


def explain(explanations: Sequence[Explanation]) -> None:
    """Show the terms in a row; a tap, a click or the Enter key opens what one means."""
    if not explanations:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("What is …?", width="content")
        for explanation in explanations:
            with st.popover(explanation.term, type="tertiary"):
                st.markdown(explanation.text)


def error_ratio(difference: Displayed) -> float:
    """How many times smaller the mean squared error is, for a difference of PSNR in dB."""
    return 10 ** (float(difference) / 10)


def typical_error(psnr: Displayed) -> Displayed:
    """The root mean squared error that belongs to a PSNR, in per cent of the peak."""
    return significant(100 * 10 ** (-float(psnr) / 20), 2, " %")


def times(ratio: float) -> str:
    """A ratio in two digits, as a sentence has it.

    Examples
    --------
    >>> times(1.26), times(7762.0)
    ('1.3', '7,800')
    """
    shown = significant(ratio)
    return str(shown) if shown.value < 1000 or shown.powers else f"{int(shown.value):,}"


def about_psnr(shown: Mapping[str, Displayed], peak: str = "white") -> Explanation:
    """PSNR, with what the difference between the best and the worst picture means.

    Parameters
    ----------
    shown
        PSNR of the pictures, by what a sentence calls them.
    peak
        What the peak is, the largest value that counts.
    """
    known = {name: value for name, value in shown.items() if value.is_finite}
    text = TERMS["PSNR"]
    if known:
        best, worst = max(known, key=lambda name: known[name].value), min(known, key=lambda name: known[name].value)
        if known[best] > known[worst]:
            ahead = known[best].minus(known[worst])
            ratio = error_ratio(ahead)
            smaller = f"{times(ratio)} times" if ratio >= _MANY else percent(1 - 1 / ratio, 0)
            text += f" {_capital(best)} is {ahead} above {worst}, so its squared error is about {smaller} smaller."
        else:
            text += f" With {known[best]} a typical error is {typical_error(known[best])} of {peak}."
    return Explanation("PSNR", text)


def about_ssim(shown: Mapping[str, Displayed]) -> Explanation:
    """SSIM, with that of each picture.

    Parameters
    ----------
    shown
        SSIM of the pictures, by what a sentence calls them.
    """
    here = [f"{name} has {value}" for name, value in shown.items() if value.is_finite]
    return Explanation("SSIM", f"{TERMS['SSIM']} {_sentence(joined(here))}" if here else TERMS["SSIM"])


def about_equivariance_error(shown: Mapping[str, Displayed]) -> Explanation:
    """The equivariance error, with that of each network in per cent.

    Parameters
    ----------
    shown
        Errors of the networks, by what a sentence calls them.
    """
    here = [
        f"for {name} both orders differ by {significant(100 * float(error), 2, ' %')}" for name, error in shown.items()
    ]
    text = TERMS["equivariance error"]
    return Explanation("equivariance error", f"{text} {_sentence(joined(here))}" if here else text)


def about_arms(names: Sequence[str]) -> Explanation:
    """What an arm is, and what the named ones do.

    Parameters
    ----------
    names
        As in `structviz.arms.ARMS`, or "symmetrised".
    """
    listed = [f"**{ARMS[name].title.lower() if name in ARMS else name}** {_ARMS[name]}" for name in names]
    return Explanation("arm", f"{TERMS['arm']}{': ' if listed else ''}{'; '.join(listed)}.")


def about_group(name: str) -> Explanation:
    """What the turns of a group are.

    Parameters
    ----------
    name
        As in `structviz.nets.groups.GROUPS`, like "C4".
    """
    found = group(name)
    turns = f"the {found.rotations} turns by multiples of {significant(360 / found.rotations, 4)}°"
    mirrors = f" and {found.rotations} reflections" if found.reflections else ""
    return Explanation(
        name,
        f"**{name}** is the group of {turns}{mirrors}; when one of them moves the input of a {name}-equivariant "
        "network, the output moves in the same way, as far as the grid of pixels allows.",
    )


def about_lipschitz(shown: Mapping[str, Displayed]) -> Explanation:
    """The Lipschitz constant, with the factor of the pair that is shown.

    Parameters
    ----------
    shown
        Distance at the end by that at the start, by what a sentence calls the network.
    """
    here = joined([f"{value} in {name}" for name, value in shown.items() if value.is_finite])
    text = f"{TERMS['Lipschitz constant']}."
    return Explanation(
        "Lipschitz constant", f"{text} For this pair the factor is {here}: a lower bound of it." if here else text
    )


def about_accuracy(share: Displayed, n_right: int, n: int) -> Explanation:
    """The accuracy, as a count of points.

    Parameters
    ----------
    share
        As it is shown.
    n_right, n
        How many points are in the right class, and how many there are.

    Returns
    -------
    Explanation
        One sentence, with the share in per cent and both counts.
    """
    guessed = "; guessing between two classes gets about half of them right"
    return Explanation("accuracy", f"{TERMS['accuracy']}: {share} are {n_right:,} of {counted(n, 'point')}{guessed}.")


def about_logistic_loss(loss: Displayed | None) -> Explanation:
    """The loss of a classifier with its regulariser, as the probability that it gives to the right class.

    Parameters
    ----------
    loss
        The mean logistic loss plus the regulariser; None where none is shown.
    """
    text = (
        f"{TERMS['loss']}: the mean of −log of the probability that the network gives to the right class, plus the "
        "regulariser."
    )
    if loss is not None and loss.is_finite:
        text += f" A loss of {loss} means a typical probability of {percent(math.exp(-float(loss)), 0)} or more."
    return Explanation("loss", text)


def about_squared_loss(loss: Displayed | None, of: str = "pixel", unit: str = "white") -> Explanation:
    """The loss of a denoiser, a reconstruction or points with targets: half the mean squared error, as a typical error.

    Parameters
    ----------
    loss
        As it is shown; None where none is.
    of
        What has an error.
    unit
        What a typical error is a share of; empty where it is a distance.

    Returns
    -------
    Explanation
        What the loss is and, if there is one, its typical error in `unit`.
    """
    text = f"{TERMS['loss']}: half the mean squared error over the {of}s."
    if loss is not None and loss.is_finite and loss.value >= 0:
        error = math.sqrt(2 * float(loss))
        typical = f"{significant(100 * error, 2, ' %')} of {unit}" if unit else significant(error)
        text += f" A loss of {loss} means that a typical {of} is off by {typical}."
    return Explanation("loss", text)


def about_gaussian_noise(sigma: Displayed) -> Explanation:
    """The standard deviation of Gaussian noise."""
    return Explanation(
        "σ", f"{TERMS['σ (noise)']}: with σ = {sigma}, two thirds of the pixels change by less than that."
    )


def about_activation(name: str) -> Explanation:
    """What the nonlinearity of a layer does.

    Parameters
    ----------
    name
        As in `structviz.nets.activations`, or "identity" or "abs".
    """
    here = f": {_ACTIVATIONS[name]}" if name in _ACTIVATIONS else ""
    return Explanation("σ", f"{TERMS['σ (layer)']}{here}.")


def about_examples(n: int, plural: str) -> Explanation:
    """What N is.

    Parameters
    ----------
    n
        How many examples there are.
    plural
        What they are called.
    """
    return Explanation("N", f"{TERMS['N']}, in this task {plural}: N = {n:,} now.")


def about_backprojection(n_views: int, filter_name: str) -> Explanation:
    """Filtered backprojection, with the views and the filter.

    Parameters
    ----------
    n_views
        How many there are.
    filter_name
        The filter that sharpens them.
    """
    return Explanation("FBP", f"{TERMS['FBP']}. Here {counted(n_views, 'view')} and the filter “{filter_name}”.")


def about_total_variation(weight: Displayed) -> Explanation:
    """Total variation as a reconstruction, with its weight."""
    return Explanation(
        "total variation",
        f"{TERMS['total variation']}. Here it counts with a weight of {weight}; a larger one makes the image smoother.",
    )


def _sentence(words: str) -> str:
    return f"{_capital(words)}."


def _capital(words: str) -> str:
    """The words with a capital letter, past marks of bold letters."""
    start = len(words) - len(words.lstrip("*"))
    return words[:start] + words[start : start + 1].upper() + words[start + 1 :]

"""The mathematics of the rotation page, in the notation of the lecture, for the networks on show."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from structviz.arms import arm_words
from structviz.config import DenoiserShape
from structviz.nets import PIXELWISE, group
from structviz.ui.kit.networks import shipped_card
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.rotation.choice import RotationChoice

__all__ = ["Layers", "about_groups", "about_layers", "about_region", "layers_of", "rotation_formulas"]


@dataclass(frozen=True)
class Layers:
    """What the formulas say of a network.

    Attributes
    ----------
    name
        Within a sentence.
    nonlinearity
        By the name that people use, such as "ReLU".
    residual
        Whether the layers compute the noise.
    group
        Of its symmetry; empty without one.
    """

    name: str
    nonlinearity: str
    residual: bool
    group: str


def layers_of(choice: RotationChoice) -> tuple[Layers, ...]:
    """The networks on the page that have layers, from their cards.

    Raises
    ------
    CheckpointError
        If a card is missing.
    """
    names = {f"the {arm_words(arm)} one": choice.network_name(arm) for arm in choice.layered_arms}
    configs = {words: shipped_card(name).config for words, name in names.items()}
    configs |= {network.phrase: network.config for network in choice.local}
    return tuple(
        Layers(name, PIXELWISE[config.net.activation].title, config.net.residual, config.group or "")
        for name, config in configs.items()
        if isinstance(config.net, DenoiserShape)
    )


def about_layers(shown: Sequence[Layers]) -> str:
    """What σ is, and whether the layers compute the image or the noise."""
    kinds = list(dict.fromkeys(layers.nonlinearity for layers in shown))
    if len(kinds) > 1:
        each = [f"the {kind} in {joined([n.name for n in shown if n.nonlinearity == kind])}" for kind in kinds]
        sigma = f"$\\sigma$ is {joined(each)}"
    else:
        sigma = f"$\\sigma$ is the {kinds[0]}" if kinds else "$\\sigma$ acts on each pixel by itself"
    text = f"The $A^k$ are convolutions, {sigma}, $|x_n|$ is the number of pixels."
    if noise := [layers.name for layers in shown if layers.residual]:
        whose = "The layers" if len(noise) == len(shown) else f"Those of {joined(noise)}"
        text += f" {whose} compute the noise, $\\Phi_\\theta(y) = y - z^K$."
    return text


def about_groups(shown: Sequence[Layers]) -> str:
    """Which turns the groups of the networks have, and which of them are exact on pixels."""
    sentences = []
    for name in dict.fromkeys(layers.group for layers in shown if layers.group):
        found = group(name)
        mirrors = ", each with and without a mirror" if found.reflections else ""
        if found.rotations == 4:
            sentences.append(f"{name} has the four quarter turns{mirrors}: they only move pixels, so they are exact.")
        else:
            step = f"{360 / found.rotations:g}°"
            sentences.append(
                f"{name} has the {found.rotations} turns by multiples of {step}{mirrors}. Only its quarter turns just "
                "move pixels and are exact; for the others kernels are sampled anew."
            )
    return " ".join(sentences)


def about_region(is_pattern: bool) -> str:
    """Which pixels all numbers count."""
    if is_pattern:
        return (
            "All numbers are measured in the inscribed disc less an eighth of the image from the rim inwards: the "
            "stripes go on beyond the rim, where no network sees them."
        )
    return "All numbers are measured in the inscribed disc, which no turn leaves."


def rotation_formulas(shown: Sequence[Layers], is_pattern: bool = False) -> None:
    """What the networks on show are, and what equivariance says.

    Parameters
    ----------
    shown
        The networks, as from `layers_of`.
    is_pattern
        Whether a formula knows the image at every angle.
    """
    st.header("The mathematics")
    task, promise = st.columns(2, gap="large")
    with task:
        st.markdown("The networks learn to map a noisy image $y$ to the clean one $x$, layer by layer:")
        st.latex(r"\begin{gathered}z^0 = y\\ z^{k+1} = \sigma(A^k z^k + b^k), \quad k < K - 1\end{gathered}")
        st.latex(r"\Phi_\theta(y) = z^K = A^{K-1} z^{K-1} + b^{K-1}")
        st.latex(r"\min_\theta\ \frac1N \sum_{n=1}^N \tfrac1{2|x_n|}\,\|\Phi_\theta(y_n) - x_n\|^2")
        st.markdown(f"{about_layers(shown)} The **augmented** network is the ordinary one, trained on turned images.")
    with promise:
        st.markdown("**Equivariant** means: turning first and denoising first give the same.")
        st.latex(r"\Phi(R\,y) = R\,\Phi(y) \quad\text{for all } R \in G")
        st.markdown(
            "The equivariant network has it by construction: its kernels commute with the group, "
            "$A^k \\rho_k(g) = \\rho_{k+1}(g) A^k$. The **symmetrised** one is the average of an ordinary network, "
            "at $|G|$ times the cost:"
        )
        st.latex(r"\overline\Phi(y) = \frac{1}{|G|} \sum_{g \in G} g^{-1}\,\Phi(g\,y)")
        st.markdown(
            "The equivariance error is $\\|\\Phi(Ry) - R\\Phi(y)\\| / \\|R\\Phi(y)\\|$. "
            f"{about_groups(shown)} Any other turn of an image interpolates it. {about_region(is_pattern)}"
        )
    st.caption(
        "Celledoni, Ehrhardt, Etmann, McLachlan, Owren, Schönlieb, Sherry: *Structure-preserving deep learning*, "
        "EJAM 32(5), 2021. Celledoni, Ehrhardt, Etmann, Owren, Schönlieb, Sherry: *Equivariant neural networks for "
        "inverse problems*, Inverse Problems 37, 2021."
    )

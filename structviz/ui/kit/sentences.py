"""Phrases that the sentences of several pages share."""

import math

from structviz.arms import arm_words
from structviz.ui.kit.networks import TrainedNetwork

__all__ = ["TIE", "compared", "decibels"]

TIE = 0.05
"""Differences below this many dB are called equal."""


def decibels(value: float) -> str:
    """A PSNR for people; that of a perfect picture is infinite."""
    return "∞ dB" if math.isinf(value) else f"{value:.1f} dB"


def compared(network: TrainedNetwork, psnr: float, shipped: float | None) -> str:
    """How well a network of this machine does, beside the shipped network of the same arm if that is shown.

    Parameters
    ----------
    network
        Of this machine.
    psnr
        Of its output, in dB.
    shipped
        The same of the shipped network of its arm; None if that is not shown.
    """
    words = f"{network.phrase[0].upper()}{network.phrase[1:]} reaches {decibels(psnr)}"
    if shipped is None:
        return words
    if psnr == shipped or abs(psnr - shipped) < TIE:
        return f"{words}, as much as the shipped {arm_words(network.config.arm)} network"
    side = "above" if psnr > shipped else "below"
    return f"{words}, {decibels(abs(psnr - shipped))} {side} the shipped {arm_words(network.config.arm)} network"

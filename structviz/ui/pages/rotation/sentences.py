"""What to notice: sentences about a comparison that follow from its numbers."""

import dataclasses
import math
from collections.abc import Sequence

from structviz.displayed import Displayed, decibels
from structviz.studies.rotation import Comparison
from structviz.transforms import is_quarter_turn
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.sentences import compared
from structviz.ui.pages.rotation.choice import RotationChoice

__all__ = ["about_matching", "about_the_average", "degrees", "gain", "what_to_notice"]

_ROUND_OFF = 1e-5
"""Equivariance errors below this are none."""


def degrees(angle: float) -> str:
    """An angle for people: 90°."""
    return f"{math.degrees(angle):g}°"


def gain(comparison: Comparison) -> Displayed | None:
    """PSNR of the equivariant arm minus that of the ordinary one at the chosen angle, as displayed."""
    arms = comparison.arms
    if not {"ordinary", "equivariant"} <= set(arms):
        return None
    return decibels(arms["equivariant"][-1].psnr).minus(decibels(arms["ordinary"][-1].psnr))


def what_to_notice(comparison: Comparison, local: Sequence[TrainedNetwork] = ()) -> list[str]:
    """Two to four sentences on the arms that ship, and one on each network of this machine; all true of the screen."""
    keys = {network.key for network in local}
    shipped = dataclasses.replace(
        comparison,
        arms={arm: shown for arm, shown in comparison.arms.items() if arm not in keys},
        equivariance_errors={arm: error for arm, error in comparison.equivariance_errors.items() if arm not in keys},
    )
    sentences = _about_arms(shipped, "the shipped" if local else "these") if shipped.arms or not keys else []
    return [*sentences, *(_about_local(network, comparison) for network in local)]


def _about_local(network: TrainedNetwork, comparison: Comparison) -> str:
    arms = comparison.arms
    shipped = decibels(arms[network.config.arm][-1].psnr) if network.config.arm in arms else None
    sentence = compared(network, decibels(arms[network.key][-1].psnr), shipped)
    if arms[network.key][-1].psnr < comparison.noisy[-1].psnr:
        sentence += ", worse than the noisy input"
    if len(comparison.angles) > 1 and comparison.equivariance_errors[network.key] < _ROUND_OFF:
        sentence += "; its output turns exactly with the input"
    return f"{sentence}."


def _about_arms(comparison: Comparison, these: str) -> list[str]:
    sentences: list[str] = []
    turned = len(comparison.angles) > 1
    angle = comparison.angles[-1]
    if turned:
        costs = [f"the **{arm}** network {_change(shown)}" for arm, shown in comparison.arms.items()]
        sentences.append(f"Turning the image by {degrees(angle)}: {'; '.join(costs)}.")
    else:
        sentences.append("The image is upright, as in training. Turn it to see which network notices.")
    if worse := [arm for arm, shown in comparison.arms.items() if shown[-1].psnr < comparison.noisy[-1].psnr]:
        sentences.append(f"The output of {_list(worse)} is worse than the noisy input.")
    lead = gain(comparison)
    if lead is not None and lead.is_finite:
        if not lead.value:
            sentences.append("The ordinary and the equivariant network are equally good here.")
        else:
            ahead = "equivariant" if lead.value > 0 else "ordinary"
            sentences.append(f"The **{ahead}** network is ahead by {abs(lead)}.")
    if turned:
        sentences.append(_about_errors(comparison, angle, these))
    return sentences


def about_matching(choice: RotationChoice) -> str | None:
    """That the wanted network with equally many parameters does not ship, if so."""
    if choice.matching == "channels" or choice.can_match:
        return None
    return (
        f"No {choice.group} network with as many parameters as the ordinary one ships; "
        "the one with as many channels is shown."
    )


def about_the_average(ratio: float) -> str:
    """What averaging over the group costs, as it was measured."""
    return (
        "The **symmetrised** network is the ordinary one, averaged over the four quarter turns: exact, but the film "
        f"of all angles took it {ratio:.1f} times as long."
    )


def _change(shown: tuple) -> str:
    before, after = decibels(shown[0].psnr), decibels(shown[-1].psnr)
    if after == before:
        return f"stays at {after}"
    return f"{'loses' if after < before else 'gains'} {abs(after.minus(before))} ({before} → {after})"


def _about_errors(comparison: Comparison, angle: float, these: str) -> str:
    exact = [arm for arm, error in comparison.equivariance_errors.items() if error < _ROUND_OFF]
    if exact:
        return f"For {_list(exact)} the output turns exactly with the input: the difference is round-off."
    if is_quarter_turn(angle):
        return f"For none of {these} networks does the output turn exactly with the input."
    return (
        "Between quarter turns pixels must be interpolated, so no network here is exactly equivariant; "
        "the equivariance error says how far each one is from it."
    )


def _list(arms: list[str]) -> str:
    names = [f"the **{arm}** network" for arm in arms]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

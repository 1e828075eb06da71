"""What the rotation page shows, each number rounded once: sentences, tiles and the badge are made from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from structviz.arms import arm_words, is_augmented, is_equivariant
from structviz.config import DenoiserShape
from structviz.displayed import Displayed, decibels, number, percent, significant
from structviz.nets.classical import CLASSICAL
from structviz.studies.rotation import Comparison
from structviz.training.wide_stripes import SECTOR
from structviz.transforms import is_quarter_turn
from structviz.ui.kit.networks import TrainedNetwork, shipped_card
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES, WIDE

__all__ = ["ArmRecord", "Fading", "RotationRecord", "SharedNoise", "record"]

_ROUND_OFF = 1e-5
"""Equivariance errors below this are none."""


_BEYOND = (33.75, 45.0)
"""Test stripes just outside the sector of the training, in degrees from the horizontal to either side."""


@dataclass(frozen=True)
class Fading:
    """What a network keeps outside the sector of its training: PSNR at an angle, the better of both sides."""

    angle: Displayed
    psnr: Displayed


@dataclass(frozen=True)
class ArmRecord:
    """What is shown of one network.

    Attributes
    ----------
    name
        The column.
    network
        The network, if it was trained on this machine.
    group
        Of its symmetry; empty without one.
    upright, turned
        PSNR before and after the turn.
    error
        Equivariance error at the angle.
    is_exact
        Whether it is round-off.
    is_worse_than_noisy
        Whether its output is worse than what it was given, as displayed.
    best, worst
        PSNR on test stripes at the best and the worst angle, from its card; None for other images.
    fading
        PSNR on test stripes just outside the sector of the training, from its card; empty for other images.
    """

    name: str
    network: TrainedNetwork | None
    group: str
    upright: Displayed
    turned: Displayed
    error: Displayed
    is_exact: bool
    is_worse_than_noisy: bool
    best: Displayed | None = None
    worst: Displayed | None = None
    fading: tuple[Fading, ...] = ()

    @property
    def is_classical(self) -> bool:
        """Whether it is a yardstick that learns nothing."""
        return self.name in CLASSICAL

    @property
    def cost(self) -> Displayed:
        """What the turn costs."""
        return self.upright.minus(self.turned)


@dataclass(frozen=True)
class SharedNoise:
    """What interpolation does to noise that turns with the object: the share of its power, and the decibels."""

    lost: Displayed
    gained: Displayed


@dataclass(frozen=True)
class RotationRecord:
    """What is shown.

    Attributes
    ----------
    source
        What is turned, by its name.
    angle
        By which it is turned, in degrees.
    is_turned, is_quarter
        Whether this is a turn at all, and whether it only moves pixels.
    sector
        Half the width of the sector in which training stripes lie; None for other images.
    is_in_sector
        Whether the stripes lie in it.
    noise_turns
        Whether the noise turns with the object.
    shared_noise
        What interpolation does to noise that turns; None where it does nothing.
    noisy
        PSNR of what every network is given.
    arms
        The networks, in the order of the columns.
    trained_on
        What the networks that ship were trained on, in a few words.
    """

    source: str
    angle: Displayed
    is_turned: bool
    is_quarter: bool
    sector: Displayed | None
    is_in_sector: bool
    noise_turns: bool
    shared_noise: SharedNoise | None
    noisy: Displayed
    arms: tuple[ArmRecord, ...]
    trained_on: str

    @property
    def shipped(self) -> tuple[ArmRecord, ...]:
        """The networks that ship."""
        return tuple(arm for arm in self.arms if arm.network is None and not arm.is_classical)

    @property
    def classical(self) -> tuple[ArmRecord, ...]:
        """The yardsticks that learn nothing."""
        return tuple(arm for arm in self.arms if arm.is_classical)

    def arm(self, name: str) -> ArmRecord | None:
        """The network of a column, if it is shown."""
        return next((arm for arm in self.arms if arm.name == name), None)

    @property
    def gain(self) -> Displayed | None:
        """PSNR of the equivariant network minus that of the ordinary one."""
        ordinary, equivariant = self.arm("ordinary"), self.arm("equivariant")
        return equivariant.turned.minus(ordinary.turned) if ordinary and equivariant else None


def record(choice: RotationChoice, comparison: Comparison) -> RotationRecord:
    """Round what a comparison found.

    Parameters
    ----------
    choice
        What was asked for.
    comparison
        Its outcome.
    """
    angle = comparison.angles[-1]
    is_turned = choice.angle % 360 != 0
    noisy = decibels(comparison.noisy[-1].psnr)
    between = [abs((choice.angle - centre + 180) % 360 - 180) for centre in (0, 180)]
    half = (choice.sectors[0][1] - choice.sectors[0][0]) / 2 if choice.sectors else None
    return RotationRecord(
        source=choice.shown_source if choice.source not in (WIDE, STRIPES) else choice.source,
        angle=number(choice.angle, 0, "°"),
        is_turned=is_turned,
        is_quarter=is_quarter_turn(angle),
        sector=None if half is None else number(half, 1, "°"),
        is_in_sector=half is not None and min(between) <= half,
        noise_turns=choice.noise_turns,
        shared_noise=_shared_noise(choice, comparison),
        noisy=noisy,
        arms=tuple(_arm(choice, comparison, arm, noisy) for arm in comparison.arms),
        trained_on=_trained_on(choice),
    )


def _arm(choice: RotationChoice, comparison: Comparison, arm: str, noisy: Displayed) -> ArmRecord:
    shown, error = comparison.arms[arm], comparison.equivariance_errors[arm]
    upright, turned = decibels(shown[0].psnr), decibels(shown[-1].psnr)
    network = next((network for network in choice.local if network.key == arm), None)
    has_card = network is None and arm not in CLASSICAL
    config = network.config if network else shipped_card(choice.network_name(arm)).config if has_card else None
    is_on_card = has_card and choice.source == WIDE and arm != "symmetrised"
    metrics = shipped_card(choice.network_name(arm)).metrics if is_on_card else {}
    best, worst = (metrics.get(f"psnr_{which}") for which in ("best", "worst"))
    return ArmRecord(
        name=arm,
        network=network,
        group="C4" if arm == "symmetrised" else (config.group if config else None) or "",
        upright=upright,
        turned=turned,
        error=significant(error),
        is_exact=error < _ROUND_OFF,
        is_worse_than_noisy=turned < noisy,
        best=None if best is None else decibels(best),
        worst=None if worst is None else decibels(worst),
        fading=tuple(_fading(metrics, angle) for angle in _BEYOND if metrics),
    )


def _fading(metrics: Mapping[str, float], angle: float) -> Fading:
    psnr = max(metrics[f"psnr_{side:g}"] for side in (angle, 180 - angle))
    return Fading(number(angle, 0 if angle.is_integer() else 2, "°"), decibels(psnr))


def _shared_noise(choice: RotationChoice, comparison: Comparison) -> SharedNoise | None:
    """Measured on the noisy image before and after, in the disc."""
    before, after = comparison.noisy[0].psnr, comparison.noisy[-1].psnr
    if not choice.noise_turns or is_quarter_turn(comparison.angles[-1]) or not math.isfinite(before + after):
        return None
    return SharedNoise(percent(1 - 10 ** ((before - after) / 10), 0), decibels(after).minus(decibels(before)))


def _trained_on(choice: RotationChoice) -> str:
    """Data, group and what is equal, as the cards of the networks on the page have it."""
    # The average has the weights of the ordinary network.
    configs = {arm: shipped_card(choice.network_name(arm)).config for arm in choice.network_arms}
    if not configs:
        return ""
    first = next(iter(configs.values()))
    words = [_data(choice, first.n_train or 0)]
    words += [f"{arm_words(arm)}: turned as well" for arm in configs if is_augmented(arm)]
    groups = {config.group for config in configs.values() if config.group}
    words += sorted(groups)
    equivariant = [config for arm, config in configs.items() if is_equivariant(arm)]
    if equivariant and len(equivariant) < len(configs):
        words.append(f"equal {equivariant[0].matching}")
    depths = {
        arm: len(config.net.dilations) for arm, config in configs.items() if isinstance(config.net, DenoiserShape)
    }
    if len(set(depths.values())) > 1:
        words.append(joined([f"{depth} layers ({arm_words(arm)})" for arm, depth in depths.items()]))
    return " · ".join(words)


def _data(choice: RotationChoice, n_train: int) -> str:
    if choice.source == WIDE:
        return f"{counted(n_train, 'image')} of stripes within ±{math.degrees(SECTOR):g}° of horizontal"
    if choice.source == STRIPES:
        return "horizontal stripes"
    return f"{counted(n_train, 'patch', 'patches')} of other photographs"

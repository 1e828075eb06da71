"""The headline and what to notice: sentences that follow from the record of what is shown."""

from structviz.arms import arm_words, is_augmented
from structviz.displayed import Displayed, decibels
from structviz.nets.classical import CLASSICAL
from structviz.ui.kit.sentences import compared, joined
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES, WIDE
from structviz.ui.pages.rotation.record import ArmRecord, RotationRecord

__all__ = ["about_matching", "headline", "trained_on", "what_to_notice"]

_LITTLE = decibels(0.5)
"""Turns that cost every network no more than this cost nothing worth a network."""

_BREAKS = decibels(6)
"""A network that loses more than this between its best and its worst angle does not turn."""

_NONE = "No network is chosen: the pictures show the noisy image and the truth. Choose networks on the left."


def headline(seen: RotationRecord) -> str:
    """What the page shows, in a sentence or two that follow from what is chosen."""
    if seen.source == WIDE:
        return _wide_headline(seen)
    if seen.source == STRIPES:
        return _lecture_headline(seen)
    if not seen.shipped:
        return "Denoise a picture that is turned away from the orientation of the training pictures."
    if not seen.is_turned:
        return "These networks were trained on upright photographs. Turn this picture: do they still work?"
    costs = [abs(arm.cost) for arm in seen.shipped]
    if all(cost <= _LITTLE for cost in costs):
        return (
            f"Turned by {seen.angle}, no network here changes by more than {max(costs, key=float)}: "
            "photographs have edges in all directions, so turning costs almost nothing."
        )
    return f"Turned by {seen.angle}: {_listed(seen.shipped)}."


def _wide_headline(seen: RotationRecord) -> str:
    learnt = f"In training all stripes lay within {seen.sector} of horizontal"
    known = [arm for arm in seen.shipped if arm.best is not None and arm.worst is not None]
    if not known:
        return f"{learnt}. Drag a picture to turn it out of this sector."
    words = [_round_the_circle(arm) for arm in known]
    if augmented := _augmented(seen):
        learnt += f", except for {augmented}, which saw them at every angle"
    return f"{learnt}. Drag a picture to turn it: on average over test stripes {'; '.join(words)}."


def _augmented(seen: RotationRecord) -> str:
    """The networks that were trained on turned images; empty if there is none."""
    found = [arm for arm in seen.shipped if is_augmented(arm.name)]
    return _the(found) if found else ""


def _round_the_circle(arm: ArmRecord) -> str:
    """What the card says of test stripes of all angles."""
    best, worst = arm.best, arm.worst
    if best is None or worst is None:
        return ""
    if best.minus(worst) > _BREAKS:
        return f"the **{arm_words(arm.name)}** network falls from {best} to {worst}"
    return f"the **{arm_words(arm.name)}** one stays between {worst} and {best} at every angle"


def _lecture_headline(seen: RotationRecord) -> str:
    learnt = "The lecture's stripes: in training all were horizontal"
    if augmented := _augmented(seen):
        learnt += f", except for {augmented}, which saw them turned as well"
    if not seen.shipped:
        return f"{learnt}."
    if not seen.is_turned:
        return f"{learnt}. Turn them by 90° and see which network fails."
    if seen.is_quarter:
        return f"{learnt}. Turned by {seen.angle}, {_listed(seen.shipped)}."
    return (
        f"{learnt}. Only quarter turns give such stripes again: at {seen.angle} the pixels show patterns that no "
        "training image had, and no network here was trained for them."
    )


def trained_on(seen: RotationRecord) -> str:
    """What the networks on the page were trained on; empty if none of them ships."""
    return f"Trained on: {seen.trained_on}" if seen.trained_on else ""


def what_to_notice(seen: RotationRecord) -> list[str]:
    """What the networks that ship do, and a sentence on each network of this machine; all true of the screen."""
    if not seen.arms:
        return [_NONE, *_about_noise(seen)]
    shipped = seen.shipped
    sentences = [*_about_turn(seen)] if shipped else []
    if worse := [arm for arm in shipped if arm.is_worse_than_noisy]:
        sentences.append(f"The output of {_the(worse)} is worse than the noisy input, which has {seen.noisy}.")
    sentences += [*_about_edge(seen), *_about_gain(seen)]
    if seen.is_turned and shipped:
        sentences.append(_about_errors(seen))
    sentences += [*_about_average(seen), *_about_classical(seen)]
    return [*sentences, *_about_noise(seen), *(_about_local(arm, seen) for arm in seen.arms if arm.network)]


def _about_turn(seen: RotationRecord) -> list[str]:
    if not seen.is_turned:
        return [f"At {seen.angle} the image lies as in training. Turn it and see which network fails."]
    words = "; ".join(f"the **{arm_words(arm.name)}** network {_change(arm, seen)}" for arm in seen.shipped)
    where = ""
    if seen.sector is not None:
        where = ", inside the sector of the training" if seen.is_in_sector else ", outside the sector of the training"
    return [f"Turning the image by {seen.angle}{where}: {words}."]


def _about_edge(seen: RotationRecord) -> list[str]:
    """How fast a network fades outside the sector, as the card says of test stripes."""
    if not seen.is_turned:
        return []
    return [
        f"Past the edge of the sector the **{arm_words(arm.name)}** network keeps "
        f"{joined([f'{each.psnr} at {each.angle}' for each in arm.fading])}, on average over test stripes."
        for arm in seen.shipped
        if arm.fading and arm.best is not None and arm.worst is not None and arm.best.minus(arm.worst) > _BREAKS
    ]


def _change(arm: ArmRecord, seen: RotationRecord) -> str:
    before, after = arm.upright, arm.turned
    if after == before:
        return f"stays at {after}"
    words = f"{'loses' if after < before else 'gains'} {abs(arm.cost)} ({before} → {after})"
    if arm.is_exact and not seen.noise_turns:
        # Otherwise a loss would stand beside a claim of exactness.
        return f"{words}, since the camera's noise does not turn with the image"
    return words


def _about_gain(seen: RotationRecord) -> list[str]:
    """Who is ahead; not where the equivariant network is after a turn, which the one number beside it says."""
    gain = seen.gain
    if gain is None or not gain.is_finite or (seen.is_turned and gain.value > 0):
        return []
    if not gain.value:
        return [f"At {seen.angle} the ordinary and the equivariant network are equally good here."]
    ahead = "equivariant" if gain.value > 0 else "ordinary"
    return [f"At {seen.angle} the **{ahead}** network is ahead by {abs(gain)}."]


def _about_errors(seen: RotationRecord) -> str:
    shipped = seen.shipped
    if exact := [arm for arm in shipped if arm.is_exact]:
        return f"For {_the(exact)} the output turns exactly with the input: the difference is round-off."
    errors = ", ".join(f"{arm.error} for {_the([arm])}" for arm in shipped)
    if seen.is_quarter:
        return f"No output turns exactly with its input; the equivariance error is {errors}."
    groups = sorted({arm.group for arm in shipped if arm.group})
    why = "".join(f" {_why_not_exact(group, seen.angle)}" for group in groups)
    return f"The equivariance error is {errors}.{why}"


def _why_not_exact(group: str, angle: Displayed) -> str:
    """Why a network of a group is not exact at an angle between quarter turns."""
    step = 360 / int(group[1:])
    if float(angle) % step:
        return f"{group} does not contain the turn by {angle}, so nothing forces its network to turn with it."
    return f"{group} contains the turn by {angle}, but the grid of pixels does not turn: kernels are resampled."


def _about_average(seen: RotationRecord) -> list[str]:
    if seen.arm("symmetrised") is None:
        return []
    return [
        "The **symmetrised** network is the ordinary one, averaged over the four quarter turns: exact for these, at "
        "the cost of four passes."
    ]


def _about_classical(seen: RotationRecord) -> list[str]:
    """What the yardsticks reach, and which networks are better."""
    if not seen.classical:
        return []
    names = [f"**{CLASSICAL[arm.name].title.lower()}** ({arm.turned})" for arm in seen.classical]
    listed = joined(names)
    is_one = len(names) == 1
    first = (
        f"{listed[:2]}{listed[2].upper()}{listed[3:]} {'learns' if is_one else 'learn'} nothing and "
        f"{'is' if is_one else 'are'} told the level of the noise, which no network is."
    )
    best = max((arm.turned for arm in seen.classical), key=float)
    better = [arm for arm in seen.shipped if arm.turned > best]
    if not seen.shipped:
        verdict = ""
    elif not better:
        verdict = f" No network that ships reaches more than {best} here."
    elif len(better) == len(seen.shipped):
        verdict = f" Every network that ships reaches more than {best} here."
    else:
        verdict = f" Of the networks that ship only {_the(better)} {'reaches' if len(better) == 1 else 'reach'} more."
    worse = [f"**{CLASSICAL[arm.name].title.lower()}**" for arm in seen.classical if arm.is_worse_than_noisy]
    if not worse:
        return [first + verdict]
    makes = "makes" if len(worse) == 1 else "make"
    return [first + verdict, f"What {joined(worse)} {makes} of it is worse than the noisy input."]


def _about_noise(seen: RotationRecord) -> list[str]:
    shared = seen.shared_noise
    if shared is None or not shared.gained.value > 0:
        return []
    return [
        f"The noise turns with the object here, and interpolation takes {shared.lost} of its power: the input is "
        f"{shared.gained} better than upright, before any network is applied."
    ]


def _about_local(arm: ArmRecord, seen: RotationRecord) -> str:
    network = arm.network
    if network is None:
        return ""
    twin = seen.arm(network.config.arm)
    sentence = compared(network, arm.turned, twin.turned if twin else None)
    if arm.is_worse_than_noisy:
        sentence += ", worse than the noisy input"
    if seen.is_turned and arm.is_exact:
        sentence += "; its output turns exactly with the input"
    return f"{sentence}."


def about_matching(choice: RotationChoice) -> str | None:
    """That the wanted network with equally many parameters does not ship, if so."""
    if choice.matching == "channels" or choice.can_match:
        return None
    which = "network for wide stripes" if choice.source == WIDE else f"{choice.group} network"
    return f"No {which} with as many parameters as the ordinary one ships; the one with as many channels is shown."


def _listed(arms: tuple[ArmRecord, ...]) -> str:
    """What a turn does to each network."""
    words = []
    for arm in arms:
        name = f"the **{arm_words(arm.name)}** network"
        if arm.upright == arm.turned:
            words.append(f"{name} keeps its {arm.turned}")
        else:
            words.append(
                f"{name} {'falls' if arm.turned < arm.upright else 'rises'} from {arm.upright} to {arm.turned}"
            )
    return joined(words)


def _the(arms: list[ArmRecord]) -> str:
    return joined([f"the **{arm_words(arm.name)}** network" for arm in arms])

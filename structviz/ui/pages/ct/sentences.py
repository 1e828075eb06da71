"""What to notice on the CT page: sentences that follow from its numbers."""

import math

from structviz.config import UnrolledShape
from structviz.displayed import Displayed, decibels
from structviz.studies.ct import LEARNED, outside_training
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.sentences import compared
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.results import Results

__all__ = ["lead", "what_to_notice", "where_outside"]

_TITLES = {"fbp": "filtered backprojection", "tv": "total variation"}


def lead(results: Results) -> Displayed | None:
    """PSNR of the equivariant network minus that of the ordinary one; None unless both are shown and finite."""
    methods = results.methods
    if not {"ordinary", "equivariant"} <= set(methods):
        return None
    ahead = decibels(methods["equivariant"].psnr[-1]).minus(decibels(methods["ordinary"].psnr[-1]))
    return ahead if ahead.is_finite else None


def where_outside(choice: ScanChoice) -> str | None:
    """What the networks were not trained for, if something; they run all the same."""
    ships = bool(set(LEARNED) & set(choice.methods))
    whose = {"the shipped networks" if choice.local else "the networks": outside_training(choice.scan)} if ships else {}
    whose |= {network.phrase: outside_training(choice.scan, _shape(network)) for network in choice.local}
    found = [f"Outside what {who} {_was(who)} trained for: {'; '.join(ways)}." for who, ways in whose.items() if ways]
    return " ".join([*found, "They still run; the numbers show what happens."]) if found else None


def what_to_notice(choice: ScanChoice, results: Results) -> list[str]:
    """Two to four sentences, and one on each network of this machine; each true of what is on the screen."""
    finals = {name: decibels(one.psnr[-1]) for name, one in results.methods.items()}
    if not finals:
        return ["Choose a method to compare with the truth."]
    named = {name: _name(name) for name in finals} | {network.key: f"**{network.phrase}**" for network in choice.local}
    sentences = []
    ahead = lead(results)
    if ahead is not None:
        if not ahead.value:
            sentences.append("The ordinary and the equivariant network are equally good here.")
        else:
            sentences.append(
                f"The **{'equivariant' if ahead.value > 0 else 'ordinary'}** network is ahead by {abs(ahead)}."
            )
    best = max(finals, key=finals.__getitem__)
    if len(finals) > 1 and not (ahead is not None and len(finals) == 2):
        sentences.append(f"Best of all is {named[best]} with {finals[best]}.")
    learned = [name for name in finals if name in choice.networks]
    classical = [name for name in finals if name not in choice.networks]
    if learned and classical:
        beaten = max(finals[name] for name in classical)
        losers = [name for name in learned if finals[name] < beaten]
        if losers:
            sentences.append(f"Not ahead of what learns nothing: {', '.join(named[name] for name in losers)}.")
    sentences += _about_iterates(results)
    if choice.angle % 360:
        sentences.append(_about_the_turn(choice))
    own = (compared(one, finals[one.key], finals.get(one.config.arm)) for one in choice.local)
    return [*sentences[:4], *(f"{sentence}." for sentence in own)]


def _shape(network: TrainedNetwork) -> UnrolledShape | None:
    shape = network.config.net
    return shape if isinstance(shape, UnrolledShape) else None


def _was(who: str) -> str:
    return "were" if who.endswith("networks") else "was"


def _about_iterates(results: Results) -> list[str]:
    """How far the iteration came, for one of the networks."""
    for name in reversed(LEARNED):
        if name in results.methods:
            psnr = results.methods[name].psnr
            if len(psnr) > 1 and math.isfinite(psnr[0]):
                first, last = decibels(psnr[0]), decibels(psnr[-1])
                return [f"In {len(psnr) - 1} steps {_name(name)} goes from {first} to {last}."]
    return []


def _about_the_turn(choice: ScanChoice) -> str:
    """What the angle means for these views and these networks."""
    equivariant = "equivariant" in choice.methods
    if choice.angle % 90:
        also = "; the equivariant network was not trained for these either" if equivariant else ""
        return f"Between quarter turns nothing is exact on a grid of pixels{also}."
    if choice.angle % 180 and (choice.degrees != 180 or choice.views % 2):
        way = f"views over {choice.degrees}°" if choice.degrees != 180 else f"{choice.views} views"
        return f"With {way} a quarter turn of the object is not a permutation of the views, so nothing is exact here."
    if choice.degrees != 180:
        return f"With views over {choice.degrees}° a half turn of the object reads every view from its other end."
    permuted = f"With {choice.views} views over half a turn, this turn of the object only permutes the views"
    made = ": the equivariant network makes exactly the turned image of it, up to the noise" if equivariant else ""
    return f"{permuted}{made}."


def _name(method: str) -> str:
    return _TITLES.get(method, f"the **{method}** network")

"""One file of the rotation page that works without a server: pictures, networks, sentences."""

import dataclasses

from structviz.displayed import number
from structviz.figures import heading
from structviz.nets.classical import CLASSICAL
from structviz.studies.rotation import Comparison
from structviz.transforms import NOISES, is_quarter_turn
from structviz.ui.browser.standalone import Link, Words, rotor_page
from structviz.ui.kit.engine import can_run, engine_packets
from structviz.ui.kit.networks import headings
from structviz.ui.kit.rotor import describe_rotor
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.compared import explanations
from structviz.ui.pages.rotation.options import WIDE
from structviz.ui.pages.rotation.record import record
from structviz.ui.pages.rotation.results import loaded_networks, turned_image, turning_image
from structviz.ui.pages.rotation.sections import resting_images
from structviz.ui.pages.rotation.sentences import headline, trained_on, what_to_notice

__all__ = ["MOST_BYTES", "TITLE", "refusal", "take_home"]

MOST_BYTES = 1_000_000
"""Of a file to take home."""

_FRAME, _PICTURE = 120_000, 1.9
"""Bytes of script, style and words of a file, and of one pixel of a picture of noise; both rather too many."""

_RECORD = 4_000
"""Bytes of the link and of the record of what made the file."""

TITLE = "Turn the image: does the network notice?"


def refusal(choice: RotationChoice, comparison: Comparison) -> str:
    """Why the file would be too large, and what to do; empty if it is not.

    Parameters
    ----------
    choice, comparison
        As for `take_home`.
    """
    shown = _computed(choice)
    networks = loaded_networks(shown)
    packets = sum(map(len, engine_packets(turned_image(shown), networks).values()))
    pictures = _PICTURE * shown.image.numel() * (len(networks) + 2)
    if _FRAME + 4 / 3 * (packets + pictures) <= MOST_BYTES:
        return ""
    n_bytes = _RECORD + len(take_home(choice, comparison, Link("", "")).encode())
    if n_bytes <= MOST_BYTES:
        return ""
    return (
        f"A file to take home has at most {MOST_BYTES / 1e6:g} MB; these networks and pictures take "
        f"{n_bytes / 1e6:.2f} MB. Choose fewer networks or smaller pictures."
    )


def take_home(choice: RotationChoice, comparison: Comparison, back: Link | None = None) -> str:
    """The page as one HTML file: the pictures turn, the noise changes and the networks answer, wherever it is opened.

    Parameters
    ----------
    choice
        What was asked for.
    comparison
        Its outcome.
    back
        Where the file leads; None for nowhere.

    Returns
    -------
    str
        The HTML, which asks no server for anything.
    """
    shown = _computed(choice)
    found = dataclasses.replace(
        comparison,
        arms={arm: comparison.arms[arm] for arm in shown.columns},
        equivariance_errors={arm: comparison.equivariance_errors[arm] for arm in shown.columns},
    )
    networks, turned = loaded_networks(shown), turned_image(shown)
    data = describe_rotor(
        turning_image(shown),
        networks,
        resting_images(found),
        None if is_quarter_turn(found.angles[-1]) else found.mask,
        headings(shown.local),
        angle=shown.angle,
        differences=shown.differences,
        curves=shown.curves,
        sectors=shown.sectors,
        turned=turned,
    )
    return rotor_page(data, engine_packets(turned, networks), _words(shown, found), TITLE, _note(choice), back)


def _computed(choice: RotationChoice) -> RotationChoice:
    """The choice without what a browser cannot compute: methods that learn nothing, and networks of another kind."""
    found = loaded_networks(choice)
    arms = tuple(arm for arm in choice.arms if arm not in CLASSICAL and can_run({arm: found[arm]}))
    local = tuple(network for network in choice.local if can_run({network.key: found[network.key]}))
    return dataclasses.replace(choice, arms=arms, local=local)


def _words(choice: RotationChoice, comparison: Comparison) -> Words:
    seen = record(choice, comparison)
    noise = f"{number(choice.level, 2)} ({NOISES[choice.noise].title}, seed {choice.seed})"
    return Words(
        claim=headline(seen),
        caption=trained_on(seen),
        claim_holds=choice.source == WIDE,  # what it says of test stripes was measured at all angles
        about=f"At {seen.angle}, with noise {noise}:",
        key=None if seen.gain is None else (f"Equivariant − ordinary at {seen.angle}", seen.gain.signed),
        notice=what_to_notice(seen),
        terms=[(one.term, one.text) for one in explanations(choice, seen, comparison)],
    )


def _note(choice: RotationChoice) -> str:
    shown, named = _computed(choice).columns, headings(choice.local)
    missing = [heading(arm, named).title for arm in choice.columns if arm not in shown]
    said = f" Only the app computes these, so they are not in this file: {joined(missing)}." if missing else ""
    return (
        "This file holds the image and the weights of the networks, and computes everything itself: no network "
        f"connection is needed. Drag a picture round, or move the noise.{said}"
    )

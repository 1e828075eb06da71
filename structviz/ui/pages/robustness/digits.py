"""The section on digits: four classifiers, a digit to turn and attack, and what is certified of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import nn

from structviz import zoo
from structviz.arms import is_nonexpansive
from structviz.data import DIGIT_COUNTS, digits
from structviz.figures.digits import DIGIT_COLOURS, Spoke, certificate_disc, class_shares
from structviz.figures.pixels import to_png
from structviz.nets import ConvClassifier, LipschitzClassifier
from structviz.studies.robustness import (
    ATTACK_STEPS,
    DIGIT_NETWORKS,
    DISTANCES,
    N_ATTACKED,
    N_TURNED,
    TRANSFER_RADIUS,
    Trial,
    Verdict,
    centred,
    read_curves,
    tried,
    turn,
    verdict,
    write_curves,
)
from structviz.training.digit_sizes import DIGIT_SIZES, SIZE_STEPS, read_size_study
from structviz.types import Image
from structviz.ui.browser.sketch import read_sketch, sketch
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.kit.networks import TrainedNetwork, load_shipped, load_trained
from structviz.ui.kit.page import inline_png, show_notice
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.robustness.curves_record import curves_record, say_curves, say_sizes, size_record
from structviz.ui.pages.robustness.digit_options import DRAWN
from structviz.ui.pages.robustness.digit_record import (
    CERTAIN,
    YOURS,
    hand_record,
    say_hand,
    say_trial,
    title,
    trial_record,
)

__all__ = ["digits_section", "open_for_network"]

_SKETCH = "robustness_sketch"
_TRIED = "robustness_digit_tried"
_SECONDS = 4.0
_PIXELS = 10
"""Screen pixels on a side of a pixel of a digit."""


@st.cache_resource
def _queue() -> ComputeQueue[Trial]:
    """Where digits are attacked; each result has a few hundred bytes."""
    return ComputeQueue(most_bytes=1_000_000)


@dataclass(frozen=True)
class _Hand:
    """The digit in hand, turned; its class, if that is known; and what decides it, for the queue."""

    x: Image
    truth: int | None
    key: tuple[object, ...]


def digits_section(form: Form[Any]) -> None:
    """Show the section: the digit in hand, then the classifiers on all held-out digits."""
    hand = _digit_in_hand(form)
    if hand is not None:
        _show_hand(form, hand)
    st.divider()
    _show_curves(form)
    _show_sizes(form)


def _digit_in_hand(form: Form[Any]) -> _Hand | None:
    """Let the visitor choose or draw a digit, and turn it; None as long as nothing is drawn."""
    form.ask("digit_source")
    left, right = st.columns([1, 1], gap="large")
    with left:
        if form.choice().digit_source == DRAWN:
            sketch(key=_SKETCH, on_change=callback(lambda: None))
        else:
            form.ask("digit")
        form.ask("digit_angle")
    choice = form.choice()
    drawing = read_sketch(_SKETCH)
    if choice.digit_source == DRAWN:
        if drawing is None:
            right.info("Draw a digit on the sheet, or choose a held-out one. Four classifiers answer at once.")
            return None
        upright, truth = centred(drawing), None
        key: tuple[object, ...] = (bytes(upright.mul(255).byte().flatten().tolist()),)
    else:
        images, labels = digits("test")
        upright, truth = images[choice.digit : choice.digit + 1], int(labels[choice.digit])
        key = (choice.digit,)
    x = turn(upright, choice.digit_angle) if choice.digit_angle else upright
    picture = to_png(x[0, 0], side=28 * _PIXELS)
    what = "The drawn digit" if truth is None else f"Held-out digit {choice.digit}, a {truth}"
    right.image(inline_png(picture), width=28 * _PIXELS, alt=f"{what}, turned by {choice.digit_angle}°")
    if truth is None:
        right.caption("Your digit as the classifiers get it: scaled and centred like those that they have learnt from.")
    return _Hand(x, truth, (*key, choice.digit_angle))


def open_for_network(form: Form[Any]) -> None:
    """Open the section where the address asks for a network of this machine; it says so if there is no such network."""
    if any(st.query_params.get_all(form.key("local"))) and form.is_untouched("digits"):
        st.session_state[form.key("digits")] = True


def _classifiers(own: Sequence[TrainedNetwork]) -> dict[str, nn.Module]:
    """Those that ship, and one of this machine."""
    kinds: dict[str, type[ConvClassifier] | type[LipschitzClassifier]] = {"nonexpansive": LipschitzClassifier}
    nets: dict[str, nn.Module] = {
        arm: load_shipped(f"digits/{arm}", kinds.get(arm, ConvClassifier)).net for arm in DIGIT_NETWORKS
    }
    for network in own:
        kind = LipschitzClassifier if is_nonexpansive(network.config.arm) else ConvClassifier
        nets[YOURS] = load_trained(network, kind).net
    return nets


def _digests() -> dict[str, str]:
    return {f"digits/{arm}": zoo.card(f"digits/{arm}").sha256 for arm in DIGIT_NETWORKS}


def _show_hand(form: Form[Any], hand: _Hand) -> None:
    form.ask("local")
    own = form.choice().local
    nets = _classifiers(own)
    verdicts = {arm: verdict(net, hand.x) for arm, net in nets.items()}
    show_chart(
        class_shares({title(arm): one.probabilities for arm, one in verdicts.items()}),
        key="robustness_digit_shares",
    )
    st.caption("Probability of each class in %, a row for each classifier.")
    show_notice(say_hand(hand_record(verdicts, hand.truth, form.choice().digit_angle)))
    if st.button("Try to change its class", key="robustness_digit_try", type="primary"):
        st.session_state[_TRIED] = hand.key
    if st.session_state.get(_TRIED) == hand.key:
        _show_trial(nets, hand, verdicts, tuple(network.sha256 for network in own))


def _show_trial(
    nets: Mapping[str, nn.Module], hand: _Hand, verdicts: Mapping[str, Verdict], own: tuple[str, ...]
) -> None:
    """Attacks on the digit in hand: within its certificate none can succeed, beyond it one should."""
    certain = verdicts[CERTAIN].certificate
    if certain is None or certain.radius <= 0:
        return
    key = (*hand.key, *_digests().values(), *own)
    with waiting("Attacking the digit") as on_wait:
        trial = _queue().get(key, lambda: tried(nets, hand.x), on_wait, seconds=_SECONDS)
    record = trial_record(trial, certain.radius, DISTANCES[-1])
    spokes = [
        Spoke(title(arm), DIGIT_COLOURS[arm], eps, str(record.closest[arm] or record.most))
        for arm, eps in trial.closest.items()
    ]
    certified = list(trial.closest).index(CERTAIN)
    disc = certificate_disc(certain.radius, str(record.radius), spokes, certified)
    show_chart(disc, key="robustness_digit_disc")
    show_notice(say_trial(record))
    st.caption(
        "The digit is the centre, and the distance from it the Euclidean length of a change of its pixels. The disc is "
        "certified for the 1-Lipschitz classifier: radius = margin / (√2 L), with the margin between its two largest "
        "logits. A cross marks the smallest length tried at which an attack changed the class; an arrow points on to a "
        "length beyond the picture."
    )


def _show_curves(form: Form[Any]) -> None:
    from structviz.figures.lines import Line, line_plot

    curves = read_curves()

    def line(kind: str, arm: str, title: str, dash: str = "solid") -> Line:
        curve = curves[kind, arm]
        return Line(title, curve.at, [100 * share for share in curve.share], DIGIT_COLOURS[arm], dash)

    turned = [line("angle", arm, DIGIT_NETWORKS[arm]) for arm in DIGIT_NETWORKS]
    attacked = [line("attack", arm, DIGIT_NETWORKS[arm]) for arm in DIGIT_NETWORKS]
    attacked.append(line("certified", "nonexpansive", "certified", "dash"))
    left, right = st.columns(2, gap="large")
    with left:
        plot = line_plot(turned, "turned by, in degrees", "right in %", x_ticks=range(0, 360, 90))
        show_chart(plot, key="robustness_digit_angles")
    with right:
        show_chart(line_plot(attacked, "ε, Euclidean length of the change", "right in %"), key="robustness_digit_eps")
    shares = {
        f"made for {DIGIT_NETWORKS[made]}": [curves[f"transfer from {made}", arm].share[0] for arm in DIGIT_NETWORKS]
        for made in DIGIT_NETWORKS
    }
    show_chart(class_shares(shares, tuple(DIGIT_NETWORKS.values())), key="robustness_digit_transfer")
    st.caption(
        f"Digits in % that changes of length {TRANSFER_RADIUS:g} fool, by the classifier for which they were made, a "
        "row, and that to which they are shown, a column; of those that all classify correctly."
    )
    show_notice(say_curves(curves_record(curves)), listed=True)
    st.caption(
        f"{N_TURNED} held-out digits at each angle, and {N_ATTACKED} under {ATTACK_STEPS} projected gradient steps "
        "from each of two starts, which can miss an attack: the curves are upper bounds, and the certified one is a "
        f"lower bound. All were trained on the same {DIGIT_COUNTS['training']:,} digits, the augmented one on turned "
        "copies. "
        f"About the 1-Lipschitz one: {zoo.card('digits/nonexpansive').choice}"
    )
    files(
        form,
        Item("Curves of digits (CSV)", lambda: write_curves(list(curves.values())), "digits.csv", "text/csv"),
        networks=_digests(),
    )


def _show_sizes(form: Form[Any]) -> None:
    from structviz.figures.lines import Line, line_plot

    form.ask("digit_trained")
    runs = read_size_study()
    records = {n: size_record(runs, n) for n in DIGIT_SIZES}
    plots = {}
    for name, words in (("upright", "upright digits right in %"), ("turned", "turned digits right in %")):
        lines = [
            Line(DIGIT_NETWORKS[arm], DIGIT_SIZES, [float(getattr(records[n], name)[arm]) for n in DIGIT_SIZES],
                 DIGIT_COLOURS[arm])
            for arm in DIGIT_NETWORKS
        ]  # fmt: skip
        lines += [
            Line("", [run.n_train for run in runs if run.arm == arm],
                 [100 * getattr(run, name) for run in runs if run.arm == arm], DIGIT_COLOURS[arm], "markers")
            for arm in DIGIT_NETWORKS
        ]  # fmt: skip
        plots[name] = line_plot(lines, "digits to learn from", words, log_x=True, x_ticks=DIGIT_SIZES)
    for column, (name, plot) in zip(st.columns(2, gap="large"), plots.items(), strict=True):
        with column:
            show_chart(plot, key=f"robustness_digit_sizes_{name}")
    show_notice(say_sizes(records[form.choice().digit_trained]))
    st.caption(
        f"Each of {counted(records[DIGIT_SIZES[0]].n_seeds, 'seed')} draws its own digits; lines are means, points "
        f"single trainings of {SIZE_STEPS} steps, measured on {DIGIT_COUNTS['test']:,} held-out digits. "
        "`structviz train --recipe digits` trains others."
    )

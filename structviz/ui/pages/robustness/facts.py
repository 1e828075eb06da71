"""The section on what an attack is and what it is not: random noise, attacks without gradients, hidden gradients."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from jaxtyping import Float
from torch import Tensor

from structviz.attacks import Attack
from structviz.displayed import Displayed, percent
from structviz.studies.robustness.controls import DRAWS, QUERIES, ControlStudy
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import class_phrase, photo_phrase
from structviz.ui.pages.robustness.record import levels
from structviz.ui.pages.robustness.results import control_study

__all__ = ["FactRecord", "FactRow", "fact_record", "facts_section", "say_facts"]


@dataclass(frozen=True)
class FactRow:
    """What one kind of noise does.

    Attributes
    ----------
    title
        Of the noise, and of the network that sees it if it is not the classifier itself.
    found, share
        The most probable class, and its probability.
    changes
        Whether it is another class.
    """

    title: str
    found: str
    share: Displayed
    changes: bool


@dataclass(frozen=True)
class FactRecord:
    """What the section says.

    Attributes
    ----------
    photo, clean
        What sentences call the photograph and its class.
    eps
        Strength of all noises, in 1/255.
    gradient, random, square, masked, transferred
        What each of them does.
    afterwards
        What is left of the noise along the gradient after a change of the photograph, by the change.
    """

    photo: str
    clean: str
    eps: Displayed
    gradient: FactRow
    random: FactRow
    square: FactRow
    masked: FactRow
    transferred: FactRow
    afterwards: Mapping[str, FactRow]

    @property
    def rows(self) -> tuple[FactRow, ...]:
        """In the order of the table."""
        return (self.gradient, *self.afterwards.values(), self.random, self.square, self.masked, self.transferred)


def fact_record(choice: RobustnessChoice, found: ControlStudy) -> FactRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was found for it.
    """

    def row(title: str, probabilities: Float[Tensor, "class"], label: int = found.label) -> FactRow:
        share, best = probabilities.max(dim=0)
        return FactRow(title, class_phrase(int(best)), percent(share.item()), changes=int(best) != label)

    def of(attack: Attack) -> Float[Tensor, "class"]:
        return attack.logits.softmax(dim=1)[0]

    return FactRecord(
        photo_phrase(choice),
        class_phrase(found.label),
        levels(found.eps),
        row("along the gradient (PGD)", of(found.gradient)),
        row(f"random signs, the best of {DRAWS}", of(found.random)),
        row(f"squares without gradients, {QUERIES} tries", of(found.square)),
        row("along the gradient, behind a rounding", of(found.masked)),
        row("found without the rounding, behind it", found.transferred.softmax(dim=1)[0]),
        {
            one.name: row(f"the same, then {one.name}", one.attacked, int(one.clean.argmax()))
            for one in found.afterwards
        },
    )


def say_facts(record: FactRecord) -> list[str]:
    """What to notice about attacks and their controls."""
    seen = []
    if record.gradient.changes and not record.random.changes:
        seen.append(
            f"With ε = {record.eps}/255, noise along the gradient makes {record.clean} {record.gradient.found}. Random "
            "signs of the same size do not change the class: the direction counts, not the noise."
        )
    elif record.random.changes:
        seen.append(f"With ε = {record.eps}/255, random signs already change {record.clean} to {record.random.found}.")
    else:
        seen.append(f"With ε = {record.eps}/255, neither the gradient nor random signs change {record.clean}.")
    gone = [name for name, row in record.afterwards.items() if not row.changes]
    if record.gradient.changes and gone:
        seen.append(f"It is fragile: a small change of the photograph undoes it ({joined(gone)}).")
    elif record.gradient.changes:
        seen.append(f"It works even after other changes ({joined(list(record.afterwards))}).")
    if record.square.changes:
        seen.append(f"An attack that only asks for outputs finds {record.square.found}: it needs no gradient.")
    else:
        seen.append(f"The attack that only asks for outputs has not changed the class in {QUERIES} tries.")
    if record.transferred.changes and not record.masked.changes:
        seen.append(
            "**Hidden is not robust.** Rounding to 256 levels changes no file, and its gradient is 0: PGD finds "
            "nothing there. The noise that was found without the rounding changes the class all the same."
        )
    return seen


def facts_section(form: Form[RobustnessChoice]) -> None:
    """Show the section: a table of attacks and controls, and what follows."""
    choice, intro = form.choice(), st.empty()
    with waiting("Trying other noise") as on_wait:
        found = control_study(choice, on_wait)
    record = fact_record(choice, found)
    intro.markdown(
        f"All noises here have ε = {record.eps}/255, whole levels of a file, and want {record.photo} to become "
        "anything else."
    )
    lines = ["| Noise | Class | Probability |", "|---|---|---|"]
    lines += [
        f"| {row.title} | {'**' + row.found + '**' if row.changes else row.found} | {row.share} |"
        for row in record.rows
    ]
    st.markdown("\n".join(lines))
    show_notice(say_facts(record))
    st.caption(
        "An attack shows that a network can be fooled; that one attack fails shows nothing. Athalye, Carlini, Wagner: "
        "Obfuscated gradients give a false sense of security. ICML 2018. · Andriushchenko, Croce, Flammarion, Hein: "
        "Square attack. ECCV 2020."
    )

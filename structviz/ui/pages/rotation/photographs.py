"""How many photographs? What the equivariant network is ahead by, against the size of the training set."""

import streamlit as st

from structviz.arms import arm_words
from structviz.figures.theme import ARM_COLOURS
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.form import Form
from structviz.ui.kit.tables import markdown_table
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.gap_record import ArmPoint, GapStudy
from structviz.ui.pages.rotation.gap_sentences import about_gaps, about_leads
from structviz.ui.pages.rotation.gaps import study_of_photographs

__all__ = ["photographs_section", "rates_table"]

_DASHES = {"equal": "solid", "tuned": "dot"}


def photographs_section(form: Form[RotationChoice], choice: RotationChoice) -> None:
    """A part of the page with the study, as far as one ships."""
    study = study_of_photographs("large" if choice.training == "large" else "small")
    if study is not None:
        with form.section("photographs") as is_open:
            if is_open:
                _show(study)


def _show(study: GapStudy) -> None:
    """Show leads against the size of the training set, what each arm reaches, and what follows from them."""
    _show_leads(study)
    st.markdown("\n".join(f"- {sentence}" for sentence in about_leads(study)))
    st.markdown(" ".join(about_gaps(study)))
    if study.arms:
        _show_arms(study)


def _show_leads(study: GapStudy) -> None:
    from structviz.figures.spread import SpreadCurve, SpreadPoint, spread_figure

    curves = [
        SpreadCurve(
            f"Over {arm_words(curve.against)}, {curve.rates} rates",  # one line of a phone's legend
            ARM_COLOURS[curve.against],
            curve.examples,
            tuple(
                SpreadPoint(
                    gap.n_train,
                    float(gap.mean),
                    float(gap.low),
                    float(gap.high),
                    study.is_marked(curve.arm, gap.n_train, curve.rates),
                )
                for gap in curve.gaps
            ),
            _DASHES[curve.rates],
        )
        for curve in study.curves
    ]
    st.markdown("**By how much the equivariant network is ahead**")
    show_chart(spread_figure(curves, "patches, N", "lead in dB", has_zero=True), key="rot_photographs_figure")


def _show_arms(study: GapStudy) -> None:
    from structviz.figures.spread import SpreadCurve, SpreadPoint, spread_figure

    groups: dict[tuple[str, str], list[ArmPoint]] = {}
    for point in study.arms:
        groups.setdefault((point.arm, point.rates), []).append(point)
    curves = [
        SpreadCurve(
            arm_words(arm).capitalize(),
            ARM_COLOURS[arm],
            f"{rates} rates",
            tuple(
                SpreadPoint(
                    point.n_train,
                    float(point.mean),
                    float(point.low),
                    float(point.high),
                    study.is_marked(arm, point.n_train, rates),
                )
                for point in points
            ),
        )
        for (arm, rates), points in groups.items()
    ]
    st.markdown("**What each arm reaches on upright photographs**")
    show_chart(spread_figure(curves, "patches, N", "PSNR in dB"), key="rot_photographs_arms_figure")
    if table := rates_table(study):
        st.markdown("**The rates that validation chose**")
        st.markdown(table)


def rates_table(study: GapStudy) -> str:
    """The tuned rate of each arm, by the size of the training set, in Markdown; empty if none was tuned."""
    tuned = {(point.arm, point.n_train): str(point.rate) for point in study.arms if point.rates == "tuned"}
    sizes = sorted({n_train for _, n_train in tuned})
    arms = dict.fromkeys(arm for arm, _ in tuned)
    rows = [[arm_words(arm), *(tuned.get((arm, n_train), "–") for n_train in sizes)] for arm in arms]
    return markdown_table(["arm", *(f"N = {n_train:,}" for n_train in sizes)], rows) if rows else ""

"""Runge–Kutta methods as formulas: that of the layers, and the one of the costates that belongs to it."""

from collections.abc import Sequence
from fractions import Fraction

import streamlit as st

from structviz.ode import Integrator
from structviz.studies.control import costate_matrix

__all__ = ["show_tableaux"]


def show_tableaux(method: Integrator) -> None:
    """Show the method of the layers, and the one of the costates.

    Raises
    ------
    ConfigError
        If there is none, since a weight is 0.
    """
    a, tilde = _matrix(method.a), _matrix(costate_matrix(method).tolist())
    w = r"w = \begin{pmatrix}" + "&".join(_fraction(value) for value in method.w) + r"\end{pmatrix}"
    st.latex(rf"\begin{{gathered}}a = {a},\quad {w}\\ \tilde a = {tilde}\end{{gathered}}")


def _matrix(a: Sequence[Sequence[float]]) -> str:
    rows = r"\\[3pt]".join("&".join(map(_fraction, row)) for row in a)
    return rf"\begin{{pmatrix}}{rows}\end{{pmatrix}}"


def _fraction(value: float) -> str:
    """A number with a small denominator as a fraction."""
    found = Fraction(value).limit_denominator(100)
    sign = "-" if found < 0 else ""
    whole = abs(found)
    return (
        f"{sign}{whole.numerator}"
        if whole.denominator == 1
        else rf"{sign}\tfrac{{{whole.numerator}}}{{{whole.denominator}}}"
    )

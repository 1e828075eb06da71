"""The study of learning rates, as a picture and in sentences."""

import streamlit as st

from structviz.ui.kit.charts import show_chart
from structviz.ui.pages.train.rates import RateStudy, about_rates, curves

__all__ = ["show_rates"]


def show_rates(study: RateStudy) -> None:
    """Show final figures against the learning rate, and what follows from them."""
    from structviz.figures.spread import spread_figure

    figure = spread_figure(curves(study), "learning rate", "PSNR in dB")
    show_chart(figure, key="train_rates_figure")
    st.markdown(" ".join(about_rates(study)))

"""The study of learning rates, as a picture and in sentences."""

import streamlit as st

from structviz.ui.pages.train.rates import RateStudy, about_rates, curves

__all__ = ["show_rates"]


def show_rates(study: RateStudy) -> None:
    """Show final figures against the learning rate, and what follows from them."""
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.spread import spread_figure

    figure = spread_figure(curves(study), "learning rate", "PSNR in dB")
    st.plotly_chart(figure, config=dict(CHART_CONFIG), key="train_rates_figure")
    st.markdown(" ".join(about_rates(study)))

"""The mathematics of training, in the lecture's notation, with references."""

import streamlit as st

__all__ = ["train_formulas"]


def train_formulas() -> None:
    """What is minimised, and what N, steps and rate mean."""
    st.header("The mathematics")
    loss, way = st.columns(2, gap="large")
    with loss:
        st.markdown("All arms minimise the same mean loss over the same $N$ examples:")
        st.latex(r"\min_\theta\ \frac1N \sum_{n=1}^N L\bigl(\Phi_\theta(y_n), x_n\bigr) + R(\theta)")
        st.markdown(
            "For images $L(x, \\hat x) = \\tfrac1{2|x|}\\|x - \\hat x\\|^2$ with $|x|$ pixels, for points the logistic "
            "loss, for digits the cross-entropy, for attitudes $\\|Q - \\hat Q\\|^2$ of all nine numbers, for "
            "densities $-\\log p_\\theta(x);$ $R$ is zero, except where points are classified. Validation curves are "
            "measured on other examples, which are not in this sum."
        )
    with way:
        st.markdown("In each of $T$ **steps** a batch $B_t$ of them gives an estimate of the gradient:")
        st.latex(r"g_t = \nabla_\theta \frac{1}{|B_t|} \sum_{n \in B_t} L\bigl(\Phi_\theta(y_n), x_n\bigr)")
        st.latex(r"\theta_{t+1} = \theta_t - \tau_t\, P_t\, g_t")
        st.latex(r"\tau_t = \tfrac{\tau}{2}\bigl(1 + \cos(\pi t / T)\bigr)\ \text{ after a short rise}")
        st.markdown(
            "The **learning rate** $\\tau$ is the longest step; Adam averages $g_t$ over the last steps, and its "
            "diagonal $P_t$ scales each weight. Gradient descent with **backtracking** takes all points and the step "
            "$-\\nabla J / L$, with $L$ so large that the objective falls by at least half of what its slope says. "
            "The **equivariant** arm searches only among $\\theta$ with $\\Phi_\\theta(R\\,y) = R\\,\\Phi_\\theta(y)$: "
            "it need not learn from examples what a turn is."
        )
    st.caption(
        "Kingma, Ba: *Adam: a method for stochastic optimization*, ICLR 2015. Celledoni, Ehrhardt, Etmann, Owren, "
        "Schönlieb, Sherry: *Equivariant neural networks for inverse problems*, Inverse Problems 37, 2021."
    )

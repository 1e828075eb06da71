"""The mathematics of the flow page, in the notation of the lecture, with references."""

import streamlit as st

__all__ = ["flow_formulas"]


def flow_formulas() -> None:
    """What the layers of the flow page are, and why they are steps of an integrator."""
    st.header("The mathematics")
    layers, flow = st.columns(2, gap="large")
    with layers:
        st.markdown("A **plain** network and a **ResNet**, layer by layer:")
        st.latex(r"z^{k+1} = \sigma(A^k z^k + b^k)")
        st.latex(r"\begin{gathered}z^{k+1} = z^k + \Delta t\,\sigma(A^k z^k + b^k)\\ z^0 = x\end{gathered}")
        st.markdown("Subtract $z^k$ and divide by $\\Delta t$: the ResNet is **forward Euler** for")
        st.latex(r"\dot z(t) = \sigma\bigl(A(t)\,z(t) + b(t)\bigr), \quad t \in [0, T]")
        st.markdown(
            "with $z^k \\approx z(k\\,\\Delta t)$, $K$ layers and $T = K\\,\\Delta t$. "
            "A line at the end, $w \\cdot z^K + \\mu = 0$, separates the classes."
        )
    with flow:
        st.markdown(
            "Any other integrator makes another network. A **Runge–Kutta** layer has the same $A^k, b^k$ in all stages:"
        )
        st.latex(r"u_i = z^k + \Delta t \sum_j a_{ij}\,\sigma(A^k u_j + b^k)")
        st.latex(r"z^{k+1} = z^k + \Delta t \sum_i w_i\,\sigma(A^k u_i + b^k)")
        st.markdown("A method of order $p$ stays within $C\\,\\Delta t^p$ of the flow. The weights are trained with")
        st.latex(r"\min_\theta\ \frac1N \sum_{n=1}^N L\bigl(\Phi_\theta(x_n), y_n\bigr) + R(\theta)")
        st.latex(r"R(\theta) = \frac\lambda2 \int_0^T \|\dot\theta\|^2 + \|\theta\|^2\,dt")
        st.markdown(
            "where $L$ is the logistic loss. The flow is invertible, so it never folds the plane: "
            "$\\det D\\Phi > 0$. A step that is too large may: "
            "$\\det(I + \\Delta t\\,\\mathrm{diag}(\\sigma')\\,A^k) < 0$."
        )
    st.caption(
        "He, Zhang, Ren, Sun: *Deep residual learning for image recognition*, CVPR 2016. Haber, Ruthotto: *Stable "
        "architectures for deep neural networks*, Inverse Problems 34, 2017. Benning, Celledoni, Ehrhardt, Owren, "
        "Schönlieb: *Deep learning as optimal control problems*, J. Comput. Dyn. 6, 2019. Celledoni et al.: "
        "*Structure-preserving deep learning*, EJAM 32(5), 2021."
    )

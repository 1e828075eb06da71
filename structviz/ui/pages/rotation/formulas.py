"""The mathematics of the rotation page, in the notation of the lecture, with references."""

import streamlit as st

__all__ = ["rotation_formulas"]


def rotation_formulas() -> None:
    """What the networks of the rotation page are, and what equivariance says."""
    st.header("The mathematics")
    task, promise = st.columns(2, gap="large")
    with task:
        st.markdown("Both networks learn to map a noisy image $y$ to the clean one $x$, layer by layer:")
        st.latex(r"z^0 = y, \qquad z^{k+1} = \sigma(A^k z^k + b^k)")
        st.latex(r"\Phi_\theta(y) = z^K")
        st.latex(r"\min_\theta\ \frac1N \sum_{n=1}^N \tfrac1{2|x_n|}\,\|\Phi_\theta(y_n) - x_n\|^2")
        st.markdown(
            "The $A^k$ are convolutions, $\\sigma$ is the ReLU, $|x_n|$ is the number of pixels. "
            "For photographs the layers compute the noise, "
            "$\\Phi_\\theta(y) = y - z^K$. The **augmented** network is the ordinary one, trained on turned images."
        )
    with promise:
        st.markdown("**Equivariant** means: turning first and denoising first give the same.")
        st.latex(r"\Phi(R\,y) = R\,\Phi(y) \quad\text{for all } R \in G")
        st.markdown(
            "The equivariant network has it by construction: its kernels commute with the group, "
            "$A^k \\rho_k(g) = \\rho_{k+1}(g) A^k$. The **symmetrised** one is the average of an ordinary network, "
            "at $|G|$ times the cost:"
        )
        st.latex(r"\overline\Phi(y) = \frac{1}{|G|} \sum_{g \in G} g^{-1}\,\Phi(g\,y)")
        st.markdown(
            "The equivariance error is $\\|\\Phi(Ry) - R\\Phi(y)\\| / \\|R\\Phi(y)\\|$. On a pixel grid only quarter "
            "turns (and mirrors) are exact; any other angle interpolates. "
            "All numbers are measured in the inscribed disc, "
            "which no turn leaves."
        )
    st.caption(
        "Celledoni, Ehrhardt, Etmann, McLachlan, Owren, Schönlieb, Sherry: *Structure-preserving deep learning*, "
        "EJAM 32(5), 2021. Celledoni, Ehrhardt, Etmann, Owren, Schönlieb, Sherry: *Equivariant neural networks for "
        "inverse problems*, Inverse Problems 37, 2021."
    )

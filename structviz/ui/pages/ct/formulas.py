"""The mathematics of the CT page, in the notation of the lecture, with references."""

import streamlit as st

__all__ = ["ct_formulas"]


def ct_formulas() -> None:
    """What is measured on the CT page, and how the methods invert it."""
    st.header("The mathematics")
    measuring, learning = st.columns(2, gap="large")
    with measuring:
        st.markdown("Photons are counted behind the object $x$ (**Beer–Lambert**); their logarithm is the data:")
        st.latex(r"n_i \sim \mathrm{Poisson}\bigl(N_0\, e^{-(Ax)_i}\bigr)")
        st.latex(r"y_i = -\log\frac{n_i}{N_0}")
        st.markdown("$A$ integrates along parallel rays. **FBP** filters the views and smears them back,")
        st.latex(r"x = A^* (h * y)")
        st.markdown("**total variation** looks for an image with few edges that explains the data:")
        st.latex(r"\min_{x \geq 0}\ \tfrac12 \|Ax - y\|^2 + \lambda\, \mathrm{TV}(x)")
    with learning:
        st.markdown(
            "**Learned proximal gradient**: each of $K$ steps sees the image, the gradient of the data's misfit and a "
            "memory $s$, and a small network $f_k$ of its own says how to go on:"
        )
        st.latex(r"(x, s) \leftarrow (x, 0) + f_k\bigl(x,\ \nabla E(x),\ s\bigr)")
        st.latex(r"\nabla E(x) = \tfrac{1}{\|A\|^2} A^{\mathsf T}(Ax - y)")
        st.markdown(
            "With an even number of views over half a turn, a quarter turn $R$ of the object permutes and flips "
            "the views, $A R = \\tilde R A$. If every $f_k$ commutes with $R$, so does the whole way to the image:"
        )
        st.latex(r"\Phi(\tilde R\, y) = R\, \Phi(y)")
    st.caption(
        "Celledoni, Ehrhardt, Etmann, Owren, Schönlieb, Sherry: *Equivariant neural networks for "
        "inverse problems*, Inverse Problems 37, 2021. Adler, Öktem: *Learned primal-dual reconstruction*, IEEE TMI "
        "37, 2018. Chambolle, Pock: *A first-order primal-dual algorithm for convex problems with applications to "
        "imaging*, J. Math. Imaging Vis. 40, 2011. Natterer: *The mathematics of computerized tomography*, SIAM 2001."
    )

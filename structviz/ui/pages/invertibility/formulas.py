"""The mathematics of the invertibility page, with references."""

import streamlit as st

__all__ = ["formulas"]


def formulas() -> None:
    """Show how each kind of layer is undone, and why a coarse ResNet is not."""
    st.header("The mathematics")
    closed, iterated = st.columns(2, gap="large")
    with closed:
        st.markdown("A **coupling** moves one coordinate by what the other one says, whatever functions $s, t$ are:")
        st.latex(r"y_1 = x_1, \qquad y_2 = e^{s(x_1)}\,x_2 + t(x_1)")
        st.latex(r"x_1 = y_1, \qquad x_2 = e^{-s(y_1)}\,\bigl(y_2 - t(y_1)\bigr)")
        st.markdown("with $s = 0$ if it is additive; $\\log|\\det| = s(x_1)$. A **Hamiltonian** layer is two shears:")
        st.latex(r"q^+ = q + h K_1^\top\sigma(K_1 p + b_1)")
        st.latex(r"p^+ = p - h K_2^\top\sigma(K_2 q^+ + b_2)")
        st.markdown("undone by subtraction, last one first; $\\det = 1$.")
    with iterated:
        st.markdown("An **invertible ResNet** has a branch $g$ that is a contraction, $\\mathrm{Lip}\\,g \\le c < 1$:")
        st.latex(r"z^+ = z + g(z)")
        st.latex(r"x_0 = z^+,\qquad x_{n+1} = z^+ - g(x_n)")
        st.latex(r"\|x_n - z\| \le \frac{c^n}{1 - c}\,\|x_1 - x_0\|")
        st.markdown("by Banach's theorem. A free **ResNet** $f(z) = z + \\Delta t\\,\\sigma(Az + b)$ folds where")
        st.latex(r"\det\bigl(I + \Delta t\,\mathrm{diag}(\sigma')\,A\bigr) < 0.")
        st.markdown(
            "For $\\Delta t\\,\\|A\\| < 1$ and slopes of $\\sigma$ up to 1 it is an invertible ResNet: small steps do "
            "no harm. Its way back here is the search $\\min_z \\|f(z) - z^+\\|^2$ in each layer."
        )
    st.caption(
        "Dinh, Krueger, Bengio: *NICE*, ICLR workshop 2015. Dinh, Sohl-Dickstein, Bengio: *Density estimation using "
        "real NVP*, ICLR 2017. Behrmann, Grathwohl, Chen, Duvenaud, Jacobsen: *Invertible residual networks*, ICML "
        "2019. Haber, Ruthotto: *Stable architectures for deep neural networks*, Inverse Problems 34, 2017. Celledoni "
        "et al.: *Structure-preserving deep learning*, EJAM 32(5), 2021."
    )

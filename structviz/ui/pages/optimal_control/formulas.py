"""The mathematics of the page on optimal control, in the notation of the lecture, with references."""

import streamlit as st

__all__ = ["formulas"]


def formulas() -> None:
    """Show the control problem, its costates, and which method for them belongs to that of the states."""
    st.header("The mathematics")
    problem, discrete = st.columns(2, gap="large")
    with problem:
        st.markdown("**Training** is a problem of optimal control with the weights as the control:")
        st.latex(r"\min_\theta\ \frac1N\sum_{n=1}^N L\bigl(z_n(T), y_n\bigr)\quad\text{s.t.}")
        st.latex(r"\dot z_n = f(z_n, \theta),\quad z_n(0) = x_n")
        st.markdown("The **costates** run backwards from the gradient of the loss:")
        st.latex(r"\dot p_n = -f'(z_n, \theta)^\top p_n")
        st.latex(r"p_n(T) = \tfrac1N\nabla L\bigl(z_n(T), y_n\bigr)")
        st.markdown(
            "so that $\\langle p, \\delta z\\rangle$ is constant for every solution $\\delta z$ of the equation that "
            "is linearised along $z$. The gradient is $\\partial J/\\partial\\theta(t) = \\sum_n \\partial_\\theta "
            "f(z_n, \\theta)^\\top p_n$, and the control Hamiltonian $H = \\sum_n \\langle p_n, f(z_n, "
            "\\theta)\\rangle$ is constant along an *optimal* control of an autonomous problem without running cost. "
            "Along others it is not; here it is a measure of optimality."
        )
    with discrete:
        st.markdown("A **layer** is a step of a Runge–Kutta method $(a, w)$ with all $w_i \\neq 0$:")
        st.latex(r"Z_i = z^k + \Delta t\sum_j a_{ij} f(Z_j)")
        st.latex(r"z^{k+1} = z^k + \Delta t\sum_i w_i f(Z_i)")
        st.markdown("By the chain rule the costates take a step of another one,")
        st.latex(r"P_i = p^k - \Delta t\sum_j \tilde a_{ij} f'(Z_j)^\top P_j")
        st.latex(r"p^{k+1} = p^k - \Delta t\sum_i w_i f'(Z_i)^\top P_i")
        st.latex(r"\tilde a_{ij} = w_j - \frac{w_j a_{ji}}{w_i}")
        st.markdown(
            "based at $p^k$; based at $p^{k+1}$ and run backwards, its matrix is $w_j a_{ji}/w_i$. Both together are "
            "a symplectic partitioned method, $w_i\\tilde a_{ij} + w_j a_{ji} = w_i w_j$: optimise then discretise is "
            "discretise then optimise."
        )
    st.caption(
        "Benning, Celledoni, Ehrhardt, Owren, Schönlieb: *Deep learning as optimal control problems*, J. Comput. Dyn. "
        "6, 2019. Hager: *Runge–Kutta methods in optimal control and the transformed adjoint system*, Numer. Math. "
        "87, 2000. Sanz-Serna: *Symplectic Runge–Kutta schemes for adjoint equations, automatic differentiation, "
        "optimal control and more*, SIAM Review 58, 2016."
    )

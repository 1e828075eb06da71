"""The mathematics of the stability page, in the notation of the lecture, with references."""

import streamlit as st

__all__ = ["formulas"]


def formulas() -> None:
    """Show what is promised, and under which condition."""
    st.header("The mathematics")
    st.latex(r"\dot x = -A^\top \sigma(Ax + b), \qquad 0 \le \sigma' \le L")
    st.markdown(
        r"is the gradient flow of a convex function, so no two points move apart. A step of an explicit method keeps "
        r"that if $h \le 2r/(L\|A\|^2)$, where $r$ is the radius of its circle of contractivity: 1 for Euler, Heun and "
        r"RK4. The bound is sharp for Euler: at $h = 2.4/(L\|A\|^2)$ it expands by 1.4 where $\sigma' = L$. For RK4 it "
        r"is sufficient; we know of no expansion just beyond it. Layers that move no two points apart do so together:"
    )
    st.latex(r"\|\Phi(x) - \Phi(y)\| \le \|x - y\|")
    st.markdown(
        r"**Antisymmetric** layers follow $\dot z = \sigma((K - K^\top - \gamma I)z + b)$: the eigenvalues of each "
        r"frozen Jacobian have real parts of at most 0, which bounds no distance along a flow whose weights change. "
        r"**Hamiltonian** layers, $q^+ = q + hK_1^\top\sigma(K_1p + b_1)$, "
        r"$p^+ = p - hK_2^\top\sigma(K_2q^+ + b_2)$, keep the symplectic form, $\Phi'^\top\Omega\Phi' = \Omega$: "
        r"areas, in the plane."
    )
    st.caption(
        "Haber, Ruthotto: Stable architectures for deep neural networks. Inverse Problems 34, 2017. · Celledoni et "
        "al.: Structure-preserving deep learning. EJAM 32, 2021. · Sherry et al.: Designing stable neural networks "
        "using convex analysis and ODEs. Physica D 463, 2024. · Dahlquist, Jeltsch: Generalized disks of contractivity "
        "for explicit and implicit Runge–Kutta methods. BIT 46, 2006."
    )

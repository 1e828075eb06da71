"""The mathematics of the page of manifolds, in the notation of the lecture, with references."""

import streamlit as st

__all__ = ["formulas"]


def formulas() -> None:
    """Show the steps, and what each of them keeps."""
    st.header("The mathematics")
    st.latex(r"\begin{gathered}\dot z = \xi(z) = v(z) - \langle v(z), z\rangle\, z\\ \|z\| = 1\end{gathered}")
    st.markdown(
        r"is a flow along the sphere, since $\langle z, \xi(z)\rangle = 0$ there. The **exponential map** follows the "
        r"great circle that leaves $z$ with the velocity $\xi$:"
    )
    st.latex(r"z^+ = \cos(h\|\xi\|)\, z + \sin(h\|\xi\|)\, \frac{\xi}{\|\xi\|}")
    st.markdown(
        r"The **Cayley map** turns by $2\arctan(h\|\xi\|/2)$ instead of $h\|\xi\|$: "
        r"$z^+ = ((1 - \|u\|^2)z + 2u)/(1 + \|u\|^2)$ with $u = h\xi/2$. **Projection** takes any step and divides by "
        r"its length; after RK4 it has the order of RK4. The **implicit midpoint rule** "
        r"$z^+ = z + h\,\xi(m/\|m\|)$ with $m = (z + z^+)/2$ keeps the length too, as "
        r"$\|z^+\|^2 - \|z\|^2 = 2h\langle m, \xi\rangle = 0$. **Euler** does not: from a point of the sphere"
    )
    st.latex(r"\|z + h\xi\|^2 = 1 + h^2\|\xi\|^2")
    st.markdown(
        r"in each step. Off the sphere the field is what its formula says there: where $\langle v, z\rangle > 0$ it "
        r"pulls points back, so the distance need not grow for ever. Points that start off the sphere are put onto it."
    )
    st.markdown("**Rotations.** A body that nothing pushes keeps its momentum π in axes of space, and so")
    st.latex(
        r"\begin{gathered}\dot R = R\,\widehat\Omega, \quad \Omega = I^{-1} R^\top \pi\\"
        r"R^\top R = I, \quad \det R = 1\end{gathered}"
    )
    st.markdown(
        r"**Lie–Euler** takes $R^+ = R\exp(h\widehat\Omega)$; **RKMK4** writes $R = R_0\exp(\hat u)$ and takes a "
        r"step of RK4 for $u$, which no constraint binds, so its order is 4. Both keep $|m| = |R^\top\pi|$, not the "
        r"energy $\tfrac12 m^\top I^{-1}m$; the implicit midpoint rule keeps both, as they are quadratic in $R$. RK4 "
        r"on the nine numbers keeps nothing of this. Layers of a network can turn likewise,"
    )
    st.latex(
        r"\begin{gathered}R^+ = R\exp(h\widehat\Omega(R))\\"
        r"\Omega(R) = B^\top\sigma(A\,\mathrm{vec} R + b)\end{gathered}"
    )
    st.markdown("and their features are rotations, whatever the weights are.")
    st.caption(
        "Celledoni et al.: Structure-preserving deep learning. EJAM 32, 2021. · Hairer, Lubich, Wanner: Geometric "
        "numerical integration. 2nd edition, Springer 2006, chapter IV. · McLachlan, Modin, Verdier: A "
        "minimal-variable symplectic integrator on spheres. Math. Comp. 86, 2017. · Munthe-Kaas: High order "
        "Runge–Kutta methods on manifolds. Appl. Numer. Math. 29, 1999. · Absil, Mahony, Sepulchre: "
        "Optimization algorithms on matrix manifolds. Princeton 2008."
    )

"""The formulas and references of the page of robustness."""

import streamlit as st

__all__ = ["formulas"]


def formulas() -> None:
    """Show what an attack is, what a turn is, and what a certificate says."""
    st.header("The mathematics")
    st.markdown("An **attack** looks for the noise δ that changes the class most, among all that nobody would see:")
    st.latex(
        r"\begin{gathered} \max_\delta \; L\bigl(\Phi_\theta(x + \delta), y\bigr) \\ "
        r"\|\delta\|_\infty \le \varepsilon, \quad x + \delta \in [0, 1] \end{gathered}"
    )
    st.markdown("One step along the sign of the gradient (Goodfellow et al.), or many of them, each put back (PGD):")
    st.latex(
        r"\begin{gathered} \delta = \varepsilon \, \mathrm{sign}\, \nabla_x L(\Phi_\theta(x), y) \\ "
        r"\delta^{k+1} = P\bigl(\delta^k + \alpha \, \mathrm{sign}\, \nabla_x L\bigr) \end{gathered}"
    )
    st.markdown("With a **target** class t, the attack lowers L(Φ(x + δ), t) instead. A **turn** has one number only:")
    st.latex(r"\max_{\alpha} \; L\bigl(\Phi_\theta(R_\alpha x), y\bigr)")
    st.markdown(
        "A **certificate** needs no attack: if the logits g obey ‖g(x) − g(y)‖₂ ≤ L ‖x − y‖₂, "
        "no δ changes the class with"
    )
    st.latex(r"\|\delta\|_2 < \frac{1}{\sqrt 2\, L} \Bigl( g_y(x) - \max_{i \ne y} g_i(x) \Bigr)")
    st.caption(
        "Goodfellow, Shlens, Szegedy: Explaining and harnessing adversarial examples. ICLR 2015. · Madry, Makelov, "
        "Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial attacks. ICLR 2018. · "
        "Engstrom, Tran, Tsipras, Schmidt, Madry: Exploring the landscape of spatial robustness. ICML 2019. · "
        "Tsuzuku, Sato, Sugiyama: Lipschitz-margin training. NeurIPS 2018. · Tan, Le: EfficientNet. ICML 2019."
    )

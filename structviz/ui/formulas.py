"""The mathematics of each page, in the lecture's notation, with references."""

import streamlit as st

__all__ = ["ct_formulas", "flow_formulas", "rotation_formulas"]


def rotation_formulas() -> None:
    """What the networks of the rotation page are, and what equivariance says."""
    st.subheader("The mathematics")
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


def flow_formulas() -> None:
    """What the layers of the flow page are, and why they are steps of an integrator."""
    st.subheader("The mathematics")
    layers, flow = st.columns(2, gap="large")
    with layers:
        st.markdown("A **plain** network and a **ResNet**, layer by layer:")
        st.latex(r"z^{k+1} = \sigma(A^k z^k + b^k)")
        st.latex(r"z^{k+1} = z^k + \Delta t\,\sigma(A^k z^k + b^k), \qquad z^0 = x")
        st.markdown("Subtract $z^k$ and divide by $\\Delta t$: the ResNet is **forward Euler** for")
        st.latex(r"\dot z(t) = \sigma\bigl(A(t)\,z(t) + b(t)\bigr), \quad t \in [0, T]")
        st.markdown(
            "with $z^k \\approx z(k\\,\\Delta t)$, $K$ layers and $T = K\\,\\Delta t$. "
            "A line at the end, $w \\cdot z^K + \\mu = 0$, parts the classes."
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


def ct_formulas() -> None:
    """What is measured on the CT page, and how the methods invert it."""
    st.subheader("The mathematics")
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

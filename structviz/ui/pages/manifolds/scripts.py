"""Scripts of the sections: a few lines each, which compute the numbers that the section says."""

from structviz.ui.pages.manifolds.choice import ManifoldsChoice

__all__ = ["body_script", "learned_script", "mass_script", "optimiser_script", "rotation_script", "stiefel_script"]


def body_script(choice: ManifoldsChoice, momentum: tuple[float, float, float], n_steps: int) -> str:
    """Python that follows the bodies.

    Parameters
    ----------
    choice
        Of the page.
    momentum
        At the start, in axes of space.
    n_steps
        Of each body.

    Returns
    -------
    str
        The source of a program that prints its figures.
    """
    return (
        "import torch\n\n"
        "from structviz.displayed import scientific\n"
        "from structviz.ode import RigidBody\n"
        "from structviz.studies.manifolds import tumble\n\n"
        f"for method in {choice.body_methods}:\n"
        f"    found = tumble(RigidBody(), torch.tensor({momentum}), method, {n_steps}, {choice.body_h:g})\n"
        "    off, energy = found.off.max().item(), found.energy.abs().max().item()\n"
        '    print(f"{method}: {scientific(off)} off the rotations, error of the energy {scientific(energy)}")\n'
    )


def learned_script(choice: ManifoldsChoice) -> str:
    """Python that sends held-out points through the trained networks."""
    return (
        "from structviz import zoo\n"
        "from structviz.displayed import percent, significant\n"
        "from structviz.studies.manifolds import moved_on_sphere\n\n"
        'for layers in ("exponential", "euler", "free"):\n'
        f'    found = moved_on_sphere(zoo.load(f"manifolds/{{layers}}-{choice.globe}"), "{choice.globe}")\n'
        "    right, off = percent(found.accuracy), significant(max(found.off), 1)\n"
        '    print(f"{layers}: {right} in the right class, up to {off} off the sphere")\n'
    )


def rotation_script() -> str:
    """Python that sends held-out attitudes through the trained networks."""
    return (
        "from structviz import zoo\n"
        "from structviz.displayed import number, significant\n"
        "from structviz.studies.manifolds import moved_rotations\n\n"
        'for layers in ("lie-euler", "free"):\n'
        '    found = moved_rotations(zoo.load(f"manifolds/{layers}-tumbling"))\n'
        "    angle, off = number(found.angle, 1), significant(max(found.off), 1)\n"
        '    print(f"{layers}: {angle} degrees on average, up to {off} off the rotations")\n'
    )


def stiefel_script(choice: ManifoldsChoice, depth: int, dim: int, n_steps: int) -> str:
    """Python that trains the weights, and that sends gradients through many layers.

    Parameters
    ----------
    choice
        Of the page.
    depth, dim
        Layers through which gradients go, and their dimension.
    n_steps
        Of the training.

    Returns
    -------
    str
        The source of a program that prints its figures.
    """
    return (
        "import torch\n\n"
        "from structviz.displayed import significant\n"
        "from structviz.studies.manifolds import WEIGHTS, gradient_norms, layer_weights, train_weights\n\n"
        "for kind in WEIGHTS:\n"
        f'    trained = train_weights(kind, {n_steps}, "{choice.activation}")\n'
        f"    W = layer_weights(kind, {depth}, {dim}, torch.Generator().manual_seed(0), {choice.gain:g})\n"
        f'    norms = gradient_norms(W, "{choice.activation}", torch.Generator().manual_seed(1))\n'
        '    print(f"{kind}: off by {significant(trained.off[-1], 1)}, loss {significant(trained.loss[-1])}, "\n'
        '          f"gradient at the first layer {significant(norms[0].item())}")\n'
    )


def mass_script(choice: ManifoldsChoice) -> str:
    """Python that learns the epidemic with both fields."""
    return (
        "from structviz.displayed import percent, scientific\n"
        "from structviz.studies.manifolds import FIELDS, epidemic, fit_epidemic\n\n"
        f"seen = epidemic({choice.days}, {choice.noise:g}, {choice.counts})\n"
        "for kind in FIELDS:\n"
        "    fit = fit_epidemic(seen, kind)\n"
        f"    error = (fit.states - seen.truth)[{choice.days + 1}:].square().mean().sqrt().item()\n"
        "    drift = (fit.population - 1).abs().max().item()\n"
        '    print(f"{kind}: forecast off by {percent(error)}, population by {scientific(drift)}")\n'
    )


def optimiser_script(choice: ManifoldsChoice, n_steps: int) -> str:
    """Python that follows the optimisers.

    Parameters
    ----------
    choice
        Of the page.
    n_steps
        Of each.
    """
    return (
        "from structviz.displayed import significant\n"
        "from structviz.studies.manifolds import OPTIMISERS, descend\n\n"
        "for name in OPTIMISERS:\n"
        f'    way = descend("{choice.landscape}", name, {n_steps}, {choice.pace:g}, {choice.friction:g})\n'
        '    print(name, "diverged" if way.diverged else significant(way.values[-1].item()))\n'
    )

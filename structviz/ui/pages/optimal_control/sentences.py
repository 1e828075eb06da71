"""What to notice on the page on optimal control: sentences that follow from one record of displayed numbers."""

from structviz.ui.pages.optimal_control.record import SteeringRecord, StepsRecord

__all__ = ["headline", "key_number", "what_to_notice"]


def headline(record: SteeringRecord) -> str:
    """The one sentence."""
    if record.method is None:
        return (
            "Training steers points to their classes. **Costates** $p$ run backwards and say where each point should "
            "rather be; through plain layers they may never arrive."
        )
    return (
        "Training steers points to their classes: states $z$ run forwards, and **costates** $p$ run backwards and say "
        "where each point should rather be. Drag the point."
    )


def key_number(record: SteeringRecord) -> tuple[str, str]:
    """Label and value of the one number."""
    return "Change of ⟨p, δz⟩", str(record.drift)


def what_to_notice(record: SteeringRecord) -> list[str]:
    """Three or four sentences about the points on the screen."""
    middle = [_simplex(record.moved), _pairing(record)] if record.moved else [_pairing(record), *_lengths(record)]
    return [_state(record), *middle, _hamiltonian(record)]


def _state(record: SteeringRecord) -> str:
    when = "" if record.is_trained else "Before training, "
    points = f"{record.n_points} points" if record.trained_on is None else f"your {record.n_points} points"
    about = f" The network was trained on “{record.trained_on}”." if record.trained_on and record.is_trained else ""
    return f"{when}{record.right} of {points} end on the side of their class; J = {record.objective}.{about}"


def _simplex(stored: StepsRecord) -> str:
    return (
        f"The stored time steps leave the simplex: their sum is {stored.sum}, and the least is {stored.least}. Instead "
        f"the layers take the nearest ones on it, with the sum {stored.time}; {stored.off} of {stored.n_layers} are 0."
    )


def _pairing(record: SteeringRecord) -> str:
    if record.method is None:
        return (
            "A plain network takes no steps in time. Its costates come back layer by layer, and ⟨p, δz⟩ changes by "
            f"{record.drift}: round-off."
        )
    if record.is_euler:
        return (
            "The layers are Euler steps, and Euler's costates are those that match: ⟨p, δz⟩ changes by "
            f"{record.drift}, round-off."
        )
    return (
        f"Costates in steps that match {record.method} keep ⟨p, δz⟩ up to round-off. In Euler's steps it changes by "
        f"{record.twin_drift} of its greatest value, and the gradient is off by {record.twin_error}."
    )


def _lengths(record: SteeringRecord) -> list[str]:
    if record.first == record.last:
        return []
    change = "grows" if record.first > record.last else "shrinks"
    return [f"On the way back the mean costate {change} from {record.last} to {record.first}."]


def _hamiltonian(record: SteeringRecord) -> str:
    if record.low == record.high:
        return f"The control Hamiltonian stays at {record.low}, as along an optimal control."
    return f"H goes from {record.low} to {record.high}; along an optimal control it would be constant."

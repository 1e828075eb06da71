"""Robustness: what attacks and turns do to classifiers, and what a Lipschitz constant promises."""

from structviz.studies.robustness.certificate import (
    Attempts,
    Certificate,
    attempt,
    certificate,
    certified_accuracy,
    certified_radii,
    closest_attack,
)
from structviz.studies.robustness.digits import (
    ANGLES,
    ATTACK_STEPS,
    DIGIT_NETWORKS,
    N_ATTACKED,
    N_TURNED,
    RADII,
    TRANSFER_RADIUS,
    Curve,
    accuracy_at_angles,
    accuracy_under_attack,
    confusion,
    digit_curves,
    digit_network,
    read_curves,
    save_curves,
    taken_for,
    transfer_curves,
    turn,
    write_curves,
)
from structviz.studies.robustness.own_digit import DISTANCES, Trial, Verdict, centred, tried, verdict
from structviz.studies.robustness.transfer import CHANGES, Afterwards, after_changes, transfer_table

__all__ = [
    # certificates
    "Attempts",
    "Certificate",
    "attempt",
    "certificate",
    "certified_accuracy",
    "certified_radii",
    "closest_attack",
    # classifiers of digits
    "ANGLES",
    "ATTACK_STEPS",
    "DIGIT_NETWORKS",
    "N_ATTACKED",
    "N_TURNED",
    "RADII",
    "TRANSFER_RADIUS",
    "Curve",
    "accuracy_at_angles",
    "accuracy_under_attack",
    "confusion",
    "digit_curves",
    "digit_network",
    "read_curves",
    "save_curves",
    "taken_for",
    "transfer_curves",
    "turn",
    "write_curves",
    # a digit in hand
    "DISTANCES",
    "Trial",
    "Verdict",
    "centred",
    "tried",
    "verdict",
    # what is left of attacks
    "CHANGES",
    "Afterwards",
    "after_changes",
    "transfer_table",
]

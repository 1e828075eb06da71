"""Defects of costates, of both gradients and of linear–quadratic control."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

FOLDER = "structviz/studies/control"
TESTS = "tests/unit/studies/control"

DEFECTS = (
    Defect(
        name="drift-from-the-wrong-end",
        breaks="The drift of the pairing is measured from layer to layer.",
        file=f"{FOLDER}/steering.py",
        old="(paired - paired[-1]).abs().max()",
        new="(paired - paired[0]).abs()[-1:].max() * 0",
        tests=f"{TESTS}/test_steering.py",
    ),
    Defect(
        name="tangents-without-the-past",
        breaks="Each layer pushes the first tangent.",
        file=f"{FOLDER}/steering.py",
        old="_pushed(layer, z, changes[-1])",
        new="_pushed(layer, z, changes[0])",
        tests=f"{TESTS}/test_steering.py",
    ),
    Defect(
        name="euler-costates-of-the-state-after",
        breaks="Euler's costates take the Jacobian at the end of the layer.",
        file=f"{FOLDER}/two_ways.py",
        old="z = states[k]\n",
        new="z = states[k + 1]\n",
        tests=f"{TESTS}/test_two_ways.py::test_both_gradients_are_those_of_costates",
    ),
    Defect(
        name="backtracking-takes-any-step",
        breaks="A step of gradient descent is taken though the loss grows.",
        file=f"{FOLDER}/two_ways.py",
        old="reached <= losses[-1] - _ARMIJO * promised",
        new="reached <= losses[-1] + 1",
        tests=f"{TESTS}/test_two_ways.py",
    ),
    Defect(
        name="riccati-sign",
        breaks="The costate is driven by the state with the other sign.",
        file=f"{FOLDER}/riccati.py",
        old="torch.cat([-self.Q, -self.A.T], 1)",
        new="torch.cat([self.Q, -self.A.T], 1)",
        tests=f"{TESTS}/test_riccati.py",
    ),
    Defect(
        name="riccati-costates-of-the-same-method",
        breaks="The costates take steps of the method of the states.",
        file=f"{FOLDER}/riccati.py",
        old="tilde = costate_matrix(method)",
        new="tilde = a + 0 * costate_matrix(method)",
        tests=f"{TESTS}/test_riccati.py::test_the_discrete_control_is_optimal_for_its_own_cost",
    ),
    Defect(
        name="refined-controls-one-after-the-other",
        breaks="A coarse control is compared as if its weights came again and again.",
        file=f"{FOLDER}/refinement.py",
        old="one.theta.repeat_interleave(m // n, 0)",
        new="one.theta.repeat(m // n, 1)",
        tests=f"{TESTS}/test_refinement.py",
    ),
    Defect(
        name="refined-controls-without-smoothness",
        breaks="The regulariser of refined controls does not ask for smoothness.",
        file=f"{FOLDER}/refinement.py",
        old="objective(net, x, labels, size, smoothness)",
        new="objective(net, x, labels, size)",
        tests=f"{TESTS}/test_refinement.py",
    ),
    Defect(
        name="descent-leaves-the-simplex",
        breaks="Adam's steps are not moved back to the simplex.",
        file=f"{FOLDER}/two_ways.py",
        old="            _project(net)\n            losses.append",
        new="            losses.append",
        tests=f"{TESTS}/test_two_ways.py::test_a_descent_keeps_time_steps_on_the_simplex",
    ),
    Defect(
        name="gradient-without-its-steps",
        breaks="The gradient of a layer leaves its time step out.",
        file=f"{FOLDER}/two_ways.py",
        old='steps = [found["h"][:, None]] if "h" in found else []',
        new="steps = []",
        tests=f"{TESTS}/test_two_ways.py::test_networks_with_learned_steps_have_one_gradient_and_descend_along_it",
    ),
    Defect(
        name="browser-takes-equal-steps",
        breaks="The browser gets equal steps instead of learned ones.",
        file="structviz/ui/browser/layers.py",
        old="net.has_time, net.time_steps.tolist()",
        new="net.has_time, [net.dt] * net.n_layers",
        tests=f"{TESTS}/test_steering_numbers.py",
    ),
    Defect(
        name="own-points-without-a-limit",
        breaks="Tables may have any number of points.",
        file="structviz/ui/pages/optimal_control/own_points.py",
        old="    if len(points) > MOST_OWN:",
        new="    if False:",
        tests="tests/app/test_optimal_control.py::test_tables_that_cannot_be_steered_are_refused",
    ),
    Defect(
        name="sphere-costates-of-euler",
        breaks="Costates on the sphere take Euler's steps in the space around it.",
        file=f"{FOLDER}/layers.py",
        old="method = _explicit(net.method) if net.method in INTEGRATORS else None",
        new='method = _explicit(net.method if net.method in INTEGRATORS else "euler")',
        tests=f"{TESTS}/test_adjoint_manifolds.py::test_costates_of_points_on_the_sphere_equal_those_of_autograd",
    ),
    Defect(
        name="turning-in-axes-of-space",
        breaks="The Hamiltonian of rotations takes the angular velocity in axes of space.",
        file=f"{FOLDER}/layers.py",
        old="return R @ hat(v) if",
        new="return hat(v) @ R if",
        tests=f"{TESTS}/test_adjoint_manifolds.py::test_the_hamiltonian_of_rotations_is_costate_times_turning",
    ),
    Defect(
        name="attitudes-taken-for-classes",
        breaks="A network that gives no logits is taken for a classifier.",
        file=f"{FOLDER}/adjoint.py",
        old="if outputs.shape != targets.shape or targets.is_floating_point():",
        new="if False:",
        tests=f"{TESTS}/test_adjoint_manifolds.py::test_a_network_without_two_classes_is_refused_with_what_to_do",
    ),
)
"""Each is caught by the tests that it names."""

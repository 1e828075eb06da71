"""Defects of integrators."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="heun-weights",
        breaks="Heun's method weighs its stages unequally.",
        file="structviz/ode/integrators.py",
        old="a=((0.0, 0.0), (1.0, 0.0)), w=(1 / 2, 1 / 2))",
        new="a=((0.0, 0.0), (1.0, 0.0)), w=(1 / 4, 3 / 4))",
        tests="tests/conformance/test_integrators.py::test_all_conditions_up_to_the_order_hold_and_one_more_does_not",
    ),
    Defect(
        name="kutta-stage",
        breaks="The third stage of Kutta's method subtracts no first slope.",
        file="structviz/ode/integrators.py",
        old="a=((0.0, 0.0, 0.0), (1 / 2, 0.0, 0.0), (-1.0, 2.0, 0.0)),",
        new="a=((0.0, 0.0, 0.0), (1 / 2, 0.0, 0.0), (0.0, 1.0, 0.0)),",
        tests="tests/conformance/test_integrators.py::test_all_conditions_up_to_the_order_hold_and_one_more_does_not",
    ),
    Defect(
        name="kutta-weights",
        breaks="Kutta's weights are those of the trapezoidal rule.",
        file="structviz/ode/integrators.py",
        old="w=(1 / 6, 2 / 3, 1 / 6),",
        new="w=(1 / 4, 1 / 2, 1 / 4),",
        tests="tests/conformance/test_integrators.py::test_polynomials_in_time_are_integrated_exactly",
    ),
    Defect(
        name="rk4-weights",
        breaks="The inner weights of RK4 are unequal.",
        file="structviz/ode/integrators.py",
        old="w=(1 / 6, 1 / 3, 1 / 3, 1 / 6),",
        new="w=(1 / 6, 1 / 2, 1 / 6, 1 / 6),",
        tests="tests/conformance/test_integrators.py::test_all_conditions_up_to_the_order_hold_and_one_more_does_not",
    ),
    Defect(
        name="rk4-stage",
        breaks="The third stage of RK4 starts along the first slope.",
        file="structviz/ode/integrators.py",
        old="(0.0, 1 / 2, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0))",
        new="(1 / 2, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0))",
        tests="tests/conformance/test_integrators.py::test_all_conditions_up_to_the_order_hold_and_one_more_does_not",
    ),
    Defect(
        name="rk4-nodes",
        breaks="The last stage of RK4 looks at the field too early.",
        file="structviz/ode/integrators.py",
        old="c=(0.0, 1 / 2, 1 / 2, 1.0),",
        new="c=(0.0, 1 / 2, 1 / 2, 1 / 2),",
        tests="tests/conformance/test_integrators.py::test_the_tableau_is_consistent",
    ),
    Defect(
        name="implicit-euler",
        breaks="The implicit midpoint rule is the implicit Euler method.",
        file="structviz/ode/integrators.py",
        old="c=(1 / 2,), a=((1 / 2,),), w=(1.0,))",
        new="c=(1.0,), a=((1.0,),), w=(1.0,))",
        tests="tests/conformance/test_integrators.py::test_only_symmetric_methods_undo_their_steps",
    ),
    Defect(
        name="nodes-ignored",
        breaks="All stages look at the field at the start of the step.",
        file="structviz/ode/integrators.py",
        old="slopes.append(slope(field, t + node * dt, y))",
        new="slopes.append(slope(field, t, y))",
        tests="tests/conformance/test_integrators.py::test_the_field_is_asked_once_a_stage_at_the_nodes",
    ),
    Defect(
        name="ratios-of-weights",
        breaks="Sums of slopes forget that their first weight was factored out.",
        file="structviz/ode/integrators.py",
        old="tuple((j, weight / lead) for j, weight in rest)",
        new="tuple((j, weight) for j, weight in rest)",
        tests="tests/conformance/test_integrators.py::test_steps_agree_with_the_formula",
    ),
    Defect(
        name="steps-forward-only",
        breaks="A decreasing grid of times is followed forward.",
        file="structviz/ode/trajectories.py",
        old="states.append(method.step(field, t, following - t, states[-1]))",
        new="states.append(method.step(field, t, abs(following - t), states[-1]))",
        tests="tests/conformance/test_integrators.py::test_backward_in_time_is_forward_along_the_reversed_field",
    ),
    Defect(
        name="steps-of-the-first-length",
        breaks="All steps are as long as the first.",
        file="structviz/ode/trajectories.py",
        old=(
            "    states = [x0]\n"
            "    for t, following in pairwise(_grid(times)):\n"
            "        states.append(method.step(field, t, following - t, states[-1]))"
        ),
        new=(
            "    states, grid = [x0], _grid(times)\n"
            "    for t, _ in pairwise(grid):\n"
            "        states.append(method.step(field, t, grid[1] - grid[0], states[-1]))"
        ),
        tests="tests/conformance/test_integrators.py::test_trajectories_equal_those_of_torchdiffeq tests/unit/ode/test_solve.py",
    ),
    Defect(
        name="implicit-no-gradient",
        breaks="The implicit midpoint rule passes no gradient on.",
        file="structviz/ode/implicit.py",
        old="torch.where(unsolved, torch.nan, k + correction)",
        new="torch.where(unsolved, torch.nan, (k + correction).detach())",
        tests="tests/unit/ode/test_implicit.py::test_the_gradient_is_that_of_the_solution_not_of_the_iteration",
    ),
    Defect(
        name="implicit-gradient-of-the-weights-lost",
        breaks="The slope at the solution is cut off from the weights of the field.",
        file="structviz/ode/implicit.py",
        old="    residual = slope(field, t, torch.add(z, k, alpha=h)) - k",
        new="    residual = slope(field, t, torch.add(z, k, alpha=h)).detach() - k",
        tests="tests/conformance/test_integrators.py::test_gradients_by_points_and_weights",
    ),
    Defect(
        name="newton-sign",
        breaks="Newton's matrix has the wrong sign of the Jacobian.",
        file="structviz/ode/implicit.py",
        old="torch.linalg.solve_ex(identity - h * J, residual[..., None])",
        new="torch.linalg.solve_ex(identity + h * J, residual[..., None])",
        tests="tests/unit/ode/test_implicit.py",
    ),
    Defect(
        name="newton-without-step",
        breaks="Newton's matrix forgets the length of the step.",
        file="structviz/ode/implicit.py",
        old="torch.linalg.solve_ex(identity - h * J, residual[..., None])",
        new="torch.linalg.solve_ex(identity - J, residual[..., None])",
        tests="tests/unit/ode/test_implicit.py",
    ),
    Defect(
        name="newton-full-steps",
        breaks="Newton's steps are never shortened.",
        file="structviz/ode/implicit.py",
        old="_newton_step(h, J, residual), step / 2)",
        new="_newton_step(h, J, residual), step)",
        tests="tests/unit/ode/test_implicit.py::test_long_steps_along_contractive_fields_converge",
    ),
    Defect(
        name="unsolved-accepted",
        breaks="What does not converge is returned as a solution.",
        file="structviz/ode/implicit.py",
        old="return torch.where(unsolved, torch.nan, k + correction)",
        new="return k + correction",
        tests="tests/unit/ode/test_implicit.py::test_where_there_is_no_solution_the_point_is_nan_and_no_other",
    ),
)

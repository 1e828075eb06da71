"""Defects of networks that learn their time steps, of how they are trained, and of what is measured on them."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

NETWORKS = "tests/unit/nets/test_learned_steps.py"
RECIPE = "tests/unit/training/test_control.py"
OUTCOMES = "tests/unit/studies/control/test_outcomes.py"
BROWSER = "tests/js/trainings/model.test.js"

DEFECTS = (
    Defect(
        name="layer-without-its-step",
        breaks="All layers take the step of the first one.",
        file="structviz/nets/learned_steps.py",
        old="return z + self.time_steps[k] * self.velocity(k, z)",
        new="return z + self.time_steps[0] * self.velocity(k, z)",
        tests=f"{NETWORKS}::test_the_steps_in_numbers",
    ),
    Defect(
        name="projected-steps-without-a-gradient",
        breaks="A step on the simplex has no gradient.",
        file="structviz/nets/learned_steps.py",
        old="return self.h + (project_to_simplex(self.h, self.time) - self.h).detach()",
        new="return project_to_simplex(self.h, self.time).detach()",
        tests=f"{NETWORKS}::test_the_gradient_of_a_step_is_the_product_of_costate_and_velocity",
    ),
    Defect(
        name="stored-steps-taken-as-they-are",
        breaks="Steps on the simplex are those that are stored, wherever they lie.",
        file="structviz/nets/learned_steps.py",
        old="return self.h + (project_to_simplex(self.h, self.time) - self.h).detach()",
        new="return self.h",
        tests=f"{NETWORKS}::test_steps_on_the_simplex_whatever_is_stored",
    ),
    Defect(
        name="negative-steps-overlooked",
        breaks="The error of time steps does not see negative ones.",
        file="structviz/checks/invariants.py",
        old="return max(float((h.sum() - total).abs()), float(-h.min())) / total",
        new="return float((h.sum() - total).abs()) / total",
        tests=f"{NETWORKS}::test_free_steps_promise_nothing_and_break_what_the_simplex_keeps",
    ),
    Defect(
        name="line-search-without-curvature",
        breaks="A step is taken only if the objective falls as far as its slope says.",
        file="structviz/training/backtracking.py",
        old="value + slope + self.lipschitz / 2 * length",
        new="value + slope",
        tests=f"{RECIPE}::test_backtracking_in_numbers",
    ),
    Defect(
        name="line-search-without-slope",
        breaks="A step is taken even if the objective rises.",
        file="structviz/training/backtracking.py",
        old="value + slope + self.lipschitz / 2 * length",
        new="value + self.lipschitz / 2 * length",
        tests=f"{RECIPE}::test_backtracking_in_numbers",
    ),
    Defect(
        name="line-search-without-projection",
        breaks="Trial steps are not projected.",
        file="structviz/training/backtracking.py",
        old="                self._project()\n",
        new="",
        tests=f"{RECIPE}::test_each_trial_is_projected",
    ),
    Defect(
        name="line-search-keeps-a-failed-trial",
        breaks="Where no step is short enough, the last trial stays.",
        file="structviz/training/backtracking.py",
        old="                parameter.copy_(before)\n        return value",
        new="                pass\n        return value",
        tests=f"{RECIPE}::test_the_objective_never_rises_and_the_minimum_stays",
    ),
    Defect(
        name="adam-leaves-the-simplex",
        breaks="Weights are not moved back after a step of Adam.",
        file="structviz/training/descent.py",
        old="        self._optimiser.step()\n        self._project()\n",
        new="        self._optimiser.step()\n",
        tests=f"{RECIPE}::test_training_keeps_the_steps_on_the_simplex",
    ),
    Defect(
        name="control-cost-without-its-half",
        breaks="The size of the weights counts twice.",
        file="structviz/nets/control_cost.py",
        old="return size / 2 * theta.dt * squares",
        new="return size * theta.dt * squares",
        tests=f"{NETWORKS}::test_what_weights_cost {RECIPE}::test_the_regulariser_is_that_of_the_formula",
    ),
    Defect(
        name="control-cost-without-gradient",
        breaks="The smooth regulariser has no gradient.",
        file="structviz/nets/control_cost.py",
        old="changes = theta.A.diff(dim=0).square().sum() + theta.b.diff(dim=0).square().sum()",
        new="changes = net.A.detach().diff(dim=0).square().sum() + net.b.diff(dim=0).square().sum()",
        tests=f"{RECIPE}::test_the_regulariser_is_that_of_the_formula",
    ),
    Defect(
        name="history-a-step-late",
        breaks="The moments of a history are those after the next step.",
        file="structviz/training/control_history.py",
        old="            frames[training.step] = training.network().state_dict()",
        new="            frames[training.step] = (training.advance(), training.network())[1].state_dict()",
        tests=f"{RECIPE}::test_a_history_is_the_training_at_a_few_moments",
    ),
    Defect(
        name="off-layers-counted-as-negative",
        breaks="A layer that is off counts as negative too.",
        file="structviz/studies/control/outcomes.py",
        old="negative=int(((h < 0) & ~is_off).sum())",
        new="negative=int((h <= 0.01).sum())",
        tests=f"{OUTCOMES}::test_figures_in_numbers",
    ),
    Defect(
        name="path-as-the-crow-flies",
        breaks="The path of a point is the distance of its ends.",
        file="structviz/studies/control/outcomes.py",
        old="path=states.diff(dim=0).norm(dim=2).sum(0).mean().item()",
        new="path=states.diff(dim=0).sum(0).norm(dim=1).mean().item()",
        tests=f"{OUTCOMES}::test_figures_in_numbers",
    ),
    Defect(
        name="browser-forgets-to-forget",
        breaks="A plain network in the browser keeps where its points were.",
        file="structviz/ui/browser/src/trainings/model.js",
        old="x = plain ? across : x + h[k] * across;",
        new="x = x + h[k] * across;",
        tests=BROWSER,
    ),
    Defect(
        name="browser-map-upside-down",
        breaks="The map of decisions in the browser has its rows the wrong way.",
        file="structviz/ui/browser/src/trainings/model.js",
        old="[tick(i % pixels), tick(Math.floor(i / pixels))]",
        new="[tick(i % pixels), -tick(Math.floor(i / pixels))]",
        tests=BROWSER,
    ),
)

"""Defects of what scripts call on optimal control and manifolds: points, layers, steps, files of trainings, bodies."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

CONTROL = "tests/unit/training/test_control.py"
NETS = "tests/unit/nets/test_manifolds.py"
BODY_STEPS = "structviz/studies/manifolds/body_steps.py"
TUMBLING = "tests/unit/studies/manifolds/test_tumbling.py"
BODY = "tests/js/body/body.test.js"

DEFECTS = (
    Defect(
        name="eigenvalues-as-if-symmetric",
        breaks="Eigenvalues of a Jacobian are those of its lower half.",
        file="structviz/checks/jacobian.py",
        old="torch.linalg.eigvals(jacobians(field, points))",
        new="torch.complex(*[torch.linalg.eigvalsh(jacobians(field, points))] * 2)",
        tests="tests/unit/nets/test_hamiltonian.py",
    ),
    Defect(
        name="toy-of-another-seed",
        breaks="Points without a generator are those of seed 1.",
        file="structviz/data/toy.py",
        old="Generator().manual_seed(0) if generator is None",
        new="Generator().manual_seed(1) if generator is None",
        tests="tests/unit/data/test_toy.py::test_the_generator_decides",
    ),
    Defect(
        name="split-without-its-noise",
        breaks="Points of the test have the noise of the set, whatever is asked for.",
        file="structviz/data/toy.py",
        old="toy(name, n_test, test, noise)",
        new="toy(name, n_test, test)",
        tests="tests/unit/data/test_toy.py::test_held_out_points_are_those_of_the_test_at_any_noise",
    ),
    Defect(
        name="held-out-of-the-training",
        breaks="Points that are held out are those of the training.",
        file="structviz/data/toy.py",
        old="_drawn(name, n_test, _generators(seed)[1])",
        new="_drawn(name, n_test, _generators(seed)[0])",
        tests="tests/unit/data/test_toy.py::test_held_out_points_are_those_of_the_test_at_any_noise",
    ),
    Defect(
        name="one-splitting-for-all",
        breaks="Each name of a splitting method gives symplectic Euler.",
        file="structviz/ode/splitting.py",
        old="return SPLITTINGS[name]",
        new='return SPLITTINGS["symplectic-euler"]',
        tests="tests/unit/ode/test_splitting.py",
    ),
    Defect(
        name="layers-of-the-first",
        breaks="A network takes its first layer again and again.",
        file="structviz/nets/layered.py",
        old="            z = self.layer(k, z)\n        return self.read(z)",
        new="            z = self.layer(0, z)\n        return self.read(z)",
        tests="tests/unit/studies/test_sphere_steps.py::test_a_network_takes_the_same_steps_as_the_study",
    ),
    Defect(
        name="trajectories-that-do-not-enter",
        breaks="A trajectory begins with the input as it came.",
        file="structviz/nets/layered.py",
        old="states = [self.enter(x)]",
        new="states = [x]",
        tests=f"{NETS}::test_points_off_the_sphere_start_at_the_closest_one",
    ),
    Defect(
        name="winds-tested-where-they-start",
        breaks="A network that learns the wind is measured against points that stay.",
        file="structviz/studies/manifolds/winds.py",
        old="normalize(found) * carried(new)",
        new="normalize(found) * new",
        tests="tests/unit/studies/manifolds/test_winds.py",
    ),
    Defect(
        name="winds-seen-exactly",
        breaks="Examples of the wind have no noise.",
        file="structviz/studies/manifolds/winds.py",
        old="carried(x) + noise * shifts",
        new="carried(x) + 0 * shifts",
        tests="tests/unit/studies/manifolds/test_winds.py",
    ),
    Defect(
        name="histories-of-one-optimiser",
        breaks="All trainings that are saved are those of Adam.",
        file="structviz/training/control_history.py",
        old="record_history(control_config(steps, dataset, optimiser))",
        new='record_history(control_config(steps, dataset, "adam"))',
        tests=CONTROL,
    ),
    Defect(
        name="histories-that-are-not-finite",
        breaks="A file of trainings may hold what is no number.",
        file="structviz/training/control_history.py",
        old="all(value.isfinite().all() and len(value) == len(moments)",
        new="all(len(value) == len(moments)",
        tests=CONTROL,
    ),
    Defect(
        name="smoothness-before-training",
        breaks="The study of smoothness keeps the first weights.",
        file="structviz/training/control_weights.py",
        old="weights[name][-1] for weights in found",
        new="weights[name][0] for weights in found",
        tests=CONTROL,
    ),
    Defect(
        name="smoothness-of-the-first-seed",
        breaks="The study of smoothness reads the networks of seed 0 for every seed.",
        file="structviz/training/control_weights.py",
        old='start = f"{dataset}/{seed}/"',
        new='start = f"{dataset}/0/"',
        tests=CONTROL,
    ),
    Defect(
        name="inputs-of-any-shape",
        breaks="Networks take inputs of a shape that is not theirs.",
        file="structviz/nets/shape.py",
        old="if x.shape[1:] != row or x.ndim == 0:",
        new="if x.ndim == 0:",
        tests=f"{NETS}::test_inputs_of_another_shape_are_refused",
    ),
    Defect(
        name="conformality-of-no-step",
        breaks="A step that is no number has a conformality error that is none.",
        file="structviz/studies/manifolds/optimisers.py",
        old='    if not 0 < h < float("inf"):',
        new="    if h <= 0:",
        tests="tests/unit/studies/manifolds/test_optimisers.py",
    ),
    Defect(
        name="bodies-without-the-second-bracket",
        breaks="RKMK4 in plain numbers leaves out the second bracket.",
        file=BODY_STEPS,
        old="v + a / 2 + c * t for",
        new="v + a / 2 + 0 * t for",
        tests=TUMBLING,
    ),
    Defect(
        name="bodies-of-half-a-cayley-step",
        breaks="The implicit midpoint rule in plain numbers takes half of the turn between bodies and moments.",
        file=BODY_STEPS,
        old="a + h / 2 * b - c for",
        new="a + h / 4 * b - c for",
        tests=TUMBLING,
    ),
    Defect(
        name="bodies-nearest-to-a-mirror",
        breaks="The nearest rotation in plain numbers of a mirror is looked for by Newton's iteration.",
        file=BODY_STEPS,
        old="if not 0.1 < determinant < 10:",
        new="if not determinant:",
        tests=TUMBLING,
    ),
    Defect(
        name="midpoint-of-the-browser-by-half",
        breaks="The browser's implicit midpoint rule turns with half of what the body's moments do.",
        file="structviz/ui/browser/src/body/model.js",
        old="value + (h / 2) * across[j] - m[j]",
        new="value + (h / 4) * across[j] - m[j]",
        tests=BODY,
    ),
    Defect(
        name="midpoint-of-the-browser-without-newton",
        breaks="The browser's implicit midpoint rule forgets how the turn itself turns, and finds no long steps.",
        file="structviz/ui/browser/src/body/model.js",
        old="[one, half * (L[2] - two * z), half * (three * y - L[1])],",
        new="[one, 0, 0],",
        tests=BODY,
    ),
)

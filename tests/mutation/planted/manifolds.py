"""Defects of steps on the sphere and of bodies that tumble, in Python's studies and in the browser."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

STEPS = "tests/unit/studies/test_sphere_steps.py"
SPHERE = "tests/js/sphere/sphere.test.js"
BODY = "tests/js/body/body.test.js"

DEFECTS = (
    Defect(
        name="cayley-of-the-whole-step",
        breaks="The Cayley map on the sphere turns twice as far.",
        file="structviz/studies/manifolds/sphere_steps.py",
        old="_cayley(h / 2 * field(z), z)",
        new="_cayley(h * field(z), z)",
        tests=f"{STEPS}::test_the_cayley_map_turns_by_twice_an_arctangent",
    ),
    Defect(
        name="midpoint-inside-the-sphere",
        breaks="The midpoint rule takes the field inside of the sphere, where it is not tangent.",
        file="structviz/studies/manifolds/sphere_steps.py",
        old="z + h * field(normalize(z + found))",
        new="z + h * field((z + found) / 2)",
        tests=f"{STEPS}::test_points_stay_on_the_sphere_or_leave_it",
    ),
    Defect(
        name="points-without-a-solution",
        breaks="A midpoint step that finds no solution returns the last iterate.",
        file="structviz/studies/manifolds/sphere_steps.py",
        old="return found.where(change < _CLOSE, torch.nan)",
        new="return found",
        tests=f"{STEPS}::test_a_midpoint_step_solves_its_equation_or_says_so",
    ),
    Defect(
        name="centre-onto-the-sphere",
        breaks="The centre of the sphere is put onto it.",
        file="structviz/nets/sphere.py",
        old="(lengths.isfinite() & (lengths > 0))[:, 0]",
        new="lengths.isfinite()[:, 0]",
        tests=f"{STEPS}::test_points_off_the_sphere_are_put_onto_it",
    ),
    Defect(
        name="exponential-of-the-browser",
        breaks="The browser's exponential map forgets the curvature of the sphere.",
        file="structviz/ui/browser/src/sphere/steps.js",
        old="times(z, Math.cos(length))",
        new="times(z, 1)",
        tests=SPHERE,
    ),
    Defect(
        name="pull-of-the-poles",
        breaks="The browser's field towards the poles pulls less.",
        file="structviz/ui/browser/src/sphere/steps.js",
        old="const PULL = 0.6;",
        new="const PULL = 0.5;",
        tests=SPHERE,
    ),
    Defect(
        name="pull-back-without-its-square",
        breaks="The browser's RKMK4 leaves out the second bracket.",
        file="structviz/ui/browser/src/body/model.js",
        old="value + across[i] / 2 + c * twice[i]",
        new="value + across[i] / 2",
        tests=BODY,
    ),
    Defect(
        name="face-of-a-mirror",
        breaks="A box whose matrix is a mirror shows the faces that look away.",
        file="structviz/ui/browser/src/body/solid.js",
        old="columns[k]), near) * turned",
        new="columns[k]), near)",
        tests=BODY,
    ),
    Defect(
        name="structure-that-never-costs",
        breaks="A method that leaves the rotations and keeps the energy better is not named.",
        file="structviz/ui/browser/src/body/words.js",
        old="if (best && leaving < staying)",
        new="if (best && leaving < 0)",
        tests=BODY,
    ),
    Defect(
        name="features-turned-twice",
        breaks="A layer of rotations turns twice as far.",
        file="structviz/nets/rotations.py",
        old="lambda _t, R: self.velocity(k, R), 0.0, h, z",
        new="lambda _t, R: self.velocity(k, R), 0.0, 2 * h, z",
        tests="tests/unit/nets/test_rotations.py::test_a_layer_turns_as_its_formula_says",
    ),
    Defect(
        name="angle-of-half-the-chord",
        breaks="Angles between rotations are those of a chord that is too short.",
        file="structviz/metrics/rotations.py",
        old="math.sqrt(8)",
        new="math.sqrt(12)",
        tests="tests/unit/metrics/test_rotations.py",
    ),
    Defect(
        name="solid-in-few-steps",
        breaks="The solid of the data set tumbles for too short a time.",
        file="structviz/data/attitudes.py",
        old="step(velocity, 0.0, time / _FINE, R)",
        new="step(velocity, 0.0, time / (_FINE + 1), R)",
        tests="tests/unit/data/test_attitudes.py::test_a_solid_tumbles_as_the_equations_say",
    ),
    Defect(
        name="claim-of-features-unmeasured",
        breaks="An audit does not measure whether features are rotations.",
        file="structviz/checks/audit.py",
        old="rotation_distance(net(x)).max().item()",
        new="0.0 * rotation_distance(net(x)).max().item()",
        tests="tests/unit/nets/test_rotations.py::test_an_audit_sees_features_that_leave",
    ),
    Defect(
        name="quaternion-of-the-browser",
        breaks="The browser's closest rotation is that of another quaternion.",
        file="structviz/ui/browser/src/body/model.js",
        old="[h - f, a - e - i, b + d, c + g]",
        new="[h - f, a - e - i, b - d, c + g]",
        tests=BODY,
    ),
    Defect(
        name="cayley-of-the-browser",
        breaks="The browser's Cayley chart forgets how its velocity bends.",
        file="structviz/ui/browser/src/body/model.js",
        old="+ (dot(u, omega) / 4) * u[i]",
        new="",
        tests=BODY,
    ),
    Defect(
        name="eye-from-below",
        breaks="Pictures of the sphere are seen from the other side of the equator.",
        file="structviz/figures/globe.py",
        old="[0.0, cp, sp]])",
        new="[0.0, cp, -sp]])",
        tests="tests/unit/figures/test_globe.py",
    ),
)
"""Each is caught by the tests that it names."""

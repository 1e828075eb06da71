"""Defects of the wide stripes, of the networks that learn them, and of what the rotation page says of a turn."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_GRATINGS = "structviz/data/gratings.py"
_RECIPE = "structviz/training/wide_stripes.py"
_RECORD = "structviz/ui/pages/rotation/record.py"
_TESTS = "tests/unit/training/test_wide_stripes.py"

DEFECTS = (
    Defect(
        name="angle-clockwise",
        breaks="Stripes turn clockwise.",
        file=_GRATINGS,
        old="across = y * _of_image(angles.cos()) - x * _of_image(angles.sin())",
        new="across = y * _of_image(angles.cos()) + x * _of_image(angles.sin())",
        tests="tests/unit/data/test_gratings.py",
    ),
    Defect(
        name="phase-fixed",
        breaks="All drawn stripes have the same phase.",
        file=_GRATINGS,
        old="low + (high - low) * shares, 2 * math.pi * turns, size",
        new="low + (high - low) * shares, 0.0 * turns, size",
        tests="tests/unit/data/test_gratings.py",
    ),
    Defect(
        name="phases-of-half-a-circle",
        breaks="Phases fill half of the circle.",
        file=_GRATINGS,
        old="2 * math.pi * turns, size",
        new="math.pi * turns, size",
        tests="tests/unit/data/test_gratings.py",
    ),
    Defect(
        name="amplitude-one-half",
        breaks="The wave has the amplitude of a sine between 0 and 1.",
        file=_GRATINGS,
        old="AMPLITUDE = 2 / math.pi",
        new="AMPLITUDE = 0.5",
        tests="tests/unit/data/test_gratings.py",
    ),
    Defect(
        name="centre-off",
        breaks="Stripes turn about a corner of a pixel, not about the centre of the image.",
        file=_GRATINGS,
        old="- (size - 1) / 2",
        new="- size / 2",
        tests="tests/unit/data/test_gratings.py",
    ),
    Defect(
        name="sector-half-as-wide",
        breaks="Training stripes fill half of the sector.",
        file=_RECIPE,
        old="angles = SECTOR * (2 *",
        new="angles = SECTOR / 2 * (2 *",
        tests=_TESTS,
    ),
    Defect(
        name="sector-to-one-side",
        breaks="Training stripes lie to one side of the horizontal.",
        file=_RECIPE,
        old="angles = SECTOR * (2 * torch.rand(n, generator=generator, dtype=torch.float64) - 1)",
        new="angles = SECTOR * torch.rand(n, generator=generator, dtype=torch.float64)",
        tests=_TESTS,
    ),
    Defect(
        name="augmented-without-turning",
        breaks="Augmented arms see upright stripes alone.",
        file=_RECIPE,
        old="        if config.is_augmented:\n            # The turned",
        new="        if False:\n            # The turned",
        tests=_TESTS,
    ),
    Defect(
        name="augmented-half-the-range",
        breaks="Augmented arms see stripes turned by a quarter of a circle at most.",
        file=_RECIPE,
        old="lying = lying + 2 * math.pi * torch.rand",
        new="lying = lying + math.pi / 2 * torch.rand",
        tests=_TESTS,
    ),
    Defect(
        name="noise-of-the-test-not-turned",
        breaks="The noise of test stripes stays where it is at quarter turns.",
        file=_RECIPE,
        old="    return torch.rot90(y, int(quarter_turns), (-2, -1)), torch",
        new="    return y - x + torch.rot90(x, int(quarter_turns), (-2, -1)), torch",
        tests=_TESTS,
    ),
    Defect(
        name="validation-is-the-test",
        breaks="The length of the training is chosen on test stripes.",
        file=_RECIPE,
        old="held_out(angle, N_VALIDATION, _VALIDATION_SEED)",
        new="held_out(angle, N_VALIDATION)",
        tests=_TESTS,
    ),
    Defect(
        name="worst-angle-is-the-best",
        breaks="The card calls the best angle the worst.",
        file=_RECIPE,
        old='"psnr_worst": min(found.values())',
        new='"psnr_worst": max(found.values())',
        tests=_TESTS,
    ),
    Defect(
        name="whole-turn-is-a-turn",
        breaks="A turn by 360° counts as one, so that exactness of the identity is claimed.",
        file=_RECORD,
        old="is_turned = choice.angle % 360 != 0",
        new="is_turned = choice.angle != 0",
        tests="tests/app/test_rotation.py::test_a_whole_turn_is_no_turn",
    ),
    Defect(
        name="lost-power-the-wrong-way",
        breaks="The share of the noise that interpolation takes has the wrong sign.",
        file=_RECORD,
        old="percent(1 - 10 ** ((before - after) / 10), 0)",
        new="percent(1 - 10 ** ((after - before) / 10), 0)",
        tests="tests/unit/ui/pages/rotation/test_record.py",
    ),
    Defect(
        name="sector-of-one-side",
        breaks="Stripes turned by half a turn are said to lie outside the sector.",
        file=_RECORD,
        old="for centre in (0, 180)]",
        new="for centre in (0,)]",
        tests="tests/unit/ui/pages/rotation/test_record.py",
    ),
    Defect(
        name="dial-clockwise",
        breaks="The dial draws its sectors clockwise.",
        file="structviz/ui/browser/src/rotor/dial.js",
        old="[-radius * Math.sin(angle), -radius * Math.cos(angle)]",
        new="[radius * Math.sin(angle), -radius * Math.cos(angle)]",
        tests="tests/js/rotor/dial.test.js",
    ),
)

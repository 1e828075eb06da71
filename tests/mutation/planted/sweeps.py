"""Defects of what decides between trainings: validation, choices by it, spread over seeds."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_SUMMARY = "tests/unit/training/test_summary.py"
_PATCHES = "tests/unit/data/test_patches.py"

DEFECTS = (
    Defect(
        name="validation-from-the-whole-picture",
        breaks="Patches for validation come from the places that networks learn from, too.",
        file="structviz/data/patches.py",
        old='return picture[..., :border] if part == "training" else picture[..., border:]',
        new='return picture[..., :border] if part == "training" else picture',
        tests=f"{_PATCHES}::test_patches_for_validation_share_no_pixel_with_those_for_training",
    ),
    Defect(
        name="training-from-the-whole-picture",
        breaks="Training patches come from the places that are kept back, too.",
        file="structviz/data/patches.py",
        old='return picture[..., :border] if part == "training" else picture[..., border:]',
        new='return picture if part == "training" else picture[..., border:]',
        tests=f"{_PATCHES}::test_patches_for_validation_share_no_pixel_with_those_for_training",
    ),
    Defect(
        name="validation-on-training-patches",
        breaks="Settings are chosen by patches of the part that networks learn from.",
        file="structviz/training/images.py",
        old='patches(N_VALIDATION, PATCH, generator, part="validation")',
        new="patches(N_VALIDATION, PATCH, generator)",
        tests="tests/unit/training/test_images.py::test_validation_patches_are_those_that_are_kept_back",
    ),
    Defect(
        name="validation-on-held-out-patients",
        breaks="Settings are chosen by the patients on whom everything is measured.",
        file="structviz/training/patients.py",
        old="x = _unseen(n, 2 * geometry.image_size, skipped=_MOST_HELD_OUT)",
        new="x = _unseen(n, 2 * geometry.image_size)",
        tests="tests/unit/training/test_ct_patients.py::test_patients_for_validation_are_neither_from_training_nor_held_out",
    ),
    Defect(
        name="choice-by-test",
        breaks="Settings are chosen by the figures on held-out images.",
        file="structviz/training/summary.py",
        old="        seeds[row.seed] = row.validation",
        new="        seeds[row.seed] = row.psnr",
        tests=f"{_SUMMARY}::test_validation_chooses_and_the_held_out_figures_are_not_looked_at",
    ),
    Defect(
        name="worst-by-validation",
        breaks="The worst setting is chosen.",
        file="structviz/training/summary.py",
        old="best[task] = max(means,",
        new="best[task] = min(means,",
        tests=f"{_SUMMARY}::test_validation_chooses_and_the_held_out_figures_are_not_looked_at",
    ),
    Defect(
        name="choice-by-one-lucky-run",
        breaks="A setting that was tried with one seed competes with those of all seeds.",
        file="structviz/training/summary.py",
        old=" for choice, seeds in found.items() if len(seeds) == most}",
        new=" for choice, seeds in found.items()}",
        tests=f"{_SUMMARY}::test_a_lucky_single_run_is_no_choice",
    ),
    Defect(
        name="one-choice-for-all-sizes",
        breaks="All sizes of the training set get the setting of one of them.",
        file="structviz/training/summary.py",
        old="return row.arm, row.group, row.n_train, kept",
        new="return row.arm, row.group, kept",
        tests=f"{_SUMMARY}::test_sizes_choose_for_themselves",
    ),
    Defect(
        name="deviation-for-error",
        breaks="The standard deviation is called the standard error.",
        file="structviz/training/summary.py",
        old="stdev(values) / math.sqrt(len(values))",
        new="stdev(values)",
        tests=f"{_SUMMARY}::test_the_spread_over_seeds_against_its_closed_form",
    ),
    Defect(
        name="spread-of-images",
        breaks="The spread over images is called that over seeds.",
        file="structviz/training/summary.py",
        old="spread = Spread.of([fmean(row.psnr for row in images) for images in seeds.values()])",
        new="spread = Spread.of([row.psnr for row in members])",
        tests=f"{_SUMMARY}::test_the_spread_of_a_summary_is_that_of_seeds_not_of_images",
    ),
    Defect(
        name="gains-turned-round",
        breaks="A gain is the other arm's.",
        file="structviz/training/summary.py",
        old="arms[arm][seed] - arms[against][seed]",
        new="arms[against][seed] - arms[arm][seed]",
        tests=f"{_SUMMARY}::test_gains_pair_the_seeds",
    ),
    Defect(
        name="rate-of-the-base",
        breaks="All runs of a sweep over rates have the rate of the base.",
        file="structviz/training/sweep.py",
        old="learning_rate=rate or base.learning_rate",
        new="learning_rate=base.learning_rate",
        tests="tests/unit/training/test_sweep.py::"
        "test_rates_and_lengths_are_axes_and_the_own_rate_is_not_trained_twice",
    ),
    Defect(
        name="resumed-by-arm-and-size",
        breaks="A run of another rate is taken for one that is there.",
        file="structviz/training/table.py",
        old='f"{value:.6g}" if isinstance(value, float) and name != "rate" else value',
        new='f"{value:.2g}" if isinstance(value, float) else value',
        tests="tests/unit/training/test_sweep.py::"
        "test_rates_and_lengths_are_axes_and_the_own_rate_is_not_trained_twice",
    ),
    Defect(
        name="seeds-of-another-length",
        breaks="A card tells the seeds of runs of all lengths.",
        file="structviz/training/seeds.py",
        old="if row.orientation == orientation and (row.rate, row.steps) == (config.learning_rate, config.steps):",
        new="if row.orientation == orientation:",
        tests="tests/unit/training/test_seeds.py",
    ),
    Defect(
        name="photographs-rotated-by-nothing",
        breaks="The rotated photographs of a sweep lie upright.",
        file="structviz/training/images.py",
        old='for orientation, angle in (("upright", 0), ("rotated", ROTATED)):',
        new='for orientation, angle in (("upright", 0), ("rotated", 0)):',
        tests="tests/unit/training/test_images.py::test_scores_are_those_of_each_photograph_upright_and_rotated",
    ),
    Defect(
        name="yardsticks-tuned-on-the-test",
        breaks="Classical denoisers are tuned on the held-out photographs.",
        file="structviz/training/baselines.py",
        old="noisy, clean = (images[:_N_TUNE] for images in validation_patches())",
        new="from structviz.training.images import held_out\n\n    noisy, clean = held_out(0)",
        tests="tests/unit/training/test_images.py::test_yardsticks_are_tuned_on_validation_patches",
    ),
)

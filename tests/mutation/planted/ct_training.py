"""Defects of training on patients who are scanned."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="wrong-angle",
        breaks="The sinograms of augmented patients are turned further than their images.",
        file="structviz/training/ct.py",
        old="        yield measure(x, geometry, N_PHOTONS, generator), avg_pool2d(x, 2)",
        new='        yield measure(rotate(x, 0.5, "zeros").clamp(min=0), geometry, N_PHOTONS, generator), avg_pool2d(x, 2)',
        tests="tests/unit/training/test_ct.py::test_sinograms_are_those_of_what_is_asked_for",
    ),
    Defect(
        name="sinogram-turned-backwards",
        breaks="Sinograms that are measured once turn against their images.",
        file="structviz/training/ct.py",
        old="        yield turn_sinogram(y[chosen], geometry, turns), torch.rot90(x[chosen], turns, (-2, -1))",
        new="        yield turn_sinogram(y[chosen], geometry, -turns), torch.rot90(x[chosen], turns, (-2, -1))",
        tests="tests/unit/training/test_ct.py::test_sinograms_are_those_of_what_is_asked_for",
    ),
    Defect(
        name="over-half-the-circle",
        breaks="Augmented patients are turned by up to half a turn only.",
        file="structviz/training/ct.py",
        old="            angles = 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32)",
        new="            angles = math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32)",
        tests="tests/unit/training/test_ct.py::test_augmented_patients_are_turned_by_any_angle_alike",
    ),
    Defect(
        name="two-quarter-turns",
        breaks="Patients that are measured once are turned by 0° and 90° only.",
        file="structviz/training/ct.py",
        old="turns = int(torch.randint(4, (), generator=generator)) if config.is_augmented else 0",
        new="turns = int(torch.randint(2, (), generator=generator)) if config.is_augmented else 0",
        tests="tests/unit/training/test_ct.py::test_patients_who_are_measured_once_are_turned_by_all_quarter_turns_alike",
    ),
    Defect(
        name="patients-of-one-seed",
        breaks="Patients of new photons are the same for all seeds.",
        file="structviz/training/ct.py",
        old=(
            "    patients = training_patients(config.n_train or 1, 2 * geometry.image_size, config.seed)\n"
            "    while True:"
        ),
        new=("    patients = training_patients(config.n_train or 1, 2 * geometry.image_size, 0)\n    while True:"),
        tests="tests/unit/training/test_descent.py::test_the_seed_decides_the_training_set",
    ),
    Defect(
        name="loss-halved",
        breaks="The loss of CT is a quarter of the mean squared error.",
        file="structviz/training/ct.py",
        old="return 0.5 * ((x - reference) / UNIT).square().mean(dim=(1, 2, 3))",
        new="return 0.25 * ((x - reference) / UNIT).square().mean(dim=(1, 2, 3))",
        tests="tests/unit/training/test_ct.py::test_loss_is_half_the_mean_square_in_units",
    ),
    Defect(
        name="scored-everywhere",
        breaks="Scores of patients count the corners.",
        file="structviz/training/patients.py",
        old="        decibels = psnr(x, patients.x, DATA_RANGE, disc).tolist()",
        new="        decibels = psnr(x, patients.x, DATA_RANGE).tolist()",
        tests="tests/unit/training/test_ct_patients.py::test_what_lies_outside_of_the_disc_has_no_psnr",
    ),
    Defect(
        name="held-out-is-training",
        breaks="Held-out patients begin where the training set of their seed begins.",
        file="structviz/training/patients.py",
        old="    torch.randint(2**62, (_MOST_TRAINING_PATIENTS + skipped,), generator=generator)",
        new="    torch.randint(2**62, (1 + skipped,), generator=generator)",
        tests="tests/unit/training/test_ct_patients.py::test_held_out_patients_are_nobody_in_training",
    ),
)

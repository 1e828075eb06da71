"""Defects of the classifiers of digits and of their certificates."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

CERTIFICATES = "tests/unit/studies/robustness/test_certificate.py"
NETWORKS = "tests/unit/nets/test_digit_classifiers.py"
DIGITS = "tests/unit/data/test_digits.py"

DEFECTS = (
    Defect(
        name="root-of-two-lost",
        breaks="The certificate forgets that two logits move towards each other.",
        file="structviz/studies/robustness/certificate.py",
        old="return -margins(logits, labels) / (math.sqrt(2) * lipschitz)",
        new="return -margins(logits, labels) / lipschitz",
        tests=f"{CERTIFICATES}::test_the_radius_of_orthogonal_rows_is_the_exact_one",
    ),
    Defect(
        name="lipschitz-halved",
        breaks="The certificate takes half of the Lipschitz constant.",
        file="structviz/studies/robustness/certificate.py",
        old="(math.sqrt(2) * lipschitz)",
        new="(math.sqrt(2) * lipschitz / 2)",
        tests=f"{CERTIFICATES}::test_the_radius_of_orthogonal_rows_is_the_exact_one",
    ),
    Defect(
        name="sign-of-the-margin",
        breaks="What is wrong is certified, and what is right is not.",
        file="structviz/studies/robustness/certificate.py",
        old="return -margins(logits, labels)",
        new="return margins(logits, labels)",
        tests=f"{CERTIFICATES}::test_certified_accuracy_counts_what_is_right_and_certain",
    ),
    Defect(
        name="norm-of-one-layer-forgotten",
        breaks="The Lipschitz bound is the largest norm of a layer instead of their product.",
        file="structviz/nets/lipschitz_classifier.py",
        old="return math.prod(norms) * (1 + 1e-12)",
        new="return max(norms) * (1 + 1e-12)",
        tests=f"{NETWORKS}::test_the_bound_is_that_of_the_weights",
    ),
    Defect(
        name="no-orthonormal-columns",
        breaks="The lower rows of the rectangular Cayley transform are half as long.",
        file="structviz/nets/lipschitz_classifier.py",
        old="-2 * V @ inverse",
        new="-V @ inverse",
        tests=f"{NETWORKS}::test_columns_are_orthonormal",
    ),
    Defect(
        name="no-pooling-over-the-group",
        breaks="Of a regular field the first channel counts, which a turn moves to another place.",
        file="structviz/nets/digit_classifiers.py",
        old=".unflatten(1, (-1, order)).amax(2)",
        new=".unflatten(1, (-1, order))[:, :, 0]",
        tests=f"{NETWORKS}::test_quarter_turns_change_no_logit",
    ),
    Defect(
        name="training-on-what-is-tested",
        breaks="Networks learn from the digits that they are tested on.",
        file="structviz/training/digits.py",
        old='images, labels = digits("training")\n    rounds',
        new='images, labels = digits("test")\n    rounds',
        tests=f"{DIGITS}::test_networks_learn_from_the_part_for_training_alone",
    ),
)
"""Each is caught by the tests that it names."""

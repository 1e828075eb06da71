"""Defects of how networks are kept."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="digest-unchecked",
        breaks="Weights that were changed are loaded.",
        file="structviz/zoo/weights.py",
        old="    if digest != sha256:",
        new="    if not digest:",
        tests="tests/unit/zoo/test_networks.py::test_changed_weights_are_refused",
    ),
    Defect(
        name="digest-of-the-card-forgotten",
        breaks="Cards are saved without the digest of their weights.",
        file="structviz/zoo/repository.py",
        old="    described = dataclasses.replace(described, sha256=hashlib.sha256(content).hexdigest())",
        new='    described = dataclasses.replace(described, sha256=hashlib.sha256(b"").hexdigest())',
        tests="tests/unit/zoo/test_networks.py",
    ),
    Defect(
        name="shapes-unchecked",
        breaks="Weights need not have the shapes of the network on the card.",
        file="structviz/zoo/weights.py",
        old="    if found != expected:",
        new="    if found.keys() != expected.keys():",
        tests="tests/unit/zoo/test_networks.py::test_weights_of_another_shape_are_refused",
    ),
    Defect(
        name="gaps-allowed",
        breaks="Tensors of a file may overlap.",
        file="structviz/zoo/weights.py",
        old="        if first != end:",
        new="        if first < 0:",
        tests="tests/unit/zoo/test_hostile_weights.py::test_headers_that_lie_are_refused",
    ),
    Defect(
        name="nan-weights-allowed",
        breaks="Weights may be no numbers.",
        file="structviz/zoo/weights.py",
        old="        if not value.isfinite().all():",
        new="        if not value.isfinite().any():",
        tests="tests/unit/zoo/test_hostile_weights.py::test_weights_that_are_no_numbers_are_refused",
    ),
    Defect(
        name="long-files-read",
        breaks="Files of any length are read.",
        file="structviz/zoo/weights.py",
        old="    most = 2 * expected + 100_000",
        new="    most = 2 * expected + 10**12",
        tests="tests/unit/zoo/test_networks.py::test_too_long_a_file_is_refused_before_it_is_read",
    ),
    Defect(
        name="card-of-another",
        breaks="A card may have another name than its file.",
        file="structviz/zoo/repository.py",
        old="    if found.name != name:",
        new="    if not found.name:",
        tests="tests/unit/zoo/test_networks.py::test_damaged_cards_are_refused",
    ),
    Defect(
        name="training-mode",
        breaks="Networks are loaded in the mode of training.",
        file="structviz/zoo/repository.py",
        old=".to(device).eval().requires_grad_(False)",
        new=".to(device).requires_grad_(False)",
        tests="tests/unit/zoo/test_networks.py::test_round_trip",
    ),
    Defect(
        name="parameters-miscounted",
        breaks="The arithmetic that bounds networks forgets the biases.",
        file="structviz/zoo/networks.py",
        old="    return hidden * (width * width * kernel + width) + 2 * width * kernel + width + 1",
        new="    return hidden * (width * width * kernel) + 2 * width * kernel + width + 1",
        tests="tests/unit/zoo/test_hostile_weights.py::test_the_arithmetic_counts_what_is_built",
    ),
    Defect(
        name="half-a-letter",
        breaks="Names in a card may hold half of a surrogate pair, which can be neither shown nor kept.",
        file="structviz/zoo/cards.py",
        old="            _check_letters(values)\n",
        new="",
        tests="tests/unit/zoo/test_hostile_weights.py::test_half_a_letter_in_a_name_is_refused",
    ),
)

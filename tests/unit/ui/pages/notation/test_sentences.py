"""Every sentence of the notation page against its record and against the study: presets and random states."""

from random import Random

import pytest
import torch

from structviz.studies.notation import MAX_LAYERS
from structviz.ui.pages.notation.choice import PRESETS, NotationChoice
from structviz.ui.pages.notation.sentences import record_of, what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

CONSTANTS = ("0", "1", "−1")
KINDS = ("is singular", "ReLU is dead", "The ReLU maps", "an affine map", "folds the plane", "squeezes")


def weights(random: Random) -> str:
    """Some layers; a few collapse the plane, and a few switch the ReLU off."""
    layers = []
    for _ in range(random.randint(1, MAX_LAYERS)):
        a, b, c, d, e, f = (round(random.uniform(-2, 2), 2) for _ in range(6))
        kind = random.choice(["free", "free", "collapse", "low"])
        c, d = (2 * a, 2 * b) if kind == "collapse" else (c, d)
        e, f = (-20.0, -20.0) if kind == "low" else (e, f)
        layers.append(",".join(f"{x:g}" for x in (a, b, c, d, e, f)))
    return ";".join(layers)


CHOICES = [*PRESETS.values(), *random_choices(NotationChoice, 200, seed=4, draw={"theta": weights})]


@pytest.fixture(scope="module")
def said() -> list[list[str]]:
    return [what_to_notice(record_of(choice)) for choice in CHOICES]


def test_sentences_say_what_the_record_says(said: list[list[str]]) -> None:
    for choice, sentences in zip(CHOICES, said, strict=True):
        check_sentences(record_of(choice), sentences, CONSTANTS)


def test_each_kind_of_sentence_occurs_and_is_not_always_there(said: list[list[str]]) -> None:
    for kind in KINDS:
        assert 0 < sum(kind in " ".join(sentences) for sentences in said) < len(said), kind


def test_sentences_are_true_of_the_layers() -> None:
    for choice in CHOICES:
        record, words = record_of(choice), " ".join(what_to_notice(record_of(choice)))
        ends, ranks = choice.net(choice.points[0]), torch.linalg.matrix_rank(choice.net.A, rtol=1e-3).tolist()
        assert words.count("is singular") == sum(rank < 2 for rank in ranks)
        for layer in record.singular:
            assert ranks[layer - 1] < 2
        if "Every point ends at the origin" in words:
            assert choice.sigma == "relu"
            assert not ends.count_nonzero()
        if "bends lines but folds nothing" in words:
            assert ends.abs().max() <= 1

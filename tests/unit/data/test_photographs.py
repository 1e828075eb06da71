import pytest
import torch

from structviz.attacks import eight_bit
from structviz.data import PHOTOGRAPHS, imagenet_classes, photograph
from structviz.errors import ConfigError


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs_are_in_colour_and_in_eight_bits(name: str) -> None:
    x = photograph(name)
    assert x.shape == (1, 3, 224, 224)
    assert torch.equal(x, eight_bit(x))
    assert x.min() >= 0
    assert 0.8 < x.max() <= 1
    assert (x[:, 0] - x[:, 2]).abs().mean() > 0.02


def test_others_are_refused() -> None:
    with pytest.raises(ConfigError, match="one of chelsea, coffee"):
        photograph("moon")


def test_classes_have_different_names() -> None:
    names = imagenet_classes()
    assert len(set(names)) == 1000
    assert [names[k] for k in (0, 134, 285, 368, 517, 967, 999)] == [
        *("tench", "crane (bird)", "Egyptian cat", "gibbon", "crane (machine)", "espresso", "toilet tissue"),
    ]
    assert all(name == name.strip() and name for name in names)

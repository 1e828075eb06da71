import pytest
import torch

from structviz.data import DIGIT_COUNTS, digits
from structviz.errors import ConfigError
from structviz.training.digits import training_digits


def test_parts_are_balanced_digits_in_grey_values() -> None:
    for part, count in DIGIT_COUNTS.items():
        images, labels = digits(part)
        assert images.shape == (count, 1, 28, 28)
        assert labels.bincount().tolist() == [count // 10] * 10
        assert (images.min(), images.max()) == (0, 1)
        torch.testing.assert_close(images * 255, (images * 255).round(), rtol=0, atol=1e-4)
        assert 0.05 < images.mean() < 0.25  # white strokes on black


def test_no_digit_is_in_two_parts_or_twice_in_one() -> None:
    everything = torch.cat([digits(part)[0] for part in DIGIT_COUNTS]).flatten(1)
    assert len(everything.unique(dim=0)) == sum(DIGIT_COUNTS.values())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_networks_learn_from_the_part_for_training_alone(seed: int) -> None:
    known = {bytes(image.mul(255).round().byte().numpy()) for image in digits("training")[0]}
    few, many = training_digits(100, seed), training_digits(4000, seed)
    assert {bytes(image.mul(255).round().byte().numpy()) for image in many[0]} == known
    assert torch.equal(few[0], many[0][:100])
    assert few[1].bincount().tolist() == [10] * 10
    held_out = torch.cat([digits("validation")[0], digits("test")[0]])
    assert not known & {bytes(image.mul(255).round().byte().numpy()) for image in held_out}


def test_seeds_draw_other_small_sets() -> None:
    assert not torch.equal(training_digits(100, 0)[0], training_digits(100, 1)[0])


def test_more_than_there_are_cannot_be_had() -> None:
    with pytest.raises(ConfigError, match="from 1 to 1000"):
        digits("test", 1001)

"""The arms: what each one is, and that everything that shows them knows all of them."""

from structviz.arms import ARMS, arm_words, is_augmented, is_equivariant
from structviz.config import TrainConfig
from structviz.figures import ARM_COLOURS, arm_title


def test_an_arm_is_what_its_name_says() -> None:
    for name in ARMS:
        assert is_equivariant(name) == TrainConfig(arm=name).is_equivariant == ("equivariant" in name), name
        assert is_augmented(name) == TrainConfig(arm=name).is_augmented == ("augmented" in name), name
    assert not is_equivariant("symmetrised")
    assert not is_augmented("symmetrised")
    assert len({(arm.equivariant, arm.augmented) for arm in ARMS.values()}) == len(ARMS)


def test_every_arm_has_a_title_and_a_colour_of_its_own() -> None:
    assert [arm_title(name) for name in ARMS] == [arm.title for arm in ARMS.values()]
    assert len({ARM_COLOURS[name] for name in ARMS}) == len(ARMS)
    assert len(set(ARM_COLOURS.values())) == len(ARM_COLOURS)
    assert arm_words("equivariant-augmented") == "equivariant + augmented"
    assert arm_words("symmetrised") == "symmetrised"

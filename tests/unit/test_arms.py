"""The arms: what each one is, and that everything that shows them knows all of them."""

from structviz.arms import ARMS, ROTATION_ARMS, arm_words, is_augmented, is_equivariant, is_nonexpansive
from structviz.config import TrainConfig
from structviz.figures import ARM_COLOURS, arm_title
from structviz.training import RECIPES


def test_an_arm_is_what_its_name_says() -> None:
    for name in ARMS:
        assert is_equivariant(name) == TrainConfig(arm=name).is_equivariant == ("equivariant" in name), name
        assert is_augmented(name) == TrainConfig(arm=name).is_augmented == ("augmented" in name), name
        assert is_nonexpansive(name) == ("nonexpansive" in name) == (name not in ROTATION_ARMS), name
    assert not is_equivariant("symmetrised")
    assert not is_augmented("symmetrised")
    assert not is_nonexpansive("symmetrised")
    assert len({(arm.equivariant, arm.augmented, arm.nonexpansive) for arm in ARMS.values()}) == len(ARMS)


def test_every_arm_has_a_title_and_a_colour_that_no_arm_beside_it_has() -> None:
    assert [arm_title(name) for name in ARMS] == [arm.title for arm in ARMS.values()]
    assert len({arm.title for arm in ARMS.values()}) == len(ARMS)
    for beside in (set(ARM_COLOURS) - set(ARMS) | set(ROTATION_ARMS), {"ordinary"} | ARMS.keys() - set(ROTATION_ARMS)):
        assert len({ARM_COLOURS[name] for name in beside}) == len(beside)
    for recipe in RECIPES.values():
        assert len({ARM_COLOURS[name] for name in recipe.arms}) == len(recipe.arms), recipe.name
    assert arm_words("equivariant-augmented") == "equivariant + augmented"
    assert arm_words("symmetrised") == "symmetrised"

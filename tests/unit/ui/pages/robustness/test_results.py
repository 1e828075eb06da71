"""What is computed once for all visitors: who shares it, and what makes it another result."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from structviz.data import photograph
from structviz.studies.robustness import DIGIT_NETWORKS
from structviz.studies.robustness.worst_angle import worst_between
from structviz.ui.pages.robustness import results
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANYTHING, OWN
from tests.unit.ui.pages.robustness.small import Small, own_choice, shorten


@pytest.fixture(autouse=True)
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Small]:
    yield shorten(monkeypatch)
    for cached in (results._queue, results._searches):
        cached.clear()


def test_each_image_of_a_visitor_has_results_of_its_own(net: Small) -> None:
    mine, theirs = own_choice(1, target=ANYTHING), own_choice(2, target=ANYTHING)
    for choice in (mine, theirs):
        photo = results.photo_of(choice)
        noise, turn = results.noise_study(choice), results.turn_study(choice, 90)
        assert torch.equal(noise.photo, photo)
        assert torch.equal(turn.photo, photo)
        worst = results.worst_turn(choice, turn)
        expected = worst_between(net, turn)
        assert worst.angle == expected.angle
        assert torch.equal(worst.probabilities, expected.probabilities)
        controls = results.control_study(choice)
        assert controls.label == int(net(photo).argmax())
        assert (controls.gradient.x - photo).abs().max() <= 4 / 255 + 1e-6
        weaker = results.control_study(replace(choice, epsilon=1.0))
        assert (weaker.gradient.x - photo).abs().max() <= 1 / 255 + 1e-6
        assert (results.eight_bit_attack(choice, noise) - photo).abs().max() <= 4 / 255 + 1e-6
    assert not torch.equal(results.photo_of(mine), results.photo_of(theirs))


def test_visitors_with_the_same_choice_share_what_is_found(net: Small) -> None:
    choice = own_choice(1, target="gibbon")
    found = results.noise_study(choice)
    seen = net.calls
    assert results.noise_study(replace(choice, epsilon=0.5, angle=90, facts=True)) is found
    assert net.calls == seen
    turn = results.turn_study(choice, 90)
    seen = net.calls
    assert results.turn_study(replace(choice, target=ANYTHING), 90) is turn
    assert net.calls == seen
    assert results.noise_study(replace(choice, target="goldfish")).target != found.target
    assert results.turn_study(choice, 45) is not turn


def test_what_ships_is_not_computed(net: Small) -> None:
    for choice in (RobustnessChoice(), RobustnessChoice("rocket", target=ANYTHING), RobustnessChoice(OWN)):
        assert results.known_noise(choice) is not None
        known = results.turn_study(choice)
        assert results.known_turn(choice) is not None
        results.worst_turn(choice, known)
    assert net.calls == 0
    assert torch.equal(results.noise_study(RobustnessChoice(OWN)).photo, photograph("chelsea"))
    assert results.known_noise(RobustnessChoice(target="goldfish")) is None
    assert results.known_noise(own_choice(1)) is None
    assert results.known_turn(own_choice(1)) is None


def test_a_search_is_found_again_and_only_the_last_few_are_kept() -> None:
    first = own_choice(0)
    key, search = results.noise_search(first)
    assert results.noise_search(replace(first, epsilon=1.0)) == (key, search)
    assert results.noise_search(replace(first, target="goldfish"))[0] != key
    for seed in range(1, 9):
        results.noise_search(own_choice(seed))
    assert len(results._searches()) == 8
    assert key not in results._searches()


@pytest.mark.parametrize(("epsilon", "level"), [(0.0, 1), (0.25, 1), (1.75, 1), (2.0, 2), (2.75, 2), (4.0, 4)])
def test_files_and_controls_have_whole_levels_that_are_no_more_than_the_slider(epsilon: float, level: int) -> None:
    choice = own_choice(1, epsilon=epsilon)
    assert results.whole_levels(choice) == level
    assert results.control_study(choice).eps == pytest.approx(level / 255)
    study = results.noise_study(choice)
    file = results.eight_bit_attack(choice, study)
    levels = 255 * (file - study.photo)
    assert levels.abs().max().item() == pytest.approx(level, abs=1e-3)
    assert torch.allclose(255 * file, (255 * file).round(), atol=1e-4)


def test_a_file_follows_the_target_and_begins_with_what_is_shown(net: Small) -> None:
    choice = own_choice(1, target="gibbon")
    study = results.noise_study(choice)
    file = results.eight_bit_attack(choice, study)
    assert results.eight_bit_attack(choice, study) is file
    weaker = results.eight_bit_attack(replace(choice, epsilon=1.0), study)
    assert (weaker - study.photo).abs().max() <= 1 / 255 + 1e-6
    assert net(file)[0, study.target].item() > net(study.attacked(study.frame(2 / 255)))[0, study.target].item()
    stopped = replace(study, steps=1, noises=torch.zeros_like(study.noises))
    assert results.eight_bit_attack(choice, stopped) is not file
    other = replace(choice, target="goldfish")
    assert not torch.equal(results.eight_bit_attack(other, results.noise_study(other)), file)
    away = replace(choice, target=ANYTHING)
    left = results.eight_bit_attack(away, results.noise_study(away))
    assert net(left)[0, study.label].item() < net(study.photo)[0, study.label].item()


def test_digits_ship_only_with_all_classifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"digits/{arm}" for arm in DIGIT_NETWORKS]
    monkeypatch.setattr(results.zoo, "names", lambda: names)
    assert results.digits_ship()
    monkeypatch.setattr(results.zoo, "names", lambda: names[1:])
    assert not results.digits_ship()

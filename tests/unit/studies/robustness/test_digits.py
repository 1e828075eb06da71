"""The classifiers of digits that ship, and the curves beside them."""

import pytest
import torch
from torch import Generator, nn

from structviz import zoo
from structviz.data import digits
from structviz.nets import LipschitzClassifier
from structviz.studies.robustness import (
    DIGIT_NETWORKS,
    N_ATTACKED,
    RADII,
    accuracy_under_attack,
    attempt,
    centred,
    certificate,
    certified_accuracy,
    certified_radii,
    closest_attack,
    confusion,
    digit_network,
    read_curves,
    taken_for,
    tried,
    turn,
    verdict,
    write_curves,
)
from structviz.training import DIGIT_SIZES, read_size_study


class Same(nn.Module):
    """Takes every digit for a class by its number of white pixels in the upper left corner."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.one_hot(x[:, 0, 0, :10].argmax(1), 10).float()


def test_what_is_confused_is_counted_by_true_class_and_answer() -> None:
    images = torch.zeros(3, 1, 28, 28)
    for k, answer in enumerate((9, 6, 9)):
        images[k, 0, 0, answer] = 1
    counts = confusion(Same(), images, torch.tensor([6, 6, 9]))
    assert (counts[6, 9], counts[6, 6], counts[9, 9], counts.sum()) == (1, 1, 1, 3)
    assert (taken_for(counts, 6, 9), taken_for(counts, 9, 6)) == (0.5, 0.0)


def test_a_drawing_is_placed_like_the_data() -> None:
    drawing = torch.zeros(1, 1, 28, 28)
    drawing[..., 1:6, 1:3] = 1
    image = centred(drawing)[0, 0]
    assert image.shape == (28, 28)
    rows, columns = (image.sum(axis).nonzero().flatten() for axis in (1, 0))
    assert (int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1) == (20, 8)
    assert (int(rows[0]), int(columns[0])) == (4, 10)


def test_logits_of_the_invariant_classifier_are_equal_at_quarter_turns() -> None:
    net, (images, _) = digit_network("equivariant"), digits("test", 100)
    with torch.no_grad():
        upright = net(images)
        for degrees in (90, 180, 270):
            torch.testing.assert_close(net(turn(images, degrees)), upright, rtol=0, atol=1e-5)


def test_nothing_is_right_under_attack_less_often_than_certified() -> None:
    curves = read_curves()
    attacked, certified = curves["attack", "nonexpansive"], curves["certified", "nonexpansive"]
    assert attacked.at == certified.at == RADII
    assert all(sure <= right for sure, right in zip(certified.share, attacked.share, strict=True))
    assert 0 < certified.share[RADII.index(0.5)] < certified.share[0] == attacked.share[0]
    for arm in DIGIT_NETWORKS:
        shares = curves["attack", arm].share
        assert list(shares) == sorted(shares, reverse=True)
    images, labels = digits("test", N_ATTACKED)
    net = digit_network("nonexpansive")
    assert isinstance(net, LipschitzClassifier)
    again = certified_accuracy(net(images), labels, net.lipschitz_bound, RADII)
    assert again.tolist() == pytest.approx(certified.share, abs=0.01)


def test_attacks_fool_most_often_the_classifier_for_which_they_were_made() -> None:
    curves = read_curves()
    for made in ("ordinary", "augmented", "equivariant"):
        shares = {arm: curves[f"transfer from {made}", arm].share[0] for arm in DIGIT_NETWORKS}
        assert max(shares, key=shares.__getitem__) == made


def test_an_upright_training_falls_where_an_invariant_one_stays() -> None:
    curves = read_curves()
    lowest = {arm: min(curves["angle", arm].share) for arm in DIGIT_NETWORKS}
    assert lowest["ordinary"] < 0.2 < 0.7 < lowest["equivariant"]
    assert curves["6 as 9", "ordinary"].share[1] > 0.3


def test_no_attempt_within_a_certificate_succeeds_and_attacks_beyond_do() -> None:
    net = digit_network("nonexpansive")
    assert isinstance(net, LipschitzClassifier)
    images, labels = digits("test", 20)
    right = net(images).argmax(1) == labels
    x, y = images[right], labels[right]
    radii = certified_radii(net(x), y, net.lipschitz_bound)
    shares = closest_attack(net, x, y, radii, (0.999, 1.998, 4.0))
    assert shares[0] == 0
    assert shares[1] > 0, "the control: with half of L the certificate would be twice as large, and wrong"
    assert shares[2] > 0.5
    known = certificate(net(x[:1])[0], net.lipschitz_bound)
    tries = attempt(net, x[:1], 0.999 * known.radius, Generator().manual_seed(0), random=500, climbs=2, steps=10)
    assert tries.changed == 0
    assert tries.longest == pytest.approx(0.999 * known.radius, rel=1e-3)


def test_a_digit_in_hand_is_tried_in_every_way() -> None:
    nets = {"nonexpansive": digit_network("nonexpansive")}
    x = digits("test", 1)[0]
    seen = verdict(nets["nonexpansive"], x)
    assert seen.certificate is not None
    assert seen.label == seen.certificate.label
    assert sum(seen.probabilities) == pytest.approx(1, abs=1e-5)
    trial = tried(nets, x)
    assert (trial.within.random, trial.within.climbs, trial.within.changed) == (10_000, 10, 0)
    assert 0.99 * seen.certificate.radius < trial.within.radius < seen.certificate.radius
    first = trial.closest["nonexpansive"]
    assert first is None or first > seen.certificate.radius


def test_probabilities_are_those_of_the_logits_divided_by_the_temperature() -> None:
    net, x = LipschitzClassifier(12, 2, temperature=0.25), digits("test", 1)[0]
    seen = verdict(net, x)
    with torch.no_grad():
        assert seen.probabilities == pytest.approx((4 * net(x)[0]).softmax(0).tolist())


class Halves(nn.Module):
    """Two classes by the light of the left and of the right half of a 2×2 image: rows of the length √2."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([x[..., 0].sum((1, 2)), x[..., 1].sum((1, 2))], 1)


def test_accuracy_under_attack_is_the_share_with_a_larger_radius() -> None:
    """Each image has the exact radius |m| / ‖w₁ − w₂‖ with ‖w₁ − w₂‖ = 2, in the Euclidean norm."""
    x = torch.full((4, 1, 2, 2), 0.5)
    x[..., 0] += torch.tensor([0.05, 0.1, 0.2, -0.1])[:, None, None]
    found = accuracy_under_attack(Halves(), x, torch.zeros(4, dtype=torch.int64), (0.0, 0.07, 0.13, 0.25))
    assert found.tolist() == [0.75, 0.5, 0.25, 0.0]


def test_curves_are_read_as_they_are_written() -> None:
    curves = read_curves()
    assert write_curves(list(curves.values())) == (zoo.PRETRAINED / "digits" / "curves.csv").read_text("utf-8")


def test_the_study_of_sizes_is_whole() -> None:
    runs = read_size_study()
    seeds = {run.seed for run in runs}
    assert {(run.arm, run.n_train, run.seed) for run in runs} == {
        (arm, n, seed) for arm in DIGIT_NETWORKS for n in DIGIT_SIZES for seed in seeds
    }
    few = [run for run in runs if run.n_train == DIGIT_SIZES[0]]
    assert max(run.upright for run in few) < max(run.upright for run in runs if run.n_train == DIGIT_SIZES[-1])

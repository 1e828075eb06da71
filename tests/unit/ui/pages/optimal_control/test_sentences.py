"""Every sentence of the page on optimal control against its record and against the study: presets and random states."""

from random import Random

import torch

from structviz.nets import PLAIN
from structviz.studies.control import Descent, GradientComparison, RefinedControl, steering
from structviz.ui.pages.optimal_control.adjoints import AdjointStudy, adjoint_record, say_adjoints
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.depth import DepthStudy, depth_record, say_depth
from structviz.ui.pages.optimal_control.own_points import OWN
from structviz.ui.pages.optimal_control.presets import PRESETS
from structviz.ui.pages.optimal_control.record import record_of
from structviz.ui.pages.optimal_control.sentences import headline, what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

KINDS = ("Before training", "The network was trained on", "leave the simplex", "takes no steps in time",
         "are those that match", "In Euler's steps it changes", "grows", "shrinks",
         "along an optimal control")  # fmt: skip

MOVED = ControlChoice("donut2d", network="learned", projection="simplex")

CHOICES = [*PRESETS.values(), MOVED, *random_choices(ControlChoice, 200, seed=5, draw={"probe": lambda _: "0.1,0.2"})]


def test_sentences_say_what_the_record_says_and_are_true_of_the_costates() -> None:
    said = []
    for choice in CHOICES:
        found = steering(choice.net, *choice.points)
        record = record_of(choice, found)
        words = [headline(record), *what_to_notice(record)]
        check_sentences(record, words)
        said.append(" ".join(words))
        off = (found.twin.gradients["A"] - found.found.gradients["A"]).norm()
        assert ("the gradient is off by" in said[-1]) == bool(off > 0)
        assert ("of your 40 points" in said[-1]) == (choice.dataset == OWN)
        stored = getattr(choice.net, "h", None)
        moved = choice.steps == "simplex" and stored is not None and bool((stored < 0).any())
        assert ("leave the simplex" in said[-1]) == moved
        assert ("takes no steps in time" in said[-1]) == (choice.scheme == PLAIN)
        assert found.drift < 1e-12
        points, labels = choice.points
        # The classifier's line is drawn, and so are the points at the end.
        assert record.right == int(((choice.net(points) > 0) == (labels == 1)).sum())
    for kind in KINDS:
        assert 0 < sum(kind in words for words in said) <= len(said), kind


def test_sentences_on_both_gradients_follow_from_their_record() -> None:
    random, said = Random(1), []
    for choice in random_choices(ControlChoice, 40, seed=6, draw={"probe": lambda _: "0,0"}):
        if choice.layer_method == "midpoint":
            continue
        size = torch.rand(5, dtype=torch.float64)
        ends = [random.choice([0.5, 0.25, random.uniform(0, 1)]) for _ in range(2)]
        stalled = random.choice([None, 7])
        gradients = GradientComparison(size, size, size, 1e-16 * size, size, random.uniform(0, 2))
        study = AdjointStudy(gradients, Descent((0.7, ends[0]), None), Descent((0.7, ends[1]), stalled))
        record = adjoint_record(choice, study)
        words = say_adjoints(record)
        check_sentences(record, words)
        said.append(" ".join(words))
        assert ("So the mismatch costs" in said[-1]) == (record.matching < record.euler and not record.is_euler)
        assert ("reaches less" in said[-1]) == (record.matching > record.euler and not record.is_euler)
    for kind in (
        "So the mismatch costs",
        "reaches less",
        "costs nothing",
        "no way downhill",
        "Euler's costates are the",
    ):
        assert 0 < sum(kind in words for words in said) < len(said), kind


def test_sentences_on_depth_follow_from_the_distances() -> None:
    random, said = Random(2), []
    for _ in range(30):
        families = []
        for _ in range(2):
            drawn, theta = [], torch.ones(80, 1)
            for depth, far in zip((10, 20, 40, 80), random.choice([(0.2, 0.08, 0.02, 0), (0, 2, 0, 3)]), strict=True):
                drawn.append(RefinedControl((1 + far) * theta[:depth], random.uniform(0, 1), 0.0))
            families.append(tuple(drawn))
        record = depth_record(DepthStudy(*families))
        words = say_depth(record)
        check_sentences(record, words)
        said.append(" ".join(words))
        assert ("Smoothness costs" in said[-1]) == (record.smooth_loss > record.free_loss)
    for kind in ("end in different controls", "without it as well", "only resolve it better", "Smoothness costs"):
        assert 0 < sum(kind in words for words in said) < len(said), kind

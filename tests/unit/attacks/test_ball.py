import torch

from structviz.attacks import eight_bit, sizes
from structviz.attacks.ball import Ball, Norm


def test_rounding_to_eight_bits_keeps_a_small_ball(generator: torch.Generator) -> None:
    """In "l2", half a step in each value is longer than many a ball."""
    x = eight_bit(torch.rand(3, 3, 16, 16, generator=generator))
    for eps in (0.0, 0.004, 0.02, 0.06, 0.5):
        ball = Ball.around(x, eps, "l2", in_eight_bits=True)
        at = ball.project(x + torch.randn(x.shape, generator=generator))
        shown = ball.shown(at)
        assert torch.equal(shown, eight_bit(shown))
        assert sizes(shown - x, "l2").max() <= eps + 1e-6
        assert (eps < 0.06) or sizes(shown - x, "l2").min() > eps / 2


def test_steps_of_eight_bits_are_whole_multiples_within_the_ball(generator: torch.Generator) -> None:
    x = eight_bit(torch.rand(2, 3, 8, 8, generator=generator))
    for levels in (0.0, 0.9, 1.0, 2.5, 4.0):
        ball = Ball.around(x, levels / 255, "linf", in_eight_bits=True)
        moved = (ball.shown(ball.project(x + 1)) - x) * 255
        assert moved[x < 0.9].round().unique().tolist() == [int(levels)]


def test_starts_fill_the_ball(generator: torch.Generator) -> None:
    x = torch.full((2000, 2), 0.5, dtype=torch.float64)
    longest: dict[Norm, float] = {"linf": 2**0.5, "l2": 1.0}
    for norm, most in longest.items():
        delta = (Ball.around(x, 0.1, norm, in_eight_bits=False).random(generator) - x) / 0.1
        assert most * 0.9 < delta.norm(dim=1).max() <= most * (1 + 1e-9)
        assert delta.mean(0).abs().max() < 0.05
        assert delta.norm(dim=1).min() < 0.1

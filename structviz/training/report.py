"""The figures of all networks in one page of Markdown: `pretrained/README.md`."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from structviz import zoo
from structviz.data import IMAGES, TRAINING_IMAGES
from structviz.data.gratings import PERIOD
from structviz.training.control import CONTROL, N_POINTS
from structviz.training.ct_report import ct_section, table_number
from structviz.training.digits import DIGITS
from structviz.training.flow import FLOW, N_TEST
from structviz.training.images import ANGLES, IMAGES_RECIPE, LARGE, SMALL, TEST_SIGMA, TEST_SIZE
from structviz.training.invertibility import INVERTIBILITY, N_HELD_OUT
from structviz.training.photograph_flow import PHOTOGRAPHS
from structviz.training.plane import PLANE
from structviz.training.recipes import Recipe
from structviz.training.sphere import MANIFOLDS
from structviz.training.stability import STABILITY
from structviz.training.stripes import SIGMA, STRIPES
from structviz.training.sweep_report import IMAGES_SWEEP, RATES, RATES_BY_SIZE, rate_lines, size_lines, tuned_lines
from structviz.training.wide_stripes import ANGLES as ANGLES_OF_STRIPES
from structviz.training.wide_stripes import SECTOR, WIDE

__all__ = ["report"]

_STRIPES = ("psnr_upright", "psnr_turned", "ssim_upright", "ssim_turned", "equivariance_error_90")
_WIDE = (
    *("psnr_upright", "psnr_22.5", "psnr_45", "psnr_67.5", "psnr_turned", "psnr_best", "psnr_worst"),
    *("equivariance_error_45", "equivariance_error_90"),
)
_FLOWS = ("accuracy_train", "accuracy_test", "loss_train", "loss_test", "lipschitz_constant")
_STABLE = ("psnr_0", "psnr_45", "ssim_0", "worst_ratio")
_PLANE = ("accuracy_test", "accuracy_train", "loss_test", "worst_ratio")
_CONTROL = ("accuracy_test", "accuracy_train", "loss_test", "loss_train", "sum_of_steps", "smallest_step")
_DENSITIES = ("log_likelihood_test", "log_likelihood_train", "inverse_error", "mass")
_SPHERE = ("accuracy_test", "accuracy_train", "loss_test", "angle_test", "distance")
_DIGITS = ("accuracy_test", "accuracy_turned", "accuracy_train", "loss_test", "certified_1", "lipschitz_bound")
_CODES = ("bits_per_pixel", "inverse_error", "unequal_pixels")
_PHOTOGRAPHS = (*(f"psnr_{angle}" for angle in ANGLES), "ssim_0", "ssim_45", "equivariance_error_90")


def report(folder: Path, baselines: Mapping[str, Mapping[str, float]]) -> str:
    """Describe the networks in `folder`, with their figures as they stand on the cards.

    Parameters
    ----------
    folder
        Where weights and cards lie.
    baselines
        Figures of the classical denoisers, from `measure_baselines`.

    Returns
    -------
    str
        The page, in Markdown.
    """
    cards = [zoo.card(name, folder) for name in zoo.names(folder)]
    photographs = [
        *_rows(IMAGES_RECIPE, cards, _PHOTOGRAPHS),
        *(
            f"| {name}, strength {figures['strength']:g} | – | {_numbers(IMAGES_RECIPE, figures, _PHOTOGRAPHS)} | – |"
            for name, figures in baselines.items()
        ),
    ]
    lines = [
        "# Pretrained networks",
        "",
        "Written by `structviz pretrain`; `structviz evaluate` measures everything again.",
        "Each network is a safetensors file with a card (JSON): settings, data, figures, device and the command",
        "that rebuilds it. PSNR in dB, peak 1. Parameters of equivariant networks count by the rank of their kernels:",
        "what escnn keeps of linearly dependent ones counts once.",
        "",
        "## stripes",
        "",
        f"Trained on horizontal stripes with Gaussian noise of σ = {SIGMA}, tested upright and turned by 90°.",
        "",
        *_head(_STRIPES),
        *_rows(STRIPES, [card for card in cards if card.config.dataset != WIDE], _STRIPES),
        *_rates(folder, STRIPES),
        "",
        f"Wide ones have a period of {PERIOD:g} px and lay within ±{math.degrees(SECTOR):g}° of horizontal in",
        "training, for augmented arms at any angle. Tested inside the inscribed disc, 8 px off its rim, at "
        f"{len(ANGLES_OF_STRIPES)} angles all round.",
        "",
        *_head(_WIDE),
        *_rows(STRIPES, [card for card in cards if card.config.dataset == WIDE], _WIDE),
        *_spread_lines(STRIPES, cards, _WIDE),
        "",
        "## images",
        "",
        f"Blind denoisers, trained on {SMALL} (small) or {LARGE} (large) upright patches of",
        f"{', '.join(TRAINING_IMAGES)};",
        f"tested on {', '.join(IMAGES)}",
        f"at {TEST_SIZE}×{TEST_SIZE} pixels, σ = {TEST_SIGMA}, turned by the angle in the heading, inside the",
        "inscribed disc. Total variation and non-local means are scikit-image's; they are told σ,",
        "and their strength is tuned on patches for validation.",
        "",
        *_head(_PHOTOGRAPHS),
        *photographs,
        *_spread_lines(IMAGES_RECIPE, cards, _PHOTOGRAPHS),
        *_sizes(folder),
        *_rates(folder, IMAGES_RECIPE),
        "",
        "## flow",
        "",
        f"Networks of 40 layers that tell two classes of points apart, trained on 1000 points, tested on {N_TEST}",
        "others; accuracies are shares, losses logistic. `resnet`: forward Euler in the plane; `plain`: the same",
        "without skip connections; `rk4`: a step of the classical Runge–Kutta method in each layer; `wide`: a",
        "ResNet with a third coordinate. The Lipschitz constant is the largest ratio of distances after and before all",
        "layers, of test points.",
        "",
        *_head(_FLOWS),
        *_rows(FLOW, cards, _FLOWS),
        "",
        "## stability",
        "",
        "Denoisers of photographs, trained on the same patches for the same number of steps: `nonexpansive` moves no",
        "two images apart, by its structure; `nonexpansive-c4` commutes with quarter turns too; `ordinary` is free.",
        "The worst ratio is the largest ‖Φ(x) − Φ(y)‖ / ‖x − y‖ that a search found: a lower bound of the Lipschitz",
        "constant, which the structure bounds by 1.",
        "",
        *_head(_STABLE),
        *_rows(STABILITY, cards, _STABLE),
        "",
        "## plane",
        "",
        "Classifiers of points whose 40 layers keep a structure, trained on the same points as the ResNets above and",
        f"tested on {N_TEST} others. The worst ratio is the largest ratio of distances after and before all layers",
        "that a search found.",
        "",
        *_head(_PLANE),
        *_rows(PLANE, cards, _PLANE),
        "",
        "## control",
        "",
        f"The four networks of Benning et al. (2019), with 20 layers, trained on {N_POINTS} points by gradient descent",
        f"with backtracking and tested on {N_POINTS} others: `none` has no skip connection, `fixed` steps of 1/20,",
        "`learned` steps of any sign and sum, `simplex` steps that are not negative and add up to 1.",
        "",
        *_head(_CONTROL),
        *_rows(CONTROL, cards, _CONTROL),
        "",
        "## invertibility",
        "",
        f"Networks that can be undone, trained by maximum likelihood on 10,000 points, tested on {N_HELD_OUT} others;",
        "log-likelihoods in nats per point. `affine` and `additive`: couplings, of which the additive ones keep every",
        "area, so that no density exceeds 1/(2π); `resnet`: residual layers with contractive branches. The inverse",
        "error is that of float32, and mass the probability of a square of side 12.",
        "",
        *_head(_DENSITIES),
        *_rows(INVERTIBILITY, [card for card in cards if card.config.dataset != PHOTOGRAPHS], _DENSITIES),
        "",
        "`photographs` is trained on patches of the training photographs and tested on the held-out ones, with 256",
        "grey levels; unequal pixels are those that differ after the way to the code and back.",
        "",
        *_head(_CODES),
        *_rows(INVERTIBILITY, [card for card in cards if card.config.dataset == PHOTOGRAPHS], _CODES),
        "",
        "## manifolds",
        "",
        f"Classifiers of points on the unit sphere, tested on {N_TEST} others. Layers of the kind `exponential` move",
        "them along great circles, those of the kind `euler` in steps of forward Euler along a tangent field as well,",
        "and those of the kind `free` along a field that is not tangent. The distance is the largest one from the",
        "sphere of any test point after any layer, in float64. On `tumbling`, attitudes of a solid lead to those after",
        "unit time: layers of the kind `lie-euler` turn them, those of the kind `free` change all nine numbers; the",
        "distance is then that from the rotations.",
        "",
        *_head(_SPHERE),
        *_rows(MANIFOLDS, cards, _SPHERE),
        "",
        "## digits",
        "",
        "Classifiers of handwritten digits, tested on 1,000 others, upright and each turned by an angle of its own.",
        "The equivariant one has the same logits at quarter turns; the non-expansive one has a Lipschitz bound L, and",
        "is certified where the margin of the right class exceeds √2 L times the radius, here 1.",
        "",
        *_head(_DIGITS),
        *_rows(DIGITS, cards, _DIGITS),
        *ct_section(folder),
    ]
    return "\n".join(lines) + "\n"


def _head(keys: tuple[str, ...]) -> tuple[str, str]:
    names = [key.replace("_", " ") for key in keys]
    return f"| network | parameters | {' | '.join(names)} | trained on |", "|---" * (len(keys) + 3) + "|"


def _rows(recipe: Recipe, cards: Sequence[zoo.Card], keys: tuple[str, ...]) -> list[str]:
    """A line for each network of a recipe."""
    return [
        f"| {card.name} | {card.n_parameters:,} | {_numbers(recipe, card.metrics, keys)} | "
        f"{card.device}, {card.seconds:.0f} s |"
        for card in cards
        if card.config.recipe == recipe.name
    ]


def _sizes(folder: Path) -> list[str]:
    equal, others = folder / IMAGES_SWEEP, folder / RATES_BY_SIZE
    if not equal.is_file():
        return []
    return [*size_lines(equal, "patches"), *(tuned_lines(equal, others) if others.is_file() else ())]


def _rates(folder: Path, recipe: Recipe) -> list[str]:
    path = folder / RATES[recipe.name]
    return rate_lines(path) if path.is_file() else []


def _spread_lines(recipe: Recipe, cards: Sequence[zoo.Card], keys: tuple[str, ...]) -> list[str]:
    """What other seeds give, and how settings were chosen, as the cards tell it."""
    lines, chosen = [], {}
    for card in cards:
        if card.config.recipe != recipe.name:
            continue
        ranges = [
            f"{key.replace('_', ' ')} {min(card.seeds[key]):.2f} to {max(card.seeds[key]):.2f}"
            for key in keys
            if len(card.seeds.get(key, ())) > 1
        ]
        if ranges:
            n_seeds = len(next(iter(card.seeds.values())))
            lines.append(f"* {card.name}: {'; '.join(ranges)} over {n_seeds} seeds. {card.choice}".rstrip())
        elif card.choice:
            chosen.setdefault(card.choice, []).append(card.name)
    lines += [f"* {', '.join(names)}: {choice}" for choice, names in chosen.items()]
    return ["", "One seed ships. What others give, and what was chosen:", "", *lines] if lines else []


def _numbers(recipe: Recipe, figures: Mapping[str, float], keys: tuple[str, ...]) -> str:
    return " | ".join(table_number(recipe, figures, key) for key in keys)

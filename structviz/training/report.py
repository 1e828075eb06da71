"""The figures of all networks in one page of Markdown: `pretrained/README.md`."""

from collections.abc import Mapping
from pathlib import Path

from structviz import zoo
from structviz.data import IMAGES, TRAINING_IMAGES
from structviz.training.ct_report import ct_section
from structviz.training.flow import N_TEST
from structviz.training.images import ANGLES, LARGE, SMALL, TEST_SIGMA, TEST_SIZE
from structviz.training.stripes import SIGMA

__all__ = ["report"]

_STRIPES = ("psnr_upright", "psnr_turned", "ssim_upright", "ssim_turned", "equivariance_error_90")
_FLOWS = ("accuracy_train", "accuracy_test", "loss_train", "loss_test", "lipschitz_constant")
_PHOTOGRAPHS = (*(f"psnr_{angle}" for angle in ANGLES), "ssim_0", "ssim_45", "equivariance_error_90")


def report(folder: Path, baselines: Mapping[str, Mapping[str, float]]) -> str:
    """Describe the networks in `folder`, with their figures as they stand on the cards.

    Parameters
    ----------
    folder
        Where weights and cards lie.
    baselines
        Figures of the classical denoisers, from `measure_baselines`.
    """
    cards = [zoo.card(name, folder) for name in zoo.names(folder)]
    photographs = [
        *(_row(c.name, c, _PHOTOGRAPHS) for c in cards if c.config.recipe == "images"),
        *(
            f"| {name}, strength {figures['strength']:g} | – | {_numbers(figures, _PHOTOGRAPHS)} | – |"
            for name, figures in baselines.items()
        ),
    ]
    lines = [
        "# Pretrained networks",
        "",
        "Written by `python -m structviz pretrain`; `python -m structviz evaluate` measures everything again.",
        "Each network is a safetensors file with a card (JSON): settings, data, figures, device and the command",
        "that rebuilds it. PSNR in dB, peak 1.",
        "",
        "## stripes",
        "",
        f"Trained on horizontal stripes with Gaussian noise of σ = {SIGMA}, tested upright and turned by 90°.",
        "",
        *_head(_STRIPES),
        *(_row(c.name, c, _STRIPES) for c in cards if c.config.recipe == "stripes"),
        "",
        "## images",
        "",
        f"Blind denoisers, trained on {SMALL} (small) or {LARGE} (large) upright patches of",
        f"{', '.join(TRAINING_IMAGES)};",
        f"tested on {', '.join(IMAGES)}",
        f"at {TEST_SIZE}×{TEST_SIZE} pixels, σ = {TEST_SIGMA}, turned by the angle in the heading, inside the",
        "inscribed disc. Total variation and non-local means are scikit-image's; they are told σ,",
        "and their strength is tuned on training patches.",
        "",
        *_head(_PHOTOGRAPHS),
        *photographs,
        "",
        "## flow",
        "",
        f"Networks of 40 layers that tell two classes of points apart, trained on 1000 points, tested on {N_TEST}",
        "others; accuracies are shares, losses logistic. `resnet`: forward Euler in the plane; `plain`: the same",
        "without the way round its layers; `rk4`: a step of the classical Runge–Kutta method in each layer; `wide`: a",
        "ResNet with a third coordinate. The Lipschitz constant is the largest ratio of distances after and before all",
        "layers, of test points.",
        "",
        *_head(_FLOWS),
        *(_row(c.name, c, _FLOWS) for c in cards if c.config.recipe == "flow"),
        *ct_section(folder),
    ]
    return "\n".join(lines) + "\n"


def _head(keys: tuple[str, ...]) -> tuple[str, str]:
    names = [key.replace("_", " ") for key in keys]
    return f"| network | parameters | {' | '.join(names)} | trained on |", "|---" * (len(keys) + 3) + "|"


def _row(title: str, card: zoo.Card, keys: tuple[str, ...]) -> str:
    trained = f"{card.device}, {card.seconds:.0f} s"
    return f"| {title} | {card.n_parameters:,} | {_numbers(card.metrics, keys)} | {trained} |"


def _numbers(figures: Mapping[str, float], keys: tuple[str, ...]) -> str:
    forms = {"psnr": ".2f", "ssim": ".3f", "equivariance": ".0e", "accuracy": ".3f", "loss": ".4f", "lipschitz": ".1f"}
    return " | ".join(format(figures[key], forms[key.partition("_")[0]]) if key in figures else "–" for key in keys)

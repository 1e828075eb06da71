"""What the page computes with: networks that ship, and yardsticks that are told the noise."""

import dataclasses

import pytest
import torch

from structviz.training import read_image_baselines
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES, WIDE, offered_arms
from structviz.ui.pages.rotation.results import classical_denoisers, comparison_of, loaded_networks

BOTH = RotationChoice("camera", level=0.2, arms=("ordinary", "tv", "nlm"), size=64)


def test_yardsticks_are_tuned_and_told_the_level_of_gaussian_noise() -> None:
    found = classical_denoisers(BOTH)
    assert {name: (each.sigma, each.strength) for name, each in found.items()} == {
        name: (0.2, figures["strength"]) for name, figures in read_image_baselines().items()
    }
    assert set(loaded_networks(BOTH)) == set(BOTH.arms)
    digests = {network.sha256 for network in loaded_networks(BOTH).values()}
    digests |= {network.sha256 for network in loaded_networks(dataclasses.replace(BOTH, level=0.3)).values()}
    assert len(digests) == 5, "another level is another denoiser; the ordinary network is the same"


@pytest.mark.parametrize("noise", ["salt_and_pepper", "speckle", "poisson"])
def test_the_level_of_other_noise_is_measured(noise: str) -> None:
    choice = dataclasses.replace(BOTH, noise=noise, angle=90)
    upright = comparison_of(choice).noisy[0].image
    told = (upright - choice.image).square().mean().sqrt().item()
    for denoiser in classical_denoisers(choice).values():
        assert denoiser.sigma == pytest.approx(told, rel=1e-5)
    assert torch.isfinite(comparison_of(choice).arms["tv"][1].image).all()


def test_yardsticks_are_offered_for_photographs() -> None:
    offers = {source: set(offered_arms({"source": source})) for source in ("camera", STRIPES, WIDE)}
    assert offers["camera"] >= {"tv", "nlm"}
    assert not (offers[STRIPES] | offers[WIDE]) & {"tv", "nlm"}

"""Recipe `ct`: learn to reconstruct the chest from few noisy views (slides 9 and 10 of the lecture)."""

import copy
import dataclasses
import math

import torch
from torch import nn
from torch.nn.functional import avg_pool2d

from structviz.checks import equivariance_error
from structviz.config import TrainConfig, UnrolledShape
from structviz.errors import ConfigError
from structviz.nets.unrolled import UNIT, LearnedProximalGradient
from structviz.tomography import ParallelBeam, RayTransform, fbp, measure
from structviz.tomography.turns import turn_sinogram
from structviz.training.ct_baselines import ct_baselines
from structviz.training.metric import equivariance_errors, psnr_metric, ssim_metric
from structviz.training.patients import (
    DATA_RANGE,
    MEASURED_ONCE,
    N_PHOTONS,
    NEW_PHOTONS,
    held_out,
    held_out_pair,
    mean_figures,
    score,
    training_patients,
    validate,
)
from structviz.training.recipes import (
    Batches,
    Example,
    NetworkPage,
    Preview,
    Recipe,
    Score,
    examples_of_pair,
    preview_of_pair,
)
from structviz.transforms import disc_mask, rotate
from structviz.types import PerImage, SquareImages

__all__ = [
    "CT",
    "NEW_PHOTONS",
    "build_unrolled",
    "ct_geometry",
    "export_unrolled",
    "squared_error_in_units",
]


def _defaults(config: TrainConfig) -> TrainConfig:
    shape = config.net or UnrolledShape()
    if not isinstance(shape, UnrolledShape):
        raise ConfigError(f"The recipe ct trains networks of the kind {UnrolledShape.kind!r}; got {shape.kind!r}.")
    # From FBP on, plain networks bear twice the step size that they bear from zero on.
    plain_rate = 4e-3 if shape.start == "fbp" else 2e-3
    return dataclasses.replace(
        config,
        n_train=config.n_train or 100,
        steps=config.steps or 1000,
        batch_size=config.batch_size or 1,
        learning_rate=config.learning_rate or (2e-2 if config.is_equivariant else plain_rate),
        net=shape,
    )


def _shape(config: TrainConfig) -> UnrolledShape:
    if not isinstance(config.net, UnrolledShape):
        raise ConfigError(f"The network needs the shape of an unrolled network; got {config.net!r}.")
    return config.net


def ct_geometry(config: TrainConfig) -> ParallelBeam:
    """How the patients of a complete configuration are scanned."""
    shape = _shape(config)
    return ParallelBeam(shape.image_size, shape.n_views, pixel_size=shape.field_of_view / shape.image_size)


def build_unrolled(config: TrainConfig) -> nn.Module:
    """The trainable network of an arm, from a complete configuration."""
    arguments = dataclasses.asdict(_shape(config))
    if not config.is_equivariant:
        return LearnedProximalGradient(**arguments)
    from structviz.nets.equivariant_unrolled import EquivariantProximalGradient

    return EquivariantProximalGradient(config.group or "C4", **arguments)


def export_unrolled(net: nn.Module) -> LearnedProximalGradient:
    """The trained network as a plain `LearnedProximalGradient`, ready to be shared."""
    if isinstance(net, LearnedProximalGradient):
        plain = copy.deepcopy(net).to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
        return plain.eval().requires_grad_(False)
    from structviz.nets.equivariant_unrolled import EquivariantProximalGradient

    if not isinstance(net, EquivariantProximalGradient):
        raise ConfigError(f"Only unrolled networks can be exported here; got {type(net).__name__}.")
    return net.export()


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    """Sinograms and what they show, drawn with replacement."""
    return (_measured_once if config.dataset == MEASURED_ONCE else _new_photons)(config, generator)


def _measured_once(config: TrainConfig, generator: torch.Generator) -> Batches:
    """Each patient has one sinogram, as in a hospital; quarter turns of it are measured too, since they move views."""
    geometry = ct_geometry(config)
    patients = training_patients(config.n_train or 1, 2 * geometry.image_size, config.seed)
    y, x = measure(patients, geometry, N_PHOTONS, generator), avg_pool2d(patients, 2)
    while True:
        chosen = torch.randint(len(x), (config.batch_size or 1,), generator=generator)
        turns = int(torch.randint(4, (), generator=generator)) if config.is_augmented else 0
        yield turn_sinogram(y[chosen], geometry, turns), torch.rot90(x[chosen], turns, (-2, -1))


def _new_photons(config: TrainConfig, generator: torch.Generator) -> Batches:
    """Photons are counted anew each time; augmentation turns the patient by any angle before."""
    geometry = ct_geometry(config)
    patients = training_patients(config.n_train or 1, 2 * geometry.image_size, config.seed)
    while True:
        x = patients[torch.randint(len(patients), (config.batch_size or 1,), generator=generator)]
        if config.is_augmented:
            angles = 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32)
            x = rotate(x, angles, "zeros").clamp(min=0)
        yield measure(x, geometry, N_PHOTONS, generator), avg_pool2d(x, 2)


def squared_error_in_units(x: SquareImages, reference: SquareImages) -> PerImage:
    """L(x, x̂) = ½ ‖x − x̂‖² per pixel, for each image, in the units that the network counts in."""
    return 0.5 * ((x - reference) / UNIT).square().mean(dim=(1, 2, 3))


def _scores(net: nn.Module, config: TrainConfig) -> tuple[Score, ...]:
    return score(net, ct_geometry(config))


def _references(config: TrainConfig) -> dict[str, tuple[Score, ...]]:
    return {name: baseline.scores for name, baseline in ct_baselines(ct_geometry(config)).items()}


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """Mean figures on the held-out patients, and how well scan and reconstruction together turn with them."""
    geometry = ct_geometry(config)
    A = RayTransform(geometry)
    upright = held_out(geometry, "upright").x
    error = equivariance_error(lambda x: net(A(x)), upright, math.pi / 2)
    return {**mean_figures(_scores(net, config)), "equivariance_error_90": error}


def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    geometry = ct_geometry(config)
    pair = held_out_pair(geometry)
    return preview_of_pair(net, pair.y, pair.x, DATA_RANGE, disc_mask(geometry.image_size, geometry.image_size))


def _examples(config: TrainConfig) -> dict[str, Example]:
    """A sinogram is no image: what is given is shown by its filtered backprojection."""
    geometry = ct_geometry(config)
    pair = held_out_pair(geometry)
    return examples_of_pair(fbp(RayTransform(geometry), pair.y, "hann"), pair.x)


CT = Recipe(
    name="ct",
    title="CT of the chest",
    data=(
        f"Upright chest phantoms, measured with {N_PHOTONS:g} photons a ray on a grid twice as fine; "
        "never the held-out patients."
    ),
    defaults=_defaults,
    build=build_unrolled,
    export=export_unrolled,
    batches=_batches,
    loss=squared_error_in_units,
    evaluate=_evaluate,
    preview=_preview,
    examples=_examples,
    headline=("psnr_turned", "psnr_upright"),
    metrics={
        "psnr_turned": psnr_metric("turned", "turned"),
        "psnr_upright": psnr_metric("upright", "upright"),
        # Patients of the card lie at angles of their own, the one of the preview is turned by 90°.
        "psnr_rotated": dataclasses.replace(
            psnr_metric("rotated", "turned"),
            phrase="turned",
            remark="Each rotated patient lies at an angle of its own, with photons counted anew.",
        ),
        "ssim_upright": ssim_metric("upright"),
        "ssim_rotated": ssim_metric("rotated"),
        **equivariance_errors(90),
    },
    plural="patients",
    validate=lambda net, config: validate(net, ct_geometry(config)),
    scores=_scores,
    references=_references,
    datasets={NEW_PHOTONS: "photons counted anew each time", MEASURED_ONCE: "each patient measured once"},
    quick=(20, 300),
    slow_to_draw=True,
    shipped=lambda _config: ("ct/ordinary-large", "ct/equivariant-large"),
    colour_map="attenuation",
    page=NetworkPage("pages/ct.py", "ct_local", "the CT page"),
)

"""Training: recipes, one loop for all of them, and its reports."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from structviz.arms import ARMS
from structviz.config import (
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    ImageFlowShape,
    LipschitzShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    RotationShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
    read_shape,
)
from structviz.errors import ConfigError
from structviz.training.baselines import measure_baselines, read_image_baselines, save_image_baselines
from structviz.training.checkpoint import Checkpoint
from structviz.training.chosen import how_chosen
from structviz.training.control import CONTROL, CONTROL_SETS, OPTIMISERS
from structviz.training.control_history import (
    TrainingHistory,
    control_config,
    read_histories,
    record_history,
    save_histories,
)
from structviz.training.control_weights import (
    SMOOTHNESS_WEIGHTS,
    read_smoothness_study,
    save_smoothness_study,
    smoothness_config,
)
from structviz.training.conversion import EFFICIENTNET, convert
from structviz.training.ct import CT, ct_geometry
from structviz.training.ct_baselines import ct_baselines
from structviz.training.ct_report import CT_BASELINES, CT_SWEEPS, read_ct_baselines, save_ct_baselines
from structviz.training.ct_tuning import save_tuned
from structviz.training.descent import pick_device
from structviz.training.digit_sizes import DIGIT_SIZES, SizeRun, read_size_study, save_size_study
from structviz.training.digit_temperature import (
    TEMPERATURES,
    TemperatureRun,
    best_temperature,
    choice_of_temperature,
    read_temperature_study,
    save_temperature_study,
)
from structviz.training.digits import DIGITS
from structviz.training.events import Event, Finished, Outcome, Progress, Started, TrainResult
from structviz.training.flow import FLOW, flow_on
from structviz.training.images import IMAGES_RECIPE, LARGE, SMALL
from structviz.training.invertibility import DENSITY_SETS, INVERTIBILITY
from structviz.training.loop import Training, fit
from structviz.training.metric import Metric
from structviz.training.plane import PLANE
from structviz.training.recipes import Example, NetworkPage, Preview, Recipe
from structviz.training.report import report
from structviz.training.seeds import choice_in_sweep, seeds_in_sweep
from structviz.training.shipping import SHIPPED, command_line, save_result
from structviz.training.sphere import MANIFOLDS
from structviz.training.stability import STABILITY
from structviz.training.stripes import STRIPES
from structviz.training.summary import Length, Spread, choose_by_validation, chosen_lengths, gains, summary
from structviz.training.sweep import Scored, Sweep, SweepRun, plan, sweep
from structviz.training.sweep_report import IMAGES_SWEEP, RATES, RATES_BY_SIZE
from structviz.training.table import Row, read_rows, write_rows

__all__ = [
    "EFFICIENTNET",
    "convert",
    "ARMS",
    "CONTROL",
    "CONTROL_SETS",
    "CT",
    "CT_BASELINES",
    "CT_SWEEPS",
    "IMAGES_RECIPE",
    "IMAGES_SWEEP",
    "INVERTIBILITY",
    "LARGE",
    "MANIFOLDS",
    "RATES",
    "RATES_BY_SIZE",
    "RECIPES",
    "SHIPPED",
    "SMALL",
    "SMOOTHNESS_WEIGHTS",
    "STABILITY",
    "Sweep",
    "Checkpoint",
    "CouplingShape",
    "ClassifierShape",
    "DENSITY_SETS",
    "DIGITS",
    "DIGIT_SIZES",
    "LipschitzShape",
    "DenoiserShape",
    "Event",
    "Example",
    "Finished",
    "ImageFlowShape",
    "Metric",
    "NonexpansiveShape",
    "NetworkPage",
    "ODENetShape",
    "OPTIMISERS",
    "Preview",
    "Outcome",
    "PLANE",
    "PlaneShape",
    "PointShape",
    "Progress",
    "Recipe",
    "ResidualFlowShape",
    "Row",
    "SizeRun",
    "RotationShape",
    "SphereShape",
    "SweepRun",
    "Scored",
    "Spread",
    "Started",
    "TEMPERATURES",
    "TemperatureRun",
    "TrainConfig",
    "Training",
    "TrainResult",
    "TrainingHistory",
    "UnrolledShape",
    "best_temperature",
    "choice_in_sweep",
    "choice_of_temperature",
    "Length",
    "choose_by_validation",
    "chosen_lengths",
    "command_line",
    "control_config",
    "ct_baselines",
    "ct_geometry",
    "flow_on",
    "gains",
    "how_chosen",
    "measure_baselines",
    "pick_device",
    "plan",
    "read_ct_baselines",
    "read_histories",
    "read_image_baselines",
    "read_rows",
    "read_shape",
    "read_size_study",
    "read_smoothness_study",
    "read_temperature_study",
    "recipe",
    "record_history",
    "report",
    "save_ct_baselines",
    "save_histories",
    "save_image_baselines",
    "save_tuned",
    "save_result",
    "save_size_study",
    "save_smoothness_study",
    "save_temperature_study",
    "seeds_in_sweep",
    "smoothness_config",
    "summary",
    "sweep",
    "train",
    "write_rows",
]

_RECIPES = {
    task.name: task
    for task in (STRIPES, IMAGES_RECIPE, FLOW, CT, STABILITY, PLANE, INVERTIBILITY, CONTROL, MANIFOLDS, DIGITS)
}

RECIPES: Mapping[str, Recipe] = MappingProxyType(_RECIPES)
"""Every learning task by name; each list of recipes, in the app and on the command line, is made from it."""


def recipe(name: str) -> Recipe:
    """The recipe with this name.

    Raises
    ------
    ConfigError
        If there is no such recipe.
    """
    if name not in RECIPES:
        raise ConfigError(f"A recipe is one of {', '.join(RECIPES)}; got {name!r}.")
    return RECIPES[name]


def train(
    config: TrainConfig,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainResult:
    """Train one arm of a recipe.

    Parameters
    ----------
    config
        What to train; open settings are filled in by the recipe.
    device
        "auto" (CUDA when present), "cpu", "cuda" or "cuda:N".
    on_event
        Called in the training thread with each `Event`.
    should_stop
        Asked before each step; the run is cancelled when it returns True.

    Returns
    -------
    TrainResult
        Cancelled, diverged and out of memory are outcomes, with the last good weights.

    Raises
    ------
    ConfigError
        If the configuration or the device is not valid.

    Examples
    --------
    >>> train(TrainConfig(recipe="stripes", steps=2), device="cpu").outcome
    <Outcome.FINISHED: 'Training finished.'>
    """
    return fit(recipe(config.recipe), config, device, on_event, should_stop)

"""Things to try on the train page."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.config import TrainConfig
from structviz.training import recipe
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.options import SAME_RATE, usual_rate

__all__ = ["PRESETS"]

_LECTURE = recipe("stripes").defaults(TrainConfig(recipe="stripes"))

PRESETS: Mapping[str, TrainChoice] = MappingProxyType(
    {
        "One minute on a laptop": TrainChoice(),
        "The lecture's setting": TrainChoice(n_train=_LECTURE.n_train or 16, steps=_LECTURE.steps or 3000),
        "Small data: 4 patients": TrainChoice("ct", n_train=4, steps=300),
        "Points in seconds": TrainChoice("flow", n_train=500, steps=300),
        "The same rate for both": TrainChoice(rates=SAME_RATE, rate=usual_rate(recipe("stripes"), "ordinary")),
        "A rate that diverges": TrainChoice(arms=("ordinary",), steps=300, rates=SAME_RATE, rate=30.0),
    }
)
"""Things to try."""

"""Everything that a visitor can choose on the page of robustness."""

from dataclasses import dataclass

from structviz.data import UPLOAD_TYPES
from structviz.training.digit_sizes import DIGIT_SIZES
from structviz.ui.kit.choice import Choice, Number, One, Section, declare
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.uploads import Upload, UploadedFile
from structviz.ui.pages.robustness.digit_options import (
    DIGIT,
    DIGIT_ANGLE,
    DIGIT_SOURCE,
    DIGIT_TRAINED,
    DIGITS_SECTION,
    HELD_OUT,
    LOCAL,
)
from structviz.ui.pages.robustness.options import (
    ANGLE_STEP,
    ANYTHING,
    MOST_LEVELS,
    OWN,
    PHOTOS,
    TARGETS,
    check_upload,
)

__all__ = ["RobustnessChoice"]


@dataclass(frozen=True)
class RobustnessChoice(Choice):
    """Which photograph is attacked, for what, how strongly, and how it is turned."""

    photo: str = declare("chelsea", One("Photograph", place="sidebar", options={**PHOTOS, OWN: "Your own image …"}))
    upload: UploadedFile | None = declare(
        None,
        Upload(
            "Your image, at most 10 MB and 24 million pixels",
            place="sidebar",
            types=UPLOAD_TYPES,
            read=check_upload,
            stand_in="Until you choose one, the cat is shown.",
            applies=lambda values: values["photo"] == OWN,
        ),
    )
    target: str = declare(
        "gibbon",
        One(
            "Make it a …",
            place="sidebar",
            options=TARGETS,
            help=f"Type to search 1,000 classes. With “{TARGETS[ANYTHING]}” any other class will do.",
        ),
    )
    epsilon: float = declare(
        4.0,
        Number("Noise of at most ε, in 1/255", place="browser", low=0.0, high=MOST_LEVELS, step=0.25, whole=False),
    )
    angle: int = declare(0, Number("Turned by", place="browser", low=0, high=360, step=ANGLE_STEP))
    digits: bool = declare(False, DIGITS_SECTION)
    digit_source: str = declare(HELD_OUT, DIGIT_SOURCE)
    digit: int = declare(0, DIGIT)
    digit_angle: int = declare(0, DIGIT_ANGLE)
    digit_trained: int = declare(DIGIT_SIZES[-1], DIGIT_TRAINED)
    local: tuple[TrainedNetwork, ...] = declare((), LOCAL)
    facts: bool = declare(False, Section("What it is, what it is not: other networks, random noise, hidden gradients"))

    @property
    def is_own(self) -> bool:
        """Whether an image of the visitor is shown."""
        return self.photo == OWN and self.upload is not None

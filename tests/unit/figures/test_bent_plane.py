"""The small picture of a map of the plane."""

import numpy as np
import torch
from PIL import ImageColor
from torch import Tensor

from structviz.figures import CLASS_COLOURS
from structviz.figures.bent_plane import bent_plane
from structviz.figures.pixels import Colours

POINTS, LABELS = torch.tensor([[0.5, 0.25], [-0.5, -0.75]]), torch.tensor([0, 1])


def centre(picture: Colours, label: int) -> tuple[float, float]:
    """The middle of a point of this class, in parts of the picture from its middle, x to the right and y up."""
    rows, columns = np.nonzero((picture[..., :3] == ImageColor.getrgb(CLASS_COLOURS[label])).all(-1))
    half = len(picture) / 2
    return columns.mean() / half - 1, 1 - rows.mean() / half


def test_points_stand_where_the_map_takes_them() -> None:
    picture = bent_plane(lambda z: z.flip(-1) * torch.tensor([1.0, -1.0]), POINTS, LABELS)
    for label, (x, y) in enumerate([(0.25, -0.5), (-0.75, 0.5)]):
        np.testing.assert_allclose(centre(picture, label), (x / 1.1, y / 1.1), atol=0.01)


def test_the_grid_goes_with_them_and_the_ground_lets_the_page_through() -> None:
    def shifted(z: Tensor) -> Tensor:
        return z / 4 + torch.tensor([0.5, 0.0])

    opaque = bent_plane(shifted, POINTS, LABELS)[..., 3] > 0
    columns = np.flatnonzero(opaque.any(0)) / (len(opaque) / 2) - 1
    np.testing.assert_allclose([columns.min(), columns.max()], [0.25 / 1.1, 0.75 / 1.1], atol=0.02)
    assert not opaque.all()


def test_the_picture_holds_all_that_the_map_spreads() -> None:
    assert centre(bent_plane(lambda z: 7 * z, POINTS, LABELS), 0) == (
        centre(bent_plane(lambda z: z, POINTS, LABELS), 0)
    )

"""Thorax phantoms: same patients on every grid, all different, and never upside down."""

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d
from torch.testing import assert_close

from structviz import data
from structviz.data.anatomy import Part, patient
from structviz.errors import ConfigError
from structviz.transforms import rotate

N = 24


def _draw(n: int, size: int, seed: int = 1) -> torch.Tensor:
    return data.thorax(n, size, torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return _draw(N, 64)


@pytest.fixture(scope="module")
def patients() -> list[list[Part]]:
    return [patient(np.random.default_rng(seed)) for seed in range(100)]


def _points(parts: list[Part], *organs: str) -> np.ndarray:
    return np.concatenate([g.reshape(-1, 2) for part in parts if part.organ in organs for g in part.outlines])


def _distance(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a - b).flatten(1).norm(dim=1) / a.flatten(1).norm(dim=1)


def _share(mask: torch.Tensor) -> torch.Tensor:
    return mask.double().mean((1, 2, 3))


def test_values_are_attenuations(images: torch.Tensor) -> None:
    assert images.shape == (N, 1, 64, 64)
    assert images.dtype == torch.float32
    assert images.min() == 0
    assert images.max() <= max(data.MATERIALS.values())
    assert images.amax((1, 2, 3)).min() > 0.3  # every patient has bones


def test_the_materials_show_in_plausible_amounts() -> None:
    fine = _draw(4, 256)

    def share(material: str) -> torch.Tensor:
        return _share((fine - data.MATERIALS[material]).abs() < 1e-4)

    for material, low, high in [
        ("lung", 0.06, 0.3),
        ("fat", 0.04, 0.3),
        ("muscle", 0.03, 0.25),
        ("blood", 0.02, 0.12),
        ("marrow", 0.003, 0.03),
    ]:
        assert torch.all((low < share(material)) & (share(material) < high)), (material, share(material))
    # Shells of bone are thinner than a pixel here.
    assert torch.all((_share(fine > 0.35) > 0.01) & (_share(fine > 0.35) < 0.08))
    assert share("air").min() > 0.4
    known = sum(share(material) for material in data.MATERIALS)
    assert torch.as_tensor(known).min() > 0.8  # the rest are borders


def test_only_known_materials_and_organs_occur(patients: list[list[Part]]) -> None:
    parts = [part for parts in patients for part in parts]
    assert {part.material for part in parts} == set(data.MATERIALS)
    assert {part.organ for part in parts} == {"table", "wall", "lungs", "heart", "ribs", "vertebra"}


def test_everything_turns_inside_the_image(images: torch.Tensor, patients: list[list[Part]]) -> None:
    for parts in patients:
        visible = np.concatenate([g.reshape(-1, 2) for part in parts if not part.within for g in part.outlines])
        assert np.hypot(*visible.T).max() < 0.96
    axis = (2 * torch.arange(64) + 1) / 64 - 1
    outside = torch.hypot(axis[:, None], axis[None, :]) > 0.98
    assert images[..., outside].count_nonzero() == 0
    assert_close(rotate(images, 0.7, "zeros").sum((1, 2, 3)), images.sum((1, 2, 3)), rtol=2e-3, atol=0)


def test_patients_repeat_and_do_not_depend_on_their_number() -> None:
    assert torch.equal(_draw(5, 40)[:2], _draw(2, 40))
    assert torch.equal(_draw(2, 40), _draw(2, 40))
    assert not torch.equal(_draw(2, 40), _draw(2, 40, seed=2))


def test_the_generator_moves_on() -> None:
    generator = torch.Generator().manual_seed(1)
    first, second = (data.thorax(1, 32, generator) for _ in range(2))
    assert torch.equal(torch.cat([first, second]), _draw(2, 32))


@pytest.mark.parametrize(("size", "worst"), [(32, 0.03), (48, 0.02), (64, 0.01), (96, 0.02), (128, 1e-6)])
def test_a_finer_grid_shows_the_same_patients(size: int, worst: float) -> None:
    coarse, fine = _draw(4, size), _draw(4, 2 * size)
    assert float(_distance(coarse, avg_pool2d(fine, 2)).max()) < worst
    shifted = avg_pool2d(fine.roll(1, -1), 2)
    assert float(_distance(coarse, shifted).min()) > 0.1  # half a pixel beside it is seen


def test_patients_differ(images: torch.Tensor, patients: list[list[Part]]) -> None:
    distances = torch.stack([_distance(images, images.roll(shift, 0)) for shift in range(1, N)])
    assert float(distances.min()) > 0.15
    for organ, least in [("wall", 1.15), ("vertebra", 1.15), ("heart", 1.2)]:
        sizes = np.array([np.ptp(_points(parts, organ), axis=0) for parts in patients])
        assert (sizes.max(0) / sizes.min(0) > least).all(), organ
        assert np.corrcoef(sizes.T)[0, 1] < 0.95, organ  # in shape as well as in size
    lesions = [sum(p.organ == "lungs" and p.material == "muscle" for p in parts) - 1 for parts in patients]
    assert min(lesions) == 0
    assert max(lesions) == 3


def test_no_turn_or_reflection_of_a_patient_is_a_patient(images: torch.Tensor) -> None:
    turned = {turns: torch.rot90(images, turns, (-2, -1)) for turns in (1, 2, 3)}
    mirrored = {"left-right": images.flip(-1), "up-down": images.flip(-2)}
    average = images.mean(0, keepdim=True)
    for change, others in (turned | mirrored).items():
        assert float(_distance(images, others).min()) > 0.2, change
        # Not only unlike themselves: a turned patient is unlike the average one.
        assert bool((_distance(average, others) > _distance(average, images)).all()), change


def test_the_front_is_up_and_the_heart_on_the_right_of_the_image(patients: list[list[Part]]) -> None:
    for parts in patients:
        heart = np.concatenate(
            [g.reshape(-1, 2) for p in parts if p.organ == "heart" and p.material == "muscle" for g in p.outlines[:1]]
        )
        vertebra, table = _points(parts, "vertebra"), _points(parts, "table")
        body = _points(parts, "wall")
        middle = body[:, 0].mean()
        assert heart[:, 1].mean() > vertebra[:, 1].max() - 0.02
        assert heart[:, 0].mean() > vertebra[:, 0].mean() + 0.02
        assert abs(vertebra[:, 0].mean() - middle) < 0.08
        assert table[:, 1].max() < vertebra[:, 1].min()
        assert table[:, 1].mean() < body[:, 1].min()


def test_pixels_agree_that_the_spine_is_below(images: torch.Tensor) -> None:
    bone = (images - 0.25).clamp(min=0)[:, 0]
    rows = torch.arange(64.0)
    centre = (bone.sum(2) * rows).sum(1) / bone.sum((1, 2))
    assert float(centre.mean()) > 32
    central = bone[:, :, 24:40]
    assert bool((central[:, 32:].sum((1, 2)) > 2 * central[:, :32].sum((1, 2))).all())


def test_the_spine_window_holds_every_vertebra(patients: list[list[Part]]) -> None:
    row0, row1, column0, column1 = data.SPINE_WINDOW
    boxes = []
    for parts in patients:
        x, y = _points(parts, "vertebra").T
        boxes.append(((1 - y.max()) / 2, (1 - y.min()) / 2, (1 + x.min()) / 2, (1 + x.max()) / 2))
    top, bottom, left, right = np.array(boxes).T
    assert row0 < top.min()
    assert bottom.max() < row1
    assert column0 < left.min()
    assert right.max() < column1
    assert row1 - row0 == pytest.approx(column1 - column0)
    # It is a window on the vertebra, not on half of the patient.
    assert (row1 - row0) * (column1 - column0) < 3 * np.median((bottom - top) * (right - left))


def test_the_table_is_level_while_patients_tilt(patients: list[list[Part]]) -> None:
    table = np.array([_points(parts, "table")[:25] for parts in patients])
    slopes = [np.polyfit(line[:, 0], line[:, 1], 1)[0] for line in table]
    np.testing.assert_allclose(slopes, 0, atol=1e-9)


@pytest.mark.parametrize(("n", "size"), [(0, 32), (1, 0), (1, 10**5)])
def test_arguments_are_bounded(n: int, size: int, generator: torch.Generator) -> None:
    with pytest.raises(ConfigError, match="must be an integer"):
        data.thorax(n, size, generator)

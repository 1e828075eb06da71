"""Slices as bytes: what the browser unpacks is what was packed."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
import torch

from structviz.errors import ConfigError, ShapeError
from structviz.figures.packet import unpack
from structviz.figures.viewer import MAX_BYTES, SliceStack, encode


def stack(name: str, frames: int = 1, side: int = 7, scale: float = 0.4, offset: float = 0.0) -> SliceStack:
    values = scale * torch.rand(frames, side, side, generator=torch.Generator().manual_seed(len(name))) + offset
    return SliceStack(name, name.capitalize(), "#123456", values, (30.5,) * frames, (0.9,) * frames)


def decoded(content: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """As the browser reads it."""
    head, arrays = unpack(content)
    assert list(arrays) == [str(k) for k in range(len(head["stacks"]))]
    values = []
    for one, numbers in zip(head["stacks"], arrays.values(), strict=True):
        assert numbers.dtype == np.uint16
        assert numbers.shape == (one["frames"], head["side"], head["side"])
        values.append(one["low"] + one["step"] * numbers.astype(np.float64))
    return head, values


@pytest.mark.parametrize("title", ["a", "ab", "abc", "größer"])
def test_values_come_back_within_half_a_step(title: str) -> None:
    stacks = [
        dataclasses.replace(stack("ordinary", 3), title=title),
        stack("fbp", 1, scale=40, offset=-20),
        dataclasses.replace(stack("truth"), psnr=(), ssim=()),
    ]
    head, values = decoded(encode(stacks))
    assert head["side"] == 7
    for one, entry, found in zip(stacks, head["stacks"], values, strict=True):
        expected = one.frames.double().numpy()
        reach = expected.max() - expected.min()
        assert np.abs(found - expected).max() < 1e-5 * reach
        assert np.abs(found - expected).max() > 0
        kept = (entry["name"], entry["title"], entry["colour"], entry["frames"])
        assert kept == (one.name, one.title, one.colour, len(one.frames))
        assert (tuple(entry["psnr"]), tuple(entry["ssim"])) == (one.psnr, one.ssim)


def test_the_darkest_and_the_brightest_value_are_exact() -> None:
    one = stack("fbp", scale=3, offset=-1)
    _, (found,) = decoded(encode([one]))
    assert found.min() == pytest.approx(one.frames.min().item(), abs=1e-12)
    assert found.max() == pytest.approx(one.frames.max().item(), abs=1e-9)


def test_one_value_everywhere_comes_back() -> None:
    _, (found,) = decoded(encode([dataclasses.replace(stack("fbp"), frames=torch.full((1, 7, 7), 0.25))]))
    assert (found == 0.25).all()


def test_what_json_cannot_say_is_nothing() -> None:
    head, _ = decoded(encode([dataclasses.replace(stack("fbp", 2), psnr=(math.inf, 3.0), ssim=(math.nan, 0.5))]))
    assert head["stacks"][0]["psnr"] == [None, 3.0]
    assert head["stacks"][0]["ssim"] == [None, 0.5]


@pytest.mark.parametrize("count", [0, 10])
def test_columns_have_a_number(count: int) -> None:
    with pytest.raises(ConfigError, match=f"1 to 9 columns; got {count}"):
        encode([stack("fbp")] * count)
    assert len(decoded(encode([stack("fbp")] * 9))[1]) == 9


def test_sizes_must_agree() -> None:
    with pytest.raises(ShapeError, match=r"7 × 7.*\(1, 8, 8\).*'truth'"):
        encode([stack("fbp"), stack("truth", side=8)])
    with pytest.raises(ShapeError, match="'tv'"):
        encode([dataclasses.replace(stack("tv"), frames=torch.zeros(0, 7, 7), psnr=(), ssim=())])


@pytest.mark.parametrize(("psnr", "ssim"), [((1.0,), (0.5, 0.5)), ((1.0, 2.0), ()), ((), (0.5, 0.5))], ids=str)
def test_every_frame_has_both_figures_or_none_has(psnr: tuple[float, ...], ssim: tuple[float, ...]) -> None:
    with pytest.raises(ShapeError, match=f"each of its 2 frames.*got {len(psnr)} and {len(ssim)}"):
        encode([dataclasses.replace(stack("tv", 2), psnr=psnr, ssim=ssim)])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_must_be_finite(value: float) -> None:
    broken = stack("tv", 2)
    broken.frames[1, 2, 3] = value
    with pytest.raises(ConfigError, match=r"finite.*'tv'"):
        encode([stack("fbp"), broken])


def test_too_many_bytes_are_refused() -> None:
    frames = MAX_BYTES // (2 * 500 * 500)
    assert len(encode([stack("fbp", frames, 500)])) > MAX_BYTES - 500_000
    with pytest.raises(ConfigError, match=r"6 MB.*6\.5 MB"):
        encode([stack("fbp", frames, 500), stack("truth", 1, 500)])

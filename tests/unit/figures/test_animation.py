"""The encoder of animated pictures: times, order, lengths, and colours that must stay."""

import io

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageSequence

from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType, encode_animation, encode_webp

GROUND, INK = "#12161c", "#D55E00"


def noise(n: int, side: int = 48) -> list[PillowImage.Image]:
    """Frames that hardly compress, each with a bar that tells which one it is, on a ground of one colour."""
    generator = np.random.default_rng(0)
    frames = []
    for k in range(n):
        frame = PillowImage.new("RGB", (side + 16, side), GROUND)
        frame.paste(PillowImage.fromarray(generator.integers(0, 256, (side, side, 3), np.uint8)), (16, 0))
        frame.paste(INK, (4, 0, 12, 2 * k))
        frames.append(frame)
    return frames


def decoded(content: bytes) -> tuple[list[np.ndarray], list[int]]:
    """Frames, and how long each stands."""
    frames, durations = [], []
    with PillowImage.open(io.BytesIO(content)) as film:
        assert film.info["loop"] == 0
        for frame in ImageSequence.Iterator(film):
            frames.append(np.asarray(frame.convert("RGB")).astype(int))
            durations.append(frame.info["duration"])
    return frames, durations


@pytest.mark.parametrize("file_type", ["webp", "gif"])
def test_frames_come_back_in_order_with_their_durations(file_type: AnimationType) -> None:
    given = noise(24)
    frames, durations = decoded(encode_animation(given, [100, *[60] * 22, 300], file_type))
    assert durations == [100, *[60] * 22, 300]
    bars = [int((np.abs(frame[:, 8] - (0xD5, 0x5E, 0)).max(-1) < 40).sum()) for frame in frames]
    assert np.abs(np.array(bars) - 2 * np.arange(24)).max() <= 1


def test_a_gif_counts_in_hundredths_and_a_webp_does_not() -> None:
    given = noise(3)
    assert decoded(encode_animation(given, 63, "webp"))[1] == [63] * 3
    assert decoded(encode_animation(given, 63, "gif"))[1] == [60] * 3
    assert decoded(encode_animation(given, 4, "gif"))[1] == [20] * 3


@pytest.mark.parametrize("file_type", ["webp", "gif"])
@pytest.mark.parametrize("n_frames", [4, 60])
def test_quality_gives_way_until_the_file_is_short_enough(file_type: AnimationType, n_frames: int) -> None:
    given = noise(n_frames)

    def made(max_bytes: int) -> tuple[int, float]:
        content = encode_animation(given, 50, file_type, max_bytes)
        lost = [np.abs(a - np.asarray(b)).mean() for a, b in zip(decoded(content)[0], given, strict=True)]
        return len(content), float(np.mean(lost))

    best, least = made(10**9), made(1)
    assert least[0] < 0.6 * best[0]
    assert best[1] < least[1]
    limits = [round(best[0] + share * (least[0] - best[0])) for share in (0.1, 0.5, 0.9)]
    sizes, losses = zip(*map(made, limits), strict=True)
    # Within the limit, and not far below it: as good as it may be.
    assert all(0.6 * limit < size <= limit for size, limit in zip(sizes, limits, strict=True))
    assert best[1] <= losses[0] < losses[1] < losses[2] <= least[1]


def test_a_late_burst_does_not_break_the_limit() -> None:
    # The sample is taken from the calm parts, so that its guess is far too low.
    calm = [PillowImage.new("RGB", (64, 48), GROUND)] * 40
    given = [*calm[:30], *noise(20), *calm[:10]]
    for file_type in ("webp", "gif"):
        whole = len(encode_animation(given, 50, file_type, 10**9))
        assert len(encode_animation(given, 50, file_type, whole // 2)) <= whole // 2


def test_exact_colours_stay_in_a_gif_however_few_there_are() -> None:
    for exact in ([GROUND, INK], []):
        frames, _ = decoded(encode_animation(noise(8), 50, "gif", 1, exact))
        kept = all(
            (frame[-1, 0] == (0x12, 0x16, 0x1C)).all() and (frame[0, 8] == (0xD5, 0x5E, 0)).all()
            for frame in frames[1:]
        )
        assert kept == bool(exact)


@pytest.mark.parametrize("limit", [10**6, 2_000, 1])
def test_one_picture_is_as_good_as_its_limit_allows(limit: int) -> None:
    (picture,) = noise(1)
    content = encode_webp(picture, limit)
    assert PillowImage.open(io.BytesIO(content)).size == picture.size
    assert len(content) <= limit or content == encode_webp(picture, 1)
    assert (len(content) == len(encode_webp(picture, 10**9))) == (limit == 10**6)


def test_what_is_no_animation_is_refused() -> None:
    with pytest.raises(ConfigError, match="got none"):
        encode_animation([], 50)
    with pytest.raises(ConfigError, match="each of the 2 frames; got 3"):
        encode_animation(noise(2), [50, 50, 50])


@pytest.mark.usefixtures("without_shape_checks")
def test_an_unknown_file_type_is_refused() -> None:
    with pytest.raises(ConfigError, match="one of webp, gif; got 'png'"):
        encode_animation(noise(1), 50, "png")  # pyright: ignore[reportArgumentType]

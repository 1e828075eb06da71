"""What hypothesis makes: damaged files, and values of every kind that a client can send."""

import math
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

__all__ = ["bounded", "damaged", "texts", "values"]


def bounded(n: int) -> settings:
    """The same n cases in every run; what takes long or fills the memory is refused by the code itself."""
    return settings(
        max_examples=n,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )


_LENGTHS = [0, 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1]


@some.composite
def _edit(draw: some.DrawFn, content: bytes) -> bytes:
    """The content with one piece changed; most changes lie in the first bytes, which are the header."""
    at = draw(some.integers(0, len(content)) | some.integers(0, min(len(content), 256)))
    piece = draw(
        some.binary(max_size=8)
        | some.sampled_from([n.to_bytes(4, order) for n in _LENGTHS for order in ("big", "little")])
        | some.integers(0, 255).map(lambda byte: bytes([byte]))
    )
    match draw(some.sampled_from(["write", "insert", "remove", "end", "repeat"])):
        case "write":
            return content[:at] + piece + content[at + len(piece) :]
        case "insert":
            return content[:at] + piece + content[at:]
        case "remove":
            return content[:at] + content[at + draw(some.integers(1, 64)) :]
        case "end":
            return content[:at]
    length = draw(some.integers(1, 64))
    return content[:at] + content[at : at + length] * draw(some.integers(2, 50)) + content[at + length :]


@some.composite
def damaged(draw: some.DrawFn, files: Sequence[bytes]) -> bytes:
    """One of the files after one to four edits; now and then bytes of no meaning at all."""
    content = draw(some.sampled_from(files))
    for _ in range(draw(some.integers(1, 4))):
        content = draw(_edit(content))
    return draw(some.just(content) | some.binary(max_size=64)) if draw(some.integers(0, 9)) == 0 else content


def texts(max_size: int = 30) -> some.SearchStrategy[str]:
    """Texts of any letters, halves of surrogate pairs among them, and those that look like numbers."""
    letters = some.characters(exclude_categories=())
    numbers = some.sampled_from(["nan", "inf", "-inf", "1e999", "9" * 400, "0x10", "1_0", "٣", "-0", "", " ", "\n"])
    return some.text(letters, max_size=max_size) | numbers


def values() -> some.SearchStrategy[Any]:
    """Whatever JSON can hold, and what Python makes of it: NaN, whole numbers too long for a float, deep lists."""
    leaves = (
        some.none()
        | some.booleans()
        | some.integers(-5, 500)
        | some.floats()
        | some.sampled_from([10**400, -(10**400), 2**53 + 1, math.nan, math.inf, 1e-320])
        | texts()
    )
    return some.recursive(
        leaves,
        lambda inner: some.lists(inner, max_size=6) | some.dictionaries(texts(), inner, max_size=4),
        max_leaves=12,
    ) | some.just([[0.0, 0.0, 0]] * 5000)

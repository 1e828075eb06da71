"""Shared fixtures."""

from collections.abc import Iterator

import jaxtyping
import pytest
import torch


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(20211)


@pytest.fixture
def without_shape_checks() -> Iterator[None]:
    """Let bad input reach the code: what a user of the library sees, who runs without a type checker."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)

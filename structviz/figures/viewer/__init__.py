"""Slices side by side: bytes for the browser, which shows them through one window."""

from structviz.figures.viewer.encode import MAX_BYTES, SliceStack, encode

__all__ = ["MAX_BYTES", "SliceStack", "encode"]

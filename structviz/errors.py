"""One family of errors; each message states the rule, what came and what to do."""

__all__ = [
    "CheckpointError",
    "ConfigError",
    "DataError",
    "ImageError",
    "JobError",
    "MissingPackageError",
    "ShapeError",
    "StructVizError",
]


class StructVizError(Exception):
    """Base of every error that structviz raises on purpose; its text is fit for a page."""


class ConfigError(StructVizError, ValueError):
    """A setting is unknown, of the wrong type or out of range."""


class ShapeError(StructVizError, ValueError):
    """A tensor does not have the shape that an operation needs."""


class ImageError(StructVizError, ValueError):
    """A file is not an image that can be shown."""


class DataError(StructVizError, ValueError):
    """A table of points cannot be read."""


class CheckpointError(StructVizError, ValueError):
    """A weights file and its card do not belong together, or one is damaged."""


class JobError(StructVizError, RuntimeError):
    """A run or the machine that it needs is not there, or does not do what was asked."""


class MissingPackageError(StructVizError, ImportError):
    """An optional package is not installed."""

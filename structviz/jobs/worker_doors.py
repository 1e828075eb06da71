"""What each embedded worker does first: it closes the HTTP server that Dask has opened, which nobody needs here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Worker

__all__ = ["dask_setup"]


async def dask_setup(worker: "Worker") -> None:
    """Dask calls it by this name when the worker starts."""
    worker.http_server.stop()

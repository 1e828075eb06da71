"""Sweeps on a cluster: every run is a Dask task."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from structviz.config import TrainConfig
from structviz.errors import ConfigError, JobError
from structviz.jobs.cluster import connect
from structviz.training import RECIPES, recipe
from structviz.training.recipes import Recipe
from structviz.training.sweep import Scored, TrainAll, score_run

__all__ = ["on_cluster"]


@contextlib.contextmanager
def on_cluster(address: str) -> Iterator[TrainAll]:
    """What trains the runs of a sweep on the Dask cluster at an address; see `structviz.training.sweep`.

    A run whose worker is lost begins anew on another one, with the same result.

    Raises
    ------
    JobError
        If the scheduler does not answer.
    """
    workers = connect(address)

    def train_all(task: Recipe, configs: Sequence[TrainConfig], device: str) -> Iterator[Scored]:
        from distributed import KilledWorker, as_completed

        if RECIPES.get(task.name) is not task:
            raise ConfigError(f"Workers know the recipes {', '.join(RECIPES)} by name; {task.name!r} is none of these.")
        # The key of a task is new each time: results of an earlier sweep are not taken for those of this one.
        futures = [workers.submit(_score, config.to_dict(), device, key=None, device=device) for config in configs]
        try:
            for future in as_completed(futures, loop=workers.client.loop):
                yield future.result()
        except KilledWorker as error:
            raise JobError(f"A run has lost several workers: {error}. The sweep goes on where it stopped.") from error

    try:
        yield train_all
    finally:
        workers.close()


def _score(config: Mapping[str, object], device: str) -> Scored:
    wanted = TrainConfig.from_dict(config)
    return score_run(recipe(wanted.recipe), wanted, device)

"""Networks that learn from few examples: how a solid tumbles, and the tables that ship."""

import pytest

from structviz import zoo
from structviz.errors import ConfigError
from structviz.studies.manifolds import EXAMPLE_ARMS, learn_tumbling, learn_wind, read_runs, write_runs


def test_networks_learn_how_a_solid_tumbles_and_only_the_free_one_leaves_the_rotations() -> None:
    for arm in EXAMPLE_ARMS:
        early, late = (learn_tumbling(arm, 15, 0, n_steps=n) for n in (1, 40))
        assert late.error < early.error
        assert late.off > 1e-2 if arm == "free" else late.off < 1e-12


def test_a_table_comes_back() -> None:
    runs = (learn_wind("free", 5, 1, n_steps=1),)
    (back,) = read_runs(write_runs(runs))
    assert (back.arm, back.n_train, back.seed) == ("free", 5, 1)
    assert back.error == pytest.approx(runs[0].error, abs=1e-4)


@pytest.mark.parametrize("table", ["winds.csv", "tumbling.csv"])
def test_the_shipped_tables_are_whole(table: str) -> None:
    runs = read_runs((zoo.PRETRAINED / "manifolds" / table).read_text(encoding="utf-8"))
    cells = {(run.n_train, run.seed) for run in runs}
    assert len(runs) == len(EXAMPLE_ARMS) * len(cells)
    assert {(run.arm, run.n_train, run.seed) for run in runs} == {(a, *cell) for a in EXAMPLE_ARMS for cell in cells}
    assert all(run.off < 1e-12 for run in runs if run.arm != "free")


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="an example or more"):
        learn_tumbling("structured", 0, 0)

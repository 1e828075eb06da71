"""What the section on winds says, against its record."""

import contextlib
import dataclasses
import io

import pytest

from structviz.displayed import number
from structviz.ui.pages.manifolds.pays import TASKS, few_runs, pays_record, pays_script, say_pays
from tests.sentences import check_sentences


@pytest.mark.parametrize("task", TASKS)
def test_sentences_name_where_structure_pays_and_where_it_does_not(task: str) -> None:
    record = pays_record(task)
    check_sentences(record, say_pays(record), ["3"])  # SO(3)
    said = " ".join(say_pays(record))
    assert str(record.off["free"]) in said
    for wins in record.wins.values():
        assert f"in {wins} than" in said

    def with_errors(**errors: float) -> str:
        shown = {arm: tuple(number(value, 1, " degrees") for _ in record.sizes) for arm, value in errors.items()}
        return " ".join(say_pays(dataclasses.replace(record, error=shown)))

    best = with_errors(structured=1.0, projected=2.0, free=3.0)
    assert "by 1.0 degrees on average, against 2.0 degrees" in best
    assert "does not pay" not in best
    worst = with_errors(structured=3.0, projected=2.0, free=3.0)
    assert "errs least" not in worst
    assert "does not pay" in worst


def test_means_are_those_of_the_runs() -> None:
    record = pays_record("wind")
    first = [run.error for run in few_runs("wind") if (run.arm, run.n_train) == ("structured", record.sizes[0])]
    assert record.error["structured"][0] == number(sum(first) / record.n_seeds, 1, " degrees")
    assert record.n_sets == len(record.sizes) * record.n_seeds


@pytest.mark.parametrize("task", TASKS)
def test_the_script_trains_the_networks_of_the_table_again(task: str) -> None:
    record = dataclasses.replace(pays_record(task), sizes=(10,), n_seeds=1)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(pays_script(record), "script.py", "exec"), {"__name__": "__main__"})
    found = {(run.arm, run.n_train, run.seed): run.error for run in few_runs(task)}
    for line in printed.getvalue().splitlines():
        arm, error = line.split()
        assert abs(float(error) - found[arm, 10, 0]) < 0.3

"""What the section on winds says, against its record."""

import dataclasses

from structviz.displayed import number
from structviz.ui.pages.manifolds.pays import pays_record, say_pays, wind_runs


def test_sentences_name_where_structure_pays_and_where_it_does_not() -> None:
    record = pays_record(wind_runs())
    said = " ".join(say_pays(record))
    assert str(record.off["free"]) in said
    for wins in record.wins.values():
        assert f"in {wins} than" in said

    def with_errors(**errors: float) -> str:
        shown = {arm: tuple(number(value, 1, " degrees") for _ in record.sizes) for arm, value in errors.items()}
        return " ".join(say_pays(dataclasses.replace(record, error=shown)))

    best = with_errors(sphere=1.0, projected=2.0, free=3.0)
    assert "by 1.0 degrees on average, against 2.0 degrees" in best
    assert "does not pay" not in best
    worst = with_errors(sphere=3.0, projected=2.0, free=3.0)
    assert "errs least" not in worst
    assert "does not pay" in worst


def test_means_are_those_of_the_runs() -> None:
    record = pays_record(wind_runs())
    first = [run.error for run in wind_runs() if (run.arm, run.n_train) == ("sphere", record.sizes[0])]
    assert record.error["sphere"][0] == number(sum(first) / record.n_seeds, 1, " degrees")
    assert record.n_sets == len(record.sizes) * record.n_seeds

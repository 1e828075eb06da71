"""The list of cases is short and misses no pair."""

from itertools import combinations, product

from tests.covering import covering


def test_every_pair_of_values_occurs() -> None:
    axes = ["abcdef", "wxyz", "rst", "01", "01"]
    cases = covering(axes)
    assert len(cases) < 6 * 4 * 3 * 2 * 2 / 8
    for i, j in combinations(range(len(axes)), 2):
        assert {(case[i], case[j]) for case in cases} == set(product(range(len(axes[i])), range(len(axes[j]))))


def test_two_parameters_have_all_their_combinations() -> None:
    assert sorted(covering(["abc", "xy"])) == sorted(product(range(3), range(2)))

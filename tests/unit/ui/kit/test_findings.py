"""The table of promises."""

from structviz.checks import Finding
from structviz.nets import Claim
from structviz.ui.kit.findings import findings_table


def test_each_promise_has_a_row_with_its_bound_and_what_was_measured() -> None:
    found = (
        Finding(Claim("invertible", 1e-10, "data"), 3.4e-16, True),
        Finding(Claim("non-expansive", 1.0, "plane"), 1.2345678, False),
        Finding(Claim("volume", 1e-9, "data"), float("nan"), False),
    )
    rows = [
        [cell.strip() for cell in line.replace("\\|", "¦").split("|")[1:-1]]
        for line in findings_table(found).splitlines()
    ]
    assert rows[0] == ["Promise", "Bound", "Measured", "Holds"]
    assert [[row[0].split("**")[1], *row[1:]] for row in rows[2:]] == [
        ["invertible", "1·10⁻¹⁰", "3·10⁻¹⁶", "yes"],
        ["non-expansive", "1", "1.235", "no"],
        ["volume", "1·10⁻⁹", "–", "no"],
    ]
    assert all(len(row) == 4 for row in rows)

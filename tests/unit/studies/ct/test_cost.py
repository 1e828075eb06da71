from dataclasses import replace

import pytest

from structviz.studies.ct import Scan, reconstruction_seconds, scan_seconds

SCAN = Scan(n_views=50, image_size=64)


@pytest.mark.parametrize("name", ["fbp", "tv", "equivariant"])
def test_the_time_grows_with_the_pixels(name: str) -> None:
    large = replace(SCAN, image_size=128)
    assert reconstruction_seconds(name, large) == pytest.approx(4 * reconstruction_seconds(name, SCAN))
    assert scan_seconds(large) == pytest.approx(4 * scan_seconds(SCAN))


def test_the_time_grows_with_the_views_where_they_are_used_in_each_iteration() -> None:
    many = replace(SCAN, n_views=200)
    assert scan_seconds(many) > 3 * scan_seconds(SCAN)
    assert reconstruction_seconds("tv", many) > 2.5 * reconstruction_seconds("tv", SCAN)
    assert reconstruction_seconds("ordinary", many) > 1.2 * reconstruction_seconds("ordinary", SCAN)


def test_total_variation_takes_longest() -> None:
    tv, network, fbp = (reconstruction_seconds(name, SCAN) for name in ("tv", "ordinary", "fbp"))
    assert tv > 3 * network > 9 * fbp

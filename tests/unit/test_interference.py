"""What the benchmark of interference asks for is what the page computes."""

from urllib.parse import parse_qs, urlencode

from benchmarks.interference import HEAVY
from structviz.ui.kit.links import understood_parameters
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.options import METHODS


def test_the_heavy_visitors_ask_for_all_methods() -> None:
    asked = parse_qs(urlencode(HEAVY, doseq=True))
    understood = understood_parameters("ct", ScanChoice.controls(), ScanChoice.defaults(), asked)
    assert set(understood) == set(HEAVY), "what is refused is computed with the default"
    _, methods = understood["ct_methods"]
    assert methods == list(METHODS.values())

"""What is said of errors against depth."""

from structviz.studies.invertibility import KINDS, TWIN, DepthStudy
from structviz.ui.pages.invertibility.depth import depth_record, depth_words
from tests.sentences import check_sentences


def study(rounding: float) -> DepthStudy:
    errors = {(kind, name): (1e-16, size) for kind in KINDS for name, size in (("float64", 3e-16), ("float32", 2e-7))}
    errors |= {(TWIN, name): (0.5, 1e-15) for name in ("float64", "float32")}
    return DepthStudy((4, 32), errors, {(kind, "float64"): (1e-15, rounding) for kind in KINDS})


def test_words_say_what_the_record_says_and_on_which_side_of_the_bound_the_error_is() -> None:
    for kind in KINDS:
        for rounding, side in ((1e-14, "that is below"), (1e-16, "that is not below")):
            record = depth_record(kind, study(rounding))
            words = depth_words(record)
            check_sentences(record, [words], ("float64", "float32"))
            assert side in words
            assert "with 4 steps its search is off by 0.5, with 32 by" in words

"""What the section on orthogonal weights says, against its record."""

import pytest

from structviz.ui.pages.manifolds.section_options import ACTIVATIONS
from structviz.ui.pages.manifolds.stiefel import find_stiefel, say_stiefel, stiefel_record
from tests.sentences import check_sentences


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_sentences_say_what_is_displayed(activation: str) -> None:
    record = stiefel_record(activation, 1.4, find_stiefel(activation, 1.4))
    check_sentences(record, say_stiefel(record), ["80", "100"])
    said = " ".join(say_stiefel(record))
    for kind in ("cayley", "exponential", "free"):
        assert str(record.off[kind]) in said
        assert str(record.loss[kind]) in said
        assert str(record.arrived[kind]) in said
    assert ("here the structure costs" in said) == all(
        record.loss["free"] < record.loss[kind] for kind in ("cayley", "exponential")
    )
    assert "are all 1, up to rounding" in said
    assert ("The derivative of the ReLU is not orthogonal" in said) == (activation == "relu")

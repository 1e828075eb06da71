"""Defects of displayed numbers and of what pages say of them."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_DISPLAYED = "tests/unit/test_displayed.py"
_SENTENCES = "tests/unit/ui/pages/flow/test_sentences.py"
_PAGE = "tests/unit/ui/pages/flow/test_page_sentences.py"

DEFECTS = (
    Defect(
        name="percent-for-points",
        breaks="The difference of two shares is in per cent.",
        file="structviz/displayed.py",
        old="unit = POINTS if self.unit == PERCENT else self.unit",
        new="unit = self.unit",
        tests=_DISPLAYED,
    ),
    Defect(
        name="rounded-twice",
        breaks="A number is rounded to one more digit first, and then again.",
        file="structviz/displayed.py",
        old="    exact = Decimal(value)\n    rounded",
        new="    exact = Decimal(str(round(value, digits + 1)))\n    rounded",
        tests=_DISPLAYED,
    ),
    Defect(
        name="halves-to-even",
        breaks="Halves are rounded to the even digit, so that browser and server differ.",
        file="structviz/displayed.py",
        old="exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)",
        new='exact.quantize(Decimal(1).scaleb(-digits), "ROUND_HALF_EVEN", _EXACT)',
        tests=_DISPLAYED,
    ),
    Defect(
        name="zero-below-zero",
        breaks="A small negative number is shown as a negative zero.",
        file="structviz/displayed.py",
        old='sign = "−" if self.value < 0 else ""',
        new='sign = "−" if self.value.is_signed() else ""',
        tests=_DISPLAYED,
    ),
    Defect(
        name="difference-before-rounding",
        breaks="The flow page subtracts shares before they are rounded.",
        file="structviz/ui/pages/flow/record.py",
        old="return right.right.minus(left.right)",
        new="return percent((right.n_right - left.n_right) / left.n_points).minus(percent(0.0))",
        tests=_SENTENCES,
    ),
    Defect(
        name="folds-at-the-end",
        breaks="A cell counts as folded only if all layers together reverse its orientation.",
        file="structviz/studies/flow/folds.py",
        old="turned = turned | (one < 0)",
        new="turned = turned ^ (one < 0)",
        tests="tests/unit/studies/flow/test_folds.py tests/unit/studies/flow/test_film.py",
    ),
    Defect(
        name="squeezed-from-the-product",
        breaks="The smallest singular value is taken from the product of all Jacobians, where round-off hides it.",
        file="structviz/studies/flow/folds.py",
        old="    if determinant is not None:",
        new="    if False and determinant is not None:",
        tests="tests/unit/studies/flow/test_folds.py",
    ),
    Defect(
        name="rubber-though-collapsed",
        breaks="A plane that is squeezed below round-off counts as bent like rubber.",
        file="structviz/ui/pages/flow/record.py",
        old="not (self.n_folded or self.n_collapsed or self.n_lost)",
        new="not (self.n_folded or self.n_lost)",
        tests=_SENTENCES,
    ),
    Defect(
        name="rubber-for-all",
        breaks="One film that is bent like rubber speaks for its neighbour too.",
        file="structviz/ui/pages/flow/sentences.py",
        old="if len(rubber) == len(found.films):",
        new="if rubber:",
        tests=f"{_SENTENCES} {_PAGE}",
    ),
    Defect(
        name="chance-is-a-lead",
        breaks="Any difference of the counts is called a lead.",
        file="structviz/ui/pages/flow/record.py",
        old="is_clear=(better - worse) ** 2 > 4 * (better + worse),",
        new="is_clear=better != worse,",
        tests=_SENTENCES,
    ),
    Defect(
        name="right-side-of-another-line",
        breaks="The count of points on the right side leaves out the offset of the drawn line.",
        file="structviz/studies/flow/measured.py",
        old="logits = _end_logits(_in_double(self.panel), self.film)",
        new="logits = self.film.positions[-1] @ self.film.normal",
        tests=_PAGE,
    ),
    Defect(
        name="unit-lost-in-the-check",
        breaks="The check of sentences takes any number of the record, whatever its unit.",
        file="tests/sentences.py",
        old="return any(number in known or (not unit and text in bare) for known,",
        new="return any(number in known or text in bare for known,",
        tests="tests/unit/test_sentences.py",
    ),
)

"""What the section on digits says follows from its numbers."""

from dataclasses import replace

import pytest

from structviz.displayed import number, percent
from structviz.studies.robustness import Attempts, Certificate, Curve, Trial, Verdict
from structviz.training.digit_sizes import SizeRun
from structviz.ui.pages.robustness.curves_record import curves_record, say_curves, say_sizes, size_record
from structviz.ui.pages.robustness.digit_record import hand_record, say_hand, say_trial, trial_record
from tests.sentences import check_sentences

ARMS = ("ordinary", "augmented", "equivariant", "nonexpansive")


def verdicts(**labels: int) -> dict[str, Verdict]:
    known = Certificate(3, 5, 1.0, 1.0, 0.7071)
    return {
        arm: Verdict(
            tuple(0.91 if k == labels.get(arm, 3) else 0.01 for k in range(10)),
            replace(known, label=labels.get(arm, 3)) if arm == "nonexpansive" else None,
        )
        for arm in ARMS
    }


def test_the_digit_in_hand_is_said_to_be_what_is_found() -> None:
    assert say_hand(hand_record(verdicts(), 3, 0))[0] == "This digit is a 3. All 4 classifiers find 3."
    split = say_hand(hand_record(verdicts(ordinary=6), None, 90))
    assert split[0].startswith("**6** finds the ordinary one (91 %); **3** finds the augmented one (91 %)")
    assert "below 0.70 makes it another class, 5 or any other." in split[1]
    assert "certain of a wrong class" not in split[1]
    assert "certain of a wrong class" in say_hand(hand_record(verdicts(nonexpansive=8), 3, 0))[1]


def trial(changed: int, own: float | None, noisy: bool) -> Trial:
    closest = {"ordinary": 0.5, "augmented": None, "equivariant": 0.75, "nonexpansive": own}
    return Trial(Attempts(0.7, 10_000, changed, 10, 0, 0.7), closest, dict.fromkeys(ARMS, noisy))


def test_attempts_are_counted() -> None:
    said = " ".join(say_trial(trial_record(trial(0, 1.25, noisy=False), 0.5, 4.0)))
    assert "Within the certified 0.50, 10,000 random changes and 10 attacks along the gradient" in said
    assert "none changed its class" in said
    assert "the ordinary one at 0.50, the C8-invariant one at 0.75 and the 1-Lipschitz one at 1.25" in said
    assert "Up to 4.00 no attack succeeded on the augmented one" in said
    assert "at 2.5 times its certificate" in said
    assert "100 times each, changed no class" in said
    other = " ".join(say_trial(trial_record(trial(2, None, noisy=True), 0.509, 4.0)))
    assert "Within the certified 0.50," in other  # 0.509 is not 0.51
    assert "2 changed its class" in other
    assert "times its certificate" not in other
    assert "changed the class for the ordinary one" in other


def curves(clean: float = 0.9, carried: float = 0.05, confused: float = 0.02) -> dict[tuple[str, str], Curve]:
    found: dict[tuple[str, str], Curve] = {}
    for arm in ARMS:
        right = clean if arm == "nonexpansive" else 0.97
        found["angle", arm] = Curve("angle", arm, (0, 180), (right, 0.4 if arm == "ordinary" else right))
        for kind in ("6 as 9", "9 as 6"):
            upright = confused if arm == "equivariant" else 0.01
            found[kind, arm] = Curve(kind, arm, (0, 180), (upright, 0.8))
        made = "transfer from ordinary"
        found[made, arm] = Curve(made, arm, (1.0,), (0.3 if arm == "ordinary" else carried,))
        found["attack", arm] = Curve("attack", arm, (0.0, 1.0), (right, 0.3))
    found["certified", "nonexpansive"] = Curve("certified", "nonexpansive", (0.0, 1.0), (0.9, 0.25))
    return found


@pytest.mark.parametrize(("clean", "cost"), [(0.9, True), (0.97, False), (0.99, False)])
def test_a_cost_is_said_where_there_is_one(clean: float, cost: bool) -> None:
    record = curves_record(curves(clean))
    assert record.worst["ordinary"] == percent(0.4)
    assert record.worst_angle["ordinary"] == number(180, 0, "°")
    check_sentences(record, say_curves(record), ["1", "6", "9"])
    said = " ".join(say_curves(record))
    assert "falls from 97.0 % to 40.0 % at 180°, by 57.0 percentage points" in said
    assert "takes 80.0 % of the 6s for 9" in said
    assert "Certified, whatever the attack, are 25.0 % of the 1-Lipschitz one" in said
    assert ("The guarantee costs clean accuracy" in said) == cost


@pytest.mark.parametrize(("carried", "words"), [(0.05, "Attacks hardly carry over"), (0.2, "Attacks carry over")])
def test_attacks_carry_over_where_they_fool_others_too(carried: float, words: str) -> None:
    said = " ".join(say_curves(curves_record(curves(carried=carried))))
    assert words in said
    assert f"fool 30.0 % of the ordinary one, {percent(carried)} of the augmented one" in said


@pytest.mark.parametrize(("confused", "words"), [(0.02, "which is its price"), (0.01, "no more than the ordinary one")])
def test_upright_digits_pay_where_more_of_them_are_confused(confused: float, words: str) -> None:
    assert words in " ".join(say_curves(curves_record(curves(confused=confused))))


def test_who_leads_depends_on_the_number_of_digits() -> None:
    runs = [
        SizeRun(arm, n, seed, 0.5 + 0.1 * (arm == lead) + 0.1 * seed, 0.3, 0.2)
        for n, lead in ((100, "equivariant"), (4000, "ordinary"))
        for arm in ARMS
        for seed in (0, 1)
    ]
    few, many = (size_record(runs, n) for n in (100, 4000))
    assert "best by the C8-invariant one with 65.0 %" in say_sizes(few)[0]
    assert "best by the ordinary one with 65.0 %" in say_sizes(many)[0]
    assert few.n_seeds == 2
    for record in (few, many):
        check_sentences(record, say_sizes(record), ["1"])

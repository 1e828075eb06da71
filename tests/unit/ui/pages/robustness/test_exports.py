"""What is taken along from the page of robustness is what the page shows."""

import csv
import io
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import zoo
from structviz.data import imagenet_classes
from structviz.figures.adversarial import bytes_of, triple_png
from structviz.provenance import CITATION, read_notes, stamp
from structviz.ui.kit.exports import record_of_choice
from structviz.ui.pages.robustness import exports, results
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.exports import digests, items, noise_csv, script, turn_csv
from structviz.ui.pages.robustness.options import ANYTHING
from structviz.ui.pages.robustness.record import noise_record
from tests.unit.ui.pages.robustness.small import Small, own_choice, shorten


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Small]:
    yield shorten(monkeypatch)
    for cached in (results._queue, results._searches):
        cached.clear()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("target", ["gibbon", ANYTHING])
def test_a_row_for_each_strength(target: str) -> None:
    choice, names = RobustnessChoice("motorcycle", target=target), imagenet_classes()
    study = results.noise_study(choice)
    found = rows(noise_csv(study))
    assert [float(row["epsilon_255"]) for row in found] == [k / 4 for k in range(33)]
    for row, shares in zip(found, study.probabilities, strict=True):
        assert row["class"] == names[int(shares.argmax())]
        assert float(row["probability"]) == pytest.approx(shares.max().item(), abs=1e-5)
        assert float(row["moped"]) == pytest.approx(shares[names.index("moped")].item(), abs=1e-5)
        assert ("gibbon" in row) == (target == "gibbon")
        if target == "gibbon":
            assert float(row["gibbon"]) == pytest.approx(shares[names.index("gibbon")].item(), abs=1e-5)


def test_a_row_for_each_angle() -> None:
    choice, names = RobustnessChoice("rocket"), imagenet_classes()
    study = results.turn_study(choice)
    found = rows(turn_csv(choice))
    assert [int(row["degrees"]) for row in found] == list(range(0, 360, 5))
    for row, shares in zip(found, study.probabilities, strict=True):
        assert row["class"] == names[int(shares.argmax())]
        assert float(row["probability"]) == pytest.approx(shares.max().item(), abs=1e-5)
        assert float(row["missile"]) == pytest.approx(shares[study.label].item(), abs=1e-5)


def test_the_files_are_of_the_strength_on_the_slider(net: Small) -> None:
    choice = own_choice(1, epsilon=2.0)
    study = results.noise_study(choice)
    record = noise_record(choice, study)
    made = {item.file_name: item for item in items(choice, study, record)}
    k = study.frame(2 / 255)
    titles = (f"{record.clean}, {record.clean_share}", "noise, ε = 2/255", f"{record.found}, {record.share}")
    assert made["sum.png"].make() == triple_png(study.photo, study.noises[study.which[k]], 2 / 255, titles)
    assert made["attacked.png"].title == "Attacked image, ε = 2/255 (PNG)"
    attacked = made["attacked.png"].make()
    assert isinstance(attacked, bytes)
    pixels = np.asarray(PillowImage.open(io.BytesIO(attacked)))
    assert np.array_equal(pixels, bytes_of(results.eight_bit_attack(choice, study)))
    assert made["noise.csv"].make() == noise_csv(study)
    assert made["turn.csv"].make() == turn_csv(choice)
    assert made["robustness.py"].make() == script(choice)
    for item in made.values():
        notes = read_notes(stamp(item.make(), item.file_name, record_of_choice(choice, digests())), item.file_name)
        assert notes["settings"]["epsilon"] == 2
        assert notes["networks"] == {"robustness/efficientnet-lite0": zoo.card("robustness/efficientnet-lite0").sha256}
        assert notes["citation"] == CITATION
        assert notes["settings"]["upload"] is not None


def printed(code: str, folder: Path) -> str:
    with chdir(folder), redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "robustness.py", "exec"), {})
    return out.getvalue()


@pytest.mark.parametrize("kind", ["goldfish", "anything", "own"])
def test_scripts_of_attacks_that_do_not_ship_print_the_numbers_of_the_page(
    kind: str, net: Small, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "load", lambda _name: net)
    if kind == "goldfish":
        choice = RobustnessChoice("coffee", target="goldfish", epsilon=3.0)
    else:
        choice = own_choice(3, target=ANYTHING if kind == "anything" else "gibbon", epsilon=4.0)
        assert choice.upload is not None
        (tmp_path / exports._OWN).write_bytes(choice.upload.content)
    with torch.no_grad():
        seen = noise_record(choice, results.noise_study(choice))
    expected = f"without noise: {seen.clean}, {seen.clean_share}\nwith it: {seen.found}, {seen.share}\n"
    assert printed(script(choice), tmp_path) == expected

"""The sentences on densities, memory and photographs against their records and against what was measured."""

import dataclasses
import math

import pytest
import torch

from structviz import zoo
from structviz.data import IMAGES, PICTURES, image, toy_split
from structviz.displayed import number
from structviz.nets import InvertibleMap, WaveletFlow
from structviz.studies.invertibility import CODE_PARTS, MemoryStudy, compare_densities, known_densities
from structviz.training import DENSITY_SETS
from structviz.ui.pages.invertibility.densities import FLOWS, flow_name, learned_flow
from structviz.ui.pages.invertibility.density import density_csv
from structviz.ui.pages.invertibility.density_record import about_density, density_record
from structviz.ui.pages.invertibility.memory import about_memory, memory_record
from structviz.ui.pages.invertibility.photograph import about_photograph, edited, photograph_record
from structviz.ui.pages.invertibility.photograph_options import PARTS
from tests.sentences import check_sentences

CONSTANTS = ("1", "1/", "2")


@pytest.fixture(scope="module")
def studies() -> dict:
    found = {}
    for dataset in DENSITY_SETS:
        (train, _), (test, _) = toy_split(dataset, 600, 300, seed=0)
        known = known_densities(dataset, train, test, 1.8, 48)
        for kind in FLOWS:
            net = zoo.load(flow_name(kind, dataset))
            assert isinstance(net, InvertibleMap)
            found[kind, dataset] = compare_densities(net, known, test)
    return found


def test_sentences_on_densities_say_what_the_record_says(studies: dict) -> None:
    for (kind, dataset), study in studies.items():
        record = density_record(learned_flow(kind, dataset), study)
        sentences = about_density(record)
        check_sentences(record, sentences, CONSTANTS)
        words = " ".join(sentences)
        assert ("keep every area" in words) == (kind == "additive")
        assert ("The set has a hole" in words) == (dataset == "donut2d")
        assert ("better than the Gaussian fit" in words) == (record.flow > record.gaussian)
        assert not ("no continuous map" in words and dataset in ("gaussians", "squares2d"))


def test_no_density_of_additive_couplings_exceeds_the_gaussian(studies: dict) -> None:
    for (kind, _), study in studies.items():
        if kind == "additive":
            assert study.maps["flow"].density.max() <= 1 / (2 * math.pi) * (1 + 1e-5)
        elif kind == "affine":
            assert study.maps["flow"].density.max() > 0.3


def test_the_table_of_a_density_has_a_line_for_each_cell(studies: dict) -> None:
    lines = density_csv(studies["affine", "xor"]).splitlines()
    assert lines[0] == "x,y,density_exact,density_kernel,density_gaussian,density_flow"
    assert len(lines) == 1 + 48**2
    x, y, exact, *_ = map(float, lines[1].split(","))
    found = studies["affine", "xor"].maps["exact"]
    assert (x, y, exact) == pytest.approx(
        (found.axis[0].item(), found.axis[0].item(), found.density[0, 0].item()), 1e-4
    )


@pytest.mark.parametrize(
    "study",
    [
        MemoryStudy((4, 8, 64), (1_096_000, 2_184_000, 17_416_000), (280_000, 280_000, 280_000), 1.6669),
        MemoryStudy((1, 2), (900, 1900), (800, 850), 2.0),
    ],
)
def test_sentences_on_memory_say_what_the_record_says(study: MemoryStudy) -> None:
    check_sentences(memory_record(study), about_memory(memory_record(study)))


@pytest.fixture(scope="module")
def net() -> WaveletFlow:
    found = zoo.load("invertibility/photographs")
    assert isinstance(found, WaveletFlow)
    return found


@pytest.mark.parametrize(("factor", "other"), [(1.0, None), (0.0, None), (1.0, "coins"), (2.0, "moon")])
@pytest.mark.parametrize("part", PARTS)
def test_sentences_on_photographs_say_what_the_record_says(
    part: str, factor: float, other: str | None, net: WaveletFlow
) -> None:
    found = edited(image("camera", 64), part, factor, None if other is None else image(other, 64), net)
    record = photograph_record(found, part, factor, "" if other is None else PICTURES[other].title)
    check_sentences(record, about_photograph(record), ("256", "32", "0", "1"))
    words = " ".join(about_photograph(record))
    assert ("Nothing is edited yet" in words) == (factor == 1 and other is None)
    assert ("no pixel of 256 grey levels differs" in words) == (found.trip.unequal == 0)
    if "stays as it was" in words:
        end = CODE_PARTS[part][0]
        before, after = (net.enter(x)[:, :end] for x in (found.trip.x, found.result))
        torch.testing.assert_close(after, before, atol=1e-4, rtol=0)
    lost = dataclasses.replace(record, unequal=7, outside=number(2.5, 1, " %"))
    check_sentences(lost, about_photograph(lost), ("256", "32", "0", "1"))


def test_no_held_out_photograph_loses_a_grey_level(net: WaveletFlow) -> None:
    for name in IMAGES:
        found = edited(image(name, 128), "fine", 1.0, None, net)
        assert found.trip.unequal == 0, name
        assert torch.equal(found.code, found.trip.code)

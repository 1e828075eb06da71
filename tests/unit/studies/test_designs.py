"""Designs of a denoiser, and the table of what was measured of them."""

import dataclasses
from pathlib import Path

import pytest

from structviz.errors import CheckpointError
from structviz.nets import group
from structviz.studies import designs
from structviz.studies.designs import CONTINUOUS, DESIGNS, TODAY, Design, DesignRow

ROW = DesignRow(
    **dataclasses.asdict(TODAY), seed=0, rate=0.01, validation=25.5, parameters=12, layer_error=1.25,
    untrained_15=0.5, untrained_22_5=0.6, untrained_30=0.7, untrained_45=0.8, untrained_90=0.0,
    error_15=0.02, error_22_5=0.03, error_30=0.04, error_45=0.05, error_90=0.0,
    psnr=26.5, psnr_least=26.0, psnr_most=27.0, cost=1.0,
)  # fmt: skip


def test_every_design_sees_equally_far() -> None:
    assert {sum(design.dilations) * (design.kernel_size // 2) for design in DESIGNS} == {12}
    assert DESIGNS[0] == TODAY
    assert len(set(DESIGNS)) == len(DESIGNS)


def test_the_table_comes_back(tmp_path: Path) -> None:
    rows = (ROW, dataclasses.replace(ROW, dilated=False, padding="zeros", stride=2, group="C16", error_90=0.03))
    designs.write_designs(rows, tmp_path / "designs.csv")
    again = designs.read_designs(tmp_path / "designs.csv")
    assert again == rows
    assert again[1].design == Design(padding="zeros", stride=2, group="C16")
    assert (again[0].worst, again[0].errors[1], again[0].untrained[3]) == (0.05, 0.03, 0.8)


@pytest.mark.parametrize("text", ["", "kernel_size\nthree\n"])
def test_other_files_are_no_tables(tmp_path: Path, text: str) -> None:
    path = tmp_path / "designs.csv"
    designs.write_designs([ROW], path)
    good = path.read_text(encoding="utf-8")
    path.write_text(text or good.replace("True", "perhaps"), encoding="utf-8")
    with pytest.raises(CheckpointError, match="is no table of designs"):
        designs.read_designs(path)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous_groups_have_samples_enough_for_squares(name: str) -> None:
    design = Design(group=name)
    assert design.band is not None
    assert group(design.finite_group).order >= 3 * design.band + 1
    assert design.group_title == f"SO(2) of {group(design.finite_group).order} samples"


def test_finite_groups_are_their_own() -> None:
    assert (Design().finite_group, Design().band, Design().group_title) == ("C8", None, "C8")

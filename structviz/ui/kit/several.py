"""A table of several images: the figures of a page for each file of a visitor, with mean and spread."""

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from structviz.decoding.process import reading_for
from structviz.displayed import Displayed, decibels, number, significant
from structviz.studies.several import (
    METRICS,
    MOST_FILES,
    MOST_TOTAL,
    ImageRow,
    ImageTable,
    Measure,
    NamedFile,
    Refused,
    Summary,
    measured,
    unpacked,
)
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.fair_queue import Place
from structviz.ui.kit.file_field import shown_name
from structviz.ui.kit.form import Form
from structviz.ui.kit.literal import literal
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.visitor import readers_here

__all__ = ["TableStudy", "ahead", "per_image", "refused_words", "several_section", "summary_rows"]

_MOST_LISTED = 20
"""Files that are not in the table, by name."""

_SHOWN: Mapping[str, Callable[[float], Displayed]] = MappingProxyType(
    {
        "psnr_db": decibels,
        "ssim": partial(number, digits=3),
        "psnr_upright_db": decibels,
        "equivariance_error": significant,
    }
)
"""How each figure is displayed."""


@dataclass(frozen=True)
class TableStudy:
    """What is measured of each image.

    Attributes
    ----------
    key
        Stands for everything that decides the figures, the images apart.
    measure
        Measures one file.
    titles
        The arms, with titles, in the order in which they are shown.
    networks
        The sha256 of each network by its name, for the record in the file.
    types
        Ends of file names that can be chosen.
    about
        What is done with every image, in sentences.
    seconds
        Roughly how long one image takes.
    """

    key: Hashable
    measure: Measure
    titles: Mapping[str, str]
    networks: Mapping[str, str]
    types: Sequence[str]
    about: str
    seconds: float = 1.0


@st.cache_resource
def _queue() -> ComputeQueue[ImageRow | Refused]:
    return ComputeQueue(most_bytes=10_000_000)


def several_section(form: Form[Any], study: TableStudy) -> None:
    """Show a field for files, the progress, and the table of their figures.

    Parameters
    ----------
    form
        Of the page; its choice goes into the file of the table.
    study
        What is measured.
    """
    chosen = st.file_uploader(
        f"Images, or ZIP files of them: at most {MOST_FILES}, {MOST_TOTAL / 1e6:g} MB in all",
        [*study.types, "zip"],
        accept_multiple_files=True,
        key=form.key("several_files"),
    )
    st.caption(study.about)
    if not chosen:
        return
    images, refused = unpacked([NamedFile(shown_name(file.name), file.getvalue()) for file in chosen])
    table = _measured(images, refused, study)
    if table.rows:
        if sentence := ahead(table, study.titles):
            st.markdown(sentence)
        st.dataframe(
            summary_rows(table, study.titles),
            hide_index=True,
            height="content",
            key=form.key("several_summary"),
            alt="Mean and spread of each arm",
        )
        if len(table.rows) > 1:
            st.caption(f"Mean of {len(table.rows)} images ± the standard deviation of single ones. The PSNR of each:")
        st.dataframe(
            per_image(table, study.titles),
            hide_index=True,
            key=form.key("several_rows"),
            alt="PSNR of each image",
        )
        files(form, Item("Table (CSV)", table.to_csv, "several.csv", "text/csv"), networks=study.networks)
    if table.refused:
        st.warning(refused_words(table.refused), icon=":material/broken_image:")


def _measured(images: Sequence[NamedFile], refused: Sequence[Refused], study: TableStudy) -> ImageTable:
    """The table, each row as soon as the queue has it; a row that another visitor has asked for is not made again."""
    n = len(images)
    bar = st.empty()
    readers = readers_here()

    def work(image: NamedFile) -> ImageRow | Refused:
        with reading_for(readers):
            return measured(image, study.measure)

    jobs = [Job((study.key, image.sha256), partial(work, image), study.seconds) for image in images]
    found: list[ImageRow | Refused] = []

    def show_progress(place: Place) -> None:
        bar.progress(len(found) / max(n, 1), f"{len(found)} of {counted(n, 'image')}; {place}")

    for image, row in zip(images, _queue().get_all(jobs, on_wait=show_progress), strict=True):
        found.append(dataclasses.replace(row, name=image.name))
    bar.empty()
    return ImageTable(
        tuple(one for one in found if isinstance(one, ImageRow)),
        (*refused, *(one for one in found if isinstance(one, Refused))),
    )


def summary_rows(table: ImageTable, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """A row for each arm: mean ± spread of every figure, as text."""
    return [
        {"Arm": titles.get(arm, arm), **{METRICS[name]: _summed(name, one) for name, one in figures.items()}}
        for arm, figures in table.summary().items()
    ]


def per_image(table: ImageTable, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """A row for each image: the PSNR of every arm, as text."""
    return [
        {"Image": row.name, **{titles.get(arm, arm): str(decibels(one["psnr_db"])) for arm, one in row.figures.items()}}
        for row in table.rows
    ]


def refused_words(refused: Sequence[Refused]) -> str:
    """Which files are not in the table, and why: the first `_MOST_LISTED` by name, and how many more."""
    lines = [f"- **{shown_name(one.name)}**: {literal(one.sentence)}" for one in refused[:_MOST_LISTED]]
    if (more := len(refused) - _MOST_LISTED) > 0:
        lines.append(f"- and {counted(more, 'more file')}")
    return "\n".join(["Not in the table:", *lines])


def ahead(table: ImageTable, titles: Mapping[str, str]) -> str:
    """On how many images the equivariant arm leads the ordinary one, by the displayed numbers; empty without both."""
    if not table.rows or not {"ordinary", "equivariant"} <= set(table.rows[0].figures):
        return ""
    leads = [
        decibels(row.figures["equivariant"]["psnr_db"]).minus(decibels(row.figures["ordinary"]["psnr_db"]))
        for row in table.rows
    ]
    zero = decibels(0.0)
    n_ahead, n_equal = sum(lead > zero for lead in leads), sum(lead.value == 0 for lead in leads)
    equal = f", equal on {n_equal}" if n_equal else ""
    least, most = min(leads, key=float), max(leads, key=float)
    differences = f"differences go from {least.signed} to {most.signed}"
    return (
        f"**{titles.get('equivariant', 'Equivariant')}** is ahead of **{titles.get('ordinary', 'Ordinary')}** on "
        f"{n_ahead} of {counted(len(leads), 'image')}{equal}; the "
        f"{differences if len(leads) > 1 else f'difference is {least.signed}'}."
    )


def _summed(name: str, one: Summary) -> str:
    mean = _SHOWN[name](one.mean)
    spread = significant(one.spread, 1) if name == "equivariance_error" else _SHOWN[name](one.spread)
    return f"{mean}" if spread.value.is_nan() else f"{mean.bare} ± {spread}"

"""The section on densities: both ways as films, the density as a map, and what it is worth in nats."""

import csv
import io
from functools import partial

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed
from structviz.figures import ARM_COLOURS, to_png
from structviz.studies.invertibility import DensityMap, DensityStudy
from structviz.training.invertibility import relative_density
from structviz.ui.browser.player import player
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.film_files import film_files
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import asked_for
from structviz.ui.kit.tiles import Row, Tile, tiles
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.invertibility.cell import cell_part
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.densities import (
    density_study,
    flow_films,
    flow_name,
    flow_panels,
    has_density,
    held_out,
    learned_flow,
    trained_flow,
)
from structviz.ui.pages.invertibility.density_record import DensityRecord, about_density, density_record

__all__ = ["density_csv", "density_png", "density_script", "density_section", "open_for_network"]

_SIDE = 480
"""Least width of a map, in pixels."""

_IN_CELL = 200
"""Points over which the cell is dragged."""


def open_for_network(form: Form[InvertibilityChoice]) -> None:
    """Open the section, with the right points, where the address asks for a network of this machine."""
    network = asked_for(form.key("local"), ("invertibility",))
    if network is None or not form.is_untouched("density") or not has_density(network.config.dataset or ""):
        return
    st.session_state[form.key("density")] = True
    if form.is_untouched("dataset"):
        st.session_state[form.key("dataset")] = network.config.dataset


def density_section(form: Form[InvertibilityChoice]) -> None:
    """Show both ways through a flow, its density beside others, and one cell that changes its area."""
    dataset = form.value("dataset")
    if not has_density(dataset):
        st.info("These points lie on a line, so they have no density in the plane. Choose another set of points.")
        return
    kind, local = form.ask("flow"), form.ask("local")
    flow = trained_flow(local[0], dataset) if local else learned_flow(kind, dataset)
    with waiting("Computing the films") as on_wait:
        films = flow_films(flow, on_wait)
    show = ("tails", "grid")
    player(films, show=show, key="inv_films", on_seek=lambda: None, on_show=lambda: None)
    with waiting("Measuring the densities") as on_wait:
        study = density_study(flow, on_wait)
    record = density_record(flow, study)
    tiles([Row("The density, and the log-likelihood of held-out points", _tiles(study, record))])
    st.caption("Colours grow with the root of the density and end at the highest true one.")
    st.markdown(" ".join(about_density(record)))
    cell_part(form, flow.net, *held_out(dataset, _IN_CELL))
    st.caption(
        "Trained by maximum likelihood: the mean of log p over the training points is made large. Papamakarios, "
        "Nalisnick, Rezende, Mohamed, Lakshminarayanan: *Normalizing flows for probabilistic modeling and inference*, "
        "JMLR 22, 2021."
    )
    script = Item("Script (Python)", partial(density_script, kind, dataset), "density.py", "text/x-python")
    note = "To the left points go from the data to the code, to the right from the code to the data."
    files(
        form,
        *film_files("density_film", "A Gaussian becomes data", note, partial(flow_panels, flow)),
        Item("Density (CSV)", partial(density_csv, study), "density.csv", "text/csv"),
        Item("Density (PNG)", partial(density_png, study, "flow"), "density.png", "image/png"),
        Item("Weights and card", partial(zoo.pack, {flow.name: flow.folder}), "density.zip", "application/zip"),
        *(() if local else (script,)),
        networks={flow.name: flow.loaded.sha256},
    )


def _tiles(study: DensityStudy, record: DensityRecord) -> tuple[Tile, ...]:
    def tile(name: str, title: str, colour: str, nats: Displayed, detail: str) -> Tile:
        return Tile(
            title=title,
            colour=ARM_COLOURS[colour],
            png=density_png(study, name),
            headline=str(nats),
            details=(detail,),
            alt=f"{title}: map of the density of {record.dataset}, {nats}",
        )

    return (
        tile("exact", "True density", "truth", record.exact, "the best possible"),
        tile("flow", record.network, "equivariant", record.flow, "learnt"),
        tile("kernel", "Kernels", "augmented", record.kernel, f"σ = {record.bandwidth}"),
        tile("gaussian", "Gaussian fit", "ordinary", record.gaussian, "mean and covariance"),
    )


def density_png(study: DensityStudy, name: str) -> bytes:
    """A map of a density as PNG, the largest second coordinate on top.

    Parameters
    ----------
    study
        Has the maps.
    name
        Of one of them.
    """
    highest = study.maps["exact"].density.double().max().log().item()
    shown = relative_density(study.maps[name].density.double().log(), highest)
    return to_png(shown.flip(0), "density", side=_SIDE)


def density_csv(study: DensityStudy) -> str:
    """All maps as a table: a line for each cell."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["x", "y", *(f"density_{name}" for name in study.maps)])
    axis = next(iter(study.maps.values())).axis.tolist()
    densities = [_values(found) for found in study.maps.values()]
    for i, y in enumerate(axis):
        for j, x in enumerate(axis):
            writer.writerow([f"{x:.5g}", f"{y:.5g}", *(f"{values[i][j]:.6g}" for values in densities)])
    return file.getvalue()


def _values(found: DensityMap) -> list[list[float]]:
    return found.density.tolist()


def density_script(kind: str, dataset: str) -> str:
    """Python that computes the log-likelihood on the page, and draws new points.

    Parameters
    ----------
    kind, dataset
        Of the flow.
    """
    return (
        "import torch\n\n"
        "from structviz import data, zoo\n"
        "from structviz.studies.invertibility import density_map, sample\n\n"
        f'net = zoo.load("{flow_name(kind, dataset)}")\n'
        f'_, (held_out, _) = data.toy_split("{dataset}", 2, 5000, seed=0)\n'
        'print(f"{net.log_prob(held_out[:2000]).mean():.2f} nats for each held-out point")\n'
        'print(f"probability of the plane: {density_map(net, 6.0, 800).total:.4f}")\n'
        "print(sample(net, 5, torch.Generator().manual_seed(0)))\n"
    )

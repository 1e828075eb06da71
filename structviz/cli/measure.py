"""Measure networks on images of one's own: a table with a row for each image and network."""

import argparse
import math
from pathlib import Path
from typing import Any

__all__ = ["measure"]


def measure(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Measure every image, write the table, and sum it up; the status is 1 if a file had to be left out."""
    from tqdm import tqdm

    from structviz import zoo
    from structviz.errors import ConfigError
    from structviz.files import atomic_write
    from structviz.provenance import Provenance, stamp
    from structviz.studies.several import METRICS, image_table

    folder = options.folder or zoo.PRETRAINED
    cards = [zoo.card(name, folder) for name in options.networks]
    recipes = {card.config.recipe for card in cards}
    if len(recipes) != 1 or not recipes <= {"ct", "images", "stripes"}:
        raise ConfigError(
            f"Networks that are compared on images are all denoisers of one recipe, or all of ct; got those of "
            f"{', '.join(sorted(recipes))}. Name others with --networks."
        )
    files = _files(options.paths)
    study = _reconstruction(options, folder) if recipes == {"ct"} else _denoising(options, folder)
    with tqdm(desc="images", unit="image", total=len(files), disable=None, leave=False) as bar:
        table = image_table(files, study, lambda _: bar.update())
    left_out = {"run", "json", "further", "paths", "out", "folder"}
    settings = {name: value for name, value in vars(options).items() if name not in left_out}
    record = Provenance("structviz measure", settings, options.seed, {card.name: card.sha256 for card in cards})
    if options.out is not None:
        atomic_write(options.out, stamp(table.to_csv(), "table.csv", record))
    summary = {
        arm: {name: {"mean": one.mean, "spread": one.spread, "n": one.n} for name, one in figures.items()}
        for arm, figures in table.summary().items()
    }
    lines = [
        f"{arm}\n"
        + "\n".join(f"  {METRICS[name]:20s} {one.mean:.4g} ± {one.spread:.2g}" for name, one in found.items())
        for arm, found in table.summary().items()
    ]
    lines += [f"Left out: {one.name}: {one.sentence}" for one in table.refused]
    values = {
        "images": [{"name": row.name, "sha256": row.sha256, "figures": row.figures} for row in table.rows],
        "summary": summary,
        "refused": {one.name: one.sentence for one in table.refused},
    }
    return int(bool(table.refused) or not table.rows), values, "\n".join(lines)


def _files(paths: list[Path]) -> list[Any]:
    """The files that are named, and those in the folders that are named."""
    from structviz.errors import ConfigError
    from structviz.studies.several import NamedFile

    found = []
    for path in paths:
        within = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for one in within:
            if one.name.startswith("."):
                continue
            try:
                found.append(NamedFile(one.name, one.read_bytes()))
            except OSError as error:
                raise ConfigError(
                    f"{one} cannot be read: {error.strerror}. Name images or folders of images."
                ) from error
    return found


def _denoising(options: argparse.Namespace, folder: Path) -> Any:
    from structviz import zoo
    from structviz.studies.several import denoising

    nets = {name: zoo.load(name, folder=folder) for name in options.networks}
    return denoising(nets, options.size, math.radians(options.angle), options.noise, options.level, options.seed)


def _reconstruction(options: argparse.Namespace, folder: Path) -> Any:
    from structviz import zoo
    from structviz.studies.ct import Scan, learned_method
    from structviz.studies.several import reconstructing

    nets = {name: zoo.load(name, folder=folder) for name in options.networks}
    scan = Scan(None, n_views=options.views, n_photons=options.photons, seed=options.seed, image_size=options.size)
    return reconstructing(
        lambda this: {name: learned_method(net, this.geometry) for name, net in nets.items()},
        scan,
        math.radians(options.angle),
        options.width,
    )

"""The films of the flow page as a short Python script: whoever has the package gets the same numbers."""

from collections.abc import Mapping

from structviz.studies.flow import Interpolation

__all__ = ["script"]


def script(
    points: str,
    compare: str = "one",
    *,
    method: str = "euler",
    n_steps: int = 40,
    interpolation: Interpolation = "constant",
    n_points: int = 300,
    noise: float = 1.0,
    seed: int = 0,
    horizon: float = 1.0,
    scale: float = 1.0,
    training: tuple[str, int] | None = None,
    networks: Mapping[str, str] | None = None,
    archive: str = "weights.zip",
) -> str:
    """Write the script that moves the points and prints how many are classified correctly.

    Parameters
    ----------
    points
        An expression for the points: the name of a set in quotation marks, or a call that reads them. It becomes
        code: never pass what a visitor wrote.
    compare, method, n_steps, interpolation, n_points, noise, seed, horizon, scale
        As for `structviz.studies.flow.panels_for`.
    training
        Heading and steps of the network that was trained on the page, "flow/own" in the archive.
    networks
        For each network of one's own, its name in the archive and its heading.
    archive
        The file that holds these networks, beside the script.

    Returns
    -------
    str
        The source, ready to be written into a file; it needs structviz and the files beside it that it names.

    Examples
    --------
    >>> print(script('"donut2d"').splitlines()[-1])
        print(f"{film.panel.title}: {percent(film.accuracy)} of the points classified correctly")
    """
    networks = networks or {}
    is_packed, is_read = bool(networks) or training is not None, "read_points" in points
    beside = f" Put {archive}, from the same page, beside this script." if is_packed else ""
    imports = [name for name, is_used in (("data", "data." in points), ("zoo", is_packed)) if is_used]
    studies = [*(["FlowNetwork"] if is_packed else []), "measured_films", "panels_for"]
    lines = [f'"""The films of the flow page in numbers.{beside}"""', ""]
    lines += ["from pathlib import Path", ""] if is_packed or is_read else []
    lines += [f"from structviz import {', '.join(imports)}"] if imports else []
    lines += ["from structviz.displayed import percent", f"from structviz.studies.flow import {', '.join(studies)}", ""]
    given = ""
    if is_packed:
        lines += ['folder = Path("networks")', f"zoo.unpack(Path({archive!r}), folder)"]
    if training is not None:
        lines += [f"training = {_loaded('flow/own', *training)}"]
        given += ", training=training"
    if networks:
        lines += ["networks = [", *(f"    {_loaded(name, title)}," for name, title in networks.items()), "]"]
        given += ", networks=networks"
    settings = f"method={method!r}, n_steps={n_steps}, interpolation={interpolation!r}"
    drawn = f"n_points={n_points}, noise={noise!r}, seed={seed}, horizon={horizon!r}, scale={scale!r}"
    lines += [
        f"panels = panels_for({points}, {compare!r}, {settings}, {drawn}{given})",
        "for film in measured_films(panels):",
        '    print(f"{film.panel.title}: {percent(film.accuracy)} of the points classified correctly")',
    ]
    return "\n".join(lines) + "\n"


def _loaded(name: str, title: str, step: int | None = None) -> str:
    trained = "" if step is None else f", step={step}"
    return f"FlowNetwork(zoo.load({name!r}, folder=folder), zoo.card({name!r}, folder).sha256, {title!r}{trained})"

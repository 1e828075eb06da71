"""The comparison picture as a short Python script: whoever has the package gets the same numbers."""

from collections.abc import Collection, Mapping

from structviz.data import IMAGES
from structviz.errors import ConfigError
from structviz.figures.theme import Headings

__all__ = ["script", "source_call"]

_UPLOAD = "my_image.png"


def source_call(source: str, size: int = 128, seed: int = 0) -> str:
    """The expression that draws or reads the clean image, for `script`.

    Parameters
    ----------
    source
        "wide", "stripes", "shepp-logan", "ellipses", "own" (a file that the reader puts beside the script) or one
        of `structviz.data.IMAGES`.
    size
        Side in pixels; the stripes keep their own.
    seed
        Decides the random ellipses.

    Returns
    -------
    str
        One Python expression.

    Raises
    ------
    ConfigError
        If there is no such image.

    Examples
    --------
    >>> source_call("camera", 64)
    "data.image('camera', 64)"
    """
    calls = {
        "wide": "data.grating(0.0)",
        "stripes": "data.stripes(1)",
        "shepp-logan": f"data.shepp_logan({size})",
        "ellipses": f"data.ellipses(1, {size}, torch.Generator().manual_seed({seed}))",
        "own": f"data.read_image(Path({_UPLOAD!r}).read_bytes(), {size})",
        **{name: f"data.image({name!r}, {size})" for name in IMAGES},
    }
    if source not in calls:
        raise ConfigError(f"A script draws one of {', '.join(calls)}; got {source!r}. Choose one of these.")
    return calls[source]


def script(
    networks: Mapping[str, str],
    image: str,
    angle: float | int = 90,
    noise: str = "gaussian",
    level: float | int = 0.25,
    seed: int = 0,
    noise_turns: bool = False,
    colour_map: str = "grey",
    differences: bool = False,
    packed: Collection[str] = (),
    headings: Headings | None = None,
    turned: str = "",
    classical: Mapping[str, tuple[float, float]] | None = None,
    archive: str = "weights.zip",
) -> str:
    """Write the script that makes the comparison picture and prints its numbers.

    Parameters
    ----------
    networks
        The name in the zoo of the network of each arm; for the arm "symmetrised" that of the network to
        be averaged over C4.
    image
        An expression for the clean image, as from `source_call`. It becomes code: never pass what a
        visitor wrote.
    angle
        Degrees, counter-clockwise.
    noise, level, seed, noise_turns
        As for `structviz.studies.rotation.compare`.
    colour_map, differences
        As for `structviz.figures.comparison_sheet`.
    packed
        The arms whose networks do not ship.
    headings
        Of these arms.
    turned
        An expression for the function that gives the clean image at any angles, if there is one.
    classical
        Noise level σ and strength of each yardstick that learns nothing.
    archive
        The file that holds the networks that do not ship, beside the script.

    Returns
    -------
    str
        The source, ready to be written into a file; it needs structviz and the files beside it that it names.

    Examples
    --------
    >>> print(script({"ordinary": "stripes/ordinary"}, "data.stripes(1)").splitlines()[-3])
    result = compare(nets, image, math.radians(90), noise='gaussian', level=0.25, seed=0)
    """
    averaged = "symmetrised" in networks
    beside = f" Put {archive}, from the same page, beside this script." if packed else ""
    lines = [f'"""The picture and the numbers of the rotation page.{beside}"""', "", "import math"]
    lines += ["from pathlib import Path", ""]
    lines += ["import torch", ""] if "torch." in image else []
    lines += [
        "from structviz import data, zoo",
        "from structviz.studies.rotation import compare",
        f"from structviz.figures import {'Heading, ' if headings else ''}comparison_sheet",
    ]
    lines += ["from structviz.nets import Symmetrised"] if averaged else []
    lines += ["from structviz.nets.classical import ClassicalDenoiser"] if classical else []
    lines += ["", "networks = {"]
    lines += [f"    {arm!r}: {name!r}," for arm, name in networks.items()]
    lines += ["}"]
    if packed:
        lines += ['folder = Path("networks")', f"zoo.unpack(Path({archive!r}), folder)"]
        lines += [f"folders = dict.fromkeys({list(packed)!r}, folder)"]
    where = ", folder=folders.get(arm, zoo.PRETRAINED)" if packed else ""
    lines += [f"nets = {{arm: zoo.load(name{where}) for arm, name in networks.items()}}"]
    lines += ["nets['symmetrised'] = Symmetrised(nets['symmetrised'], 'C4')"] if averaged else []
    for name, (sigma, strength) in (classical or {}).items():
        lines += [f"nets[{name!r}] = ClassicalDenoiser({name!r}, {sigma!r}, {strength!r})"]
    turns = ", noise_turns=True" if noise_turns else ""
    turns += f", turned={turned}" if turned else ""
    if headings:
        lines += ["headings = {"]
        lines += [f"    {arm!r}: Heading({head.title!r}, {head.colour!r})," for arm, head in headings.items()]
        lines += ["}"]
    named = ", headings=headings" if headings else ""
    lines += [
        f"image = {image}",
        f"result = compare(nets, image, math.radians({angle}), noise={noise!r}, level={level}, seed={seed}{turns})",
        "Path('rotation.png').write_bytes("
        f"comparison_sheet(result, colour_map={colour_map!r}, differences={differences}{named}))",
        "print(result.to_csv(), end='')",
    ]
    return "\n".join(lines) + "\n"

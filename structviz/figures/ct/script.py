"""The Python script that does in a notebook what the CT page did."""

import math
from collections.abc import Collection, Mapping

from structviz.studies.ct import OVERSAMPLING, Scan

__all__ = ["script"]


def script(
    scan: Scan,
    degrees: float,
    classical: Mapping[str, Mapping[str, object]],
    networks: Mapping[str, str],
    packed: Collection[str] = (),
    archive: str = "weights.zip",
) -> str:
    """Python that scans, reconstructs and prints the figures of the page.

    Parameters
    ----------
    scan
        The settings; without a phantom the script reads the visitor's own file.
    degrees
        How far the object is turned.
    classical
        Methods that learn nothing, with their settings; see `structviz.studies.ct.classical_method`.
    networks
        Learned methods, with names of their networks.
    packed
        The learned methods whose networks do not ship.
    archive
        The file that holds these networks, beside the script.

    Returns
    -------
    str
        The source, ready to be written into a file; it needs structviz and the files beside it that it names.
    """
    settings = _infinite(repr(scan)).replace(f"={math.pi!r}", "=math.pi")
    own = scan.phantom is None
    size = OVERSAMPLING * scan.image_size
    beside = f" Put {archive}, from the same page, beside this script." if packed else ""
    lines = [
        f'"""The figures of the CT page.{beside}"""',
        "",
        "import math",
        *(["from pathlib import Path"] if own or packed else []),
        "",
        f"from structviz import {'data, ' if own else ''}zoo",
        "from structviz.displayed import decibels",
        "from structviz.studies.ct import Scan, acquire_scan, classical_method, learned_method, reconstruct",
        "",
        *(['folder = Path("networks")', f"zoo.unpack(Path({archive!r}), folder)"] if packed else []),
        f"scan = {settings}",
        *([f'x = data.read_scan(Path("scan.dcm").read_bytes(), {size}).image  # your file'] if own else []),
        f"acquired = acquire_scan(scan, {'x, ' if own else ''}angle=math.radians({degrees:g}))",
        "methods = {",
        *(
            f"    {name!r}: classical_method({name!r}, scan.geometry{_keywords(how)}),"
            for name, how in classical.items()
        ),
        *(
            f"    {arm!r}: learned_method({_loaded(name, arm in packed)}, scan.geometry),"
            for arm, name in networks.items()
        ),
        "}",
        "for name, method in methods.items():",
        "    found = reconstruct(method, acquired)",
        '    print(f"{name}: {decibels(found.psnr[-1])}, SSIM {found.ssim[-1]:.3f}")',
    ]
    return "\n".join(lines) + "\n"


def _keywords(settings: Mapping[str, object]) -> str:
    return _infinite("".join(f", {name}={value!r}" for name, value in settings.items()))


def _infinite(text: str) -> str:
    """Arguments that Python can read: it has no literal for infinity."""
    return text.replace("=inf", "=math.inf")


def _loaded(name: str, is_packed: bool) -> str:
    return f"zoo.load({name!r}{', folder=folder' if is_packed else ''})"

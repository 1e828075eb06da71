"""The rotor: pictures that turn under a finger, and numbers and curves follow at once.

`rotor` shows the exact pictures of the state at rest. Those of all others the engine computes in the browser, from an
image and weights that come in packets, each once, through `structviz.ui.browser.component.send_payload`. Where the
engine cannot run, films and curves of every angle come in packets instead. Either way the first picture need not wait.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from structviz.ui.browser.component import BrowserComponent
from structviz.ui.browser.painted import drawn_channel

__all__ = ["CURVES", "Column", "Pictures", "rotor", "rotor_data"]

CURVES: Mapping[str, str] = {
    "straight": "PSNR",
    "polar": "PSNR, polar",
    "error": "Equivariance error",
}
"""The views of the curves, with titles."""

_ROTOR = BrowserComponent("rotor", reports=("turn", "view", "noise", "films"))


@dataclass(frozen=True)
class Column:
    """One picture of the rotor.

    Attributes
    ----------
    name, title, colour
        The arm, its heading and the colour of both.
    film, errors
        Channels of the packets with its film and its equivariance errors; None if there will be no errors.
    differs
        Whether it can be shown as its difference to the truth.
    """

    name: str
    title: str
    colour: str
    film: str
    errors: str | None
    differs: bool


@dataclass(frozen=True)
class Pictures:
    """What a column shows at the angle at rest, exactly.

    Attributes
    ----------
    png
        The picture in base64.
    psnr, ssim
        Its numbers, in dB and from -1 to 1; None for an infinite PSNR, or if there is no SSIM.
    """

    png: str
    psnr: float | None
    ssim: float | None


def rotor_data(
    columns: Sequence[Column],
    pictures: Sequence[Pictures],
    degrees: float,
    *,
    demonstrate: float | None = None,
    sectors: Sequence[tuple[float, float]] = (),
    side: int,
    tables: Mapping[str, tuple[str, float, float]],
    baseline: str | None,
    differences: bool,
    curves: str,
    engine: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the rotor shows, pictures side by side at an angle, as JSON.

    Parameters
    ----------
    columns, pictures
        From left to right; the last one is the truth.
    degrees
        Where the image rests.
    demonstrate
        The angle to which the image turns by itself once there are films; any touch stops it. None if it does not.
    sectors
        Pairs of angles in degrees, counter-clockwise: between them the image lies as those of the training, which the
        dial shows.
    side
        Pixels of the pictures.
    tables
        For "image" and "difference" the 256 colours in base64, and the values of the first and last.
    baseline
        Channel of the packet with what interpolation alone costs.
    differences
        Whether differences to the truth are shown instead of outputs.
    curves
        A name of `CURVES`.
    engine
        What the engine needs, of `structviz.ui.kit.engine.engine_data`; None where films come.

    Returns
    -------
    dict
        `RotorData` of `src/rotor/data.js`.
    """
    return {
        "columns": [asdict(column) for column in columns],
        "pictures": [asdict(picture) for picture in pictures],
        "degrees": degrees,
        "demonstrate": demonstrate,
        "sectors": [list(sector) for sector in sectors],
        "side": side,
        "tables": {name: list(table) for name, table in tables.items()},
        "baseline": baseline,
        "differences": differences,
        "curves": curves,
        "views": dict(CURVES),
        "engine": engine,
    }


def rotor(
    data: Mapping[str, Any],
    *,
    key: str,
    on_turn: Callable[[], None],
    on_view: Callable[[], None],
    on_noise: Callable[[], None],
    on_films: Callable[[], None],
) -> None:
    """Put a rotor on the page.

    Parameters
    ----------
    data
        Of `rotor_data`.
    key
        Of the component. The callbacks find in `st.session_state[key]` what the visitor has done:
        `turn`, an object with degrees; `view`, one with differences and curves; `noise`, one with level and seed.
    on_turn, on_view, on_noise
        Called when the visitor has let go at another angle, has chosen another view or another noise.
    on_films
        Called when the engine cannot run in this browser.
    """
    shown = {**data, "drawn": drawn_channel(key)}
    _ROTOR.show(shown, key=key, on_turn=on_turn, on_view=on_view, on_noise=on_noise, on_films=on_films)

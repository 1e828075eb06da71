"""The rotor of a page: exact pictures of the state at rest, what all others need, reports back to the form."""

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from jaxtyping import Float
from torch import Tensor

from structviz.figures import COLOUR_MAPS, Headings, colour_table, heading, to_png
from structviz.types import Mask
from structviz.ui.browser.component import finite_number, send_payload
from structviz.ui.browser.rotor import Column, Pictures, rotor, rotor_data
from structviz.ui.kit.engine import TurnedImage, engine_data, send_engine
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import LoadedNetwork
from structviz.ui.kit.turning import BASELINE, TurnSource, channel_name, turn_payloads
from structviz.ui.kit.waiting import waiting

__all__ = [
    "RestingImage",
    "colour_tables",
    "describe_rotor",
    "rotor_callbacks",
    "send_films",
    "show_rotor",
    "wants_films",
]


@dataclass(frozen=True)
class RestingImage:
    """What a column shows at the angle at rest.

    Attributes
    ----------
    image
        Its pixels, in the units of the colour map.
    psnr, ssim
        Its numbers; None for the truth.
    """

    image: Float[Tensor, "row column"]
    psnr: float | None = None
    ssim: float | None = None


def describe_rotor(
    source: TurnSource,
    networks: Mapping[str, LoadedNetwork[Any]],
    images: Mapping[str, RestingImage],
    mask: Mask | None,
    headings: Headings | None = None,
    *,
    angle: float,
    differences: bool,
    curves: str,
    sectors: Sequence[tuple[float, float]] = (),
    demonstrate: float | None = None,
    turned: TurnedImage | None = None,
) -> dict[str, Any]:
    """What a rotor shows, on a page or in a file.

    Parameters
    ----------
    source
        What is filmed.
    networks
        Those that have a column.
    images
        For each column, from left to right, what it shows at rest; the last one is "truth".
    mask
        Pixels that are shown; None for all.
    headings
        Of columns that are no arm of the project.
    angle, differences, curves, sectors, demonstrate
        See `structviz.ui.browser.rotor.rotor_data`.
    turned
        What the browser computes by itself. None where films come.

    Returns
    -------
    dict
        As `structviz.ui.browser.rotor.rotor_data` makes it.
    """
    truth = images["truth"].image
    columns, pictures = [], []
    for arm, shown in images.items():
        sha256 = networks[arm].sha256 if arm in networks else ""
        errors = channel_name(source, "errors", arm, sha256) if arm in networks else None
        film = channel_name(source, "film", arm, sha256)
        head = heading(arm, headings)
        columns.append(Column(arm, head.title, head.colour, film, errors, differs=arm != "truth"))
        image, colours = shown.image, source.colour_map
        if differences and arm != "truth":
            image, colours = image - truth, "difference"
        png = base64.b64encode(to_png(image, colours, mask)).decode()
        pictures.append(Pictures(png, _finite(shown.psnr), _finite(shown.ssim)))
    return rotor_data(
        columns,
        pictures,
        angle,
        demonstrate=demonstrate,
        sectors=sectors,
        side=truth.shape[-1],
        tables=colour_tables(source.colour_map),
        baseline=channel_name(source, "errors", BASELINE),
        differences=differences,
        curves=curves,
        engine=engine_data(turned, networks) if turned else None,
    )


def show_rotor(
    form: Form[Any],
    source: TurnSource,
    networks: Mapping[str, LoadedNetwork[Any]],
    images: Mapping[str, RestingImage],
    mask: Mask | None,
    headings: Headings | None = None,
    *,
    key: str,
    differences: str = "differences",
    sectors: Sequence[tuple[float, float]] = (),
    demonstrate: float | None = None,
    turned: TurnedImage | None = None,
) -> None:
    """Show images that a visitor can turn: at once, or as soon as `send_films` has sent the films.

    Parameters
    ----------
    form
        Its controls `angle` and `curves` follow the rotor.
    source, networks, images, mask, headings, sectors
        See `describe_rotor`.
    key
        Of the component.
    differences
        The control that decides whether differences to the truth are shown.
    demonstrate
        The angle to which the image turns by itself when the page has opened, once in a visit. None if it does not.
    turned
        What the browser computes by itself; the form's `level` and `seed` follow its handles. None where films come.
    """
    data = describe_rotor(
        source,
        networks,
        images,
        mask,
        headings,
        angle=form.value("angle"),
        differences=form.value(differences),
        curves=form.value("curves"),
        sectors=sectors,
        demonstrate=demonstrate if _is_first(key) else None,
        turned=turned,
    )
    rotor(data, key=key, **rotor_callbacks(form, key, differences))
    if turned:
        send_engine(turned, networks, prefix=f"{key}_")


def rotor_callbacks(form: Form[Any], key: str, differences: str = "differences") -> dict[str, Callable[[], None]]:
    """What follows when the rotor reports; a report that makes no sense changes nothing.

    Parameters
    ----------
    form, key, differences
        As for `show_rotor`.

    Returns
    -------
    dict
        The arguments `on_turn`, `on_view`, `on_noise` and `on_films` of `structviz.ui.browser.rotor.rotor`.
    """

    def follow_state(name: str) -> None:
        report, values = _reported(key, name), dict[str, Any]()
        degrees = finite_number(report.get("degrees"))
        if degrees is not None:
            values["angle"] = round(degrees)
        level, seed = finite_number(report.get("level")), finite_number(report.get("seed"))
        has_handles = {"level", "seed"} <= form.controls.keys()
        if has_handles and level is not None and seed is not None:
            values |= {"level": round(level, 2), "seed": round(seed)}
        form.set(**values)

    def follow_view() -> None:
        view = _reported(key, "view")
        form.set(**{differences: view.get("differences"), "curves": view.get("curves")})

    def follow_films() -> None:
        st.session_state[f"{key}_films"] = True

    follow_turn, follow_noise = partial(follow_state, "turn"), partial(follow_state, "noise")
    return {"on_turn": follow_turn, "on_view": follow_view, "on_noise": follow_noise, "on_films": follow_films}


def wants_films(key: str) -> bool:
    """Whether the engine cannot run in the browser of this visitor, as the component with this key has reported."""
    return bool(st.session_state.get(f"{key}_films"))


def colour_tables(colour_map: str) -> dict[str, tuple[str, float, float]]:
    """The colours of pictures and of differences as the browser takes them, with the values of the first and last."""
    return {"image": _table(colour_map), "difference": _table("difference")}


def send_films(
    source: TurnSource, networks: Mapping[str, LoadedNetwork[Any]], errors: bool, *, prefix: str = ""
) -> dict[str, float]:
    """Compute what the rotor still needs and hand it over piece by piece: the last thing that a page does.

    Parameters
    ----------
    source, networks
        As for `show_rotor`.
    errors
        Whether the curves of equivariance errors are wanted too.
    prefix
        Of the keys of the payloads, so that two pages have different ones.

    Returns
    -------
    dict
        Seconds that each film took to compute, by "film_ARM".
    """
    seconds: dict[str, float] = {}
    with st.container(gap=None), waiting("Computing what is shown as the picture turns") as on_wait:
        for name, payload in turn_payloads(source, networks, errors, on_wait):
            send_payload(payload.channel, payload.packet, key=f"{prefix}payload_{name}")
            seconds[name] = payload.seconds
    return seconds


def _is_first(key: str) -> bool:
    """Whether a rotor is shown for the first time in this visit."""
    is_first = f"{key}_shown" not in st.session_state
    st.session_state[f"{key}_shown"] = True
    return is_first


def _reported(key: str, name: str) -> Mapping[str, Any]:
    """What the browser says; any visitor can make it say anything."""
    value = st.session_state.get(key, {}).get(name)
    return value if isinstance(value, Mapping) else {}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _table(colour_map: str) -> tuple[str, float, float]:
    colours = COLOUR_MAPS[colour_map]
    return base64.b64encode(colour_table(colour_map)).decode(), colours.low, colours.high

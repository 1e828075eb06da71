"""Rotated images: what ordinary and equivariant networks make of them (slides 7 and 8 of the lecture)."""

import dataclasses
import hashlib

import streamlit as st

from structviz.data import UPLOAD_TYPES
from structviz.figures import arm_title, comparison_sheet
from structviz.transforms import NOISES
from structviz.ui.formulas import rotation_formulas
from structviz.ui.guard import guarded
from structviz.ui.notices import gain, what_to_notice
from structviz.ui.rotation import (
    ARMS,
    OWN,
    PRESETS,
    SIZES,
    SOURCES,
    TRAINED_GROUPS,
    TRAINING_SETS,
    Choice,
    read_upload,
    rows,
    run,
)
from structviz.ui.router import require_router
from structviz.ui.state import bound, share_link
from structviz.ui.tiles import tiles

require_router()

DEFAULT = Choice()


def apply(choice: Choice) -> None:
    """Set every widget to a preset."""
    for field in dataclasses.fields(choice):
        value = getattr(choice, field.name)
        st.session_state[f"rot_{field.name}"] = list(value) if field.name == "arms" else value


def own_image() -> tuple[str, bytes | None]:
    """Let the visitor choose a file; the last good one stays until a better comes."""
    file = st.file_uploader("Your image, at most 10 MB and 24 million pixels", UPLOAD_TYPES)
    if file is not None:
        content = file.getvalue()
        with guarded():
            read_upload(hashlib.sha256(content).hexdigest(), DEFAULT.size, content)
            st.session_state["rot_upload"] = content
    upload = st.session_state.get("rot_upload")
    if upload is None:
        st.caption("Until you choose one, the cameraman stands in.")
        return "camera", None
    return OWN, upload


st.title("Turn the image: does the network notice?")
st.markdown("Networks that learnt on horizontal stripes fail on vertical ones, unless **equivariance** is built in.")
angle = st.slider("Turned by", 0, 360, int(DEFAULT.angle), step=5, format="%d°", **bound("rot", "angle"))

with st.sidebar:
    source = st.selectbox("Image", list(SOURCES), format_func=SOURCES.__getitem__, **bound("rot", "source"))
    level = st.slider("Noise level", 0.0, 0.5, DEFAULT.level, step=0.01, **bound("rot", "level"))
    arms = st.pills(
        "Networks",
        ARMS,
        selection_mode="multi",
        default=DEFAULT.arms,
        format_func=arm_title,
        wrap=True,
        **bound("rot", "arms"),
    )
    with st.expander("More choices", icon=":material/tune:"):
        noise = st.selectbox(
            "Kind of noise", list(NOISES), format_func=lambda kind: NOISES[kind].title, **bound("rot", "noise")
        )
        seed = st.number_input("Seed of the noise", 0, 9999, DEFAULT.seed, **bound("rot", "seed"))
        differences = st.toggle("Show differences to the truth", **bound("rot", "differences"))
        st.caption("For photographs and phantoms:")
        training = st.segmented_control(
            "Networks trained on",
            list(TRAINING_SETS),
            default=DEFAULT.training,
            format_func=TRAINING_SETS.__getitem__,
            required=True,
            **bound("rot", "training"),
        )
        group = st.segmented_control(
            "Group of the equivariant network",
            TRAINED_GROUPS,
            default=DEFAULT.group,
            required=True,
            **bound("rot", "group"),
        )
        size = st.segmented_control(
            "Side in pixels", SIZES, default=DEFAULT.size, required=True, **bound("rot", "size")
        )

upload: bytes | None = None
if source == OWN:
    source, upload = own_image()

with guarded():
    choice = Choice(source, angle, level, tuple(arm for arm in ARMS if arm in arms), noise, seed, group, training, size)
    comparison = run(choice, upload)
    tiles(rows(choice, comparison, differences))

    lead = gain(comparison)
    summary, notice = st.columns([1, 3], vertical_alignment="center")
    if lead is not None:
        summary.metric("Equivariant − ordinary", f"{lead:+.1f} dB")
    notice.markdown("**What to notice.** " + " ".join(what_to_notice(comparison)))

    st.markdown("**Things to try**")
    with st.container(horizontal=True):
        for title, preset in PRESETS.items():
            st.button(title, on_click=apply, args=(preset,))

    st.markdown("**Take it with you**")
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/link:"):
            st.caption("This address restores all choices on this page, except an own image.")
            st.code(share_link(), language=None, wrap_lines=True)
        st.download_button(
            "Pictures (PNG)",
            lambda: comparison_sheet(comparison, choice.colour_map, differences),
            "rotation.png",
            "image/png",
            icon=":material/image:",
            on_click="ignore",
        )
        st.download_button(
            "Numbers (CSV)",
            comparison.to_csv(),
            "rotation.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )

rotation_formulas()

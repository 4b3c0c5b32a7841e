"""Inside a Transformer: every head as a map and what silencing changes; beside them one of several views."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from dlplay.config import Config
from dlplay.frame import pack, unpack
from dlplay.probes.choices import writes
from dlplay.runs.run import Run
from dlplay.ui import (
    attention_acts,
    inside_beside,
    inside_captions,
    inside_latents,
    inside_pairs,
    inside_regions,
    inside_sequences,
    progress,
    session,
    texts,
)
from dlplay.ui.limits import DEEPEST
from dlplay.ui.parts import ATTENTION, HEADS, POSITIONS, SILENCE, STREAM, WEIGHT
from dlplay.ui.turn import Panel, Pictures, turn, turned

MAPS = ("maps", "mean", "rollout")
"""What the overview is drawn from; a head worked out has no need of it."""


NAMED = 2
"""Parts that are off and called by name beside the names of the views."""


def _with(frame: bytes | None, names: Collection[str] = (), but: Collection[str] = ()) -> bytes | None:
    """The same frame with these arrays alone, or with all but these: each part is sent what it draws."""
    if frame is None:
        return None
    facts, arrays = unpack(frame)
    return pack(facts, {name: one for name, one in arrays.items() if (name in names if names else name not in but)})


def _weights(_: Run, pictures: Pictures) -> None:
    frame = pictures.get("attention")
    middle, right = st.columns([472, 368], gap="small")
    with middle, st.container(border=True, key="panel-attention"):
        ATTENTION("attention", _with(frame, (*MAPS, "weights")), attention_acts.large, tall=470)
    with right, st.container(border=True, key="panel-weight"):
        WEIGHT("weight", _with(frame, but=MAPS), attention_acts.worked, tall=470)


def _image(_: Run, pictures: Pictures) -> None:
    inside_regions.show(pictures)


def _stream_wants() -> list[dict[str, Any]]:
    view = session.visit().view
    return [{"key": "stream", "picture": "stream", "at": view.time, "off": view.off}]


def _stream(_: Run, pictures: Pictures) -> None:
    with st.container(border=True, key="panel-stream"):
        STREAM("stream", pictures.get("stream"), attention_acts.stream, tall=476)


def _positions_wants() -> list[dict[str, Any]]:
    view = session.visit().view
    return [{"key": "positions", "picture": "positions", "seed": view.shuffle, "off": view.off, "at": view.time}]


def _positions(_: Run, pictures: Pictures) -> None:
    with st.container(border=True, key="panel-positions"):
        POSITIONS("positions", pictures.get("positions"), attention_acts.positions, tall=476)


def _writing(run: Run, pictures: Pictures) -> None:
    with st.container(border=True, key="panel-writing"):
        inside_sequences.writing(run, pictures)


def _pairs(_: Run, pictures: Pictures) -> None:
    decoding = pictures.get("decoding")
    if decoding is not None:
        facts, arrays = unpack(decoding)
        pictures = {**pictures, "decoding": pack({**facts, "low": True}, arrays)}
    inside_pairs.written(pictures, [536, 304])


def _training(run: Run, pictures: Pictures) -> None:
    progress.show(run, pictures, both=True)


def _latents(network: Config) -> bool:
    """Whether a few latents do the looking."""
    return hasattr(network, "latents")


def _stacked(network: Config) -> bool:
    """Whether what is read runs through all blocks, each place with its position."""
    return not _latents(network)


PANELS: tuple[Panel, ...] = (
    Panel("Caption", inside_captions.caption_wants, inside_captions.caption, lambda task: task.reads == "caption"),
    Panel("Latents", inside_latents.wants, inside_latents.show, suits=_latents),
    Panel("Image", inside_regions.wants, _image, lambda task: task.reads == "image", _stacked),
    Panel("Weights", lambda: [], _weights),
    Panel("Residual stream", _stream_wants, _stream, suits=_stacked),
    Panel("Positions", _positions_wants, _positions, suits=_stacked),
    Panel("CNN beside", inside_beside.wants, inside_beside.show, inside_beside.fits, _stacked),
    Panel("Writing", inside_sequences.writing_wants, _writing, writes),
    Panel("Writing", inside_pairs.decoding_wants, _pairs, lambda task: task.reads == "pair"),
    Panel("Training", lambda: progress.wants(both=True), _training),
)


def _first(run: Run) -> tuple[int, int | str]:
    """The head that is shown where none is open: of what looks at an image, all of the last layer."""
    return (DEEPEST, "mean") if run.experiment.task.reads == "caption" else (0, 0)


def without(frame: bytes | None) -> str:
    """What is switched off, in a few words beside the names of the views: it holds for all of them."""
    names = unpack(frame)[0]["without"] if frame else []
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"off: {', '.join(names[:NAMED])}{more}" if names else ""


def wants(run: Run) -> list[dict[str, Any]]:
    view = session.visit().view
    layer, head = view.head or _first(run)
    asked: dict[str, Any] = {"key": "attention", "picture": "attention"}
    asked |= {"part": view.attending, "off": view.off, "drawn": view.drawn}
    asked |= {"layer": layer, "head": head, "locked": view.head is not None, "at": view.pair} | texts.asked("text")
    return [asked, {"key": "silence", "picture": "silencing", "off": view.off}, *turned(PANELS, run.experiment).wants()]


def show(run: Run, pictures: Pictures) -> None:
    left, right = st.columns([360, 856], gap="small")
    with left:
        with st.container(border=True, key="panel-heads"):
            HEADS("heads", _with(pictures.get("attention"), MAPS), attention_acts.heads, tall=280)
        with st.container(border=True, key="panel-silence"):
            SILENCE("silence", pictures.get("silence"), attention_acts.silencing, tall=198)
    with right:
        turn(PANELS, run.experiment, without(pictures.get("silence"))).show(run, pictures)

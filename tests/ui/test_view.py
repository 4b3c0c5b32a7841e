"""What is looked at is forgotten with what it belongs to, and with nothing else."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dlplay.ui.view import Refused, View

WRITING = {"temperature", "top_k", "top_p", "seed"}
TASTE = {
    "scale",
    "filters",
    "order",
    "over",
    "arranged",
    "beam",
    "state",
    "layers",
    "drawn",
    "shuffle",
    "panel",
} | WRITING
"""How pictures are drawn, whatever they show."""
EXAMPLE = {"part", "index", "point", "pixels", "text", "refused"}
DATA = {"loss", "free", "beginning"}
PLACES = {"layer", "eyes", "kept", "attending", "head", "off"}
EVERYTHING = View(
    step=7,
    part="train",
    index=3,
    point=(1.0, 2.0),
    pixels=(((0.5,),),),
    unit=(1, 2),
    cell=("layers.0", 1, 2, 3),
    channel=4,
    scale="map",
    filters=True,
    order="worst",
    over=32,
    text="abc",
    query=5,
    beam=3,
    kept=2,
    eyes=(1, 3),
    layer=1,
    layers="all",
    time=6,
    arranged="slowest first",
    loss=8,
    free=9,
    beginning="The",
    temperature=0.5,
    top_k=5,
    top_p=0.9,
    seed=11,
    state="cell",
    attending="decoder.blocks.cross",
    head=(1, "mean"),
    pair=(3, 4),
    off=("mask",),
    drawn="matrix",
    shuffle=7,
    panel="residual-stream",
    refused=Refused("text", "abx", "why"),
)


def _stays(after: View) -> set[str]:
    return {one.name for one in fields(View) if getattr(after, one.name) == getattr(EVERYTHING, one.name)}


def test_every_choice_is_tried_here() -> None:
    assert all(getattr(EVERYTHING, one.name) != one.default for one in fields(View))


@pytest.mark.parametrize(
    ("after", "stays"),
    [
        (View.of_other_data(EVERYTHING), TASTE | {"step"}),
        (View.of_another_network(EVERYTHING), TASTE | EXAMPLE | DATA | {"step"}),
        (View.released(EVERYTHING), TASTE | EXAMPLE | DATA | PLACES | {"step"}),
        (View.afresh(EVERYTHING), {"step", "scale", "order", "panel"}),
        (View.newest(EVERYTHING), {one.name for one in fields(View)} - {"step"}),
    ],
)
def test_what_belongs_to_what_changed_is_forgotten(after: View, stays: set[str]) -> None:
    assert _stays(after) == stays


def test_another_example_replaces_one_of_ones_own_and_keeps_the_locks() -> None:
    after = EVERYTHING.on(index=5)
    assert after.example == {"part": "train", "index": 5}
    assert (after.unit, after.time, after.kept) == (EVERYTHING.unit, EVERYTHING.time, 0)
    assert EVERYTHING.on(text="xyz").example == {"text": "xyz"}

"""What is looked at of attention goes through the link, and what a browser sends is checked."""

from __future__ import annotations

import pytest

from dlplay.ui import view
from dlplay.ui.view import View

LOOKED = View(
    attending="decoder.blocks.cross",
    head=(1, "rollout"),
    pair=(3, 4),
    off=("blocks.0.attention.2", "mask"),
    drawn="matrix",
    shuffle=7,
    top_k=5,
    top_p=0.9,
)


@pytest.mark.parametrize("one", [LOOKED, View(head=(2, 3)), View()])
def test_a_view_goes_through_its_pairs(one: View) -> None:
    assert view.read(one.pairs()) == one


@pytest.mark.parametrize(
    "pairs",
    [
        {"attending": "a b"},
        {"head": "1"},
        {"head": "1.all"},
        {"weight": "1"},
        {"off": "~~"},
        {"off": "~".join(["mask"] * 41)},
        {"drawn": "circles"},
        {"top_p": "1.5"},
        {"top_k": "-1"},
    ],
)
def test_what_makes_no_sense_is_left_out(pairs: dict[str, str]) -> None:
    assert view.read(pairs) == View()

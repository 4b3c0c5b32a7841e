"""What a page does when its run cannot show all that the page looks at."""

from __future__ import annotations

import pytest

from dlplay.ui.view import Refused
from tests.ui.page import opened

UNKNOWN = "text holds 'Z'; this data knows a, b, c, d, e, f, g, h, i, j, k, l."


def _page() -> None:
    import streamlit as st

    from dlplay.ui import insides, session, stage

    run = session.run()
    run.wait(lambda one: one.state == "paused", 60)
    more = {"key": "more", "picture": "metrics", "part": "held-out", "turns": True}
    inside = insides.of(run.experiment)
    here, pictures = session.visit(), {}
    for _ in range(50):  # a run that has just begun may be too busy for an answer
        if here.notice or here.view.refused:
            break
        pictures = stage._ask(run, lambda run: [*inside.wants(run), more])
    said = here.view.refused.sentence if here.view.refused else here.notice
    st.session_state["told"] = (said, here.view, sorted(pictures))
    here.notice = ""
    pictures = stage._ask(run, lambda run: [*inside.wants(run), more])
    st.session_state["after"] = (here.notice, sorted(pictures))


@pytest.mark.parametrize(
    ("link", "said", "kept"),
    [
        (
            {"model": "seq2seq", "data": "reverse", "text": "ZZZ", "beam": "3"},
            "text holds",
            {"text": None, "beam": 3, "refused": Refused("text", "ZZZ", UNKNOWN)},
        ),
        ({"model": "lstm", "data": "brackets", "layer": "7", "example": "train.3"}, "layer is 7", {"layer": 0}),
        ({"model": "lstm", "data": "brackets", "example": "train.99999"}, "example is 99999", {"index": 0}),
    ],
)
def test_what_was_refused_is_said_and_only_that_is_let_go(link: dict, said: str, kept: dict) -> None:
    page = opened(_page, {"v": "1", **link})
    notice, view, pictures = page.session_state["told"]
    assert notice.startswith(said)
    assert "states" in pictures or "decoding" in pictures
    assert {name: getattr(view, name) for name in kept} == kept
    if "layer" in link:
        assert (view.part, view.index) == ("train", 3)
    again, pictures = page.session_state["after"]
    assert again == ""
    assert "states" in pictures or "decoding" in pictures

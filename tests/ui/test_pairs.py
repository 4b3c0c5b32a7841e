"""What is looked at where a target is written: part of the link, and let go with the data."""

from __future__ import annotations

import pytest

from dlplay.ui import view
from dlplay.ui.limits import LONGEST_TEXT
from dlplay.ui.view import View
from tests.ui.page import opened


@pytest.mark.parametrize(
    "seen",
    [
        View(text="the black cat"),
        View(query=7),
        View(beam=4, part="train", index=3),
        View(text="abc", query=0, beam=2, step=40),
    ],
)
def test_the_link_says_what_is_looked_at(seen: View) -> None:
    assert view.read(seen.pairs()) == seen


@pytest.mark.parametrize("pairs", [{"text": ""}, {"text": "a" * (LONGEST_TEXT + 1)}, {"lock": "step.x"}, {"beam": "6"}])
def test_what_makes_no_sense_is_left_out(pairs: dict[str, str]) -> None:
    assert view.read(pairs) == View()


def _page() -> None:
    """Every act of the pictures of a pair, on a page that has a run."""
    from dlplay.ui import pairs_acts, session

    session.run()
    act = pairs_acts.alignment
    act({"do": "text", "value": " abcab "})
    assert session.visit().view.example == {"text": "abcab"}
    act({"do": "text", "value": "ab!"})
    assert session.visit().view.refused.text == "ab!"
    assert "'!'" in session.visit().view.refused.sentence
    assert (session.visit().view.text, session.visit().notice) == ("abcab", "")
    act({"do": "text", "value": "a" * 21})
    assert session.visit().view.refused.sentence == "text has 21 tokens; at most 20 fit."
    act({"do": "width", "value": 3})
    act({"do": "choose", "value": 2})
    act({"do": "lock", "step": 4})
    assert (session.visit().view.beam, session.visit().view.kept, session.visit().view.query) == (3, 2, 4)
    act({"do": "width", "value": 6})
    assert "from 1 to 5" in session.visit().notice
    pairs_acts.written({"do": "release"})
    assert session.visit().view.query is None
    act({"do": "example", "part": "held-out", "index": 2})
    assert session.visit().view.example == {"part": "held-out", "index": 2}
    assert session.visit().view.refused is None
    act({"do": "text", "value": "ab!"})
    act({"do": "text", "value": "abc"})
    assert session.visit().view.refused is None
    act({"do": "text", "value": "ab!"})
    session.edit(data={"symbols": 5})
    assert (session.visit().view.text, session.visit().view.refused) == (None, None)


def test_every_act_does_what_it_says() -> None:
    opened(_page, {"v": "1", "model": "seq2seq", "data": "reverse"})

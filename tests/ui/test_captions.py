"""What is done in the picture of a caption: words are locked, heads chosen, the beam widened."""

from __future__ import annotations

from tests.ui.page import opened


def _page() -> None:
    """Every act of a caption, on a page that has a run."""
    from dlplay.ui import caption_acts, inside_attention, session, turn

    session.run()
    act, here = caption_acts.caption, session.visit
    assert turn.fitting(inside_attention.PANELS, here().experiment)[0].name == "Caption"
    act({"do": "lock", "step": 3})
    act({"do": "head", "layer": 1, "head": "mean"})
    assert (here().view.query, here().view.head) == (3, (1, "mean"))
    act({"do": "head", "layer": 0, "head": 4})
    act({"do": "release"})
    assert (here().view.query, here().view.head) == (None, (0, 4))
    act({"do": "width", "value": 3})
    act({"do": "choose", "value": 2})
    assert (here().view.beam, here().view.kept) == (3, 2)
    act({"do": "lock", "step": "x"})
    assert "step is 'x'" in here().notice


def test_every_act_does_what_it_says() -> None:
    opened(_page, {"v": "1", "model": "flamingo", "data": "scenes", "model.head_width": "4"})

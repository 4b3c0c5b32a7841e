"""What is chosen of a film stands in the link, and what makes no sense there is left out."""

from __future__ import annotations

import pytest

from dlplay.ui.view import View, read


def test_a_link_brings_back_the_eyes_and_the_frame() -> None:
    view = View(eyes=(2, 31), time=5, layer=1, unit=(1, 7))
    assert read(view.pairs()) == view
    assert view.pairs()["eyes"] == "2.31"


@pytest.mark.parametrize("eyes", ["", "2", "2.x", "-1.0", "64.0", "0.100000", "1.2.3", "0.²"])
def test_eyes_that_make_no_sense_are_left_out(eyes: str) -> None:
    assert read({"eyes": eyes}) == View()

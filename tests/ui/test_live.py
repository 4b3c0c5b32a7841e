"""What a part tells is heard once, whether its message came twice, late or never."""

from __future__ import annotations

import struct

import pytest

from dlplay.ui.live import MOST_ACTS, Heard


def acts(*numbers: int) -> dict[str, object]:
    return {"acts": [{"do": "step", "nth": number} for number in numbers]}


def numbers(found: list[dict[str, object]]) -> list[object]:
    return [act["nth"] for act in found]


def test_an_act_that_is_told_twice_is_heard_once() -> None:
    heard = Heard()
    assert numbers(heard.fresh(acts(5))) == [5]
    assert heard.fresh(acts(5)) == []
    assert numbers(heard.fresh(acts(5, 6, 9))) == [6, 9]
    assert heard.fresh(acts(8)) == []


def test_the_frame_says_what_was_heard() -> None:
    heard = Heard()
    heard.fresh(acts(1_800_000_000_123))
    told = heard.before(b"frame")
    assert struct.unpack("<d", told[:8]) == (1_800_000_000_123,)
    assert told[8:] == b"frame"


def test_the_last_act_is_taken_once() -> None:
    heard = Heard()
    heard.fresh(acts(1, 2))
    assert heard.taken() == {"do": "step", "nth": 2}
    assert heard.taken() is None


@pytest.mark.parametrize(
    "told",
    [None, "step", [1], {"acts": "step"}, {"acts": ["step", None, 3]}, {"acts": [{"do": "step"}]}]
    + [{"acts": [{"do": "step", "nth": nth}]} for nth in ("1", None, 0, -1, 2**60, 1.5, [])],
)
def test_junk_is_not_heard(told: object) -> None:
    assert Heard().fresh(told) == []


def test_a_message_brings_no_more_than_it_may() -> None:
    assert len(Heard().fresh(acts(*range(1, 100)))) == MOST_ACTS

"""A hostile browser sends anything: every act is done or refused in a sentence, and the page goes on."""

from __future__ import annotations

import math
from typing import Any

import pytest

from dlplay.config import Refusal
from dlplay.ui.acts import number, text, whole
from dlplay.ui.scrubber_acts import speed
from tests.ui.page import opened


def _page() -> None:
    """Throws junk at every act there is, from within a page that has a run; what it leaves can still be shown."""
    import json

    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from dlplay.ui import (
        attention_acts,
        caption_acts,
        editor,
        film_acts,
        maps_acts,
        network_acts,
        pairs_acts,
        progress,
        scrubber_acts,
        sequence_acts,
        session,
        states_acts,
    )

    run = session.run()
    handlers = {
        "lock release scale view": maps_acts.maps,
        "input release lock over": maps_acts.cell,
        "example order pixels upload": maps_acts.gallery,
        "lock release edit units activation norm dropout layers feature example": network_acts.network,
        "point add remove example release": network_acts.surface,
        "lock release example text width choose": pairs_acts.alignment,
        "lock release": pairs_acts.written,
        "head part silence release example text": attention_acts.heads,
        "lock release drawn silence": attention_acts.large,
        "lock release head width choose": caption_acts.caption,
        "step lock release eyes layer": film_acts.film,
        "query release silence": attention_acts.regions,
        "head release silence": attention_acts.sheet,
        "silence hear": attention_acts.silencing,
        "place release": attention_acts.stream,
        "shuffle": attention_acts.positions,
        "lock release step layer order example text": states_acts.states,
        "lock loss": sequence_acts.gradient,
        "begin release": sequence_acts.forecast,
        "write temperature seed unit state": sequence_acts.writing,
        "at answers": progress._curve,
        "example cell curves": progress._metrics,
        "select undo redo back repair add duplicate remove move set paste": editor._act,
        "pause at live unpin back speed": scrubber_acts.handle,
    }
    names = "index kind from to name value layers which tap channel row column pixels size file layer unit parameter by"
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from([0, 1, -1, 10**19, 10**400, "relu", "conv", "0", "1e999", "٣", "\ud800", "\x00"])
        | st.just(5000).map(lambda digits: 10**digits)
        | st.text(st.characters(), max_size=8)
    )
    deep = json.loads("[" * 900 + "]" * 900)
    junk = st.recursive(scalars, lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(), inner)) | (
        st.sampled_from([deep, [deep], {"kind": deep}, [[0.5] * 8] * 8, [{"kind": ["conv"]}], [{"kind": "conv"}] * 70])
    )
    act = st.dictionaries(
        st.sampled_from([*names.split(), "x", "y", "answer", "part", "step", "time", "query", "key", "head", "name"]),
        junk,
        max_size=9,
    )

    @settings(max_examples=120, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def anything_can_be_sent(data: st.DataObject) -> None:
        words = data.draw(st.sampled_from(sorted(handlers)))
        handlers[words]({"do": data.draw(st.sampled_from(words.split()) | junk), **data.draw(act)})
        here = session.visit()
        assert len(here.notice.encode()) < 400
        assert all(pair.encode() for pair in here.view.pairs().values())
        json.dumps(here.view.example, allow_nan=False)
        json.dumps(run.pace, allow_nan=False)

    anything_can_be_sent()


@pytest.mark.parametrize("address", [{}, {"model": "cnn", "data": "digits"}])
def test_anything_can_be_sent(address: dict[str, str]):
    opened(_page, address)


def test_what_is_no_number_in_its_range_is_refused():
    for given in (None, True, "", "x", math.nan, math.inf, -1, 11, 10**5000, [], {"a": 1}, "1e999", "1" * 5000):
        for read in (number, whole):
            with pytest.raises(Refusal, match="value is"):
                read({"value": given}, "value", 0, 10)


def test_numbers_and_words_are_read():
    act = {"whole": 3, "share": "0.25", "half": 0.5, "word": "relu"}
    assert (whole(act, "whole"), number(act, "share", 0, 1), text(act, "word")) == (3, 0.25, "relu")
    with pytest.raises(Refusal, match="it is a whole number"):
        whole(act, "half")
    with pytest.raises(Refusal, match="whole is 3; it is text"):
        text(act, "whole")


@pytest.mark.parametrize("pace", [math.nan, math.inf, 1e-9, -1, "fast"])
def test_no_run_is_given_a_pace_that_is_none(pace: Any):
    with pytest.raises(Refusal, match="value is"):
        speed({"value": pace})

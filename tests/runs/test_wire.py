from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from dlplay.runs.wire import decode, encode

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text().filter(lambda key: key != "blobs"), json), st.lists(st.binary()))
def test_messages_come_out_as_they_went_in(facts: dict, blobs: list[bytes]):
    assert decode(encode(facts, blobs)) == (facts, blobs)


def test_losses_may_be_no_numbers():
    assert math.isnan(decode(encode({"loss": math.nan}))[0]["loss"])

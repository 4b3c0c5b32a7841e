"""A frame comes back as it was packed, bit for bit."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dlplay.frame import DTYPES, pack, unpack

shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
facts = st.dictionaries(
    st.text(max_size=8).filter(lambda name: name != "arrays"),
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    max_size=4,
)


@given(facts=facts, data=st.data())
def test_a_frame_comes_back(facts: dict, data: st.DataObject) -> None:
    given_arrays = {
        name: data.draw(arrays.arrays(data.draw(st.sampled_from(DTYPES)), data.draw(shapes)))
        for name in data.draw(st.sets(st.text(max_size=5), max_size=3))
    }
    found, back = unpack(pack(facts, given_arrays))
    assert found == facts
    assert back.keys() == given_arrays.keys()
    for name, array in given_arrays.items():
        assert back[name].dtype == array.dtype
        assert back[name].shape == array.shape
        assert back[name].tobytes() == array.tobytes()


@given(data=st.data())
def test_every_array_begins_at_a_multiple_of_eight(data: st.DataObject) -> None:
    given_arrays = {str(n): data.draw(arrays.arrays("uint8", data.draw(shapes))) for n in range(3)}
    frame = pack({"step": data.draw(st.integers(0, 10**9))}, given_arrays)
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert all(entry["at"] % 8 == 0 for entry in header["arrays"].values())


@pytest.mark.parametrize(
    ("given_kind", "sent"), [("float64", "float32"), ("float16", "float32"), ("int64", "int32"), ("bool", "int32")]
)
def test_other_kinds_of_numbers_are_sent_as_a_known_one(given_kind: str, sent: str) -> None:
    _, back = unpack(pack({}, {"a": np.arange(6).reshape(2, 3).astype(given_kind)}))
    assert back["a"].dtype == sent
    assert (back["a"] == np.arange(6).reshape(2, 3).astype(given_kind)).all()


def test_an_array_that_is_a_view_is_sent_in_c_order() -> None:
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    assert (unpack(pack({}, {"a": turned}))[1]["a"] == turned).all()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_facts_are_json_that_every_browser_reads(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        pack({"loss": value})

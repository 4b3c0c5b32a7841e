"""Edits of a stack: whatever a browser sends gives a valid draft or a refusal; the frame is whole."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlplay.anatomy import survey
from dlplay.architecture import architecture, architectures
from dlplay.config import Refusal, knob
from dlplay.dataset import datasets
from dlplay.experiment import as_json, experiment
from dlplay.frame import unpack
from dlplay.layers.records import KINDS, Act, Conv, Dense, Flatten, MaxPool
from dlplay.models.cnn import CNNConfig
from dlplay.ui.layer_table import called, frame
from dlplay.ui.stack import Draft, apply, fold, layers


def draft(*stack, head="dense"):
    config = CNNConfig(layers=stack, head=head) if stack else CNNConfig()
    return Draft("cnn", datasets()["digits"].task(datasets()["digits"].config()), config, config)


def shown(state):
    found = survey(as_json(experiment(state.architecture, "digits", state.network)))
    return unpack(frame(state, found))[0]


A, B, C = Conv(channels=1), Conv(channels=2), Conv(channels=3)


@pytest.mark.parametrize(
    ("act", "after", "selected"),
    [
        ({"do": "add", "index": 1, "kind": "act"}, (A, Act(), B, C), 1),
        ({"do": "duplicate", "index": 1}, (A, B, B, C), 2),
        ({"do": "remove", "index": 2}, (A, B), 1),
        ({"do": "move", "from": 0, "to": 2}, (B, C, A), 2),
        ({"do": "move", "from": 2, "to": 0}, (C, A, B), 0),
        ({"do": "set", "index": 1, "name": "kernel", "value": 5}, (A, B.but(kernel=5), C), 1),
        ({"do": "set", "index": 1, "name": "padding", "value": "same"}, (A, B.but(padding="same"), C), 1),
        ({"do": "paste", "index": 3, "layers": [{"kind": "dense", "units": 7}]}, (A, B, C, Dense(units=7)), 3),
    ],
)
def test_each_act_does_what_it_says(act, after, selected):
    state = apply(act, draft(A, B, C))
    assert state.layers == after
    assert state.selected == selected


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_added_anywhere_goes_where_the_stack_still_fits(kind):
    state = draft(Conv(padding=1), Act(), MaxPool(), Flatten(), Dense())
    assert apply({"do": "add", "index": None, "kind": kind}, state).mended == ()


@pytest.mark.parametrize(
    ("act", "field"),
    [
        ({}, "do"),
        ({"do": "explode"}, "do"),
        ({"do": ["add"]}, "do"),
        ({"do": "remove", "index": 3}, "index"),
        ({"do": "remove", "index": -1}, "index"),
        ({"do": "remove", "index": True}, "index"),
        ({"do": "remove", "index": "0"}, "index"),
        ({"do": "remove"}, "index"),
        ({"do": "select", "index": 9}, "index"),
        ({"do": "move", "from": 0, "to": 3}, "to"),
        ({"do": "add", "index": 0, "kind": "magic"}, "kind"),
        ({"do": "add", "index": None, "kind": {}}, "kind"),
        ({"do": "set", "index": 0, "name": "kind", "value": "act"}, "name"),
        ({"do": "set", "index": 0, "name": ["kernel"], "value": 1}, "name"),
        ({"do": "set", "index": 0, "name": "kernel", "value": 99}, "kernel"),
        ({"do": "set", "index": 0, "name": "kernel", "value": {"a": 1}}, "kernel"),
        ({"do": "set", "index": 0, "name": "kernel", "value": float("nan")}, "kernel"),
        ({"do": "repair", "which": 0}, "which"),
        ({"do": "paste", "index": 0, "layers": "conv"}, "layers"),
        ({"do": "paste", "index": 0, "layers": []}, "layers"),
        ({"do": "paste", "index": 0, "layers": [{"kind": "magic"}]}, "layers"),
        ({"do": "paste", "index": 0, "layers": [{"kind": "act"}] * 62}, "layers"),
    ],
)
def test_what_makes_no_sense_is_refused(act, field):
    with pytest.raises(Refusal) as refusal:
        apply(act, draft(A, B, Flatten()))
    assert refusal.value.field == field
    assert refusal.value.sentence.endswith(".")


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 70) | st.floats() | st.sampled_from(["same", "relu", "kernel", "conv"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "units"]), inner, max_size=2),
    max_leaves=5,
)
DO = ("add", "duplicate", "remove", "move", "set", "paste", "repair", "undo", "select")
ACTS = st.fixed_dictionaries(
    {"do": st.sampled_from(DO)},
    optional={
        "index": st.integers(-1, 8) | anything,
        "from": st.integers(0, 6) | anything,
        "to": st.integers(0, 6) | anything,
        "which": st.integers(0, 3) | anything,
        "kind": st.sampled_from([*KINDS, "magic"]) | anything,
        "name": st.sampled_from(["kernel", "units", "channels", "stride", "padding", "groups"]) | anything,
        "value": st.integers(0, 20) | anything,
        "layers": st.lists(st.sampled_from([{"kind": k} for k in KINDS]), max_size=3) | anything,
    },
)


@settings(max_examples=80, deadline=None)
@given(st.lists(ACTS, max_size=12))
def test_no_browser_can_break_the_editor(acts):
    state = draft()
    for act in acts:
        try:
            state = apply(act, state)
        except Refusal:
            continue
        assert len(state.layers) <= knob(CNNConfig, "layers").at_most
        assert state.selected is None or 0 <= state.selected < len(state.layers)
    facts = shown(state)
    assert len(facts["rows"]) == len(state.layers)
    assert bool(facts["misfit"]) == bool(facts["repairs"])
    for which in range(len(facts["repairs"])):
        assert shown(apply({"do": "repair", "which": which}, state))["misfit"] is None


@pytest.mark.parametrize(
    ("stack", "groups"),
    [
        ("ababab", [(0, 2, 3)]),
        ("xaaay", [(1, 1, 3)]),
        ("aa", []),
        ("abcabcd", [(0, 3, 2)]),
        ("xababycdcd", [(1, 2, 2), (6, 2, 2)]),
        ("", []),
        ("abcd", []),
    ],
)
def test_blocks_that_repeat_are_found(stack, groups):
    records = {letter: Conv(channels=1 + "abcdxy".index(letter)) for letter in set(stack)}
    assert fold(tuple(records[letter] for letter in stack)) == groups


def test_the_frame_shows_what_the_survey_says():
    facts = shown(draft())
    first, last = facts["rows"][0], facts["rows"][-1]
    assert (first["name"], first["detail"], first["output"], first["parameters"], first["sees"]) == (
        "conv 3×3",
        "pad 1",
        "8 × 8 × 8",
        80,
        "3×3",
    )
    assert (last["name"], last["output"], last["sees"]) == ("flatten", "64", "all")
    assert (facts["answer"]["output"], facts["answer"]["parameters"]) == ("10", 650)
    assert (facts["totals"]["parameters"], facts["totals"]["sees"]) == (1898, "the whole image")
    assert not facts["changed"]
    assert not facts["undo"]
    edited = shown(replace(apply({"do": "remove", "index": 0}, draft()), undo=True))
    assert edited["changed"]
    assert edited["undo"]
    assert not edited["redo"]


def test_an_impossible_stack_shows_the_error_and_who_waits():
    facts = shown(draft(Conv(padding=1), MaxPool(), MaxPool(), Conv(), Act(), Flatten()))
    assert [row["state"] for row in facts["rows"]] == ["fits", "fits", "fits", "bad", "waits", "waits"]
    assert facts["answer"]["state"] == "waits"
    assert facts["misfit"]["sentence"] == "Layer 4, conv 3×3: kernel 3 does not fit a 2×2 input."
    assert facts["repairs"][0] == "Set padding 1"
    assert facts["totals"] is None


def test_a_bare_head_that_does_not_fit_is_the_answers_error():
    facts = shown(draft(Conv(channels=4), Flatten(), Dense(units=4), head="none"))
    assert facts["answer"]["state"] == "bad"
    assert facts["misfit"]["index"] == 3


def test_the_frame_waits_for_its_survey():
    facts = unpack(frame(draft(), None))[0]
    assert facts["rows"][0]["output"] is None
    assert facts["totals"] is None


@pytest.mark.parametrize(("slug", "record"), architectures().items())
def test_every_kind_of_layer_can_be_added_and_each_field_set_to_its_limits(slug, record):
    """The menu and the fields come from the records alone, so a new kind needs no other code."""
    task = architecture(slug).reads[0]
    data = next(d for d in datasets().values() if d.gives == task)
    config = record.fit(record.config(), data.task(data.config()))
    state = Draft(slug, data.task(data.config()), config)
    try:
        layers(config)
    except Refusal:
        return
    facts = unpack(frame(state, None))[0]
    json.dumps(facts)
    for kind, shape in facts["kinds"].items():
        assert shape["title"]
        assert shape["sentence"].endswith(".")
        added = apply({"do": "add", "index": 0, "kind": kind}, state)
        for field in shape["fields"]:
            values = [choice for choice, _ in field["choices"]] or [
                v for v in (field["low"], field["high"]) if v is not None
            ]
            assert field["help"]
            for value in values or [True, False]:
                act = {"do": "set", "index": 0, "name": field["name"], "value": value}
                assert getattr(apply(act, added).layers[0], field["name"]) == value


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Conv(padding=1), ("conv 3×3", "pad 1")),
        (Conv(stride=2, padding="same", bias=False), ("conv 3×3", "stride 2, same, no bias")),
        (MaxPool(kernel=3), ("max pool 3×3", "stride 2")),
        (MaxPool(), ("max pool 2×2", "")),
        (Act(activation="tanh"), ("tanh", "")),
        (Dense(units=84), ("dense", "")),
    ],
)
def test_layers_are_called_by_what_sets_them_apart(layer, words):
    assert called(layer) == words

"""A browser can send anything: every picture is drawn, or refused in a sentence that names the field."""

from __future__ import annotations

import multiprocessing
import queue
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlplay import frame
from dlplay.config import Refusal
from dlplay.experiment import as_json, experiment
from dlplay.probes import asked
from dlplay.runs.worker import Worker, pictures

SIZES: dict[tuple[str, str], dict[str, Any]] = {
    ("mlp", "circle"): {},
    ("mlp", "iris"): {},
    ("cnn", "digits"): {},
    ("lstm", "brackets"): {"units": 8},
    ("gru", "names"): {"units": 8},
    ("rnn", "waves"): {"units": 8},
    ("seq2seq", "roman"): {"units": 8, "embedding": 8},
    ("encoder", "sorting"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
    ("decoder", "names"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
    ("transformer", "roman"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
    ("video", "moving-digits"): {"units": 8},
    ("captions", "scenes"): {"units": 8, "embedding": 8},
    ("flamingo", "scenes"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16, "text_steps": 0},
    ("perceiver", "digits"): {"latents": 4, "layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
    ("cnn-transformer", "digits"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
    ("encoder", "masked-words"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
    ("vit", "digits"): {"layers": 1, "heads": 2, "head_width": 4, "feed_forward": 16},
}
FEWER = ("roman", "scenes", "moving-digits")
WORDS = ["train", "layer", "worst", "hidden", "XIV", "([])", "Ca", "(x", "", "similar together", "é" * 3000, "0.filter"]
NUMBERS = st.one_of(st.integers(-2, 40), st.integers(-(10**400), 10**400), st.floats(allow_nan=True))
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, st.sampled_from(WORDS), st.text(max_size=4))
KEYS = st.sampled_from(["tap", "channel", "row", "column", "text", "sentence", "part", "index"])
JUNK = st.recursive(
    PLAIN, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=8
)
LOCKS = st.fixed_dictionaries(
    {"tap": st.sampled_from(["layers.0", "output", "layers.3", "x"]), "channel": st.integers(-1, 9)},
    optional={"row": st.integers(-1, 9), "column": PLAIN},
)
VALUES = st.one_of(JUNK, st.integers(0, 9), LOCKS)
WANTS = st.sampled_from(sorted(pictures())).flatmap(
    lambda name: st.fixed_dictionaries(
        {"key": st.just(name), "picture": st.just(name)},
        optional=dict.fromkeys(asked._form(pictures()[name]).model_fields, VALUES) | {"colour": PLAIN},
    )
)
EXAMPLES = st.one_of(
    st.dictionaries(st.sampled_from([*asked.Example.model_fields, "more"]), JUNK, max_size=3),
    st.just({}),
    st.fixed_dictionaries({"text": st.sampled_from(WORDS)}),
    JUNK,
)


@pytest.fixture(scope="module", params=SIZES, ids="-".join)
def at_work(request: pytest.FixtureRequest) -> Worker:
    """A worker in this process, before its first step."""
    torch.set_num_threads(1)
    model, data = request.param
    value = experiment(model, data, SIZES[request.param], {"examples": 200} if data in FEWER else {})
    pipe, _ = multiprocessing.Pipe()
    begin = {"experiment": as_json(value), "folder": "", "resume": None, "state": "paused", "macs": None}
    return Worker(pipe, queue.SimpleQueue(), begin)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)
@given(want=WANTS, example=EXAMPLES, step=st.one_of(st.none(), st.just(0), JUNK))
def test_whatever_is_asked_is_drawn_or_refused(at_work: Worker, want: Any, example: Any, step: Any) -> None:
    refused, frames = {}, []
    try:
        answer, _, frames = at_work.look([want], step, example)
        refused = answer["refused"]
    except Refusal as refusal:
        refused = {"": [refusal.field, refusal.sentence]}
    for _, sentence in refused.values():
        assert sentence
        assert "could not be drawn" not in sentence
        assert "Error" not in sentence
    for one in frames:
        frame.unpack(one)


@pytest.mark.parametrize("name", sorted(pictures()))
def test_every_picture_is_drawn_for_every_kind_of_model_or_refused_in_words(at_work: Worker, name: str) -> None:
    answer, keys, frames = at_work.look([{"key": name, "picture": name}], None, {})
    assert keys == [name] or "could not be drawn" not in answer["refused"][name][1]
    assert len(frames) == len(keys)


@pytest.mark.parametrize(
    ("wants", "step", "example"),
    [
        ("network", None, {}),
        ([5], None, {}),
        ([], "now", {}),
        ([], -1, {}),
        ([], True, {}),
        ([], None, {"index": "x"}),
        ([], None, {"text": 5}),
        ([], None, {"part": []}),
        ([], None, [1]),
    ],
)
def test_a_question_that_is_none_is_refused(at_work: Worker, wants: Any, step: Any, example: Any) -> None:
    with pytest.raises(Refusal, match=r"\.$"):
        at_work.look(wants, step, example)


@pytest.mark.parametrize(
    ("picture", "wanted", "sentence"),
    [
        ("states", {"unit": "x"}, "unit is 'x'; it must be a whole number."),
        ("states", {"layer": []}, "layer is a list; it must be a whole number."),
        ("decoding", {"at": -1}, "at is -1; the smallest allowed is 0."),
        ("network", {"lock": "ab"}, "lock is 'ab'; it must be a list."),
        ("cell", {"lock": 5}, "lock is 5; it must be a set of named values."),
        ("writing", {"seed": 1.5}, "seed is 1.5; it must be a whole number."),
        ("metrics", {"colour": 1}, "colour is not known here."),
    ],
)
def test_a_refusal_names_the_field_and_what_it_must_be(picture: str, wanted: dict, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked.wanted(pictures()[picture], wanted)
    assert refused.value.sentence == sentence

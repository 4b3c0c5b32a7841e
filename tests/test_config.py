"""A config refuses in one sentence what it does not accept, and tells a control all it needs."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from dlplay.architecture import architectures
from dlplay.config import Config, Refusal, accept, either, field, knob, knobs, quoted
from dlplay.dataset import datasets
from dlplay.layers.records import KINDS, Conv
from dlplay.models.cnn import CNNConfig
from dlplay.models.mlp import MLPConfig
from dlplay.training.settings import Change, Edit, TrainingConfig

EVERY_CONFIG = {
    *(record.config for record in architectures().values()),
    *(record.config for record in datasets().values()),
    *KINDS.values(),
    TrainingConfig,
    Change,
    Edit,
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class Sample(Config):
    share: float = field(0.5, ge=0, le=1, step=0.1, unit="parts", help="a number")
    count: int = field(3, ge=1, le=9, scale="log", live=True, help="a whole number")
    either_way: bool = field(True, label="Both", help="a switch")
    word: Literal["one", "two"] = field("one", help="a word")
    edge: Annotated[int, Field(ge=1, le=3)] | Literal["same"] = field(1, help="a number or a word")
    words: tuple[Literal["x", "y"], ...] = field(("x",), at_most=2, help="words")
    places: tuple[Annotated[int, Field(ge=0, le=50)], ...] = field((), at_most=3, hidden=True, help="whole numbers")
    layers: tuple[Conv, ...] = field((), at_most=2, help="records")
    text: str = field("", at_most=5, help="free text")


@pytest.mark.parametrize(
    ("values", "where", "sentence"),
    [
        ({"share": 2}, "share", "share is 2; the largest allowed is 1.0."),
        ({"share": float("nan")}, "share", "share is not finite; it must be a finite number."),
        ({"share": "much"}, "share", "share is 'much'; it must be a number."),
        ({"count": 0}, "count", "count is 0; the smallest allowed is 1."),
        ({"count": 2.5}, "count", "count is 2.5; it must be a whole number."),
        ({"count": 10**5000}, "count", "count is a very large number; the largest allowed is 9."),
        ({"count": "9" * 5000}, "count", f"count is '{'9' * 38}…; that is too large a number."),
        ({"either_way": "maybe"}, "either_way", "either_way is 'maybe'; it must be true or false."),
        ({"word": "three"}, "word", "word is 'three'; it can be one or two."),
        ({"edge": 9}, "edge", "edge is 9; it can be 1, 2, 3 or same."),
        ({"words": ["x", "z"]}, "words.1", "words.1 is 'z'; it can be x or y."),
        ({"words": 5}, "words", "words is 5; it must be a list."),
        ({"places": [1, 51]}, "places.1", "places.1 is 51; the largest allowed is 50."),
        ({"places": [1] * 4}, "places", "places has too many entries; at most 3 fit."),
        ({"layers": [{"channels": 0}]}, "layers.0.channels", "layers.0.channels is 0; the smallest allowed is 1."),
        ({"text": "longer"}, "text", "text is 'longer'; at most 5 characters fit."),
        ({"other": 1}, "other", "other is not known here."),
        ([], "Sample", "Sample is a list; it must be a set of named values."),
    ],
)
def test_a_refusal_names_field_value_and_limit(values: object, where: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refusal:
        accept(Sample, values)
    assert refusal.value.field == where
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("layer", "where", "words"),
    [
        ({"kind": "conv", "channels": 0}, "layers.0.channels", "the smallest allowed is 1"),
        ({"kind": "conv", "padding": "round"}, "layers.0.padding", "0, 1, 2, 3, 4, 5, 6, 7 or same"),
        ({"kind": "lens"}, "layers.0", "layers.0 is of kind 'lens'; it can be conv, maxpool"),
        ({}, "layers.0", "does not say which kind"),
        ({"kind": "residual", "kernel": 4}, "layers.0.kernel", "needs an odd one"),
        ({"kind": "conv", "colour": 1}, "layers.0.colour", "not known"),
    ],
)
def test_a_field_of_a_layer_is_named_without_its_kind(layer: dict, where: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        accept(CNNConfig, {"layers": [layer]})
    assert refusal.value.field == where
    assert words in refusal.value.sentence


@pytest.mark.parametrize("config", sorted(EVERY_CONFIG, key=lambda config: config.__name__), ids=lambda c: c.__name__)
def test_every_field_says_what_a_control_needs(config: type[Config]) -> None:
    for each in knobs(config):
        if each.name == "kind":
            continue
        assert 0 < len(each.help.split()) < 12, each
        assert each.label
        assert accept(config, {each.name: each.default}) == config()
        if each.kind in ("whole", "number"):
            assert each.low is not None
            assert each.high is not None
            assert each.low <= each.default <= each.high
        if each.kind == "choice":
            assert each.default in each.choices
        if each.kind in ("many", "wholes", "records"):
            assert each.at_most is not None
        assert each.kind != "text" or each.hidden or config is Edit


def test_kinds_of_fields() -> None:
    kinds = {each.name: each.kind for each in knobs(Sample)}
    assert kinds == {
        "share": "number",
        "count": "whole",
        "either_way": "switch",
        "word": "choice",
        "edge": "choice",
        "words": "many",
        "places": "wholes",
        "layers": "records",
        "text": "text",
    }
    assert knob(Sample, "edge").choices == (1, 2, 3, "same")
    assert knob(Sample, "words").choices == ("x", "y")
    assert knob(Sample, "either_way").label == "Both"
    assert (knob(Sample, "share").unit, knob(Sample, "share").step) == ("parts", 0.1)
    assert (knob(Sample, "count").scale, knob(Sample, "count").live) == ("log", True)
    assert knob(CNNConfig, "layers").kind == "records"


def test_a_config_is_a_value() -> None:
    assert MLPConfig() == MLPConfig()
    assert hash(MLPConfig()) == hash(MLPConfig())
    assert Sample().but(count=4) == Sample(count=4) != Sample()
    with pytest.raises(Refusal, match="count is 99; the largest allowed is 9"):
        Sample().but(count=99)


@given(values=anything)
@pytest.mark.parametrize("config", [Sample, CNNConfig, MLPConfig, TrainingConfig, datasets()["circle"].config])
def test_anything_is_accepted_or_refused(config: type[Config], values: object) -> None:
    for given_values in (values, dict.fromkeys(config.model_fields, values)):
        found = _outcome(config, given_values)
        if isinstance(found, Refusal):
            assert len(found.sentence) < 500
            found.sentence.encode()
        else:
            assert accept(config, found.model_dump()) == found


def _outcome(config: type[Config], values: object) -> Config | Refusal:
    try:
        return accept(config, values)
    except Refusal as refusal:
        return refusal


@given(value=anything)
def test_a_quoted_value_is_short_and_printable(value: object) -> None:
    assert len(quoted(value)) <= 40
    assert quoted(value).isprintable()


def test_either() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"

"""A link is an experiment: whatever is accepted comes back from it, whatever else is refused in one sentence."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlplay import link
from dlplay.architecture import architectures
from dlplay.config import Refusal, accept
from dlplay.dataset import datasets
from dlplay.experiment import Experiment, as_json, experiment, from_json
from dlplay.layers.records import Conv
from dlplay.recipe import Recipe, recipes
from dlplay.training.settings import Edit, TrainingConfig
from tests.strategies import experiments

SHORT = 2_000
PRESETS = [
    pytest.param(experiment(record.slug, preset.data, preset.config, preset.data_config, preset.training), id=name)
    for record in architectures().values()
    for name, preset in record.presets.items()
    if preset.data
]


@given(given_experiment=experiments())
def test_every_experiment_comes_back_from_its_link_and_its_json(given_experiment: Experiment) -> None:
    written = link.write(given_experiment)
    assert link.read(written) == given_experiment
    assert link.read("?" + written) == given_experiment
    assert link.read(link.pairs(given_experiment)) == given_experiment
    assert from_json(json.loads(json.dumps(as_json(given_experiment), allow_nan=False))) == given_experiment


@given(given_experiment=experiments(), data=st.data())
def test_a_changed_link_is_an_experiment_or_refused(given_experiment: Experiment, data: st.DataObject) -> None:
    written = link.write(given_experiment)
    at = data.draw(st.integers(0, len(written)))
    cut = data.draw(st.integers(0, 5))
    new = data.draw(st.text("aeilnorst0123456789._~-=&%+?", max_size=5) | st.text(max_size=5))
    _read_or_refused(written[:at] + new + written[at + cut :])


@given(text=st.text(max_size=200) | st.text("modelat.&=~_-%0123456789?", max_size=200))
def test_any_text_is_an_experiment_or_refused(text: str) -> None:
    _read_or_refused(text)
    _read_or_refused(f"model={text}")
    _read_or_refused({"model": "cnn", "model.layers": text})
    _read_or_refused({text: text})


def _read_or_refused(text: str | dict[str, str]) -> None:
    found = _outcome(text)
    if isinstance(found, Refusal):
        assert found.sentence.endswith(".")
        assert len(found.sentence) < 600
        found.sentence.encode()
    else:
        assert link.read(link.write(found)) == found


def _outcome(text: str | dict[str, str]) -> Experiment | Refusal:
    try:
        return link.read(text)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_a_short_link(preset: Experiment) -> None:
    assert len(link.write(preset)) <= SHORT
    assert link.read(link.write(preset)) == preset


@pytest.mark.parametrize("recipe", recipes().values(), ids=recipes())
def test_a_recipe_has_a_short_link_as_it_is_written(recipe: Recipe) -> None:
    assert len(recipe.link) <= SHORT
    assert link.write(recipe.experiment) == recipe.link


def test_what_is_at_its_default_is_left_out() -> None:
    assert link.write(experiment("mlp", "circle")) == "v=1&model=mlp&data=circle"
    assert link.read("") == link.read("?") == experiment("mlp", "circle")
    assert link.read("model=cnn").dataset == "digits"


def test_a_link_reads_like_what_it_says() -> None:
    written = link.write(
        experiment(
            "cnn",
            "digits",
            {"layers": [{"kind": "conv", "padding": "same", "bias": False}, {"kind": "act"}, {"kind": "flatten"}]},
            training={"rate": 1e-5, "weight_decay": 0.0003},
        )
    )
    assert written == (
        "v=1&model=cnn&data=digits&model.layers=conv_padding.same_bias.off~act~flatten"
        "&train.rate=1e-5&train.weight_decay=0.0003"
    )


@given(given_experiment=experiments())
def test_no_browser_escapes_a_link(given_experiment: Experiment) -> None:
    assert set(link.write(given_experiment)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.~_-=&"
    )


@given(rate=st.floats(1e-5, 10))
def test_a_number_comes_back_to_the_last_bit(rate: float) -> None:
    given_experiment = experiment("mlp", "circle", training={"rate": rate})
    assert link.read(link.write(given_experiment)).training.rate == rate


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("model=gan", "model", "known architectures are"),
        ("data=moon", "data", "known data sets are"),
        ("model=cnn&data=circle", "data", "CNN reads images, and Circle gives points."),
        ("model.hidden=0", "hidden.0.units", "the smallest allowed is 1"),
        ("model.hidden=8_units.9", "model.hidden", "gives units twice"),
        ("model.hidden=8_wings.2", "model.hidden", "not understood"),
        ("model=cnn&model.layers=lens", "model.layers", "it can be conv, maxpool"),
        ("train.rate=fast", "rate", "rate is 'fast'; it must be a number."),
        ("train.rate=inf", "rate", "finite"),
        ("train.batch=99999999999999999999999999", "batch", "the largest allowed is 1024"),
        ("train.pace=1", "train.pace", "not known here"),
        ("data.removed=1~x", "removed.1", "whole number"),
        ("data=spiral&data.added=1_y.1_target.2", "added.0.target", "the classes are 0 to 1"),
        ("v=2", "v", "this version reads links up to 1"),
        ("model=mlp&model=cnn", "link", "twice"),
        ("model", "link", "name=value pairs"),
        ("a=1&" * 300, "link", "name=value pairs"),
        ("x" * (link.LONGEST + 1), "link", "at most 32,000"),
        ("\ud800=1", "\ud800", "not known here"),
    ],
)
def test_a_bad_link_is_refused_by_name(text: str, where: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        link.read(text)
    assert words in refusal.value.sentence
    assert refusal.value.field == where


def test_keys_that_say_what_is_looked_at_are_no_part_of_the_experiment() -> None:
    assert link.read({"run": "abc", "at": "100", **link.pairs(experiment("mlp", "xor"))}) == experiment("mlp", "xor")


def test_the_fullest_experiment_still_has_a_link() -> None:
    point = {"x": -3.4217, "y": -2.7113, "target": 1.0}
    full = experiment(
        "mlp",
        "circle",
        {"hidden": [{"units": 512, "activation": "leaky-relu", "norm": "batch", "dropout": 0.123456789012345678}] * 8},
        {"added": [point] * 100, "removed": range(1900, 2000)},
        {
            "changes": [{"step": 10**9 - 1, "name": "label_smoothing", "value": 0.12345678901234567}] * 64,
            "edits": [{"step": 10**9 - 1, "parameter": "p" * 80, "index": 10**9, "value": -987.6543210987654}] * 64,
        },
    )
    assert len(link.write(full)) <= link.LONGEST
    assert link.read(link.write(full)) == full
    deep = experiment("cnn", "digits", {"layers": [_longest_layer()] * 64})
    assert link.read(link.write(deep)) == deep


def _longest_layer() -> Conv:
    return accept(
        Conv,
        {"channels": 4096, "kernel": 15, "stride": 8, "padding": "same", "dilation": 8, "groups": 4096, "bias": False},
    )


@given(names=st.lists(st.from_regex(r"[A-Za-z0-9_.]{1,20}", fullmatch=True), min_size=1, max_size=3))
def test_underscores_and_dots_in_a_name_survive(names: list[str]) -> None:
    edits = [{"step": place, "parameter": name} for place, name in enumerate(names)]
    given_experiment = experiment("mlp", "circle", training={"edits": edits})
    assert link.read(link.write(given_experiment)) == given_experiment


@pytest.mark.parametrize("parameter", ["a~b", "a b", "<b>", "é", "a\n"])
def test_a_parameter_name_with_other_signs_is_refused(parameter: str) -> None:
    with pytest.raises(Refusal, match="letters, digits, dots and underscores"):
        accept(TrainingConfig, {"edits": [{"parameter": parameter}]})
    assert Edit(parameter="layers.0.linear.weight")


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"architecture": "mlp"},
        {"architecture": ["mlp"], "dataset": "circle"},
        {"architecture": "mlp", "dataset": "circle", "schema": 99},
        {"architecture": "mlp", "dataset": "circle", "schema": 10**5000},
        {"architecture": "mlp", "dataset": "circle", "network": 3},
        {"architecture": "mlp", "dataset": "circle", "training": []},
        {"architecture": "mlp", "dataset": "circle", "run": 1},
    ],
)
def test_json_that_is_no_experiment_is_refused(values: object) -> None:
    with pytest.raises(Refusal):
        from_json(values)


@settings(max_examples=20)
@given(piece=st.sampled_from(["_", "~", "conv_", "__", ".", "%25", "a=b&", "conv~", "="]))
def test_a_hostile_link_takes_no_time(piece: str) -> None:
    text = ("model=cnn&model.layers=" + piece * link.LONGEST)[: link.LONGEST]
    before = time.process_time()
    _read_or_refused(text)
    assert time.process_time() - before < 2


def test_every_data_set_has_a_link_with_some_architecture() -> None:
    for name, record in datasets().items():
        model = next(slug for slug, found in architectures().items() if record.gives in found.reads)
        assert dict(parse_qsl(link.write(experiment(model, name))))["data"] == name

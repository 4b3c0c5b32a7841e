"""Gates and states as they are shown: the equations hold on what is displayed, and orders mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import dataset, load
from dlplay.experiment import experiment
from dlplay.frame import pack, unpack
from dlplay.layers.recurrent import Direction
from dlplay.probes.seen import Seen
from dlplay.probes.states import picture
from dlplay.probes.units import alike, correlations, half_lives, persistence, time_constants

CELLS = ("lstm", "gru", "rnn")
BOTH = {"bidirectional": True}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("brackets", {}),
    ("adding", {"length": 12}),
    ("recall", {"gap": 5}),
    ("digit-rows", {}),
]


def seen(
    model: str,
    data: str = "brackets",
    network: dict[str, Any] | None = None,
    example: dict[str, Any] | None = None,
    **config: Any,
) -> Seen:
    """Two layers of 6 units, with weights so large that gates are far from one half."""
    known = dataset(data).config.model_fields
    values = {name: value for name, value in ({"examples": 100} | config).items() if name in known}
    made = experiment(model, data, {"units": 6, "layers": 2} | (network or {}), values)
    split = load(data, made.data)
    torch.manual_seed(0)
    built = made.model.build(made.network, split.task).eval()
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.mul_(3)
    return Seen(built, 5, made, split, example or {})


def of(frame: tuple[dict[str, Any], dict[str, np.ndarray]], name: str) -> np.ndarray:
    return frame[1][name].astype(np.float64)


def before(states: np.ndarray, units: int) -> np.ndarray:
    """The states of the step before; those that read from the end come from the right."""
    shifted = np.zeros_like(states)
    shifted[:units, 1:] = states[:units, :-1]
    shifted[units:, :-1] = states[units:, 1:]
    return shifted


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize(("data", "config"), CASES)
def test_the_cell_keeps_and_adds_what_the_gates_say(data: str, config: dict[str, Any], layer: int, both: bool) -> None:
    """On the displayed numbers themselves: c = f ⊙ c₋₁ + i ⊙ g and h = o ⊙ tanh c."""
    frame = picture(seen("lstm", data, {"bidirectional": both}, **config), layer=layer)
    cell, hidden = of(frame, "cell"), of(frame, "hidden")
    kept = of(frame, "forget") * before(cell, frame[0]["units"]) + of(frame, "input") * of(frame, "candidate")
    np.testing.assert_allclose(cell, kept, atol=1e-6)
    np.testing.assert_allclose(hidden, of(frame, "output") * np.tanh(cell), atol=1e-6)
    assert hidden.shape == (frame[0]["units"] * frame[0]["directions"], frame[0]["time"])


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("data", "config"), CASES)
def test_a_gated_unit_blends_old_and_new(data: str, config: dict[str, Any], both: bool) -> None:
    frame = picture(seen("gru", data, {"bidirectional": both}, **config), layer=1)
    z, n, h = (of(frame, name) for name in ("update", "candidate", "hidden"))
    np.testing.assert_allclose(h, (1 - z) * n + z * before(h, frame[0]["units"]), atol=1e-6)


@pytest.mark.parametrize("model", CELLS)
def test_ranges_are_those_of_the_legend(model: str) -> None:
    facts, arrays = picture(seen(model))
    for shown in facts["shown"]:
        values = arrays[shown["name"]]
        assert values.dtype == np.float32
        assert shown["low"] <= values.min() <= values.max() <= shown["high"] + 1e-6
        if shown["scale"] == "amount":
            assert (shown["low"], shown["high"]) == (0, 1)
        else:
            assert shown["low"] == -shown["high"]
    assert [one["title"] for one in facts["shown"] if one["scale"] == "amount"] == {
        "lstm": ["Forget gate", "Input gate", "Output gate"], "gru": ["Reset gate", "Update gate"], "rnn": [],
    }[model]  # fmt: skip


@pytest.mark.parametrize("at", [0, 3, -1])
@pytest.mark.parametrize("unit", [2, 9])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("model", CELLS)
def test_the_arithmetic_makes_the_displayed_numbers(model: str, layer: int, unit: int, at: int) -> None:
    """Every number recomputed from weights, term by term, is the number in the map."""
    looked = seen(model, network=BOTH)
    time = picture(looked)[0]["time"]
    at %= time
    frame = picture(looked, layer=layer, unit=unit, at=at)
    work = {one["name"]: one for one in frame[0]["work"]}
    for shown in frame[0]["shown"]:
        assert work[shown["name"]]["value"] == pytest.approx(float(frame[1][shown["name"]][unit, at]), abs=1e-6)
    previous = at - 1 if unit < 6 else at + 1
    expected = float(frame[1]["hidden"][unit, previous]) if 0 <= previous < time else 0.0
    assert work["hidden before"]["value"] == pytest.approx(expected)
    assert work["hidden before"]["first"] == (not 0 <= previous < time)
    for one in work.values():
        if one["kind"] == "sum":
            products = sum(term["product"] for term in one["terms"]) + (one["rest"] or {"value": 0})["value"]
            assert products + one["bias"] == pytest.approx(one["sum"])
            assert one["x"] + one["h"] + one["bias"] == pytest.approx(one["sum"])
            sizes = [abs(term["product"]) for term in one["terms"]]
            assert sizes == sorted(sizes, reverse=True)


def test_padding_is_cut_off() -> None:
    looked = seen("lstm")
    lengths = (looked.split.held_out.inputs != 0).sum(axis=1)
    index = int(lengths.argmin())
    facts, arrays = picture(Seen(looked.model, 5, looked.experiment, looked.split, {"index": index}))
    assert facts["time"] == lengths[index] == len(facts["tokens"]) == arrays["hidden"].shape[1]
    assert facts["time"] < looked.task.input_shape[0]
    assert "".join(facts["tokens"]) == facts["example"]["text"]


def test_a_text_of_ones_own_is_read() -> None:
    facts, _ = picture(seen("gru", example={"text": "([])"}), at=99)
    assert facts["tokens"] == list("([])")
    assert facts["example"]["own"]
    assert facts["at"] == 3
    assert facts["answers"]["end"]["true"] == "balanced"


@pytest.mark.parametrize("model", CELLS)
def test_an_answer_before_the_end_is_that_to_the_shorter_text(model: str) -> None:
    network, whole = {"bidirectional": False}, "([]([]))"
    looked = seen(model, network=network, example={"text": whole})
    steps = picture(looked)[0]["answers"]["steps"]
    for length in range(1, len(whole) + 1):
        shorter = seen(model, network=network, example={"text": whole[:length]})
        end = picture(shorter)[0]["answers"]["end"]
        assert steps[length - 1]["words"] == end["words"]
        assert steps[length - 1]["share"] == pytest.approx(end["share"], abs=1e-5)


def test_who_also_reads_from_the_end_answers_once() -> None:
    answers = picture(seen("lstm", network=BOTH))[0]["answers"]
    assert answers["steps"] is None
    assert answers["end"]["words"] in ("wrong", "balanced")


def test_a_memory_that_fades_has_its_half_life() -> None:
    """A forget gate of 0.5 loses half in one step; after the half-life of any f, f to that power is one half."""
    kept = np.array([[0.5] * 4, [0.9] * 4, [0.2, 0.4, 0.6, 0.8], [1.0] * 4], np.float32)
    found = half_lives(kept)
    assert found[0] == pytest.approx(1)
    assert 0.9 ** found[1] == pytest.approx(0.5)
    assert found[2] == pytest.approx(1)
    assert np.isinf(found[3])
    np.testing.assert_allclose(np.exp(-1 / time_constants(kept[:2])), [0.5, 0.9], rtol=1e-6)


def test_states_that_fade_tell_their_time_constant() -> None:
    """An autoregression x' = φ x + noise has τ = −1 / ln φ."""
    random, phi = np.random.default_rng(0), np.array([0.5, 0.9])
    states = np.zeros((2, 40_000))
    for step in range(1, states.shape[1]):
        states[:, step] = phi * states[:, step - 1] + random.standard_normal(2)
    np.testing.assert_allclose(persistence(states), -1 / np.log(phi), rtol=0.1)
    assert persistence(np.ones((1, 9)))[0] == 0


def test_orders_are_permutations_that_keep_directions_apart() -> None:
    looked = seen("lstm", network=BOTH)
    for order in ("in order", "slowest first", "similar together", "follows the target"):
        ranked = picture(looked, order=order)[1]["ranked"]
        assert sorted(ranked[:6]) == list(range(6))
        assert sorted(ranked[6:]) == list(range(6, 12))
    facts, arrays = picture(looked, order="slowest first")
    means = arrays["forget"].mean(axis=1)[arrays["ranked"]]
    assert (np.diff(means[:6]) <= 0).all()
    facts, arrays = picture(looked, order="follows the target")
    sizes = np.abs(arrays["correlation"])[arrays["ranked"]]
    assert (np.diff(sizes[6:]) <= 0).all()
    assert facts["follows"] == {"name": "the depth"}


def test_similar_units_stand_together() -> None:
    """Two kinds of courses, shuffled, come out as two blocks."""
    random = np.random.default_rng(1)
    kinds = random.permutation([0, 1] * 8)
    basis = np.stack([np.sin(np.arange(30)), np.cos(np.arange(30) / 3)])
    courses = basis[kinds] * random.uniform(1, 5, (16, 1)) + 0.05 * random.standard_normal((16, 30))
    together = kinds[alike(courses)]
    assert (np.diff(together) != 0).sum() == 1


def test_correlation_is_that_of_numpy() -> None:
    random = np.random.default_rng(2)
    states, followed = random.standard_normal((5, 20)), random.standard_normal(20)
    expected = [np.corrcoef(one, followed)[0, 1] for one in states]
    np.testing.assert_allclose(correlations(states, followed), expected, atol=1e-6)
    assert correlations(np.ones((1, 20)), followed)[0] == 0
    followed[3] = np.nan
    assert np.isfinite(correlations(states, followed)).all()


def test_the_depth_of_brackets_is_counted() -> None:
    _, arrays = picture(seen("lstm", example={"text": "([])[]"}))
    np.testing.assert_array_equal(arrays["followed"], [1, 2, 1, 0, 1, 0])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"layer": 2}, "layer is 2; there are 2"),
        ({"unit": 6}, "unit is 6; there are 6"),
        ({"order": "by size"}, "order is 'by size'"),
        ({"at": -1}, "at is -1"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        picture(seen("gru"), **wanted)


def test_a_model_without_recurrence_is_refused() -> None:
    looked = seen("lstm")
    with pytest.raises(Refusal, match="recurrent layers"):
        picture(Seen(torch.nn.Linear(2, 2), 0, looked.experiment, looked.split, {}))


@pytest.mark.parametrize("model", CELLS)
def test_a_model_that_blew_up_is_still_drawn(model: str) -> None:
    looked = seen(model)
    with torch.no_grad():
        for parameter in looked.model.parameters():
            parameter.fill_(torch.nan)
    for order in ("in order", "slowest first", "similar together", "follows the target"):
        facts, arrays = unpack(pack(*picture(looked, order=order)))
        assert sorted(arrays["ranked"]) == list(range(6))
        assert facts["shown"][-1]["high"] == 1


def test_every_gate_of_a_direction_is_drawn() -> None:
    """What a picture leaves out is not there: the taps of a direction are what is shown of it."""
    for model in CELLS:
        looked = seen(model)
        direction = next(module for module in looked.model.modules() if isinstance(module, Direction))
        assert {one["name"] for one in picture(looked)[0]["shown"]} == set(direction.shows)


@pytest.mark.parametrize("index", range(5))
def test_what_can_be_followed_ends_at_the_answer(index: int) -> None:
    """The parity and the sum of all that was read are what is asked for in the end."""
    for data in ("parity", "adding"):
        looked = seen("gru", data, example={"index": index})
        true = float(looked.split.held_out.targets.reshape(-1)[index])
        assert picture(looked)[1]["followed"][-1] == pytest.approx(true, abs=1e-5)


def test_the_largest_contributions_come_first_and_the_rest_is_counted() -> None:
    looked = seen("lstm", network={"units": 40})
    gate = next(one for one in picture(looked, unit=7, at=1)[0]["work"] if one["name"] == "forget")
    width = looked.model.get_parameter("layers.0.there.fused.weight_ih_l0").shape[1]
    assert len(gate["terms"]) + gate["rest"]["count"] == width + 40
    assert abs(gate["rest"]["value"]) <= gate["rest"]["count"] * abs(gate["terms"][-1]["product"])


@pytest.mark.parametrize("order", ["in order", "slowest first", "follows the target"])
@pytest.mark.parametrize("model", CELLS)
def test_a_stack_holds_what_each_layer_shows_by_itself(model: str, order: str) -> None:
    looked = seen(model, network={"units": 6, "layers": 3, "bidirectional": True})
    facts, arrays = picture(looked, order=order, stacked=True)
    assert [floor["layer"] for floor in facts["stack"]] == [0, 1, 2]
    for floor in facts["stack"]:
        alone, own = picture(looked, layer=floor["layer"], order=order)
        assert alone["stack"] is None
        assert floor["shown"] == [one for one in alone["shown"] if one["name"] in ("cell", "hidden")]
        for name in ("ranked", *(one["name"] for one in floor["shown"])):
            np.testing.assert_array_equal(arrays[f"{floor['layer']}.{name}"], own[name])


def test_of_many_classes_the_most_frequent_one_is_followed() -> None:
    looked = seen("lstm", "tagging")
    facts, arrays = picture(looked)
    tags = [looked.task.classes.index(one) for one in facts["answers"]["true"]]
    most = int(np.bincount(tags).argmax())
    assert facts["follows"]["name"] == f"the answer “{looked.task.classes[most]}”"
    np.testing.assert_array_equal(arrays["followed"], np.array(tags) == most)
    assert "follows the target" in facts["orders"]


def test_what_is_next_is_followed_also_where_it_is_no_question() -> None:
    looked = seen("gru", "stocks")
    assert np.isnan(looked.split.held_out.targets[0]).sum() > 2
    facts, arrays = picture(looked)
    np.testing.assert_allclose(arrays["followed"][:-1], looked.split.held_out.inputs[0, 1:, 0], atol=1e-6)
    assert facts["example"]["name"] == "Apple"
    assert len(facts["dates"]) == facts["time"]


def test_marks_pictures_and_short_names_come_with_the_numbers() -> None:
    facts, arrays = picture(seen("lstm", "adding", length=12))
    assert facts["features"][facts["mark"]] == "mark"
    assert arrays["numbers"][:, facts["mark"]].sum() == 2
    assert picture(seen("gru", "digit-rows", read="pixels"))[0]["image"] == (8, 8)
    assert picture(seen("gru", "tagging"))[0]["short"]["adjective"] == "adj"
    assert picture(seen("gru", example={"text": "()"}))[0]["example"]["name"] == ""

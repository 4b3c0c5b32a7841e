"""Writing: the same question gives the same text, in one go or in pieces, and every probability is the model's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.frame import pack
from dlplay.probes import writing
from dlplay.probes.choices import LONGEST_WRITING
from dlplay.probes.seen import Seen
from dlplay.silence import silenced
from dlplay.tap import look
from dlplay.training.metrics import answers
from tests.probes.transformers import seen as decoder


def _seen(data: str = "stories", model: str = "lstm", **network: Any) -> Seen:
    value = experiment(model, data, {"units": 12, **network})
    torch.manual_seed(2)
    return Seen(value.model.build(value.network, value.task).eval(), 3, value, load(data, value.data), {})


def _whole(seen: Seen, **wanted: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The text once it is done."""
    while True:
        facts, arrays = writing.picture(seen, **wanted)
        pack(facts, arrays)
        if facts["done"]:
            return facts, arrays


@pytest.mark.parametrize("data", ["stories", "names"])
def test_the_same_question_gives_the_same_text_in_pieces_and_in_one_go(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PLACES", 9999)
    monkeypatch.setattr(writing, "CHUNK", 60.0)
    facts, once = writing.picture(_seen(data), seed=4)
    assert facts["done"]
    monkeypatch.setattr(writing, "CHUNK", 0.0)
    seen = _seen(data)
    first = writing.picture(seen, seed=4)[1]["token"]
    assert len(first) == 1
    _, pieces = _whole(seen, seed=4)
    for name in once:
        assert np.array_equal(once[name], pieces[name], equal_nan=True)
    assert not np.array_equal(_whole(_seen(data), seed=5)[1]["token"], once["token"])
    assert np.array_equal(writing.picture(seen, seed=4)[1]["token"][:1], once["token"][:1])


def test_a_change_of_the_weights_begins_anew() -> None:
    seen = _seen()
    before = _whole(seen)[1]["token"]
    with torch.no_grad():
        seen.model.answer.bias[3] += 9.0
    after = _whole(seen)[1]["token"]
    assert (after == 3).sum() > (before == 3).sum() + 100


def test_looking_at_another_unit_writes_nothing_anew() -> None:
    seen = _seen(layers=2)
    facts, arrays = _whole(seen)
    assert (facts["layers"], facts["layer"], facts["units"], facts["states"]) == (2, 1, 12, ["hidden", "cell"])
    other, cells = writing.picture(seen, layer=0, unit=99, state="cell")
    assert other["done"]
    assert (other["layer"], other["unit"], other["state"]) == (0, 11, "cell")
    assert np.array_equal(cells["token"], arrays["token"])
    assert not np.allclose(cells["values"], arrays["values"])


def test_states_and_probabilities_are_those_of_reading_the_text_at_once() -> None:
    seen = _seen()
    _, arrays = _whole(seen, beginning="The ", temperature=0.5)
    tokens = arrays["token"].astype(np.int64)
    logits = answers(seen.model, torch.from_numpy(tokens[None]))[0].astype(np.float64)
    logits[:, 0] = -np.inf  # padding is never written
    for place in (1, 7, 100):
        shares = np.exp(logits[place - 1]) / np.exp(logits[place - 1]).sum()
        sharper = shares**2 / (shares**2).sum()
        likely = arrays["likely"][place]
        assert np.allclose(arrays["shares"][place], np.stack([shares[likely], sharper[likely]], axis=1), atol=1e-5)
        assert arrays["own"][place] == pytest.approx([shares[tokens[place]], sharper[tokens[place]]], abs=1e-5)
        assert shares[likely].min() >= np.delete(shares, likely).max() - 1e-9
    embedded = seen.model.embedding(torch.from_numpy(tokens[None]))
    hidden = seen.model.layers[0](embedded)[0].detach().numpy()
    assert np.allclose(arrays["values"], hidden, atol=1e-5)


def test_a_temperature_of_zero_takes_the_most_probable_token_whatever_the_seed() -> None:
    texts = [_whole(_seen(), temperature=0.0, seed=seed)[1] for seed in (0, 1)]
    assert np.array_equal(texts[0]["token"], texts[1]["token"])
    written = texts[0]["given"] == 0
    assert np.array_equal(texts[0]["token"][written], texts[0]["likely"][written, 0])
    assert (texts[0]["own"][written, 1] == 1).all()


def test_it_draws_as_often_as_the_probabilities_say() -> None:
    """Where the answer does not depend on what was read, the counts are those of one distribution."""
    seen = _seen()
    with torch.no_grad():
        seen.model.answer.weight.zero_()
        seen.model.answer.bias.fill_(-50.0)
        seen.model.answer.bias[[5, 9]] = torch.tensor([0.75, 0.25]).log()
    drawn = np.concatenate([_whole(seen, seed=seed)[1]["token"][writing.LEAD :] for seed in range(8)])
    assert set(drawn) == {5, 9}
    assert (drawn == 5).mean() == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / len(drawn)))


def test_names_end_and_begin_again_and_no_sign_without_a_word_is_written() -> None:
    seen = _seen("names")
    with torch.no_grad():
        seen.model.answer.bias[2] += 3.0  # the end
    facts, arrays = _whole(seen, beginning="Ca")
    tokens, given = arrays["token"], arrays["given"]
    assert (facts["begins"], facts["ends"]) == ("▸", "◂")
    assert facts["beginning"] == ["▸", "C", "a"]
    lines = np.split(tokens, np.nonzero(tokens == 2)[0] + 1)
    assert len(lines) == writing.LINES + 1
    assert not len(lines[-1])
    assert all([facts["vocabulary"][one] for one in line[:3]] == ["▸", "C", "a"] for line in lines[:-1])
    assert not np.isin(tokens[given == 0], [0, 1]).any()
    assert np.isnan(arrays["values"][tokens == 2]).all()
    assert np.isfinite(arrays["values"][tokens != 2]).all()


def test_one_picture_writes_so_many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "CHUNK", 60.0)
    seen = _seen()
    lengths = [len(writing.picture(seen)[1]["token"]) for _ in range(5)]
    assert lengths == [100, 200, 300, 312, 312]


@pytest.mark.parametrize("data", ["stories", "names"])
def test_the_work_is_bounded(data: str) -> None:
    seen = _seen(data)
    with torch.no_grad():
        if data == "names":
            seen.model.answer.bias[2] = -1e4  # it never ends
    _, arrays = _whole(seen)
    assert (arrays["given"] == 0).sum() == LONGEST_WRITING


@pytest.mark.parametrize(("beginning", "sentence"), [("Thé", "text holds"), ("x" * 300, "at most 50 fit")])
def test_a_beginning_that_cannot_be_read_is_told_in_a_sentence(beginning: str, sentence: str) -> None:
    facts, _ = writing.picture(_seen(), beginning=beginning)
    assert facts["refused"]["text"] == beginning
    assert sentence in facts["refused"]["sentence"]
    assert len(facts["beginning"]) == writing.LEAD


def test_what_cannot_write_and_what_is_too_hot_is_refused() -> None:
    with pytest.raises(Refusal, match="which token comes next"):
        writing.picture(_seen("brackets"))
    with pytest.raises(Refusal, match="from 0 to 3"):
        writing.picture(_seen(), temperature=7)


def test_two_who_watch_one_model_do_not_stop_each_other() -> None:
    seen, wanted = _seen(), ({"seed": 0}, {"seed": 1}, {"temperature": 0.5})
    found = [{} for _ in wanted]
    for _ in range(2 + LONGEST_WRITING):
        found = [writing.picture(seen, **one)[0] for one in wanted]
        if all(facts["done"] for facts in found):
            break
    assert all(facts["done"] for facts in found)


@pytest.mark.parametrize(
    ("top_k", "top_p", "left"),
    [
        (0, 1.0, [0.5, 0.3, 0.15, 0.05]),
        (2, 1.0, [0.625, 0.375, 0, 0]),
        (1, 0.5, [1, 0, 0, 0]),
        (0, 0.5, [1, 0, 0, 0]),
        (0, 0.6, [0.625, 0.375, 0, 0]),
        (3, 0.9, [0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0]),
    ],
)
def test_only_the_most_probable_tokens_are_left(top_k: int, top_p: float, left: list[float]) -> None:
    found = writing.cut(np.array([0.3, 0.05, 0.5, 0.15]), top_k, top_p)
    assert np.allclose(found, [left[[0.5, 0.3, 0.15, 0.05].index(one)] for one in (0.3, 0.05, 0.5, 0.15)])


def test_one_token_to_draw_from_is_the_most_probable_one_whatever_the_seed() -> None:
    first, second = (_whole(_seen(), seed=seed, top_k=1)[1]["token"] for seed in (1, 2))
    assert np.array_equal(first, second)
    assert np.array_equal(first, _whole(_seen(), temperature=0)[1]["token"])
    with pytest.raises(Refusal, match="top_p"):
        writing.picture(_seen(), top_p=0)


@pytest.mark.parametrize("data", ["names", "stories"])
def test_a_decoder_tells_what_every_token_looked_at(data: str) -> None:
    value = experiment("decoder", data, {"layers": 2, "heads": 2, "head_width": 4, "feed_forward": 16})
    torch.manual_seed(2)
    seen = Seen(value.model.build(value.network, value.task).eval(), 3, value, load(data, value.data), {})
    facts, arrays = _whole(seen, temperature=0.8)
    tokens, looked = arrays["token"], arrays["looked"].astype(np.float64) / 255
    ends = np.array([seen.task.tokens[number] == facts["ends"] for number in tokens])
    assert np.allclose(looked.sum(axis=1)[~ends], 1, atol=0.15)
    assert not looked[ends].any()
    assert not np.triu(looked, 1).any()
    line = int(np.flatnonzero(ends)[0]) if ends.any() else seen.task.input_shape[0]
    line = min(line, seen.task.input_shape[0])
    with torch.no_grad():
        captures = look(seen.model, torch.from_numpy(tokens[None, :line].astype(np.int64)))
    weights = captures["blocks.1.attention.weights"].value[0].mean(dim=0).numpy()
    assert np.abs(looked[:line, :line] - weights).max() < 0.5 / 255 + 1e-4


OFF = [
    [],
    ["positions"],
    ["blocks.0"],
    ["blocks.1.attention.1", "blocks.0.feed_forward"],
    ["mask"],
    ["mask", "positions", "blocks.1"],
]


@pytest.mark.parametrize("off", OFF, ids=" ".join)
@pytest.mark.parametrize("positions", ["sinusoidal", "rotary", "relative"])
def test_it_writes_what_the_silenced_model_says_pass_by_pass(off: list[str], positions: str) -> None:
    seen = decoder("decoder", "stories", data_config={"length": 20}, positions=positions)
    facts, arrays = _whole(seen, beginning="The ", temperature=0, off=tuple(off))
    text = [seen.task.tokens.index(letter) for letter in "The "]
    with torch.no_grad(), silenced(seen.model, off):
        for place in range(4, 60):
            logits = seen.model(torch.tensor([text[-seen.task.input_shape[0] :]]))[0, -1].double()
            logits[0] = -torch.inf
            text.append(int(logits.argmax()))
            assert arrays["own"][place] == pytest.approx([float(logits.softmax(0).max()), 1], abs=1e-5)
    assert arrays["token"][:60].tolist() == text
    assert len(facts["off"]) == len(off)


def test_what_is_silenced_begins_the_text_anew_and_what_the_model_has_not_is_nothing() -> None:
    seen = decoder("decoder", "names")
    whole = _whole(seen)[1]
    facts, without = _whole(seen, off=("blocks.0.attention.1", "blocks.9"))
    assert facts["off"] == ["layer 1 head 2"]
    assert not np.allclose(without["shares"][1], whole["shares"][1])
    assert not any(getattr(module, "silent", None) for module in seen.model.modules())
    again, same = writing.picture(seen, off=("blocks.9",))
    assert (again["off"], again["done"]) == ([], True)
    assert np.array_equal(same["token"], whole["token"])
    with torch.no_grad():
        seen.model.get_parameter("blocks.0.attention.out.weight")[:, 4:] = 0  # the second head's columns
    assert np.array_equal(_whole(seen)[1]["token"], without["token"])

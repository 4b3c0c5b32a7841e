"""What is shown of a target being written, and how right targets are by length."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import END, NO_ANSWER, load
from dlplay.experiment import experiment
from dlplay.frame import pack, unpack
from dlplay.layers.search import greedy, writer
from dlplay.probes import attention, decoding, lengths
from dlplay.probes.seen import Seen
from dlplay.silence import silenced
from tests.probes.transformers import seen as transformer


def _seen(example: dict[str, Any] | None = None, **network: Any) -> Seen:
    value = experiment("seq2seq", "reverse", {"units": 16, "embedding": 8, **network}, {"longest": 10, "examples": 200})
    torch.manual_seed(3)
    model = value.model.build(value.network, value.task).eval()
    return Seen(model, 7, value, load(value.dataset, value.data), example or {})


@pytest.mark.parametrize("attention", ["none", "additive", "multiplicative"])
@pytest.mark.parametrize("width", [1, 3])
def test_every_step_is_told(attention: str, width: int) -> None:
    facts, arrays = decoding.picture(_seen(attention=attention), width=width)
    steps = len(facts["words"])
    assert len(facts["next"]) == len(facts["shares"]) == len(facts["right"]) == steps
    assert len(arrays["hidden"]) == steps
    assert facts["attends"] == (attention != "none") == ("alignment" in arrays)
    if facts["attends"]:
        assert arrays["alignment"].shape == (steps, len(facts["source"]))
        assert np.allclose(arrays["alignment"].sum(axis=1), 1, atol=1e-5)
        assert arrays["context"].shape == (steps, 16)
    assert len(facts["beams"]) <= width
    log = sum(np.log(share) for share in facts["shares"])
    assert facts["beams"][0]["log"] == pytest.approx(log, abs=1e-4)
    for word, share, following in zip(facts["words"], facts["shares"], facts["next"], strict=True):
        assert 1 <= len(following) <= 5
        assert [one[1] for one in following] == sorted((one[1] for one in following), reverse=True)
        if width == 1:
            assert following[0] == [word, pytest.approx(share)]


def test_what_is_right_for_a_text_of_ones_own_is_told_by_the_rule_of_the_data() -> None:
    facts, _ = decoding.picture(_seen({"text": "abca"}))
    assert facts["source"] == list("abca")
    assert facts["wanted"] == [*"acba", END]
    assert facts["right"] == [[*"acba", END][i : i + 1] == [word] for i, word in enumerate(facts["words"])]
    assert facts["unanswered"] == ""


def test_why_no_answer_is_known_is_said() -> None:
    value = experiment("seq2seq", "roman", {"units": 8, "embedding": 8}, {"examples": 200})
    model = value.model.build(value.network, value.task).eval()
    facts, _ = decoding.picture(Seen(model, 7, value, load(value.dataset, value.data), {"text": "IIII"}))
    assert (facts["wanted"], facts["right"]) == (None, None)
    assert facts["unanswered"] == "No number is written like this in Roman numerals."


def test_the_chosen_pair_ends_with_its_end() -> None:
    facts, _ = decoding.picture(_seen({"part": "train", "index": 5}))
    assert facts["wanted"] == [*reversed(facts["source"]), END]


def test_a_hypothesis_further_down_can_be_looked_at() -> None:
    first, second = (decoding.picture(_seen(), width=4, chosen=chosen)[0] for chosen in (0, 1))
    assert first["beams"] == second["beams"]
    assert (first["chosen"], second["chosen"]) == (0, 1)
    assert first["words"] != second["words"]


def test_a_beam_that_is_too_wide_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refusal, match="from 1 to 5"):
        decoding.picture(_seen(), width=6)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
@pytest.mark.parametrize("attention", ["none", "additive"])
@pytest.mark.parametrize("width", [1, 3])
def test_a_run_that_diverged_is_drawn_all_the_same(broken: float, attention: str, width: int) -> None:
    seen = _seen(attention=attention)
    with torch.no_grad():
        for parameter in seen.model.parameters():
            parameter.fill_(broken)
    facts, arrays = decoding.picture(seen, width=width)
    told, _ = unpack(pack(facts, arrays))
    assert told["shares"][0] is None
    assert len(told["shares"]) == len(told["words"])
    pack(*lengths.picture(seen))


def test_no_more_examples_are_written_than_there_is_time_for() -> None:
    facts, arrays = lengths.picture(replace(_seen(), most=9))
    assert facts["used"] == arrays["count"].sum() == 9
    assert facts["all"] > 9


def test_accuracy_by_length_counts_what_is_written() -> None:
    seen = _seen()
    facts, arrays = lengths.picture(seen)
    part = seen.split.held_out
    assert facts["used"] == facts["all"] == len(part) == arrays["count"].sum()
    with torch.no_grad():
        written = greedy(writer(seen.model), torch.from_numpy(part.inputs[:, :10]), 11).numpy()
    right = asked = exact = 0
    for place in range(len(part)):
        if (part.inputs[place, :10] != 0).sum() == arrays["length"][-1]:
            wanted = [token for token in part.targets[place] if token != NO_ANSWER]
            hits = sum(one == other for one, other in zip(wanted, written[place], strict=False))
            right, asked, exact = right + hits, asked + len(wanted), exact + (hits == len(wanted))
    assert arrays["tokens"][-1] == pytest.approx(right / asked)
    assert arrays["exact"][-1] == pytest.approx(exact / arrays["count"][-1])


def test_few_of_many_examples_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengths, "MOST", 9)
    facts, arrays = lengths.picture(_seen())
    assert (facts["used"], facts["all"]) == (9, 60)
    assert arrays["count"].sum() == 9


def test_a_transformer_is_aligned_by_the_mean_of_its_last_cross_attention() -> None:
    looked = transformer("transformer", "reverse", {"text": "abcd"})
    facts, arrays = decoding.picture(looked)
    count = len(facts["words"])
    _, cross = attention.picture(looked, layer=1, head="mean")
    assert facts["attends"]
    assert arrays["alignment"].shape == (count, 4)
    assert np.allclose(arrays["alignment"], cross["weights"], atol=1e-5)


@pytest.mark.parametrize(
    "off",
    [
        [],
        ["encoder.blocks.1.attention.0"],
        ["decoder.blocks.0.cross", "positions"],
        ["mask"],
        ["mask", "decoder.blocks.1"],
    ],
    ids=" ".join,
)
def test_a_target_is_written_by_the_silenced_model_pass_by_pass(off: list[str]) -> None:
    looked = transformer("transformer", "reverse", data_config={"examples": 200, "longest": 10})
    model, places = looked.model, looked.task.output_shape[0]
    part = looked.split.held_out
    sources = looked.tensor(part.inputs[:, : looked.task.source])
    pairs, shares = torch.cat([sources, torch.full((len(sources), 1), 1)], dim=1), []
    with torch.no_grad(), silenced(model, off):
        for _ in range(places):
            logits = model(pairs)[:, -1].double()
            shares.append(logits.softmax(dim=1))
            logits[:, :2] = -torch.inf  # neither padding nor a beginning is written
            pairs = torch.cat([pairs, logits.argmax(dim=1)[:, None]], dim=1)
    written = pairs[:, looked.task.source + 1 :].numpy()
    written[(written == 2).cumsum(axis=1) - (written == 2) > 0] = 0  # nothing is written behind an end

    facts, arrays = decoding.picture(looked, off=tuple(off))
    first = [number for number in written[0].tolist() if number]
    assert facts["words"] == [looked.task.classes[number] for number in first]
    assert facts["shares"] == pytest.approx([float(shares[i][0, n]) for i, n in enumerate(first)], abs=1e-5)
    assert np.allclose(arrays["alignment"].sum(axis=1), 1, atol=1e-5)
    assert len(facts["off"]) == len(off)

    asked = part.targets != NO_ANSWER
    told, _ = lengths.picture(looked, off=tuple(off))
    assert told["used"] == len(part)
    assert told["tokens"] == pytest.approx(((written == part.targets) & asked).sum() / asked.sum())


def test_nothing_silenced_writes_as_before_and_a_beam_is_silenced_too() -> None:
    looked = transformer("transformer", "reverse", {"text": "abcd"})
    before = decoding.picture(looked, width=3)[0]["beams"]
    without = decoding.picture(looked, width=3, off=("mask", "decoder.blocks.0.cross.1"))[0]
    assert without["off"] == ["the mask", "decoder 1 cross-attention head 2"]
    assert without["beams"] != before
    assert decoding.picture(looked, width=3, off=("blocks.7",))[0]["beams"] == before

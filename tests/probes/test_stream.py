"""What is told of the residual stream: the last row is the model's answer, an earlier one that of a shorter model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.frame import pack
from dlplay.probes import stream
from dlplay.silence import silenced
from dlplay.tap import look
from tests.probes.networks import seen as mlp
from tests.probes.transformers import MODELS, seen


@pytest.mark.parametrize(("model", "data"), MODELS)
@pytest.mark.parametrize("norm", ["before", "after"])
def test_the_last_row_is_the_answer_of_the_model(model: str, data: str, norm: str) -> None:
    facts, arrays = stream.picture(seen(model, data, norm=norm))
    parts = 3 if model == "transformer" else 2
    assert len(facts["rows"]) == 1 + 2 * parts
    assert arrays["norm"].shape == (len(facts["rows"]), len(facts["tokens"]))
    assert arrays["best"].shape == arrays["share"].shape == (len(facts["rows"]), facts["places"])
    assert np.array_equal(arrays["share"][-1], arrays["final"][-1])
    assert (arrays["final"] <= arrays["share"] + 1e-6).all()


def test_the_answer_is_the_one_the_model_gives() -> None:
    looked = seen("decoder", "names")
    _, arrays = stream.picture(looked)
    inputs = looked.tensor(looked.chosen()[0])
    with torch.no_grad():
        shares = looked.model(inputs).softmax(dim=-1)[0]
    count = arrays["best"].shape[1]
    assert np.array_equal(arrays["best"][-1], shares[:count].argmax(dim=-1).numpy())
    assert np.allclose(arrays["share"][-1], shares[:count].max(dim=-1).values.numpy(), atol=1e-6)


def test_a_row_answers_like_the_model_without_all_that_comes_behind_it() -> None:
    looked = seen("encoder", "tagging")
    facts, arrays = stream.picture(looked)
    row = [one["title"] for one in facts["rows"]].index("Layer 1 feed-forward")
    with torch.no_grad(), silenced(looked.model, ["blocks.1"]):
        shares = look(looked.model, looked.tensor(looked.chosen()[0]))["output"].value.softmax(dim=-1)[0]
    count = len(facts["tokens"])
    assert np.array_equal(arrays["best"][row], shares[:count].argmax(dim=-1).numpy())
    assert np.allclose(arrays["share"][row], shares[:count].max(dim=-1).values.numpy(), atol=1e-6)


def test_one_answer_for_all_places_is_one_place_with_its_truth() -> None:
    looked = seen("encoder", "brackets")
    facts, _ = stream.picture(looked)
    assert facts["places"] == 1
    assert facts["wanted"] == [int(looked.chosen()[1])]
    assert facts["classes"] == list(looked.task.classes)


def test_where_numbers_are_answered_they_are_read_off() -> None:
    looked = seen("decoder", "waves")
    facts, arrays = stream.picture(looked)
    with torch.no_grad():
        outputs = looked.model(looked.tensor(looked.chosen()[0]))[0, :, 0].numpy()
    assert facts["places"] == len(facts["tokens"]) == len(outputs)
    assert np.allclose(arrays["value"][-1], outputs, atol=1e-5)
    assert "best" not in arrays


def test_a_part_that_is_silent_leaves_the_stream_as_it_was() -> None:
    _, arrays = stream.picture(seen("decoder", "names"), off=["blocks.0.attention"])
    assert np.array_equal(arrays["norm"][0], arrays["norm"][1])
    assert np.array_equal(arrays["final"][0], arrays["final"][1])


def test_other_models_are_refused_and_a_run_that_diverged_is_drawn() -> None:
    with pytest.raises(Refusal, match="no stream"):
        stream.picture(mlp())
    looked = seen("decoder", "names")
    with torch.no_grad():
        for parameter in looked.model.parameters():
            parameter.fill_(np.nan)
    frame: Any = stream.picture(looked, at=99)
    assert frame[0]["at"] is None
    pack(*frame)


def test_ones_own_text_is_told_what_is_right_or_why_that_is_not_known() -> None:
    facts, _ = stream.picture(seen("encoder", "sorting", {"text": "cab"}))
    assert [facts["classes"][one] for one in facts["wanted"]] == list("abc")
    assert facts["unanswered"] == ""
    facts, _ = stream.picture(seen("encoder", "modular-addition", {"text": "7 + 8"}))
    assert (facts["wanted"], facts["unanswered"]) == (None, "Only two numbers have an answer, written like 1 + 2 =.")
    facts, _ = stream.picture(seen("encoder", "modular-addition", {"text": "57 + 8 ="}))
    assert facts["wanted"] == [6]

"""Forecasts: the same one step at a time as at once, errors in the data's units, and the naive guess beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.probes import forecast
from dlplay.probes.onward import Onward
from dlplay.probes.seen import Seen
from dlplay.training.metrics import answers

SERIES = ["waves", "stocks", "gapminder"]


def _seen(model: str, data: str, example: dict[str, Any] | None = None, **network: Any) -> Seen:
    value = experiment(model, data, {"units": 8, **network})
    torch.manual_seed(2)
    return Seen(value.model.build(value.network, value.task).eval(), 3, value, load(data, value.data), example or {})


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2])
def test_reading_on_equals_reading_at_once(model: str, layers: int) -> None:
    seen = _seen(model, "waves", layers=layers)
    steps = seen.tensor(seen.split.train.inputs[:3])
    whole = answers(seen.model, steps)
    onward = Onward(seen.model, seen.task)
    pieces = [onward.read(piece).numpy() for piece in (steps[:, :20], steps[:, 20:21], steps[:, 21:])]
    assert np.allclose(np.concatenate(pieces, axis=1), whole, atol=1e-6)
    assert [set(layer) for layer in onward.states] == [{"hidden", "cell"} if model == "lstm" else {"hidden"}] * layers
    assert onward.states[-1]["hidden"].shape == (3, 8)


class Mean(nn.Module):
    """Forecasts the mean of what was read so far; it carries nothing."""

    def forward(self, values: Tensor) -> Tensor:
        return values.cumsum(1) / torch.arange(1, values.shape[1] + 1)[:, None]


def test_a_model_that_carries_nothing_reads_again() -> None:
    seen = _seen("rnn", "waves")
    steps = torch.randn(1, 40, 1)
    onward, model = Onward(Mean(), seen.task), Mean()
    pieces = [onward.read(steps[:, :30]), onward.read(steps[:, 30:])]
    assert torch.allclose(torch.cat(pieces, dim=1), model(steps), atol=1e-6)


@pytest.mark.parametrize("data", SERIES)
@pytest.mark.parametrize("part", ["train", "held-out"])
def test_the_naive_forecast_is_the_value_before_in_the_datas_units(data: str, part: str) -> None:
    seen = _seen("gru", data, {"part": part, "index": 4})
    facts, arrays = forecast.picture(seen)
    time = seen.task.input_shape[0]
    assert len(arrays["known"]) == time + 1
    assert np.allclose(arrays["naive"], arrays["known"][:-1], rtol=1e-4, atol=1e-4)
    whole = seen.part(part)
    raw = seen.split.target_scaling.back(whole.targets) if seen.split.target_scaling else whole.targets
    truth = raw[4, :, 0]
    wanted = np.isfinite(truth)
    assert np.array_equal(arrays["asked"], wanted)
    assert np.allclose(arrays["known"][1:][wanted], truth[wanted], rtol=1e-4, atol=1e-4)
    error = np.abs(arrays["said"] - truth)[wanted].mean()
    assert facts["here"]["model"] == pytest.approx(error, rel=1e-4)
    assert facts["here"]["naive"] == pytest.approx(np.abs(arrays["naive"] - truth)[wanted].mean(), rel=1e-3)
    assert facts["part"]["used"] == min(facts["part"]["all"], 100)


@pytest.mark.parametrize("data", SERIES)
def test_a_free_run_reads_its_own_forecasts(data: str) -> None:
    seen = _seen("lstm", data)
    facts, arrays = forecast.picture(seen, begin=3)
    inputs = seen.split.held_out.inputs[:1]
    assert facts["begin"] == 3
    assert arrays["free"][0] == pytest.approx(arrays["said"][2], rel=1e-4)
    fed = inputs[:, :3]
    for step in range(4):  # read again from the beginning, every time one forecast longer
        scaled = answers(seen.model, seen.tensor(fed))[0, -1]
        said = seen.split.target_scaling.back(scaled) if seen.split.target_scaling else scaled
        assert arrays["free"][step] == pytest.approx(said[0], rel=1e-3, abs=1e-4)
        raw = seen.split.input_scaling.back(fed[0, -1]) if seen.split.input_scaling else fed[0, -1].copy()
        raw[seen.task.features.index(seen.task.targets[0])] = said[0]
        row = seen.split.input_scaling(raw) if seen.split.input_scaling else raw
        fed = np.concatenate([fed, row.reshape(1, 1, -1).astype(np.float32)], axis=1)
    time = seen.task.input_shape[0]
    assert 3 + len(arrays["free"]) > time + 1
    assert facts["held"] == (["log GDP per person"] if data == "gapminder" else [])


def test_a_free_run_may_begin_anywhere_in_the_example() -> None:
    seen = _seen("rnn", "waves")
    assert [forecast.picture(seen, begin=one)[0]["begin"] for one in (0, 1, 60, 999)] == [0 + 1, 1, 60, 60]
    facts, _ = forecast.picture(seen, begin=60)
    assert facts["free"]["steps"] == 1


@pytest.mark.parametrize(
    ("model", "naive", "words"),
    [
        (0.88, 1.0, "better than naive by 12 %"),
        (1.0, 1.0, "no better than naive"),
        (1.3, 1.0, "no better than naive: its error is 1.3 × as large"),
        (0.1, 0.0, "worse than naive: naive is exact"),
        (float("nan"), 1.0, "no finite forecast"),
    ],
)
def test_both_errors_are_compared_in_words(model: float, naive: float, words: str) -> None:
    assert forecast.verdict(model, naive) == words


def test_only_tasks_that_ask_for_the_next_values_are_forecast() -> None:
    with pytest.raises(Refusal, match="next value"):
        forecast.picture(_seen("rnn", "adding"))


def test_no_more_examples_are_compared_than_there_is_time_for() -> None:
    facts, _ = forecast.picture(replace(_seen("gru", "waves"), most=7))
    assert facts["part"]["used"] == 7 < facts["part"]["all"]

"""The CNN beside a model that attends: as large, on the same batches, as far, always the same, gone with its run."""

from __future__ import annotations

import gc
import time
import weakref
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.experiment import Experiment, experiment
from dlplay.frame import pack
from dlplay.probes import beside
from dlplay.probes.counterpart import RATE, like, size
from dlplay.probes.seen import Seen
from dlplay.training import metrics
from dlplay.training.loop import Training
from dlplay.training.settings import Change, Edit
from tests.probes.transformers import SMALL, seen


def vit(data: str = "digits", training: Any = None, **network: Any) -> Experiment:
    return experiment("vit", data, {**SMALL, **network}, None, training)


def looked(training: Training, until: int, **more: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The picture, looked at until the CNN has come that far."""
    for _ in range(500):
        facts, arrays = beside.picture(training.seen(), rests=True, **more)
        if facts["beside"]["models"][1]["step"] >= until:
            return facts, arrays
    raise AssertionError(f"the CNN never came to step {until}")


@pytest.mark.parametrize(
    ("data", "network"), [("digits", {}), ("shapes", {}), ("digits", {"heads": 8, "head_width": 16})]
)
def test_no_other_width_comes_closer(data: str, network: dict[str, Any]) -> None:
    wanted = vit(data, **network)
    target = size(wanted.model.build(wanted.network, wanted.task))
    found = like(wanted, target)
    first = found.network.layers[0].channels  # type: ignore[attr-defined]
    counts = {c: _parameters(found, c) for c in range(max(1, first - 2), first + 3)}
    assert size(found.model.build(found.network, found.task)) == counts[first]
    assert abs(counts[first] - target) == min(abs(count - target) for count in counts.values())


def _parameters(found: Experiment, channels: int) -> int:
    """By the formula: two convolutions of 3 × 3 with a pool each, and a dense answer."""
    maps, rows, columns = found.task.input_shape
    cells = (rows // 2 // 2) * (columns // 2 // 2)
    convolutions = 9 * maps * channels + channels + 9 * channels * 2 * channels + 2 * channels
    return convolutions + (cells * 2 * channels + 1) * found.task.outputs


def test_it_has_the_same_data_seed_and_batches_and_nothing_that_was_changed_by_hand_of_rate_and_weights() -> None:
    changes = (Change(step=3, name="batch", value=16), Change(step=4, name="rate", value=0.5))
    wanted = vit(training={"seed": 5, "batch": 24, "rate": 0.02, "weight_decay": 0.01})
    wanted = replace(wanted, training=wanted.training.but(changes=changes, edits=(Edit(step=1, parameter="x"),)))
    found = like(wanted, 5_000)
    assert (found.dataset, found.data) == (wanted.dataset, wanted.data)
    assert found.training == wanted.training.but(optimiser="adam", rate=RATE, changes=changes[:1], edits=())


def test_it_goes_as_far_as_the_model_and_is_what_training_it_alone_gives() -> None:
    with Training(vit()) as training:
        for _ in training.run(12):
            pass
        facts, arrays = looked(training, 12)
        told = facts["beside"]
        assert [one["step"] for one in told["models"]] == [12, 12]
        assert told["done"]
        assert told["goal"] == 12
        with Training(like(training.experiment, size(training.model))) as alone:
            for _ in alone.run(12):
                pass
            outputs, targets = alone.answers()
            assert told["models"][1]["score"] == metrics.score(outputs, targets, alone.task)
            one = alone.seen(None, {})
            expected, _ = beside.maps.picture(one)
            assert facts["answer"] == expected["answer"]
        outputs, targets = training.answers()
        assert told["models"][0]["score"] == metrics.score(outputs, targets, training.task)
        assert [one["parameters"] for one in told["models"]] == [size(training.model), size(one.model)]
        pack(facts, arrays)


def test_the_model_itself_learns_as_if_nobody_looked() -> None:
    losses = []
    for looking in (False, True):
        with Training(vit(training={"seed": 3})) as training:
            found = []
            for event in training.run(10):
                found.append(getattr(event, "loss", None))
                if looking:
                    beside.picture(training.seen(), rests=True)
            losses.append([one for one in found if one is not None])
    assert losses[0] == losses[1]


def test_the_rate_that_is_said_is_the_one_in_force() -> None:
    with Training(vit()) as training:
        for _ in training.run(2):
            pass
        training.set(rate=0.004)
        facts, _ = beside.picture(training.seen(), rests=True)
        assert [one["rate"] for one in facts["beside"]["models"]] == [0.004, RATE]


def test_an_earlier_step_is_shown_beside_an_earlier_step() -> None:
    with Training(vit()) as training:
        for _ in training.run(9):
            pass
        looked(training, 9)
        facts, _ = beside.picture(training.seen(5), rests=True)
        assert [one["step"] for one in facts["beside"]["models"]] == [5, 5]


def test_beside_a_run_that_goes_on_it_takes_its_share_of_the_time_and_no_more() -> None:
    with Training(vit()) as training:
        for _ in training.run(3):
            pass
        seen_ = replace(training.seen(), step=10**6)
        beside.picture(seen_)
        pair = beside._PAIRS[seen_.model]
        pair.due = np.inf
        pair.credit, pair.at = 0.0, time.monotonic()
        step = pair.training.step
        beside.picture(seen_)  # no time has gone by, so nothing may be learnt
        assert pair.training.step <= step + 1
        pair.credit, pair.at = -5.0, time.monotonic() - 10  # what was taken too long is owed
        step = pair.training.step
        beside.picture(seen_)
        assert pair.training.step == step
        pair.credit, pair.at = 0.0, time.monotonic() - 3600  # an hour away is no hour of learning
        began = time.monotonic()
        beside.picture(seen_)
        assert pair.training.step > step
        assert pair.credit > -(time.monotonic() - began)


def test_it_goes_with_its_run() -> None:
    training = Training(vit())
    beside.picture(training.seen())
    pair = weakref.ref(beside._PAIRS[training.at()[0]])
    folder = training.path(0).parent / "beside"
    assert folder.is_dir()
    training.close()
    del training
    gc.collect()
    assert pair() is None
    assert not folder.exists()


def test_where_the_class_token_looks_is_its_row_of_the_weights() -> None:
    facts, arrays = beside.picture(seen("vit", "digits", {"index": 2}))
    assert arrays["looks"].shape == (2, 2, 4, 4)
    assert (arrays["looks"].sum(axis=(2, 3)) < 1).all()  # the rest is what it looks at itself
    assert facts["looks"] == {"from": "class token"}
    facts, arrays = beside.picture(seen("cnn-transformer", "digits", answer_from="mean"))
    assert arrays["looks"].sum(axis=(2, 3)) == pytest.approx(1)
    assert facts["looks"] == {"from": "mean region"}


def test_models_that_read_text_or_write_it_have_none_beside() -> None:
    with pytest.raises(Refusal, match="look at an image"):
        beside.picture(seen("encoder", "brackets"))
    value = experiment("captions", "scenes", {"units": 8, "embedding": 8}, {"examples": 200})
    built = value.model.build(value.network, value.task).eval()
    with pytest.raises(Refusal, match=r"beside models that .+\.$"):
        beside.picture(Seen(built, 1, value, load(value.dataset, value.data), {}))


def test_a_cnn_that_would_be_too_large_or_too_slow_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal, match=r"takes about 0\.\d+ s for a step; .+ it may take 0\.2 s\."):
        like(vit(), 6_000_000)
    monkeypatch.setenv("DLPLAY_RUN_MEMORY", "8000000")
    with pytest.raises(Refusal, match=r"needs \d+\.\d MB to train; .+ it may take 1\.0 MB\."):
        like(vit(), 60_000)


def test_weights_that_are_no_numbers_are_drawn() -> None:
    one = seen("vit", "digits")
    with torch.no_grad():
        for parameter in one.model.parameters():
            parameter.fill_(np.nan)
    pack(*beside.picture(one))

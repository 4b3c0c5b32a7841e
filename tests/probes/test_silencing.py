"""What a model answers with parts switched off, and what each part is worth."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.frame import pack
from dlplay.probes import silencing
from dlplay.probes.seen import Seen
from dlplay.silence import silenced, switches
from dlplay.training import metrics
from tests.probes.networks import seen as mlp
from tests.probes.transformers import MODELS, seen


def loss(looked: Seen, names: list[str]) -> float:
    """The loss over all held-out examples, by another way."""
    part = looked.part("held-out")
    with torch.no_grad(), silenced(looked.model, names):
        outputs = looked.model(looked.tensor(part.inputs)).numpy()
    return metrics.loss(*metrics.flat(outputs, part.targets, looked.task), looked.task)


def test_the_loss_without_a_head_is_that_of_the_model_whose_head_writes_nothing() -> None:
    looked = seen("decoder", "names")  # few examples: all of them are answered
    facts, _ = silencing.picture(looked, ["blocks.1.attention.1"])
    assert facts["used"] == facts["all"]
    with torch.no_grad():
        looked.model.get_parameter("blocks.1.attention.out.weight")[:, 4:] = 0
    assert facts["off"]["loss"] == pytest.approx(loss(looked, []), rel=1e-5)


def test_every_part_is_measured_in_turn_and_tells_by_how_much_the_model_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = seen("decoder", "names")
    names = switches(looked.model)
    for _ in names:
        facts, _ = silencing.picture(looked)
    assert set(facts["effects"]) == set(names)
    for name in ("mask", "positions", "blocks.0", "blocks.1.feed_forward"):
        expected = loss(looked, [name]) - facts["on"]["loss"]
        assert facts["effects"][name]["loss"] == pytest.approx(expected, abs=1e-5)
    before = facts["on"]["loss"]
    with torch.no_grad():
        looked.model.get_parameter("answer.weight").mul_(2)
    monkeypatch.setattr(silencing, "EVERY", 60.0)
    assert silencing.picture(looked)[0]["on"]["loss"] == before  # while it trains not at every look
    off = silencing.picture(looked, ["blocks.1", "mask"])[0]  # but both at once where something else is asked
    assert off["on"]["loss"] == pytest.approx(loss(looked, []), rel=1e-5)
    assert off["off"]["loss"] == pytest.approx(loss(looked, ["blocks.1", "mask"]), rel=1e-5)
    with torch.no_grad():
        looked.model.get_parameter("answer.weight").mul_(2)
    monkeypatch.setattr(silencing, "EVERY", 0.0)
    assert silencing.picture(looked)[0]["on"]["loss"] == pytest.approx(loss(looked, []), rel=1e-5)


def test_nothing_off_is_nothing_compared() -> None:
    assert silencing.picture(seen("encoder", "tagging"), [])[0]["off"] is None
    assert silencing.picture(seen("encoder", "tagging"), ["blocks.9"])[0]["silent"] == []


def test_what_is_off_is_told_in_words_as_well() -> None:
    facts = silencing.picture(seen("encoder", "tagging"), ["blocks.1.attention.0", "positions", "blocks.9"])[0]
    assert facts["silent"] == ["blocks.1.attention.0", "positions"]
    assert facts["without"] == [silencing.called(name) for name in facts["silent"]]


@pytest.mark.parametrize(("model", "data"), MODELS)
def test_every_switch_has_a_place_in_the_table(model: str, data: str) -> None:
    facts, _ = silencing.picture(seen(model, data))
    placed = [*facts["shared"]]
    for row in facts["rows"]:
        placed.append(row["block"])
        for part in row["parts"]:
            placed += [part["name"], *part["heads"]]
    assert sorted(placed) == sorted(switches(seen(model, data).model))


def test_a_model_without_switches_says_so_and_a_run_that_diverged_is_told() -> None:
    with pytest.raises(Refusal, match="Nothing of MLP"):
        silencing.picture(mlp())
    looked = seen("decoder", "names")
    with torch.no_grad():
        looked.model.get_parameter("answer.weight").fill_(np.nan)
    facts, arrays = silencing.picture(looked)
    assert facts["on"]["loss"] is None
    pack(facts, arrays)

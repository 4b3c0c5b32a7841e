"""What is told of positions: their encoding, how alike they are, and what a shuffle changes with and without them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.frame import pack
from dlplay.probes import positions
from tests.probes.networks import seen as mlp
from tests.probes.transformers import MODELS, seen


def test_sinusoids_are_those_of_the_paper() -> None:
    facts, arrays = positions.picture(seen("encoder", "tagging"))
    places, width = np.arange(len(facts["tokens"]))[:, None], 8
    angles = places / 10_000 ** (np.arange(0, width, 2) / width)
    expected = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(places), width)
    assert np.allclose(arrays["encoding"], expected, atol=1e-5)
    lengths = np.linalg.norm(expected, axis=1)
    assert np.allclose(arrays["similarity"], expected @ expected.T / np.outer(lengths, lengths), atol=1e-5)


@pytest.mark.parametrize("kind", ["sinusoidal", "learned", "rotary", "relative", "none"])
@pytest.mark.parametrize(("model", "data"), MODELS)
def test_every_kind_is_told(model: str, data: str, kind: str) -> None:
    facts, arrays = positions.picture(seen(model, data, positions=kind))
    assert facts["kind"] == kind
    assert ("encoding" in arrays) == (kind in ("sinusoidal", "learned", "rotary"))
    assert ("similarity" in arrays) == (kind != "none")
    if kind == "rotary":
        assert np.allclose(np.diag(arrays["similarity"]), 1, atol=1e-5)
        assert np.allclose(np.diag(arrays["similarity"], 1), arrays["similarity"][0, 1], atol=1e-5)
    pack(facts, arrays)


@pytest.mark.parametrize("data", ["tagging", "brackets"])
def test_an_encoder_without_positions_does_not_see_the_order(data: str) -> None:
    facts, arrays = positions.picture(seen("encoder", data), seed=1)
    assert facts["without"]["change"] == pytest.approx(0, abs=1e-6)
    assert facts["with"]["change"] > 1e-4
    assert sorted(facts["order"]) == list(range(len(facts["tokens"])))
    assert arrays["changes"].shape[1] == (len(facts["tokens"]) if data == "tagging" else 1)


def test_a_decoder_sees_the_order_by_its_mask_alone() -> None:
    facts, _ = positions.picture(seen("decoder", "names"), seed=1)
    assert facts["masked"]
    assert facts["without"]["change"] > 1e-5


def test_the_source_of_a_pair_is_shuffled_and_the_target_stays() -> None:
    facts, arrays = positions.picture(seen("transformer", "reverse", {"text": "abcd"}), seed=1)
    assert facts["tokens"] == list("abcd")
    assert len(facts["with"]["before"]) == len(facts["with"]["after"]) == arrays["changes"].shape[1]


def test_other_models_are_refused_and_a_run_that_diverged_is_drawn() -> None:
    with pytest.raises(Refusal, match="tells no token"):
        positions.picture(mlp())
    looked = seen("encoder", "tagging", positions="learned")
    with torch.no_grad():
        for parameter in looked.model.parameters():
            parameter.fill_(np.nan)
    frame: Any = positions.picture(looked)
    pack(*frame)

"""What is shown of attention agrees with attention worked out by hand, and heads are named for what they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.frame import pack
from dlplay.layers.attention import Attention
from dlplay.probes import attention
from dlplay.probes.heads import rolled_out, told
from dlplay.probes.looked import There, groups
from tests.probes.networks import seen as mlp
from tests.probes.transformers import MODELS, seen


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(("model", "data"), MODELS)
@pytest.mark.parametrize("positions", ["sinusoidal", "rotary", "relative"])
def test_every_number_of_a_head_follows_from_those_before_it(model: str, data: str, positions: str) -> None:
    looked = seen(model, data, positions=positions)
    for group in groups(looked.model):
        facts, found = attention.picture(looked, part=group.name, layer=1, head=1)
        one = {name: array.astype(np.float64) for name, array in found.items()}
        q, k, v = (
            one[source] @ one[f"{name}.weight"].T + one.get(f"{name}.bias", 0.0)
            for name, source in (("q", "input"), ("k", "memory"), ("v", "memory"))
        )
        assert np.allclose(one["v"], v, atol=1e-5)
        if not facts["turned"]:
            assert np.allclose(one["q"], q, atol=1e-5)
            assert np.allclose(one["k"], k, atol=1e-5)
        products = one["q"] @ one["k"].T * facts["scale"]
        assert np.allclose(one["scores"], products, atol=1e-5) == (not facts["biased"])
        allowed = np.tril(np.ones_like(products)) if facts["causal"] else np.ones_like(products)
        weights = softmax(np.where(allowed, one["scores"], -np.inf))
        assert np.allclose(one["weights"], weights, atol=1e-5)
        assert np.allclose(one["mixed"], one["weights"] @ one["v"], atol=1e-5)
        assert facts["places"] == sum(isinstance(one, Attention) for one in looked.model.modules())
        assert one["weights"].shape == (len(facts["queries"]), len(facts["keys"]))
        assert np.abs(found["maps"][facts["heads"] + 1] / 255 - one["weights"]).max() <= 0.5 / 255 + 1e-6


def test_the_future_is_exactly_nothing_until_its_mask_is_off() -> None:
    looked = seen("decoder", "names")
    facts, found = attention.picture(looked)
    assert facts["causal"]
    assert facts["future"] == 0.0
    assert not np.triu(found["weights"], 1).any()
    facts, found = attention.picture(looked, off=["mask"])
    assert facts["unmasked"]
    assert not facts["causal"]
    assert np.triu(found["weights"], 1).any()


def test_an_encoder_sees_both_ways_and_padding_is_not_shown() -> None:
    facts, found = attention.picture(seen("encoder", "sentiment", {"text": "the film was not good"}))
    assert facts["queries"] == facts["keys"] == ["the", "film", "was", "not", "good"]
    assert not facts["causal"]
    assert found["weights"].shape == (5, 5)
    assert np.allclose(found["weights"].sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("model", "word"), [("vit", "patch"), ("cnn-transformer", "region")])
@pytest.mark.parametrize("answer_from", ["class", "mean"])
def test_places_on_an_image_are_called_by_row_and_column(model: str, word: str, answer_from: str) -> None:
    facts, found = attention.picture(seen(model, "digits", answer_from=answer_from))
    grid, front = facts["grid"], answer_from == "class"
    rows, columns = grid["rows"], grid["columns"]
    assert grid == {"rows": rows, "columns": columns, "before": int(front), "side": "both", "stride": 8 // rows}
    assert facts["queries"] == facts["keys"]
    assert len(facts["keys"]) == front + rows * columns == found["weights"].shape[1]
    assert facts["keys"][:front] == ["class"] * front
    assert facts["keys"][front:][columns + 1] == "2·2"
    assert facts["keys"][-1] == f"{rows}·{columns}"
    assert facts["placeWord"] == word
    assert facts["queryWord"] == f"each {word}"


def test_where_no_image_is_read_nothing_lies_on_one() -> None:
    facts, _ = attention.picture(seen("encoder", "tagging"))
    assert facts["grid"] is None
    assert (facts["queryWord"], facts["keyWord"], facts["placeWord"]) == ("each token", "token read", "token")


def test_of_a_pair_every_attention_has_its_own_tokens() -> None:
    looked = seen("transformer", "reverse", {"text": "abc"})
    facts, _ = attention.picture(looked)
    assert [one["title"] for one in facts["parts"]] == ["encoder", "decoder", "cross"]
    assert facts["keys"] == list("abc")
    assert facts["queries"][0] == looked.task.classes[1]
    assert len(facts["under"]) == len(facts["queries"])
    facts, found = attention.picture(looked, part="encoder.blocks.attention")
    assert facts["queries"] == facts["keys"] == list("abc")
    assert facts["under"] is None
    assert "rollout" in found


def test_rollout_is_the_product_of_half_the_mean_and_half_the_stream() -> None:
    weights = torch.rand(3, 2, 5, 5).softmax(dim=-1)
    expected, found = np.eye(5), rolled_out(weights).numpy()
    for layer, step in enumerate(weights.mean(dim=1).numpy()):
        expected = (0.5 * step + 0.5 * np.eye(5)) @ expected
        assert np.allclose(found[layer], expected, atol=1e-6)
    assert np.allclose(found.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("layer", [0, 1])
def test_averages_follow_from_what_is_told_beside_them(layer: int) -> None:
    looked = seen("encoder", "tagging")
    _, mean = attention.picture(looked, layer=layer, head="mean")
    assert np.allclose(mean["weights"], mean["heads"].mean(axis=0), atol=1e-6)
    _, rollout = attention.picture(looked, layer=layer, head="rollout")
    assert np.allclose(rollout["weights"], rollout["mixing"] @ rollout["before"], atol=1e-5)


PLACE = np.arange(6)
DISTANCE = PLACE[None] - PLACE[:, None]
TOKENS = torch.tensor([[1, 2, 3, 1, 2, 3]])
HEADS = {
    "previous": DISTANCE == -1,
    "itself": DISTANCE == 0,
    "first": np.broadcast_to(PLACE == 0, (6, 6)),
    "equal": DISTANCE == -3,
    "followed": DISTANCE == -2,
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_named_for_where_its_weight_goes(name: str) -> None:
    wanted = np.where(HEADS[name].any(axis=1, keepdims=True), HEADS[name], DISTANCE <= 0).astype(np.float32)
    weights = torch.from_numpy(wanted / wanted.sum(axis=1, keepdims=True))[None, None, None]
    allowed = torch.from_numpy(DISTANCE <= 0)[None]
    one = told(weights, There(TOKENS, TOKENS != 0, allowed, square=True))[0][0]
    assert one["name"] == name
    assert one["score"] == pytest.approx(1)


def test_a_head_that_looks_everywhere_has_no_name_and_all_the_entropy_there_is() -> None:
    allowed = torch.ones(1, 6, 6, dtype=torch.bool)
    one = told(torch.full((1, 1, 1, 6, 6), 1 / 6), There(TOKENS, TOKENS != 0, allowed, square=True))[0][0]
    assert one["name"] is None
    assert one["entropy"] == pytest.approx(one["most"]) == pytest.approx(np.log2(6))
    sharp = told(torch.eye(6)[None, None, None], There(TOKENS, TOKENS != 0, allowed, square=True))[0][0]
    assert sharp["entropy"] == 0


def test_what_even_attention_would_do_gives_no_name() -> None:
    """Of two tokens, looking back, the first has only itself to look at, and the second half of the time."""
    weights, allowed = torch.eye(2)[None, None, None], torch.ones(2, 2, dtype=torch.bool).tril()[None]
    one = told(weights, There(TOKENS[:, :2], TOKENS[:, :2] != 0, allowed, square=True))[0][0]
    assert one["scores"]["itself"] == 1
    assert one["name"] is None


def test_padding_is_equal_to_nothing() -> None:
    padded = torch.cat([TOKENS, torch.zeros(1, 3, dtype=torch.int64)], dim=1)
    there = padded != 0
    allowed = there[:, :, None] & there[:, None]
    weights = torch.rand(1, 1, 1, 9, 9).masked_fill(~allowed[:, None, None], 0)
    without = There(TOKENS, TOKENS != 0, torch.ones(1, 6, 6, dtype=torch.bool), square=True)
    (((found,),), ((wanted,),)) = (
        told(weights, There(padded, there, allowed, square=True)),
        told(weights[..., :6, :6], without),
    )
    assert found["scores"] == pytest.approx(wanted["scores"])
    assert found["entropy"] == pytest.approx(wanted["entropy"])


def test_what_makes_no_sense_is_refused_or_brought_into_range() -> None:
    with pytest.raises(Refusal, match="no attention"):
        attention.picture(mlp())
    looked = seen("decoder", "names")
    with pytest.raises(Refusal, match="mean or rollout"):
        attention.picture(looked, head="all")
    facts, _ = attention.picture(looked, part="decoder.cross", layer=99, head=99, at=[99, 0], off=["blocks.7"])
    assert facts["shown"] == {"layer": 1, "head": 1}
    assert facts["at"] is None
    assert facts["off"] == []


@pytest.mark.parametrize(("model", "data"), MODELS)
def test_a_run_that_diverged_is_drawn_all_the_same(model: str, data: str) -> None:
    looked = seen(model, data)
    with torch.no_grad():
        for parameter in looked.model.parameters():
            parameter.fill_(np.nan)
    frame: Any = attention.picture(looked)
    pack(*frame)

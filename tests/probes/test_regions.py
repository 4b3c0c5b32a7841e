"""What is laid over an image is what passed the model's attentions, key by key and in its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.frame import pack
from dlplay.probes import regions
from dlplay.probes.heads import rolled_out
from dlplay.tap import look
from tests.probes.networks import seen as mlp
from tests.probes.transformers import seen

SEERS = (("vit", "digits", {}), ("vit", "shapes", {"patch": 5}), ("cnn-transformer", "shapes", {}))


def captured(looked: Any) -> torch.Tensor:
    """The weights (layer, head, query, key) of the chosen image, straight from the taps."""
    with torch.inference_mode():
        captures = look(looked.model, looked.tensor(looked.chosen()[0]))
    names = [f"blocks.{layer}.attention.weights" for layer in range(looked.experiment.network.layers)]
    return torch.stack([captures[name].value[0] for name in names])


@pytest.mark.parametrize(("model", "data", "network"), SEERS)
@pytest.mark.parametrize("query", [None, 0, 4])
@pytest.mark.parametrize("answer_from", ["class", "mean"])
def test_weights_of_a_query_are_those_of_the_model(
    model: str, data: str, network: dict[str, Any], query: int | None, answer_from: str
) -> None:
    looked = seen(model, data, {"index": 3}, answer_from=answer_from, **network)
    facts, found = regions.picture(looked, query=query)
    weights, rollout = captured(looked), rolled_out(captured(looked))
    layers, heads = weights.shape[:2]
    asked = 0 if query is None and answer_from == "class" else query
    assert facts["query"] == asked
    assert facts["chosen"] == (query is not None)
    assert facts["averages"] == ["mean", "rollout"]
    row = (lambda one: one.mean(dim=-2)) if asked is None else (lambda one: one[..., asked, :])
    assert np.allclose(found["weights"][:, :heads], row(weights), atol=1e-6)
    assert np.allclose(found["weights"][:, heads], row(weights).mean(dim=1), atol=1e-6)
    assert np.allclose(found["weights"][:, heads + 1], row(rollout), atol=1e-6)
    assert np.allclose(found["weights"].sum(axis=2), 1, atol=1e-5)
    if asked is not None:
        codes, tops = (found[name].reshape(layers, heads + 2, len(facts["queries"]), -1) for name in ("maps", "tops"))
        assert np.allclose(codes[:, :, asked] / 255 * tops[:, :, asked], found["weights"], atol=0.5 / 255)


@pytest.mark.parametrize(("model", "data", "network"), SEERS)
def test_a_region_stands_where_its_pixels_are(model: str, data: str, network: dict[str, Any]) -> None:
    looked = seen(model, data, **network)
    facts, found = regions.picture(looked)
    grid, image = facts["grid"], looked.tensor(looked.chosen()[0]).requires_grad_()
    rows, columns = grid["rows"], grid["columns"]
    assert found["image"].shape == tuple(image.shape[1:])
    cells = looked.model.embedding(image)
    assert cells.shape[2:] == (rows, columns)
    for row, column in ((0, 0), (rows - 1, 1), (1, columns - 1)):
        (moved,) = torch.autograd.grad(cells[0, :, row, column].square().sum(), image, retain_graph=True)
        seen_by = moved[0].abs().amax(dim=0)
        stride = grid["stride"]
        inside = seen_by[row * stride : (row + 1) * stride, column * stride : (column + 1) * stride]
        assert inside.max() > 0
        if model == "vit":
            assert seen_by.sum() == pytest.approx(inside.sum().item())


def test_what_is_silenced_is_named_and_a_query_that_is_not_there_is_none() -> None:
    looked = seen("vit", "digits")
    facts, found = regions.picture(looked, query=999, layer=9, head=9, off=("blocks.0.attention.1", "blocks.8"))
    assert facts["query"] == 0
    assert not facts["chosen"]
    assert facts["shown"] == {"layer": 1, "head": 1}
    assert facts["off"] == ["blocks.0.attention.1"]
    assert facts["switches"][0][1] == "blocks.0.attention.1"
    with_all = regions.picture(looked)[1]["weights"]
    assert np.allclose(found["weights"][0], with_all[0])
    assert not np.allclose(found["weights"][1], with_all[1])


def test_of_very_many_regions_only_the_weights_of_the_query_are_sent() -> None:
    facts, found = regions.picture(seen("vit", "digits", None, {"enlarge": 3}, patch=1))
    assert (facts["grid"]["rows"], facts["grid"]["columns"]) == (24, 24)
    assert sorted(found) == ["image", "weights"]
    assert found["weights"].shape == (2, 4, 577)


def test_a_colour_image_keeps_its_colours() -> None:
    looked = seen("vit", "photos")
    facts, found = regions.picture(looked)
    assert facts["image"]["shape"] == list(looked.task.input_shape)
    assert np.allclose(found["image"] / 255, looked.chosen()[0][0], atol=0.5 / 255 + 1e-6)


def test_words_look_at_an_image_alone_or_all_together() -> None:
    looked = seen("flamingo", "scenes", None, {"examples": 200})
    facts, every = regions.picture(looked, part="blocks.attention")
    assert facts["part"] == "looks.cross"
    assert facts["grid"]["side"] == "keys"
    assert facts["averages"] == ["mean"]
    assert facts["query"] is None
    single = [regions.picture(looked, query=query)[1]["weights"] for query in range(len(facts["queries"]))]
    assert np.allclose(every["weights"], np.mean(single, axis=0), atol=1e-6)


def test_a_model_that_looks_at_no_image_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="looks at no regions of an image"):
        regions.picture(seen("encoder", "tagging"))
    with pytest.raises(Refusal, match="no attention"):
        regions.picture(mlp())
    with pytest.raises(Refusal, match="mean or rollout"):
        regions.picture(seen("vit", "digits"), head="all")


def test_a_run_that_diverged_is_drawn_all_the_same() -> None:
    looked = seen("vit", "digits")
    with torch.no_grad():
        for parameter in looked.model.parameters():
            parameter.fill_(np.nan)
    pack(*regions.picture(looked))

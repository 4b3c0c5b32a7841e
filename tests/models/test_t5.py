"""Small T5 against a forward pass in its own names, one query and one head after the other."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from dlplay.dataset import BEGIN, END, PAD, Task
from dlplay.models.transformer import ARCHITECTURE, PairsConfig, Transformer

LAYERS, HEADS, UNITS, INNER, SOURCE, TARGET = 2, 2, 4, 12, 8, 6
WIDTH = HEADS * UNITS
WORDS = (PAD, BEGIN, END, *"abcdefgh")
Tensors = dict[str, Tensor]


def t5() -> Transformer:
    """The published config with fewer and smaller blocks, and weights that are drawn, norms and biases too."""
    published = ARCHITECTURE.presets["T5 small"].config
    assert isinstance(published, PairsConfig)
    config = published.but(layers=LAYERS, heads=HEADS, head_width=UNITS, feed_forward=INNER, dropout=0.0)
    task = Task("pair", (SOURCE + TARGET,), classes=WORDS, tokens=WORDS, each_step=True, source=SOURCE)
    torch.manual_seed(0)
    model = Transformer(config, task).eval()
    random = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=random) * 0.4)
    return model


def in_its_own_names(model: Transformer) -> Tensors:
    """Our weights as the published code calls them. Its embedding is not scaled; its answer is divided by √width."""
    ours = dict(model.named_parameters())
    found = {"shared": ours["encoder.embedding.weight"] * math.sqrt(WIDTH)}
    for side, parts in (
        ("encoder", ("attention", "feed_forward")),
        ("decoder", ("attention", "cross", "feed_forward")),
    ):
        found[f"{side}.relative_attention_bias"] = ours[f"{side}.positions.table.weight"]
        found[f"{side}.final_layer_norm"] = ours[f"{side}.norm.weight"]
        for block in range(LAYERS):
            for number, part in enumerate(parts):
                here, there = f"{side}.block.{block}.layer.{number}", f"{side}.blocks.{block}.{part}"
                found[f"{here}.layer_norm"] = ours[f"{there}_norm.weight"]
                letters = {"wi": "inner", "wo": "outer"} if part == "feed_forward" else {
                    "q": "query", "k": "key", "v": "value", "o": "out",
                }  # fmt: skip
                found |= {f"{here}.{theirs}": ours[f"{there}.{one}.weight"] for theirs, one in letters.items()}
    return found


def rms(x: Tensor, weight: Tensor) -> Tensor:
    return weight * x * torch.rsqrt((x**2).mean(dim=-1, keepdim=True) + 1e-6)


def bucket(distance: int, *, causal: bool) -> int:
    """Of near distances each has its own (Raffel et al. 2020, section 2.1); the encoder's second half is for ahead."""
    assert abs(distance) < 8
    return -distance if causal or distance <= 0 else 16 + distance


def attend(w: Tensors, here: str, x: Tensor, memory: Tensor, *, table: Tensor | None, causal: bool) -> Tensor:
    """(query, width) over (key, width); scores are not divided. table: (bucket, head)."""
    q, k, v = x @ w[f"{here}.q"].T, memory @ w[f"{here}.k"].T, memory @ w[f"{here}.v"].T
    rows = []
    for query in range(len(q)):
        heads = []
        for head in range(HEADS):
            part = slice(head * UNITS, (head + 1) * UNITS)
            scores = []
            for key in range(query + 1 if causal else len(k)):
                near = 0.0 if table is None else table[bucket(key - query, causal=causal), head]
                scores.append(q[query, part] @ k[key, part] + near)
            weights = torch.stack(scores).softmax(dim=0)
            heads.append(weights @ v[: len(weights), part])
        rows.append(torch.cat(heads))
    return torch.stack(rows) @ w[f"{here}.o"].T


def side(w: Tensors, name: str, tokens: Tensor, memory: Tensor | None = None) -> Tensor:
    """The encoder, or the decoder where there is a memory: (time,) to (time, width)."""
    x, causal = w["shared"][tokens], memory is not None
    for block in range(LAYERS):
        here = f"{name}.block.{block}.layer"
        given = rms(x, w[f"{here}.0.layer_norm"])
        x = x + attend(w, f"{here}.0", given, given, table=w[f"{name}.relative_attention_bias"], causal=causal)
        if memory is not None:
            given = rms(x, w[f"{here}.1.layer_norm"])
            x = x + attend(w, f"{here}.1", given, memory, table=None, causal=False)
        last = f"{here}.{1 if memory is None else 2}"
        x = x + (rms(x, w[f"{last}.layer_norm"]) @ w[f"{last}.wi"].T).relu() @ w[f"{last}.wo"].T
    return rms(x, w[f"{name}.final_layer_norm"])


@pytest.mark.parametrize("length", [SOURCE, 4])
def test_it_computes_what_was_published(length: int) -> None:
    """Also of a source that padding fills up."""
    model, random = t5(), torch.Generator().manual_seed(2)
    source = torch.randint(3, len(WORDS), (length,), generator=random)
    target = torch.cat([torch.tensor([1]), torch.randint(3, len(WORDS), (TARGET - 1,), generator=random)])
    w = in_its_own_names(model)
    assert sum(one.numel() for one in w.values()) == sum(one.numel() for one in model.parameters())
    with torch.no_grad():
        stream = side(w, "decoder", target, side(w, "encoder", source))
        wanted = stream * WIDTH**-0.5 @ w["shared"].T
        row = torch.cat([source, torch.zeros(SOURCE - length, dtype=torch.int64), target])
        found = model(row[None])[0]
    assert torch.allclose(found, wanted, atol=1e-5), float((found - wanted).abs().max())
    assert wanted.std() > 0.1

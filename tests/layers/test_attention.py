"""Attention is torch's own; written out it is the fused kernel; padding and the future weigh exactly nothing."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlplay.layers.attention import Attention, Cache, allowed
from dlplay.layers.positions import Relative, Rotary
from dlplay.layers.recurrent import present
from dlplay.silence import silenced
from dlplay.tap import listening, look

BATCH, TIME, SOURCE, HEADS, UNITS, WIDTH, MEMORY = 3, 7, 5, 4, 6, 24, 10
LENGTHS = torch.tensor([7, 2, 4])
OPTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "plain": dict,
    "causal": lambda: {"causal": True},
    "padded": lambda: {"there": present(LENGTHS, TIME)},
    "causal and padded": lambda: {"causal": True, "there": present(LENGTHS, TIME)},
    "rotary": lambda: {"rotary": Rotary(UNITS).rotation(TIME)},
    "relative": lambda: {"bias": Relative(HEADS, causal=False).bias(TIME, TIME)},
    "biased": lambda: {"bias": torch.linspace(-2, 2, HEADS * TIME * TIME).reshape(HEADS, TIME, TIME)},
    "all": lambda: {
        "causal": True,
        "there": present(LENGTHS, TIME),
        "bias": Relative(HEADS, causal=True).bias(TIME, TIME),
        "rotary": Rotary(UNITS).rotation(TIME),
    },
}
options = pytest.mark.parametrize("option", OPTIONS)


def attention(**more: Any) -> Attention:
    torch.manual_seed(0)
    return Attention(WIDTH, HEADS, UNITS, **more)


def stream(time: int = TIME, width: int = WIDTH, seed: int = 1) -> Tensor:
    return torch.randn(BATCH, time, width, generator=torch.Generator().manual_seed(seed))


def with_gradients(outputs: Tensor, leaves: dict[str, Tensor]) -> dict[str, Tensor]:
    """Outputs, and by each of these tensors the gradient of a sum that weighs every output differently."""
    weights = torch.linspace(-1, 1, outputs.numel()).reshape(outputs.shape)
    gradients = torch.autograd.grad((outputs * weights).sum(), list(leaves.values()))
    return {"outputs": outputs, **dict(zip(leaves, gradients, strict=True))}


def check_equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name in one:
        assert torch.allclose(one[name], other[name], atol=1e-5, rtol=1e-5), name


@options
@pytest.mark.parametrize("crossed", [False, True], ids=["self", "cross"])
def test_written_out_equals_fused_in_values_and_gradients(option: str, crossed: bool) -> None:
    """By what is read, every weight, and the table of relative positions."""
    torch.manual_seed(2)
    model = attention(memory=MEMORY if crossed else None)
    x, memory = stream().requires_grad_(), stream(width=MEMORY, seed=3).requires_grad_()
    more, leaves = OPTIONS[option](), {"x": x, **dict(model.named_parameters())}
    if crossed:
        more.pop("rotary", None)
        leaves["memory"] = memory
    if "bias" in more:
        leaves["bias"] = more["bias"] = more["bias"].detach().requires_grad_()
    fused = with_gradients(model(x, memory if crossed else None, **more), leaves)
    with listening(model) as captures:
        written_out = with_gradients(model(x, memory if crossed else None, **more), leaves)
    check_equal(fused, written_out)
    assert {"scores", "weights", "mixed"} <= set(captures)


def into_torch(model: Attention, memory: int | None) -> tuple[nn.MultiheadAttention, dict[str, Tensor]]:
    """torch's own attention with the same weights, and its parameters by the names that they have here."""
    whole = nn.MultiheadAttention(WIDTH, HEADS, kdim=memory, vdim=memory, batch_first=True)
    parts = {"query": model.query, "key": model.key, "value": model.value}
    with torch.no_grad():
        if memory is None:
            whole.in_proj_weight.copy_(torch.cat([part.weight for part in parts.values()]))
        else:
            for name, part in parts.items():
                getattr(whole, f"{name[0]}_proj_weight").copy_(part.weight)
        whole.in_proj_bias.copy_(torch.cat([part.bias for part in parts.values()]))
        whole.out_proj.load_state_dict(model.out.state_dict())
    return whole, {"out.weight": whole.out_proj.weight, "out.bias": whole.out_proj.bias}


def gradients_of_torch(whole: nn.MultiheadAttention, outputs: Tensor, leaves: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same as `with_gradients`, those of what torch keeps in one piece taken apart."""
    weights = {"in_proj_weight": whole.in_proj_weight} if whole.in_proj_weight is not None else {
        name: getattr(whole, name) for name in ("q_proj_weight", "k_proj_weight", "v_proj_weight")
    }  # fmt: skip
    found = with_gradients(outputs, {**leaves, **weights, "in_proj_bias": whole.in_proj_bias})
    biases = found.pop("in_proj_bias").chunk(3)
    pieces = [found.pop(name) for name in weights]
    for name, weight, bias in zip(
        ("query", "key", "value"), pieces if len(pieces) == 3 else pieces[0].chunk(3), biases, strict=True
    ):
        found |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return found


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
@pytest.mark.parametrize("case", ["plain", "causal", "padded", "causal and padded", "cross", "cross padded"])
def test_it_is_torchs_own_with_the_same_weights(case: str, looked_at: bool) -> None:
    """In values, in weights, and in the gradient by what is read and by every weight."""
    crossed, causal = case.startswith("cross"), case.startswith("causal")
    model = attention(memory=MEMORY if crossed else None)
    whole, parameters = into_torch(model, MEMORY if crossed else None)
    x, memory = stream().requires_grad_(), stream(SOURCE, MEMORY, seed=3).requires_grad_()
    places = SOURCE if crossed else TIME
    there = present(LENGTHS.clamp(max=places), places) if case.endswith("padded") else None
    future = torch.ones(TIME, TIME, dtype=torch.bool).triu(1) if causal else None
    read = (memory, memory) if crossed else (x, x)
    wanted, weights = whole(
        x, *read, attn_mask=future, key_padding_mask=None if there is None else ~there, need_weights=True,
        average_attn_weights=False,
    )  # fmt: skip
    leaves = {"x": x, **({"memory": memory} if crossed else {})}
    theirs = gradients_of_torch(whole, wanted, {**leaves, **parameters})
    if not looked_at:
        found = model(x, memory if crossed else None, there=there, causal=causal)
    else:
        with listening(model) as captures:
            found = model(x, memory if crossed else None, there=there, causal=causal)
        assert torch.allclose(captures["weights"].value, weights, atol=1e-6)
    check_equal(with_gradients(found, {**leaves, **dict(model.named_parameters())}), theirs)


@options
def test_what_is_shown_is_the_arithmetic(option: str) -> None:
    """scores = q·k / √d + bias, weights their softmax over what is allowed, mixed = weights @ values."""
    more, model = OPTIONS[option](), attention()
    seen = {name: capture.value for name, capture in look(model, stream()).items()}
    assert set(seen) == {"queries", "keys", "values", "scores", "weights", "mixed"}
    with listening(model) as captures:
        model(stream(), **more)
    seen = {name: capture.value for name, capture in captures.items()}
    scores = seen["queries"] @ seen["keys"].transpose(2, 3) / sqrt(UNITS) + more.get("bias", 0.0)
    assert torch.allclose(seen["scores"], scores, atol=1e-5)
    mask = allowed(TIME, TIME, more.get("there"), more.get("causal", False))
    masked = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
    assert torch.allclose(seen["weights"], masked.softmax(dim=-1), atol=1e-6)
    assert torch.allclose(seen["mixed"], seen["weights"] @ seen["values"], atol=1e-6)


def test_the_future_and_padding_weigh_exactly_nothing() -> None:
    model = attention()
    with listening(model) as captures:
        model(stream(), causal=True, there=present(LENGTHS, TIME))
    weights = captures["weights"].value
    future = torch.ones(TIME, TIME, dtype=torch.bool).triu(1)
    assert (weights[:, :, future] == 0).all()
    for row, length in enumerate(LENGTHS.tolist()):
        assert (weights[row, :, :, length:] == 0).all()
        assert (weights[row, :, :length, :length].diagonal(dim1=-2, dim2=-1) > 0).all()
    assert torch.allclose(weights.sum(dim=-1), torch.ones(BATCH, HEADS, TIME))


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
def test_padding_never_changes_an_answer(looked_at: bool) -> None:
    model, x, there = attention(), stream(), present(LENGTHS, TIME)
    other = torch.where(there[..., None], x, torch.full_like(x, 1e4))

    def run(given: Tensor, there: Tensor | None) -> Tensor:
        if not looked_at:
            return model(given, there=there)
        with listening(model):
            return model(given, there=there)

    found, also = run(x, there), run(other, there)
    for row, length in enumerate(LENGTHS.tolist()):
        assert torch.equal(found[row, :length], also[row, :length])
        assert torch.allclose(found[row, :length], run(x[row : row + 1, :length], None)[0], atol=1e-6)


@pytest.mark.parametrize("pieces", [[1] * TIME, [3, 1, 3], [TIME]], ids=str)
def test_a_cache_gives_what_is_given_without(pieces: list[int]) -> None:
    model, x, relative = attention(), stream(), Relative(HEADS, causal=True)
    rotary = Rotary(UNITS)
    at_once = model(x, causal=True, bias=relative.bias(TIME, TIME), rotary=rotary.rotation(TIME))
    cache, found = Cache(), []
    for piece in x.split(pieces, dim=1):
        start, time = len(cache), piece.shape[1]
        bias = relative.bias(time, start + time)
        found.append(model(piece, causal=True, bias=bias, rotary=rotary.rotation(time, start), cache=cache))
    assert torch.allclose(torch.cat(found, dim=1), at_once, atol=1e-5)
    assert len(cache) == TIME


def test_a_memory_is_read_once() -> None:
    model, x, memory = attention(memory=MEMORY), stream(), stream(SOURCE, MEMORY)
    cache = Cache()
    first = model(x, memory, cache=cache)
    assert len(cache) == SOURCE
    assert torch.equal(model(x, torch.full_like(memory, torch.nan), cache=cache), first)
    assert torch.allclose(first, model(x, memory), atol=1e-6)


def test_a_cache_of_chosen_rows_leaves_the_first_alone() -> None:
    model, x, cache = attention(), stream(), Cache()
    model(x[:, :4], causal=True, cache=cache)
    rows = torch.tensor([2, 0, 2])
    chosen = cache.only(rows)
    found = model(x[rows, 4:5], causal=True, cache=chosen)
    assert (len(cache), len(chosen)) == (4, 5)
    assert torch.allclose(found, model(x[rows, :5], causal=True)[:, 4:], atol=1e-5)
    assert len(Cache().only(rows)) == 0


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
def test_a_silent_head_is_one_whose_columns_of_out_are_zero(looked_at: bool) -> None:
    model, x = attention(), stream()
    before = model.state_dict()["out.weight"].clone()

    def run() -> Tensor:
        if not looked_at:
            return model(x)
        with listening(model):
            return model(x)

    with silenced(model, ["1", "3"]):
        found = run()
    assert torch.equal(model.out.weight, before)
    whole = run()
    with torch.no_grad():
        for head in (1, 3):
            model.out.weight[:, head * UNITS : (head + 1) * UNITS] = 0
    assert torch.allclose(found, run(), atol=1e-6)
    assert not torch.allclose(found, whole, atol=1e-2)


def test_without_scaling_scores_are_the_plain_products() -> None:
    model = attention(scaled=False)
    seen = look(model, stream())
    assert torch.allclose(seen["scores"].value, seen["queries"].value @ seen["keys"].value.transpose(2, 3), atol=1e-5)
    assert torch.allclose(model(stream()), model.out(seen["mixed"].value.transpose(1, 2).flatten(2)), atol=1e-5)


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
@pytest.mark.parametrize("padded", [False, True])
def test_dropout_silences_weights_while_training_alone(padded: bool, looked_at: bool) -> None:
    """Each time others, and on average none: what is left is made larger. What is shown is what was before."""
    model, x = attention(dropout=0.5), stream()
    there = present(LENGTHS, TIME) if padded else None

    def run() -> Tensor:
        if not looked_at:
            return model(x, there=there)
        with listening(model) as captures:
            found = model(x, there=there)
        assert torch.allclose(captures["weights"].value.sum(dim=-1), torch.ones(BATCH, HEADS, TIME))
        return found

    with torch.no_grad():
        model.eval()
        whole = run()
        assert torch.equal(run(), whole)
        model.train()
        found = torch.stack([run() for _ in range(300)])
    assert not torch.allclose(found[0], found[1], atol=1e-2)
    assert torch.allclose(found.mean(dim=0), whole, atol=0.15)

"""A block is torch's own encoder or decoder layer; its parts and the block itself can be silenced by name."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.layers.block import Block, BlockCache, FeedForward, block
from dlplay.layers.recurrent import present
from dlplay.layers.tower import last_of, mean_of, stands
from dlplay.layers.transforming import TransformerConfig
from dlplay.silence import silenced, switches
from dlplay.tap import listening, look

BATCH, TIME, SOURCE, HEADS, UNITS, WIDTH, INNER = 3, 6, 5, 2, 8, 16, 20
LENGTHS = torch.tensor([6, 1, 4])
SOURCES = torch.tensor([2, 5, 3])
FUTURE = torch.ones(TIME, TIME, dtype=torch.bool).triu(1)


def made(**more: Any) -> Block:
    torch.manual_seed(0)
    return Block(WIDTH, HEADS, UNITS, INNER, **more).eval()


def stream(time: int = TIME, seed: int = 1) -> Tensor:
    return torch.randn(BATCH, time, WIDTH, generator=torch.Generator().manual_seed(seed))


def into_torch(ours: Block, theirs: nn.Module, pairs: dict[str, str]) -> None:
    """Writes our weights into torch's layer. pairs: our attention to theirs, our norm to theirs."""
    with torch.no_grad():
        for mine, name in pairs.items():
            part = ours.get_submodule(mine)
            other = theirs.get_submodule(name)
            if isinstance(other, nn.MultiheadAttention):
                other.in_proj_weight.copy_(torch.cat([part.query.weight, part.key.weight, part.value.weight]))
                other.in_proj_bias.copy_(torch.cat([part.query.bias, part.key.bias, part.value.bias]))
                other.out_proj.load_state_dict(part.out.state_dict())
            else:
                other.load_state_dict(part.state_dict())


def drawn(model: nn.Module) -> None:
    """Norms that are not the identity, so that an exchanged one is noticed."""
    for name, parameter in model.named_parameters():
        if "norm" in name:
            nn.init.normal_(parameter, 1.0, 0.3)


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("norm", ["before", "after"])
def test_it_is_torchs_encoder_layer(norm: Any, activation: Any, looked_at: bool) -> None:
    ours = made(norm=norm, activation=activation)
    drawn(ours)
    theirs = nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, dropout=0.0, activation=activation, norm_first=norm == "before", batch_first=True
    )
    into_torch(
        ours,
        theirs,
        {
            "attention": "self_attn",
            "attention_norm": "norm1",
            "feed_forward_norm": "norm2",
            "feed_forward.inner": "linear1",
            "feed_forward.outer": "linear2",
        },
    )
    x, there = stream().requires_grad_(), present(LENGTHS, TIME)
    wanted = theirs(x, src_key_padding_mask=~there)
    if looked_at:
        with listening(ours):
            found = ours(x, there=there)
    else:
        found = ours(x, there=there)
    assert torch.allclose(found[there], wanted[there], atol=1e-5)
    weights = torch.linspace(-1, 1, x.numel()).reshape(x.shape) * there[..., None]
    (mine,), (torchs,) = (torch.autograd.grad((one * weights).sum(), [x]) for one in (found, wanted))
    assert torch.allclose(mine, torchs, atol=1e-5)


@pytest.mark.parametrize("norm", ["before", "after"])
def test_it_is_torchs_decoder_layer(norm: Any) -> None:
    ours = made(norm=norm, activation="relu", memory=WIDTH, causal=True)
    drawn(ours)
    theirs = nn.TransformerDecoderLayer(
        WIDTH, HEADS, INNER, dropout=0.0, norm_first=norm == "before", batch_first=True
    ).eval()
    into_torch(
        ours,
        theirs,
        {
            "attention": "self_attn",
            "cross": "multihead_attn",
            "attention_norm": "norm1",
            "cross_norm": "norm2",
            "feed_forward_norm": "norm3",
            "feed_forward.inner": "linear1",
            "feed_forward.outer": "linear2",
        },
    )
    x, memory, there = stream().requires_grad_(), stream(SOURCE, seed=2).requires_grad_(), present(SOURCES, SOURCE)
    wanted = theirs(x, memory, tgt_mask=FUTURE, memory_key_padding_mask=~there)
    found = ours(x, memory, memory_there=there)
    assert torch.allclose(found, wanted, atol=1e-5)
    weights = torch.linspace(-1, 1, x.numel()).reshape(x.shape)
    mine, torchs = (torch.autograd.grad((one * weights).sum(), [x, memory]) for one in (found, wanted))
    for one, other in zip(mine, torchs, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_rms_norm_divides_by_the_size_alone() -> None:
    """Zhang & Sennrich 2019, equation 4: no mean is taken off, and no bias is added."""
    ours, x = made(normalise="rms", epsilon=0.01), stream() + 3
    drawn(ours)
    wanted = ours.attention_norm.weight * x / (x.square().mean(dim=-1, keepdim=True) + 0.01).sqrt()
    assert torch.allclose(ours.attention_norm(x), wanted, atol=1e-5)
    assert [name for name, _ in ours.attention_norm.named_parameters()] == ["weight"]


@pytest.mark.parametrize("norm", ["before", "after"])
def test_the_residual_stream_is_what_is_shown(norm: Any) -> None:
    ours, x = made(norm=norm), stream()
    seen = {name: capture.value for name, capture in look(ours, x).items()}
    assert torch.allclose(seen["after_feed_forward"], ours(x), atol=1e-6)
    if norm == "before":
        assert torch.allclose(seen["after_attention"], x + ours.attention(ours.attention_norm(x)), atol=1e-5)
    else:
        assert torch.allclose(seen["after_attention"], ours.attention_norm(x + ours.attention(x)), atol=1e-5)


def test_everything_that_can_be_silenced_has_a_name() -> None:
    ours = nn.ModuleDict({"blocks": nn.ModuleList([made(memory=WIDTH, causal=True), made()])})
    found = switches(ours)
    assert found[0] == "mask"
    for name in ("blocks.0", "blocks.0.attention", "blocks.0.attention.1", "blocks.0.cross", "blocks.0.cross.0"):
        assert name in found
    assert "blocks.1.feed_forward" in found
    assert "blocks.1.cross" not in found
    assert "mask" not in switches(made())


@pytest.mark.parametrize("norm", ["before", "after"])
def test_a_silent_block_lets_the_stream_pass(norm: Any) -> None:
    stack = nn.ModuleList([made(norm=norm)])
    x, before = stream(), {name: value.clone() for name, value in stack.state_dict().items()}
    whole = stack[0](x)
    with silenced(stack, ["0"]):
        assert torch.equal(stack[0](x), x)
    assert torch.equal(stack[0](x), whole)
    assert all(torch.equal(before[name], value) for name, value in stack.state_dict().items())


@pytest.mark.parametrize("part", ["attention", "feed_forward", "cross"])
@pytest.mark.parametrize("norm", ["before", "after"])
def test_a_silent_part_adds_nothing(norm: Any, part: str) -> None:
    """As if its last layer gave zeros; of attention, as if all of its heads were silent and nothing were added."""
    stack, x, memory = nn.ModuleList([made(norm=norm, memory=WIDTH)]), stream(), stream(SOURCE, seed=2)
    with silenced(stack, [f"0.{part}"]):
        found = stack[0](x, memory)
    if part != "feed_forward":
        with torch.no_grad():
            stack[0].get_submodule(part).out.bias.zero_()
        with silenced(stack, [f"0.{part}.{head}" for head in range(HEADS)]):
            assert torch.allclose(found, stack[0](x, memory), atol=1e-6)
    last = stack[0].feed_forward.outer if part == "feed_forward" else stack[0].get_submodule(part).out
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
    assert torch.allclose(found, stack[0](x, memory), atol=1e-6)


@pytest.mark.parametrize("looked_at", [False, True], ids=["fused", "written out"])
def test_without_the_mask_the_future_is_seen(looked_at: bool) -> None:
    ours, x = made(causal=True), stream()
    later = torch.cat([x[:, :4], -x[:, 4:]], dim=1)

    def run(given: Tensor) -> Tensor:
        if not looked_at:
            return ours(given)
        with listening(ours):
            return ours(given)

    assert torch.allclose(run(x)[:, :4], run(later)[:, :4], atol=1e-6)
    with silenced(ours, ["mask"]):
        assert not torch.allclose(run(x)[:, :4], run(later)[:, :4], atol=1e-3)
        both_ways = run(x)
    ours.causal = False
    assert torch.allclose(run(x), both_ways, atol=1e-6)


def test_what_was_silent_before_stays_silent_after() -> None:
    stack, x = nn.ModuleList([made()]), stream()
    with silenced(stack, ["0.attention"]):
        first = stack[0](x)
        with silenced(stack, ["0.attention", "0.feed_forward"]):
            assert torch.equal(stack[0](x), x)
        assert torch.equal(stack[0](x), first)


def test_an_unknown_name_is_refused_and_nothing_is_silenced() -> None:
    stack, x = nn.ModuleList([made()]), stream()
    whole = stack[0](x)
    refused = pytest.raises(Refusal, match=r"^silent holds 'blocks\.9'; this model has no part of that name\.$")
    with refused, silenced(stack, ["0", "blocks.9"]):
        pass
    assert torch.equal(stack[0](x), whole)


def test_a_cache_gives_what_is_given_without() -> None:
    ours, x, memory = made(memory=WIDTH, causal=True), stream(), stream(SOURCE, seed=2)
    at_once, cache = ours(x, memory), BlockCache()
    found = [ours(piece, memory, cache=cache) for piece in x.split([2, 1, 3], dim=1)]
    assert torch.allclose(torch.cat(found, dim=1), at_once, atol=1e-5)
    rows = torch.tensor([1, 1])
    assert len(cache.only(rows).attention) == TIME
    assert len(cache.only(rows).cross) == SOURCE


def test_a_config_makes_the_block_it_says() -> None:
    config = TransformerConfig(heads=3, head_width=4, feed_forward=10, norm="after", normalise="rms", activation="relu")
    found = block(config, causal=True)
    assert config.width == 12
    assert (found.attention.heads, found.attention.head_width, found.causal) == (3, 4, True)
    assert isinstance(found.attention_norm, nn.RMSNorm)
    assert not found.before
    assert found.attention.query.bias is None
    assert found.feed_forward.inner.bias is not None
    assert block(config.but(attention_bias=True)).attention.query.bias is not None


def test_dropout_works_while_training_alone() -> None:
    """Half of what a part adds to the stream is nothing, and so is half of what stands between the two layers."""
    ours, x = made(dropout=0.5), stream()
    assert torch.equal(ours(x), ours(x))
    added = look(ours.train(), x)["after_attention"].value - x
    assert float((added == 0).float().mean()) == pytest.approx(0.5, abs=0.1)
    inner = FeedForward(40, 40, activation="linear", dropout=0.5)
    with torch.no_grad():
        for layer in (inner.inner, inner.outer):
            layer.weight.copy_(torch.eye(40))
            layer.bias.zero_()
    whole = torch.ones(1, 50, 40)
    assert torch.equal(inner.eval()(whole), whole)
    assert inner.train()(whole).unique().tolist() == [0, 2]


def test_means_and_ends_leave_padding_out() -> None:
    tokens = torch.tensor([[3, 1, 2], [4, 0, 0], [0, 0, 0]])
    there, x = stands(tokens), stream(3)
    assert there.tolist() == [[True, True, True], [True, False, False], [True, False, False]]
    assert torch.allclose(mean_of(there, x)[0], x[0].mean(dim=0))
    assert torch.allclose(mean_of(there, x)[1:], x[1:, 0])
    assert torch.equal(last_of(there, x), torch.stack([x[0, 2], x[1, 0], x[2, 0]]))
    assert stands(tokens[:1]) is None
    assert torch.equal(last_of(None, x), x[:, -1])

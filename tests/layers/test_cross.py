"""A block that looks at a memory: open, shut, silenced, and with what it looked up kept."""

from __future__ import annotations

from math import tanh

import pytest
import torch

from dlplay.layers.attention import Cache
from dlplay.layers.cross import Cross
from dlplay.silence import silenced, switches
from dlplay.tap import look


def _cross(gated: bool = False) -> Cross:
    torch.manual_seed(0)
    return Cross(12, 3, 5, 20, memory=7, gated=gated).eval()


def _given() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 4, 12, generator=generator), torch.randn(2, 9, 7, generator=generator)


def test_it_is_attention_to_the_memory_and_a_feed_forward_part_each_added() -> None:
    cross, (x, memory) = _cross(), _given()
    after = x + cross.cross(cross.cross_norm(x), cross.memory_norm(memory))
    assert torch.allclose(cross(x, memory), after + cross.feed_forward(cross.feed_forward_norm(after)), atol=1e-6)
    weights = look(cross, x, memory)["cross.weights"].value
    assert weights.shape == (2, 3, 4, 9)
    assert torch.allclose(weights.sum(dim=-1), torch.ones(2, 3, 4), atol=1e-6)


def test_a_shut_gate_lets_the_stream_pass_and_learns_first() -> None:
    cross, (x, memory) = _cross(gated=True), _given()
    outputs = cross(x, memory)
    assert torch.equal(outputs, x)
    outputs.square().sum().backward()
    assert cross.cross_gate.grad.abs() > 0
    assert cross.cross.query.weight.grad.abs().sum() == 0


def test_an_open_gate_adds_its_share() -> None:
    shut, opened, (x, memory) = _cross(), _cross(gated=True), _given()
    opened.load_state_dict({**opened.state_dict(), **shut.state_dict()})
    with torch.no_grad():
        opened.cross_gate.fill_(0.5)
    with silenced(shut, ["feed_forward"]):
        whole = shut(x, memory) - x
    assert torch.allclose(opened(x, memory) - x, tanh(0.5) * whole, atol=1e-6)


@pytest.mark.parametrize("gated", [False, True])
def test_what_is_silent_adds_nothing(gated: bool) -> None:
    cross, (x, memory) = _cross(gated), _given()
    with torch.no_grad():
        for gate in (cross.cross_gate, cross.feed_forward_gate):
            if gate is not None:
                gate.fill_(1.0)
    assert {"cross", "feed_forward", "cross.0"} <= set(switches(cross))
    with silenced(cross, ["cross", "feed_forward"]):
        assert torch.equal(cross(x, memory), x)
    with silenced(cross, ["cross"]):
        assert not torch.allclose(cross(x, memory), x)


def test_the_memory_is_looked_up_once() -> None:
    cross, (x, memory), cache = _cross(), _given(), Cache()
    first = cross(x, memory, cache=cache)
    assert torch.allclose(first, cross(x, memory), atol=1e-6)
    assert torch.allclose(cross(x, torch.zeros_like(memory), cache=cache), first, atol=1e-6)

"""Attention: scores by their formulas, weights that sum to one, and nothing for padding."""

from __future__ import annotations

import pytest
import torch

from dlplay.layers.alignment import Additive, Multiplicative

QUERIES, STATES = 5, 7


def _given() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    there = torch.tensor([[True, True, True, False], [True, False, False, False]])
    return torch.randn(2, 3, QUERIES, generator=generator), torch.randn(2, 4, STATES, generator=generator), there


def _by_hand(attention: Additive | Multiplicative, query: torch.Tensor, state: torch.Tensor) -> float:
    if isinstance(attention, Additive):
        inside = attention.of_query.weight @ query + attention.of_query.bias + attention.of_key.weight @ state
        return float(attention.score.weight[0] @ torch.tanh(inside))
    return float(query @ (attention.of_key.weight @ state))


@pytest.mark.parametrize("kind", [Additive, Multiplicative])
def test_weights_follow_the_formula(kind: type[Additive | Multiplicative]) -> None:
    torch.manual_seed(0)
    attention = kind(QUERIES, STATES).requires_grad_(False)
    queries, states, there = _given()
    weights = attention(queries, attention.keys(states), there)
    for example in range(2):
        for query in range(3):
            places = [place for place in range(4) if there[example, place]]
            scores = [_by_hand(attention, queries[example, query], states[example, place]) for place in places]
            expected = torch.tensor(scores).softmax(dim=0)
            assert torch.allclose(weights[example, query, places], expected, atol=1e-5)


@pytest.mark.parametrize("kind", [Additive, Multiplicative])
def test_rows_sum_to_one_and_padding_gets_nothing(kind: type[Additive | Multiplicative]) -> None:
    torch.manual_seed(0)
    attention = kind(QUERIES, STATES)
    queries, states, there = _given()
    weights = attention(queries, attention.keys(states), there)
    assert torch.allclose(weights.sum(dim=-1), torch.ones(2, 3), atol=1e-6)
    assert (weights[~there[:, None].expand_as(weights)] == 0).all()

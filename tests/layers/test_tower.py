"""What a stream begins as: embeddings and positions of the size that their papers give them."""

from __future__ import annotations

import pytest
import torch

from dlplay.layers.tower import Tower
from dlplay.layers.transforming import TransformerConfig
from dlplay.tap import listening


@pytest.mark.parametrize(("scaled", "token", "place"), [(True, 1.0, 0.7), (False, 0.02, 0.02)])
def test_tokens_and_places_begin_as_large_as_wanted(scaled: bool, token: float, place: float) -> None:
    """Scaled, a token's units are about 1, as those of a wave are √½; else all are small, as in GPT-2."""
    torch.manual_seed(0)
    config = TransformerConfig(positions="learned", scaled_embedding=scaled)
    tower = Tower(config, tokens=200, longest=100)
    with torch.no_grad():
        assert float(tower.embedding(torch.arange(200)).std()) == pytest.approx(token, rel=0.05)
        assert float(tower.positions.table(100).std()) == pytest.approx(place, rel=0.05)


def test_dropout_silences_a_share_of_what_the_stream_begins_with() -> None:
    tower, tokens = Tower(TransformerConfig(dropout=0.5), tokens=5, longest=100), torch.ones(1, 100, dtype=torch.int64)

    def begins() -> torch.Tensor:
        with listening(tower) as captures, torch.no_grad():
            tower.stream(tokens)
        return captures["begins"].value

    tower.eval()
    assert (begins() != 0).all()
    tower.train()
    assert float((begins() == 0).float().mean()) == pytest.approx(0.5, abs=0.03)

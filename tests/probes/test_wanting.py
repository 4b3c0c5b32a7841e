"""What a model says is told where it was asked, of masked words under what is covered alone."""

from __future__ import annotations

import pytest

from dlplay.data.masked_words import MASK
from dlplay.probes import attention, stream
from dlplay.probes.wanting import wanting
from tests.probes.transformers import MODELS, seen

TEXT = f"the film {MASK} not bad"


@pytest.mark.parametrize("example", [{"index": 3}, {"text": TEXT}])
def test_of_masked_words_only_what_is_covered_is_asked(example: dict) -> None:
    looked = seen("encoder", "masked-words", example, {"examples": 300})
    facts, _ = attention.picture(looked)
    covered = [token == MASK for token in facts["queries"]]
    assert any(covered)
    assert not all(covered)
    assert [one is not None for one in facts["under"]] == covered
    assert stream.picture(looked)[0]["asked"] == covered


@pytest.mark.parametrize(("model", "data"), MODELS)
def test_where_every_place_is_asked_all_of_them_are(model: str, data: str) -> None:
    assert all(wanting(seen(model, data), 5))

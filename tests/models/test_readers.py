"""What recurrent architectures share: what they may read."""

from __future__ import annotations

import pytest

from dlplay.config import Refusal
from dlplay.experiment import experiment
from dlplay.link import read


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
def test_what_foretells_the_next_step_must_not_read_from_the_end(model: str) -> None:
    for data in ("stories", "waves"):
        with pytest.raises(Refusal, match=r"foretells the next step must not read from the end\.$"):
            read(f"model={model}&data={data}&model.bidirectional=on")
        with pytest.raises(Refusal):
            experiment(model, data).but(network={"bidirectional": True})


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
def test_other_data_turn_the_second_direction_off_where_it_may_not_be(model: str) -> None:
    both = experiment(model, "brackets", {"bidirectional": True})
    assert not both.model.fit(both.network, experiment(model, "names").task).bidirectional

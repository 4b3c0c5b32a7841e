"""A film frame by frame: the eyes alone on a frame, the memory, and real answers to shortened films."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import load
from dlplay.experiment import experiment
from dlplay.probes import film, states
from dlplay.probes.seen import Seen

WAYS = [{}, {"bidirectional": True}, {"layers": 3, "cell": "lstm"}, {"layers": 2, "cell": "rnn", "bidirectional": True}]


def seen(config: dict[str, Any] | None = None, example: dict[str, Any] | None = None, **data: Any) -> Seen:
    """A film network with weights so large that its answers differ."""
    wanted = {"units": 8, "convolutions": 1, "channels": 3, "features": 6} | (config or {})
    value = experiment("video", "moving-digits", wanted, {"examples": 100} | data)
    split = load("moving-digits", value.data)
    torch.manual_seed(0)
    model = value.model.build(value.network, split.task).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2)
    return Seen(model, 3, value, split, example or {})


@pytest.mark.parametrize("config", WAYS)
@pytest.mark.parametrize("data", [{}, {"ask": "digit", "frames": 5}])
def test_the_answer_at_a_frame_is_that_to_the_film_cut_off_there(config: dict[str, Any], data: dict[str, Any]) -> None:
    one = seen(config, {"index": 3}, **data)
    facts, arrays = film.picture(one)
    films = torch.from_numpy(one.split.held_out.inputs[3:4])
    with torch.no_grad():
        wanted = [one.model(films[:, : k + 1]).softmax(dim=1)[0] for k in range(facts["frames"])]
    np.testing.assert_allclose(arrays["answers"], torch.stack(wanted), atol=1e-5)
    assert facts["said"] == [int(row.argmax()) for row in wanted]
    assert np.ptp(arrays["answers"], axis=0).max() > 0.01  # more of the film changes what is said


@pytest.mark.parametrize("config", WAYS)
def test_the_memory_shown_is_that_of_the_recurrent_pictures(config: dict[str, Any]) -> None:
    one = seen(config)
    for layer in range(config.get("layers", 1)):
        facts, arrays = film.picture(one, layer=layer)
        known, wanted = states.picture(one, layer=layer)
        np.testing.assert_allclose(arrays["hidden"], wanted["hidden"], atol=1e-6)
        assert facts["memory"] == {name: known[name] for name in ("layer", "layers", "units", "directions", "cell")}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_both_pictures_tell_the_same_answers_on_the_way(cell: str) -> None:
    one = seen({"cell": cell})
    facts, arrays = film.picture(one)
    steps = states.picture(one)[0]["answers"]["steps"]
    assert [facts["names"][k] for k in facts["said"]] == [step["words"] for step in steps]
    np.testing.assert_allclose(arrays["answers"].max(axis=1), [step["share"] for step in steps], atol=1e-5)


@pytest.mark.parametrize("eye", [0, 1, 2])
def test_the_eyes_see_every_frame_as_they_see_it_alone(eye: int) -> None:
    one = seen()
    facts, arrays = film.picture(one, eye=eye, channel=99)
    layer, first = facts["layers"][eye], one.split.held_out.inputs[0]
    assert layer["title"].split(" ", 1)[1] == ("conv", "ReLU", "max pool")[eye]
    assert facts["channel"] == 2
    with torch.no_grad():
        value = torch.from_numpy(first)  # (time, channel, row, column)
        for step in one.model.eyes[: eye + 1]:
            value = step.operation(value)
    codes = arrays["maps"].astype(np.float64)  # (map, time, row, column)
    shown = codes / 255 if layer["scale"] == "amount" else (codes - 127) / 127
    np.testing.assert_allclose(shown * layer["limit"], value.movedim(1, 0), atol=layer["limit"] / 200)
    assert layer["scale"] == ("signed" if eye == 0 else "amount")


def test_numbers_of_a_frame_are_those_that_the_memory_reads() -> None:
    one = seen()
    facts, arrays = film.picture(one, eye=10**9)
    assert facts["layers"][facts["eye"]]["form"] == "row"
    np.testing.assert_allclose(arrays["maps"], states.picture(one)[1]["numbers"].T, atol=1e-6)


def test_of_a_film_that_stands_still_no_other_frame_changes_an_answer() -> None:
    one = seen({"frames": "one"})
    facts, arrays = film.picture(one)
    middle = facts["still"]
    assert middle == facts["frames"] // 2
    assert film.picture(seen())[0]["still"] is None
    one.split.held_out.inputs[0, [k for k in range(facts["frames"]) if k != middle]] = 1.0
    np.testing.assert_array_equal(film.picture(one)[1]["answers"], arrays["answers"])
    assert (film.picture(one)[1]["maps"] == arrays["maps"][:, :1]).all()


def test_what_is_locked_beyond_the_film_is_its_last() -> None:
    facts, _ = film.picture(seen(), unit=10**6, at=10**6, layer=9)
    assert (facts["unit"], facts["at"], facts["memory"]["layer"]) == (7, 7, 0)


def test_another_network_has_no_film() -> None:
    value = experiment("perceiver", "moving-digits", {"latents": 2, "layers": 1}, {"examples": 100})
    split = load("moving-digits", value.data)
    one = Seen(value.model.build(value.network, split.task).eval(), 0, value, split, {})
    with pytest.raises(Refusal, match=r"^A film is seen frame by frame where"):
        film.picture(one)

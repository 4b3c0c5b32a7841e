"""A caption being written: what is laid over the image is what the model weighed, word by word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlplay.config import Refusal
from dlplay.dataset import BEGIN, load
from dlplay.experiment import experiment
from dlplay.frame import pack
from dlplay.layers.search import greedy, writer
from dlplay.probes import captioning, regions, silencing, stream
from dlplay.probes.seen import Seen
from dlplay.silence import silenced, switches
from dlplay.tap import look

SMALL = {
    "captions": {"units": 8, "embedding": 8, "channels": 4},
    "flamingo": {"layers": 2, "heads": 2, "head_width": 4, "feed_forward": 8, "channels": 4, "text_steps": 0},
}
every = pytest.mark.parametrize("model", SMALL)


def _seen(model: str, example: dict[str, Any] | None = None, **network: Any) -> Seen:
    value = experiment(model, "scenes", {**SMALL[model], **network}, {"examples": 200, "size": 16})
    torch.manual_seed(3)
    built = value.model.build(value.network, value.task).eval()
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)  # so that gates are open and no two weights are alike
    return Seen(built, 7, value, load(value.dataset, value.data), example or {})


def _captured(looked: Seen, facts: dict[str, Any], *silent: str) -> dict[str, torch.Tensor]:
    """What passes the model when it is told the words that it wrote, by another way: batched, with padding behind."""
    task, row = looked.task, looked.tensor(looked.chosen()[0])
    words = [BEGIN, *facts["words"][:-1]]
    row[0, task.source :] = 0
    row[0, task.source : task.source + len(words)] = torch.tensor([task.classes.index(word) for word in words])
    with torch.no_grad(), silenced(looked.model, silent):
        return {name: one.value[0] for name, one in look(looked.model, row).items()}


@every
def test_the_words_are_those_the_model_writes_greedily(model: str) -> None:
    looked = _seen(model)
    facts, _ = captioning.picture(looked)
    task, row = looked.task, looked.tensor(looked.chosen()[0])
    with torch.no_grad():
        numbers = greedy(writer(looked.model), row[:, : task.source], task.output_shape[0])[0].tolist()
    assert facts["words"] == [task.classes[number] for number in numbers[: len(facts["words"])]]
    assert not any(numbers[len(facts["words"]) :])
    for word, share, following in zip(facts["words"], facts["shares"], facts["next"], strict=True):
        assert following[0] == [word, pytest.approx(share)]


def test_what_is_laid_over_the_image_is_the_alignment() -> None:
    looked = _seen("captions")
    facts, arrays = captioning.picture(looked)
    expected = _captured(looked, facts)["alignment"][: len(facts["words"])].numpy()
    assert facts["grid"] == {"rows": 4, "columns": 4, "stride": 4}
    assert arrays["weights"].shape == (len(facts["words"]), 16)
    assert np.allclose(arrays["weights"], expected, atol=1e-6)
    assert np.allclose(arrays["weights"].sum(axis=1), 1, atol=1e-5)
    assert arrays["image"].shape == (3, 16, 16)
    assert (arrays["image"].ravel() == looked.chosen()[0][0, : looked.task.source]).all()
    assert (facts["layers"], facts["heads"], facts["gate"]) == (1, 1, None)


@pytest.mark.parametrize(("layer", "head"), [(0, 0), (1, 1), (0, "mean"), (None, "mean")])
def test_of_many_heads_the_chosen_one_or_their_mean_is_laid_over_it(layer: int | None, head: int | str) -> None:
    looked = _seen("flamingo")
    facts, arrays = captioning.picture(looked, layer=layer, head=head)
    which = 1 if layer is None else layer
    captured = _captured(looked, facts)[f"looks.{which}.cross.weights"][:, : len(facts["words"])]
    expected = captured.mean(dim=0) if head == "mean" else captured[int(head)]
    assert facts["shown"] == {"layer": which, "head": head}
    assert np.allclose(arrays["weights"], expected.numpy(), atol=1e-6)
    assert facts["gate"] == looked.model.looks[which].cross_gate.detach().tanh().item()
    drawn, others = regions.picture(looked, layer=which, head=head, query=2)  # the same, in the picture of all heads
    place = drawn["heads"] if head == "mean" else int(head)
    assert np.allclose(others["weights"][which, place], expected[2].numpy(), atol=1e-6)


def test_what_there_is_not_is_the_nearest_there_is() -> None:
    facts, _ = captioning.picture(_seen("flamingo"), layer=9, head=9, at=99)
    assert (facts["shown"], facts["at"]) == ({"layer": 1, "head": 1}, 99)
    assert captioning.picture(_seen("flamingo"), head="rollout")[0]["shown"]["head"] == "mean"


def test_without_attention_there_is_nothing_to_lay_over_it_and_the_rest_is_there() -> None:
    facts, arrays = captioning.picture(_seen("captions", attention="none"))
    assert "weights" not in arrays
    assert (facts["layers"], facts["shown"]) == (0, None)
    assert len(facts["next"]) == len(facts["words"])


@every
def test_a_beam_keeps_several_captions(model: str) -> None:
    facts, _ = captioning.picture(_seen(model), width=3, chosen=1)
    assert len(facts["beams"]) == 3
    assert (facts["width"], facts["chosen"]) == (3, 1)
    with pytest.raises(Refusal, match="a beam is from 1 to 5 wide"):
        captioning.picture(_seen(model), width=9)


@pytest.mark.parametrize(
    ("words", "truth", "right", "said"),
    [
        ("a red dot", "a red dot", [True] * 3, [True] * 3),
        ("a red dot", "a small red dot", [True] * 3, [True, False, True, True]),
        ("a small blue dot", "a red dot", [True, False, False, True], [True, False, True]),
    ],
)
def test_a_word_left_out_makes_none_behind_it_wrong(words: str, truth: str, right: list, said: list) -> None:
    assert captioning._met(words.split(), truth.split()) == {"right": right, "said": said}


@every
def test_an_image_of_ones_own_has_a_caption_and_no_truth(model: str) -> None:
    facts, arrays = captioning.picture(_seen(model, {"pixels": np.full((3, 16, 16), 0.5).tolist()}))
    assert facts["words"]
    assert facts["wanted"] is facts["right"] is facts["said"] is None
    assert facts["example"]["own"]
    assert set(arrays["image"].ravel().tolist()) == {128}
    with pytest.raises(Refusal, match="The image has 3 × 8 × 8 pixels; this data has 3 × 16 × 16"):
        captioning.picture(_seen(model, {"pixels": np.zeros((3, 8, 8)).tolist()}))


def test_silenced_attention_weighs_all_regions_alike_and_the_score_says_what_that_costs() -> None:
    looked = _seen("captions")
    assert switches(looked.model) == ("attention",)
    facts, arrays = captioning.picture(looked, off=("attention", "blocks.0"))
    assert facts["off"] == ["attention"]
    assert np.allclose(arrays["weights"], 1 / 16)
    told, _ = silencing.picture(looked, ("attention",))
    assert told["off"]["loss"] != told["on"]["loss"]
    assert (told["shared"], told["rows"]) == (["attention"], [])


def test_a_silenced_look_lets_the_words_pass_by() -> None:
    looked = _seen("flamingo")
    every_look = ("looks.0", "looks.1")
    blind, _ = captioning.picture(looked, off=every_look)
    other, _ = captioning.picture(Seen(**{**vars(looked), "example": {"index": 5}}), off=every_look)
    assert blind["off"] == ["look 1", "look 2"]
    assert (blind["words"], blind["shares"]) == (other["words"], other["shares"])  # no picture comes through
    told, _ = silencing.picture(looked, every_look)
    assert told["off"]["loss"] != told["on"]["loss"]
    assert [row["title"] for row in told["rows"]] == ["Layer 1", "Layer 2", "Look 1", "Look 2"]
    assert [part["title"] for part in told["rows"][2]["parts"]] == ["cross", "feed-forward"]


def test_the_stream_of_a_frozen_writer_shows_where_what_is_seen_comes_in() -> None:
    facts, arrays = stream.picture(_seen("flamingo"))
    expected = ["Embedding"]
    for layer in (1, 2):
        expected += [f"Look {layer} cross", f"Look {layer} feed-forward"]
        expected += [f"Layer {layer} attention", f"Layer {layer} feed-forward"]
    assert [row["title"] for row in facts["rows"]] == expected
    assert len(arrays["best"]) == len(expected)
    assert facts["places"] == len(facts["tokens"])


def test_a_run_that_diverged_can_still_be_drawn() -> None:
    looked = _seen("captions")
    with torch.no_grad():
        looked.model.get_parameter("answer.weight").fill_(np.nan)
    pack(*captioning.picture(looked))


def test_only_captions_are_drawn() -> None:
    from tests.probes.transformers import seen

    with pytest.raises(Refusal, match="writes about an image"):
        captioning.picture(seen("transformer", "reverse"))

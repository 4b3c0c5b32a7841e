"""Films and images to caption in the gallery: their frames, their words, and what the model writes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dlplay import recording
from dlplay.architecture import architecture
from dlplay.config import Refusal, accept
from dlplay.dataset import BEGIN, END, PAD, Examples, Split, Task, dataset, load
from dlplay.experiment import Experiment
from dlplay.frame import pack
from dlplay.pixels import captioned
from dlplay.probes import gallery, metrics
from dlplay.probes.images import side_by_side, trails
from dlplay.probes.seen import Seen
from dlplay.training.settings import TrainingConfig

WORDS = (PAD, BEGIN, END, "light", "dark")
CAPTION = Task("caption", (4 + 3,), classes=WORDS, each_step=True, source=4, picture=(1, 2, 2))


@dataclass
class State:
    light: Tensor
    step: int

    def only(self, rows: Tensor) -> State:
        return State(self.light[rows], self.step)


class Describes(nn.Module):
    """Says "light" of images that are bright, "dark" of the others, and of all that it is sure by their brightness."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, inputs: Tensor) -> Tensor:
        state = self.begin(inputs[:, :4])
        steps = []
        for place in range(4, inputs.shape[1]):
            logits, state = self.advance(inputs[:, place], state)
            steps.append(logits)
        return torch.stack(steps, dim=1)

    def begin(self, source: Tensor) -> State:
        return State(self.weight * (source.float().mean(dim=1) / 255 - 0.5), 0)

    def advance(self, tokens: Tensor, state: State) -> tuple[Tensor, State]:
        logits = torch.zeros(len(tokens), len(WORDS))
        if state.step == 0:
            logits[:, 3], logits[:, 4] = 8 * state.light, -8 * state.light
        else:
            logits[:, 2] = 9
        return logits, State(state.light, state.step + 1)


def described(**chosen: Any) -> Seen:
    """Four images, of which the last is called light and is dark."""
    images = np.array([1.0, 0.9, 0.2, 0.1], np.float32)[:, None, None, None] * np.ones((4, 1, 2, 2), np.float32)
    examples = Examples(*captioned(images, [["light"], ["light"], ["dark"], ["light"]], WORDS, 3))
    scenes, training = dataset("scenes"), TrainingConfig()
    made = Experiment("mlp", "scenes", architecture("mlp").config(), scenes.config(), training)
    return Seen(Describes().eval(), 3, made, Split(CAPTION, examples, examples), chosen)


def test_a_caption_stands_beside_what_the_model_writes() -> None:
    facts, arrays = gallery.picture(described(part="held-out", index=3))
    assert (facts["true"], facts["said"]) == ("light", "dark")
    assert [(item["true"], item["said"]) for item in facts["items"]] == [
        ("light", "light"), ("light", "light"), ("dark", "dark"), ("light", "dark"),
    ]  # fmt: skip
    assert facts["takes"]
    assert facts["image"] == {"shape": [1, 2, 2], "frames": 1, "across": 1}
    assert arrays["thumbs"][:, 0, 0, 0].tolist() == [255, 230, 51, 26]
    pack(facts, arrays)


def test_the_worst_captions_come_first() -> None:
    assert [item["index"] for item in gallery.picture(described(), order="worst")[0]["items"]] == [3, 2, 1, 0]
    assert [item["index"] for item in gallery.picture(described(), order="best")[0]["items"]] == [0, 1, 2, 3]


def test_an_image_of_ones_own_is_described() -> None:
    facts, arrays = gallery.picture(described(pixels=[[0.1, 0.2], [0.0, 0.1]]))
    assert (facts["true"], facts["said"], facts["example"]["own"]) == (None, "dark", True)
    assert arrays["image"].tolist() == [[[26, 51], [0, 26]]]


class Guesses(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(0, 1, classes))

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs.flatten(1).mean(dim=1, keepdim=True) * self.weight


def film(**chosen: Any) -> Seen:
    config = accept(dataset("moving-digits").config, {"examples": 100})
    made = Experiment("mlp", "moving-digits", architecture("mlp").config(), config, TrainingConfig())
    return Seen(Guesses(4).eval(), 0, made, load("moving-digits", config), chosen)


def test_the_frames_of_a_film_stand_side_by_side() -> None:
    value = film(part="train", index=2)
    facts, arrays = gallery.picture(value)
    assert facts["image"] == {"shape": [1, 32, 64], "frames": 8, "across": 4}
    frames = value.split.train.inputs[2, :, 0]
    for number, frame in enumerate(frames):
        row, column = 16 * (number // 4), 16 * (number % 4)
        assert arrays["image"][0, row : row + 16, column : column + 16] / 255 == pytest.approx(frame, abs=0.003)
    assert not facts["takes"]
    assert facts["true"] == value.split.train.targets[2]
    assert facts["said"] == 3
    assert arrays["thumbs"].shape == (10, 1, 16, 16)
    pack(facts, arrays)


def test_a_film_is_no_image_of_ones_own() -> None:
    with pytest.raises(Refusal, match="videos of 8 frames"):
        gallery.picture(film(pixels=[[0.0] * 16] * 16))


def test_examples_behind_a_cell_are_drawn_as_trails() -> None:
    value = film()
    _, arrays = metrics.picture(value)
    index = arrays["examples"][0, 2]
    trail = trails(value.split.held_out.inputs[index : index + 1])[0]
    assert arrays["thumbnails"][0] / 255 == pytest.approx(trail, abs=0.005)


def test_a_trail_is_brightest_where_something_is_last() -> None:
    films = np.zeros((1, 4, 1, 1, 4), np.float32)
    films[0, range(4), 0, 0, range(4)] = 1
    assert trails(films)[0, 0, 0].tolist() == [0.125, 0.25, 0.5, 1]
    assert (trails(films[:, :1]) == films[:, 0]).all()


@pytest.mark.parametrize("count", range(1, 17))
def test_every_frame_has_its_place_in_about_two_squares(count: int) -> None:
    frames = np.arange(1, count + 1, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 2, 2), np.float32)
    sheet, across = side_by_side(frames)
    lines = math.ceil(count / across)
    assert sheet.shape == (3, 2 * lines, 2 * across)
    assert sheet[0, ::2, ::2].ravel()[:count].tolist() == list(range(1, count + 1))
    assert (sheet[0, ::2, ::2].ravel()[count:] == 0).all()
    assert across <= 3 * lines


def test_a_card_shows_the_first_held_out_example_and_what_is_said_of_it() -> None:
    value = described()
    facts, arrays = recording.picture(value.model, value.split)
    assert (facts["kind"], facts["said"], facts["lines"], facts["across"]) == ("described", "light", 1, 1)
    assert (arrays["image"] == 255).all()
    value = film()
    facts, arrays = recording.picture(value.model, value.split)
    assert (facts["said"], facts["lines"], facts["across"]) == ("right", 2, 4)
    assert arrays["image"].shape == (1, 32, 64)
    pack(facts, arrays)


def test_what_cannot_be_seen_has_no_gallery() -> None:
    config = dataset("sorting").config()
    made = Experiment("mlp", "sorting", architecture("mlp").config(), config, TrainingConfig())
    with pytest.raises(Refusal, match="no images"):
        gallery.picture(Seen(Guesses(2), 0, made, load("sorting", config), {}))

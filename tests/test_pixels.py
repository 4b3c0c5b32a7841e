"""Images in examples: they come back as they went in, and what is none is refused in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlplay.config import Refusal
from dlplay.dataset import BEGIN, END, NO_ANSWER, PAD, Task
from dlplay.pixels import captioned, frames, own

WORDS = (PAD, BEGIN, END, "red", "blue")
CAPTION = Task("caption", (12 + 4,), classes=WORDS, each_step=True, source=12, picture=(3, 2, 2))
IMAGE = Task("image", (1, 2, 3), classes=("a", "b"))
VIDEO = Task("video", (4, 1, 2, 3), classes=("a", "b"))
TEXT = Task("sequence", (5,), classes=("a", "b"), tokens=(PAD, "a", "b"))


def test_a_captioned_image_holds_its_pixels_and_the_words_shifted_by_one() -> None:
    image = np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2) / 11
    inputs, targets = captioned(image, [("red", "blue")], WORDS, 4)
    assert inputs[0, :12].tolist() == [round(255 * step / 11) for step in range(12)]
    assert inputs[0, 12:].tolist() == [1, 3, 4, 0]
    assert targets.tolist() == [[3, 4, 2, NO_ANSWER]]
    assert frames(CAPTION, inputs).shape == (1, 1, 3, 2, 2)
    assert frames(CAPTION, inputs)[:, 0] == pytest.approx(image, abs=0.5 / 255)


def test_an_image_is_one_frame_and_a_video_some() -> None:
    image, video = np.ones((2, 1, 2, 3), np.float32), np.ones((2, 4, 1, 2, 3), np.float32)
    assert (frames(IMAGE, image) == image[:, None]).all()
    assert (frames(VIDEO, video) == video).all()
    with pytest.raises(Refusal, match="no images"):
        frames(TEXT, np.ones((2, 5), np.int64))


def test_an_image_of_ones_own_is_an_example_without_words() -> None:
    image = np.full((3, 2, 2), 0.5)
    row = own(CAPTION, image.tolist())
    assert (row[0, :12] == 128).all()
    assert row[0, 12:].tolist() == [1, 0, 0, 0]
    assert (own(IMAGE, [[0, 0.5, 1], [1, 1, 1]]) == [[[[0, 0.5, 1], [1, 1, 1]]]]).all()


@pytest.mark.parametrize(
    ("task", "values", "said"),
    [
        (IMAGE, [[0, 0], [0, 0]], "The image has 2 × 2 pixels; this data has 1 × 2 × 3."),
        (IMAGE, [[0, 0], [0, 0], [0, 0]], "The image has 3 × 2 pixels; this data has 1 × 2 × 3."),
        (IMAGE, [[0, 0, 0], [0, 0]], "pixels are no image: its rows are not equally long, or hold something else."),
        (
            IMAGE,
            [[0, 0, 0], [0, 0, "ink"]],
            "pixels are no image: its rows are not equally long, or hold something else.",
        ),
        (IMAGE, [[0, 0, 0], [0, 0, 2]], "pixels lie between 0 and 1."),
        (IMAGE, [[0, 0, 0], [0, 0, float("nan")]], "pixels lie between 0 and 1."),
        (CAPTION, [[[0.0] * 3] * 3] * 3, "The image has 3 × 3 × 3 pixels; this data has 3 × 2 × 2."),
        (VIDEO, [[0, 0, 0], [0, 0, 0]], "pixels are an image; this data is made of videos of 4 frames."),
        (TEXT, [[0, 0, 0], [0, 0, 0]], "pixels are an image; this data is made of tokens."),
    ],
)
def test_what_is_no_image_of_this_data_is_refused(task: Task, values: Any, said: str) -> None:
    with pytest.raises(Refusal) as refusal:
        own(task, values)
    assert (refusal.value.field, refusal.value.sentence) == ("pixels", said)

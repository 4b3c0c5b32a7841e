"""Drawn shapes, moving digits and scenes against readings of their own: what is asked can be seen in the pixels."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from dlplay.config import accept, knobs
from dlplay.data import moving_digits, scenes
from dlplay.data.scenes import caption, images
from dlplay.dataset import Examples, Split, Task, dataset, load
from dlplay.drawing import COLOURS, SHAPES, drawn
from dlplay.pixels import frames
from dlplay.tokens import written

NAMES = ["shapes", "moving-digits", "scenes"]


def made(name: str, **values: Any) -> tuple[Task, Examples]:
    config = accept(dataset(name).config, values)
    return dataset(name).task(config), dataset(name).make(config)


def parted(name: str, **values: Any) -> Split:
    return load(name, accept(dataset(name).config, values))


@pytest.mark.parametrize("name", NAMES)
def test_every_accepted_config_makes_data_in_a_moment(name: str) -> None:
    made(name)  # what is imported is not counted
    fields = [knob for knob in knobs(dataset(name).config) if knob.name not in ("held_out", "seed")]
    low = {knob.name: knob.low for knob in fields if knob.low is not None}
    high = {knob.name: knob.high for knob in fields if knob.high is not None}
    choices = [{knob.name: choice} for knob in fields for choice in knob.choices]
    for values in (low, high, *choices, {"examples": low["examples"], "held_out": 0.9}):
        before = time.process_time()
        found = parted(name, **values)
        assert time.process_time() - before < 2, values
        assert min(len(found.train), len(found.held_out)) > 0


# --- drawing --------------------------------------------------------------------------------------------------------


def one(shape: str, side: int = 64, radius: float = 20.0, turn: float = 0.0) -> np.ndarray:
    middle = np.array([side / 2])
    return drawn([shape], side, rows=middle, columns=middle, radius=np.array([radius]), turn=np.array([turn]))[0]


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        ("circle", np.pi * 20**2),
        ("square", 34.0**2),
        ("triangle", 3 * np.sqrt(3) * 11**2),
        ("cross", 4 * 12 * 20 - 12**2),
        ("ring", np.pi * (20**2 - 10**2)),
    ],
)
@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_a_shape_is_as_large_as_geometry_says(shape: str, area: float, turn: float) -> None:
    image = one(shape, turn=turn)
    assert image.sum() == pytest.approx(area, rel=0.03)
    assert (image.min(), image.max()) == (0, 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_even_about_their_middle_and_a_whole_turn_changes_nothing(shape: str) -> None:
    image = one(shape)
    assert image == pytest.approx(image[:, ::-1], abs=1e-4)
    assert image == pytest.approx(one(shape, turn=2 * np.pi), abs=1e-3)
    quarter = one(shape, turn=np.pi / 2)
    assert quarter == pytest.approx(np.rot90(image, -1), abs=1e-3)


def test_shapes_stand_where_they_are_put_and_each_looks_different() -> None:
    image = drawn(["circle"], 32, rows=np.array([8.0]), columns=np.array([20.0]), radius=np.array([5.0]))[0]
    rows, columns = (np.average(np.arange(32) + 0.5, weights=image.sum(axis=axis)) for axis in (1, 0))
    assert (rows, columns) == (pytest.approx(8, abs=0.01), pytest.approx(20, abs=0.01))
    pictures = [one(shape, side=16, radius=5) for shape in SHAPES]
    for place, first in enumerate(pictures):
        assert all(np.abs(first - second).sum() > 10 for second in pictures[place + 1 :])


def test_no_shape_leaves_its_image() -> None:
    """Upright, all but the triangle are as high as they are wide; what an edge cut off would not be."""
    _, found = made("shapes", noise=0, turned=False, kinds=5)
    for image, target in zip(found.inputs[:, 0], found.targets, strict=True):
        high, wide = (np.ptp(np.flatnonzero((image > 0.01).any(axis=axis))) for axis in (1, 0))
        assert min(high, wide) >= 3
        if SHAPES[target] != "triangle":
            assert abs(high - wide) <= 2


# --- moving digits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [1, 3])
@pytest.mark.parametrize("size", [12, 16])
def test_a_frame_is_the_one_before_moved_as_the_answer_says(speed: int, size: int) -> None:
    task, found = made("moving-digits", speed=speed, size=size, examples=100)
    steps = {"up": (-speed, 0), "down": (speed, 0), "left": (0, -speed), "right": (0, speed)}
    for video, target in zip(found.inputs, found.targets, strict=True):
        for before, after in pairwise(video[:, 0]):
            assert (np.roll(before, steps[task.classes[target]], axis=(0, 1)) == after).all()


def test_the_digit_in_the_film_is_the_one_that_is_asked_for() -> None:
    from sklearn.datasets import load_digits

    digits = load_digits()
    _, found = made("moving-digits", ask="digit", examples=100)
    ink = np.round(16 * found.inputs[:, 0].sum(axis=(1, 2, 3)))
    for video, amount, target in zip(found.inputs[:, 0, 0], ink, found.targets, strict=True):
        alike = np.flatnonzero(digits.images.sum(axis=(1, 2)) == amount)
        turned = [np.roll(video, (row, column), axis=(0, 1))[:8, :8] for row in range(16) for column in range(16)]
        known = [number for number in alike if any((16 * one == digits.images[number]).all() for one in turned)]
        assert target in digits.target[known]


@pytest.mark.parametrize("frame", [0, 3, 7])
def test_no_frame_alone_tells_the_direction(frame: int) -> None:
    """Wherever the light is, every direction is as frequent: the mean image of each is the same but for chance."""
    _, found = made("moving-digits", examples=1700)
    means = [found.inputs[found.targets == way, frame, 0].mean(axis=0) for way in range(4)]
    for mean in means:
        assert np.abs(mean - np.mean(means, axis=0)).max() < 0.09
        for axis in (0, 1):
            assert mean.sum(axis=axis) == pytest.approx(np.mean(means, axis=0).sum(axis=axis), abs=0.35)


def test_no_digit_is_in_two_films() -> None:
    found = parted("moving-digits", examples=1700)
    corners = moving_digits.moved(np.ones((1, 8, 8)), np.array([[15, 3]]), np.array([[0, 2]]), 2, 16)[0, :, 0]
    assert corners[0].sum() == corners[1].sum() == 64  # all of it is on the field, also over its edge
    assert corners[0, [15, 0], 3:11].all()
    assert corners[1, 15, 5:13].all()
    shadows = [
        {np.sort(video[0].ravel())[-64:].tobytes() for video in part.inputs} for part in (found.train, found.held_out)
    ]
    assert len(shadows[0] & shadows[1]) <= 1  # by its pixels in order: a digit and another may happen to share them


# --- scenes ---------------------------------------------------------------------------------------------------------


BY_HAND = [
    (("above", ((True, "red", "square"), (False, "blue", "circle"))), "a small red square above a blue circle"),
    (("left", ((False, "green", "ring"), (True, "yellow", "cross"))), "a green ring left of a small yellow cross"),
    (("above", ((False, "white", "triangle"),)), "a white triangle"),
    (
        ("left", ((True, "red", "ring"), (False, "red", "ring"), (True, "blue", "square"))),
        "a small red ring left of a red ring left of a small blue square",
    ),
]


@pytest.mark.parametrize(("scene", "said"), BY_HAND)
def test_scenes_made_by_hand_are_captioned_and_drawn_right(scene: scenes.Scene, said: str) -> None:
    assert " ".join(caption(scene)) == said
    for seed in range(5):
        assert read(images([scene], 32, np.random.default_rng(seed))[0]) == scene_words(scene)


def scene_words(scene: scenes.Scene) -> list[tuple[bool, str]]:
    """From the upper or left one on: whether it is small, and its colour. Shapes are looked at apart."""
    return [(small, colour) for small, colour, _ in scene[1]]


def read(image: np.ndarray) -> list[tuple[bool, str]]:
    """A reading of the pixels alone: parts of the image that hang together, ordered, by their colour and width."""
    lit = image.max(axis=0) > 0.3
    places = {(int(row), int(column)) for row, column in np.argwhere(lit)}
    parts = []
    while places:
        part, edge = set(), {next(iter(places))}
        while edge:
            part |= edge
            edge = {
                (row + down, column + across)
                for row, column in edge
                for down in (-1, 0, 1)
                for across in (-1, 0, 1)
                if (row + down, column + across) in places
            } - part
        places -= part
        parts.append(np.array(sorted(part)))
    parts.sort(key=lambda part: part.mean(axis=0).sum())  # upper and left ones first
    largest = min(0.42 * image.shape[1] / len(parts), 0.3 * image.shape[1])
    found = []
    for part in parts:
        pixels = image[:, part[:, 0], part[:, 1]]
        brightest = pixels[:, pixels.sum(axis=0).argmax()]
        colour = min(COLOURS, key=lambda name: np.abs(brightest - np.array(COLOURS[name])).sum())
        found.append((bool(np.ptp(part, axis=0).max() + 1 < 1.5 * largest), colour))
    return found


@pytest.mark.parametrize("things", [1, 2, 3])
def test_every_caption_says_what_the_pixels_show(things: int) -> None:
    task, found = made("scenes", things=things, size=32, kinds=5, colours=6, examples=200)
    pictures = frames(task, found.inputs)[:, 0]
    for picture, row in zip(pictures, found.targets, strict=True):
        said = written(row[row >= 0], task.classes)
        parts = said.replace("left of", "above").split(" above ")
        assert len(parts) == things
        assert read(picture) == [("small" in part.split(), part.split()[-2]) for part in parts], said
        centres = np.array([np.average(np.arange(32), weights=picture.max(axis=0).sum(axis=axis)) for axis in (0, 1)])
        assert ((centres > 0) & (centres < 31)).all()


def test_the_shape_that_is_said_is_the_one_that_is_drawn() -> None:
    """Of one thing: each shape is drawn at the middle of its light, and the most alike is the one in the caption."""
    side = 32
    task, found = made("scenes", things=1, sizes=False, size=side, kinds=5, examples=200)
    radius, said = np.array([0.3 * side]), []
    for picture, row in zip(frames(task, found.inputs)[:, 0].max(axis=1), found.targets, strict=True):
        light = picture / picture.max()
        rows, columns = (np.array([np.average(np.arange(side) + 0.5, weights=light.sum(axis=axis))]) for axis in (1, 0))
        apart = {
            shape: np.abs(light - drawn([shape], side, rows=rows, columns=columns, radius=radius)[0]).sum()
            for shape in SHAPES
        }
        said.append(written(row[row >= 0], task.classes).split()[-1])
        assert min(apart, key=lambda shape: apart[shape]) == said[-1]
    assert set(said) == set(SHAPES)


def test_above_is_upright_and_left_is_level() -> None:
    for relation in ("above", "left"):
        scene = (relation, ((False, "red", "circle"), (False, "blue", "circle")))
        for seed in range(20):
            image = images([scene], 24, np.random.default_rng(seed))[0]
            first, second = (
                np.argwhere((image[channel] > 0.6) & (image[2 - channel] < 0.5)).mean(axis=0) for channel in (0, 2)
            )
            along, across = (second - first) if relation == "above" else (second - first)[::-1]
            assert along > 6
            assert abs(across) < 4


@pytest.mark.parametrize("values", [{}, {"things": 3}, {"things": 1, "colours": 2, "kinds": 2, "sizes": False}])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_no_kind_of_scene_is_on_both_sides(values: dict[str, Any], share: float) -> None:
    found = parted("scenes", held_out=share, examples=1000, **values)
    said = [{row.tobytes() for row in part.targets} for part in (found.train, found.held_out)]
    assert said[0]
    assert said[1]
    assert not said[0] & said[1]
    if not values:
        assert len(found.held_out) / 1000 == pytest.approx(share, abs=0.01)


def test_the_smallest_choice_of_things_still_makes_scenes_of_three() -> None:
    task, found = made("scenes", things=3, colours=2, kinds=2, sizes=False, examples=200)
    for row in found.targets:
        things = written(row[row >= 0], task.classes).replace("left of", "above").split(" above ")
        assert len(set(things)) == 3

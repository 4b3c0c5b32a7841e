"""Every data set: the same for the same config, in the shape its task says, and never leaking what is held out."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlplay.config import Refusal, accept, knob
from dlplay.dataset import (
    BEGIN,
    END,
    NO_ANSWER,
    PAD,
    DataConfig,
    Examples,
    Split,
    Task,
    dataset,
    datasets,
    load,
    split,
)
from dlplay.points import EDGE, PointsConfig
from dlplay.training.metrics import asked

HERE = [name for name, record in datasets().items() if not record.download]
POINTS = [name for name in HERE if dataset(name).gives == "point"]
TABLES = [name for name in HERE if dataset(name).standardise]
TASKS = {name: dataset(name).task(dataset(name).config()) for name in HERE}
CLASSES = [name for name, task in TASKS.items() if task.classes and not task.each_step]
DRAWN = [name for name in HERE if not knob(dataset(name).config, "seed").hidden]


def made(name: str, **values: Any) -> Split:
    return load(name, accept(dataset(name).config, values))


def bits(parts: Split) -> list[bytes]:
    return [array.tobytes() for part in (parts.train, parts.held_out) for array in (part.inputs, part.targets)]


@pytest.mark.parametrize("name", HERE)
def test_the_same_config_gives_the_same_bits(name: str) -> None:
    assert bits(made(name, seed=3)) == bits(made(name, seed=3))


@pytest.mark.parametrize("name", DRAWN)
def test_another_seed_gives_other_bits(name: str) -> None:
    assert bits(made(name, seed=3)) != bits(made(name, seed=4))


@pytest.mark.parametrize("name", HERE)
def test_examples_are_what_the_task_says(name: str) -> None:
    found = made(name)
    task = found.task
    for part in (found.train, found.held_out):
        assert len(part) > 0
        assert part.inputs.dtype == (np.int64 if task.whole else np.float32)
        assert part.inputs.shape[1:] == task.input_shape
        assert np.isfinite(part.inputs).all()
        assert len(part.targets) == len(part.numbers) == len(part.inputs)
        steps = task.output_shape[:-1]
        if task.classes:
            assert part.targets.dtype == np.int64
            assert part.targets.shape == (len(part), *steps)
        else:
            assert part.targets.dtype == np.float32
            assert part.targets.shape == (len(part), *steps, len(task.targets))
        if not task.each_step and task.classes:
            assert set(part.targets) == set(range(len(task.classes)))
    if task.reads in ("image", "video"):
        assert len(task.input_shape) == {"image": 3, "video": 4}[task.reads]
        assert 0 <= found.train.inputs.min() < found.train.inputs.max() <= 1
    elif task.reads == "caption":
        assert task.picture is not None
        assert task.source == np.prod(task.picture)
        pixels = found.train.inputs[:, : task.source]
        assert 0 <= pixels.min() < pixels.max() <= 255
    elif not task.tokens:
        assert len(task.features) == task.input_shape[-1]
    assert bool(task.classes) != bool(task.targets)
    assert task.outputs == (1 if len(task.classes) == 2 else len(task.classes) or len(task.targets))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
@pytest.mark.parametrize("name", HERE)
def test_no_example_is_on_both_sides(name: str, share: float) -> None:
    found = made(name, held_out=share)
    train, held_out = set(found.train.numbers), set(found.held_out.numbers)
    assert not train & held_out
    assert train | held_out == set(range(len(found.train) + len(found.held_out)))
    if dataset(name).parts is None:
        assert len(found.held_out) == pytest.approx(share * (len(train) + len(held_out)), abs=1)


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_is_held_out_in_the_same_share(name: str) -> None:
    found = made(name)
    for number in range(len(found.task.classes)):
        held, kept = (found.held_out.targets == number).sum(), (found.train.targets == number).sum()
        assert held == pytest.approx(0.3 * (held + kept), abs=1)


@pytest.mark.parametrize("name", TABLES)
def test_scaling_is_fitted_on_the_training_part_alone(name: str) -> None:
    record, config = dataset(name), dataset(name).config()
    raw, before = record.make(config), load(name, config)
    inputs, targets = raw.inputs.copy(), raw.targets.copy()
    inputs[before.held_out.numbers] = 1e6
    if before.task.answers == "numbers":
        targets[before.held_out.numbers] = -1e6
    spoilt = Examples(inputs, targets)
    parts = record.parts(config, spoilt) if record.parts else None
    after = split(spoilt, before.task, config, standardise=True, parts=parts)
    assert after.train.inputs.tobytes() == before.train.inputs.tobytes()
    assert after.train.targets.tobytes() == before.train.targets.tobytes()
    assert after.held_out.inputs.tobytes() != before.held_out.inputs.tobytes()


@pytest.mark.parametrize("name", TABLES)
def test_standardised_columns_have_mean_0_and_deviation_1_and_go_back(name: str) -> None:
    found = made(name)
    raw = dataset(name).make(dataset(name).config())
    parts = [(found.input_scaling, found.train.inputs, raw.inputs)]
    if found.task.answers == "numbers":
        parts.append((found.target_scaling, found.train.targets, raw.targets))
    for scaling, scaled, unscaled in parts:
        assert scaling is not None
        columns = scaled.reshape(-1, scaled.shape[-1])
        assert columns.mean(axis=0) == pytest.approx(0, abs=1e-5)
        assert columns.std(axis=0) == pytest.approx(1, abs=1e-5)
        assert scaling.back(scaled) == pytest.approx(unscaled[found.train.numbers], rel=1e-4, abs=1e-3)


def test_a_column_that_never_changes_stays_finite() -> None:
    examples = Examples(np.ones((10, 2), np.float32), np.zeros((10, 1), np.float32))
    found = split(examples, Task("table", (2,), targets=("a",)), DataConfig(), standardise=True)
    assert (found.train.inputs == 0).all()


@given(
    counts=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    share=st.floats(0.1, 0.9),
    seed=st.integers(0, 9999),
)
def test_a_split_has_two_parts_whatever_the_counts(counts: list[int], share: float, seed: int) -> None:
    targets = np.repeat(np.arange(len(counts)), counts)
    if len(targets) < 2:
        return
    examples = Examples(np.arange(len(targets), dtype=np.float32)[:, None], targets)
    task = Task("table", (1,), classes=tuple(map(str, counts)))
    found = split(examples, task, DataConfig(held_out=share, seed=seed), standardise=False)
    assert len(found.train) >= 1
    assert len(found.held_out) >= 1
    assert sorted([*found.train.inputs[:, 0], *found.held_out.inputs[:, 0]]) == list(range(len(targets)))
    assert (found.train.inputs[:, 0] == found.train.numbers).all()


# --- sequences and pairs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.each_step])
def test_every_sequence_wants_some_answer_and_none_where_nothing_is_read(name: str) -> None:
    found = made(name)
    for part in (found.train, found.held_out):
        wanted = asked(part.targets, found.task)
        assert wanted.any(axis=1).all()
        if found.task.tokens and not found.task.source:
            assert not wanted[part.inputs == 0].any()
        if found.task.classes:
            assert part.targets[wanted].min() >= 0
            assert part.targets[wanted].max() < len(found.task.classes)


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.tokens])
def test_tokens_fill_from_the_left_and_each_is_used(name: str) -> None:
    found = made(name)
    task, inputs = found.task, np.concatenate([found.train.inputs, found.held_out.inputs])
    assert task.tokens[0] == PAD
    assert len(set(task.tokens)) == len(task.tokens)
    source = inputs[:, : task.source or None]
    assert (source[:, 0] > 0).all()
    assert (np.diff((source > 0).astype(int), axis=1) <= 0).all()
    assert set(range(1, len(task.tokens))) - set(source.flat) <= {place_of(task, END)}


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.source])
def test_what_is_written_is_told_one_step_later(name: str) -> None:
    found = made(name)
    task, inputs = found.task, np.concatenate([found.train.inputs, found.held_out.inputs])
    assert task.each_step
    assert task.classes[:3] == (PAD, BEGIN, END)
    shifted, wanted = inputs[:, task.source :], np.concatenate([found.train.targets, found.held_out.targets])
    assert (shifted[:, 0] == 1).all()
    assert (shifted[:, 1:] == np.where(wanted[:, 1:] != NO_ANSWER, wanted[:, :-1], 0)).all()
    assert set(wanted.flat) - {NO_ANSWER} == set(range(2, len(task.classes)))


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.tokens and not dataset(name).parts])
def test_no_text_that_is_held_out_was_trained_on(name: str) -> None:
    for share in (0.1, 0.5):
        found = made(name, held_out=share, seed=5)
        source = found.task.source or None
        texts = [{row[:source].tobytes() for row in part.inputs} for part in (found.train, found.held_out)]
        assert not texts[0] & texts[1]
        assert len(texts[0]) + len(texts[1]) == len(found.train) + len(found.held_out)


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.next_step])
def test_what_comes_next_is_what_is_read_next(name: str) -> None:
    found = made(name)
    task, part = found.task, found.train
    wanted = asked(part.targets, task)[:, :-1]
    if task.tokens:
        assert task.classes == task.tokens
        assert (part.inputs[:, 1:] == part.targets[:, :-1])[wanted & (part.inputs[:, 1:] > 0)].all()
        return
    for place, target in enumerate(task.targets):
        coming = part.inputs[:, 1:, task.features.index(target)].astype(float)
        told = part.targets[:, :-1, place].astype(float)
        slope = np.polyfit(coming[wanted], told[wanted], 1)  # the two are scaled by statistics of their own
        assert told[wanted] == pytest.approx(np.polyval(slope, coming[wanted]), abs=1e-4)


def place_of(task: Task, token: str) -> int:
    return task.tokens.index(token) if token in task.tokens else -1


# --- points ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noise", [0, 0.1, 0.5])
@pytest.mark.parametrize("name", POINTS)
def test_points_lie_in_the_plane_and_values_between_minus_1_and_1(name: str, noise: float) -> None:
    found = made(name, noise=noise, points=2000)
    for part in (found.train, found.held_out):
        assert np.abs(part.inputs).max() < EDGE + 1e-6
        if not found.task.classes:
            assert np.abs(part.targets).max() <= 1
    assert (found.task.low, found.task.high) == (-EDGE, EDGE)


@pytest.mark.parametrize("name", POINTS)
def test_there_are_as_many_points_as_asked_for(name: str) -> None:
    for count in (20, 300):
        found = made(name, points=count)
        assert len(found.train) + len(found.held_out) == count


@pytest.mark.parametrize("name", POINTS)
def test_more_noise_moves_points_or_values_further(name: str) -> None:
    record = dataset(name)
    clean, little, much = (record.make(record.config(noise=noise)) for noise in (0, 0.1, 0.5))

    def moved(noisy: Examples) -> float:
        inputs, targets = noisy.inputs - clean.inputs, noisy.targets - clean.targets
        return float(np.abs(inputs).sum() + np.abs(targets).sum())

    assert 0 < moved(little) < moved(much)


def test_xor_is_the_product_of_signs() -> None:
    clean = dataset("xor").make(PointsConfig(noise=0))
    assert ((clean.inputs.prod(axis=1) > 0) == clean.targets).all()


def test_a_circle_is_told_by_its_radius() -> None:
    clean = dataset("circle").make(PointsConfig(noise=0))
    assert ((np.linalg.norm(clean.inputs, axis=1) < 3) == clean.targets).all()


def test_the_plane_is_x_plus_y() -> None:
    clean = dataset("plane").make(dataset("plane").config(noise=0))
    assert clean.targets[:, 0] == pytest.approx(clean.inputs.sum(axis=1) / 12, abs=1e-6)


def test_hills_are_where_the_peaks_are() -> None:
    clean = dataset("multi-gaussian").make(dataset("multi-gaussian").config(noise=0, points=2000))
    near = np.linalg.norm(clean.inputs - [4, 2.5], axis=1) < 0.5
    low = np.linalg.norm(clean.inputs - [4, -2.5], axis=1) < 0.5
    far = np.abs(clean.inputs[:, 1]) > 4.6
    assert clean.targets[near].min() >= 0.75
    assert clean.targets[low].max() <= -0.75
    assert (clean.targets[far] == 0).all()


@pytest.mark.parametrize("arms", [2, 3, 4, 5])
def test_a_spiral_turned_by_one_arm_is_itself(arms: int) -> None:
    config = accept(dataset("spiral").config, {"arms": arms, "noise": 0, "points": 20 * arms})
    clean = dataset("spiral").make(config)
    assert config.class_count() == len(dataset("spiral").task(config).classes) == arms
    turn = 2 * np.pi / arms
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    for arm in range(arms - 1):
        here, following = (clean.inputs[clean.targets == number] for number in (arm, arm + 1))
        assert here @ rotation == pytest.approx(following, abs=1e-5)


def _sides(found: Split) -> dict[int, str]:
    """The part each example is in, by its number."""
    return dict.fromkeys(found.train.numbers.tolist(), "train") | dict.fromkeys(
        found.held_out.numbers.tolist(), "held-out"
    )


drawn = st.fixed_dictionaries(
    {"x": st.floats(-6, 6), "y": st.floats(-6, 6), "target": st.sampled_from([0.0, 1.0])},
)


@given(
    added=st.lists(drawn, max_size=5),
    more=drawn,
    removed=st.sets(st.integers(0, 59), max_size=40),
    name=st.sampled_from(POINTS),
)
def test_a_point_changed_by_hand_leaves_all_others_in_their_part(
    added: list[dict], more: dict, removed: set[int], name: str
) -> None:
    plain, before = made(name, points=60), made(name, points=60, added=added)
    after = made(name, points=60, added=[*added, more], removed=sorted(removed))
    assert _sides(plain).items() <= _sides(before).items()
    found = _sides(after)
    assert _sides(before).items() >= {(n, part) for n, part in found.items() if n != 60 + len(added)}
    lost = set(_sides(before)) - set(found)
    assert lost <= removed
    assert len(removed - lost) <= 2  # a part keeps its last point
    where = after.train if found[60 + len(added)] == "train" else after.held_out
    row = int(np.flatnonzero(where.numbers == 60 + len(added))[0])
    assert where.inputs[row] == pytest.approx([more["x"], more["y"]], abs=0.006)
    assert where.targets[row] == more["target"]
    assert where.targets.dtype == plain.train.targets.dtype


def test_points_at_the_same_place_are_on_the_same_side() -> None:
    found = made("circle", added=[{"x": 1, "y": 2, "target": 1}] * 10)
    assert len({part for number, part in _sides(found).items() if number >= 300}) == 1


def test_added_points_are_held_out_in_about_the_share_asked_for() -> None:
    places = np.random.default_rng(0).uniform(-6, 6, (100, 2))
    found = made("xor", held_out=0.5, added=[{"x": x, "y": y} for x, y in places])
    assert 30 < sum(part == "held-out" for number, part in _sides(found).items() if number >= 300) < 70


def test_all_points_taken_away_leave_one_in_each_part() -> None:
    found = made("circle", points=20, removed=range(20))
    assert (len(found.train), len(found.held_out)) == (1, 1)


@pytest.mark.parametrize(
    ("name", "values", "where"),
    [
        ("circle", {"added": [{"target": 2}]}, "added.0.target"),
        ("circle", {"added": [{"target": 0.5}]}, "added.0.target"),
        ("circle", {"added": [{"x": 6.5}]}, "added.0.x"),
        ("spiral", {"arms": 3, "added": [{"target": 2}, {"target": 3}]}, "added.1.target"),
        ("plane", {"added": [{"target": 2}]}, "added.0.target"),
        ("circle", {"removed": [-1]}, "removed.0"),
        ("circle", {"removed": range(101)}, "removed"),
        ("circle", {"added": [{}] * 101}, "added"),
    ],
)
def test_points_drawn_where_none_can_be_are_refused(name: str, values: dict, where: str) -> None:
    with pytest.raises(Refusal) as refusal:
        accept(dataset(name).config, values)
    assert refusal.value.field == where


# --- photos ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "shrink"), [(32, 2), (16, 1), (96, 3), (64, 2)])
def test_photos_are_cut_into_squares_that_never_overlap(size: int, shrink: int) -> None:
    found = made("photos", size=size, shrink=shrink)
    assert found.task.input_shape == (3, size, size)
    count = 2 * (427 // shrink // size) * (640 // shrink // size)
    assert len(found.train) + len(found.held_out) == count
    squares = np.concatenate([found.train.inputs, found.held_out.inputs])
    assert len({square.tobytes() for square in squares}) == count


def test_examples_are_values_with_numbers_of_their_own() -> None:
    examples = Examples(np.zeros((3, 2), np.float32), np.arange(3))
    assert (examples.numbers == [0, 1, 2]).all()
    assert (examples.only(np.array([2, 0])).numbers == [2, 0]).all()
    assert len(examples.and_also(examples)) == 6
    assert dataclasses.replace(examples).numbers is examples.numbers


@pytest.mark.parametrize("name", datasets())
def test_what_a_task_says_of_names_marks_and_pictures_fits_its_data(name: str) -> None:
    record = datasets()[name]
    task = record.task(record.config())
    assert len(set(task.short)) == len(task.short) in (0, len(task.classes))
    assert not task.mark or task.mark in task.features
    assert task.image is None or np.prod(task.image) == np.prod(task.input_shape)

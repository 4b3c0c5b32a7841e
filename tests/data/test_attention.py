"""Data for attention against rules of their own: what is asked is what an independent reading says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from dlplay.config import Refusal, accept
from dlplay.dataset import NO_ANSWER, Examples, Split, Task, dataset, load
from dlplay.tokens import encode, written


def made(name: str, **values: Any) -> tuple[Task, Examples]:
    config = accept(dataset(name).config, values)
    return dataset(name).task(config), dataset(name).make(config)


def parted(name: str, **values: Any) -> Split:
    return load(name, accept(dataset(name).config, values))


# --- modular addition -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["plus", "minus", "times"])
@pytest.mark.parametrize("modulus", [3, 4, 59])
def test_every_sum_is_asked_once_and_answered_right(operation: str, modulus: int) -> None:
    task, found = made("modular-addition", operation=operation, modulus=modulus)
    sums = set()
    for row, target in zip(found.inputs, found.targets, strict=True):
        first, sign, second, equals = written(row, task.tokens).split()
        right = {"+": int(first) + int(second), "−": int(first) - int(second), "×": int(first) * int(second)}[sign]
        assert (task.classes[target], equals) == (str(right % modulus), "=")
        sums.add((first, second))
    assert len(sums) == len(found) == modulus**2


@pytest.mark.parametrize("operation", ["plus", "times"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_a_sum_turned_round_is_on_the_same_side(operation: str, share: float) -> None:
    found = parted("modular-addition", operation=operation, modulus=23, held_out=share)
    sides = [{tuple(sorted(row[[0, 2]])) for row in part.inputs} for part in (found.train, found.held_out)]
    assert not sides[0] & sides[1]
    assert len(found.held_out) / 23**2 == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("share", [0.1, 0.9])
@pytest.mark.parametrize("modulus", [3, 4, 97])
def test_no_part_is_ever_empty(modulus: int, share: float) -> None:
    for operation in ("plus", "minus", "times"):
        found = parted("modular-addition", operation=operation, modulus=modulus, held_out=share)
        assert min(len(found.train), len(found.held_out)) > 0


# --- induction ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first_time", [False, True])
def test_the_string_comes_twice_and_only_what_can_be_foreseen_is_asked(first_time: bool) -> None:
    task, found = made("induction", first_time=first_time, shortest=5, longest=14, examples=300)
    for row, wanted in zip(found.inputs, found.targets, strict=True):
        text = written(row, task.tokens, "")
        half = (len(text) + 1) // 2
        assert 5 <= half <= 14
        assert text[half:] == text[: half - 1]
        asked = np.flatnonzero(wanted != NO_ANSWER)
        assert asked.tolist() == list(range(0 if first_time else half, 2 * half - 1))
        for place in asked[asked >= half]:
            assert task.classes[wanted[place]] == text[place - half + 1]  # what came after the same letter then


def test_letters_are_drawn_evenly_so_the_first_time_tells_nothing() -> None:
    task, found = made("induction", first_time=True, symbols=8, repeats=True)
    counts = np.bincount(found.targets[found.targets > 0], minlength=9)[1:]
    assert len(task.classes) == 9
    assert counts / counts.sum() == pytest.approx(1 / 8, abs=0.005)


@pytest.mark.parametrize("repeats", [False, True])
def test_letters_come_again_in_a_string_only_where_they_may_or_must(repeats: bool) -> None:
    for symbols, must in ((32, False), (20, True)):
        task, found = made("induction", repeats=repeats, symbols=symbols, shortest=12, longest=24, examples=500)
        texts = [written(row, task.tokens, "") for row in found.inputs]
        strings = [text[: (len(text) + 1) // 2] for text in texts]
        again = [len(set(text)) < len(text) for text in strings if must <= (len(text) > symbols)]
        assert any(again) == (repeats or must)
        if not repeats:
            assert not any(len(set(text)) < len(text) for text in strings if len(text) <= symbols)


def test_no_place_is_the_second_time_for_all() -> None:
    """Whoever looks back by a fixed number of steps is wrong: the strings have many lengths."""
    _, found = made("induction")
    halves = ((found.inputs > 0).sum(axis=1) + 1) // 2
    assert np.bincount(halves).max() / len(halves) < 0.12
    assert {*halves} == set(range(12, 25))


# --- sorting --------------------------------------------------------------------------------------------------------


def test_sorting_answers_with_the_same_letters_in_order() -> None:
    task, found = made("sorting", shortest=1, longest=14, symbols=5)
    for row, wanted in zip(found.inputs, found.targets, strict=True):
        text = written(row, task.tokens, "")
        assert [task.classes[number] for number in wanted[: len(text)]] == sorted(text)
        assert (wanted[len(text) :] == NO_ANSWER).all()


# --- masked words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("grammar", ["sentiment", "tagging"])
@pytest.mark.parametrize("share", [0.1, 0.2, 0.6])
def test_only_covered_words_are_asked_for_and_fit_the_sentence(grammar: str, share: float) -> None:
    task, found = made("masked-words", grammar=grammar, masked=share, examples=500)
    words = set(dataset(grammar).task(dataset(grammar).config()).tokens)
    for row, wanted in zip(found.inputs, found.targets, strict=True):
        covered = written(row, task.tokens).split()
        places = [place for place, word in enumerate(covered) if word == "▢"]
        assert places == np.flatnonzero(wanted != NO_ANSWER).tolist()
        assert len(places) == max(round(share * len(covered)), 1)
        assert {task.classes[wanted[place]] for place in places} <= words - {"·", "▢"}


def test_no_held_out_sentence_was_trained_on_under_other_blanks() -> None:
    found = parted("masked-words", masked=0.5, examples=3000)
    whole = [
        {np.where(part.targets >= 0, part.targets, part.inputs)[row].tobytes() for row in range(len(part))}
        for part in (found.train, found.held_out)
    ]
    assert not whole[0] & whole[1]
    assert len(whole[0]) + len(whole[1]) == len(found.train) + len(found.held_out)


def test_a_blank_can_be_written_by_hand() -> None:
    task, _ = made("masked-words", examples=100)
    assert task.tokens[encode(task, "the film ▢ dull")[2]] == "▢"
    with pytest.raises(Refusal, match="text holds 'was_'"):
        encode(task, "the film was_ dull")


def test_the_blanks_say_enough_to_learn_from() -> None:
    """Whoever only knew how often words are covered would need this many nats; the sentences tell much of the rest."""
    _, found = made("masked-words")
    counts = np.bincount(found.targets[found.targets > 0])
    shares = counts[counts > 0] / counts.sum()
    assert -(shares * np.log(shares)).sum() > math.log(20)


def test_a_covered_word_is_typed_with_a_key_that_exists() -> None:
    task, _ = made("masked-words", examples=100)
    assert np.array_equal(encode(task, "the _ was good"), encode(task, "the ▢ was good"))

"""Text as token numbers and back: nothing is lost, and what is not known is told in a sentence."""

from __future__ import annotations

import pytest

from dlplay.config import Refusal
from dlplay.dataset import BEGIN, END, NO_ANSWER, Task, dataset, datasets
from dlplay.tokens import encode, paired, written

READING = [slug for slug, record in datasets().items() if record.task(record.config()).tokens]


def task_of(slug: str) -> Task:
    return dataset(slug).task(dataset(slug).config())


@pytest.mark.parametrize("slug", READING)
def test_every_example_can_be_written_by_hand(slug: str) -> None:
    """Written out and read again, examples are the same token numbers; a pair's target is left to the model."""
    record, task = dataset(slug), task_of(slug)
    for row in record.make(record.config()).inputs[:50]:
        found = encode(task, written(row[: task.source or None], task.tokens, task.joint))
        if task.source:
            row = row.copy()
            row[task.source + 1 :] = 0
        assert (found == row).all()


@pytest.mark.parametrize("slug", READING)
def test_what_cannot_be_read_is_refused(slug: str) -> None:
    task = task_of(slug)
    most = task.source or task.input_shape[0]
    for text, said in (("€", "holds '€'; this data knows"), ((task.tokens[-1] + " ") * (most + 1), "at most")):
        with pytest.raises(Refusal, match=said) as refusal:
            encode(task, text)
        assert refusal.value.field == "text"
    if task.tokens[1] != BEGIN:
        with pytest.raises(Refusal, match="text is empty"):
            encode(task, "")


def test_a_name_begins_whether_or_not_that_is_written() -> None:
    task = task_of("names")
    assert [task.tokens[number] for number in encode(task, "Per")[:5]] == [BEGIN, "P", "e", "r", "·"]
    assert (encode(task, f"{BEGIN}Per") == encode(task, "Per")).all()
    assert encode(task, "").tolist() == [1] + [0] * 24


def test_a_pair_is_shifted_by_one() -> None:
    inputs, targets = paired([("ab", "xyx"), ("b", "y")], ("·", "a", "b"), ("·", "▸", "◂", "x", "y"), 3, 4)
    assert inputs.tolist() == [[1, 2, 0, 1, 3, 4, 3], [2, 0, 0, 1, 4, 0, 0]]
    assert targets.tolist() == [[3, 4, 3, 2], [4, 2, NO_ANSWER, NO_ANSWER]]


def test_what_begins_by_itself_is_not_counted_and_is_no_character_of_a_text() -> None:
    names = dataset("names").task(dataset("names").config())
    most = names.input_shape[0] - 1
    letters = [token for token in names.tokens if token.isalpha()]
    assert (encode(names, letters[0] * most) != 0).all()
    with pytest.raises(Refusal, match=f"text has {most + 1} tokens; at most {most} fit"):
        encode(names, letters[0] * (most + 1))
    for mark in (BEGIN, END):
        with pytest.raises(Refusal, match="this data knows") as refused:
            encode(names, letters[0] + mark)
        assert BEGIN not in refused.value.sentence.partition("knows")[2]


def test_a_text_that_is_far_too_long_is_told_its_characters() -> None:
    words = dataset("sentiment").task(dataset("sentiment").config())
    with pytest.raises(Refusal, match="text has 2,001 characters; at most 2,000 are read"):
        encode(words, "a" * 2001)

"""Byte pairs against an encoder of a few lines, and nothing learnt from what is held out."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlplay.config import Refusal, accept
from dlplay.data import names, stories
from dlplay.dataset import dataset, load
from dlplay.pieces import PiecesConfig, cut, learnt, vocabulary
from dlplay.tokens import encode, written

PAIRS = {"pieces": "byte-pairs"}


def by_hand(words: list[str], merges: int) -> tuple[tuple[str, str], ...]:
    """Byte pairs of single words as Sennrich et al. print them: the most frequent pair, again and again."""
    texts, found = [list(word) for word in words], []
    for _ in range(merges):
        counts = Counter(pair for text in texts for pair in pairwise(text))
        if not counts or max(counts.values()) < 2:
            break
        best = max(counts, key=lambda pair: counts[pair])
        found.append(best)
        texts = [joined(text, best) for text in texts]
    return tuple(found)


def joined(text: list[str], pair: tuple[str, str]) -> list[str]:
    done: list[str] = []
    for piece in text:
        if done and (done[-1], piece) == pair:
            done[-1] += piece
        else:
            done.append(piece)
    return done


def test_pairs_are_joined_by_how_often_they_stand_together() -> None:
    words = ["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3
    text = " ".join(words)
    counts = [9, 9, 7, 7]  # es, est, lo, low: no two other pairs are as frequent as these
    merges = learnt((text,), tuple(sorted(set(text))), 4)
    assert [sum(word.count("".join(pair)) for word in words) for pair in merges] == counts
    assert {"".join(pair) for pair in merges} >= {"est", "low"}
    assert vocabulary((" ", "e"), merges)[:2] == (" ", "e")


def test_frequencies_that_differ_give_the_same_pairs_as_by_hand() -> None:
    words = ["aabc"] * 2 + ["aab"] * 5 + ["zzz"]
    assert learnt(("\n".join(words),), tuple("abcz\n"), 2) == by_hand(words, 2) == (("a", "a"), ("aa", "b"))


@pytest.mark.parametrize("merges", [10, 150, 500])
def test_stories_are_cut_as_the_merges_say_and_without_loss(merges: int) -> None:
    found = stories.merges(accept(stories.StoriesConfig, PAIRS | {"merges": merges}))
    text = stories.text()
    pieces = cut(text, found)
    assert "".join(pieces) == text
    for word in set(text.split()):
        slow = list(word)
        for pair in found:
            slow = joined(slow, pair)
        assert cut(word, found) == slow, word
    assert len(pieces) < len(text)


@given(st.text(alphabet="the foxwas. !?éΩ\t\n", max_size=60))
def test_any_text_is_cut_without_loss(text: str) -> None:
    assert "".join(cut(text, stories.merges(accept(stories.StoriesConfig, PAIRS)))) == text


@pytest.mark.parametrize("name", ["names", "stories"])
@pytest.mark.parametrize("values", [{"merges": 10}, {"merges": 500}, {"held_out": 0.9, "seed": 3}])
def test_examples_are_the_same_text_whatever_tokens_are(name: str, values: dict[str, Any]) -> None:
    split = load(name, accept(dataset(name).config, PAIRS | values))
    task = split.task
    assert task.classes == task.tokens
    assert len(set(task.tokens)) == len(task.tokens)
    texts = [written(row, task.tokens, task.joint) for row in split.train.inputs[:40]]
    whole = stories.text() if name == "stories" else "\n".join(names.names())
    for row, text in zip(split.train.inputs, texts, strict=False):
        assert text in whole
        if name == "names":
            assert (encode(task, text) == row).all()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_names_that_are_held_out_teach_no_tokens(share: float) -> None:
    config = accept(PiecesConfig, PAIRS | {"held_out": share, "merges": 500})
    split = load("names", config)
    train = [written(row, split.task.tokens, "") for row in split.train.inputs]
    assert names.merges(config) == learnt(tuple(train), names.CHARACTERS, 500)
    for token in split.task.tokens[3 + len(names.CHARACTERS) :]:
        assert sum(name.count(token) for name in train) >= 2


@pytest.mark.parametrize("length", [10, 50, 200])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_no_held_out_story_stands_where_tokens_were_learnt_from(share: float, length: int) -> None:
    config = accept(stories.StoriesConfig, PAIRS | {"held_out": share, "length": length, "merges": 500})
    split, pieces = load("stories", config), cut(stories.text(), stories.merges(config))
    ends = np.cumsum([len(piece) for piece in pieces])  # of each token, in characters
    begins = split.held_out.numbers[:, None] * stories.STRIDE + np.arange(length) + 1  # of which token is the answer
    answers = begins[split.held_out.targets >= 0]
    assert ends[answers.min() - 1] >= len(stories.first(config))
    assert len(split.train) > 0


def test_what_no_token_is_made_of_is_named() -> None:
    task = dataset("names").task(accept(dataset("names").config, PAIRS))
    with pytest.raises(Refusal, match="text holds 'é'; this data knows space, "):
        encode(task, "Québec".replace("Q", "K"))
    with pytest.raises(Refusal, match="tokens; at most 24 fit"):
        encode(task, "zxzxzxzxzxzxzxzxzxzxzxzxzxzxzxzx")

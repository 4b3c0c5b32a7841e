"""Fill in the blanks: which word stands under ▢?

Sentences in which some words are covered, and only these are asked for. "the film ▢ dull" lacks a verb; what fits in
"the ▢ was not bad" nobody can know, but it is a thing. Who knows the whole grammar, and how often each word comes, is
right 64 times in 100 where a fifth of a judgement is covered: more is not to be had. So the model learns which words
keep company, without anybody having told it what a verb is, and it may look to the right as well as to the left. This
is how BERT was trained before it was taught anything else.

J. Devlin, M.-W. Chang, K. Lee, K. Toutanova, BERT: Pre-training of Deep Bidirectional Transformers, 2018, section 3.1.
"""

from __future__ import annotations

from random import Random
from typing import Literal

import numpy as np

from dlplay.config import field
from dlplay.data import sentiment, tagging
from dlplay.dataset import NO_ANSWER, PAD, Dataset, Examples, Task
from dlplay.sequences import TRIES, SequencesConfig
from dlplay.tokens import numbered

MASK, TYPED = "▢", "_"
"""What stands where a word is covered, and what is typed for it."""


class MaskedConfig(SequencesConfig):
    masked: float = field(0.2, ge=0.1, le=0.6, step=0.05, help="share of words that are covered, one at least")
    grammar: Literal["sentiment", "tagging"] = field("sentiment", help="data whose sentences they are")
    examples: int = field(5000, ge=100, le=10000, step=100, help="different ones, fewer where there are not so many")


def sentence(config: MaskedConfig, random: Random) -> tuple[str, ...]:
    if config.grammar == "sentiment":
        return sentiment.sentence(random.choice((-1, 1)), sentiment.SentimentConfig(), random)
    return tuple(word for word, _ in tagging.sentence(tagging.TaggingConfig(), random))


def make(config: MaskedConfig) -> Examples:
    random = Random(config.seed)
    found: dict[tuple[str, ...], tuple[str, ...]] = {}  # covered: whole
    whole: set[tuple[str, ...]] = set()
    for _ in range(TRIES * config.examples):
        words = sentence(config, random)
        count = max(round(config.masked * len(words)), 1)
        places = set(random.sample(range(len(words)), count))
        covered = tuple(MASK if place in places else word for place, word in enumerate(words))
        if words not in whole and covered not in found:
            whole.add(words)
            found[covered] = words
        if len(found) == config.examples:
            break
    tokens, (length,) = task(config).tokens, task(config).input_shape
    inputs, answers = numbered(found, tokens, length), numbered(found.values(), tokens, length)
    return Examples(inputs, np.where(inputs == 1, answers, NO_ANSWER))


def task(config: MaskedConfig) -> Task:
    source = sentiment.DATASET if config.grammar == "sentiment" else tagging.DATASET
    plain = source.task(source.config())
    tokens = (PAD, MASK, *plain.tokens[1:])
    typed = ((TYPED, MASK),)
    return Task("sequence", plain.input_shape, classes=tokens, tokens=tokens, each_step=True, typed=typed)


DATASET = Dataset(
    title="Masked words",
    config=MaskedConfig,
    task=task,
    make=make,
    source="sentences made from two small grammars of its own",
)

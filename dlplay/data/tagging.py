"""What is each word? It can depend on a later one.

Every word of a sentence gets its part of speech. "cold" is an adjective in "the cold lamp" and a noun in "the cold
fades". "her" stands alone or before a noun. And whether "after" begins a clause shows only at its verb: "after the
rain the bird sings", "after the rain stops the bird sings". A model that reads from left to right must guess there;
one that also reads from the end can know.
"""

from __future__ import annotations

from random import Random

import numpy as np

from dlplay.config import field
from dlplay.dataset import NO_ANSWER, PAD, Dataset, Examples, Task
from dlplay.sequences import SequencesConfig, different
from dlplay.tokens import numbered

TAGS = ("determiner", "adjective", "noun", "verb", "pronoun", "preposition", "conjunction", "adverb")
SHORT = ("det", "adj", "noun", "verb", "pron", "prep", "conj", "adv")
DETERMINERS = ("the", "a", "every")
EITHER = ("that", "her")
"""Pronouns when they stand alone, determiners before a noun."""
ADJECTIVES = ("small", "tall", "bright", "tired", "pale", "slow")
NOUNS = ("bird", "lamp", "rain", "child", "river", "garden", "wind", "dog")
BOTH = ("cold", "light", "dark", "blue", "sweet", "quiet")
"""Adjectives before another adjective or a noun, else nouns."""
ALONE = ("stops", "sings", "fades", "returns", "grows", "sleeps")
WITH_OBJECT = ("sees", "follows", "likes", "finds")
ADVERBS = ("again", "today", "slowly")
LINKS = ("after", "before", "until", "since")
"""Prepositions before a noun, conjunctions before a clause."""

Tagged = tuple[tuple[str, str], ...]
"""Words, each with its tag."""


class TaggingConfig(SequencesConfig):
    adjectives: int = field(2, ge=0, le=4, step=1, help="before a noun, at most; they lengthen the wait")


def noun_phrase(config: TaggingConfig, random: Random, *, alone: str) -> Tagged:
    """A determiner, adjectives and a noun; or now and then a pronoun, as it can stand there."""
    if random.random() < 0.2:
        return ((alone, "pronoun"),)
    described = [random.choice(ADJECTIVES + BOTH) for _ in range(random.randint(0, config.adjectives))]
    noun = random.choice(NOUNS if random.random() < 0.7 else BOTH)
    first = random.choice(DETERMINERS + EITHER)
    return ((first, "determiner"), *((word, "adjective") for word in described), (noun, "noun"))


def clause(config: TaggingConfig, random: Random) -> Tagged:
    subject = noun_phrase(config, random, alone="that")
    if random.random() < 0.4:
        return (*subject, (random.choice(ALONE), "verb"))
    return (*subject, (random.choice(WITH_OBJECT), "verb"), *noun_phrase(config, random, alone="her"))


def sentence(config: TaggingConfig, random: Random) -> Tagged:
    """A clause, most often with "after …" before it, and now and then an adverb in the end."""
    end = ((random.choice(ADVERBS), "adverb"),) if random.random() < 0.3 else ()
    whole = (*clause(config, random), *end)
    if random.random() < 0.3:
        return whole
    link, subject = random.choice(LINKS), noun_phrase(config, random, alone="that")
    if random.random() < 0.5:
        return ((link, "preposition"), *subject, *whole)
    return ((link, "conjunction"), *subject, (random.choice(ALONE), "verb"), *whole)


def make(config: TaggingConfig) -> Examples:
    random = Random(config.seed)
    found = different(lambda: sentence(config, random), config.examples)
    length = task(config).input_shape[0]
    inputs = numbered([[word for word, _ in words] for words in found], task(config).tokens, length)
    tags = numbered([[tag for _, tag in words] for words in found], TAGS, length)
    return Examples(inputs, np.where(inputs > 0, tags, NO_ANSWER))


def task(config: TaggingConfig) -> Task:
    words = (*DETERMINERS, *EITHER, *ADJECTIVES, *NOUNS, *BOTH, *ALONE, *WITH_OBJECT, *ADVERBS, *LINKS)
    length = 10 + 3 * config.adjectives  # a link, three noun phrases, two verbs, an adverb
    return Task("sequence", (length,), classes=TAGS, tokens=(PAD, *sorted(words)), each_step=True, short=SHORT)


DATASET = Dataset(
    title="Parts of speech",
    config=TaggingConfig,
    task=task,
    make=make,
    source="sentences made from a small grammar of its own",
)

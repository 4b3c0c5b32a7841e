"""Praise or blame, when "not" turns it round.

Short judgements of films, books and songs, made from a small grammar. "The film was dull" is blame, "the film was not
dull" is praise, and of two parts joined by "but" the second counts. Counting good and bad words is not enough: the
model has to keep a "hardly" in mind until the word that it turns round, and may be turned round twice.
"""

from __future__ import annotations

from random import Random

from dlplay.config import field
from dlplay.dataset import PAD, Dataset, Examples, Task
from dlplay.sequences import SequencesConfig, different, mixed
from dlplay.tokens import numbered

ADJECTIVES = {
    +1: ("good", "great", "lovely", "clever", "funny", "warm", "brilliant", "moving"),
    -1: ("bad", "dull", "poor", "silly", "boring", "weak", "clumsy", "flat"),
}
VERBS = {+1: ("liked", "enjoyed", "loved"), -1: ("disliked", "hated", "regretted")}
PLAIN = {
    "liked": "like", "enjoyed": "enjoy", "loved": "love", "disliked": "dislike", "hated": "hate", "regretted": "regret",
}  # fmt: skip
THINGS = ("film", "book", "song", "play", "story", "ending", "music", "plot")
PEOPLE = ("i", "we", "they")
STRONGER = ("very", "really", "quite")
NEGATIONS = ("not", "hardly", "never")
OTHERS = ("the", "a", "it", "was", "far", "from", "did", "do", "think", "everybody", "nobody", "at", "all", "but")
CLAUSE = 11
"""Words in the longest clause: "i do not think it was never a really dull film"."""


class SentimentConfig(SequencesConfig):
    negation: float = field(0.5, ge=0, le=1, step=0.1, help="share of clauses that are turned round")
    two_parts: bool = field(True, help='some have a "but"; what follows it counts')


def clause(sign: int, turns: int, random: Random) -> str:
    """Words that praise (+1) or blame (−1): outright, turned round once, or turned round twice."""
    here = -sign if turns == 1 else sign
    adjective, verb = random.choice(ADJECTIVES[here]), random.choice(VERBS[here])
    thing, person = random.choice(THINGS), random.choice(PEOPLE)
    some = f"{random.choice(STRONGER)} {adjective}" if random.random() < 0.4 else adjective
    turned, at_all = random.choice(NEGATIONS), random.choice(("", "", " at all"))
    forms = {
        0: (
            f"the {thing} was {some}",
            f"it was a {some} {thing}",
            f"{person} {verb} the {thing}",
            f"everybody {verb} the {thing}",
            f"{person} think the {thing} was {some}",
        ),
        1: (
            f"the {thing} was {turned} {adjective}",
            f"the {thing} was not {adjective}{at_all}",
            f"the {thing} was far from {adjective}",
            f"it was {turned} a {some} {thing}",
            f"{person} did not {PLAIN[verb]} the {thing}{at_all}",
            f"{person} never {verb} the {thing}",
            f"nobody {verb} the {thing}",
            f"{person} do not think the {thing} was {some}",
        ),
        2: (
            f"{person} do not think the {thing} was {turned} {some}",
            f"{person} do not think it was {turned} a {some} {thing}",
        ),
    }
    return random.choice(forms[turns])


def sentence(sign: int, config: SentimentConfig, random: Random) -> tuple[str, ...]:
    """The words of one judgement: a clause, or one of the opposite kind, "but" and a clause."""

    def part(sign: int) -> str:
        turns = int(random.random() < config.negation) and random.choice((1, 1, 1, 1, 2))
        return clause(sign, turns, random)

    whole = part(sign)
    if config.two_parts and random.random() < 0.4:
        whole = f"{part(-sign)} but {whole}"
    return tuple(whole.split())


def make(config: SentimentConfig) -> Examples:
    random = Random(config.seed)
    good = different(lambda: sentence(+1, config, random), config.examples // 2)
    bad = different(lambda: sentence(-1, config, random), len(good))
    sentences, targets = mixed((bad, good), config.seed)
    return Examples(numbered(sentences, task(config).tokens, task(config).input_shape[0]), targets)


def task(config: SentimentConfig) -> Task:
    words = (*ADJECTIVES[1], *ADJECTIVES[-1], *VERBS[1], *VERBS[-1], *PLAIN.values(), *THINGS, *PEOPLE)
    tokens = (PAD, *sorted({*words, *STRONGER, *NEGATIONS, *OTHERS}))
    length = 2 * CLAUSE + 1 if config.two_parts else CLAUSE
    return Task("sequence", (length,), classes=("blame", "praise"), tokens=tokens)


DATASET = Dataset(
    title="Sentiment",
    config=SentimentConfig,
    task=task,
    make=make,
    source="sentences made from a small grammar of its own",
)

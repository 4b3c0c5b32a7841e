"""Byte pairs: tokens of several characters, learnt from a text.

At first every character is a token. The two tokens that stand side by side most often are joined to a new one, in the
whole text; then again the two most frequent of what there is now. So "t" and "h" become "th", "th" and "e" become
"the". Nothing is joined over the beginning of a word, which a space belongs to. What was joined first is joined first
in any other text as well.

R. Sennrich, B. Haddow, A. Birch, Neural Machine Translation of Rare Words with Subword Units, 2015.
"""

from __future__ import annotations

import functools
import json
import os
from typing import Literal

from dlplay.config import field
from dlplay.dataset import DataConfig

Merges = tuple[tuple[str, str], ...]
"""Pairs of tokens that are joined to one, in order."""
WORD = r" ?\w+| ?[^\s\w]+|\s+(?!\S)|\s+"
"""What tokens never reach beyond: a word or a sign with the space before it."""


class PiecesConfig(DataConfig):
    """Text that is read by its characters, or by byte pairs."""

    pieces: Literal["characters", "byte-pairs"] = field(
        "characters", label="Tokens", help="what one token of the text is"
    )
    merges: int = field(150, ge=10, le=500, step=10, help="joined pairs at most, where tokens are byte pairs")


@functools.lru_cache(maxsize=64)
def learnt(texts: tuple[str, ...], alphabet: tuple[str, ...], merges: int) -> Merges:
    """The pairs that byte-pair encoding joins in these texts, at most so many; each stands there twice at least.

    alphabet: every character there is, also those that the texts do not have.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer

    _alone()
    made = Tokenizer(BPE())
    made.pre_tokenizer = _words()
    size = len(alphabet) + merges
    made.train_from_iterator(
        texts,
        BpeTrainer(vocab_size=size, min_frequency=2, initial_alphabet=list(alphabet), show_progress=False),
    )
    return tuple((first, second) for first, second in json.loads(made.to_str())["model"]["merges"])


def vocabulary(alphabet: tuple[str, ...], merges: Merges) -> tuple[str, ...]:
    """All tokens there are: characters, then what pairs are joined to."""
    return tuple(dict.fromkeys([*alphabet, *map("".join, merges)]))


def cut(text: str, merges: Merges) -> list[str]:
    """A text as tokens, without loss: `"".join(cut(text, merges)) == text`. Without merges its characters."""
    if not merges or not text:
        return list(text)
    tokenizer, known = _tokenizer(merges)
    if not known.issuperset(text):  # what was never joined to anything stands alone
        return [piece for part in _runs(text, known) for piece in (cut(part, merges) if part[0] in known else [part])]
    return tokenizer.encode(text).tokens


def _runs(text: str, known: frozenset[str]) -> list[str]:
    """The text in parts: as long as possible of known characters, each unknown one by itself."""
    parts: list[str] = []
    for character in text:
        if parts and character in known and parts[-1][-1] in known:
            parts[-1] += character
        else:
            parts.append(character)
    return parts


@functools.lru_cache(maxsize=64)
def _tokenizer(merges: Merges):  # type: ignore[no-untyped-def]
    """The library's tokenizer for these merges, and the characters that it knows."""
    from tokenizers import Tokenizer
    from tokenizers.models import BPE

    _alone()
    known = frozenset("".join(map("".join, merges)))
    numbers = {token: number for number, token in enumerate(vocabulary(tuple(sorted(known)), merges))}
    made = Tokenizer(BPE(vocab=numbers, merges=list(merges)))
    made.pre_tokenizer = _words()
    return made, known


def _words():  # type: ignore[no-untyped-def]
    from tokenizers import Regex
    from tokenizers.pre_tokenizers import Split

    return Split(Regex(WORD), "isolated")


def _alone() -> None:
    """No threads of its own: the processes that train are forked, and the texts are small."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"

"""Text as token numbers and back, by the vocabulary of a task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dlplay.config import Refusal, quoted
from dlplay.dataset import BEGIN, END, NO_ANSWER, PAD, DataConfig, Dataset, Task
from dlplay.pieces import cut

LONGEST = 2_000
"""Characters of a text that is looked at before it is refused for its length."""


def encode(task: Task, text: str) -> np.ndarray:
    """What somebody wrote as one example (time,) int64, filled up with `PAD`; the target of a pair is left empty.

    Where sequences begin with `BEGIN`, as their token 1, it is put there, and nothing more need be written.
    Raises `Refusal` for an empty text, a token the vocabulary does not have, or more tokens than fit.
    """
    if len(text) > LONGEST:
        raise Refusal("text", f"text has {len(text):,} characters; at most {LONGEST:,} are read.")
    words = split(text, task)
    first = [BEGIN] if task.tokens[1:2] == (BEGIN,) else []
    if first and words[:1] == first:
        words = words[1:]
    most = (task.source or task.input_shape[0]) - len(first)
    if not words and not first:
        raise Refusal("text", "text is empty; write at least one token.")
    if len(words) > most:
        raise Refusal("text", f"text has {len(words):,} tokens; at most {most} fit.")
    known = [token for token in task.tokens if token not in (PAD, BEGIN, END)]
    unknown = next((word for word in words if word not in known), None)
    if unknown is not None:
        raise Refusal("text", f"text holds {quoted(unknown)}; this data knows {_listed(_plain(known, task))}.")
    words = first + words
    row = np.zeros(task.input_shape[0], np.int64)
    row[: len(words)] = [task.tokens.index(word) for word in words]
    if task.source:
        row[task.source] = task.classes.index(BEGIN)
    return row


def _plain(known: list[str], task: Task) -> list[str]:
    """What tokens are made of: themselves, or characters where they are byte pairs."""
    return [token for token in known if len(token) == 1] if task.merges else known


def answered(record: Dataset, config: DataConfig, text: str) -> np.ndarray | int:
    """What is wanted for a text that somebody wrote, by the rule of the data: the number of its class; for a pair the
    target (time,) int64 with `NO_ANSWER` after its end, as `paired` makes it; and where every step is answered the
    class of each (time,) int64, `NO_ANSWER` where none is wanted.

    Raises `Refusal` where the data is not made by a rule, the rule has no answer, or the answer does not fit.
    """
    if record.answer is None:
        raise Refusal("text", "No rule says what is right for a text of one's own.")
    task = record.task(config)
    found = record.answer(config, split(text, task))
    if not task.each_step:
        return task.classes.index(str(found))
    if not task.source:
        steps = [NO_ANSWER if one is None else task.classes.index(one) for one in found]
        return np.array(steps + [NO_ANSWER] * (task.input_shape[0] - len(steps)), np.int64)
    words, most = [*(str(one) for one in found), END], task.output_shape[0]
    unknown = next((word for word in words if word not in task.classes), None)
    if unknown is not None:
        raise Refusal("text", f"Its answer holds {quoted(unknown)}, which this data never writes.")
    if len(words) > most:
        raise Refusal("text", f"Its answer has {len(found):,} tokens; at most {most - 1} are written.")
    row = np.full(most, NO_ANSWER, np.int64)
    row[: len(words)] = [task.classes.index(word) for word in words]
    return row


def split(text: str, task: Task) -> list[str]:
    """The tokens of a text: its characters or byte pairs where nothing stands between tokens, else its words.

    What is typed for a token that has no key (`Task.typed`) is that token.
    """
    words, keys = cut(text, task.merges) if task.joint == "" else text.split(), dict(task.typed)
    return [keys.get(word, word) for word in words]


def numbered(words: Iterable[Sequence[str]], vocabulary: Sequence[str], length: int) -> np.ndarray:
    """Sequences of tokens as (example, time) int64, filled up with 0."""
    number = {word: place for place, word in enumerate(vocabulary)}
    rows = [[number[word] for word in sequence] for sequence in words]
    found = np.zeros((len(rows), length), np.int64)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found


def paired(
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]],
    tokens: Sequence[str],
    classes: Sequence[str],
    source: int,
    target: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs as inputs (example, source + target) and targets (example, target), both int64.

    The inputs hold the source and, shifted by one, the target: `BEGIN` and all but its last token. The targets end with
    `END`; the steps after it want no answer. `target` counts `END`.
    """
    told, wanted = shifted([pair[1] for pair in pairs], classes, target)
    return np.concatenate([numbered([pair[0] for pair in pairs], tokens, source), told], axis=1), wanted


def shifted(targets: Iterable[Sequence[str]], classes: Sequence[str], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Targets as what is told, `BEGIN` and all but the last token, and what is wanted, `END` last: (example, time)."""
    words = [list(target) for target in targets]
    told = numbered([[BEGIN, *target] for target in words], classes, length)
    wanted = numbered([[*target, END] for target in words], classes, length)
    lengths = np.array([len(target) + 1 for target in words])
    return told, np.where(np.arange(length) < lengths[:, None], wanted, NO_ANSWER)


def written(numbers: Iterable[int], vocabulary: Sequence[str], joint: str = " ") -> str:
    """Token numbers as text: up to `END`, without `PAD` and `BEGIN`."""
    words = []
    for number in numbers:
        word = vocabulary[int(number)]
        if word == END:
            break
        if word not in (PAD, BEGIN):
            words.append(word)
    return joint.join(words)


def _listed(tokens: Sequence[str], most: int = 12) -> str:
    words = [word if word.strip() else "space" for word in tokens[:most]]
    more = f" and {len(tokens) - most} more" if len(tokens) > most else ""
    return ", ".join(words) + more

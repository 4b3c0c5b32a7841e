"""What a data set is, and what it dictates to a model.

A file in `dlplay/data/` holds a story (its docstring), a config, and one constant, `DATASET`. No torch here or there:
arrays are numpy, and scikit-learn is imported inside the function that needs it.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dlplay.catalogue import modules, slug
from dlplay.config import Config, Refusal, field

Reads = Literal["point", "table", "image", "sequence", "pair", "video", "caption"]
Progress = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and a sentence."""
PAD, BEGIN, END = "·", "▸", "◂"
"""Tokens that stand for no word: fills up, begins a target, ends it."""
NO_ANSWER = -1
"""The class at a step that no answer is wanted for."""


@dataclass(frozen=True)
class Task:
    """What the data dictates to a model: what comes in, what must come out.

    input_shape: one example without batch: (2,) a point, (features,), (channel, row, column), (time, feature) a
    sequence of numbers, (time,) a sequence of tokens, (time of both,) a pair, (time, channel, row, column) a video,
    (pixels and time,) a caption.
    classes: their names, none when numbers are asked for. targets: names of the numbers, none when classes are.
    features: names of the inputs of points, tables and sequences of numbers.
    low, high: the part of the plane that is drawn, for points.
    tokens: the vocabulary of what is read, none where numbers are read. Token 0 is `PAD`: it fills up short examples
    and stands behind everything else. each_step: an answer is wanted at every step, not one for the whole.
    next_step: the answer at every step is what comes next, so a model may not look ahead. Then the classes are the
    tokens, or the targets are named like those of the features that are forecast.
    joint: what stands between two tokens where they are written out. answer_joint: the same for the target of a pair,
    where it differs.
    typed: what can be typed for a token that has no key of its own: pairs of what is typed and the token.
    merges: pairs of tokens that are joined to one, in order, where tokens are byte pairs; see `dlplay.pieces`.
    source: for pairs and captions, how many places the source has; the others hold the target, from `BEGIN` on and
    without `END`. The classes of both are the vocabulary of the target, and begin with `PAD`, `BEGIN`, `END`.
    picture: for captions, the shape (channel, row, column) of the image that the source is: its pixels, 0 to 255.
    short: shorter names of the classes, where there is little room. mark: the feature that is 1 at the steps that count
    and 0 elsewhere. image: rows and columns of the picture that a sequence of numbers is, read row by row.
    """

    reads: Reads
    input_shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    low: float = -6.0
    high: float = 6.0
    tokens: tuple[str, ...] = ()
    each_step: bool = False
    joint: str = " "
    source: int = 0
    next_step: bool = False
    answer_joint: str | None = None
    short: tuple[str, ...] = ()
    mark: str = ""
    image: tuple[int, int] | None = None
    picture: tuple[int, int, int] | None = None
    merges: tuple[tuple[str, str], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether inputs are whole numbers, tokens or pixels from 0 to 255, and so int64."""
        return bool(self.tokens) or self.picture is not None

    @property
    def answers(self) -> Literal["classes", "numbers"]:
        return "classes" if self.classes else "numbers"

    @property
    def output_shape(self) -> tuple[int, ...]:
        """What a model gives for one example: (output,), or (time, output) where every step is answered."""
        return (self.input_shape[0] - self.source, self.outputs) if self.each_step else (self.outputs,)

    @property
    def score_name(self) -> str:
        """What the score of answers is called, from `dlplay.training.metrics.score`."""
        return "accuracy" if self.classes else "R²"

    @property
    def outputs(self) -> int:
        """How many numbers an answer is: one log-odds for two classes, one logit a class for more, one a target."""
        return (1 if len(self.classes) == 2 else len(self.classes)) or len(self.targets)


@dataclass(frozen=True)
class Examples:
    """Inputs (example, …) float32, or int64 where they are tokens or captioned pixels, and targets: (example,) int64
    class numbers, or (example, target) float32. Where every step is answered a target has an axis time after the first,
    and holds `NO_ANSWER` or NaN at the steps that no answer is wanted for.

    numbers: (example,) int64, which of the data set's examples each one is, counted from 0 before any split.
    """

    inputs: np.ndarray
    targets: np.ndarray
    numbers: np.ndarray = dataclasses.field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        if len(self.numbers) != len(self.inputs):
            object.__setattr__(self, "numbers", np.arange(len(self.inputs)))

    def __len__(self) -> int:
        return len(self.inputs)

    def only(self, which: np.ndarray) -> Examples:
        """Some of them: places (int) or a mask (bool)."""
        return Examples(self.inputs[which], self.targets[which], self.numbers[which])

    def and_also(self, others: Examples) -> Examples:
        """These, then the others."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in ("inputs", "targets", "numbers"))
        return Examples(*map(np.concatenate, pairs))


@dataclass(frozen=True)
class Labels:
    """What one example is called and each of its steps: "Norway", "1952", "1957" …; empty where nothing has a name."""

    name: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scaling:
    """Standardisation of tables, fitted on the training part alone: (raw − mean) / deviation, per feature."""

    mean: np.ndarray
    deviation: np.ndarray

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        return ((raw - self.mean) / self.deviation).astype(np.float32)

    def back(self, scaled: np.ndarray) -> np.ndarray:
        return (scaled * self.deviation + self.mean).astype(np.float32)


@dataclass(frozen=True)
class Split:
    """A data set ready to train on: both parts in the model's units, and the scaling that led there, if any."""

    task: Task
    train: Examples
    held_out: Examples
    input_scaling: Scaling | None = None
    target_scaling: Scaling | None = None


class DataConfig(Config):
    """What every data set lets one choose."""

    held_out: float = field(
        0.3, ge=0.1, le=0.9, step=0.1, label="Held out", help="share kept for testing, never trained on"
    )
    seed: int = field(0, ge=0, le=9999, label="Data seed", help="draws the data and the split")

    def by_hand(self, train: Examples, held_out: Examples) -> tuple[Examples, Examples]:
        """Both parts with what was changed by hand, in raw units. Here nothing can be; see `dlplay.points`."""
        return train, held_out


@dataclass(frozen=True)
class Dataset:
    """The record of one data set. The story is the docstring of its file, the slug the file's name.

    task: config to `Task`, at once, without loading. make: config to `Examples`, seeded, in raw units; it may take an
    argument `progress(share, sentence)` when `download` is set, and raises `Refusal` when something is missing.
    standardise: inputs get `Scaling` (tables, series); for number targets the targets too.
    parts: its own way to part examples into training and held-out ones, such as by time; at random without it.
    follows: of one sequence (time,) or (time, feature) without its padding, what a memory could follow to solve it: a
    name and one number a step, NaN where there is none.
    answer: of a text given as its tokens, what is wanted by the rule that the data is made by: the tokens of the target
    for pairs, else the class, and where every step is answered that of each token, none where none is wanted. Raises
    `Refusal` where the rule has no answer. See `dlplay.tokens.answered`.
    labels: of the example with this number (`Examples.numbers`) what it is called, and so many steps from its first one
    on, also those that come after the last one known.
    """

    title: str
    config: type[DataConfig]
    task: Callable[[Any], Task]
    make: Callable[..., Examples]
    source: str
    licence: str = "made by formula"
    standardise: bool = False
    download: bool = False
    parts: Callable[[Any, Examples], tuple[Examples, Examples]] | None = None
    follows: Callable[[Any, np.ndarray], tuple[str, np.ndarray]] | None = None
    answer: Callable[[Any, Sequence[str]], Sequence[str | None] | str] | None = None
    labels: Callable[[Any, int, int], Labels] | None = None
    slug: str = ""
    story: str = ""

    @property
    def gives(self) -> Reads:
        return self.task(self.config()).reads


@functools.cache
def datasets() -> dict[str, Dataset]:
    """Every data set, by slug."""
    return {slug(module): _record(module) for module in modules("dlplay.data")}


def dataset(name: str) -> Dataset:
    """One data set. Raises `Refusal` naming the known ones."""
    try:
        return datasets()[name]
    except KeyError:
        raise Refusal("data", f"data is {name[:40]!r}; known data sets are {', '.join(datasets())}.") from None


def _record(module: Any) -> Dataset:
    return dataclasses.replace(module.DATASET, slug=slug(module), story=module.__doc__ or "")


def load(name: str, config: DataConfig, progress: Progress | None = None) -> Split:
    """The data set made or read, split by its seed, standardised by what the training part alone says.

    The split is stratified for classes as far as counts allow. Same config, same split, bit for bit. progress: told
    how far it is, where the data has to be fetched. Raises `Refusal` when it is not to be had.
    """
    record = dataset(name)
    examples = record.make(config, progress) if record.download else record.make(config)
    parts = record.parts(config, examples) if record.parts else None
    return split(examples, record.task(config), config, standardise=record.standardise, parts=parts)


def split(
    examples: Examples,
    task: Task,
    config: DataConfig,
    *,
    standardise: bool,
    parts: tuple[Examples, Examples] | None = None,
) -> Split:
    """Both parts of the examples in the model's units. parts: as they were parted already, else at random."""
    train, held_out = config.by_hand(*(parts or _parts(examples, task, config)))
    inputs = _fit(train.inputs) if standardise else None
    targets = _fit(train.targets) if standardise and task.answers == "numbers" else None

    def scaled(part: Examples) -> Examples:
        return Examples(
            inputs(part.inputs) if inputs else part.inputs,
            targets(part.targets) if targets else part.targets,
            part.numbers,
        )

    return Split(task, scaled(train), scaled(held_out), inputs, targets)


def _parts(examples: Examples, task: Task, config: DataConfig) -> tuple[Examples, Examples]:
    order = _shuffled(len(examples), config)
    if task.answers == "classes" and not task.each_step:
        ranks = np.empty(len(order))
        for number in range(len(task.classes)):  # each class is spread evenly over the order
            members = order[examples.targets[order] == number]
            ranks[members] = (np.arange(len(members)) + 0.5) / max(len(members), 1)
        order = order[np.argsort(ranks[order], kind="stable")]
    kept, held = _cut(order, config)
    return examples.only(kept), examples.only(held)


def kept(count: int, config: DataConfig) -> np.ndarray:
    """Which of so many examples are trained on where the split is at random and not by class, in order."""
    return _cut(_shuffled(count, config), config)[0]


def _shuffled(count: int, config: DataConfig) -> np.ndarray:
    return np.random.default_rng((config.seed, 1)).permutation(count)


def _cut(order: np.ndarray, config: DataConfig) -> tuple[np.ndarray, np.ndarray]:
    """The places that are trained on and those held out, of all in a random order."""
    count = min(max(round(len(order) * config.held_out), 1), len(order) - 1)
    return np.sort(order[count:]), np.sort(order[:count])


def _fit(raw: np.ndarray) -> Scaling:
    """Of values (example, feature) or (example, time, feature): one mean and deviation a feature, NaN left out."""
    flat = raw.reshape(-1, raw.shape[-1]).astype(np.float64)
    deviation = np.nanstd(flat, axis=0)
    return Scaling(np.nanmean(flat, axis=0), np.where(deviation > 0, deviation, 1.0))

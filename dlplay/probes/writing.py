"""A model that has learnt what comes next writes by itself: token by token, each one drawn from what it expects."""

from __future__ import annotations

import time
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.dataset import BEGIN, END, Task
from dlplay.models.decoder import Decoder
from dlplay.probes.asked import Nth
from dlplay.probes.choices import HOTTEST, LAST_SEED, LONGEST_WRITING, writes
from dlplay.probes.looked import known
from dlplay.probes.onward import Onward
from dlplay.probes.seen import Frame, Seen
from dlplay.probes.silencing import called
from dlplay.silence import silenced
from dlplay.tap import listening
from dlplay.tokens import encode

PLACES, CHUNK = 100, 0.04
"""Places written in one picture, and seconds of work it may take; the next picture of the same text goes on there."""
LINES = 24
"""Pieces that are written one after the other where a text can end."""
LEAD = 12
"""Tokens of the chosen example that a text begins with where nothing else is given."""
LIKELY = 8
"""Tokens whose probability is told at every place."""


def picture(
    seen: Seen,
    beginning: str = "",
    temperature: float = 1.0,
    seed: Nth = 0,
    top_k: Nth = 0,
    top_p: float = 1.0,
    layer: Nth | None = None,
    unit: Nth = 0,
    state: str = "hidden",
    off: tuple[str, ...] = (),
    refused: dict[str, str] | None = None,
) -> Frame:
    """What the model writes after this beginning, as far as it has come; the same words for the same question.

    temperature: divides the logits before a token is drawn, 0 takes the most probable one. top_k, top_p: only the
    most probable tokens are drawn from, so many (0: all), and as many as it takes to make up this share. layer (the
    last by default), unit, state: whose values colour the text. off: what is silenced while it writes, see
    `dlplay.silence`. refused: a beginning that waits in its box and why, as it was given.

    Facts: off (in words), vocabulary, joint, begins and ends (tokens, none where there are none), beginning (as
    tokens), refused (a beginning that cannot be read and why), done, most, temperature, hottest, top_k, top_p, seed,
    last_seed, layers, units, states, layer, unit, state. Arrays by place, what was given first: token, given (0 or 1);
    likely (place, rank), the most probable tokens; shares (place, rank, 2), their probabilities before and after
    temperature and cuts; own (place, 2), those of the token that stands there; values (place, unit), the layer's state
    once the token was read, NaN for an end; and of a Transformer decoder looked (place, place), as codes 0 to 255, how
    much of each token its last layer looked at when it read one, the mean of its heads. Where nothing was read before,
    probabilities are NaN. Raises `Refusal`.
    """
    task = seen.task
    if not writes(task):
        raise Refusal("picture", "Only a model that says which token comes next can write.")
    if not 0 <= temperature <= HOTTEST:
        raise Refusal("temperature", f"temperature is {temperature:g}; it can be from 0 to {HOTTEST:g}.")
    if not 0 < top_p <= 1:
        raise Refusal("top_p", f"top_p is {top_p:g}; it can be above 0 and at most 1.")
    try:
        given = _beginning(seen, beginning)
    except Refusal as refusal:
        given, refused = _beginning(seen, ""), refused or {"text": beginning, "sentence": refusal.sentence}
    silent = known(seen.model, off)
    how = _Question(tuple(given), float(temperature), int(seed), int(top_k), float(top_p), frozenset(silent))
    text = _kept(seen.model, task, how)
    with silenced(seen.model, silent):
        text.go_on(PLACES, CHUNK)
    layers = text.layers
    chosen = len(layers) - 1 if layer is None else min(max(layer, 0), len(layers) - 1)
    names = list(layers[chosen]) if layers else []
    shown = state if state in names else "hidden"
    values = text.of(chosen, shown) if layers else np.zeros((len(text.tokens), 0))
    units = values.shape[1]
    facts = {
        "step": seen.step,
        "off": [called(name) for name in silent],
        "vocabulary": list(task.tokens),
        "joint": task.joint,
        "begins": BEGIN if BEGIN in task.tokens else None,
        "ends": END if END in task.tokens else None,
        "beginning": [task.tokens[number] for number in given],
        "refused": refused,
        "done": text.done,
        "most": LONGEST_WRITING,
        "temperature": temperature,
        "hottest": HOTTEST,
        "top_k": top_k,
        "top_p": top_p,
        "seed": seed,
        "last_seed": LAST_SEED,
        "layers": len(layers),
        "units": units,
        "states": names,
        "layer": chosen,
        "unit": min(max(unit, 0), max(units - 1, 0)),
        "state": shown,
    }
    return facts, text.arrays() | {"values": values}


def cut(shares: np.ndarray, top_k: int, top_p: float) -> np.ndarray:
    """Probabilities (class,) of the `top_k` most probable tokens (0: all), and of these as few as make up `top_p`.

    They sum to one again. Fan, Lewis, Dauphin 2018 (top-k); Holtzman et al. 2019 (top-p).
    """
    order = np.argsort(-shares, kind="stable")
    before = np.concatenate([[0.0], shares[order].cumsum()[:-1]])  # of all that are more probable
    kept = before < top_p * shares.sum()
    if top_k:
        kept &= np.arange(len(shares)) < top_k
    left = np.zeros_like(shares)
    left[order[kept]] = shares[order[kept]]
    return left / left.sum()


def tempered(logits: np.ndarray, temperature: float) -> np.ndarray:
    """The softmax of logits divided by a temperature, (class,) in float64; at 0 all of it is on the largest."""
    if temperature == 0:
        return (np.arange(len(logits)) == logits.argmax()).astype(np.float64)
    raised = np.exp((logits - logits.max()) / temperature)
    return raised / raised.sum()


def _beginning(seen: Seen, text: str) -> list[int]:
    task = seen.task
    if text or BEGIN in task.tokens:
        row = encode(task, text)
        return [int(number) for number in row if number]
    inputs = seen.chosen()[0][0]
    return [int(number) for number in inputs[:LEAD] if number]


@dataclass(frozen=True)
class _Question:
    """What decides every word: what stands there first, how hot, the seed of the draws, and what is silenced."""

    given: tuple[int, ...]
    temperature: float
    seed: int
    top_k: int
    top_p: float
    silent: frozenset[str]

    def drawn(self, logits: np.ndarray) -> np.ndarray:
        """What a token is drawn from, (class,)."""
        return cut(tempered(logits, self.temperature), self.top_k, self.top_p)


@dataclass
class _Text:
    """A text that is being written, with all that is told of its places."""

    model: nn.Module
    task: Task
    question: _Question
    tokens: list[int] = field(default_factory=list)
    given: list[bool] = field(default_factory=list)
    likely: list[np.ndarray] = field(default_factory=list)
    shares: list[np.ndarray] = field(default_factory=list)
    own: list[tuple[float, float]] = field(default_factory=list)
    states: list[list[dict[str, np.ndarray]]] = field(default_factory=list)
    looked: list[np.ndarray] = field(default_factory=list)
    done: bool = False

    def __post_init__(self) -> None:
        self._places = self._write()

    @property
    def layers(self) -> list[dict[str, np.ndarray]]:
        """What every layer carries, as it was at the first place."""
        return self.states[0] if self.states else []

    def go_on(self, places: int, seconds: float) -> None:
        """Writes on by so many places, fewer where that is more than so much work, but one at least."""
        until = time.thread_time() + seconds
        for count, _ in enumerate(self._places, 1):
            if count == places or time.thread_time() > until:
                return
        self.done = True

    def of(self, layer: int, state: str) -> np.ndarray:
        """One state of one layer at every place (place, unit), NaN where a text had ended."""
        nothing = np.full_like(self.layers[layer][state], np.nan)
        return np.stack([one[layer][state] if one else nothing for one in self.states])

    def arrays(self) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {
            "token": np.array(self.tokens, np.int32),
            "given": np.array(self.given, np.uint8),
            "likely": np.stack(self.likely).astype(np.int32),
            "shares": np.stack(self.shares).astype(np.float32),
            "own": np.array(self.own, np.float32),
        }
        if any(len(one) for one in self.looked):
            codes = np.zeros((len(self.tokens), len(self.tokens)), np.uint8)
            for place, weights in enumerate(self.looked):
                codes[place, place + 1 - len(weights) : place + 1] = (255 * weights).round()
            found["looked"] = codes
        return found

    def _write(self) -> Iterator[None]:
        """One place after the other. A text that can end begins again until enough lines stand there."""
        task, random = self.task, np.random.default_rng(self.question.seed)
        barred = [0, *([task.tokens.index(BEGIN)] if BEGIN in task.tokens else [])]
        end = task.tokens.index(END) if END in task.tokens else None
        written = lines = 0
        while lines < LINES:
            onward = Onward(self.model, task)
            number, *rest = self.question.given
            self._put(number, None, given=True)
            logits = self._read(onward, number, barred)
            yield
            for number in rest:
                self._put(number, logits, given=True)
                logits = self._read(onward, number, barred)
                yield
            number = -1
            while number != end and written < LONGEST_WRITING:
                shares = self.question.drawn(logits)
                number = min(
                    int(np.searchsorted(shares.cumsum(), random.random(), "right")), int(shares.nonzero()[0][-1])
                )
                self._put(number, logits, given=False)
                written += 1
                if number == end:
                    self.states.append([])
                    self.looked.append(np.zeros(0))
                else:
                    logits = self._read(onward, number, barred)
                yield
            lines += 1
            if written >= LONGEST_WRITING:
                return

    def _read(self, onward: Onward, number: int, barred: list[int]) -> np.ndarray:
        """Reads one token; the logits of the next (class,), −inf for those that are never written."""
        device = next(self.model.parameters()).device
        step = torch.tensor([[number]], device=device)
        if isinstance(self.model, Decoder):
            with listening(self.model) as captures:
                logits = onward.read(step)[0, -1].double().cpu().numpy()
            weights = [one.value[0, :, -1] for name, one in captures.items() if name.endswith("attention.weights")]
            self.looked.append(np.nan_to_num(weights[-1].float().mean(dim=0).cpu().numpy()))
        else:
            logits = onward.read(step)[0, -1].double().cpu().numpy()
            self.looked.append(np.zeros(0))
        self.states.append([{name: one[0].cpu().numpy() for name, one in layer.items()} for layer in onward.states])
        logits[barred] = -np.inf
        return np.nan_to_num(logits, nan=0.0, posinf=1e300, neginf=-np.inf)

    def _put(self, number: int, logits: np.ndarray | None, *, given: bool) -> None:
        """A token takes its place, beside what else could stand there."""
        self.tokens.append(number)
        self.given.append(given)
        count = min(LIKELY, len(self.task.tokens))
        if logits is None:
            self.likely.append(np.zeros(count))
            self.shares.append(np.full((count, 2), np.nan))
            self.own.append((np.nan, np.nan))
            return
        before, after = tempered(logits, 1.0), self.question.drawn(logits)
        best = np.argsort(-before, kind="stable")[:count]
        self.likely.append(best)
        self.shares.append(np.stack([before[best], after[best]], axis=1))
        self.own.append((before[number], after[number]))


@dataclass
class _Kept:
    """The texts that were asked for last, by question, and the weights they were written with."""

    weights: Tensor
    texts: OrderedDict[_Question, _Text] = field(default_factory=OrderedDict)


_KEPT: weakref.WeakKeyDictionary[nn.Module, _Kept] = weakref.WeakKeyDictionary()
"""Some texts a model: what is asked again goes on from where it was, with what the model then carried."""
MOST_KEPT = 4
"""Texts of one model that are kept, so that several pages that watch it do not stop each other's."""


def _kept(model: nn.Module, task: Task, question: _Question) -> _Text:
    """The text that answers a question, begun or as far as it has come with these very weights."""
    weights = torch.cat([value.detach().flatten() for value in model.parameters()])
    kept = _KEPT.get(model)
    if kept is None or not torch.equal(kept.weights, weights):
        _KEPT[model] = kept = _Kept(weights)
    text = kept.texts.pop(question, None) or _Text(model, task, question)
    kept.texts[question] = text
    if len(kept.texts) > MOST_KEPT:
        kept.texts.popitem(last=False)
    return text

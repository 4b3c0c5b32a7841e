"""A target that the model writes by itself: found by a beam, then read once more to hear what passes on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.layers.search import BEGIN, END, Hypothesis, beam, logarithms, writer
from dlplay.probes.choices import WIDEST
from dlplay.probes.seen import Seen
from dlplay.probes.silencing import called
from dlplay.silence import silenced, unmasked
from dlplay.tap import Capture, look
from dlplay.tokens import written

MOST_NEXT = 5
"""Next tokens that are told at every step."""
Take = Callable[[Mapping[str, Capture]], Mapping[str, Tensor]]
"""What is kept of what passed the taps: by name, each (query, …), of one example."""


@dataclass(frozen=True)
class Told:
    """What was written, with its end, and what was taken on the way: by name (query, …).

    facts: off (in words), words (tokens), next (of each step: [[token, probability]], the most probable five), shares
    (of each word its probability), beams (all found, best first), steps (what the beam held after each step, the most
    probable first), width, chosen (which of the beams it is), begins, ends.
    """

    words: list[str]
    passed: dict[str, Tensor]
    facts: dict[str, Any]


def told(seen: Seen, width: int, chosen: int, silent: Sequence[str], take: Take) -> Told:
    """The target of the chosen example by a beam of this width (1: greedily). chosen: which one found, 0 the best.

    silent: what is silenced, all of it `known`. Raises `Refusal` for a beam that is not possible.
    """
    if not 1 <= width <= WIDEST:
        raise Refusal("width", f"width is {width}; a beam is from 1 to {WIDEST} wide.")
    task, inputs = seen.task, seen.tensor(seen.chosen()[0])
    source, places = inputs[:, : task.source], task.input_shape[0] - task.source
    with torch.inference_mode(), silenced(seen.model, silent):
        search = beam(writer(seen.model), source, width=width, longest=places)
        shown = search.found[min(max(chosen, 0), len(search.found) - 1)]
        passed = _passed(seen.model, source, shown.tokens, take)
        shares = logarithms(passed.pop("output")).exp()
        best = shares.topk(min(MOST_NEXT, len(task.classes) - 2), dim=1)
    words = [task.classes[number] for number in shown.tokens]
    facts = {
        "off": [called(name) for name in silent],
        "words": words,
        "next": [
            [[task.classes[number], share] for number, share in zip(numbers, values, strict=True)]
            for numbers, values in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ],
        "shares": [shares[i, number].item() for i, number in enumerate(shown.tokens)],
        "beams": [_line(seen, one) for one in search.found],
        "steps": [[_line(seen, one) for one in held] for held in search.steps],
        "width": width,
        "chosen": search.found.index(shown),
        "begins": task.classes[BEGIN],
        "ends": task.classes[END],
    }
    return Told(words, passed, facts)


def _passed(model: nn.Module, source: Tensor, tokens: tuple[int, ...], take: Take) -> dict[str, Tensor]:
    """What passes the decoder when it writes each of these tokens: output, and what is taken, each (query, …).

    With the mask silenced every token has a pass of its own, as when it was written.
    """

    def heard(pairs: Tensor) -> dict[str, Tensor]:
        captures = look(model, pairs)
        return {"output": captures["output"].value[0], **take(captures)}

    pairs = torch.cat([source, source.new_tensor([[BEGIN, *tokens[:-1]]])], dim=1)
    if not unmasked(model):
        return heard(pairs)
    steps = [heard(pairs[:, : source.shape[1] + place + 1]) for place in range(len(tokens))]
    return {name: torch.stack([one[name][-1] for one in steps]) for name in steps[0]}


def wanted(seen: Seen) -> list[str] | None:
    """The tokens of the true target with its end, none where it is not known."""
    target = seen.chosen()[1]
    return None if target is None else [seen.task.classes[number] for number in target if number >= 0]


def joint(seen: Seen) -> str:
    """What stands between two tokens of a target."""
    return seen.task.joint if seen.task.answer_joint is None else seen.task.answer_joint


def _line(seen: Seen, one: Hypothesis) -> dict[str, object]:
    text = written(one.tokens, seen.task.classes, joint(seen))
    return {"text": text, "log": one.log_probability, "score": one.score, "finished": one.finished}

"""A target being written: what the model reads, where it looks at every step, and what it weighs to say next."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.layers.search import BEGIN, END, Hypothesis, beam, logarithms, writer
from dlplay.probes.asked import Nth
from dlplay.probes.choices import WIDEST
from dlplay.probes.looked import known
from dlplay.probes.seen import Frame, Seen
from dlplay.probes.silencing import called
from dlplay.silence import silenced, unmasked
from dlplay.tap import Capture, look
from dlplay.tokens import written

MOST_NEXT = 5
"""Next tokens that are told at every step."""


def picture(
    seen: Seen,
    width: Nth = 1,
    chosen: Nth = 0,
    at: Nth | None = None,
    off: tuple[str, ...] = (),
    refused: dict[str, str] | None = None,
) -> Frame:
    """The target written for the chosen pair, or for the visitor's own text, by a beam of this width (1: greedily).

    chosen: which of the hypotheses found is shown step by step, 0 the best. at: a locked step, as it was given.
    off: what is silenced, see `dlplay.silence`. refused: a text that waits in its box and why, as it was given.

    Facts: off (in words), source and words (tokens read and written), wanted (tokens, none where they are not known),
    unanswered (why), right (of each word), next (of each step: [[token, probability]], the most probable five), beams
    (all found, best first), steps (what the beam held after each step, the most probable first), attends. Arrays:
    hidden (query, unit), the decoder's state when it writes a word; with attention alignment (query, key), rows sum to
    one, and of a recurrent decoder context (query, unit).
    What is not finite, as in a run that diverged, is none. Raises `Refusal` for a beam that is not possible.
    """
    if not 1 <= width <= WIDEST:
        raise Refusal("width", f"width is {width}; a beam is from 1 to {WIDEST} wide.")
    task = seen.task
    if task.reads != "pair":
        raise Refusal("picture", "Only a model that reads one text and writes another is drawn decoding.")
    row, target = seen.chosen()
    inputs = seen.tensor(row)
    read = [task.tokens[number] for number in row[0, : task.source] if number]
    places, silent = task.input_shape[0] - task.source, known(seen.model, off)
    with torch.inference_mode(), silenced(seen.model, silent):
        search = beam(writer(seen.model), inputs[:, : task.source], width=width, longest=places)
        shown = search.found[min(max(chosen, 0), len(search.found) - 1)]
        passed = _passed(seen.model, inputs[:, : task.source], shown.tokens)
        shares = logarithms(passed.pop("output")).exp()
        best = shares.topk(min(MOST_NEXT, len(task.classes) - 2), dim=1)
    if "alignment" in passed:
        passed["alignment"] = passed["alignment"][:, : len(read)]
    arrays = {name: value.cpu().numpy() for name, value in passed.items()}
    wanted = None if target is None else [task.classes[number] for number in target if number >= 0]
    words = [task.classes[number] for number in shown.tokens]
    facts = {
        "step": seen.step,
        "off": [called(name) for name in silent],
        "source": read,
        "words": words,
        "wanted": wanted,
        "unanswered": seen.unanswered if wanted is None else "",
        "right": None if wanted is None else [wanted[i : i + 1] == [word] for i, word in enumerate(words)],
        "next": [
            [[task.classes[number], share] for number, share in zip(numbers, values, strict=True)]
            for numbers, values in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ],
        "shares": [shares[i, number].item() for i, number in enumerate(shown.tokens)],
        "beams": [_told(seen, one) for one in search.found],
        "steps": [[_told(seen, one) for one in held] for held in search.steps],
        "width": width,
        "chosen": search.found.index(shown),
        "at": at,
        "refused": refused,
        "attends": "alignment" in arrays,
        **_chosen(seen),
        "joint": task.joint,
        "answer_joint": _joint(seen),
        "begins": task.classes[BEGIN],
        "ends": task.classes[END],
    }
    return cleaned(facts), arrays


def _passed(model: nn.Module, source: Tensor, tokens: tuple[int, ...]) -> dict[str, Tensor]:
    """What passes the decoder when it writes each of these tokens: output and hidden, and where it has them alignment
    and context, each (query, …). With the mask silenced every token has a pass of its own, as when it was written.
    """
    pairs = torch.cat([source, source.new_tensor([[BEGIN, *tokens[:-1]]])], dim=1)
    if not unmasked(model):
        return _taken(look(model, pairs))
    steps = [_taken(look(model, pairs[:, : source.shape[1] + place + 1])) for place in range(len(tokens))]
    return {name: torch.stack([one[name][-1] for one in steps]) for name in steps[0]}


def _taken(captures: dict[str, Capture]) -> dict[str, Tensor]:
    """Of one example, each (query, …)."""
    weights = _alignment(captures)
    found: dict[str, Tensor] = {} if weights is None else {"alignment": weights}
    return found | {name: captures[name].value[0] for name in ("output", "hidden", "context") if name in captures}


def _alignment(captures: dict[str, Capture]) -> Tensor | None:
    """Where each step looks in the source, (query, key): of a Transformer the mean of its last layer's heads."""
    if "alignment" in captures:
        return captures["alignment"].value[0]
    crossed = [capture.value[0] for name, capture in captures.items() if name.endswith("cross.weights")]
    return crossed[-1].mean(dim=0) if crossed else None


def _chosen(seen: Seen) -> dict[str, object]:
    """Which example it is: its part, its place there (none for one's own text) and how many there are."""
    part = str(seen.example.get("part", "held-out"))
    text = seen.example.get("text")
    index = None if text is not None else int(seen.example.get("index", 0))
    return {"part": part, "index": index, "count": len(seen.part(part)), "text": text}


def _joint(seen: Seen) -> str:
    """What stands between two tokens of a target."""
    return seen.task.joint if seen.task.answer_joint is None else seen.task.answer_joint


def _told(seen: Seen, one: Hypothesis) -> dict[str, object]:
    text = written(one.tokens, seen.task.classes, _joint(seen))
    return {"text": text, "log": one.log_probability, "score": one.score, "finished": one.finished}

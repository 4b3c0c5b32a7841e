"""A target being written: what the model reads, where it looks at every step, and what it weighs to say next."""

from __future__ import annotations

import torch
from torch import Tensor

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.layers.search import BEGIN, END, Hypothesis, beam, logarithms, writer
from dlplay.probes.asked import Nth
from dlplay.probes.choices import WIDEST
from dlplay.probes.seen import Frame, Seen
from dlplay.tap import Capture, look
from dlplay.tokens import written

MOST_NEXT = 5
"""Next tokens that are told at every step."""


def picture(
    seen: Seen, width: Nth = 1, chosen: Nth = 0, at: Nth | None = None, refused: dict[str, str] | None = None
) -> Frame:
    """The target written for the chosen pair, or for the visitor's own text, by a beam of this width (1: greedily).

    chosen: which of the hypotheses found is shown step by step, 0 the best. at: a locked step, as it was given.
    refused: a text that waits in its box and why, as it was given.

    Facts: source and words (tokens read and written), wanted (tokens, none where they are not known), unanswered (why),
    right (of each word),
    next (of each step: [[token, probability]], the most probable five), beams (all found, best first), steps (what
    the beam held after each step, the most probable first), attends. Arrays: hidden (query, unit), the decoder's state
    when it writes a word; with attention alignment (query, key), rows sum to one, and of a recurrent decoder context
    (query, unit).
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
    places = task.input_shape[0] - task.source
    with torch.inference_mode():
        search = beam(writer(seen.model), inputs[:, : task.source], width=width, longest=places)
        shown = search.found[min(max(chosen, 0), len(search.found) - 1)]
        inputs[0, task.source :] = inputs.new_tensor([BEGIN, *shown.tokens[:-1], *[0] * (places - len(shown.tokens))])
        captures = look(seen.model, inputs)
        count = len(shown.tokens)
        shares = logarithms(captures["output"].value[0, :count]).exp()
        best = shares.topk(min(MOST_NEXT, len(task.classes) - 2), dim=1)
    arrays = {"hidden": captures["hidden"].value[0, :count].cpu().numpy()}
    weights = _alignment(captures)
    if weights is not None:
        arrays["alignment"] = weights[:count, : len(read)].cpu().numpy()
    if "context" in captures:
        arrays["context"] = captures["context"].value[0, :count].cpu().numpy()
    wanted = None if target is None else [task.classes[number] for number in target if number >= 0]
    words = [task.classes[number] for number in shown.tokens]
    facts = {
        "step": seen.step,
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

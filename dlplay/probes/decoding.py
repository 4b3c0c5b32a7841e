"""A target being written: what the model reads, where it looks at every step, and what it weighs to say next."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.probes.asked import Nth
from dlplay.probes.looked import known
from dlplay.probes.seen import Frame, Seen
from dlplay.probes.told import joint, told, wanted
from dlplay.tap import Capture


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
    task = seen.task
    if task.reads != "pair":
        raise Refusal("picture", "Only a model that reads one text and writes another is drawn decoding.")
    found = told(seen, width, chosen, known(seen.model, off), _taken)
    read = [task.tokens[number] for number in seen.chosen()[0][0, : task.source] if number]
    arrays = {name: value.cpu().numpy() for name, value in found.passed.items()}
    if "alignment" in arrays:
        arrays["alignment"] = arrays["alignment"][:, : len(read)]
    truth = wanted(seen)
    facts = {
        "step": seen.step,
        "source": read,
        **found.facts,
        "wanted": truth,
        "unanswered": seen.unanswered if truth is None else "",
        "right": None if truth is None else [truth[i : i + 1] == [word] for i, word in enumerate(found.words)],
        "at": at,
        "refused": refused,
        "attends": "alignment" in arrays,
        **_chosen(seen),
        "joint": task.joint,
        "answer_joint": joint(seen),
    }
    return cleaned(facts), arrays


def _taken(captures: Mapping[str, Capture]) -> dict[str, Tensor]:
    """Of one example, each (query, …): hidden, and where the decoder has them alignment and context."""
    weights = _alignment(captures)
    found: dict[str, Tensor] = {} if weights is None else {"alignment": weights}
    return found | {name: captures[name].value[0] for name in ("hidden", "context") if name in captures}


def _alignment(captures: Mapping[str, Capture]) -> Tensor | None:
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

"""The residual stream: how large it is behind each part, and what the model would answer if that part were the last.

The answer's own norm and layer are put behind every part in turn (the logit lens; nostalgebraist, Interpreting GPT: the
Logit Lens, 2020), so its last row is the model's answer itself.
"""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import Tensor

from dlplay.config import Refusal
from dlplay.frame import cleaned
from dlplay.probes.asked import Nth
from dlplay.probes.looked import Passage, groups, known, passage
from dlplay.probes.seen import Frame, Seen
from dlplay.probes.wanting import wanting
from dlplay.silence import silenced
from dlplay.tap import Capture

AFTER = re.compile(r"(?P<side>.*?)(?P<kind>blocks|looks)\.(?P<block>\d+)\.after_(?P<part>\w+)")
KINDS = {"blocks": "Layer", "looks": "Look"}


def picture(seen: Seen, at: Nth | None = None, off: tuple[str, ...] = ()) -> Frame:
    """The stream of the chosen example, of a pair that of the target the model writes. at: a locked place.

    off: what is silenced, see `dlplay.silence`.

    Facts: rows (of the embedding and each part, the first first: title, part, block), tokens, places (how many
    answers there are: one for each token, or one for all), classes, at, wanted (the true answers as class numbers,
    none where there are none), asked (whether an answer is wanted at each place), unanswered (why they are not
    known of one's own text), example. Arrays: norm (row, token), the mean length of a unit of the stream, √(mean
    x²); and where classes are answered: best (row, place), the class a row would answer; share, its probability;
    final, that of the class the last row answers; or where numbers are, value (row, place), the first of them. What
    is not finite counts as 0. Raises `Refusal`.
    """
    model, silent = seen.model, list(off)
    found = [group for group in groups(model) if not group.crosses]
    if not found or not hasattr(model, "answered"):
        raise Refusal("picture", f"{type(model).__name__} has no stream that could be answered from.")
    read = passage(seen, found[-1], silent)
    taps = _taps(read.captures, found[-1].name.partition("blocks")[0])
    count = len(read.queries)
    streams = torch.stack([capture.value[0] for capture in taps.values()])  # (row, time, unit)
    facts: dict[str, Any] = {
        "step": seen.step,
        "rows": [_row(name) for name in taps],
        "tokens": read.queries,
        "places": count,
        "classes": list(seen.task.classes),
        "at": at if at is not None and at < count else None,
        "wanted": None,
        "asked": wanting(seen, count),
        "unanswered": seen.unanswered,
        "example": read.example,
    }
    size = torch.nan_to_num(streams[:, :count].float().pow(2).mean(dim=-1).sqrt(), 0.0, 0.0, 0.0)
    arrays: dict[str, Tensor] = {"norm": size.cpu()}
    if seen.task.classes:
        shares = _answers(seen, read, taps, silent)  # (row, place, class)
        best = shares.argmax(dim=-1)
        final = best[-1].expand_as(best)
        arrays |= {
            "best": best.to(torch.int32),
            "share": shares.gather(-1, best[..., None])[..., 0],
            "final": shares.gather(-1, final[..., None])[..., 0],
        }
        facts["wanted"] = _wanted(seen, shares.shape[1])
    else:
        arrays["value"] = _outputs(seen, read, taps, silent)[..., 0]
    facts["places"] = next(array.shape[1] for name, array in arrays.items() if name != "norm")
    return cleaned(facts), {name: array.cpu().numpy() for name, array in arrays.items()}


def _taps(captures: dict[str, Capture], prefix: str) -> dict[str, Capture]:
    """What the stream was at first and behind each part of each block, in order."""
    first = f"{prefix}begins"
    after = {name: one for name, one in captures.items() if (m := AFTER.fullmatch(name)) and m["side"] == prefix}
    return ({first: captures[first]} if first in captures else {}) | after


def _row(name: str) -> dict[str, Any]:
    match = AFTER.fullmatch(name)
    if match is None:
        return {"title": "Embedding", "part": "embedding", "block": None}
    part = match["part"].replace("_", "-")
    return {
        "title": f"{KINDS[match['kind']]} {int(match['block']) + 1} {part}",
        "part": part,
        "block": int(match["block"]),
    }


def _answers(seen: Seen, read: Passage, taps: dict[str, Capture], silent: list[str]) -> Tensor:
    """What every row would answer: probabilities (row, place, class), one place where one answer is given."""
    outputs = _outputs(seen, read, taps, silent).double()
    if seen.task.outputs == 1:
        outputs = torch.cat([torch.zeros_like(outputs), outputs], dim=-1)
    return torch.nan_to_num(outputs.softmax(dim=-1), 0.0).float()


def _outputs(seen: Seen, read: Passage, taps: dict[str, Capture], silent: list[str]) -> Tensor:
    """What the model puts out when its answer is read off behind each part: (row, place, output)."""
    model, found = seen.model, []
    with torch.inference_mode(), silenced(model, known(model, silent)):
        for capture in taps.values():
            outputs = model.answered(capture.value, read.given).float()[0]  # type: ignore[operator]
            found.append(outputs[: len(read.queries)] if seen.task.each_step else outputs[None])
    return torch.nan_to_num(torch.stack(found).cpu(), 0.0, 0.0, 0.0)


def _wanted(seen: Seen, places: int) -> list[int | None] | None:
    """The true answers, none where one is not wanted; of a pair only those as far as the model writes."""
    target = seen.chosen()[1]
    if target is None:
        return None
    if not seen.task.each_step:
        return [int(target)]
    numbers = [int(one) if int(one) >= 0 else None for one in target[:places]]
    return numbers + [None] * (places - len(numbers))

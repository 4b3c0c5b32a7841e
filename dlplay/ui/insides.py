"""How each kind of network is shown: which pictures are asked for, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dlplay.experiment import Experiment
from dlplay.runs.run import Run
from dlplay.ui import (
    editor,
    inside_attention,
    inside_captions,
    inside_captures,
    inside_film,
    inside_maps,
    inside_network,
    inside_pairs,
    inside_states,
)


@dataclass(frozen=True)
class Inside:
    """widths: settings and stage, in pixels at 1280; none where the settings stand in a row above.

    wants: the questions to the run. show: the answers on the page. waits: why Play cannot be pressed, where the
    settings allow what cannot run.
    """

    widths: list[int]
    wants: Callable[[Run], list[dict[str, Any]]]
    show: Callable[[Run, Mapping[str, bytes]], None]
    waits: Callable[[], str | None] = lambda: None


_INSIDES = {
    "network": Inside([232, 984], inside_network.wants, inside_network.show),
    "maps": Inside([428, 788], inside_maps.wants, inside_maps.show, editor.waits),
    "attention": Inside([], inside_attention.wants, inside_attention.show),
    "captions": Inside([], inside_captions.wants, inside_captions.show),
    "pairs": Inside([232, 984], inside_pairs.wants, inside_pairs.show),
    "states": Inside([], inside_states.wants, inside_states.show),
    "film": Inside([], inside_film.wants, inside_film.show),
    "captures": Inside([232, 984], inside_captures.wants, inside_captures.show),
}


def of(experiment: Experiment) -> Inside:
    """The inside views of an experiment's architecture."""
    return _INSIDES[experiment.model.inside]

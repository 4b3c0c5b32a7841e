"""The experiment line: what on what, how large, and what can be done with all of it."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlplay.architecture import architectures
from dlplay.config import Config, Refusal, accept, knobs
from dlplay.dataset import Task, dataset, datasets
from dlplay.experiment import Experiment, experiment
from dlplay.recipe import recipes
from dlplay.runs.run import Run
from dlplay.training.settings import now
from dlplay.ui import session
from dlplay.ui.plain import plain

GROUPS = {
    "point": "Points",
    "table": "Tables",
    "image": "Images",
    "sequence": "Sequences",
    "pair": "Pairs of sequences",
    "video": "Videos",
    "caption": "Images to caption",
}
"""What data sets give, as headings over them."""


def place() -> DeltaGenerator:
    """Where the line stands, above everything else of the page."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key="line")


def show(run: Run | None) -> None:
    """Pickers for architecture and data, a summary or what went wrong, undo, redo and share."""
    here = session.visit()
    with _choice("pick-model", here.experiment.model.title):
        _models()
    st.markdown("on")
    with _choice("pick-data", here.experiment.source.title):
        _data()
    _told(run)
    for name, possible, action in (("undo", here.past, session.undo), ("redo", here.future, session.redo)):
        st.button(
            "",
            icon=f":material/{name}:",
            key=name,
            help=name.capitalize(),
            type="tertiary",
            disabled=not possible,
            on_click=action,
        )
    with st.popover("Share", icon=":material/link:", type="tertiary", key="share", on_change="rerun"):
        st.markdown("Whoever opens this link gets a run of their own with the same curve.")
        st.caption("An image you drew or uploaded is not part of it.")
        st.code(session.share(), language=None, wrap_lines=True)


def _choice(key: str, label: str) -> DeltaGenerator:
    """A popover to choose in. Every choice makes a new one, which is closed: one that is told to close may miss it."""
    with st.container(key=key, width="content"):
        return st.popover(f"**{label}**", key=f"{key}-{session.visit().chosen}", on_change="rerun")


def _told(run: Run | None) -> None:
    """What there is to say, in a place that moves nothing: what went wrong, that a draft differs, or what is shown.

    Why there is no run stands where it would be.
    """
    here = session.visit()
    if here.notice and run is not None:
        with st.container(key="notice", width="stretch"):
            st.error(plain(here.notice), icon=":material/error:")
    elif session.stale():
        with st.container(key="state-stale", width="stretch"):
            st.markdown(_stale(run))
    else:
        watch = watched(here.experiment) if run is not None else ""
        if watch:
            with st.container(key="watch", width="stretch"):
                st.html(f'<p title="{escape(f"{watch} ({_summary(run)})")}">Watch: {escape(watch)}</p>')
        else:
            with st.container(key="summary", width="stretch"):
                st.markdown(f":gray[{_summary(run)}]")


def watched(value: Experiment) -> str:
    """What to watch for: the sentence of the recipe that this experiment is, whatever its seed and what was changed by
    hand while it ran; nothing for an experiment of one's own.
    """
    return _sentences().get(_bare(value), "")


@functools.cache
def _sentences() -> dict[Experiment, str]:
    return {_bare(recipe.experiment): recipe.watch for recipe in reversed(recipes().values())}


def _bare(value: Experiment) -> Experiment:
    return replace(value, training=value.training.but(seed=0, changes=(), edits=()))


def _stale(run: Run | None) -> str:
    """One quiet line while the draft is another network than the pictures show."""
    plays = run is not None and run.state == "playing"
    way = "Pause it, and Play starts a new one" if plays else "Play starts a new one"
    once = "" if session.possible() else " once they fit"
    return f"**The layers differ from the run.** :gray[Pictures show the run. {way}{once}.]"


def _summary(run: Run | None) -> str:
    here = session.visit()
    if run is None:
        return ""
    size = run.facts.get("parameters")
    return " · ".join(filter(None, [_given(here.experiment.task), f"{size:,} parameters" if size else ""]))


def _given(task: Task) -> str:
    if task.reads in ("image", "video"):
        *frames, channels, rows, columns = task.input_shape
        many = "".join(f"{count} frames of " for count in frames)
        return f"{many}{rows} × {columns} pixels{' in colour' * (channels == 3)}, {len(task.classes)} classes"
    if task.picture is not None:
        channels, rows, columns = task.picture
        longest = task.output_shape[0] - 1
        return f"{rows} × {columns} pixels{' in colour' * (channels == 3)} to up to {longest} words"
    if task.reads == "point":
        return f"points, {len(task.classes)} classes" if task.classes else "points, one number to predict"
    if task.reads in ("sequence", "pair"):
        return _read_in_order(task)
    wanted = f"{len(task.classes)} classes" if task.classes else "one number to predict"
    return f"{len(task.features)} features, {wanted}"


def _read_in_order(task: Task) -> str:
    """What a sequence or a pair gives, such as "up to 20 characters, 2 classes"."""
    tokens = "tokens" if task.merges else "characters" if task.joint == "" else "words"
    if task.source:
        answer = task.joint if task.answer_joint is None else task.answer_joint
        longest = task.output_shape[0] - 1
        return f"up to {task.source} {tokens} to up to {longest} {'characters' if answer == '' else 'words'}"
    steps, features = task.input_shape[0], len(task.features)
    read = f"up to {steps} {tokens}" if task.tokens else f"{steps} steps{f' × {features} numbers' * (features > 1)}"
    if task.next_step:
        return f"{read}, what comes next"
    wanted = f"{len(task.classes)} classes" if task.classes else "one number to predict"
    return f"{read}, {wanted}{' at every step' * task.each_step}"


def _models() -> None:
    for record in architectures().values():
        playable = [title for title, preset in record.presets.items() if preset.data]
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            first = (record.slug, playable[0] if playable else "")
            st.button(f"**{record.title}**", key=f"model.{record.slug}", type="tertiary", on_click=_take, args=first)
            st.markdown(f":gray[{record.story.splitlines()[0] if record.story else ''}]")
        if playable:
            with st.container(horizontal=True, gap="xsmall"):
                for title in playable:
                    st.button(title, key=f"preset.{record.slug}.{title}", on_click=_take, args=(record.slug, title))


def _take(slug: str, title: str) -> None:
    """A preset on the data at hand when it reads them and was not made for a size of its own, else on its own data."""
    here = session.visit()
    here.chosen += 1
    record, old = architectures()[slug], here.experiment
    preset = record.presets.get(title)
    try:
        if old.task.reads in record.reads and not (preset and preset.data_config):
            data, values = old.dataset, old.data.model_dump()
        elif preset:
            data, values = preset.data, dict(preset.data_config)
        else:
            data, values = _readable(record.reads), {}
        task = datasets()[data].task(datasets()[data].config(**values))
        config = record.fit(preset.config if preset else record.config(), task)
        training = _training(old, slug) | dict(preset.training if preset else {})
        session.become(experiment(slug, data, config, values, training))
    except Refusal as refusal:
        here.notice = refusal.sentence


def _training(old: Experiment, slug: str) -> dict[str, Any]:
    """How to train from here: as before, but another architecture begins with what suits most, on the same device."""
    kept = now(old.training).model_dump()
    return kept if slug == old.architecture else {name: kept[name] for name in ("seed", "device")}


def _data() -> None:
    """What the model can read, by what it is."""
    here = session.visit()
    for gives, heading in GROUPS.items():
        offered = [record for record in datasets().values() if record.gives == gives]
        if gives not in here.experiment.model.reads or not offered:
            continue
        st.caption(heading)
        with st.container(horizontal=True, gap="xsmall"):
            for record in offered:
                st.button(
                    record.title,
                    key=f"data.{record.slug}",
                    help=record.story.strip().split("\n\n")[0] or None,
                    type="primary" if record.slug == here.experiment.dataset else "secondary",
                    on_click=choose_data,
                    args=(record.slug,),
                )


def choose_data(slug: str) -> None:
    """The same model, fitted to another data set."""
    here = session.visit()
    here.chosen += 1
    old = here.experiment
    try:
        record = dataset(slug)
        shared = carried(old.data, record.config)
        config = old.model.fit(old.network, record.task(record.config(**shared)))
        session.become(experiment(old.architecture, slug, config, shared, now(old.training).model_dump()))
    except Refusal as refusal:
        here.notice = refusal.sentence


def carried(old: Config, new: type[Config]) -> dict[str, Any]:
    """What somebody set that the config of other data has, too, and accepts: fields of one name, by name."""
    found = {}
    for knob in knobs(new):
        known = type(old).model_fields.get(knob.name)
        if known is None or knob.hidden or getattr(old, knob.name) == known.default:
            continue
        with contextlib.suppress(Refusal):  # another range: it begins with its own default
            accept(new, {knob.name: getattr(old, knob.name)})
            found[knob.name] = getattr(old, knob.name)
    return found


def _readable(reads: tuple) -> str:
    return next(slug for slug, record in datasets().items() if record.gives in reads)

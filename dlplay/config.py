"""A `Config` is a frozen, validated value; beside each field stand its limits, step, unit and help.

Everything a visitor can change is a field of some `Config`. The controls on a page, the link in the address bar, the
exported script and the sentence that refuses a bad value are all made from what stands here, so a fact about a field
is written once:

    class PointsConfig(Config):
        noise: float = field(0.1, ge=0, le=0.5, step=0.05, help="how far points stray")
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

C = TypeVar("C", bound="Config")
UNIONS = (typing.Union, types.UnionType)
Kind = Literal["whole", "number", "switch", "choice", "text", "many", "wholes", "records"]
"""What a field holds; "many" is a tuple of choices, "wholes" one of whole numbers, "records" one of configs."""


MOST_LISTED = 100
"""Whole numbers that a choice may have."""


class Refusal(ValueError):
    """Input that is not accepted: which field, and one sentence with the value and the limit."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class Config(BaseModel):
    """A frozen value: equal when its fields are equal, finite numbers only, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    def but(self, **changes: Any) -> typing.Self:
        """The same config with some fields changed, checked like new. Raises `Refusal`."""
        return accept(type(self), {name: getattr(self, name) for name in type(self).model_fields} | changes)


def field(
    default: Any,
    *,
    help: str,
    ge: float | None = None,
    le: float | None = None,
    step: float | None = None,
    unit: str = "",
    label: str = "",
    scale: Literal["linear", "log"] = "linear",
    at_most: int | None = None,
    live: bool = False,
    hidden: bool = False,
) -> Any:
    """One field of a `Config`. `help` has under ten words; `at_most` limits the length of a tuple.

    `live` marks what a running run takes up without a restart; `hidden` what has its own editor instead of a control.
    """
    extra: JsonDict = {"step": step, "unit": unit, "label": label, "scale": scale, "live": live, "hidden": hidden}
    return Field(default, ge=ge, le=le, max_length=at_most, description=help, json_schema_extra=extra)


@dataclass(frozen=True)
class Knob:
    """What a control needs to know about one field."""

    name: str
    label: str
    kind: Kind
    default: Any
    low: float | None
    high: float | None
    step: float | None
    unit: str
    help: str
    scale: str
    choices: tuple[Any, ...]
    at_most: int | None
    live: bool
    hidden: bool


def knobs(config: type[Config]) -> tuple[Knob, ...]:
    """Every field of a config class, in order, as a control sees it."""
    return tuple(_knob(name, info) for name, info in config.model_fields.items())


def knob(config: type[Config], name: str) -> Knob:
    """One field of a config class, as a control sees it."""
    return _knob(name, config.model_fields[name])


def records(config: type[Config], name: str) -> dict[str, type[Config]]:
    """The record classes a tuple field can hold: by kind, or one under the empty name; none where it holds none."""
    annotation = config.model_fields[name].annotation
    if typing.get_origin(annotation) is not tuple:
        return {}
    item = typing.get_args(annotation)[0]
    if typing.get_origin(item) is typing.Annotated:
        item = typing.get_args(item)[0]
    members = typing.get_args(item) if typing.get_origin(item) in UNIONS else (item,)
    classes = [member for member in members if isinstance(member, type) and issubclass(member, Config)]
    return {c.model_fields["kind"].default if "kind" in c.model_fields else "": c for c in classes}


def stack(config: type[Config]) -> str | None:
    """The field of a config class that holds a stack of layers: the first that holds records; None without one."""
    return next((name for name in config.model_fields if records(config, name)), None)


def _knob(name: str, info: FieldInfo) -> Knob:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    limits = {key: getattr(part, key) for part in info.metadata for key in ("ge", "le") if hasattr(part, key)}
    kind, choices = _kind(info.annotation)
    step = extra.get("step")
    return Knob(
        name=name,
        label=str(extra.get("label") or name.replace("_", " ").capitalize()),
        kind=kind,
        default=info.default,
        low=limits.get("ge"),
        high=limits.get("le"),
        step=float(step) if isinstance(step, int | float) else None,
        unit=str(extra.get("unit") or ""),
        help=info.description or "",
        scale=str(extra.get("scale") or "linear"),
        choices=choices,
        at_most=next((part.max_length for part in info.metadata if hasattr(part, "max_length")), None),
        live=bool(extra.get("live")),
        hidden=bool(extra.get("hidden")),
    )


def _kind(annotation: Any) -> tuple[Kind, tuple[Any, ...]]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _kind(typing.get_args(annotation)[0])
    if origin is typing.Literal:
        return "choice", typing.get_args(annotation)
    if origin in UNIONS:
        choices = tuple(choice for member in typing.get_args(annotation) for choice in _listed(member))
        return ("choice", choices) if choices else ("text", ())
    if origin is tuple:
        kind, choices = _kind(typing.get_args(annotation)[0])
        return {"choice": ("many", choices), "whole": ("wholes", ())}.get(kind, ("records", ()))  # type: ignore[return-value]
    if annotation is bool:
        return "switch", ()
    if annotation is int:
        return "whole", ()
    if annotation is float:
        return "number", ()
    return "text", ()


def _listed(member: Any) -> tuple[Any, ...]:
    """The values of one side of a union: its words, or every whole number between its limits where these are few."""
    if typing.get_origin(member) is typing.Literal:
        return typing.get_args(member)
    if typing.get_origin(member) is not typing.Annotated:
        return ()
    limits = [bound for part in typing.get_args(member)[1:] for bound in getattr(part, "metadata", (part,))]
    low, high = (next((getattr(bound, key) for bound in limits if hasattr(bound, key)), 0) for key in ("ge", "le"))
    return tuple(range(low, high + 1)) if high - low < MOST_LISTED else ()


def accept(config: type[C], values: Any) -> C:
    """The config these values make. Raises `Refusal` for the first thing that is wrong with them."""
    try:
        return config.model_validate(values)
    except ValidationError as error:
        raise _refusal(config, error) from None


def _refusal(config: type[Config], error: ValidationError) -> Refusal:
    """One sentence for the first error: field, value, limit."""
    first = error.errors(include_url=False)[0]
    where, choices = _place(config, first["loc"])
    given, context = quoted(first["input"]), first.get("ctx", {})
    if isinstance(context.get("error"), Refusal):  # a validator that names the field itself
        return context["error"]
    if choices:
        return Refusal(where, f"{where} is {given}; it can be {either(map(str, choices))}.")
    tags = str(context.get("expected_tags")).replace("'", "")
    whole, number = f"{where} is {given}; it must be a whole number.", f"{where} is {given}; it must be a number."
    sentences = {
        "greater_than_equal": f"{where} is {given}; the smallest allowed is {context.get('ge')}.",
        "less_than_equal": f"{where} is {given}; the largest allowed is {context.get('le')}.",
        "extra_forbidden": f"{where} is not known here.",
        "missing": f"{where} is missing.",
        "finite_number": f"{where} is {given}; it must be a finite number.",
        "int_parsing": whole,
        "int_type": whole,
        "int_from_float": whole,
        "int_parsing_size": f"{where} is {given}; that is too large a number.",
        "float_parsing": number,
        "float_type": number,
        "bool_parsing": f"{where} is {given}; it must be true or false.",
        "bool_type": f"{where} is {given}; it must be true or false.",
        "string_type": f"{where} is {given}; it must be text.",
        "string_too_long": f"{where} is {given}; at most {context.get('max_length')} characters fit.",
        "string_pattern_mismatch": f"{where} is {given}; letters, digits, dots and underscores may stand there.",
        "too_long": f"{where} has too many entries; at most {context.get('max_length')} fit.",
        "tuple_type": f"{where} is {given}; it must be a list.",
        "dict_type": f"{where} is {given}; it must be a set of named values.",
        "model_type": f"{where} is {given}; it must be a set of named values.",
        "model_attributes_type": f"{where} is {given}; it must be a set of named values.",
        "union_tag_invalid": f"{where} is of kind {quoted(context.get('tag'))}; it can be {tags}.",
        "union_tag_not_found": f"{where} does not say which kind it is.",
        "value_error": str(context.get("error", first["msg"])),
    }
    return Refusal(where, sentences.get(first["type"]) or f"{where} is {given}: {first['msg']}.")


def _place(config: type[Config], steps: tuple[int | str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Where an error stands, as a path of field names and places, and the field's choices if it has some.

    Pydantic also lists which member of a union was tried; that is left out: "layers.0.channels".
    """
    path: list[str] = []
    here: Any = config
    for step in steps:
        while typing.get_origin(here) is typing.Annotated:
            here = typing.get_args(here)[0]
        if isinstance(step, int):
            here = typing.get_args(here)[0] if typing.get_origin(here) is tuple else None
        elif isinstance(here, type) and issubclass(here, Config):
            info = here.model_fields.get(step)
            here = info.annotation if info else None
        else:
            here = next((member for member in typing.get_args(here) if _tag(member) == step), here)
            continue
        path.append(quoted(step).strip("'") if isinstance(step, str) else str(step))
    kind, choices = _kind(here)
    return ".".join(path) or config.__name__.removesuffix("Config"), choices if kind == "choice" else ()


def _tag(member: Any) -> Any:
    fields = getattr(member, "model_fields", {})
    return fields["kind"].default if "kind" in fields else None


def either(words: Iterable[str]) -> str:
    """Words as a choice: "a, b or c"."""
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last


def quoted(value: Any, longest: int = 40) -> str:
    """A value somebody gave, short and printable, as it stands in a sentence."""
    if isinstance(value, str):
        text = repr(value[:longest]) if value.isprintable() else ascii(value[:longest])
    elif isinstance(value, bool | None):
        text = {True: "true", False: "false", None: "nothing"}[value]
    elif isinstance(value, float):
        text = f"{value:g}" if math.isfinite(value) else "not finite"
    elif isinstance(value, int):
        text = str(value) if abs(value) < 10**longest else "a very large number"
    else:
        words = {"dict": "a set of named values", "list": "a list", "tuple": "a list"}
        text = words.get(type(value).__name__, type(value).__name__)
    return text if len(text) <= longest else text[: longest - 1] + "…"

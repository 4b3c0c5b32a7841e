"""A `Config` is a frozen, validated value; beside each field stand its limits, step, unit and help.

Everything a visitor can change is a field of some `Config`. The controls on a page, the link in the address bar, the
exported script and the sentence that refuses a bad value are all made from what stands here, so a fact about a field
is written once:

    class PointsConfig(Config):
        noise: float = field(0.1, ge=0, le=0.5, step=0.05, help="how far points stray")
"""

from __future__ import annotations

import math
import typing
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

C = TypeVar("C", bound="Config")
Kind = Literal["whole", "number", "switch", "choice", "text", "many", "records"]


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
    extra = {"step": step, "unit": unit, "label": label, "scale": scale, "live": live, "hidden": hidden}
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
    if origin is typing.Literal:
        return "choice", typing.get_args(annotation)
    if origin is tuple:
        item = typing.get_args(annotation)[0]
        return ("many", typing.get_args(item)) if typing.get_origin(item) is typing.Literal else ("records", ())
    if annotation is bool:
        return "switch", ()
    if annotation is int:
        return "whole", ()
    if annotation is float:
        return "number", ()
    return "text", ()


def accept(config: type[C], values: Any) -> C:
    """The config these values make. Raises `Refusal` for the first thing that is wrong with them."""
    try:
        return config.model_validate(values)
    except ValidationError as error:
        raise _refusal(config, error) from None


def _refusal(config: type[Config], error: ValidationError) -> Refusal:
    """One sentence for the first error: field, value, limit."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or config.__name__
    given, context = _short(first["input"]), first.get("ctx", {})
    sentences = {
        "greater_than_equal": f"{where} is {given}; the smallest allowed is {context.get('ge')}.",
        "less_than_equal": f"{where} is {given}; the largest allowed is {context.get('le')}.",
        "literal_error": f"{where} is {given}; it can be {context.get('expected')}.",
        "extra_forbidden": f"{where} is not known here.",
        "missing": f"{where} is missing.",
        "finite_number": f"{where} is {given}; it must be a finite number.",
        "int_parsing": f"{where} is {given}; it must be a whole number.",
        "int_type": f"{where} is {given}; it must be a whole number.",
        "int_from_float": f"{where} is {given}; it must be a whole number.",
        "float_parsing": f"{where} is {given}; it must be a number.",
        "float_type": f"{where} is {given}; it must be a number.",
        "bool_parsing": f"{where} is {given}; it must be true or false.",
        "too_long": f"{where} has {context.get('actual_length')} entries; at most {context.get('max_length')} fit.",
        "value_error": str(context.get("error", first["msg"])),
    }
    return Refusal(where, sentences.get(first["type"]) or f"{where} is {given}: {first['msg']}.")


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, float) and not math.isfinite(value):
        text = "not finite"
    return text if len(text) <= 40 else text[:37] + "…"

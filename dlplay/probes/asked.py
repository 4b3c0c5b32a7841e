"""What a picture is asked for, checked before anything is drawn: a browser can send anything."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from dlplay.config import Config, Refusal, accept, quoted

Nth = Annotated[int, Field(ge=0, le=10**9)]
"""A layer, a unit, a step: counted from 0. A picture knows how many there are."""


Lock = dict[str, Nth | str]
"""One number of a map: the "tap" it comes from, its "channel", "row" and "column". A picture knows which there are."""


class Example(Config):
    """Which example is looked at, see `dlplay.probes.seen`. Values of points and pixels are checked there."""

    part: Literal["train", "held-out"] = "held-out"
    index: Nth = 0
    point: Any = None
    pixels: Any = None
    text: str | None = None


def example(given: Any) -> dict[str, Any]:
    """What is said of an example, and nothing that is not. Raises `Refusal`."""
    return {name: value for name, value in _checked(Example, given, "example").items() if value is not None}


def wanted(picture: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a picture as it takes them, by name. Raises `Refusal` for the first that it does not."""
    return _checked(_form(picture), given, "wants")


def _checked(form: type[Config], given: Any, name: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise Refusal(name, f"{name} is {quoted(given)}; it must be a set of named values.")
    value = accept(form, {str(key): one for key, one in given.items()})
    return {key: getattr(value, key) for key in form.model_fields if key in value.model_fields_set}


@functools.cache
def _form(picture: Callable[..., Any]) -> type[Config]:
    """All that a picture takes beside what it is made from: the types and defaults of its own arguments."""
    hints = typing.get_type_hints(picture, include_extras=True)
    _seen, *others = inspect.signature(picture).parameters.values()
    fields: dict[str, Any] = {one.name: (hints[one.name], one.default) for one in others}
    return create_model("Wants", __base__=Config, **fields)

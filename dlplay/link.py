"""The readable link of an experiment: a query string in which everything at its default is left out.

    v=1&model=cnn&data=digits&model.layers=conv_8_padding.1~act~maxpool~flatten&train.rate=0.003

Lists are joined by `~`. A record in a list is its kind, its first field's value, then `name.value` for what differs
from the default, joined by `_`; a `_` inside a value is doubled. Only letters, digits and `. ~ _ -` occur, which no
browser escapes. Parsing is bounded and by schema: whatever is not understood raises a `Refusal` that names the field.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dlplay.architecture import architecture
from dlplay.config import Config, Refusal, either, quoted, records
from dlplay.dataset import dataset
from dlplay.experiment import SCHEMA, Experiment, experiment
from dlplay.training.settings import TrainingConfig

LONGEST = 32_000
"""Characters that are read: what an experiment with every list full needs, and some more."""
VIEW = (
    *("run", "play", "at", "example", "text", "lock", "beam", "scale", "layer", "layers", "time", "arranged"),
    *("loss", "free", "begin", "temperature", "top_k", "top_p", "seed", "state"),
    *("attending", "head", "weight", "off", "drawn", "shuffle", "eyes", "panel"),
)
"""Keys of the address bar that say what is looked at, not what is trained."""


def write(value: Experiment) -> str:
    """The experiment as a query string, without a leading question mark."""
    return urlencode(pairs(value))


def pairs(value: Experiment) -> dict[str, str]:
    """The experiment as the key–value pairs of its link."""
    found = {"v": str(SCHEMA), "model": value.architecture, "data": value.dataset}
    plain = experiment(value.architecture, value.dataset, data_config=value.data.model_dump())
    for prefix, config, default in (
        ("data", value.data, type(value.data)()),
        ("model", value.network, plain.network),
        ("train", value.training, TrainingConfig()),
    ):
        for name in type(config).model_fields:
            if getattr(config, name) != getattr(default, name):
                found[f"{prefix}.{name}"] = _written(getattr(config, name))
    return found


def read(link: str | Mapping[str, str]) -> Experiment:
    """The experiment of a query string or of its pairs. Raises `Refusal`."""
    if isinstance(link, str):
        if len(link) > LONGEST:
            raise Refusal("link", f"The link has {len(link):,} characters; at most {LONGEST:,} are read.")
        link = link.removeprefix("?")
        try:
            listed = parse_qsl(link, keep_blank_values=True, strict_parsing=bool(link), max_num_fields=200)
        except ValueError:
            raise Refusal("link", "The link is not made of name=value pairs.") from None
        if len(dict(listed)) < len(listed):
            raise Refusal("link", "The link names something twice.")
        link = dict(listed)
    elif sum(len(key) + len(value) for key, value in link.items()) > LONGEST:
        raise Refusal("link", f"The link is too long; at most {LONGEST:,} characters are read.")
    given = {key: value for key, value in link.items() if key not in VIEW}
    if given.pop("v", str(SCHEMA)) != str(SCHEMA):
        raise Refusal("v", f"v is {quoted(link['v'])}; this version reads links up to {SCHEMA}.")
    model, data = given.pop("model", "mlp"), given.pop("data", "")
    record = architecture(model)
    source = dataset(data or _first_data(model))
    parts: dict[str, dict[str, Any]] = {"model": {}, "data": {}, "train": {}}
    schemas: dict[str, type[Config]] = {"model": record.config, "data": source.config, "train": TrainingConfig}
    for key, text in given.items():
        prefix, _, name = key.partition(".")
        if prefix not in parts or name not in schemas[prefix].model_fields:
            raise Refusal(key[:60], f"{quoted(key)} is not known here.")
        parts[prefix][name] = _value(schemas[prefix], name, text, key)
    plain = experiment(model, source.slug, data_config=parts["data"], training=parts["train"])
    if not parts["model"]:
        return plain
    network = {name: getattr(plain.network, name) for name in record.config.model_fields} | parts["model"]
    return experiment(model, source.slug, network, parts["data"], parts["train"])


def _first_data(model: str) -> str:
    return next((preset.data for preset in architecture(model).presets.values() if preset.data), "circle")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return "~".join(map(_item, value)) if value else "none"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
        return re.sub(r"e([+-])0*", lambda found: "e-" if found[1] == "-" else "e", text)
    return str(value)


def _item(value: Any) -> str:
    if not isinstance(value, Config):
        return _scalar(value)
    names = [name for name in type(value).model_fields if name != "kind"]
    words = [value.kind] if hasattr(value, "kind") else []
    for place, name in enumerate(names):
        given, default = getattr(value, name), type(value).model_fields[name].default
        if place == 0 and (given != default or not words):
            words.append(_scalar(given).replace("_", "__"))
        elif given != default:
            words.append(f"{name.replace('_', '__')}.{_scalar(given).replace('_', '__')}")
    return "_".join(words)


def _value(config: type[Config], name: str, text: str, key: str) -> Any:
    """A field's value from its text; whether it is allowed is for the config to say."""
    annotation = config.model_fields[name].annotation
    if typing.get_origin(annotation) is not tuple:
        return {"on": True, "off": False}.get(text, text) if annotation is bool else text
    if text == "none":
        return ()
    kinds = records(config, name)
    return tuple(_record(kinds, part, key) if kinds else part for part in text.split("~"))


def _record(kinds: dict[str, type[Config]], text: str, key: str) -> dict[str, Any]:
    words = _words(text)
    kind = "" if "" in kinds else words.pop(0)
    if kind not in kinds:
        raise Refusal(key, f"{key} has a part {quoted(kind)}; it can be {either(kinds)}.")
    names = [name for name in kinds[kind].model_fields if name != "kind"]
    record: dict[str, Any] = {"kind": kind} if kind else {}
    for place, word in enumerate(words):
        name, dot, value = word.partition(".")
        if not (dot and name in names):
            if place or not names:
                raise Refusal(key, f"{key} has a part {quoted(text)} with {quoted(word)}, which is not understood.")
            name, value = names[0], word
        if name in record:
            raise Refusal(key, f"{key} has a part {quoted(text)} that gives {name} twice.")
        annotation = kinds[kind].model_fields[name].annotation
        record[name] = {"on": True, "off": False}.get(value, value) if annotation is bool else value
    return record


def _words(text: str) -> list[str]:
    """The words of a record: split at every `_`, while `__` stands for one `_` inside a word."""
    words = [""]
    for piece in re.findall("__|_|[^_]+", text):
        if piece == "_":
            words.append("")
        else:
            words[-1] += "_" if piece == "__" else piece
    return words

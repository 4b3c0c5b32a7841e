"""Weights of published networks, from a local safetensors file in the layout they were published in.

    record, found = preset("GPT-2 small")
    model = record.build(found.config, preset_task(record, found))
    taken = load(model, Path("gpt2.safetensors"))         # every tensor of the file has found its place, or is named

Known are the layouts of GPT-2 (for `Decoder`), BERT (`Encoder`) and ViT (`ViT`), as the transformers library writes
them. Nothing is changed in the model before all names and shapes are checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from dlplay.config import Refusal, quoted

How = Literal["as it is", "turned", "thirds"]
"""How a tensor becomes ours: the same numbers in the same order; with rows and columns exchanged; or so, in three."""


@dataclass(frozen=True)
class Layout:
    """Where the tensors of a published network belong.

    tensors: rows of a name in the file, our names and how; "#" stands for the number of a block, and "*" for weight and
    bias both. prefix: what can stand before every name. left_out: what can be there and is not needed: masks that are
    computed, places that are counted, heads that belong to another task. same: a tensor that repeats another one.
    renamed: older words for the same.
    """

    title: str
    prefix: str
    tensors: tuple[tuple[str, tuple[str, ...], How], ...]
    left_out: str
    same: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


def _into(*names: str) -> tuple[str, ...]:
    return tuple(f"blocks.#.{name}.*" for name in names)


_QKV = _into("attention.query", "attention.key", "attention.value")
_SINGLY = tuple(zip(("query", "key", "value"), _QKV, strict=True))

LAYOUTS: dict[str, Layout] = {
    "Decoder": Layout(
        title="GPT-2",
        prefix="transformer.",
        tensors=(
            ("wte.weight", ("embedding.weight",), "as it is"),
            ("wpe.weight", ("positions.weight",), "as it is"),
            ("h.#.ln_1.*", _into("attention_norm"), "as it is"),
            ("h.#.attn.c_attn.*", _QKV, "thirds"),
            ("h.#.attn.c_proj.*", _into("attention.out"), "turned"),
            ("h.#.ln_2.*", _into("feed_forward_norm"), "as it is"),
            ("h.#.mlp.c_fc.*", _into("feed_forward.inner"), "turned"),
            ("h.#.mlp.c_proj.*", _into("feed_forward.outer"), "turned"),
            ("ln_f.*", ("norm.*",), "as it is"),
        ),
        left_out=r"h\.\d+\.attn\.(bias|masked_bias)",
        same=(("lm_head.weight", "wte.weight"),),
    ),
    "Encoder": Layout(
        title="BERT",
        prefix="bert.",
        tensors=(
            ("embeddings.word_embeddings.weight", ("embedding.weight",), "as it is"),
            ("embeddings.position_embeddings.weight", ("positions.weight",), "as it is"),
            ("embeddings.token_type_embeddings.weight", ("types.weight",), "as it is"),
            ("embeddings.LayerNorm.*", ("embedding_norm.*",), "as it is"),
            *((f"encoder.layer.#.attention.self.{one}.*", (ours,), "as it is") for one, ours in _SINGLY),
            ("encoder.layer.#.attention.output.dense.*", _into("attention.out"), "as it is"),
            ("encoder.layer.#.attention.output.LayerNorm.*", _into("attention_norm"), "as it is"),
            ("encoder.layer.#.intermediate.dense.*", _into("feed_forward.inner"), "as it is"),
            ("encoder.layer.#.output.dense.*", _into("feed_forward.outer"), "as it is"),
            ("encoder.layer.#.output.LayerNorm.*", _into("feed_forward_norm"), "as it is"),
            ("pooler.dense.*", ("pooler.0.*",), "as it is"),
        ),
        left_out=r"embeddings\.position_ids|cls\..*",
        renamed=(("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")),
    ),
    "ViT": Layout(
        title="ViT",
        prefix="vit.",
        tensors=(
            ("embeddings.cls_token", ("class_token",), "as it is"),
            ("embeddings.position_embeddings", ("positions.weight",), "as it is"),
            ("embeddings.patch_embeddings.projection.*", ("embedding.*",), "as it is"),
            *((f"encoder.layer.#.attention.attention.{one}.*", (ours,), "as it is") for one, ours in _SINGLY),
            ("encoder.layer.#.attention.output.dense.*", _into("attention.out"), "as it is"),
            ("encoder.layer.#.layernorm_before.*", _into("attention_norm"), "as it is"),
            ("encoder.layer.#.layernorm_after.*", _into("feed_forward_norm"), "as it is"),
            ("encoder.layer.#.intermediate.dense.*", _into("feed_forward.inner"), "as it is"),
            ("encoder.layer.#.output.dense.*", _into("feed_forward.outer"), "as it is"),
            ("layernorm.*", ("norm.*",), "as it is"),
            ("classifier.*", ("answer.*",), "as it is"),
        ),
        left_out=r"pooler\.dense\.(weight|bias)",
    ),
}
"""By the class that they are loaded into."""


@dataclass(frozen=True)
class Taken:
    """What became of the tensors of a file, by their names in it: taken into the model, or rightly left out."""

    taken: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Wanted:
    """A tensor that must be in the file: our parameters it becomes, how, and the shape it must have."""

    ours: tuple[str, ...]
    how: How
    shape: tuple[int, ...]


def load(model: nn.Module, path: Path) -> Taken:
    """Fills the model with the weights of a file. Raises `Refusal` that names the first tensor that is wrong."""
    layout = LAYOUTS.get(type(model).__name__)
    if layout is None:
        known = ", ".join(LAYOUTS)
        raise Refusal("file", f"{type(model).__name__} has no public layout; known are those of {known}.")
    wanted = dict(_wanted(model, layout))
    try:
        with safe_open(path, framework="pt") as file:
            names = {name: _plain(name, layout) for name in file.keys()}  # noqa: SIM118  (it is no dictionary)
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in names}
            left_out = _checked(path.name, layout, wanted, names, shapes)
            tensors = {name: file.get_tensor(written) for written, name in names.items() if written not in left_out}
    except (OSError, SafetensorError) as error:
        raise Refusal("file", f"{path.name} cannot be read as safetensors: {quoted(str(error), 80)}.") from None
    for name, other in layout.same:
        if name in tensors and not torch.equal(tensors[name], tensors[other]):
            raise Refusal(
                "file", f"{path.name} holds a {name} other than {other}; in {layout.title} they are the same."
            )
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, place in wanted.items():
            for ours, part in zip(place.ours, _parts(tensors[name], place), strict=True):
                parameters[ours].copy_(part.reshape(parameters[ours].shape))
    return Taken(tuple(written for written in names if written not in left_out), left_out)


def _plain(name: str, layout: Layout) -> str:
    """A name of the file without its prefix, in today's words."""
    for old, new in layout.renamed:
        name = name.replace(old, new)
    return name.removeprefix(layout.prefix)


def _wanted(model: nn.Module, layout: Layout) -> Iterator[tuple[str, _Wanted]]:
    """Every tensor the file must hold. Raises `Refusal` for a parameter of ours that the layout has no place for."""
    shapes = {name: tuple(value.shape) for name, value in model.named_parameters()}
    rest = set(shapes)
    for given, places, how in layout.tensors:
        for number in range(len(model.get_submodule("blocks")._modules)) if "#" in given else (0,):
            for kind in ("weight", "bias") if given.endswith("*") else ("",):
                name, *ours = (one.replace("#", str(number)).replace("*", kind) for one in (given, *places))
                if all(one in shapes for one in ours):
                    rest -= set(ours)
                    yield name, _Wanted(tuple(ours), how, _shape([shapes[one] for one in ours], how, name))
    if rest:
        first = next(name for name in shapes if name in rest)
        raise Refusal("file", f"{first} of this network has no place in the layout of {layout.title}.")


def _shape(shapes: list[tuple[int, ...]], how: How, name: str) -> tuple[int, ...]:
    """What the shape in the file must be, where ours is so."""
    if name in ("embeddings.cls_token", "embeddings.position_embeddings"):  # written with a batch of one
        return (1,) * (3 - len(shapes[0])) + shapes[0]
    if how == "as it is":
        return shapes[0]
    joined = (sum(shape[0] for shape in shapes), *shapes[0][1:])
    return joined[::-1]


def _parts(tensor: Tensor, place: _Wanted) -> tuple[Tensor, ...]:
    """A tensor of the file as our parameters."""
    if place.how != "as it is" and tensor.dim() == 2:
        tensor = tensor.T
    return tensor.chunk(len(place.ours)) if place.how == "thirds" else (tensor,)


def _checked(
    file: str,
    layout: Layout,
    wanted: dict[str, _Wanted],
    names: dict[str, str],
    shapes: dict[str, tuple[int, ...]],
) -> tuple[str, ...]:
    """The names that are rightly left out. Raises `Refusal` for a tensor that is missing, extra or of another shape."""
    there = set(names.values())
    missing = next((name for name in wanted if name not in there), None)
    if missing is not None:
        raise Refusal("file", f"{file} lacks {missing}, which {layout.title} has.")
    left_out = tuple(
        written for written, name in names.items() if name not in wanted and re.fullmatch(layout.left_out, name)
    )
    repeats = {name for name, _ in layout.same}
    for written, name in names.items():
        if name not in wanted and name not in repeats and written not in left_out:
            raise Refusal("file", f"{file} holds {quoted(written, 80)}, which this network has no place for.")
        if name in wanted and shapes[written] != wanted[name].shape:
            given, needed = (" × ".join(map(str, shape)) for shape in (shapes[written], wanted[name].shape))
            raise Refusal("file", f"{written} of {file} is {given}; this network needs {needed}.")
    return left_out

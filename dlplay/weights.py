"""Weights of published networks, from a local safetensors file in the layout they were published in.

    record, found = preset("GPT-2 small")
    model = record.build(found.config, preset_task(record, found))
    taken = load(model, Path("gpt2.safetensors"))         # every tensor of the file has found its place, or is named

Known are the layouts of GPT-2 (for `Decoder`), BERT (`Encoder`) and ViT (`ViT`), as the transformers library writes
them. Nothing is changed in the model before all names, shapes and numbers are checked. What no tensor tells (how many
heads share a width, the activation, a norm's epsilon) is the config's to say, so the model is best made from a preset.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from dlplay.config import Refusal, quoted
from dlplay.models.decoder import Decoder
from dlplay.models.encoder import Encoder
from dlplay.models.vit import ViT

How = Literal["as it is", "batched", "transposed", "thirds"]
"""How a tensor stands in the file: as ours; as (batch, time, unit) with a batch of one; with rows and columns
exchanged, as GPT-2 keeps its weights; or so, and three of ours side by side."""
NUMBERS = ("F64", "F32", "F16", "BF16")
"""What weights are written as, in the words of safetensors."""


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

LAYOUTS: dict[type[nn.Module], Layout] = {
    Decoder: Layout(
        title="GPT-2",
        prefix="transformer.",
        tensors=(
            ("wte.weight", ("embedding.weight",), "as it is"),
            ("wpe.weight", ("positions.weight",), "as it is"),
            ("h.#.ln_1.*", _into("attention_norm"), "as it is"),
            ("h.#.attn.c_attn.*", _QKV, "thirds"),
            ("h.#.attn.c_proj.*", _into("attention.out"), "transposed"),
            ("h.#.ln_2.*", _into("feed_forward_norm"), "as it is"),
            ("h.#.mlp.c_fc.*", _into("feed_forward.inner"), "transposed"),
            ("h.#.mlp.c_proj.*", _into("feed_forward.outer"), "transposed"),
            ("ln_f.*", ("norm.*",), "as it is"),
        ),
        left_out=r"h\.\d+\.attn\.(bias|masked_bias)",
        same=(("lm_head.weight", "wte.weight"),),
    ),
    Encoder: Layout(
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
    ViT: Layout(
        title="ViT",
        prefix="vit.",
        tensors=(
            ("embeddings.cls_token", ("class_token",), "batched"),
            ("embeddings.position_embeddings", ("positions.weight",), "batched"),
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
"""By what they are loaded into."""


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


@dataclass(frozen=True)
class _Found:
    """A tensor that is in the file: its shape, and what its numbers are written as."""

    shape: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class _Fit:
    """A file that fits a model. wanted: what is taken, by plain names. names: those in the file to plain ones."""

    layout: Layout
    wanted: dict[str, _Wanted]
    names: dict[str, str]
    left_out: tuple[str, ...]

    @property
    def taken(self) -> Taken:
        return Taken(tuple(written for written in self.names if written not in self.left_out), self.left_out)


def fits(model: nn.Module, path: Path) -> Taken:
    """What `load` would do, from names and shapes alone: no number is read, and the model can be on the meta device.

    Raises `Refusal` that names the first tensor that is wrong.
    """
    with _opened(model, path) as (_, fit):
        return fit.taken


def load(model: nn.Module, path: Path) -> Taken:
    """Fills the model with the weights of a file. Raises `Refusal` that names the first tensor that is wrong."""
    with _opened(model, path) as (file, fit):
        tensors = {name: file.get_tensor(written) for written, name in fit.names.items() if written not in fit.left_out}
    _check_numbers(path.name, fit.layout, tensors)
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, place in fit.wanted.items():
            for ours, part in zip(place.ours, _parts(tensors[name], place), strict=True):
                parameters[ours].copy_(part.reshape(parameters[ours].shape))
    return fit.taken


@contextmanager
def _opened(model: nn.Module, path: Path) -> Iterator[tuple[Any, _Fit]]:
    """The file, open, once its names, shapes and kinds are those that the model needs. Raises `Refusal`."""
    layout = next((layout for kind, layout in LAYOUTS.items() if isinstance(model, kind)), None)
    if layout is None:
        known = ", ".join(kind.__name__ for kind in LAYOUTS)
        raise Refusal("file", f"{type(model).__name__} has no public layout; known are those of {known}.")
    wanted = dict(_wanted(model, layout))
    try:
        _check_file(path)
        with safe_open(path, framework="pt") as file:
            names = {name: _plain(name, layout) for name in file.keys()}  # noqa: SIM118  (it is no dictionary)
            slices = {name: file.get_slice(name) for name in names}
            found = {name: _Found(tuple(one.get_shape()), one.get_dtype()) for name, one in slices.items()}
            yield file, _Fit(layout, wanted, names, _checked(path.name, layout, wanted, names, found))
    except PermissionError:
        raise Refusal("file", f"{path.name} may not be read by this user.") from None
    except (OSError, SafetensorError) as error:
        raise Refusal("file", f"{path.name} cannot be read as safetensors: {quoted(str(error), 80)}.") from None


def _check_file(path: Path) -> None:
    """Raises `Refusal` for what is no file, so that nothing is read that never ends, and what opening it raises.

    safetensors says of a file that may not be read that there is none.
    """
    if not path.is_file():
        wrong = "is a folder" if path.is_dir() else "is no plain file" if path.exists() else "is not there"
        raise Refusal("file", f"{path.name or path} {wrong}; weights are one safetensors file.")
    path.open("rb").close()


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
                    yield name, _Wanted(tuple(ours), how, _shape([shapes[one] for one in ours], how))
    if rest:
        first = next(name for name in shapes if name in rest)
        raise Refusal("file", f"{first} of this network has no place in the layout of {layout.title}.")


def _shape(shapes: list[tuple[int, ...]], how: How) -> tuple[int, ...]:
    """What the shape in the file must be, where ours is so."""
    if how == "as it is":
        return shapes[0]
    if how == "batched":
        return (1,) * (3 - len(shapes[0])) + shapes[0]
    joined = (sum(shape[0] for shape in shapes), *shapes[0][1:])
    return joined[::-1]


def _parts(tensor: Tensor, place: _Wanted) -> tuple[Tensor, ...]:
    """A tensor of the file as our parameters."""
    if place.how in ("transposed", "thirds") and tensor.dim() == 2:
        tensor = tensor.T
    return tensor.chunk(len(place.ours)) if place.how == "thirds" else (tensor,)


def _checked(
    file: str, layout: Layout, wanted: dict[str, _Wanted], names: dict[str, str], found: dict[str, _Found]
) -> tuple[str, ...]:
    """The names that are rightly left out.

    Raises `Refusal` for a tensor that is missing, there twice, extra, of another shape, or not made of numbers with a
    fraction.
    """
    there = Counter(names.values())
    missing = next((name for name in wanted if name not in there), None)
    if missing is not None:
        raise Refusal("file", f"{file} lacks {missing}, which {layout.title} has.")
    repeats = {name for name, _ in layout.same}
    left_out = []
    for written, name in names.items():
        if name not in wanted and name not in repeats:
            if not re.fullmatch(layout.left_out, name):
                raise Refusal("file", f"{file} holds {quoted(written, 80)}, which this network has no place for.")
            left_out.append(written)
            continue
        if there[name] > 1:
            raise Refusal("file", f"{file} holds {name} twice, under two names.")
        if found[written].kind not in NUMBERS:
            kinds = ", ".join(NUMBERS)
            raise Refusal("file", f"{written} of {file} is written as {found[written].kind}; weights are {kinds}.")
        if name in wanted and found[written].shape != wanted[name].shape:
            given, needed = (" × ".join(map(str, one.shape)) or "1" for one in (found[written], wanted[name]))
            raise Refusal("file", f"{written} of {file} is {given}; this network needs {needed}.")
    return tuple(left_out)


def _check_numbers(file: str, layout: Layout, tensors: dict[str, Tensor]) -> None:
    """Raises `Refusal` for a tensor that is not finite throughout, or that repeats another one and differs."""
    for name, tensor in tensors.items():
        if not bool(tensor.float().isfinite().all()):
            raise Refusal("file", f"{name} of {file} holds numbers that are not finite.")
    for name, other in layout.same:
        if name in tensors and not torch.equal(tensors[name], tensors[other]):
            raise Refusal("file", f"{file} holds a {name} other than {other}; in {layout.title} they are the same.")

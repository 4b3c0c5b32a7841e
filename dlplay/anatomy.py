"""What a model consists of, before it exists: built on torch's meta device, where tensors have shapes and no memory.

Every row is one layer as a visitor counts them: the model's own parts, lists and sequences opened. Shapes come from a
forward pass, multiply-accumulates (MACs) from torch's own counter (convolution, linear and matrix products; batch norm,
activations, pooling and softmax are not counted), activation memory from what torch's autograd keeps for going back.

    inspect("LeNet-5 (modern)")["macs"]                   # 416520
    survey(as_json(experiment("cnn", "digits")))          # the same for an edited stack, or why it cannot be
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from dlplay.architecture import Architecture, Preset, preset
from dlplay.budget import RATE, need, too_large
from dlplay.config import Config, Refusal, accept
from dlplay.dataset import Reads, Task, dataset
from dlplay.experiment import Experiment, from_json
from dlplay.layers.attention import Attention
from dlplay.layers.fields import Field, fields
from dlplay.layers.records import KINDS
from dlplay.layers.shapes import Misfit, Shape, trace
from dlplay.layers.stack import Stacked, stack
from dlplay.layers.tower import Tower
from dlplay.limits import Limits
from dlplay.tap import Tap

POOLING = (nn.MaxPool2d, nn.AvgPool2d)
FUSED, APART = 4, 12
"""Operations that one score of attention costs besides its products, forward and back: in the fused kernel, or where a
bias or dropout keeps torch from it. Measured like the others, against a value of a pooling window.
"""


@dataclass(frozen=True)
class Row:
    """One layer. name: its place in the model ("layers.3"); kind: the class of its module ("Conv2d").

    output_shape has batch 1 in front; macs are for one example; receptive_field where it is a square of pixels.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    macs: int
    receptive_field: Field | None = None


@dataclass(frozen=True)
class Anatomy:
    """All rows, and the totals, for one example. activations: bytes that going back needs.

    sifted: operations of layers that multiply no matrices, forward and back, in units of one value of a pooling window.
    weights: of all heads of attention, one for every query and key.
    """

    input_shape: tuple[int, ...]
    rows: tuple[Row, ...]
    parameters: int
    macs: int
    activations: int
    sifted: int
    weights: int = 0


def anatomy(record: Architecture, config: Config, task: Task) -> Anatomy:
    """The anatomy of an architecture's model for a task. Raises `Misfit` when it cannot be built."""
    with torch.device("meta"):
        model = record.build(config, task)
    rows, activations, sifted, weights = _measured(
        model, task.input_shape, torch.int64 if task.whole else torch.float32
    )
    return Anatomy(
        input_shape=(1, *task.input_shape),
        rows=_with_fields(rows, getattr(config, "layers", ()), task.input_shape),
        parameters=sum(row.parameters for row in rows),
        macs=sum(row.macs for row in rows),
        activations=activations,
        sifted=sifted,
        weights=weights,
    )


def inspect(wanted: str | Experiment) -> dict[str, Any]:
    """A preset by name, or an experiment, as plain data. Shapes have batch 1 in front. Raises `Refusal`.

    {"name", "parameters", "macs", "input_shape", "layers": [{"name", "kind", "output_shape", "parameters", "macs",
    "receptive_field": {"size", "stride", "padding"} | None}]}, with "published" and "source" where a preset has them.
    """
    if isinstance(wanted, Experiment):
        title, extra = f"{wanted.model.title} on {wanted.source.title}", {}
        found = anatomy(wanted.model, wanted.network, wanted.task)
    else:
        record, chosen = preset(wanted)
        title = next(name for name in record.presets if record.presets[name] is chosen)
        extra = {"published": dict(chosen.published), "source": chosen.source} if chosen.published else {}
        found = anatomy(record, chosen.config, preset_task(record, chosen))
    return {"name": title, **_plain(found), **extra}


def built(wanted: str | Experiment) -> nn.Module:
    """The model of a preset by name, or of an experiment, without memory. Raises `Refusal`."""
    with torch.device("meta"):
        if isinstance(wanted, Experiment):
            return wanted.model.build(wanted.network, wanted.task)
        record, chosen = preset(wanted)
        return record.build(chosen.config, preset_task(record, chosen))


def preset_task(record: Architecture, chosen: Preset) -> Task:
    """The task a preset is for: that of its data, or of its published input, tokens and number of classes.

    A published network that reads tokens and answers with as many classes says at every step which token comes next.
    """
    if chosen.data:
        source = dataset(chosen.data)
        return source.task(accept(source.config, dict(chosen.data_config)))
    reads: Reads = "image" if len(chosen.input_shape) == 3 else "table"
    if chosen.tokens:
        reads = "pair" if chosen.source_places else "sequence"
    classes = tuple(map(str, range(chosen.outputs)))
    each_step = chosen.tokens == chosen.outputs
    return Task(
        reads,
        chosen.input_shape,
        classes=classes,
        tokens=classes if each_step else tuple(map(str, range(chosen.tokens))),
        each_step=each_step,
        next_step=each_step and not chosen.source_places,
        source=chosen.source_places,
    )


def survey(experiment_json: dict[str, Any]) -> dict[str, Any]:
    """Everything a layer editor shows beside an experiment, as plain data; also when its stack is impossible.

    Possible: `inspect`'s keys without the name, "memory" (bytes of each part, their sum, the batch), "seconds" for a
    step at "rate" MACs a second, "too_large" (a sentence or None). Impossible: rows up to the misfit, totals None, and
    besides "misfit" {"index", "name", "reason", "sentence"} and "repairs" [{"label", "network"}].
    Raises `Refusal` for what is no experiment at all.
    """
    wanted = from_json(experiment_json)
    record, task = wanted.model, wanted.task
    try:
        found = anatomy(record, wanted.network, task)
    except Misfit as misfit:
        return _impossible(wanted, misfit)
    takes = need(found, wanted.training.optimiser, wanted.training.batch)
    memory = {
        "parameters": takes.parameters,
        "gradients": takes.gradients,
        "optimiser": takes.optimiser,
        "activations": takes.activations,
        "all": takes.memory,
        "batch": takes.batch,
    }
    return {
        **_plain(found),
        "memory": memory,
        "seconds": takes.seconds,
        "rate": RATE,
        "too_large": too_large(found, takes, wanted.training.optimiser, Limits.of_environment()),
    }


def weigh(wanted: Experiment, limits: Limits | None = None) -> None:
    """Raises `Refusal` in one sentence when an experiment cannot be built or takes too much. Allocates nothing."""
    found = anatomy(wanted.model, wanted.network, wanted.task)
    takes = need(found, wanted.training.optimiser, wanted.training.batch)
    sentence = too_large(found, takes, wanted.training.optimiser, limits or Limits.of_environment())
    if sentence:
        raise Refusal("network", sentence)


def _plain(found: Anatomy) -> dict[str, Any]:
    return {
        "parameters": found.parameters,
        "macs": found.macs,
        "input_shape": list(found.input_shape),
        "layers": [asdict(row) | {"output_shape": list(row.output_shape)} for row in found.rows],
    }


def _impossible(wanted: Experiment, misfit: Misfit) -> dict[str, Any]:
    """The rows that come before a misfit, and the ways out."""
    index = misfit.index
    begun: tuple[Config, ...] = wanted.network.layers[:index]  # type: ignore[attr-defined]
    shape = wanted.task.input_shape
    with torch.device("meta"):
        rows, *_ = _measured(Begun(begun, shape), shape)
    found = Anatomy((1, *shape), _with_fields(rows, begun, shape), 0, 0, 0, 0)
    return {
        **_plain(found),
        "parameters": None,
        "macs": None,
        "memory": None,
        "seconds": None,
        "rate": RATE,
        "too_large": None,
        "misfit": {"index": index, "name": misfit.name, "reason": misfit.reason, "sentence": misfit.sentence},
        "repairs": [
            {"label": label, "network": network.model_dump(mode="json")}
            for label, network in wanted.model.mended(wanted.network, wanted.task)
        ],
    }


def _measured(model: nn.Module, shape: Shape, kind: torch.dtype = torch.float32) -> tuple[list[Row], int, int, int]:
    """Rows without fields, activation bytes, sifted values, weights of attention: for one, from a pass of two."""
    parts = dict(_parts(model))
    shapes: dict[str, tuple[int, ...]] = {}
    macs: dict[str, int] = dict.fromkeys(parts, 0)
    begun: dict[str, int] = {}
    sifted: list[int] = []
    weights: dict[Attention, int] = {}  # a pass that comes again is seen once
    batch = 2  # one more than batch norm refuses while training
    with FlopCounterMode(display=False) as counter, _kept(model) as kept:

        def before(part: str) -> None:
            begun[part] = counter.get_total_flops()

        def after(part: str, output: Any) -> None:
            macs[part] += (counter.get_total_flops() - begun[part]) // (2 * batch)
            shapes[part] = (1, *_tensor(output).shape[1:])

        def sift(module: nn.Module, output: Any) -> None:
            sifted.append(_tensor(output).numel() * _operations(module))

        def attend(module: Attention, given: tuple[Any, ...], more: dict[str, Any]) -> None:
            memory = given[1] if len(given) > 1 else more.get("memory")
            (examples, queries, _), keys = given[0].shape, (given[0] if memory is None else memory).shape[1]
            cost = FUSED if more.get("bias") is None and not module.dropout else APART
            weights[module] = examples * module.heads * queries * keys
            sifted.append(weights[module] * cost)

        hooks = [
            module.register_forward_hook(lambda module, given, more, _: attend(module, given, more), with_kwargs=True)
            for module in model.modules()
            if isinstance(module, Attention)
        ]
        hooks += [
            module.register_forward_hook(lambda module, _given, output: sift(module, output))
            for module in model.modules()
            if not isinstance(module, (nn.Conv2d, nn.Linear, Tap, nn.Identity)) and not any(module.children())
        ]
        hooks += [
            hook
            for part, module in parts.items()
            for hook in (
                module.register_forward_pre_hook(lambda _module, _given, part=part: before(part)),
                module.register_forward_hook(lambda _module, _given, output, part=part: after(part, output)),
            )
        ]
        try:
            output = model(torch.empty(batch, *shape, device="meta", dtype=kind))
        finally:
            for hook in hooks:
                hook.remove()
    rows, counted = [], set[int]()
    for part, module in parts.items():
        own = [p for p in module.parameters() if id(p) not in counted]
        counted.update(map(id, own))
        called = module.operation if isinstance(module, Stacked) else module
        size = sum(p.numel() for p in own)
        rows.append(Row(part, type(called).__name__, shapes.get(part, ()), size, macs[part]))
    rest = sum(p.numel() for p in model.parameters() if id(p) not in counted)
    rest_macs = counter.get_total_flops() // (2 * batch) - sum(macs.values())
    if rest or rest_macs:  # parameters and products of the model itself, outside its parts
        rows.append(Row("model", type(model).__name__, (1, *_tensor(output).shape[1:]), rest, rest_macs))
    return rows, sum(kept.values()) // batch, sum(sifted) // batch, sum(weights.values()) // batch


def _parts(model: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The layers as one counts them: direct children, with lists, dictionaries, sequences and towers opened."""
    for child, module in model.named_children():
        if isinstance(module, nn.ModuleList | nn.ModuleDict | nn.Sequential | Tower):
            yield from _parts(module, f"{prefix}{child}.")
        elif not isinstance(module, Tap | nn.Identity):
            yield prefix + child, module


@contextmanager
def _kept(model: nn.Module) -> Iterator[dict[int, int]]:
    """While inside, fills with the bytes of every tensor that autograd keeps, by its storage; weights left out."""
    own = {t.untyped_storage()._cdata for t in (*model.parameters(), *model.buffers())}
    kept: dict[int, int] = {}
    alive: list[Tensor] = []  # a storage that is freed could lend its number to the next

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = storage.nbytes()
            alive.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield kept


def _operations(module: nn.Module) -> int:
    """What one output of a layer without products costs, forward and back, measured against a value of a window."""
    if not isinstance(module, POOLING):
        return 3
    size = module.kernel_size
    return 12 + (prod(size) if isinstance(size, tuple) else size**2)


def _tensor(output: Any) -> Tensor:
    return output if isinstance(output, Tensor) else _tensor(output[0])


class Begun(nn.Module):
    """The beginning of a stack, without an answer."""

    def __init__(self, layers: Sequence[Config], shape: Shape):
        super().__init__()
        self.layers = stack(layers, shape)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


def _with_fields(rows: Sequence[Row], layers: Any, shape: Shape) -> tuple[Row, ...]:
    """The rows with their receptive fields, where the model is a stack of layer records on an image.

    A row of numbers made from all maps (flatten, global pool) sees what all cells of these maps see together.
    """
    if (
        len(shape) != 3
        or not isinstance(layers, tuple)
        or not all(isinstance(layer, tuple(KINDS.values())) for layer in layers)
    ):
        return tuple(rows)
    shapes = [shape, *trace(layers, shape)]
    seen: dict[str, Field] = {}
    field, side = Field(1, 1, 0), _side(shape)
    for index, found in enumerate(fields(layers)):
        if found is not None:
            field, side = found, _side(shapes[index + 1])
        elif side:
            field, side = Field(field.size + (side - 1) * field.stride, field.stride, field.padding), 1
        if found is not None or side:
            seen[f"layers.{index}"] = seen["answer"] = field
    return tuple(replace(row, receptive_field=seen.get(row.name)) for row in rows)


def _side(shape: Shape) -> int:
    """How many cells a square map has on a side; 0 for one that is not square."""
    return shape[1] if shape[1] == shape[2] else 0

"""Files in a public layout: what is loaded computes what an independent forward pass does, and nothing goes unsaid."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import conv2d, gelu, layer_norm, linear, softmax

from dlplay.config import Refusal
from dlplay.dataset import Task
from dlplay.models.decoder import Decoder, DecoderConfig
from dlplay.models.encoder import Encoder, EncoderConfig
from dlplay.models.gru import GRU, GRUConfig
from dlplay.models.vit import ViT, ViTConfig
from dlplay.weights import load

LAYERS, HEADS, UNITS, WIDTH, INNER, TIME, WORDS, SIDE, PATCH = 2, 2, 4, 8, 12, 6, 11, 6, 3
Tensors = dict[str, Tensor]
NAMES = tuple(map(str, range(WORDS)))
SIZE: dict[str, Any] = {"layers": LAYERS, "heads": HEADS, "head_width": UNITS, "feed_forward": INNER}
PUBLIC = {**SIZE, "positions": "learned", "attention_bias": True, "scaled_embedding": False}


def drawn(shapes: dict[str, tuple[int, ...]], seed: int = 0) -> Tensors:
    random = torch.Generator().manual_seed(seed)
    return {name: torch.randn(shape, generator=random) * 0.3 for name, shape in shapes.items()}


def both(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def normed(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def attend(q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False) -> Tensor:
    """Attention one head and one query after the other: rows (time, width)."""
    rows = []
    for place in range(len(q)):
        keys = range(place + 1) if causal else range(len(k))
        heads = []
        for head in range(HEADS):
            part = slice(head * UNITS, (head + 1) * UNITS)
            scores = torch.stack([(q[place, part] * k[key, part]).sum() for key in keys]) / sqrt(UNITS)
            heads.append((softmax(scores, 0)[:, None] * v[: len(scores), part]).sum(dim=0))
        rows.append(torch.cat(heads))
    return torch.stack(rows)


# GPT-2


def gpt2_shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"wte.weight": (WORDS, WIDTH), "wpe.weight": (TIME, WIDTH)}
    for layer in range(LAYERS):
        h = f"h.{layer}"
        shapes |= {**normed(f"{h}.ln_1"), **normed(f"{h}.ln_2"), f"{h}.attn.bias": (1, 1, TIME, TIME)}
        shapes |= {f"{h}.attn.c_attn.weight": (WIDTH, 3 * WIDTH), f"{h}.attn.c_attn.bias": (3 * WIDTH,)}
        shapes |= {f"{h}.attn.c_proj.weight": (WIDTH, WIDTH), f"{h}.attn.c_proj.bias": (WIDTH,)}
        shapes |= {f"{h}.mlp.c_fc.weight": (WIDTH, INNER), f"{h}.mlp.c_fc.bias": (INNER,)}
        shapes |= {f"{h}.mlp.c_proj.weight": (INNER, WIDTH), f"{h}.mlp.c_proj.bias": (WIDTH,)}
    return shapes | normed("ln_f")


def gpt2(w: Tensors, tokens: Tensor) -> Tensor:
    """Radford et al. 2019 in its own names: (time,) to logits (time, token)."""
    x = w["wte.weight"][tokens] + w["wpe.weight"][: len(tokens)]
    for layer in range(LAYERS):
        h = f"h.{layer}"
        given = layer_norm(x, (WIDTH,), w[f"{h}.ln_1.weight"], w[f"{h}.ln_1.bias"])
        q, k, v = (given @ w[f"{h}.attn.c_attn.weight"] + w[f"{h}.attn.c_attn.bias"]).split(WIDTH, dim=1)
        x = x + attend(q, k, v, causal=True) @ w[f"{h}.attn.c_proj.weight"] + w[f"{h}.attn.c_proj.bias"]
        given = layer_norm(x, (WIDTH,), w[f"{h}.ln_2.weight"], w[f"{h}.ln_2.bias"])
        units = given @ w[f"{h}.mlp.c_fc.weight"] + w[f"{h}.mlp.c_fc.bias"]
        units = 0.5 * units * (1 + torch.tanh(sqrt(2 / torch.pi) * (units + 0.044715 * units**3)))
        x = x + units @ w[f"{h}.mlp.c_proj.weight"] + w[f"{h}.mlp.c_proj.bias"]
    return layer_norm(x, (WIDTH,), w["ln_f.weight"], w["ln_f.bias"]) @ w["wte.weight"].T


def decoder(**more: Any) -> Decoder:
    task = Task("sequence", (TIME,), classes=NAMES, tokens=NAMES, each_step=True, next_step=True)
    return Decoder(DecoderConfig(**{**PUBLIC, "activation": "gelu-tanh", "tied": True, **more}), task).eval()


# BERT


def bert_shapes() -> dict[str, tuple[int, ...]]:
    e = "embeddings"
    shapes: dict[str, tuple[int, ...]] = {
        f"{e}.word_embeddings.weight": (WORDS, WIDTH),
        f"{e}.position_embeddings.weight": (TIME, WIDTH),
        f"{e}.token_type_embeddings.weight": (2, WIDTH),
        **normed(f"{e}.LayerNorm"),
    }
    for layer in range(LAYERS):
        h = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            shapes |= both(f"{h}.attention.self.{part}", WIDTH, WIDTH)
        shapes |= {**both(f"{h}.attention.output.dense", WIDTH, WIDTH), **normed(f"{h}.attention.output.LayerNorm")}
        shapes |= both(f"{h}.intermediate.dense", INNER, WIDTH)
        shapes |= {**both(f"{h}.output.dense", WIDTH, INNER), **normed(f"{h}.output.LayerNorm")}
    return shapes | both("pooler.dense", WIDTH, WIDTH)


def through(w: Tensors, name: str, x: Tensor) -> Tensor:
    return linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def norm(w: Tensors, name: str, x: Tensor, epsilon: float = 1e-12) -> Tensor:
    return layer_norm(x, (WIDTH,), w[f"{name}.weight"], w[f"{name}.bias"], epsilon)


def bert(w: Tensors, tokens: Tensor) -> Tensor:
    """Devlin et al. 2018 in its own names: (time,) to the pooled vector (width,)."""
    x = w["embeddings.word_embeddings.weight"][tokens] + w["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(w, "embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][0])
    for layer in range(LAYERS):
        h = f"encoder.layer.{layer}"
        q, k, v = (through(w, f"{h}.attention.self.{part}", x) for part in ("query", "key", "value"))
        made = through(w, f"{h}.attention.output.dense", attend(q, k, v))
        x = norm(w, f"{h}.attention.output.LayerNorm", x + made)
        made = through(w, f"{h}.output.dense", gelu(through(w, f"{h}.intermediate.dense", x)))
        x = norm(w, f"{h}.output.LayerNorm", x + made)
    return through(w, "pooler.dense", x[0]).tanh()


def encoder(**more: Any) -> Encoder:
    task = Task("sequence", (TIME,), classes=tuple(map(str, range(WIDTH))), tokens=NAMES)
    bert = {"norm": "after", "answer_from": "first", "epsilon": 1e-12, "types": 2, "embedding_norm": True}
    return Encoder(EncoderConfig(**{**PUBLIC, **bert, "pooler": True, "head": "none", **more}), task).eval()


# ViT


def vit_shapes() -> dict[str, tuple[int, ...]]:
    e, parts = "vit.embeddings", (SIDE // PATCH) ** 2
    shapes: dict[str, tuple[int, ...]] = {
        f"{e}.cls_token": (1, 1, WIDTH),
        f"{e}.position_embeddings": (1, parts + 1, WIDTH),
        f"{e}.patch_embeddings.projection.weight": (WIDTH, 3, PATCH, PATCH),
        f"{e}.patch_embeddings.projection.bias": (WIDTH,),
    }
    for layer in range(LAYERS):
        h = f"vit.encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            shapes |= both(f"{h}.attention.attention.{part}", WIDTH, WIDTH)
        shapes |= both(f"{h}.attention.output.dense", WIDTH, WIDTH)
        shapes |= {**normed(f"{h}.layernorm_before"), **normed(f"{h}.layernorm_after")}
        shapes |= {**both(f"{h}.intermediate.dense", INNER, WIDTH), **both(f"{h}.output.dense", WIDTH, INNER)}
    return shapes | normed("vit.layernorm") | both("classifier", 5, WIDTH)


def vit(w: Tensors, image: Tensor) -> Tensor:
    """Dosovitskiy et al. 2021 in its own names: (channel, row, column) to logits (class,)."""
    e = "vit.embeddings"
    projection = f"{e}.patch_embeddings.projection"
    x = conv2d(image[None], w[f"{projection}.weight"], w[f"{projection}.bias"], stride=PATCH)[0].flatten(1).T
    x = torch.cat([w[f"{e}.cls_token"][0], x]) + w[f"{e}.position_embeddings"][0]
    for layer in range(LAYERS):
        h = f"vit.encoder.layer.{layer}"
        given = norm(w, f"{h}.layernorm_before", x, 1e-6)
        q, k, v = (through(w, f"{h}.attention.attention.{part}", given) for part in ("query", "key", "value"))
        x = x + through(w, f"{h}.attention.output.dense", attend(q, k, v))
        given = norm(w, f"{h}.layernorm_after", x, 1e-6)
        x = x + through(w, f"{h}.output.dense", gelu(through(w, f"{h}.intermediate.dense", given)))
    return through(w, "classifier", norm(w, "vit.layernorm", x, 1e-6)[0])


def seer(**more: Any) -> ViT:
    task = Task("image", (3, SIDE, SIDE), classes=tuple("abcde"))
    network = {**SIZE, "patch": PATCH, "positions": "learned", "attention_bias": True, "epsilon": 1e-6, **more}
    return ViT(ViTConfig(**network), task).eval()


TOKENS = torch.tensor([3, 1, 4, 1, 5, 9])
IMAGE = torch.linspace(-1, 1, 3 * SIDE * SIDE).reshape(3, SIDE, SIDE)
PUBLISHED: dict[str, tuple[Callable, Callable, Callable, Tensor]] = {
    "GPT-2": (decoder, gpt2_shapes, gpt2, TOKENS),
    "BERT": (encoder, bert_shapes, bert, TOKENS),
    "ViT": (seer, vit_shapes, vit, IMAGE),
}
every = pytest.mark.parametrize("layout", PUBLISHED)


def written(path: Path, tensors: Tensors) -> Path:
    save_file({name: value.contiguous() for name, value in tensors.items()}, path)
    return path


@every
@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_loaded_computes_what_was_published(layout: str, seed: int, tmp_path: Path) -> None:
    made, shapes, forward, given = PUBLISHED[layout]
    model, tensors = made(), drawn(shapes(), seed)
    taken = load(model, written(tmp_path / "model.safetensors", tensors))
    assert torch.allclose(model(given[None])[0], forward(tensors, given), atol=1e-5)
    assert set(taken.taken) | set(taken.left_out) == set(tensors)
    assert all(name.endswith("attn.bias") for name in taken.left_out)
    count = sum(tensors[name].numel() for name in taken.taken)
    assert count == sum(parameter.numel() for parameter in model.parameters())


@every
def test_each_missing_tensor_is_named(layout: str, tmp_path: Path) -> None:
    made, shapes, _, _ = PUBLISHED[layout]
    tensors, model = drawn(shapes()), made()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for name in [name for name in tensors if not name.endswith("attn.bias")]:
        file = written(tmp_path / "less.safetensors", {key: value for key, value in tensors.items() if key != name})
        bare = name.removeprefix("vit.")
        with pytest.raises(Refusal) as refusal:
            load(model, file)
        assert refusal.value.sentence == f"less.safetensors lacks {bare}, which {layout} has."
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@every
def test_an_extra_tensor_is_named(layout: str, tmp_path: Path) -> None:
    made, shapes, _, _ = PUBLISHED[layout]
    for extra in ("adapter.weight", next(iter(shapes())) + ".more"):
        file = written(tmp_path / "more.safetensors", {**drawn(shapes()), extra: torch.zeros(3)})
        with pytest.raises(
            Refusal, match=rf"^more\.safetensors holds '{extra}', which this network has no place for\.$"
        ):
            load(made(), file)
    deeper = made(layers=LAYERS - 1)
    with pytest.raises(Refusal, match=r"which this network has no place for\.$"):
        load(deeper, written(tmp_path / "deep.safetensors", drawn(shapes())))


@every
def test_a_misshapen_tensor_is_named_with_both_shapes(layout: str, tmp_path: Path) -> None:
    made, shapes, _, _ = PUBLISHED[layout]
    tensors = drawn(shapes())
    for name in [name for name in tensors if not name.endswith("attn.bias")]:
        wrong = {**tensors, name: torch.zeros(*tensors[name].shape[:-1], tensors[name].shape[-1] + 1)}
        given, needed = (" × ".join(map(str, one[name].shape)) for one in (wrong, tensors))
        with pytest.raises(Refusal) as refusal:
            load(made(), written(tmp_path / "wrong.safetensors", wrong))
        assert refusal.value.sentence == f"{name} of wrong.safetensors is {given}; this network needs {needed}."


def test_prefixes_older_words_and_a_repeated_table_are_known(tmp_path: Path) -> None:
    tensors = drawn(gpt2_shapes())
    longer = {f"transformer.{name}": value for name, value in tensors.items()}
    longer["lm_head.weight"] = tensors["wte.weight"].clone()
    model = decoder()
    load(model, written(tmp_path / "gpt.safetensors", longer))
    assert torch.allclose(model(TOKENS[None])[0], gpt2(tensors, TOKENS), atol=1e-5)
    longer["lm_head.weight"] = longer["lm_head.weight"] + 1
    with pytest.raises(Refusal, match=r"holds a lm_head\.weight other than wte\.weight"):
        load(decoder(), written(tmp_path / "other.safetensors", longer))
    older = drawn(bert_shapes())
    renamed = {
        f"bert.{name}".replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value
        for name, value in older.items()
    }
    heads = {"cls.seq_relationship.weight": torch.zeros(2, WIDTH), "cls.predictions.bias": torch.zeros(WORDS)}
    reader = encoder()
    taken = load(reader, written(tmp_path / "bert.safetensors", {**renamed, **heads}))
    assert set(taken.left_out) == set(heads)
    assert torch.allclose(reader(TOKENS[None])[0], bert(older, TOKENS), atol=1e-5)


def test_half_precision_is_read_as_whole(tmp_path: Path) -> None:
    tensors = {name: value.half() for name, value in drawn(gpt2_shapes()).items()}
    model = decoder()
    load(model, written(tmp_path / "half.safetensors", tensors))
    assert model.embedding.weight.dtype == torch.float32
    assert torch.equal(model.embedding.weight, tensors["wte.weight"].float())


def test_a_network_that_was_not_published_so_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "gpt.safetensors", drawn(gpt2_shapes()))
    with pytest.raises(Refusal, match=r"^answer\.weight of this network has no place in the layout of GPT-2\.$"):
        load(decoder(tied=False), file)
    with pytest.raises(Refusal, match=r"^gpt\.safetensors holds 'wpe\.weight', which"):
        load(decoder(positions="none"), file)
    task = Task("sequence", (TIME,), classes=tuple("ab"), tokens=NAMES)
    with pytest.raises(Refusal, match=r"^GRU has no public layout; known are those of Decoder, Encoder, ViT\.$"):
        load(GRU(GRUConfig(), task), file)


def test_a_tensor_that_is_there_under_two_names_is_refused(tmp_path: Path) -> None:
    """Which of the two is meant nobody can know."""
    tensors = drawn(gpt2_shapes())
    file = written(tmp_path / "two.safetensors", {**tensors, "transformer.wte.weight": tensors["wte.weight"] + 1})
    with pytest.raises(Refusal, match=r"^two\.safetensors holds wte\.weight twice, under two names\.$"):
        load(decoder(), file)


@pytest.mark.parametrize(
    ("kind", "word"),
    [(torch.int64, "I64"), (torch.bool, "BOOL"), (torch.complex64, "C64"), (torch.float8_e4m3fn, "F8_E4M3")],
    ids=str,
)
def test_weights_are_numbers_with_a_fraction(kind: torch.dtype, word: str, tmp_path: Path) -> None:
    tensors = drawn(gpt2_shapes())
    file = written(tmp_path / "kind.safetensors", {**tensors, "ln_f.bias": tensors["ln_f.bias"].to(kind)})
    with pytest.raises(Refusal) as refusal:
        load(decoder(), file)
    wanted = f"ln_f.bias of kind.safetensors is written as {word}; weights are F64, F32, F16, BF16."
    assert refusal.value.sentence == wanted


@every
@pytest.mark.parametrize("value", [torch.nan, torch.inf, 1e300])
def test_a_tensor_that_is_not_finite_is_named_and_nothing_is_taken(layout: str, value: float, tmp_path: Path) -> None:
    made, shapes, _, _ = PUBLISHED[layout]
    tensors, model = {name: one.double() for name, one in drawn(shapes()).items()}, made()
    before = {name: one.clone() for name, one in model.state_dict().items()}
    name = list(tensors)[-1]
    tensors[name].view(-1)[0] = value
    with pytest.raises(Refusal) as refusal:
        load(model, written(tmp_path / "wild.safetensors", tensors))
    sentence = f"{name.removeprefix('vit.')} of wild.safetensors holds numbers that are not finite."
    assert refusal.value.sentence == sentence
    assert all(torch.equal(before[name], one) for name, one in model.state_dict().items())


def whole_file(folder: Path) -> bytes:
    return written(folder / "whole.safetensors", drawn(gpt2_shapes())).read_bytes()


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda _: b"no tensors here",
    "pickle": lambda _: pickle.dumps({"wte.weight": [1.0]}),
    "only a header": lambda whole: whole[:8],
    "half a header": lambda whole: whole[:100],
    "a header that never ends": lambda whole: b"\xff" * 7 + b"\x7f" + whole[8:],
    "numbers cut off": lambda whole: whole[:-1],
    "more than it says": lambda whole: whole + b"more",
    "numbers of no known kind": lambda whole: whole.replace(b'"F32"', b'"F99"', 1),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_one_sentence(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.safetensors"
    file.write_bytes(DAMAGED[damage](whole_file(tmp_path)))
    with pytest.raises(Refusal, match=r"^broken\.safetensors cannot be read as safetensors: [^\n]*\.$"):
        load(decoder(), file)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    wrongs = [(tmp_path, "is a folder"), (tmp_path / "nowhere.safetensors", "is not there")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        wrongs.append((tmp_path / "pipe", "is no plain file"))
    for path, wrong in wrongs:
        with pytest.raises(Refusal) as refusal:
            load(decoder(), path)
        assert refusal.value.sentence == f"{path.name} {wrong}; weights are one safetensors file."


def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = written(tmp_path / "secret.safetensors", drawn(gpt2_shapes()))
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("whoever may read everything is refused nothing")
    with pytest.raises(Refusal, match=r"^secret\.safetensors may not be read by this user\.$"):
        load(decoder(), file)

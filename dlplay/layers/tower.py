"""Blocks on top of each other: from tokens or numbers to a stream, and what an answer is read from.

    tower = Tower(config, tokens=len(task.tokens), longest=task.input_shape[0])
    x = tower.stream(sequences, there=stands(sequences))  # (batch, time, unit), not yet normed
    x = tower.norm(x)

A model that writes keeps what it has read in a `Read`, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from dlplay.dataset import Task
from dlplay.layers.block import NORMS, BlockCache, block
from dlplay.layers.positions import positions
from dlplay.layers.transforming import TransformerConfig
from dlplay.silence import unmasked
from dlplay.tap import Tap

SMALL = 0.02
"""The deviation that embeddings and learned positions begin with where they are not scaled (Radford et al. 2018)."""


class Tokens(nn.Embedding):
    """Token numbers (batch, time) to vectors (batch, time, unit).

    scaled: small vectors times √width, so that the same table can also be asked which token a vector is (`Tied`).
    Vaswani et al. 2017, section 3.4.
    """

    def __init__(self, count: int, width: int, *, scaled: bool):
        super().__init__(count, width)
        self.scale = sqrt(width) if scaled else 1.0
        nn.init.normal_(self.weight, std=1 / sqrt(width) if scaled else SMALL)

    def forward(self, tokens: Tensor) -> Tensor:
        found = super().forward(tokens)
        return found * self.scale if self.scale != 1 else found


class Tied(nn.Module):
    """The answer by the table of tokens itself: a logit is the product of a token's vector and the stream's.

    Press & Wolf, Using the Output Embedding to Improve Language Models, 2016.
    """

    def forward(self, x: Tensor, table: Tensor) -> Tensor:
        return linear(x, table)  # (batch, …, class)


def answering(width: int, task: Task, *, tied: bool) -> nn.Module:
    """What makes answers of a stream: the table where it is tied and answers are the tokens read, else a layer."""
    if tied and task.classes and (task.source or task.classes == task.tokens):
        return Tied()
    return nn.Linear(width, task.outputs)


def logits(answer: nn.Module, x: Tensor, embedding: nn.Module) -> Tensor:
    """The answers (batch, …, output) of a layer, or of an embedding's table, to what was normed (batch, …, unit)."""
    return answer(x, embedding.weight) if isinstance(answer, Tied) else answer(x)


@dataclass(frozen=True)
class Read:
    """What was read so far: one cache a block. memory, there: what cross-attention looks at, see `Block`."""

    caches: tuple[BlockCache, ...]
    memory: Tensor | None = None
    there: Tensor | None = None

    @property
    def places(self) -> int:
        """How many places were read."""
        return len(self.caches[0].attention)

    def only(self, rows: Tensor) -> Read:
        """Some examples, in this order; one can stand there more than once."""
        memory, there = (None if one is None else one[rows] for one in (self.memory, self.there))
        return Read(tuple(cache.only(rows) for cache in self.caches), memory, there)


class Tower(nn.Module):
    """Sequences, tokens (batch, time) or numbers (batch, time, feature), to the stream behind the last block.

    tokens: how many there are, or 0 where so many features are read. longest: places a learned position is there for.
    memory: width of what cross-attention looks at. types: token types of which the first is always meant, as in BERT,
    where sentences come in twos. embedding_norm: the sum of embedding and position is normed. embedding: a table that
    is shared, instead of one of its own.
    """

    def __init__(
        self,
        config: TransformerConfig,
        *,
        tokens: int,
        features: int = 0,
        longest: int,
        causal: bool = False,
        memory: int | None = None,
        types: int = 0,
        embedding_norm: bool = False,
        embedding: Tokens | None = None,
    ):
        super().__init__()
        width, scaled = config.width, config.scaled_embedding
        self.embedding: nn.Module = embedding or (
            Tokens(tokens, width, scaled=scaled) if tokens else nn.Linear(features, width)
        )
        self.behind = causal and tokens > 0
        self.types = nn.Embedding(types, width) if types else None
        self.positions = positions(
            config.positions,
            width=width,
            heads=config.heads,
            head_width=config.head_width,
            longest=longest,
            causal=causal,
            deviation=0.7 if scaled else SMALL,
        )
        normed = embedding_norm
        self.embedding_norm = NORMS[config.normalise](width, eps=config.epsilon) if normed else nn.Identity()
        self.dropout = nn.Dropout(config.dropout) if config.dropout else nn.Identity()
        self.begins = Tap("batch time unit")
        self.blocks = nn.ModuleList(block(config, memory=memory, causal=causal) for _ in range(config.layers))
        last = config.norm == "before"  # otherwise the stream was normed by the last block
        self.norm = NORMS[config.normalise](width, eps=config.epsilon) if last else nn.Identity()

    def stream(self, sequences: Tensor, *, there: Tensor | None = None, read: Read | None = None) -> Tensor:
        """The stream (batch, time, unit) behind the last block, before the last norm.

        there: (batch, time) bool, false at padding; where nobody looks ahead it need not be told. read: what was read
        before, and the memory; its caches take up these steps too.
        """
        if self.behind and unmasked(self):  # padding stands behind everything: only who looks ahead sees it
            there = stands(sequences)
        caches: Sequence[BlockCache | None] = read.caches if read and read.caches else [None] * len(self.blocks)
        start = 0 if caches[0] is None else len(caches[0].attention)
        x = self.embedding(sequences)  # (batch, time, unit)
        if self.types is not None:
            x = x + self.types.weight[0]
        time = x.shape[1]
        x = self.begins(self.dropout(self.embedding_norm(self.positions(x, start))))
        rotary = self.positions.rotation(time, start, x.device)
        bias = self.positions.bias(time, start + time)  # (head, query, key)
        memory, over = (read.memory, read.there) if read else (None, None)
        for place, (layer, cache) in enumerate(zip(self.blocks, caches, strict=True)):
            x = self.looked(place, x, memory, cache)
            x = layer(x, memory, there=there, memory_there=over, bias=bias, rotary=rotary, cache=cache)
        return x

    def looked(self, place: int, x: Tensor, _memory: Tensor | None, _cache: BlockCache | None) -> Tensor:
        """What goes into the block at this place; a model that looks at its memory between two blocks does so here."""
        return x

    def nothing_read(self, memory: Tensor | None = None, there: Tensor | None = None) -> Read:
        """Where generation begins."""
        return Read(tuple(BlockCache() for _ in self.blocks), memory, there)

    def further(self, sequences: Tensor, read: Read) -> tuple[Tensor, Read]:
        """The stream of the next steps, and what is read then; `read` itself stays as it is."""
        after = Read(tuple(cache.only() for cache in read.caches), read.memory, read.there)
        return self.stream(sequences, read=after), after


def stands(tokens: Tensor) -> Tensor | None:
    """Which places (batch, time) hold a token: bool, None where all do or no value can be read (meta device).

    The first place of an empty row counts as one, so that there is something to look at.
    """
    if tokens.is_meta:
        return None
    there = tokens != 0
    there[:, 0] = True
    return None if bool(there.all()) else there


def last_of(there: Tensor | None, x: Tensor) -> Tensor:
    """Of a stream (batch, time, unit) the last place that holds a token, (batch, unit)."""
    if there is None:
        return x[:, -1]
    return x[torch.arange(len(x), device=x.device), there.sum(dim=1) - 1]


def mean_of(there: Tensor | None, x: Tensor) -> Tensor:
    """The mean of a stream (batch, time, unit) over the places that hold a token, (batch, unit)."""
    if there is None:
        return x.mean(dim=1)
    return (x * there[..., None]).sum(dim=1) / there.sum(dim=1, keepdim=True)

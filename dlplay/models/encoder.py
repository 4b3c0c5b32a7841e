"""Every word in the light of all the others.

Each token becomes a vector, and its place is told to it. Then, block by block, attention lets every place ask all the
others and take from each what answers it best; a small network at each place works on what came together; and both add
to a stream that runs through all blocks.

    x_0 = embedding + position
    x ← x + attention(norm(x)),   x ← x + W_2 f(W_1 norm(x))        in every block
    weights = softmax(Q Kᵀ / √d)

An encoder sees both ways: "her" in "her lamp" can look at the noun behind it. What comes out is a vector for each
place, from which a word is tagged or a hidden one filled in, or for the whole, by the mean or by what stands first.
BERT is such an encoder, trained on hidden words.

Devlin, Chang, Lee, Toutanova: BERT, 2018. Blocks: Vaswani et al. 2017; norm before: Xiong et al. 2020; RMS norm: Zhang
& Sennrich 2019; rotary: Su et al. 2021; relative: Raffel et al. 2020.
"""

from __future__ import annotations

from typing import Literal

from dlplay.architecture import Architecture, Preset
from dlplay.config import Refusal, field
from dlplay.dataset import Task
from dlplay.layers.transforming import GENTLY, TransformerConfig


class EncoderConfig(TransformerConfig):
    """Blocks that see both ways, and what the answer is read from."""

    answer_from: Literal["mean", "first"] = field(
        "mean", label="Answer from", help="the mean of all places, or the first"
    )
    causal: bool = field(False, label="Looks back only", help="hides from every place what comes behind it")
    tied: bool = field(False, help="answers with the table of tokens, where they answer")
    types: int = field(0, ge=0, le=4, hidden=True, help="token types, of which the first is meant")
    embedding_norm: bool = field(False, hidden=True, help="norms embeddings before the first block")
    pooler: bool = field(False, hidden=True, help="a dense layer and tanh before the answer")
    head: Literal["dense", "none"] = field("dense", hidden=True, help="dense layer, or none where widths agree")


def fit(config: EncoderConfig, task: Task) -> EncoderConfig:
    """It looks back only where it foretells the next step; everything else suits every sequence."""
    return config.but(causal=True) if task.next_step else config


def check(config: EncoderConfig, task: Task) -> None:
    """Raises `Refusal` where the network would see what it is asked to foretell."""
    if task.next_step and not config.causal:
        raise Refusal(
            "causal", "causal is false; a network that foretells the next step must not see what comes behind it."
        )


_bert = EncoderConfig(
    layers=12, heads=12, head_width=64, feed_forward=3072, norm="after", positions="learned", dropout=0.1,
    answer_from="first", attention_bias=True, scaled_embedding=False, epsilon=1e-12,
    types=2, embedding_norm=True, pooler=True, head="none",
)  # fmt: skip

_by_heart_first = {
    "optimiser": "adamw", "weight_decay": 1.0, "rate": 0.005, "batch": 512, "schedule": "cosine", "epochs": 500,
}  # fmt: skip
"""With strong decay the long wait of Power et al. 2022 is short; as the rate falls it stays right to the end."""

ARCHITECTURE = Architecture(
    title="Transformer encoder",
    year=2018,
    paper="Devlin, Chang, Lee, Toutanova: BERT, Pre-training of Deep Bidirectional Transformers, 2018",
    reads=("sequence",),
    config=EncoderConfig,
    module="Encoder",
    fit=fit,
    check=check,
    inside="attention",
    presets={
        "Encoder on sentiment": Preset(EncoderConfig(), data="sentiment", training=GENTLY),
        "Encoder tags words": Preset(EncoderConfig(), data="tagging", training=GENTLY),
        "Encoder fills in words": Preset(
            EncoderConfig(tied=True), data="masked-words", data_config={"examples": 10000}, training=GENTLY
        ),
        "Encoder sorts in place": Preset(EncoderConfig(), data="sorting", training=GENTLY),
        "Encoder adds round a clock": Preset(
            EncoderConfig(layers=1), data="modular-addition", data_config={"held_out": 0.4}, training=_by_heart_first
        ),
        "BERT base": Preset(
            _bert,
            input_shape=(512,),
            outputs=768,
            tokens=30_522,
            published={"parameters": 109_482_240},
            source="Devlin et al. 2018, uncased, with the pooler and without a head",
        ),
        "BERT large": Preset(
            _bert.but(layers=24, heads=16, feed_forward=4096),
            input_shape=(512,),
            outputs=1024,
            tokens=30_522,
            published={"parameters": 335_141_888},
            source="Devlin et al. 2018, uncased, with the pooler and without a head",
        ),
    },
)

from torch import Tensor, nn

from dlplay.layers.tower import Tower, answering, logits, mean_of, stands
from dlplay.tap import Tap


class Encoder(Tower):
    """Sequences, tokens (batch, time) or numbers (batch, time, feature), to one answer each, or one for every step."""

    def __init__(self, config: EncoderConfig, task: Task):
        tokens, width = len(task.tokens), config.width
        super().__init__(
            config,
            tokens=tokens,
            features=0 if tokens else task.input_shape[1],
            longest=task.input_shape[0],
            causal=config.causal,
            types=config.types,
            embedding_norm=config.embedding_norm,
        )
        self.reads_tokens, self.each_step, self.answer_from = bool(tokens), task.each_step, config.answer_from
        self.pooler = nn.Sequential(nn.Linear(width, width), nn.Tanh()) if config.pooler else nn.Identity()
        bare = config.head == "none" and width == task.outputs
        self.answer = nn.Identity() if bare else answering(width, task, tied=config.tied)
        kind = "class" if task.classes else "unit"
        self.output = Tap(f"batch time {kind}" if task.each_step else f"batch {kind}")

    def forward(self, sequences: Tensor) -> Tensor:
        there = stands(sequences) if self.reads_tokens else None
        return self.output(self.answered(self.stream(sequences, there=there), sequences))

    def answered(self, stream: Tensor, sequences: Tensor) -> Tensor:
        """What it answers for sequences if the last block gives this stream (batch, time, unit)."""
        x = self.norm(stream)
        if not self.each_step:
            there = stands(sequences) if self.reads_tokens else None
            x = x[:, 0] if self.answer_from == "first" else mean_of(there, x)  # (batch, unit)
        return logits(self.answer, self.pooler(x), self.embedding)  # (batch, output) or (batch, time, output)

"""Recurrence: a layer that reads a sequence step by step, carries a state, and shows every gate on the way.

    layer = Recurrent(partial(LSTM, forget_bias=1.0), inputs=8, units=32, bidirectional=True)
    states = layer(sequences, lengths)                    # (batch, time, 2 · unit), 0 at padding

torch's fused kernels train. While somebody listens to a tap of a direction, or inside `nudged`, the same recurrence
runs written out, one step at a time, with the same weights: that is where the gates come from.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlplay.tap import Tap

# `dlplay.training.row` keeps the weights of all layers in one place, in an order of its own; cuDNN then copies them.
warnings.filterwarnings("ignore", message="RNN module weights are not part of single contiguous chunk of memory")

Values = dict[str, Tensor]
"""What one step computes: a tap's name to its value (batch, unit)."""


class Direction(nn.Module):
    """One layer read one way: a fused kernel, and a tap "batch time unit" for everything a step computes.

    Whichever way it reads, what goes in and comes out has the order of the sequence. A cell says which states it
    carries from step to step, and how a step is computed.
    """

    carries: tuple[str, ...] = ("hidden",)

    def __init__(self, fused: nn.RNNBase, shows: tuple[str, ...], *, backwards: bool, orthogonal: float | None):
        super().__init__()
        self.fused = fused
        self.backwards = backwards
        self.shows = shows
        for name in shows:
            self.add_module(name, Tap("batch time unit"))
        self.nudge: Callable[[str, Tensor], Tensor] | None = None
        if orthogonal is not None:
            begin_orthogonal(fused, orthogonal)

    def step(self, driven: Tensor, state: Values, nudge: Mapping[str, Tensor]) -> Values:
        """Everything of one step, and last what is carried on.

        driven: what the inputs bring to every gate, (batch, gate × unit). state: what was carried here. nudge: what is
        added to the values of these names.
        """
        raise NotImplementedError

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(batch, time, feature) to the hidden states (batch, time, unit), 0 at padding. lengths: see `Recurrent`."""
        x = self._turned(x, lengths)
        if self.nudge is not None or any(tap.listened for tap in self._taps()):
            return self._written_out(x, lengths)
        if x.is_meta:
            return self._outlined(x)
        if lengths is None:
            return self._turned(self.fused(x)[0], None)  # (batch, time, unit)
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.fused(packed)[0], batch_first=True, total_length=x.shape[1])
        return self._turned(states, lengths)  # (batch, time, unit)

    def _outlined(self, x: Tensor) -> Tensor:
        """Where nothing is computed: the products and the gates of all steps at once, to be counted."""
        states = x.new_empty(*x.shape[:2], self.fused.hidden_size)
        matrix, _, bias, _ = self.fused.all_weights[0]
        gates = (linear(x, matrix, bias) + self._recalled(states)).sigmoid()  # (batch, time, gate × unit)
        for _ in range(3):  # what the fused kernels set aside for going back: 1 to 2.7 times as much, measured
            gates = gates.tanh()
        return gates[..., : self.fused.hidden_size].tanh()

    def _taps(self) -> Iterator[Tap]:
        return (module for module in self.children() if isinstance(module, Tap))

    def _recalled(self, h: Tensor) -> Tensor:
        """What hidden states (batch, …, unit) bring to every gate, (batch, …, gate × unit)."""
        _, matrix, _, bias = self.fused.all_weights[0]
        return linear(h, matrix, bias)

    def _written_out(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        batch, time, _ = x.shape
        there = None if lengths is None else present(lengths, time)[..., None]  # (batch, time, 1)
        matrix, _, bias, _ = self.fused.all_weights[0]
        driven = linear(x, matrix, bias)  # (batch, time, gate × unit)
        nothing = x.new_zeros(batch, self.fused.hidden_size)
        state = dict.fromkeys(self.carries, nothing)
        nudges = [dict[str, Tensor]() for _ in range(time)]
        if self.nudge is not None:
            for name in self.carries:
                zeros = self._turned(self.nudge(name, x.new_zeros(batch, time, len(nothing[0]))), lengths)
                for place, nudge in enumerate(zeros.unbind(1)):
                    nudges[place][name] = nudge
        history: dict[str, list[Tensor]] = {name: [] for name in self.shows}
        for place in range(time):
            values = self.step(driven[:, place], state, nudges[place])
            for name, value in values.items():
                history[name].append(value)
            if there is not None:  # padding leaves the state alone, so that nothing can grow there
                values = {name: torch.where(there[:, place], values[name], state[name]) for name in self.carries}
            state = {name: values[name] for name in self.carries}
        for name, steps in history.items():
            shown = torch.stack(steps, dim=1)  # (batch, time, unit)
            if there is not None:
                shown = shown.masked_fill(~there, 0.0)
            states = self.get_submodule(name)(self._turned(shown, lengths))
        return states  # (batch, time, unit)

    def _turned(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """As this direction reads it, or back in the order of the sequence."""
        return turned(x, lengths) if self.backwards else x


class Plain(Direction):
    """h' = f(W x + U h + b), with f the hyperbolic tangent or the rectifier. Elman 1990."""

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        backwards: bool = False,
        orthogonal: float | None = None,
        activation: str = "tanh",
    ):
        fused = nn.RNN(inputs, units, batch_first=True, nonlinearity=activation)
        super().__init__(fused, ("hidden",), backwards=backwards, orthogonal=orthogonal)
        self.bend = {"tanh": torch.tanh, "relu": torch.relu}[activation]

    def step(self, driven: Tensor, state: Values, nudge: Mapping[str, Tensor]) -> Values:
        h = self.bend(driven + self._recalled(state["hidden"]))
        return {"hidden": h + nudge.get("hidden", 0.0)}


class LSTM(Direction):
    """c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c'. Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000.

    forget_bias: what the forget gate's bias begins at (Jozefowicz et al. 2015); None leaves torch's draw.
    """

    carries = ("cell", "hidden")

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        backwards: bool = False,
        orthogonal: float | None = None,
        forget_bias: float | None = None,
    ):
        shows = ("input", "forget", "candidate", "output", "cell", "hidden")
        super().__init__(nn.LSTM(inputs, units, batch_first=True), shows, backwards=backwards, orthogonal=orthogonal)
        if forget_bias is not None:
            _, _, first, second = self.fused.all_weights[0]
            with torch.no_grad():  # the kernel adds both
                first[units : 2 * units] = forget_bias
                second[units : 2 * units] = 0.0

    def step(self, driven: Tensor, state: Values, nudge: Mapping[str, Tensor]) -> Values:
        i, f, g, o = (driven + self._recalled(state["hidden"])).chunk(4, dim=1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()  # each (batch, unit)
        c = f * state["cell"] + i * g + nudge.get("cell", 0.0)
        h = o * c.tanh() + nudge.get("hidden", 0.0)
        return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


class GRU(Direction):
    """h' = (1 − z) ⊙ n + z ⊙ h, n = tanh(W x + r ⊙ (U h + b)). Cho et al. 2014, with the reset gate behind U."""

    def __init__(self, inputs: int, units: int, *, backwards: bool = False, orthogonal: float | None = None):
        shows = ("reset", "update", "candidate", "hidden")
        super().__init__(nn.GRU(inputs, units, batch_first=True), shows, backwards=backwards, orthogonal=orthogonal)

    def step(self, driven: Tensor, state: Values, nudge: Mapping[str, Tensor]) -> Values:
        recalled = self._recalled(state["hidden"])
        (r, z, n), (r_h, z_h, n_h) = driven.chunk(3, dim=1), recalled.chunk(3, dim=1)  # each (batch, unit)
        r, z = (r + r_h).sigmoid(), (z + z_h).sigmoid()
        n = (n + r * n_h).tanh()
        h = (1 - z) * n + z * state["hidden"] + nudge.get("hidden", 0.0)
        return {"reset": r, "update": z, "candidate": n, "hidden": h}


class Recurrent(nn.Module):
    """One layer: a direction `there` from first to last, and where wanted a direction `back` from last to first.

    cell: makes a direction of (inputs, units, backwards=…). Schuster & Paliwal, Bidirectional Recurrent Neural
    Networks, 1997.
    """

    def __init__(self, cell: Callable[..., Direction], inputs: int, units: int, *, bidirectional: bool = False):
        super().__init__()
        self.there = cell(inputs, units)
        self.back = cell(inputs, units, backwards=True) if bidirectional else None
        self.width = units * (2 if bidirectional else 1)

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(batch, time, feature) to states (batch, time, unit), those of `back` behind those of `there`.

        lengths: (batch,) int64, how many steps of each sequence are no padding, at least 1; None where all are full.
        """
        states = self.there(x, lengths)
        if self.back is None:
            return states
        return torch.cat([states, self.back(x, lengths)], dim=2)


def ends(states: Tensor, lengths: Tensor | None = None, *, bidirectional: bool = False) -> Tensor:
    """Of a layer's states, those where a direction has read everything: `there` at the last step, `back` at the first.

    (batch, time, unit) to (batch, unit). lengths: see `Recurrent`.
    """
    rows = torch.arange(len(states), device=states.device)
    last = states[:, -1] if lengths is None else states[rows, lengths - 1]
    if not bidirectional:
        return last
    there, back = last.chunk(2, dim=1)[0], states[:, 0].chunk(2, dim=1)[1]
    return torch.cat([there, back], dim=1)


def lengths_of(tokens: Tensor) -> Tensor | None:
    """How many tokens (batch, time) stand before the padding: (batch,), or None where no row has any padding.

    An empty row counts as one step long. None on the meta device, where no value can be read.
    """
    if tokens.is_meta:
        return None
    lengths = (tokens != 0).sum(dim=1).clamp(min=1)
    return None if bool((lengths == tokens.shape[1]).all()) else lengths


def present(lengths: Tensor, time: int) -> Tensor:
    """Which of so many steps are no padding: (batch, time) bool."""
    return torch.arange(time, device=lengths.device) < lengths[:, None]


def turned(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Sequences (batch, time, …) from the last to the first; padding stays at the end.

    Turned twice, they are as before. lengths: see `Recurrent`.
    """
    if lengths is None:
        return x.flip(1)
    places = torch.arange(x.shape[1], device=x.device)
    order = torch.where(present(lengths, len(places)), lengths[:, None] - 1 - places, places)  # (batch, time)
    return x.gather(1, order.view(*order.shape, *[1] * (x.dim() - 2)).expand_as(x))


@contextmanager
def nudged(model: nn.Module) -> Iterator[dict[str, Tensor]]:
    """While inside, a forward pass adds a nudge of zero to everything that recurrent layers carry from step to step.

        with nudged(model) as nudges:
            loss = …(model(inputs))
        (gradient,) = torch.autograd.grad(loss, [nudges["layers.0.there.hidden"]])      # (batch, time, unit)

    The dictionary is filled by the pass: the name of a tap to its nudge. A nudge changes the state before anything uses
    it, so its gradient is ∂loss/∂state of every step, through all that follows; 0 at padding.
    """
    nudges: dict[str, Tensor] = {}
    directions = {name: module for name, module in model.named_modules() if isinstance(module, Direction)}

    def nudge(direction: str, state: str, zeros: Tensor) -> Tensor:
        nudges[f"{direction}.{state}" if direction else state] = zeros.requires_grad_()
        return zeros

    try:
        for name, direction in directions.items():
            direction.nudge = partial(nudge, name)
        yield nudges
    finally:
        for direction in directions.values():
            direction.nudge = None


def begin_orthogonal(fused: nn.RNNBase, gain: float) -> None:
    """Every gate's recurrent matrix as gain × an orthogonal one, so that h ↦ U h scales by the gain; biases 0.

    Saxe, McClelland, Ganguli, Exact Solutions to the Nonlinear Dynamics of Learning, 2014.
    """
    _, matrix, *biases = fused.all_weights[0]
    for block in matrix.split(fused.hidden_size):
        nn.init.orthogonal_(block, gain)
    for bias in biases:
        nn.init.zeros_(bias)

"""Anatomy equals a real forward pass, torch's own counter, and what papers and libraries publish."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dlplay.anatomy import anatomy, inspect, preset_task, survey, weigh
from dlplay.architecture import Architecture, architectures
from dlplay.budget import need
from dlplay.config import Config, Refusal
from dlplay.dataset import Task, datasets
from dlplay.experiment import as_json, experiment
from dlplay.layers.records import Act, AvgPool, BatchNorm, Conv, Dense, Dropout, Flatten, GlobalPool, MaxPool, Residual
from dlplay.layers.repair import repairs
from dlplay.limits import Limits
from dlplay.link import read, write
from dlplay.models.cnn import CNNConfig
from dlplay.runs.engine import LocalEngine
from dlplay.tap import Tap, look
from dlplay.training.settings import TrainingConfig
from tests.given import inputs_for

torch.set_num_threads(1)
PRESETS = [(record, name) for record in architectures().values() for name in record.presets]
DIGITS = Task("image", (1, 8, 8), classes=tuple("0123456789"))


def check_against_a_real_model(record, config, task, batch=2):
    """The anatomy, after comparing it with a model in memory."""
    found = anatomy(record, config, task)
    model = record.build(config, task)
    inputs = inputs_for(task, batch)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        seen = look(model.eval(), inputs)
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert found.macs * 2 * batch == counter.get_total_flops()
    rows = {row.name: row for row in found.rows}
    for name, row in rows.items():
        if f"{name}.value" in seen:
            assert row.output_shape == (1, *seen[f"{name}.value"].value.shape[1:])
        if name != "model":
            assert row.parameters == sum(p.numel() for p in model.get_submodule(name).parameters())
    assert found.rows[-1].output_shape == (1, *task.output_shape)
    return found


@pytest.mark.parametrize(("record", "name"), PRESETS, ids=[name for _, name in PRESETS])
def test_presets_equal_a_real_forward_pass_and_the_published_figures(record, name):
    chosen = record.presets[name]
    task = preset_task(record, chosen)
    if chosen.data:
        check_against_a_real_model(record, chosen.config, task)
    found = inspect(name)
    for figure, value in chosen.published.items():
        assert found[figure] == value
    assert found["input_shape"] == [1, *task.input_shape]
    assert found["parameters"] == sum(row["parameters"] for row in found["layers"])
    assert found["macs"] == sum(row["macs"] for row in found["layers"])


@pytest.mark.parametrize("data", list(datasets()))
@pytest.mark.parametrize("record", architectures().values(), ids=architectures())
def test_every_architecture_on_every_data_set_it_reads(record, data):
    task = datasets()[data].task(datasets()[data].config())
    if task.reads not in record.reads:
        return
    check_against_a_real_model(record, record.fit(record.config(), task), task)


sizes = st.integers(1, 5)
LAYERS = st.one_of(
    st.builds(
        Conv,
        channels=st.sampled_from((1, 2, 4, 6)),
        kernel=sizes,
        stride=st.integers(1, 3),
        padding=st.one_of(st.integers(0, 3), st.just("same")),
        dilation=st.integers(1, 3),
        groups=st.sampled_from((1, 2)),
        bias=st.booleans(),
    ),
    *(st.builds(p, kernel=sizes, stride=st.integers(1, 3), padding=st.integers(0, 2)) for p in (MaxPool, AvgPool)),
    st.builds(
        Residual,
        channels=st.sampled_from((2, 4)),
        kernel=st.sampled_from((1, 3, 5)),
        stride=st.integers(1, 2),
        skip=st.booleans(),
    ),
    st.builds(Dense, units=st.integers(1, 20)),
    st.builds(GlobalPool, how=st.sampled_from(("mean", "max"))),
    *(st.builds(kind) for kind in (Flatten, BatchNorm, Dropout, Act)),
)


@st.composite
def stacks(draw):
    """Any stack that can be built: a random one, mended where it is impossible."""
    layers = tuple(draw(st.lists(LAYERS, max_size=8)))
    shape = draw(st.tuples(st.integers(1, 3), st.integers(2, 12), st.integers(2, 12)))
    outputs = 3 if draw(st.booleans()) else None
    mended = repairs(layers, shape, outputs)
    config = CNNConfig(layers=mended[0].layers if mended else layers, head="dense" if outputs is None else "none")
    return config, Task("image", shape, classes=("a", "b", "c"))


@settings(max_examples=60, deadline=None)
@given(stacks())
def test_any_stack_equals_a_real_forward_pass_and_the_written_out_formulas(stack):
    config, task = stack
    found = check_against_a_real_model(architectures()["cnn"], config, task)
    before = (1, *task.input_shape)
    for layer, row in zip(config.layers, found.rows, strict=False):
        if isinstance(layer, Conv):
            per_output = before[1] // layer.groups * layer.kernel**2
            assert row.macs == per_output * torch.Size(row.output_shape).numel()
        elif isinstance(layer, Dense):
            assert row.macs == before[1] * layer.units
        elif not isinstance(layer, Residual):
            assert row.macs == 0
        before = row.output_shape


GATES = {"rnn": 1, "lstm": 4, "gru": 3}


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", GATES)
def test_a_recurrent_layer_counts_every_step_and_gate(name, bidirectional):
    """Gates × units × (inputs + units) a step and direction, and as many weights, with two biases a gate and unit."""
    record, task = architectures()[name], Task("sequence", (7,), classes=tuple("abc"), tokens=tuple("·xyz"))
    config = record.config(units=5, layers=2, embedding=3, bidirectional=bidirectional)
    found = check_against_a_real_model(record, config, task)
    ways, gates = 2 if bidirectional else 1, GATES[name]
    widths = {"layers.0": 3, "layers.1": 5 * ways}
    rows = {row.name: row for row in found.rows}
    assert list(rows) == ["embedding", "layers.0", "layers.1", "answer"]
    for layer, inputs in widths.items():
        assert rows[layer].macs == 7 * ways * gates * 5 * (inputs + 5)
        assert rows[layer].parameters == ways * gates * (5 * (inputs + 5) + 2 * 5)
        assert rows[layer].output_shape == (1, 7, 5 * ways)
    assert (rows["embedding"].parameters, rows["embedding"].macs) == (4 * 3, 0)
    assert rows["answer"].macs == 3 * 5 * ways


LENET = {  # name: output shape, receptive field; counted by instantiation, fields after Araujo et al. 2019
    "layers.0": ([1, 6, 28, 28], (5, 1, 0)),
    "layers.2": ([1, 6, 14, 14], (6, 2, 0)),
    "layers.3": ([1, 16, 10, 10], (14, 2, 0)),
    "layers.5": ([1, 16, 5, 5], (16, 4, 0)),
    "layers.7": ([1, 120], (32, 4, 0)),
    "layers.9": ([1, 84], (32, 4, 0)),
    "answer": ([1, 10], (32, 4, 0)),
}
POOLS = {  # the published receptive fields of the pooling layers
    "AlexNet (2012)": [(19, 8, 0), (67, 16, 16), (195, 32, 64)],
    "AlexNet (torchvision)": [(19, 8, 2), (67, 16, 18), (195, 32, 66)],
    "VGG-11": [(4, 2, 1), (10, 4, 3), (30, 8, 11), (70, 16, 27), (150, 32, 59)],
    "VGG-16": [(6, 2, 2), (16, 4, 6), (44, 8, 18), (100, 16, 42), (212, 32, 90)],
}


def test_lenet_has_the_stages_and_fields_of_the_paper():
    found = inspect("lenet-5 (MODERN)")
    assert found["name"] == "LeNet-5 (modern)"
    assert (found["parameters"], found["macs"]) == (61_706, 416_520)
    rows = {row["name"]: row for row in found["layers"]}
    for name, (shape, field) in LENET.items():
        assert rows[name]["output_shape"] == shape
        assert tuple(rows[name]["receptive_field"].values()) == field
    assert [rows[n]["kind"] for n in ("layers.0", "layers.2", "layers.7")] == ["Conv2d", "AvgPool2d", "Linear"]


@pytest.mark.parametrize("name", POOLS)
def test_published_networks_have_the_published_fields(name):
    pools = [row["receptive_field"] for row in inspect(name)["layers"] if row["kind"] == "MaxPool2d"]
    assert [(f["size"], f["stride"], f["padding"]) for f in pools] == POOLS[name]


def test_inspect_has_exactly_the_promised_keys():
    found = inspect("Small CNN")
    assert list(found) == ["name", "parameters", "macs", "input_shape", "layers"]
    for row in found["layers"]:
        assert list(row) == ["name", "kind", "output_shape", "parameters", "macs", "receptive_field"]
    assert set(found["layers"][0]["receptive_field"]) == {"size", "stride", "padding"}
    assert inspect("VGG-16")["published"] == {"parameters": 138_357_544, "macs": 15_470_264_320}
    with pytest.raises(Refusal, match=r"VGG-99.*known presets are"):
        inspect("VGG-99")


@pytest.mark.parametrize(("record", "name"), PRESETS, ids=[name for _, name in PRESETS])
def test_every_preset_has_a_short_link(record, name):
    data = next(slug for slug, found in datasets().items() if found.gives in record.reads)
    link = write(experiment(record.slug, data, record.presets[name].config))
    assert len(link) <= 2000
    assert read(link).network == record.presets[name].config


class Branches(nn.Module):
    """A model no file knows: a shared layer used twice, a sequence, a parameter and a product of its own."""

    def __init__(self, config, task):
        super().__init__()
        self.shared = nn.Linear(4, 4)
        self.twice = nn.Sequential(nn.Linear(4, 6), nn.Tanh())
        self.mix = nn.Parameter(torch.empty(6, 3))
        self.output = Tap("batch unit")

    def forward(self, x):
        return self.output(self.twice(self.shared(self.shared(x))) @ self.mix)


def test_rows_of_a_model_nobody_wrote_rules_for(monkeypatch):
    record = Architecture("Branches", 2026, "", ("table",), Config, "Branches")
    monkeypatch.setattr(Architecture, "build", lambda self, config, task: Branches(config, task))
    found = anatomy(record, Config(), Task("table", (4,), targets=("a", "b", "c")))
    assert [(row.name, row.parameters, row.macs) for row in found.rows] == [
        ("shared", 20, 32),
        ("twice.0", 30, 24),
        ("twice.1", 0, 0),
        ("model", 18, 18),
    ]
    assert found.parameters == 68


def test_activations_are_what_going_back_needs():
    """A dense layer keeps its input, a tanh its output: 3 and 5 numbers of 4 bytes; the head keeps those 5 again."""
    config, task = CNNConfig(layers=(Dense(units=5), Act(activation="tanh"))), Task("table", (3,), targets=("y",))
    assert anatomy(architectures()["cnn"], config, task).activations == 4 * (3 + 5)


def test_a_survey_has_rows_memory_and_time():
    found = survey(as_json(experiment("cnn", "digits", training={"batch": 16, "optimiser": "adam"})))
    assert (found["parameters"], found["macs"], "misfit" in found) == (1898, 23_680, False)
    memory = found["memory"]
    assert memory["parameters"] == memory["gradients"] == 4 * 1898
    assert memory["optimiser"] == 8 * 1898
    assert memory["all"] == sum(memory[part] for part in ("parameters", "gradients", "optimiser", "activations"))
    products = 3 * 23_680 * 16 / found["rate"]
    assert products < found["seconds"] < 4 * products, "activations and pools count too"
    assert found["too_large"] is None


def test_a_survey_of_an_impossible_stack_says_why_and_how_to_go_on():
    stack = (Conv(padding=1), MaxPool(), MaxPool(), Conv(kernel=5), Flatten())
    found = survey(as_json(experiment("cnn", "digits", CNNConfig(layers=stack))))
    assert found["misfit"] == {
        "index": 3,
        "name": "conv 5×5",
        "reason": "kernel 5 does not fit a 2×2 input",
        "sentence": "Layer 4, conv 5×5: kernel 5 does not fit a 2×2 input.",
    }
    assert [row["output_shape"] for row in found["layers"]] == [[1, 8, 8, 8], [1, 8, 4, 4], [1, 8, 2, 2]]
    assert found["parameters"] is None
    assert found["repairs"]
    for repair in found["repairs"]:
        again = survey(as_json(experiment("cnn", "digits", repair["network"])))
        assert "misfit" not in again


def test_an_impossible_first_layer_and_an_impossible_answer():
    first = survey(as_json(experiment("cnn", "digits", CNNConfig(layers=(Dense(),)))))
    assert (first["misfit"]["index"], first["layers"]) == (0, [])
    answer = survey(as_json(experiment("cnn", "digits", CNNConfig(layers=(Conv(),)))))
    assert (answer["misfit"]["index"], answer["misfit"]["name"], len(answer["layers"])) == (1, "answer", 1)


def test_what_is_too_large_is_refused_with_need_and_limit():
    two = CNNConfig(layers=(Flatten(), Dense(units=8192), Dense(units=8192)))
    with pytest.raises(Refusal, match=r"^67\.7 M parameters need 1\.1 GB with Adam; a network may take 1\.0 GB\.$"):
        weigh(experiment("cnn", "digits", two))
    weigh(experiment("cnn", "digits", two, training={"optimiser": "sgd"}))
    with pytest.raises(Refusal, match=r"may have 1\.0 M"):
        weigh(experiment("cnn", "digits", two), Limits(parameters=1_000_000))
    wide = CNNConfig(layers=(Conv(channels=512, padding=1), Flatten()))
    with pytest.raises(Refusal, match=r"A batch of 1,024 needs .* MB, .* MB of it for activations"):
        weigh(experiment("cnn", "digits", wide, training={"batch": 1024}), Limits(memory=40e6))
    with pytest.raises(Refusal, match=r"One step needs .* about .* s; a step may take 0 s"):
        weigh(experiment("cnn", "digits"), Limits(seconds=1e-6))


def test_the_largest_stack_that_can_be_written_is_weighed_and_not_built():
    most = (*(Conv(channels=4096, kernel=1, padding=7) for _ in range(62)), Flatten(), Dense(units=8192))
    with pytest.raises(Refusal, match="parameters"):
        weigh(experiment("cnn", "digits", CNNConfig(layers=most)))


def test_weights_of_attention_that_no_picture_could_hold_are_refused():
    many = experiment("vit", "digits", {"patch": 1, "layers": 12, "heads": 16, "head_width": 2}, {"enlarge": 4})
    assert anatomy(many.model, many.network, many.task).weights == 12 * 16 * (1 + 32 * 32) ** 2
    with pytest.raises(Refusal, match=r"^Attention has 201\.7 M weights in one example, .* 14\.1 GB; .* 1\.0 GB\.$"):
        weigh(many.but(training={"batch": 1}))
    weigh(many.but(network={"layers": 1, "heads": 8}, training={"batch": 1}))


def test_windows_are_weighed_though_they_multiply_nothing():
    wide = (MaxPool(kernel=15, stride=1, padding=7), AvgPool(kernel=15, stride=1, padding=7))
    many = CNNConfig(layers=(Conv(channels=32, padding=1), *(10 * wide), Flatten()))
    with pytest.raises(Refusal, match=r"One step needs .* other operations, about \d+ s; a step may take 2 s\.$"):
        weigh(experiment("cnn", "digits", many, training={"batch": 1024}), Limits(seconds=2.0))
    few = survey(as_json(experiment("cnn", "digits", CNNConfig(layers=(*wide, Flatten())))))
    none = survey(as_json(experiment("cnn", "digits", CNNConfig(layers=(Flatten(),)))))
    assert few["macs"] == none["macs"]
    assert few["seconds"] > 2 * none["seconds"]


def test_a_network_leaves_room_for_the_rest_of_its_process():
    assert LocalEngine().memory == 2 * Limits().network == Limits().memory


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DLPLAY_RUN_MEMORY", "5e6")
    assert Limits.of_environment() == Limits(memory=5e6)
    assert LocalEngine().memory == 5_000_000


@pytest.mark.parametrize("optimiser", TrainingConfig.model_fields["optimiser"].annotation.__args__)
def test_optimiser_state_is_as_large_as_torchs_own(optimiser):
    made = {
        "sgd": lambda p: torch.optim.SGD(p),
        "momentum": lambda p: torch.optim.SGD(p, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, momentum=0.9, nesterov=True),
        "rmsprop": torch.optim.RMSprop,
        "adagrad": torch.optim.Adagrad,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }[optimiser]
    record, config = architectures()["cnn"], CNNConfig()
    model = record.build(config, DIGITS)
    steps = made(list(model.parameters()))
    model(torch.rand(2, 1, 8, 8)).sum().backward()
    steps.step()
    kept = sum(
        value.numel()
        for state in steps.state.values()
        for value in state.values()
        if isinstance(value, torch.Tensor) and value.dim() > 0
    )
    assert need(anatomy(record, config, DIGITS), optimiser, 1).optimiser == 4 * kept

"""An `Experiment`: architecture, data and training as one frozen value. Two experiments are the same run when equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dlplay.architecture import Architecture, architecture
from dlplay.config import Config, Refusal, accept, either, quoted
from dlplay.dataset import DataConfig, Dataset, Task, dataset
from dlplay.training.settings import TrainingConfig

SCHEMA = 1


@dataclass(frozen=True)
class Experiment:
    """What is trained, on what, and how. Made by `experiment`, `from_json` or `dlplay.link.read`, which check it.

    architecture, dataset: names in the catalogue, as a link says them; `model` and `source` are their records.
    """

    architecture: str
    dataset: str
    network: Config
    data: DataConfig
    training: TrainingConfig

    @property
    def model(self) -> Architecture:
        return architecture(self.architecture)

    @property
    def source(self) -> Dataset:
        return dataset(self.dataset)

    @property
    def task(self) -> Task:
        return self.source.task(self.data)

    def but(
        self, *, network: Mapping | None = None, data: Mapping | None = None, training: Mapping | None = None
    ) -> Experiment:
        """The same experiment with some fields changed; the network is fitted when the data asks for another."""
        changed = replace(
            self,
            network=self.network.but(**(network or {})),
            data=self.data.but(**(data or {})),
            training=self.training.but(**(training or {})),
        )
        if changed.task != self.task and not network:
            changed = replace(changed, network=self.model.fit(changed.network, changed.task))
        self.model.check(changed.network, changed.task)
        return changed


def experiment(
    model: str,
    data: str,
    network: Mapping[str, Any] | Config | None = None,
    data_config: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
) -> Experiment:
    """The checked experiment of these names and values; what is left out has its default. Raises `Refusal`.

    A network that is left out is the architecture's default, fitted to the data.
    """
    record, source = architecture(model), dataset(data)
    given = accept(source.config, {} if data_config is None else data_config)
    task = source.task(given)
    if task.reads not in record.reads:
        known = either(f"{kind}s" for kind in record.reads)
        raise Refusal("data", f"{record.title} reads {known}, and {source.title} gives {task.reads}s.")
    if network is None:
        config = record.fit(record.config(), task)
    elif isinstance(network, Config):
        config = accept(record.config, network.model_dump())
    else:
        config = accept(record.config, network)
    record.check(config, task)
    return Experiment(model, data, config, given, accept(TrainingConfig, {} if training is None else training))


def as_json(value: Experiment) -> dict[str, Any]:
    """The experiment as plain data, every field written out."""
    return {
        "schema": SCHEMA,
        "architecture": value.architecture,
        "dataset": value.dataset,
        "network": value.network.model_dump(mode="json"),
        "data": value.data.model_dump(mode="json"),
        "training": value.training.model_dump(mode="json"),
    }


def from_json(values: Any) -> Experiment:
    """The experiment that `as_json` wrote. Raises `Refusal`."""
    known = {"schema", "architecture", "dataset", "network", "data", "training"}
    if not isinstance(values, dict) or not {"architecture", "dataset"} <= set(values) <= known:
        raise Refusal("experiment", f"An experiment has the parts {', '.join(sorted(known))}.")
    if values.get("schema", SCHEMA) != SCHEMA:
        raise Refusal("schema", f"schema is {quoted(values['schema'])}; this version reads {SCHEMA}.")
    model, data = values["architecture"], values["dataset"]
    if not (isinstance(model, str) and isinstance(data, str)):
        raise Refusal("experiment", "architecture and dataset are names.")
    return experiment(model, data, values.get("network"), values.get("data"), values.get("training"))

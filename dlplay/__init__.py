"""dlplay: a playground of deep-learning architectures.

An `Experiment` (dlplay.experiment) names an architecture (dlplay/models), a data set (dlplay/data) and how to train.
`dlplay.training` turns it into a model and a stream of events; `dlplay.probes` put questions to the model;
`dlplay.runs` keeps models in worker processes; `dlplay.ui` and `pages/` show them.

    import dlplay
    from dlplay.experiment import experiment

    result = dlplay.train(experiment("cnn", "digits"), steps=500)
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`dlplay.train` and `dlplay.Training`, which need torch: it is imported when one of them is wanted."""
    if name in ("Training", "train"):
        from dlplay.training import result

        return getattr(result, name)
    raise AttributeError(f"module 'dlplay' has no attribute {name!r}")

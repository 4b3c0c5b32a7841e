"""dlplay: a playground of deep-learning architectures.

An `Experiment` (dlplay.experiment) names an architecture (dlplay/models), a data set (dlplay/data) and how to train.
`dlplay.training` turns it into a model and a stream of events; `dlplay.probes` put questions to the model; `dlplay.runs`
keeps models in worker processes; `dlplay.ui` and `pages/` show them.
"""

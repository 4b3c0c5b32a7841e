"""Metrics agree with scikit-learn and with torch's losses."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, precision_recall_fscore_support, r2_score

from dlplay.dataset import Task
from dlplay.training import metrics
from dlplay.training.objective import goal, objective

TWO = Task("point", (2,), classes=("no", "yes"))
FIVE = Task("point", (2,), classes=tuple("abcde"))
NUMBERS = Task("table", (3,), targets=("u", "v"))


def sample(task: Task, seed: int, count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    outputs = random.normal(size=(count, task.outputs)).astype(np.float32) * 3
    if task.classes:
        return outputs, random.integers(0, len(task.classes), count)
    return outputs, outputs + random.normal(size=outputs.shape).astype(np.float32)


@given(st.sampled_from([TWO, FIVE, NUMBERS]), st.integers(0, 10_000))
def test_the_loss_that_is_measured_is_the_one_that_is_trained(task: Task, seed: int) -> None:
    outputs, targets = sample(task, seed)
    trained = objective(task)(torch.from_numpy(outputs), goal(targets, task), 0.0).item()
    assert metrics.loss(outputs, targets, task) == pytest.approx(trained, rel=1e-4)


@given(st.sampled_from([TWO, FIVE]), st.integers(0, 10_000))
def test_classes_agree_with_scikit_learn(task: Task, seed: int) -> None:
    outputs, targets = sample(task, seed)
    classes = np.arange(len(task.classes))
    probabilities, chosen = metrics.probabilities(outputs, task), metrics.chosen(outputs, task)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert np.array_equal(chosen, probabilities.argmax(axis=1))
    assert metrics.loss(outputs, targets, task) == pytest.approx(log_loss(targets, probabilities, labels=classes))
    assert metrics.score(outputs, targets, task) == pytest.approx(accuracy_score(targets, chosen))
    matrix = metrics.confusion(outputs, targets, task)
    assert np.array_equal(matrix, confusion_matrix(targets, chosen, labels=classes))
    ours = metrics.class_scores(matrix)
    theirs = precision_recall_fscore_support(targets, chosen, labels=classes, zero_division=0)
    for mine, expected in zip((ours.precision, ours.recall, ours.f1, ours.support), theirs, strict=True):
        assert mine == pytest.approx(expected)


@given(st.integers(0, 10_000), st.integers(2, 50))
def test_r2_agrees_with_scikit_learn(seed: int, count: int) -> None:
    outputs, targets = sample(NUMBERS, seed, count)
    assert metrics.r2(outputs, targets) == pytest.approx(r2_score(targets.astype(float), outputs.astype(float)))


def test_r2_of_a_target_that_never_changes() -> None:
    still = np.ones((5, 1), dtype=np.float32)
    assert metrics.r2(still, still) == r2_score(still, still) == 1
    assert metrics.r2(still * 2, still) == r2_score(still, still * 2) == 0


@given(st.integers(0, 10_000), st.floats(0, 0.5))
def test_one_log_odds_is_a_softmax_over_two_classes(seed: int, smoothing: float) -> None:
    outputs, targets = sample(TWO, seed)
    two = torch.cat([torch.zeros(len(outputs), 1), torch.from_numpy(outputs)], dim=1)
    expected = torch.nn.functional.cross_entropy(two, torch.from_numpy(targets), label_smoothing=smoothing)
    ours = objective(TWO)(torch.from_numpy(outputs), goal(targets, TWO), smoothing)
    assert ours.item() == pytest.approx(expected.item(), rel=1e-5)


def test_very_large_outputs_give_finite_losses() -> None:
    huge = np.array([[3e38], [-3e38]], dtype=np.float32)
    assert np.isfinite(metrics.loss(huge, np.array([0, 1]), TWO))
    assert np.isfinite(metrics.loss(huge, np.zeros((2, 1)), Task("point", (2,), targets=("z",))))

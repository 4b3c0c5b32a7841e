"""Benchmarks: each file measures one promise and says what it measured beside its target. Never part of the tests."""

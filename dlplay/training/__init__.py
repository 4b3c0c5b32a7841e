"""The training loop, a plain generator of events. `settings`, `events` and `snapshots` need no torch; the rest does."""

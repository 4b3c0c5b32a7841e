"""The training loop, a plain generator of events. `settings` and `events` are free of torch; the rest is not."""

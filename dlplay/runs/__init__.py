"""Runs as actors: a worker process owns each model; the server holds handles, numbers and snapshots' paths, no torch.

manager   one `Runs` a server: opens, finds, limits, stops and revives runs
run       `Run`, the handle a page holds
history   what a run has reported so far
engine    where workers live: start, call, runs, kill, poll
child     one process of ours, forked or spawned, and the pipe to it
worker    the other end of the pipe: one training thread and an inbox
"""

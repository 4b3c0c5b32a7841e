"""Build a network, train it, look inside."""

from dlplay.ui import line, session, settings, stage, troubles

run = session.open_run()
line.show(run)
left, right = stage.places()
with left:
    settings.show(run)
with right:
    if run is None:
        troubles.impossible()
    else:
        stage.show(run)
session.write_address()

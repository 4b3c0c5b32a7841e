"""Build a network, train it, look inside."""

from dlplay.ui import line, session, settings, stage, troubles

session.follow()
above = line.place()
left, right = stage.places()
with left:
    settings.show()
run = session.open_run()
with above:
    line.show(run)
with right:
    if run is None:
        troubles.impossible()
    else:
        stage.show(run)
session.write_address()

"""Pick a recipe, press Play, look inside."""

from dlplay.ui import start

start.head()
start.cards()

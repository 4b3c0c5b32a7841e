"""Parts that two or more models use. `records` and `reading` are free of torch; the other files hold modules."""

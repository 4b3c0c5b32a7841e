"""Parts that two or more models use. `records` is free of torch; the other files hold modules."""

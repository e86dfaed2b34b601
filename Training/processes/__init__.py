"""Several processes, and the signals that reach them."""

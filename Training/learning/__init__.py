"""What learns: settings, networks, losses, the state of a run and its checkpoints."""

"""From labels to numbers: phases, volumes, lengths, and what makes them doubtful."""

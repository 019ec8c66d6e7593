"""Studies: what combines measures and goes back to the texts."""

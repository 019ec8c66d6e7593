"""What compares groups of articles."""

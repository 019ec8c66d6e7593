"""One module, one measure, one tidy table."""

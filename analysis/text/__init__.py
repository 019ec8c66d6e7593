"""From texts to numbers: chunks, pieces, terms and sentences."""

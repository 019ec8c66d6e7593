"""Framing, sentiment, readability and term frequencies over news articles."""

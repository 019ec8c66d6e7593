"""Measured tables on disk, and how they are made."""

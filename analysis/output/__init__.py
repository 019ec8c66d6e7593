"""Figures and reports from finished tables."""

"""Figures and the record."""

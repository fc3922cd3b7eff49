"""Searching everything that everybody may read: an edge over all features."""

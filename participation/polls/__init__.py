"""Polls: votes that anyone can check."""

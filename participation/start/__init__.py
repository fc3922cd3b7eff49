"""The start page and the choice of language."""

"""Abstimmungen: polls that anyone can check."""

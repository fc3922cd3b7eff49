"""Meetings on projects (Termine)."""

"""Citizen participation: projects, suggestions with support, public answers.

Importing this package imports nothing else: a rule can be read and tested without the app.
"""

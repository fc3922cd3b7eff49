"""The demo: a city with real projects and made-up people, on one command."""

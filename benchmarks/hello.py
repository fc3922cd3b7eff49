"""The least that Flask can do: what the pages are compared with (``benchmarks/pages.py``)."""

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hello, World!"

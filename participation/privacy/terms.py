"""The city's periods, from the settings."""

from flask import current_app

from participation.privacy.service import Periods


def periods() -> Periods:
    """Return for how many days the city keeps what."""
    return Periods(current_app.extensions["settings"].model_dump(include=Periods.SETTINGS))

"""The city's terms, from the settings."""

from flask import current_app

from participation.suggestions.service import Terms


def terms() -> Terms:
    """Return what this city has set."""
    settings = current_app.extensions["settings"]
    return Terms(
        quorum=settings.quorum,
        weeks=settings.collection_weeks,
        review_workdays=settings.review_workdays,
        answer_workdays=settings.answer_workdays,
        federal_state=settings.state,
        guest_support=settings.guest_support,
        postcodes=settings.postcodes_of_the_city,
        fingerprint_key=settings.key_of_fingerprints,
    )

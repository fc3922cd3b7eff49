"""What placeholders in the city's pages stand for, from the settings."""

from flask import current_app


def facts() -> dict[str, str]:
    """Return the value of every word in ``placeholders.NAMES``."""
    settings = current_app.extensions["settings"]
    return {
        "city_name": settings.city_name,
        "city_url": settings.city_url,
        "contact_mail": settings.mail_from,
        "platform_url": settings.public_url,
        "quorum": str(settings.quorum),
        "collection_weeks": str(settings.collection_weeks),
        "review_workdays": str(settings.review_workdays),
        "answer_workdays": str(settings.answer_workdays),
        "session_days": str(settings.session_days),
    }

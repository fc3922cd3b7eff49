"""What mails about somebody's account say. Links begin with the address that is set in the settings."""

from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from participation.accounts import queries as accounts
from participation.accounts import tokens
from participation.accounts.models import AddressChange, Person
from participation.accounts.queries import Credentials
from participation.accounts.rules import ROLE_NAMES
from participation.config import Settings
from participation.journal.models import JournalEntry
from participation.permissions import Role

#: A link for a new password that somebody asked for so long ago is sent no more.
_RESET_WAITS = timedelta(days=1)


def about_an_account(
    settings: Settings, entry: JournalEntry, person: Person, now: datetime
) -> dict[str, Any] | None:
    """Return the words of a mail to the person an entry is about; ``None`` if it is too late for it."""
    facts = entry.facts
    pages = {
        "event": entry.event,
        "at": entry.at,
        "sign_in_url": url_for("accounts.sign_in", _external=True),
        "account_url": url_for("accounts.account", _external=True),
        "reset_page_url": url_for("resetting.ask", _external=True),
        "contact_url": url_for("city_pages.page", slug="kontakt", _external=True),
        "role": ROLE_NAMES[Role(facts["role"])] if facts.get("role") else "",
        "departments": _departments(facts.get("departments", [])),
    }
    secret = settings.secret_key
    if entry.event == "account:registered":
        token = tokens.write(secret, person.id, person.password_hash, entry.at)
        pages["confirm_url"] = url_for("accounts.confirm", token=token, _external=True)
    elif entry.event == "account:reset_asked":
        if now >= entry.at + _RESET_WAITS:
            return None
        is_confirmed = person.confirmed_at is not None
        seen = Credentials(person.id, person.email, person.password_hash, is_confirmed).seen
        # The hour begins now: a mail server that was away must not use it up.
        token = tokens.write_reset(secret, person.id, seen, now)
        pages["reset_url"] = url_for("resetting.choose", token=token, _external=True)
    return pages


def _departments(ids: list[int]) -> list[str]:
    return sorted(accounts.department_names(set(ids)).values()) if ids else []


def address_of_change(change: AddressChange, entry: JournalEntry) -> str:
    """Where a mail about another address goes: the link to the new one, the news to the old one, even
    if the person has the new one by now."""
    return change.email if entry.event == "address_change:link" else change.old_email


def about_an_address(
    settings: Settings, entry: JournalEntry, change: AddressChange
) -> dict[str, Any] | None:
    """Return the words of a mail about another address; ``None`` for a link that is void already."""
    if entry.event == "address_change:link" and change.ended_at is not None:
        return None
    token = tokens.write_address(settings.secret_key, change.id, change.asked_at)
    return {
        "address_url": url_for("own_settings.confirm_address", token=token, _external=True),
        "reset_page_url": url_for("resetting.ask", _external=True),
        "contact_url": url_for("city_pages.page", slug="kontakt", _external=True),
    }

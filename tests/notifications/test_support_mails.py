"""Who supports with an account or without one, and which mails still reach them. On both databases."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.notifications import service as notifications
from participation.notifications.models import Mail
from participation.suggestions import guest_support, merging, striking, support
from participation.suggestions.links import Link
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.service import Given
from participation.suggestions.support_models import Support
from participation.worker import Worker
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_addition,
    make_suggestion,
    make_update,
)
from tests.notifications.conftest import Post
from tests.people import MARA, NOAH, NOW, make_person
from tests.suggestions.guest_steps import GRETA, link_of, support_as_guest

_ADDED = "Anregung 1 wurde ergänzt"


@dataclass(frozen=True)
class Supported:
    """A suggestion of Noah's that Mara supports with an account and Greta without one."""

    key: int
    link: Link


def supported() -> Supported:
    suggestion = make_suggestion()
    support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
    support_as_guest(suggestion.id, wants_mail=True)
    return Supported(suggestion.id, link_of(suggestion.id))


def both_withdraw(on: Supported) -> None:
    support.take_back(on.key, make_person(MARA).actor, NOW, TERMS)
    guest_support.take_back(on.link, NOW)


def both_are_struck(on: Supported) -> None:
    keys = db.session.scalars(sa.select(Support.id).filter_by(suggestion_id=on.key)).all()
    given = Given(public_text=LONG_ENOUGH, internal_text="Ein Vermerk.")
    striking.strike(on.key, keys, coordinator(), NOW, TERMS, given)


def both_stop_mails(on: Supported) -> None:
    support.stop_mails(on.key, make_person(MARA).actor, TERMS)
    guest_support.stop_mails(on.link)


def write_all() -> None:
    """Turn the outbox into mails; none is sent yet, as when the mail server is down."""
    while notifications.write_next(NOW, "example.org"):
        pass
    db.session.commit()


def told(post: Post, subject: str) -> list[str]:
    return sorted(str(mail["To"]) for mail in post.mails() if mail["Subject"] == subject)


def test_supporters_of_both_ways_hear_once(mail_app: Flask, worker: Worker, post: Post) -> None:
    with mail_app.app_context():
        on = supported()
        make_addition(db.session.get_one(Suggestion, on.key))
        db.session.commit()
    worker.run_until_idle()
    assert told(post, _ADDED) == [GRETA, MARA.email]
    assert "/de/anregungen/unterstuetzung/" in post.to(GRETA)[-1].get_content()
    text = post.to(MARA.email)[-1].get_content()
    assert re.search(r"Keine solchen E-Mails mehr:\r\nhttp://localhost/de/abbestellen/", text)


@pytest.mark.parametrize("leave", [both_withdraw, both_are_struck, both_stop_mails])
def test_who_left_before_the_mail_goes_hears_nothing(
    mail_app: Flask, worker: Worker, post: Post, leave: Callable[[Supported], None]
) -> None:
    with mail_app.app_context():
        on = supported()
        make_addition(db.session.get_one(Suggestion, on.key))
        write_all()
        waiting = db.session.scalars(
            sa.select(Mail).filter_by(template="suggestion_addition")
        ).all()
        assert len(waiting) == 2
        leave(on)
        db.session.commit()
    worker.run_until_idle()
    assert told(post, _ADDED) == []
    with mail_app.app_context():
        dropped = db.session.scalars(
            sa.select(Mail).filter_by(template="suggestion_addition")
        ).all()
        assert [(mail.sent_at, mail.next_try_at) for mail in dropped] == [(None, None)] * 2


def test_author_who_supports_the_own_text_gets_no_mail_about_the_own_addition(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        on = supported()
        support.give(on.key, make_person(NOAH).actor, NOW, TERMS, wants_mail=True)
        make_addition(db.session.get_one(Suggestion, on.key))
        db.session.commit()
    worker.run_until_idle()
    assert told(post, _ADDED) == [GRETA, MARA.email]


def test_author_hears_whether_or_not_they_support_it(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        noah = make_person(NOAH)
        suggestion = make_suggestion(State.ADOPTED, author=noah, quorum=1)
        make_update(suggestion, "Drei Bänke sind bestellt.")
        db.session.commit()
    worker.run_until_idle()
    assert told(post, "So geht es voran: Anregung 1") == [NOAH.email]


def merge(source: Suggestion, target: Suggestion) -> None:
    merging.merge(
        source.id, coordinator(), NOW, TERMS,
        target_number=target.number or 0, public_text=LONG_ENOUGH,
    )  # fmt: skip


def asked(post: Post) -> list[str]:
    return [one for one in told(post, "Anregung 2 wurde zusammengelegt") if one != NOAH.email]


def test_guests_and_people_are_asked_once_when_a_suggestion_is_merged(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        target, source = make_suggestion(), make_suggestion()
        support.give(source.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
        support_as_guest(source.id, wants_mail=True)
        support_as_guest(source.id, "still@example.org")
        merge(source, target)
        db.session.commit()
    worker.run_until_idle()
    assert asked(post) == [GRETA, MARA.email]
    text = post.to(GRETA)[-1].get_content()
    assert "http://localhost/de/anregungen/1/" in text
    assert "/de/anregungen/unterstuetzung/" in text


def test_nobody_is_asked_to_support_what_the_same_mailbox_supports_the_other_way(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        target, source = make_suggestion(), make_suggestion()
        mara, noah = make_person(MARA).actor, make_person(NOAH).actor
        # Mara: with the account here, without one there; Noah, who is the author, the other way round.
        support.give(source.id, mara, NOW, TERMS, wants_mail=True)
        support_as_guest(target.id, "mara+alias@example.org", wants_mail=True)
        support_as_guest(source.id, "noah+alias@example.org", wants_mail=True)
        support.give(target.id, noah, NOW, TERMS, wants_mail=True)
        merge(source, target)
        db.session.commit()
    worker.run_until_idle()
    assert asked(post) == []
    assert told(post, "Anregung 2 wurde zusammengelegt") == [NOAH.email]


def test_nobody_is_asked_to_give_what_was_struck_off(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        target, source = supported(), make_suggestion()
        support.give(source.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
        support_as_guest(source.id, wants_mail=True)
        both_are_struck(target)
        merge(source, db.session.get_one(Suggestion, target.key))
        db.session.commit()
    worker.run_until_idle()
    assert asked(post) == []


def test_nobody_is_asked_who_supported_the_other_one_before_the_mail_goes(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        target, source = make_suggestion(), make_suggestion()
        mara = make_person(MARA).actor
        support.give(source.id, mara, NOW, TERMS, wants_mail=True)
        support_as_guest(source.id, wants_mail=True)
        merge(source, target)
        write_all()
        support.give(target.id, mara, NOW, TERMS, wants_mail=False)
        support_as_guest(target.id)
        db.session.commit()
    worker.run_until_idle()
    assert asked(post) == []

"""Mails about merges and notes: who hears of what, once, and what is not said. On both databases."""

from datetime import date, timedelta

import pytest
from flask import Flask

from participation.accounts.models import Person
from participation.accounts.rules import mailbox_key
from participation.core import clock
from participation.core.db import db
from participation.suggestions import attachment_queries, attachments, merging, notes, service
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from participation.suggestions.support_models import Support
from participation.worker import Worker
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_question,
    make_suggestion,
    make_update,
)
from tests.files.uploads import picture
from tests.notifications.conftest import Post
from tests.people import AYLIN, JONAS, MARA, NOAH, NOW, Persona, make_person

_ADDED = "Anregung 1 wurde ergänzt"


def merge(suggestion: Suggestion, target: Suggestion) -> None:
    merging.merge(
        suggestion.id, coordinator(), NOW, TERMS,
        target_number=target.number or 0, public_text=LONG_ENOUGH,
    )  # fmt: skip


def add_support(suggestion: Suggestion, persona: Persona, wants_mail: bool) -> None:
    """Somebody who supports, whatever their role."""
    mailbox = TERMS.fingerprint_of_mailbox(mailbox_key(persona.email))
    db.session.add(
        Support(
            suggestion_id=suggestion.id, person_id=make_person(persona).id, mailbox=mailbox,
            wants_mail=wants_mail, given_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()


def supported(state: State = State.COLLECTING) -> Suggestion:
    """A suggestion of Noah's that Mara supports and wants to hear of; Aylin does not."""
    suggestion = make_suggestion(state, quorum=2)
    for persona, wants in ((MARA, True), (AYLIN, False)):
        add_support(suggestion, persona, wants)
    return suggestion


def subjects(post: Post, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in post.to(address)]


def test_supporters_are_asked_once_but_not_who_supports_the_other_one(
    mail_app: Flask,
    worker: Worker,
    post: Post,
) -> None:
    with mail_app.app_context():
        target = make_suggestion(title="Die bleibt")
        suggestion = make_suggestion()
        for persona, wants in ((AYLIN, True), (MARA, True), (JONAS, False)):
            add_support(suggestion, persona, wants)
        add_support(target, AYLIN, True)
        merge(suggestion, target)
        db.session.commit()
    worker.run_until_idle()
    subject = f"Anregung {2} wurde zusammengelegt"
    told = [mail["To"] for mail in post.mails() if mail["Subject"] == subject]
    assert sorted(told) == sorted([MARA.email, NOAH.email])
    text = post.to(MARA.email)[-1].get_content()
    assert "Bitte unterstützen Sie diese Anregung" in text
    assert "http://localhost/de/anregungen/1/" in text
    assert LONG_ENOUGH in text
    assert "weil Sie diese Anregung unterstützen" in text


def test_mail_about_a_merge_does_not_ask_for_what_is_over(
    mail_app: Flask,
    worker: Worker,
    post: Post,
) -> None:
    with mail_app.app_context():
        target = make_suggestion(title="Die bleibt")
        merge(make_suggestion(), target)
        db.session.commit()
    with clock.stopped_at(NOW + timedelta(weeks=9)):
        worker.run_until_idle()
    (mail,) = [m for m in post.to(NOAH.email) if "zusammengelegt" in m["Subject"]]
    assert "Bitte unterstützen Sie" not in mail.get_content()
    assert "Die bleibt" in mail.get_content()


def test_supporter_who_agreed_hears_of_an_addition_once_and_without_its_words(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        suggestion = supported()
        for _ in range(2):
            make_addition(suggestion, "Ein Satz, der noch nicht geprüft ist.")
        db.session.commit()
    worker.run_until_idle()
    assert subjects(post, MARA.email) == [_ADDED]
    assert subjects(post, AYLIN.email) == []
    assert _ADDED not in subjects(post, NOAH.email)
    text = post.to(MARA.email)[0].get_content()
    assert "noch nicht geprüft" not in text
    assert "die Unterstützung zurücknehmen" in text
    assert "weil Sie diese Anregung unterstützen" in text


def test_supporter_hears_nothing_of_an_addition_that_is_hidden_already(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        note = make_addition(supported())
        reason = NoteHideCode.INSULT
        notes.hide(note.id, coordinator(), NOW, reason=reason, internal_text="Ein Kanarienvogel.")
        db.session.commit()
    worker.run_until_idle()
    assert subjects(post, MARA.email) == []
    (mail,) = [m for m in post.to(NOAH.email) if "ausgeblendet" in m["Subject"]]
    assert "Beleidigung oder Drohung" in mail.get_content()
    assert "Ihr Text: Das ist inzwischen anders" in mail.get_content()
    assert all("Kanarienvogel" not in mail.get_content() for mail in post.mails())


def test_author_hears_that_the_text_can_be_read_again(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        note = make_addition(supported())
        reason = NoteHideCode.MISTAKE
        notes.hide(note.id, coordinator(), NOW, reason=reason, internal_text="Ein Vermerk.")
        notes.restore(note.id, coordinator(), NOW, TERMS)
        db.session.commit()
    worker.run_until_idle()
    told = subjects(post, NOAH.email)
    assert "Ihr Text zu Anregung 1 ist wieder zu lesen" in told
    assert "Ihr Text zu Anregung 1 ist ausgeblendet" not in told
    assert subjects(post, MARA.email) == [_ADDED]


def test_author_and_supporters_hear_of_a_report_once_with_its_words(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        suggestion = supported(State.IMPLEMENTING)
        values = {"until": date(2026, 5, 1), "link": "https://www.mainz.de/baenke"}
        for _ in range(2):
            make_update(suggestion, "Drei Bänke sind bestellt.", **values)
        db.session.commit()
    worker.run_until_idle()
    for address in (MARA.email, NOAH.email):
        assert subjects(post, address).count("So geht es voran: Anregung 1") == 1
    text = post.to(MARA.email)[-1].get_content()
    assert "Drei Bänke sind bestellt." in text
    assert "Geplant bis 1. Mai 2026" in text
    assert "https://www.mainz.de/baenke" in text
    assert subjects(post, AYLIN.email) == []


def test_question_is_no_mail_and_its_answer_is_one(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        suggestion = supported()
        make_answer(suggestion, NOW)
        make_question(suggestion)
        key = suggestion.id
        db.session.commit()
    worker.run_until_idle()
    before = len(post.mails())
    assert subjects(post, MARA.email) == ["Die Stadt hat auf Anregung 1 geantwortet"]
    with mail_app.app_context():
        make_answer(db.session.get_one(Suggestion, key), NOW, "Das heißt: im Mai.")
        db.session.commit()
    worker.run_until_idle()
    assert len(post.mails()) == before + 2
    assert "Das heißt: im Mai." in post.to(MARA.email)[-1].get_content()


@pytest.mark.parametrize(
    "evil", ["Text\r\nBcc: evil@example.org\r\n\r\nMehr Text.", "\u202eabc" * 9]
)
def test_words_of_a_report_do_not_become_headers(
    mail_app: Flask, worker: Worker, post: Post, evil: str
) -> None:
    with mail_app.app_context():
        make_update(supported(State.ADOPTED), evil)
        db.session.commit()
    worker.run_until_idle()
    assert all(mail["Bcc"] is None for mail in post.mails())


def test_nobody_hears_of_notes_on_what_was_hidden_meanwhile(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        suggestion = supported()
        make_addition(suggestion)
        given = Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk.")
        service.act(suggestion.id, "hide", coordinator(), NOW, TERMS, given)
        db.session.commit()
    worker.run_until_idle()
    assert subjects(post, MARA.email) == []


def test_author_hears_why_an_attachment_is_gone(
    mail_app: Flask, worker: Worker, post: Post
) -> None:
    with mail_app.app_context():
        suggestion = make_suggestion(title="Mehr Bänke", attached=[picture()])
        db.session.flush()
        file = attachment_queries.of_suggestion(suggestion.id)[0].file_id
        address = db.session.get_one(Person, suggestion.author_id).email
        attachments.take_away(
            suggestion.id, file, coordinator(), NOW, reason=NoteHideCode.PERSONAL_DATA
        )
        db.session.commit()
    worker.run_until_idle()
    mail = post.to(address)[-1]
    assert mail["Subject"] == "Ein Anhang Ihrer Anregung ist entfernt"
    assert "Anregung „Mehr Bänke“ entfernt" in mail.get_content()
    assert "Grund: Persönliche Daten anderer Menschen" in mail.get_content()

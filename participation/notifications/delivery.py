"""Writing a mail's words in the reader's language, and handing it to the mail server."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flask import Flask, render_template, url_for
from jinja2 import TemplateError

from participation.accounts import tokens
from participation.accounts.models import Person
from participation.comments import queries as comments
from participation.comments import rules as comment_rules
from participation.config import Settings
from participation.core.db import db
from participation.core.languages import LANGUAGES, SOURCE, current_language, speaking
from participation.core.mail import MailNotSent, Postman, compose
from participation.meetings import queries as meetings
from participation.meetings import rules as meeting_rules
from participation.notifications import service
from participation.notifications.models import Mail
from participation.suggestions import note_queries as notes
from participation.suggestions import note_rules, rules
from participation.suggestions import queries as suggestions
from participation.suggestions.merging_queries import where_it_ended
from participation.suggestions.models import Suggestion, SuggestionNote


class NoLongerPublic(Exception):
    """The mail is about something that its reader may not see any more, or that is not true now."""


def postman_of(settings: Settings) -> Postman:
    """Return who hands mails to the city's mail server."""
    return Postman(
        settings.smtp_host,
        settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


def deliver_next(app: Flask, settings: Settings, postman: Postman, now: datetime) -> bool:
    """Send one mail that is due; tell whether there was one. Commits by itself, twice:
    once so that no other worker takes it, once when the server has it."""
    mail = service.take(now, timedelta(seconds=settings.mail_lease_seconds))
    db.session.commit()
    if mail is None:
        return False
    try:
        person = db.session.get_one(Person, mail.person_id)
        message = write_mail(app, settings, mail, person, now)
        db.session.commit()  # the mail server may take its time; no transaction waits for it
        postman.send(message)
    except NoLongerPublic:
        service.drop(mail, "no longer public")
    except MailNotSent as error:
        app.logger.warning("mail %s not sent: %s", mail.id, error)
        service.mark_failed(mail, now, str(error))
    except (LookupError, ValueError, TypeError, AttributeError, TemplateError) as error:
        # One mail whose words cannot be written must not be tried for ever, nor hold up the others.
        app.logger.exception("mail %s cannot be written", mail.id)
        db.session.rollback()
        service.mark_failed(mail, now, type(error).__name__)
    else:
        service.mark_sent(mail, now)
    db.session.commit()
    return True


def write_mail(
    app: Flask, settings: Settings, mail: Mail, person: Person, now: datetime
) -> EmailMessage:
    """Return the mail in the person's language."""
    language = LANGUAGES.get(person.language, SOURCE)
    address = f"{settings.public_url}/{language.tag}/"
    with app.test_request_context(address, base_url=settings.public_url), speaking(language.code):
        context = {"person": person, "now": now, **_context(settings, mail, person, now)}
        folder = f"emails/{mail.template}"
        subject = render_template(f"{folder}/subject.txt", **context)
        text = render_template(f"{folder}/body.txt", **context)
    return compose(
        sender_name=settings.city_name,
        sender=settings.mail_from,
        recipient=person.email,
        subject=subject,
        text=text.strip() + "\n",
        message_id=mail.message_id,
        at=mail.created_at,
        language_tag=language.tag,
    )


def _context(settings: Settings, mail: Mail, person: Person, now: datetime) -> dict[str, Any]:
    entry = mail.entry
    if entry.subject == "meeting":
        return _context_of_meeting(entry.subject_id)
    if entry.event == "meeting:moved_up":
        return _context_of_place(entry.facts["meeting"], person, now)
    if entry.subject == "person":
        token = tokens.write(settings.secret_key, person.id, person.password_hash, entry.at)
        confirm = url_for("accounts.confirm", token=token, _external=True)
        return {"confirm_url": confirm, "sign_in_url": url_for("accounts.sign_in", _external=True)}
    if entry.subject == "comment":
        return _about_a_comment(mail)
    if entry.subject == "suggestion_note":
        return _about_a_note(mail)
    suggestion = suggestions.by_id(entry.subject_id)
    if suggestion is None:
        raise LookupError(f"suggestion {entry.subject_id} of journal entry {entry.id} is gone")
    is_author = suggestion.author_id == person.id
    if suggestion.state not in rules.PUBLIC_STATES and not is_author:
        raise NoLongerPublic
    moves = {move.id: move for move in suggestions.moves_of(suggestion.id)}
    answers = {answer.revision: answer for answer in suggestions.answers_of(suggestion.id)}
    if suggestion.number is not None and suggestion.state in rules.PUBLIC_STATES:
        link = url_for("suggestions.suggestion", number=suggestion.number, _external=True)
    else:
        link = url_for("suggestions.own_suggestion", suggestion_id=suggestion.id, _external=True)
    move = moves.get(entry.facts.get("move", 0))
    note = _note_of(entry.facts)
    target = where_it_ended(suggestion.id) if suggestion.merged_into_id else None
    return {
        "note": note,
        **_where_to_go_on(target, now),
        "suggestion": suggestion,
        "rules": rules,
        "transition": rules.TRANSITIONS[move.transition] if move else None,
        "state": rules.state_at(suggestion.facts, now),
        "move": move,
        "answer": answers.get(entry.facts.get("revision", 0)),
        "event": entry.event,
        "link": link,
        "is_author": is_author,
        "supports": entry.facts.get("supports", 0),
        "due_on": date.fromisoformat(due) if (due := entry.facts.get("due_on")) else None,
    }


def _note_of(facts: dict[str, Any]) -> SuggestionNote | None:
    """The note that an entry speaks of; nothing is mailed about one that was hidden meanwhile."""
    found = notes.by_id(facts["note"]) if "note" in facts else None
    if found is not None and found[0].facts.is_hidden:
        raise NoLongerPublic
    return found[0] if found else None


def _where_to_go_on(target: Suggestion | None, now: datetime) -> dict[str, Any]:
    """The suggestion at the end of a merge, if it can be read, and whether it can be supported."""
    if target is None or not rules.text_is_public(target.facts):
        return {"target": None, "target_link": "", "can_support": False}
    return {
        "target": target,
        "target_link": url_for("suggestions.suggestion", number=target.number, _external=True),
        "can_support": rules.can_support(target.facts, now),
    }


def _about_a_note(mail: Mail) -> dict[str, Any]:
    """What a mail to a note's author says: the words are their own."""
    entry = mail.entry
    found = notes.by_id(entry.subject_id)
    if found is None:
        raise LookupError(f"note {entry.subject_id} of journal entry {entry.id} is gone")
    note, suggestion = found
    is_hidden = entry.event == "suggestion_note:hidden"
    if note.author_id != mail.person_id or note.facts.is_hidden is not is_hidden:
        raise NoLongerPublic
    is_public = suggestion.state in rules.PUBLIC_STATES
    link = url_for("suggestions.suggestion", number=suggestion.number, _external=True)
    return {
        "note": note,
        "suggestion": suggestion,
        "note_rules": note_rules,
        "link": link if is_public else "",
    }


def _context_of_meeting(meeting_id: int) -> dict[str, Any]:
    meeting = meetings.by_id(meeting_id)
    if meeting is None:
        raise LookupError(f"meeting {meeting_id} is gone")
    title = meetings.words_of(meeting, "title", current_language().chain)
    link = url_for("meetings.meeting", slug=meeting.slug, _external=True)
    return {"meeting": meeting, "title": title.text, "link": link}


def _context_of_place(meeting_id: int, person: Person, now: datetime) -> dict[str, Any]:
    """The words for who moved up, unless the place is gone again before the mail was sent."""
    context = _context_of_meeting(meeting_id)
    meeting = context["meeting"]
    people = meetings.people_of(meeting.id)
    has_place = person.id in meeting_rules.with_places(people, meeting.capacity)
    if not has_place or not meeting_rules.can_cancel(meeting.facts, now):
        raise NoLongerPublic
    return context


def _about_a_comment(mail: Mail) -> dict[str, Any]:
    """What a mail to a comment's author says; nothing is said about what the author deleted."""
    entry = mail.entry
    comment = comments.by_id(entry.subject_id)
    if comment is None:
        raise LookupError(f"comment {entry.subject_id} of journal entry {entry.id} is gone")
    if comment.author_id != mail.person_id or comment.state is comment_rules.State.DELETED:
        raise NoLongerPublic
    names = {**comment_rules.REASON_NAMES, **comment_rules.RESTORE_NAMES}
    subject = comments.subject_of(comment.thread_id, current_language().chain)
    top = comment.parent_id or comment.id
    is_public = subject is not None and subject.is_public
    address = url_for("comments.comment", comment_id=top, _external=True)
    return {
        "comment": comment,
        "reason": {key.value: name for key, name in names.items()}[entry.facts["reason"]],
        "link": address if is_public else "",
    }

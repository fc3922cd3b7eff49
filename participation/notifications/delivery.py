"""Writing a mail's words in the reader's language, and handing it to the mail server."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flask import Flask, url_for
from jinja2 import TemplateError
from sqlalchemy.orm.exc import ObjectDeletedError

from participation.accounts import queries as accounts
from participation.accounts.models import Person
from participation.barriers import queries as barriers
from participation.comments import queries as comments
from participation.comments import rules as comment_rules
from participation.config import Settings
from participation.core.db import db
from participation.core.languages import LANGUAGES, SOURCE, current_language, speaking
from participation.core.mail import MailNotSent, Postman, compose
from participation.journal.models import JournalEntry
from participation.meetings import queries as meetings
from participation.meetings import rules as meeting_rules
from participation.notifications import digests, matters, reasons, service
from participation.notifications.account_words import (
    about_an_account,
    about_an_address,
    address_of_change,
)
from participation.notifications.letters import write_letter
from participation.notifications.models import Mail
from participation.notifications.poll_words import about_a_poll
from participation.notifications.reasons import NoLongerPublic, Reader
from participation.notifications.rules import DIGEST
from participation.suggestions import links, note_rules, rules
from participation.suggestions import note_queries as notes
from participation.suggestions import queries as suggestions
from participation.suggestions import support_queries as supports
from participation.suggestions.links import Link
from participation.suggestions.merging_queries import where_it_ended
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.support_models import Support, SupportRequest

#: Mails about something new, for who follows it or something around it.
_NEWS = frozenset(
    {
        "suggestion_new", "project_new", "project_result", "project_phase", "meeting_new",
        "comment_official",
    }
)  # fmt: skip


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
        _hand_over(app, settings, postman, mail, now)
        db.session.commit()
    except ObjectDeletedError:
        db.session.rollback()  # the reader deleted the account meanwhile, and this mail with it
    return True


def _hand_over(app: Flask, settings: Settings, postman: Postman, mail: Mail, now: datetime) -> None:
    """Send a mail that was taken, and write down what came of it."""
    try:
        reader = reader_of(mail)
        message = write_mail(app, settings, mail, reader, now)
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


def reader_of(mail: Mail) -> Reader:
    """Who gets the mail now. :raises NoLongerPublic: if somebody without an account wants none now"""
    if mail.person_id is not None:
        person = db.session.get_one(Person, mail.person_id)
        return Reader(_address_of(mail, person), person.language, person)
    if mail.entry.subject == "support_request":
        request = supports.request(mail.guest_id or 0)
        if request is None:
            raise NoLongerPublic
        return Reader(request.email, request.language, request=request)
    if mail.entry.subject == "barrier_report":
        report = barriers.by_id(mail.guest_id or 0)
        if report is None or not report.email:
            raise NoLongerPublic
        return Reader(report.email, report.language, report=report)
    support = supports.guest_to_tell(mail.guest_id or 0)
    if support is None or support.guest is None:
        raise NoLongerPublic
    return Reader(support.guest.email, support.guest.language, support=support)


def _address_of(mail: Mail, person: Person) -> str:
    if mail.entry.subject != "address_change":
        return person.email
    change = accounts.address_change(mail.entry.subject_id)
    if change is None:
        raise NoLongerPublic
    return address_of_change(change, mail.entry)


def write_mail(
    app: Flask, settings: Settings, mail: Mail, reader: Reader, now: datetime
) -> EmailMessage:
    """Return the mail in the reader's language."""
    language = LANGUAGES.get(reader.language, SOURCE)
    address = f"{settings.public_url}/{language.tag}/"
    with app.test_request_context(address, base_url=settings.public_url), speaking(language.code):
        context = {"now": now, **_context_with_reasons(settings, mail, reader, now)}
        letter = write_letter(app, mail.template, context)
    return compose(
        sender_name=settings.city_name,
        sender=settings.mail_from,
        recipient=reader.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=mail.message_id,
        at=mail.created_at,
        language_tag=language.tag,
        unsubscribe_url=context["stop_url"],
    )


def _context_with_reasons(
    settings: Settings, mail: Mail, reader: Reader, now: datetime
) -> dict[str, Any]:
    """What the mail says, why it comes, and how to stop it."""
    if mail.template == DIGEST:
        return digests.context_of(settings, mail, reader.person_id or 0, now)
    why = reasons.of_mail(settings, mail, reader, now)
    context = _context(settings, mail, reader, now)
    return {**context, "why": why.why, "stop_url": why.stop_url, "settings_url": why.settings_url}


def _context(settings: Settings, mail: Mail, reader: Reader, now: datetime) -> dict[str, Any]:
    entry = mail.entry
    if mail.template in _NEWS:
        matter = matters.of_entries([entry], current_language().chain, now)[entry.id]
        return digests.context_of_news(entry, matter) | {
            "guest_url": _guest_url_of(settings, reader)
        }
    if entry.subject == "poll":
        return about_a_poll(entry, reader, now)
    if entry.subject == "meeting" or entry.event == "meeting:moved_up":
        key = entry.facts.get("meeting", entry.subject_id)
        return _context_of_meeting(key, entry.event, reader, now)
    if entry.subject == "person" and reader.person is not None:
        return _still(about_an_account(settings, entry, reader.person, now))
    if entry.subject == "address_change":
        change = accounts.address_change(entry.subject_id)
        return _still(about_an_address(settings, entry, change) if change else None)
    if entry.subject == "comment":
        return _about_a_comment(mail)
    if entry.subject == "suggestion_note":
        return _about_a_note(mail)
    if entry.subject == "barrier_report":
        return _about_a_barrier(entry, reader)
    if reader.request is not None:
        return _about_a_request(settings, reader.request, now)
    return _about_a_suggestion(settings, entry, reader, now)


def _still(words: dict[str, Any] | None) -> dict[str, Any]:
    if words is None:
        raise NoLongerPublic
    return words


def _about_a_suggestion(
    settings: Settings, entry: JournalEntry, reader: Reader, now: datetime
) -> dict[str, Any]:
    suggestion = suggestions.by_id(entry.subject_id)
    if suggestion is None:
        raise NoLongerPublic  # a draft that was deleted meanwhile
    if entry.event == "suggestion:draft_expires" and suggestion.warned_at is None:
        raise NoLongerPublic  # its author wrote at it again
    if reader.support is not None and not _is_still_told(entry, suggestion, reader.support):
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
        "note_rules": note_rules,
        "reason": entry.facts.get("reason", ""),
        "transition": rules.TRANSITIONS[move.transition] if move else None,
        "state": rules.state_at(suggestion.facts, now),
        "move": move,
        "answer": answers.get(entry.facts.get("revision", 0)),
        "event": entry.event,
        "link": link,
        "is_supporter": _is_supporter(entry, suggestion, reader),
        "guest_url": _guest_url_of(settings, reader),
        "supports": entry.facts.get("supports", 0),
        "due_on": date.fromisoformat(due) if (due := entry.facts.get("due_on")) else None,
    }


def _is_still_told(entry: JournalEntry, suggestion: Suggestion, support: Support) -> bool:
    """A mail may wait for days: who withdrew meanwhile, was struck off, wants no mails any more, or
    supports already what they are asked to, gets none."""
    if suggestion.state not in rules.PUBLIC_STATES:
        return False
    own = Support.id == support.id
    return supports.is_still_told(own, suggestion.id, entry.facts.get("target"))


def _is_supporter(entry: JournalEntry, suggestion: Suggestion, reader: Reader) -> bool:
    if entry.event != "suggestion:addition_written":
        return False  # no other mail asks
    own = Support.person_id == reader.person_id
    return reader.support is not None or supports.is_still_told(own, suggestion.id)


def _note_of(facts: dict[str, Any]) -> SuggestionNote | None:
    """The note that an entry speaks of; nothing is mailed about one that is hidden or deleted now."""
    found = notes.by_id(facts["note"]) if "note" in facts else None
    if found is not None and (found[0].facts.is_hidden or found[0].text_gone_at):
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


def _guest_url(settings: Settings, suggestion_id: int, mailbox: str) -> str:
    """Where somebody without an account takes the support, or the mails, back."""
    token = links.write(settings.secret_key, Link(suggestion_id, mailbox))
    return url_for("supporting.own", token=token, _external=True)


def _guest_url_of(settings: Settings, reader: Reader) -> str:
    own = reader.support
    return _guest_url(settings, own.suggestion_id, own.mailbox) if own else ""


def _about_a_request(settings: Settings, request: SupportRequest, now: datetime) -> dict[str, Any]:
    """What is said to somebody who asked to support without an account: only the mailbox's owner
    reads whether it supports already."""
    suggestion = suggestions.by_id(request.suggestion_id)
    is_open = suggestion is not None and rules.can_support(suggestion.facts, now)
    if suggestion is None or not is_open or request.expires_at <= now:
        raise NoLongerPublic
    own = supports.of_mailbox(suggestion.id, request.mailbox)
    link = Link(suggestion.id, request.mailbox, request.id)
    token = links.write(settings.secret_key, link)
    page = url_for("suggestions.suggestion", number=suggestion.number, _external=True)
    return {
        "suggestion": suggestion,
        "link": page,
        "ends_at": request.expires_at,
        "supports_it": own is not None and own.struck_by is None,
        "is_struck": own is not None and own.struck_by is not None,
        "confirm_url": url_for("supporting.confirm", token=token, _external=True),
        "guest_url": _guest_url(settings, suggestion.id, request.mailbox),
    }


def _context_of_meeting(
    meeting_id: int, event: str, reader: Reader, now: datetime
) -> dict[str, Any]:
    """What a mail about a meeting says, with the reader's place as it is when the mail is sent.

    Only that it is cancelled is told in any case.
    """
    meeting = meetings.by_id(meeting_id)
    if meeting is None:
        raise LookupError(f"meeting {meeting_id} is gone")
    people = meetings.people_of(meeting.id)
    has_place = reader.person_id in meeting_rules.with_places(people, meeting.capacity)
    waiting = list(meeting_rules.waiting(people, meeting.capacity))
    if event != "meeting:cancelled":
        is_still_true = has_place if event == "meeting:moved_up" else reader.person_id in people
        if not is_still_true or not meeting_rules.can_cancel(meeting.facts, now):
            raise NoLongerPublic
    chain = current_language().chain
    return {
        "meeting": meeting,
        "title": meetings.words_of(meeting, "title", chain).text,
        "accessibility": meetings.words_of(meeting, "accessibility", chain).text,
        "link": url_for("meetings.meeting", slug=meeting.slug, _external=True),
        "calendar_link": url_for("meetings.meeting_file", slug=meeting.slug, _external=True),
        "has_place": has_place,
        "number": 0 if reader.person_id not in waiting else waiting.index(reader.person_id) + 1,
    }


def _about_a_barrier(entry: JournalEntry, reader: Reader) -> dict[str, Any]:
    """What the office, or who reported it, is told of a barrier; nothing of what was forgotten."""
    report = reader.report or barriers.by_id(entry.subject_id)
    if report is None:
        raise NoLongerPublic
    statement = url_for("city_pages.page", slug="barrierefreiheit", _external=True)
    if reader.report is not None:
        return {"report": report, "statement_link": statement}
    return {"link": url_for("barrier_staff.review", report_id=report.id, _external=True)}


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

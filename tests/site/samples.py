"""One sample of every address of the site, so that guards can go through all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from participation.accounts import service as accounts
from participation.city_pages import service as pages
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.core.access import declared_access
from participation.core.db import db
from participation.following import links as stop_links
from participation.following.rules import Followed
from participation.permissions import Permission, Role
from participation.projects.rules import Participation
from participation.suggestions import links, notes
from participation.suggestions.attachment_queries import of_suggestion as files_of
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import TRANSITIONS, State
from participation.suggestions.staff_views import ACTS
from tests.factories import (
    LONG_ENOUGH,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_meeting,
    make_own_page,
    make_project,
    make_project_file,
    make_report,
    make_suggestion,
    save_page,
)
from tests.files.uploads import picture
from tests.people import BY_ROLE, MARA, NOAH, NOW, OTHER_OFFICER, Persona, make_person
from tests.polls import steps as poll_steps
from tests.site import poll_samples
from tests.suggestions.guest_steps import FORM, ask, link_of, support_as_guest

#: A transition leads from here in the samples.
_FROM = {"take": State.SUBMITTED, "implement": State.ADOPTED, "finish": State.IMPLEMENTING,
         "council": State.QUORUM_REACHED, "adopt": State.COUNCIL, "partly_adopt": State.COUNCIL,
         "decline": State.COUNCIL}  # fmt: skip


_RITA = Persona("rita@example.org", Role.OFFICER, department="67")


@dataclass
class Sample:
    """One request: an address that exists, and what its view declares.

    :param permission: what the actor needs; ``None`` is public
    """

    endpoint: str
    method: str
    path: str
    permission: Permission | None
    data: dict[str, Any] = field(default_factory=dict)


class World:
    """Things that the samples' addresses point at. Everything is assigned to Jonas' department."""

    def __init__(self, app: Flask) -> None:
        for persona in BY_ROLE.values():
            if persona:
                make_person(persona)
        mara = make_person(MARA)
        self.district = make_district()
        self.project = make_project(
            districts=[self.district],
            departments=[make_department()],
            participation=Participation.COMPLETED,
        )
        self.files = {name: make_project_file(self.project) for name in ("image", "other", "gone")}
        self.public = make_suggestion(
            supports=2, project_id=self.project.id, attached=[picture(colour=(1, 2, 3))]
        )
        self.draft = make_suggestion(
            State.DRAFT, author=mara, title="Noch ein Entwurf", attached=[picture()]
        )
        self.unsent = make_suggestion(State.DRAFT, author=mara, title="Ein anderer Entwurf")
        secret = app.extensions["settings"].secret_key
        support_as_guest(self.public.id, "own@example.org", wants_mail=True)
        self.guest_links = {
            "confirm": links.write(secret, ask(self.public.id)),
            "own": links.write(secret, link_of(self.public.id, "own@example.org")),
        }
        self.stop_token = stop_links.write(
            secret, stop_links.StopThings(mara.id, ((Followed.PROJECT, self.project.id),))
        )
        self.sent = make_suggestion(State.SUBMITTED, author=mara)
        self.meeting = make_meeting(capacity=2, project_id=self.project.id)
        self.counted_poll, _codes = poll_steps.make_counted(1, 2, 2)
        self.pictured_poll, self.option_file = poll_steps.make_pictured()
        key = app.extensions["settings"].key_of_fingerprints
        self.letter_poll, _letters = poll_steps.make_for_letters(2, key)
        voters = [persona.email for persona in (*BY_ROLE.values(), NOAH) if persona]
        self.poll = poll_steps.make_listed(voters, project_id=self.project.id)
        self.polls = poll_samples.make_polls()
        self.in_state = {
            name: make_suggestion(_FROM.get(name, State.IN_REVIEW), quorum=2)
            for name in ACTS.values()
        }
        self.merging = make_suggestion(State.IN_REVIEW)
        self.carried_out = make_suggestion(State.IMPLEMENTING, quorum=2)
        # Mara's, so that the resident of the guards is the author.
        self.own = make_suggestion(author=mara, title="Eine eigene mit Antwort")
        make_answer(self.own, NOW)
        self.notes = {
            name: make_addition(self.own, f"Das ist inzwischen anders: {name}.")
            for name in ("read", "hide", "restore")
        }
        notes.hide(
            self.notes["restore"].id, coordinator(), NOW,
            reason=NoteHideCode.INSULT, internal_text="Ein Vermerk.",
        )  # fmt: skip
        noah = make_person(NOAH)
        self.comments = {
            name: make_comment(self.project, author=mara, text=f"Stellungnahme: {name}")
            for name in ("edit", "delete", "hide")
        } | {
            name: make_comment(self.public, author=noah, text=f"Stellungnahme: {name}")
            for name in ("reply", "report", "keep", "restore")
        }
        reporter = mara.actor
        comments.report(self.comments["keep"].id, reporter, NOW, Reason.INSULT)
        comments.hide(self.comments["restore"].id, coordinator(), NOW, Reason.INSULT)
        self.officers = {"role": make_person(OTHER_OFFICER), "departments": make_person(_RITA)}
        both = [make_department("67").id, make_department("61").id]
        accounts.grant(_RITA.email, Role.OFFICER, both, NOW, tell=False)
        save_page("kontakt")
        for title in ("Taschengeldbörse", "Weggenommen"):
            make_own_page(title)
        pages.take_away("weggenommen", coordinator(), NOW, facts={})
        self.barrier = make_report()


def make_world(app: Flask) -> dict[str, Any]:
    """Put the things into the database and return their keys."""
    with app.app_context():
        world = World(app)
        db.session.commit()
        return {
            "slug": world.project.slug,
            "meeting": world.meeting.id,
            "meeting_slug": world.meeting.slug,
            "poll_slug": world.poll.slug,
            **{f"poll:{name}": one.id for name, one in world.polls.items()},
            **{f"poll:{name}:slug": one.slug for name, one in world.polls.items()},
            "letter_poll": world.letter_poll.slug,
            "counted_poll": world.counted_poll.slug,
            "pictured_poll": world.pictured_poll.slug,
            "file:option": world.option_file.id,
            "file:option:name": world.option_file.name,
            "number": world.public.number,
            "public": world.public.id,
            "draft": world.draft.id,
            "sent": world.sent.id,
            "unsent": world.unsent.id,
            **{f"file:{name}": one.file_id for name, one in world.files.items()},
            "file:image:name": world.files["image"].file.name,
            "file:public": files_of(world.public.id)[0].file_id,
            "file:public:name": files_of(world.public.id)[0].file.name,
            "file:draft": files_of(world.draft.id)[0].file_id,
            **{f"comment:{name}": one.id for name, one in world.comments.items()},
            **{f"guest:{name}": token for name, token in world.guest_links.items()},
            "stop_token": world.stop_token,
            "district": world.district.id,
            "merging": world.merging.id,
            **{f"person:{name}": one.id for name, one in world.officers.items()},
            "department": make_department("61").id,
            "barrier": world.barrier.id,
            "carried_out": world.carried_out.id,
            "own_number": world.own.number,
            **{f"note:{name}": one.id for name, one in world.notes.items()},
            **{f"act:{name}": one.id for name, one in world.in_state.items()},
        }


def samples(app: Flask, keys: dict[str, Any]) -> Iterator[Sample]:
    """Yield a sample of every route and method.

    :raises KeyError: names the route that has no sample yet; add its values here
    """
    access = declared_access(app)
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for values, permission in _values(rule, keys, access[rule.endpoint]):
                path = adapter.build(rule.endpoint, values, method=method)
                yield Sample(rule.endpoint, method, path, permission, _data(rule.endpoint))


_ARGUMENTS: dict[str, dict[str, str]] = {
    **poll_samples.ARGUMENTS,
    "city_pages.page": {"slug": "=hilfe"},
    "page_history.versions": {"slug": "=kontakt"},
    "page_history.version": {"slug": "=kontakt", "number": "=1"},
    "page_staff.edit_page": {"slug": "=kontakt"},
    "page_staff.edit_text": {"slug": "=kontakt", "text_language": "=de-simple"},
    "page_staff.take_away": {"slug": "=taschengeldboerse"},
    "page_staff.show_again": {"slug": "=weggenommen"},
    "barrier_staff.review": {"report_id": "barrier"},
    "accounts.confirm": {"token": "=no-token"},
    "resetting.choose": {"token": "=no-token"},
    "own_settings.confirm_address": {"token": "=no-token"},
    "own_sessions.end": {"session_id": "=999999"},
    "role_staff.person": {"person_id": "person:role"},
    "role_staff.revoke": {"person_id": "person:role"},
    "role_staff.revoke_department": {
        "person_id": "person:departments",
        "department_id": "department",
    },
    "projects.project": {"slug": "slug"},
    "project_files.download": {"slug": "slug", "file_id": "file:image", "name": "file:image:name"},
    "project_files.file_list": {"slug": "slug"},
    "project_files.add_image": {"slug": "slug"},
    "project_files.add_document": {"slug": "slug"},
    "project_files.edit_file": {"slug": "slug", "file_id": "file:other"},
    "project_files.move_file": {"slug": "slug", "file_id": "file:other", "direction": "=nach-oben"},
    "project_files.remove_file": {"slug": "slug", "file_id": "file:gone"},
    "attachments.attach": {"suggestion_id": "draft"},
    "attachments.detach": {"suggestion_id": "draft", "file_id": "file:draft"},
    "attachments.download": {
        "number": "number",
        "file_id": "file:public",
        "name": "file:public:name",
    },
    "attachments.own_download": {"suggestion_id": "draft", "file_id": "file:draft"},
    "attachments.staff_download": {"suggestion_id": "public", "file_id": "file:public"},
    "attachments.take_away": {"suggestion_id": "public", "file_id": "file:public"},
    "history.versions": {"slug": "slug"},
    "history.result": {"slug": "slug"},
    "project_staff.edit_facts": {"slug": "slug"},
    "project_staff.edit_text": {"slug": "slug", "text_language": "=en"},
    "project_staff.publish": {"slug": "slug"},
    "project_staff.mark_reviewed": {"slug": "slug"},
    "meetings.meeting": {"slug": "meeting_slug"},
    "polls.poll": {"slug": "poll_slug"},
    "polls.board": {"slug": "poll_slug"},
    "polls.picture": {
        "slug": "pictured_poll",
        "file_id": "file:option",
        "name": "file:option:name",
    },
    "ballots.ballot": {"slug": "poll_slug"},
    "ballots.receipt": {"slug": "poll_slug"},
    "ballots.letter": {"slug": "letter_poll"},
    "ballots.letter_ballot": {"slug": "letter_poll"},
    "ballots.letter_receipt": {"slug": "letter_poll"},
    "results.result": {"slug": "counted_poll"},
    "results.find": {"slug": "counted_poll"},
    "results.file": {"slug": "counted_poll"},
    "meetings.meeting_file": {"slug": "meeting_slug"},
    "meetings.sign_up": {"slug": "meeting_slug"},
    "meetings.sign_off": {"slug": "meeting_slug"},
    "meeting_staff.edit_meeting": {"meeting_id": "meeting"},
    "meeting_staff.cancel_meeting": {"meeting_id": "meeting"},
    "suggestions.suggestion": {"number": "number"},
    "supporting.give": {"number": "number"},
    "supporting.take_back": {"number": "number"},
    "supporting.stop_own_mails": {"number": "number"},
    "supporting.ask": {"number": "number"},
    "supporting.check_mail": {"number": "number"},
    "supporting.thanks": {"number": "number"},
    "supporting.confirm": {"token": "guest:confirm"},
    "supporting.own": {"token": "guest:own"},
    "supporting.take_back_as_guest": {"token": "guest:own"},
    "supporting.stop_mails": {"token": "guest:own"},
    "following.follow": {"kind": "=stadtteil", "key": "district"},
    "following.unfollow": {"kind": "=stadtteil", "key": "district"},
    "unsubscribing.page": {"token": "stop_token"},
    "unsubscribing.one_click": {"token": "stop_token"},
    "unsubscribing.stop": {"token": "stop_token"},
    "unsubscribing.resume": {"token": "stop_token"},
    "strikes.supports": {"suggestion_id": "public"},
    "strikes.strike": {"suggestion_id": "public"},
    "noting.add": {"number": "own_number"},
    "noting.ask": {"number": "own_number"},
    "merging.choose": {"suggestion_id": "merging"},
    "merging.merge": {"suggestion_id": "merging"},
    "note_staff.report": {"suggestion_id": "carried_out"},
    "note_staff.choose_topics": {"suggestion_id": "public"},
    "note_staff.review": {"note_id": "note:read"},
    "note_staff.mark_read": {"note_id": "note:read"},
    "note_staff.hide": {"note_id": "note:hide"},
    "note_staff.restore": {"note_id": "note:restore"},
    "writing.edit_suggestion": {"suggestion_id": "draft"},
    "writing.check_suggestion": {"suggestion_id": "draft"},
    "writing.sent": {"suggestion_id": "sent"},
    "suggestions.own_suggestion": {"suggestion_id": "sent"},
    "suggestions.take_back": {"suggestion_id": "unsent"},
    "comments.of_project": {"slug": "slug"},
    "comments.write_on_project": {"slug": "slug"},
    "comments.of_suggestion": {"number": "number"},
    "comments.write_on_suggestion": {"number": "number"},
    "comments.comment": {"comment_id": "comment:reply"},
    "comments.reply": {"comment_id": "comment:reply"},
    "comments.edit": {"comment_id": "comment:edit"},
    "comments.delete": {"comment_id": "comment:delete"},
    "comments.report": {"comment_id": "comment:report"},
    "moderation.review": {"comment_id": "comment:keep"},
    "moderation.hide": {"comment_id": "comment:hide"},
    "moderation.restore": {"comment_id": "comment:restore"},
    "moderation.keep": {"comment_id": "comment:keep"},
    "staff.review": {"suggestion_id": "public"},
    "staff.answer": {"suggestion_id": "public"},
}


def _values(
    rule: Rule, keys: dict[str, Any], permission: Permission | None
) -> Iterator[tuple[dict[str, Any], Permission | None]]:
    wanted = set(rule.arguments) - {"lang"}
    language = {"lang": "de"} if "lang" in rule.arguments else {}
    if rule.endpoint == "staff.act":
        for word, name in ACTS.items():
            key = keys[f"act:{name}"]
            values = {"suggestion_id": key, "word": word} | language
            yield values, TRANSITIONS[name].permission
        return
    given = _ARGUMENTS.get(rule.endpoint, {})
    if wanted != set(given):
        raise KeyError(f"{rule.endpoint} needs {wanted}: add it to tests/site/samples.py")
    values = {name: key[1:] if key.startswith("=") else keys[key] for name, key in given.items()}
    yield values | language, permission


def _data(endpoint: str) -> dict[str, Any]:
    """What a form of the endpoint can be sent with."""
    if endpoint == "staff.answer":
        return {"status": "accepted", "text": LONG_ENOUGH, "seen_revision": "0"}
    if endpoint in ("meeting_staff.new_meeting", "meeting_staff.edit_meeting"):
        return {"kind": "forum", "day": "2026-03-20", "begins": "18:00", "title_de": "Ein Termin"}
    if endpoint == "supporting.ask":
        return FORM
    if endpoint == "strikes.strike":
        return {"chosen": "1", "public_text": LONG_ENOUGH, "internal_text": "Ein Vermerk."}
    return (
        _TEXT_DATA.get(endpoint)
        or poll_samples.DATA.get(endpoint)
        or _PROJECT_DATA.get(endpoint, {})
    )


_TEXT_DATA: dict[str, dict[str, Any]] = {
    "own_settings.mail_language": {"language": "en"},
    "ballots.ballot": {"act": "check", "q1": "2"},
    "ballots.letter": {"code": "ABCD-EFGH-IJ23"},
    "results.find": {"code": "ABCD-EFGH-IJKL-MNOP"},
    "role_staff.staff_list": {"email": NOAH.email, "role": "coordinator", "department": "0"},
    "role_staff.revoke": {"role": "officer"},
    "comments.write_on_project": {"text": LONG_ENOUGH},
    "comments.write_on_suggestion": {"text": LONG_ENOUGH},
    "comments.reply": {"text": LONG_ENOUGH},
    "comments.report": {"reason": "insult"},
    "noting.add": {"text": LONG_ENOUGH},
    "noting.ask": {"text": LONG_ENOUGH, "seen_revision": "1"},
    "merging.merge": {"target": "1", "public_text": LONG_ENOUGH},
    "note_staff.report": {"text": LONG_ENOUGH},
    "attachments.take_away": {"reason": "personal-data"},
    "note_staff.hide": {"reason": "insult", "internal_text": "Ein Vermerk."},
    "moderation.hide": {"reason": "insult"},
    "moderation.restore": {"reason": "mistake"},
    "page_staff.new_page": {"title": "Eine neue Seite"},
    "page_staff.edit_page": {"title": "Kontakt", "body": "Ein neuer Text.", "seen_version": "1"},
    "page_staff.edit_text": {"title": "Kontakt", "reviewed_by": "", "act": "preview"},
    "barriers.report": {"text": "Der Knopf hat keinen Namen."},
    "barrier_staff.review": {"text": LONG_ENOUGH},
    "following.settings": {"frequency": "weekly"},
}
_PROJECT_DATA: dict[str, dict[str, Any]] = {
    "project_staff.new_project": {"title": "Ein Vorhaben"},
    "project_staff.edit_facts": {"act": "save", "seen_version": "1"},
    "project_staff.edit_text": {"act": "preview", "title": "A project"},
    "project_staff.publish": {"act-seen_version": "1"},
}

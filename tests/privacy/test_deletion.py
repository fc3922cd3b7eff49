"""Deleting an account: what goes, what stays, and that no count and no text of others changes."""

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import service as accounts
from participation.accounts.models import Person
from participation.comments import service as comments
from participation.comments.models import Comment, CommentReport, CommentThread
from participation.core import search_index
from participation.core.db import db
from participation.files.models import StoredFile, StoredFileContent
from participation.journal.models import JournalEntry
from participation.meetings.models import MeetingSignUp
from participation.meetings.queries import people_of
from participation.notifications.models import Mail
from participation.permissions import Role
from participation.privacy import service
from participation.privacy.rules import (
    AlreadyDeleted,
    LastAdministrator,
    PasswordChanged,
    Wish,
)
from participation.privacy.service import Wishes
from participation.suggestions import guest_support, support
from participation.suggestions.forgetting import GONE_TITLE
from participation.suggestions.models import Suggestion, SuggestionMove, SuggestionNote
from participation.suggestions.rules import State, TextGone
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest
from tests.factories import (
    TERMS,
    make_answer,
    make_comment,
    make_suggestion,
    make_supporters,
    resident,
    subject_of,
)
from tests.people import ADA, JONAS, KIM, MARA, NOAH, NOW, Persona, make_person
from tests.privacy.steps import fresh, live, rows_that_name
from tests.suggestions.guest_steps import ask, assert_count_is_true, guest

pytestmark = pytest.mark.usefixtures("session")
STAY, GO = Wishes(Wish.STAY, Wish.STAY), Wishes(Wish.GO, Wish.GO)
BOTH = pytest.mark.parametrize("wishes", [STAY, GO], ids=["stay", "go"])


def delete(person_id: int, wishes: Wishes = STAY) -> None:
    stored = db.session.get_one(Person, person_id).password_hash
    service.delete_account(person_id, stored, wishes, NOW, TERMS)
    db.session.expire_all()


def texts(kind: type, column: str = "text") -> list[str]:
    return list(db.session.scalars(sa.select(getattr(kind, column)).order_by(kind.id)))  # type: ignore[attr-defined]


@BOTH
def test_nothing_names_the_person_any_more(wishes: Wishes) -> None:
    mara = live()["mara"]
    assert len(rows_that_name(mara)) > 8
    delete(mara, wishes)
    assert rows_that_name(mara) == []
    assert db.session.get(Person, mara) is None


@BOTH
def test_counts_are_what_they_were(wishes: Wishes) -> None:
    world = live()
    found = db.session.execute(sa.select(Suggestion.id, Suggestion.supports))
    before = {row[0]: row[1] for row in found}
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(Support))
    delete(world["mara"], wishes)
    for key, count in before.items():
        if db.session.get(Suggestion, key) is not None:
            assert assert_count_is_true(key) == count
        else:
            assert (key, count) == (world["draft"], 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Support)) == rows


@BOTH
def test_count_of_comments_is_the_number_of_those_that_can_be_read(wishes: Wishes) -> None:
    world = live()
    delete(world["mara"], wishes)
    readable = Comment.deleted_at.is_(None), Comment.hidden_at.is_(None)
    for thread in db.session.scalars(sa.select(CommentThread)):
        rows = sa.select(sa.func.count(Comment.id)).where(Comment.thread_id == thread.id, *readable)
        assert thread.visible == db.session.scalar(rows)


def test_texts_that_stay_are_unchanged() -> None:
    world = live()
    before = texts(Comment), texts(SuggestionNote)
    own = fresh(world["own"])
    said = own.title, own.text, own.reason, own.place
    delete(world["mara"], STAY)
    own = fresh(world["own"])
    assert (texts(Comment), texts(SuggestionNote)) == before
    assert (own.title, own.text, own.reason, own.place) == said
    assert own.text_gone_at is None
    assert own.author_id is None


def test_texts_that_go_leave_a_place_and_nothing_else() -> None:
    world = live()
    others = [text for text in texts(Comment) if not text.startswith("Mara")]
    delete(world["mara"], GO)
    assert [text for text in texts(Comment) if text] == others
    assert [text for text in texts(SuggestionNote) if text] == []
    own = fresh(world["own"])
    assert (own.title, own.text, own.reason, own.place) == (GONE_TITLE, "", "", "")
    assert own.state is State.COLLECTING
    assert own.question_due_on is None


@BOTH
def test_what_nobody_has_read_goes_in_any_case(wishes: Wishes) -> None:
    world = live()
    delete(world["mara"], wishes)
    assert db.session.get(Suggestion, world["draft"]) is None
    for state in ("submitted", "in_review", "returned", "withdrawn"):
        found = fresh(world[state])
        assert (found.state, found.text, found.title) == (State.WITHDRAWN, "", GONE_TITLE), state


@BOTH
def test_text_of_a_motion_stays_without_its_author(wishes: Wishes) -> None:
    world = live()
    delete(world["mara"], wishes)
    found = fresh(world["council"])
    assert found.author_id is None
    assert found.text.startswith("Marawort")


def test_hidden_text_stays_for_its_time_or_goes_at_once() -> None:
    world = live()
    delete(world["mara"], GO)
    assert fresh(world["hidden"]).text == ""


def test_files_of_texts_that_go_are_deleted() -> None:
    world = live()
    delete(world["mara"], GO)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFileContent)) == 0
    assert set(db.session.scalars(sa.select(StoredFile.name))) == {""}


def test_only_files_of_drafts_go_if_texts_stay() -> None:
    world = live()
    delete(world["mara"], STAY)
    kept = sa.select(sa.func.count(StoredFile.id)).where(StoredFile.removed_at.is_(None))
    assert db.session.scalar(kept) == 1


def test_support_counts_on_without_a_person_and_without_name_and_address() -> None:
    world = live()
    mailbox = TERMS.fingerprint_of_mailbox("mara@example.org")
    ask(fresh(world["other"]).id, "greta@example.org")
    ask(world["own"], "mara@example.org")
    delete(world["mara"])
    found = db.session.scalars(sa.select(Support).where(Support.mailbox == mailbox)).all()
    assert {one.suggestion_id for one in found} == {world["other"], world["third"]}
    assert {(one.person_id, one.wants_mail) for one in found} == {(None, False)}
    assert db.session.scalars(sa.select(SupportGuest.support_id)).all() == []
    assert db.session.scalars(sa.select(SupportRequest.email)).all() == ["greta@example.org"]


def test_person_who_registers_again_is_new_and_cannot_support_a_second_time() -> None:
    world = live()
    delete(world["mara"])
    again = accounts.create_person(MARA.email, "", NOW, is_resident=True)
    assert again.id != world["mara"]
    for key in (world["other"], world["third"]):
        before = fresh(key).supports
        assert support.give(key, again.actor, NOW, TERMS, wants_mail=False) is False
        link = ask(key, "mara+x@example.org")
        guest_support.confirm(link, NOW, TERMS)
        assert assert_count_is_true(key) == before


def test_person_who_registers_again_can_take_the_old_support_back() -> None:
    world = live()
    delete(world["mara"])
    again = accounts.create_person(MARA.email, "", NOW, is_resident=True)
    before = fresh(world["other"]).supports
    assert support.take_back(world["other"], again.actor, NOW, TERMS)
    assert assert_count_is_true(world["other"]) == before - 1


def test_key_of_a_deleted_person_never_means_somebody_else() -> None:
    last = accounts.create_person("zuletzt@example.org", "", NOW, is_resident=True).id
    delete(last)
    assert accounts.create_person("neu@example.org", "", NOW).id > last


def test_key_of_a_deleted_draft_never_means_another_suggestion() -> None:
    mara = make_person(MARA)
    key = make_suggestion(State.DRAFT, author=mara).id
    delete(mara.id)
    assert make_suggestion(State.DRAFT).id > key


def test_place_at_a_meeting_goes_to_the_next_one_who_is_told() -> None:
    world = live()
    delete(world["mara"])
    assert world["mara"] not in people_of(world["meeting"])
    up = sa.select(JournalEntry.subject_id).where(JournalEntry.event == "meeting:moved_up")
    assert db.session.scalars(up).all() == [world["next"]]
    numbers = db.session.scalars(sa.select(MeetingSignUp.number)).all()
    assert len(numbers) == 2


def test_mails_that_wait_go_with_the_account() -> None:
    world = live()
    assert db.session.scalar(sa.select(sa.func.count()).where(Mail.person_id == world["mara"]))
    delete(world["mara"])
    assert not db.session.scalar(sa.select(sa.func.count()).where(Mail.person_id == world["mara"]))


def test_report_goes_and_the_comment_stays_on_the_list() -> None:
    world = live()
    delete(world["mara"])
    assert db.session.scalars(sa.select(CommentReport)).all() == []
    assert db.session.get_one(Comment, world["reported"]).reported_at is not None


def test_word_of_the_city_stays_when_its_writer_goes() -> None:
    jonas = make_person(JONAS)
    suggestion = make_suggestion()
    make_answer(suggestion, NOW)
    said = make_comment(suggestion, author=jonas, text="Das Amt prüft es.")
    assert said.is_official
    delete(jonas.id, GO)
    assert texts(Comment) == ["Das Amt prüft es."]
    delete(make_person(KIM).id, GO)
    assert rows_that_name(jonas.id) == []
    moves = db.session.scalars(sa.select(SuggestionMove.actor_id)).all()
    assert moves.count(None) == len(moves) - 1


def test_journal_keeps_what_happened_by_number() -> None:
    world = live()
    count = sa.select(sa.func.count()).select_from(JournalEntry)
    before = db.session.scalar(count) or 0
    delete(world["mara"])
    assert (db.session.scalar(count) or 0) > before
    last = sa.select(JournalEntry).where(JournalEntry.event == "account:deleted")
    entry = db.session.scalars(last).one()
    assert (entry.actor_id, entry.subject_id, entry.facts) == (world["mara"], world["mara"], {})


def test_last_administrator_cannot_go_and_one_of_two_can() -> None:
    ada = make_person(ADA).id
    with pytest.raises(LastAdministrator):
        delete(ada)
    make_person(Persona("bo@example.org", Role.ADMINISTRATOR))
    delete(ada)
    assert db.session.get(Person, ada) is None


def test_deleting_twice_and_with_an_old_password_is_refused() -> None:
    mara = make_person(MARA).id
    with pytest.raises(PasswordChanged):
        service.delete_account(mara, "another", STAY, NOW, TERMS)
    delete(mara)
    with pytest.raises(AlreadyDeleted):
        service.delete_account(mara, "", STAY, NOW, TERMS)


def test_deleted_texts_are_found_no_more() -> None:
    world = live()
    entries = sa.select(sa.func.count()).select_from(search_index.SearchEntry)
    of_mara = search_index.SearchEntry.words.contains("mara")
    assert db.session.scalar(entries.where(of_mara))
    delete(world["mara"], GO)
    left = sa.select(search_index.SearchEntry.address).where(of_mara)
    council = str(fresh(world["council"]).number)
    assert set(db.session.scalars(left)) == {council}


def test_nobody_new_can_support_what_has_no_text() -> None:
    world = live()
    delete(world["mara"], GO)
    new = make_supporters(9)[-1]
    with pytest.raises(TextGone):
        support.give(world["own"], resident(new), NOW, TERMS, wants_mail=False)
    with pytest.raises(TextGone):
        guest_support.check(world["own"], guest(), NOW, TERMS)
    old = make_supporters(1)[0]
    assert support.take_back(world["own"], resident(old), NOW, TERMS)


def test_others_can_still_comment_and_the_city_can_answer() -> None:
    world = live()
    delete(world["mara"], GO)
    own = fresh(world["own"])
    make_comment(own, author=make_person(NOAH), text="Schade, das war gut.")
    make_answer(own, NOW)
    assert subject_of(own).author_id is None
    assert comments is not None


def test_person_with_many_comments_is_forgotten(app: Flask) -> None:
    mara = make_person(MARA)
    suggestion = make_suggestion()
    first = make_comment(suggestion, author=mara)
    rows = [
        {
            "thread_id": first.thread_id, "author_id": mara.id, "text": f"Satz {number}",
            "language": "de", "created_at": NOW, "is_official": False,
        }
        for number in range(1000)
    ]  # fmt: skip
    db.session.execute(sa.insert(Comment), rows)
    thread = db.session.get_one(CommentThread, first.thread_id)
    thread.visible += 1000
    delete(mara.id, GO)
    assert db.session.get_one(CommentThread, first.thread_id).visible == 0
    assert set(texts(Comment)) == {""}

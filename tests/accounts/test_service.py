"""Writing people, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.accounts import queries, service
from participation.accounts.models import Person, SignInSession
from participation.accounts.rules import ConfirmationInvalid, NobodyWithAccount
from participation.core.db import db
from participation.journal.models import JournalEntry, OutboxEntry
from participation.permissions import Role
from tests.accounts.steps import journal_of_people, person
from tests.factories import make_department
from tests.people import JONAS, KIM, MARA, NOW, make_person

pytestmark = pytest.mark.usefixtures("session")
LATER = NOW + timedelta(hours=1)


def test_resident_registers_and_is_not_confirmed_yet() -> None:
    service.register("Neu@Example.org ", "hash 1", "en", NOW)
    new = person("neu@example.org")
    assert (new.password_hash, new.language, new.created_at) == ("hash 1", "en", NOW)
    assert new.confirmed_at is None
    assert new.residency_declared_at == NOW
    assert journal_of_people() == ["account:registered"]


def test_person_who_is_not_confirmed_has_no_role() -> None:
    service.register("neu@example.org", "hash 1", "de", NOW)
    assert person("neu@example.org").actor.roles == frozenset()


def test_resident_registers_again_before_confirming_and_the_newer_password_counts() -> None:
    service.register("neu@example.org", "hash 1", "de", NOW)
    service.register("NEU@example.org", "hash 2", "en", LATER)
    db.session.expire_all()
    new = person("neu@example.org")
    assert (new.password_hash, new.language, new.residency_declared_at) == ("hash 2", "en", LATER)
    assert journal_of_people() == ["account:registered"] * 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_stranger_cannot_change_a_confirmed_account_by_registering_its_address() -> None:
    mara = make_person(MARA, password_hash="hers")
    db.session.flush()
    service.register("MARA@example.org", "somebody else's", "en", LATER)
    db.session.expire_all()
    assert (mara.password_hash, mara.language) == ("hers", "de")
    assert mara.residency_declared_at == NOW
    assert journal_of_people() == ["account:created", "account:registered_again"]


def test_registering_leaves_the_mail_to_the_outbox_and_no_address_in_the_journal() -> None:
    service.register("neu@example.org", "hash 1", "de", NOW)
    entry = db.session.scalars(sa.select(OutboxEntry)).one().entry
    assert (entry.event, entry.subject, entry.actor_id) == ("account:registered", "person", None)
    assert entry.subject_id == person("neu@example.org").id
    assert entry.facts == {}


def test_resident_confirms_once_however_often() -> None:
    service.register("neu@example.org", "hash 1", "de", NOW)
    new = person("neu@example.org")
    service.confirm(new.id, "hash 1", LATER)
    service.confirm(new.id, "hash 1", LATER + timedelta(hours=1))
    assert new.confirmed_at == LATER
    assert new.actor.roles == {Role.RESIDENT}
    assert journal_of_people() == ["account:registered", "account:confirmed"]
    confirmed = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert confirmed is not None
    assert confirmed.actor_id == new.id


def test_resident_cannot_confirm_what_a_newer_registration_replaced() -> None:
    service.register("neu@example.org", "hash 1", "de", NOW)
    service.register("neu@example.org", "hash 2", "de", NOW)
    new = person("neu@example.org")
    with pytest.raises(ConfirmationInvalid):
        service.confirm(new.id, "hash 1", LATER)
    assert new.confirmed_at is None


def test_nobody_can_confirm_an_account_that_does_not_exist() -> None:
    with pytest.raises(ConfirmationInvalid):
        service.confirm(4711, "hash 1", LATER)


def test_person_is_signed_in_until_the_session_ends() -> None:
    mara = make_person(MARA)
    token = service.sign_in(mara, NOW, 14)
    db.session.flush()
    end = NOW + timedelta(days=14)
    found = queries.person_of_session(token, end - timedelta(seconds=1))
    assert found is mara
    assert queries.person_of_session(token, end) is None


def test_reader_of_the_table_of_sessions_cannot_sign_in_with_it() -> None:
    token = service.sign_in(make_person(MARA), NOW, 14)
    row = db.session.scalars(sa.select(SignInSession)).one()
    assert token not in row.token_hash
    assert queries.person_of_session(row.token_hash, NOW) is None


def test_person_signs_out_of_one_browser_and_stays_in_the_other() -> None:
    mara = make_person(MARA)
    first, second = (service.sign_in(mara, NOW, 14) for _ in range(2))
    assert first != second
    service.sign_out(first)
    assert queries.person_of_session(first, NOW) is None
    assert queries.person_of_session(second, NOW) is mara


def test_signing_in_clears_away_ended_sessions_of_that_person_only() -> None:
    mara, kim = make_person(MARA), make_person(KIM)
    service.sign_in(mara, NOW, 1)
    service.sign_in(kim, NOW, 1)
    service.sign_in(mara, NOW + timedelta(days=1), 14)
    owners = db.session.scalars(sa.select(SignInSession.person_id).order_by(SignInSession.id))
    assert list(owners) == [kim.id, mara.id]


@pytest.mark.parametrize("token", ["", "x", "\x00", "ü" * 1000, "\ud800", "' OR 1=1 --"])
def test_stranger_is_nobody_with_a_made_up_token(token: str) -> None:
    service.sign_in(make_person(MARA), NOW, 14)
    assert queries.person_of_session(token, NOW) is None
    service.sign_out(token)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 1


def test_administrator_creates_a_confirmed_account_once() -> None:
    made = service.create_person("Kim@Example.org", "hash", NOW, name="Kim")
    assert (made.email, made.name, made.confirmed_at) == ("kim@example.org", "Kim", NOW)
    assert made.residency_declared_at is None
    assert made.actor.roles == frozenset()
    with pytest.raises(service.AddressTaken):
        service.create_person("kim@example.org", "hash", NOW)


def test_administrator_grants_a_role_and_the_second_time_changes_nothing() -> None:
    make_person(MARA)
    assert service.grant("MARA@example.org", Role.COORDINATOR, [], NOW) is True
    assert service.grant("mara@example.org", Role.COORDINATOR, [], LATER) is False
    assert person(MARA.email).actor.roles == {Role.RESIDENT, Role.COORDINATOR}
    assert journal_of_people() == ["account:created", "account:role_granted"]


def test_officer_gets_one_more_department_and_keeps_the_first() -> None:
    make_person(JONAS)
    first, second = make_department("67").id, make_department("61").id
    assert service.grant(JONAS.email, Role.OFFICER, [first, second], LATER) is True
    assert person(JONAS.email).actor.departments == {first, second}
    granted = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert granted is not None
    assert granted.facts == {"role": "officer", "departments": [second]}


def test_administrator_cannot_grant_a_role_to_nobody() -> None:
    with pytest.raises(NobodyWithAccount):
        service.grant("niemand@example.org", Role.COORDINATOR, [], NOW)


def test_person_is_loaded_for_a_request_with_roles_and_departments() -> None:
    jonas = make_person(JONAS)
    token = service.sign_in(jonas, NOW, 14)
    db.session.flush()
    db.session.expunge_all()
    found = queries.person_of_session(token, NOW)
    assert found is not None
    db.session.expunge(found)
    assert found.actor.roles == {Role.OFFICER}
    assert found.actor.departments == {make_department("67").id}

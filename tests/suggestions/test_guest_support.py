"""Support without an account in the database; both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.accounts import service as accounts
from participation.accounts.models import Person
from participation.core import clock
from participation.core.db import db
from participation.core.messages import NotFound
from participation.core.stamps import TooFast, Trapped
from participation.journal.models import JournalEntry
from participation.suggestions import guest_support, rules, service, support, support_queries
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest
from participation.suggestions.support_rules import AccountNeeded, LinkInvalid, NotInTheCity
from tests.factories import TERMS, make_suggestion, make_supporters, resident
from tests.people import MARA, NOAH, NOW, make_person
from tests.suggestions.guest_steps import (
    GRETA,
    ask,
    assert_count_is_true,
    events,
    guest,
    link_of,
    support_as_guest,
)

pytestmark = pytest.mark.usefixtures("session")


def test_support_counts_when_the_link_is_confirmed_and_not_before() -> None:
    key = make_suggestion().id
    link = ask(key)
    assert assert_count_is_true(key) == 0
    guest_support.confirm(link, NOW, TERMS)
    assert assert_count_is_true(key) == 1
    assert db.session.scalars(sa.select(SupportRequest)).all() == []


def test_confirming_again_changes_nothing() -> None:
    key = make_suggestion().id
    link = ask(key)
    for _ in range(3):
        guest_support.confirm(link, NOW, TERMS)
    assert assert_count_is_true(key) == 1


@pytest.mark.parametrize(
    "alias", ["greta+stadt@example.org", "GRETA@example.org", "Greta+x@EXAMPLE.org"]
)
def test_aliases_of_one_mailbox_count_once(alias: str) -> None:
    key = make_suggestion().id
    support_as_guest(key)
    support_as_guest(key, alias)
    assert assert_count_is_true(key) == 1


def test_one_person_with_two_mailboxes_counts_once_and_is_told_nothing() -> None:
    key = make_suggestion().id
    same = {"first_name": "Greta", "last_name": "Groß", "street": "Hauptstraße 5"}
    support_as_guest(key, **same)
    link = ask(key, "other@example.org", **same | {"last_name": "GROSS", "street": "hauptstr.5"})
    for _ in range(2):
        guest_support.confirm(link, NOW, TERMS)
    assert assert_count_is_true(key) == 1


def test_two_people_of_one_household_count_twice() -> None:
    key = make_suggestion().id
    support_as_guest(key, last_name="Groß")
    support_as_guest(key, "paul@example.org", first_name="Paul", last_name="Groß")
    assert assert_count_is_true(key) == 2


def test_mailbox_counts_once_whether_the_account_or_the_link_comes_first() -> None:
    mara = make_person(MARA).actor
    first, second = make_suggestion().id, make_suggestion().id
    assert support.give(first, mara, NOW, TERMS, wants_mail=False)
    guest_support.confirm(ask(first, "Mara+x@example.org"), NOW, TERMS)
    support_as_guest(second, MARA.email)
    assert not support.give(second, mara, NOW, TERMS, wants_mail=False)
    assert [assert_count_is_true(key) for key in (first, second)] == [1, 1]


def test_person_sees_and_takes_back_what_the_mailbox_gave_before_the_account() -> None:
    key = make_suggestion().id
    support_as_guest(key, MARA.email)
    mara = make_person(MARA)
    mailbox = TERMS.fingerprint_of_mailbox(MARA.email)
    assert support_queries.own_support(key, mara.id, mailbox) is not None
    assert support.take_back(key, mara.actor, NOW, TERMS)
    assert support_queries.own_support(key, mara.id, mailbox) is None
    assert assert_count_is_true(key) == 0
    assert db.session.scalars(sa.select(SupportGuest)).all() == []


def test_guest_withdraws_until_the_end_and_can_support_again() -> None:
    suggestion = make_suggestion()
    key, closes = suggestion.id, suggestion.closes_at
    support_as_guest(key)
    link = link_of(key)
    assert guest_support.take_back(link, closes - timedelta(seconds=1))
    assert not guest_support.take_back(link, closes - timedelta(seconds=1))
    assert assert_count_is_true(key) == 0
    assert db.session.scalars(sa.select(SupportGuest)).all() == []
    support_as_guest(key)
    assert assert_count_is_true(key) == 1
    with pytest.raises(rules.PeriodNotOpen):
        guest_support.take_back(link, closes)


def test_old_link_does_not_bring_back_what_was_withdrawn() -> None:
    key = make_suggestion().id
    link = ask(key)
    guest_support.confirm(link, NOW, TERMS)
    guest_support.take_back(link, NOW)
    with pytest.raises(LinkInvalid):
        guest_support.confirm(link, NOW, TERMS)


def test_key_of_a_deleted_request_never_means_another_one() -> None:
    key = make_suggestion().id
    old = ask(key)
    guest_support.confirm(old, NOW, TERMS)
    newer = ask(key, "paul@example.org")
    assert newer.request_id > old.request_id


def test_link_is_good_for_two_days_and_not_beyond_the_end() -> None:
    suggestion = make_suggestion()
    link = ask(suggestion.id)
    with pytest.raises(LinkInvalid):
        guest_support.confirm(link, NOW + timedelta(hours=48), TERMS)
    late = suggestion.closes_at - timedelta(hours=1)
    with clock.stopped_at(late):
        link = ask(suggestion.id, "late@example.org")
    assert support_queries.request(link.request_id).expires_at == suggestion.closes_at
    with pytest.raises(rules.PeriodNotOpen):
        guest_support.confirm(link, suggestion.closes_at, TERMS)
    guest_support.confirm(link, suggestion.closes_at - timedelta(seconds=1), TERMS)
    assert assert_count_is_true(suggestion.id) == 1


def test_link_of_one_mailbox_is_worth_nothing_for_another() -> None:
    key = make_suggestion().id
    mine, others = ask(key), ask(key, "paul@example.org")
    with pytest.raises(LinkInvalid):
        guest_support.confirm(replace(mine, request_id=others.request_id), NOW, TERMS)
    with pytest.raises(LinkInvalid):
        guest_support.confirm(replace(mine, request_id=999), NOW, TERMS)
    assert assert_count_is_true(key) == 0


def test_asking_again_sends_the_same_link_again() -> None:
    key = make_suggestion().id
    first = ask(key)
    with clock.stopped_at(NOW + timedelta(hours=40)):
        second = ask(key, wants_mail=True)
    assert first == second
    assert events("support:requested") == 2
    request = support_queries.request(first.request_id)
    assert request.wants_mail
    assert request.expires_at == NOW + timedelta(hours=88)


def test_form_that_is_sent_twice_at_once_is_one_mail() -> None:
    key = make_suggestion().id
    assert ask(key) == ask(key)
    assert events("support:requested") == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"postcode": "65183"}, NotInTheCity),
        ({"trap": "x"}, Trapped),
        ({"shown_at": None}, TooFast),
        ({"shown_at": NOW - timedelta(seconds=1)}, TooFast),
    ],
)
def test_form_that_is_not_right_asks_for_nothing(
    change: dict[str, object], error: type[Exception]
) -> None:
    key = make_suggestion().id
    with pytest.raises(error):
        guest_support.ask(key, guest(**change), NOW, TERMS)
    assert db.session.scalars(sa.select(SupportRequest)).all() == []


def test_city_can_switch_it_off() -> None:
    key = make_suggestion().id
    with pytest.raises(AccountNeeded):
        guest_support.ask(key, guest(), NOW, replace(TERMS, guest_support=False))


@pytest.mark.parametrize("state", [s for s in State if s is not State.COLLECTING])
def test_guest_cannot_support_what_does_not_collect(state: State) -> None:
    key = make_suggestion(state, quorum=2).id
    if state is State.QUORUM_REACHED:
        ask(key)
        return
    expected = rules.PeriodNotOpen if state in rules.PUBLIC_STATES else NotFound
    with pytest.raises(expected):
        guest_support.ask(key, guest(), NOW, TERMS)


def test_link_confirms_nothing_when_the_suggestion_was_hidden_meanwhile() -> None:
    from participation.suggestions.rules import HideCode
    from participation.suggestions.service import Given
    from tests.factories import coordinator

    key = make_suggestion().id
    link = ask(key)
    given = Given(hide_reason=HideCode.PERSONAL_DATA, internal_text="Ein Vermerk.")
    service.act(key, "hide", coordinator(), NOW, TERMS, given)
    with pytest.raises(NotFound):
        guest_support.confirm(link, NOW, TERMS)
    # What is the guest's can be taken back; nothing was confirmed, so there is nothing.
    assert guest_support.take_back(link, NOW) is False


def test_guest_who_makes_it_200_reaches_the_quorum_once() -> None:
    suggestion = make_suggestion(quorum=3, supports=2)
    support_as_guest(suggestion.id)
    assert suggestion.state is State.QUORUM_REACHED
    assert events("suggestion:quorum_reached") == 1


def test_guests_and_people_who_agreed_hear_of_it_and_no_others() -> None:
    key = make_suggestion().id
    mara, noah = make_person(MARA).actor, make_person(NOAH).actor
    support.give(key, mara, NOW, TERMS, wants_mail=True)
    support.give(key, noah, NOW, TERMS, wants_mail=False)
    wanting = support_as_guest(key, wants_mail=True)
    support_as_guest(key, "silent@example.org")
    told = support_queries.guests_to_tell(key)
    assert [tuple(row) for row in told] == [(wanting.id, GRETA)]
    people = db.session.scalars(support_queries.supporters_to_tell(key)).all()
    assert people == [mara.person_id]
    guest_support.stop_mails(link_of(key))
    assert support_queries.guests_to_tell(key) == []
    assert assert_count_is_true(key) == 4


def test_what_was_not_confirmed_in_time_is_forgotten() -> None:
    key = make_suggestion().id
    ask(key)
    with clock.stopped_at(NOW + timedelta(hours=1)):
        ask(key, "later@example.org")
    assert guest_support.forget_expired(NOW + timedelta(hours=48)) == 1
    kept = db.session.scalars(sa.select(SupportRequest.email)).all()
    assert kept == ["later@example.org"]


def test_journal_has_no_word_of_who_supports() -> None:
    key = make_suggestion().id
    support_as_guest(key)
    entries = db.session.scalars(sa.select(JournalEntry)).all()
    facts = " ".join(str(entry.facts) for entry in entries)
    for word in ("Greta", "Beispiel", "Bleiche", GRETA, "55116"):
        assert word not in facts


def test_rows_of_what_counts_hold_no_name_and_no_address() -> None:
    key = make_suggestion().id
    row = support_as_guest(key)
    values = " ".join(str(getattr(row, column.key)) for column in sa.inspect(Support).columns)
    assert "greta" not in values.lower()
    assert len(row.mailbox) == len(row.resident) == 64


def test_forgetting_what_was_typed_keeps_the_count_and_the_once() -> None:
    key = make_suggestion().id
    support_as_guest(key)
    db.session.execute(sa.delete(SupportGuest))
    guest_support.confirm(ask(key), NOW, TERMS)
    assert not guest_support.take_back(replace(link_of(key), mailbox="0" * 64), NOW)
    assert assert_count_is_true(key) == 1


def test_second_account_with_an_alias_is_the_first_one() -> None:
    make_person(MARA)
    accounts.register("mara+zwei@example.org", "hash", "de", NOW)
    assert events("account:registered_again") == 1
    people = sa.select(sa.func.count()).where(Person.email.like("mara%"))
    assert db.session.scalars(people).one() == 1
    with pytest.raises(accounts.AddressTaken):
        accounts.create_person("Mara+drei@example.org", "", NOW)


def test_unconfirmed_account_takes_the_newest_address_of_its_mailbox() -> None:
    accounts.register("neu+falsch@example.org", "old", "de", NOW)
    accounts.register("neu@example.org", "new", "en", NOW)
    person = db.session.scalars(sa.select(Person).where(Person.email.like("neu%"))).one()
    assert (person.email, person.password_hash, person.language) == ("neu@example.org", "new", "en")
    assert events("account:registered") == 2


def test_another_key_makes_other_fingerprints() -> None:
    other = replace(TERMS, fingerprint_key="another key")
    assert other.fingerprint_of_mailbox("a@b") != TERMS.fingerprint_of_mailbox("a@b")
    assert TERMS.fingerprint_of_mailbox("a@b") != TERMS.fingerprint_of_resident("a@b")


def test_supports_of_others_stay_when_one_is_taken_back() -> None:
    key = make_suggestion(supports=3).id
    support_as_guest(key)
    support_as_guest(key, "paul@example.org")
    guest_support.take_back(link_of(key), NOW)
    support.take_back(key, resident(make_supporters(1)[0]), NOW, TERMS)
    assert assert_count_is_true(key) == 3

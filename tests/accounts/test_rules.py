"""Who counts as a resident; how addresses are compared; links in mails. No database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.accounts import tokens
from participation.accounts.passwords import Passwords
from participation.accounts.rules import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    ConfirmationInvalid,
    WrongSignIn,
    normal_address,
    roles_of,
)
from participation.permissions import GRANTABLE_ROLES, Role
from tests.people import NOW

_KEY = "a key for the links of these tests, long enough"


def test_resident_is_who_declared_to_live_here() -> None:
    assert roles_of([], is_resident=True) == {Role.RESIDENT}
    assert roles_of([], is_resident=False) == frozenset()


@pytest.mark.parametrize("role", GRANTABLE_ROLES)
def test_staff_member_keeps_the_granted_role_and_may_be_a_resident_too(role: Role) -> None:
    assert roles_of([role], is_resident=False) == {role}
    assert roles_of([role], is_resident=True) == {role, Role.RESIDENT}


@pytest.mark.parametrize("role", [Role.VISITOR, Role.RESIDENT, Role.CLOCK])
def test_administrator_cannot_be_asked_to_grant_what_follows_by_itself(role: Role) -> None:
    assert role not in GRANTABLE_ROLES


def test_password_has_from_ten_to_two_hundred_characters() -> None:
    assert (SHORTEST_PASSWORD, LONGEST_PASSWORD) == (10, 200)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("mara@example.org", "mara@example.org"),
        (" Mara@Example.ORG ", "mara@example.org"),
        ("MARA@EXAMPLE.ORG", "mara@example.org"),
        ("mara+mainz@example.org", "mara+mainz@example.org"),
    ],
)
def test_person_is_found_however_the_address_is_written(typed: str, stored: str) -> None:
    assert normal_address(typed) == stored


@given(st.text())
def test_person_has_one_normal_address(typed: str) -> None:
    once = normal_address(typed)
    assert normal_address(once) == once


def test_stranger_learns_nothing_from_the_words_of_a_failed_sign_in() -> None:
    assert WrongSignIn.status == 403
    assert "oder" in WrongSignIn.message
    assert ConfirmationInvalid.status == 410


def test_person_gets_back_what_the_link_was_made_for() -> None:
    token = tokens.write(_KEY, 7, "a hash", NOW)
    person_id, fingerprint = tokens.read(_KEY, token, NOW)
    assert person_id == 7
    assert tokens.fits(fingerprint, "a hash")
    assert not tokens.fits(fingerprint, "another hash")


def test_reader_of_the_link_does_not_see_the_hash() -> None:
    assert "a hash" not in tokens.write(_KEY, 7, "a hash", NOW)


def test_link_is_good_until_the_moment_its_days_are_over() -> None:
    token = tokens.write(_KEY, 7, "a hash", NOW)
    end = NOW + timedelta(days=tokens.CONFIRMATION_DAYS)
    assert tokens.read(_KEY, token, end - timedelta(seconds=1))
    with pytest.raises(ConfirmationInvalid):
        tokens.read(_KEY, token, end)


@pytest.mark.parametrize("token", ["", "x", ".", "a.b.c", "é", "\x00", "W10.abc", "=" * 5000])
def test_stranger_gets_nowhere_with_a_made_up_link(token: str) -> None:
    with pytest.raises(ConfirmationInvalid):
        tokens.read(_KEY, token, NOW)


@given(st.data())
def test_stranger_cannot_change_a_link_anywhere(data: st.DataObject) -> None:
    token = tokens.write(_KEY, 7, "a hash", NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("abcXYZ019-_."))
    changed = token[:place] + other + token[place + 1 :]
    if changed == token:
        assert tokens.read(_KEY, changed, NOW)[0] == 7
        return
    try:
        read = tokens.read(_KEY, changed, NOW)
    except ConfirmationInvalid:
        return
    # Base64 has spare bits in its last character: such a change changes nothing that is read.
    assert read == tokens.read(_KEY, token, NOW)


def test_stranger_cannot_sign_links_with_another_key() -> None:
    token = tokens.write("another key that is just as long as ours", 7, "a hash", NOW)
    with pytest.raises(ConfirmationInvalid):
        tokens.read(_KEY, token, NOW)


def test_person_signs_in_with_the_right_password_only() -> None:
    passwords = Passwords(1, 8)
    stored = passwords.hash("Wald und Wiese")
    assert passwords.fits(stored, "Wald und Wiese")
    assert not passwords.fits(stored, "Wald und wiese")
    assert not passwords.fits(stored, "")


@pytest.mark.parametrize("stored", [None, "", "no hash at all", "$argon2id$broken"])
def test_nobody_signs_in_to_an_account_without_a_password(stored: str | None) -> None:
    passwords = Passwords(1, 8)
    for tried in ("", "a password that nobody has", "no hash at all"):
        assert not passwords.fits(stored, tried)


def test_two_people_with_one_password_have_different_hashes() -> None:
    passwords = Passwords(1, 8)
    assert passwords.hash("Wald und Wiese") != passwords.hash("Wald und Wiese")

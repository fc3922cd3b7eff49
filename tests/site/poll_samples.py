"""Samples of the pages on which the office and the board work at polls."""

from typing import Any

from participation.polls import service as polls
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollKind, PollState
from tests.factories import coordinator
from tests.people import NOW
from tests.polls.steps import make_draft, question


def make_polls() -> dict[str, Poll]:
    """Polls as the office has them: a draft for each act that would spoil it for the others."""
    asked = question(text="Wohin?"), question(text="Und dann?")
    acts = (
        "edit",
        "announce",
        "move",
        "remove",
        "add",
        "move_option",
        "remove_option",
        "take_back",
    )
    made = {name: make_draft(*asked, kind=PollKind.OPEN) for name in acts}
    polls.announce(made["take_back"].id, coordinator(), NOW, seen_version=1)
    made["cancel"] = make_draft(*asked, kind=PollKind.OPEN)
    polls.announce(made["cancel"].id, coordinator(), NOW, seen_version=1)
    for eligible in (Eligible.LISTED, Eligible.LETTER):
        made[eligible.value] = make_draft(*asked, kind=PollKind.OPEN, eligible=eligible)
    made["sealed"], made["over"] = make_draft(), make_draft()
    made["over"].state = PollState.ARCHIVED
    return made


#: What stands in the addresses; see ``samples._ARGUMENTS``.
ARGUMENTS: dict[str, dict[str, str]] = {
    "poll_staff.poll": {"poll_id": "poll:edit"},
    "poll_staff.edit_facts": {"poll_id": "poll:edit"},
    "poll_staff.preview": {"poll_id": "poll:edit"},
    "poll_staff.announce": {"poll_id": "poll:announce"},
    "poll_staff.take_back": {"poll_id": "poll:take_back"},
    "poll_staff.cancel": {"poll_id": "poll:cancel"},
    "poll_questions.new_question": {"poll_id": "poll:edit"},
    "poll_questions.edit_question": {"poll_id": "poll:edit", "number": "=1"},
    "poll_questions.move_question": {
        "poll_id": "poll:move",
        "number": "=1",
        "direction": "=nach-unten",
    },
    "poll_questions.remove_question": {"poll_id": "poll:remove", "number": "=1"},
    "poll_questions.add_options": {"poll_id": "poll:add", "number": "=1"},
    "poll_questions.edit_option": {"poll_id": "poll:edit", "number": "=1", "place": "=1"},
    "poll_questions.move_option": {
        "poll_id": "poll:move_option",
        "number": "=1",
        "place": "=1",
        "direction": "=nach-unten",
    },
    "poll_questions.remove_option": {
        "poll_id": "poll:remove_option",
        "number": "=1",
        "place": "=1",
    },
    "poll_questions.add_picture": {"poll_id": "poll:edit", "number": "=1", "place": "=2"},
    "poll_questions.picture": {"poll_id": "poll:edit", "number": "=1", "place": "=1"},
    "poll_voters.write_list": {"poll_id": "poll:listed"},
    "poll_voters.letters": {"poll_id": "poll:letter"},
    "poll_board.poll": {"slug": "poll:sealed:slug"},
    "poll_board.guide": {"slug": "poll:sealed:slug"},
    "poll_board.give_key": {"slug": "poll:sealed:slug"},
    "poll_board.test_envelope": {"slug": "poll:sealed:slug"},
    "poll_board.record_test": {"slug": "poll:sealed:slug", "pair": "=1-2"},
    "poll_board.envelopes": {"slug": "poll:over:slug"},
    "poll_board.bring_votes": {"slug": "poll:over:slug"},
    "poll_board.confirm_destroyed": {"slug": "poll:over:slug", "share": "=1"},
}
_FACTS = {
    "kind": "open", "title_de": "Eine Abstimmung", "opens_at": "2026-03-11T08:00",
    "closes_at": "2026-03-25T18:00", "eligible": "residents",
}  # fmt: skip
_SEEN = {"seen_version": "1"}
#: What the forms can be sent with.
DATA: dict[str, dict[str, Any]] = {
    "poll_staff.new_poll": _FACTS,
    "poll_staff.edit_facts": _FACTS,
    "poll_staff.announce": _SEEN,
    "poll_staff.take_back": {"seen_version": "2"},
    "poll_staff.cancel": {
        "cancel-reason": "Der Platz wird verkauft.",
        "cancel-seen_version": "2",
    },
    "poll_questions.new_question": {"kind": "one", "text_de": "Noch eine Frage?"},
    "poll_questions.edit_question": {"kind": "one", "text_de": "Eine Frage?"},
    "poll_questions.move_question": _SEEN,
    "poll_questions.remove_question": _SEEN,
    "poll_questions.add_options": {"new-names": "Eins\nZwei", "new-seen_version": "1"},
    "poll_questions.edit_option": {"name_de": "Eine Antwort"},
    "poll_questions.move_option": _SEEN,
    "poll_questions.remove_option": _SEEN,
    "poll_voters.write_list": {"addresses": "ina@example.org"},
    "poll_voters.letters": {"count": "2"},
    "poll_board.record_test": {"test0-word": "ABCD-EFGH"},
}

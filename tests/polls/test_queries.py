"""Lists and sheets of polls: as many statements however many polls, questions and votes there are."""

from collections.abc import Callable
from typing import Any

import pytest

from participation.core.db import db
from participation.permissions import VISITOR
from participation.polls import board_job, keeping_time, queries
from participation.polls.rules import PollKind, QuestionKind
from tests.factories import coordinator, make_project
from tests.polls.steps import (
    AFTER,
    CLOSES,
    OPENS,
    end,
    make_draft,
    make_open,
    make_voters,
    options,
    question,
    vote,
)
from tests.site.test_statements import counted

pytestmark = pytest.mark.usefixtures("session")


def statements(read: Callable[[], Any]) -> int:
    db.session.flush()
    db.session.expire_all()
    with counted(db.engine) as found:
        read()
    return len(found)


def test_lists_cost_one_statement_each() -> None:
    project = make_project()
    key = project.id
    for number in range(queries.PAGE_SIZE + 2):
        title = {"de": {"title": f"Frage {number}"}, "en": {"title": f"Question {number}"}}
        make_draft(texts=title, kind=PollKind.OPEN, project_id=project.id)
        poll = make_open(texts=title, kind=PollKind.OPEN, project_id=project.id)
        if number % 2:
            keeping_time.keep_time(CLOSES)
            end(poll)
    reads: dict[str, Callable[[], Any]] = {
        "current": lambda: [row.title for row in queries.current(["en", "de"])],
        "past": lambda: [row.title for row in queries.past_page(None, ["de"]).rows],
        "staff": lambda: [row.title for row in queries.staff_page(None, ["de"]).rows],
        "project": lambda: [row.title for row in queries.of_project(key, ["de"])],
    }
    assert {name: statements(read) for name, read in reads.items()} == dict.fromkeys(reads, 1)
    first = queries.staff_page(None, ["de"])
    second = queries.staff_page(first.next_token, ["de"])
    assert len(first.rows) == queries.PAGE_SIZE
    assert not {row[0].id for row in first.rows} & {row[0].id for row in second.rows}


def test_drafts_are_in_the_list_of_staff_only() -> None:
    poll = make_draft()
    assert [row[0].id for row in queries.staff_page(None, ["de"]).rows] == [poll.id]
    assert queries.current(["de"]) == []
    assert queries.past_page(None, ["de"]).rows == []


@pytest.mark.parametrize("many", [1, 12])
def test_sheet_costs_seven_statements(many: int) -> None:
    asked = [
        question(QuestionKind.RANK, "irv", f"Nr. {number}", options=options(*"ABCDEF"[: many + 1]))
        for number in range(many)
    ]
    poll = make_open(*asked)
    for actor in make_voters(3):
        vote(poll, actor, *([[1]] * many))
    slug = poll.slug

    def read() -> None:
        found = queries.sheet(slug, VISITOR)
        assert found is not None
        assert len([option for one in found.questions for option in one.options]) >= 2 * many
        assert queries.words_of(found.questions[0].texts, "text", ["en", "de"]).language == "de"

    assert statements(read) == 7


def test_board_is_read_page_by_page() -> None:
    poll = make_open()
    for actor in make_voters(5):
        vote(poll, actor, 1)
    board_job.look_after(AFTER)
    page = queries.board_page(poll.id, None)
    assert [row.seq for row in page.rows] == [1, 2, 3, 4, 5]
    assert queries.board_page(poll.id, "no token").rows == page.rows
    assert [head.seq for head in queries.heads(poll.id)] == [5]
    assert OPENS < CLOSES


def test_coordinator_sees_who_is_on_the_list_but_not_who_voted_for_what() -> None:
    poll = make_open()
    [mara] = make_voters(1)
    vote(poll, mara, 1)
    found = queries.by_id(poll.id, coordinator())
    assert found is not None and found.voters is None
    assert queries.own_vote(poll.id, mara.person_id)[0]

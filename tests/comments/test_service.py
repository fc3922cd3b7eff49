"""What happens to comments in the database; both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.comments import queries, rules, service
from participation.comments.models import CommentReport, CommentThread
from participation.comments.rules import Reason, RestoreReason, State
from participation.comments.service import Sent
from participation.core.db import db
from participation.core.messages import NotFound, NotPermitted
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR
from participation.suggestions import rules as suggestion_rules
from participation.suggestions import service as suggestions
from participation.suggestions.rules import HideCode
from participation.suggestions.rules import State as SuggestionState
from participation.suggestions.service import Given
from tests.comments.steps import kept_and_counted
from tests.factories import (
    TERMS,
    coordinator,
    make_comment,
    make_department,
    make_project,
    make_suggestion,
    subject_of,
)
from tests.people import (
    ADA,
    AYLIN,
    JONAS,
    KIM,
    MARA,
    NOAH,
    NOW,
    OTHER_OFFICER,
    Persona,
    make_person,
)

pytestmark = pytest.mark.usefixtures("session")

SENT = Sent("Bitte denken Sie an Schatten.", "de", NOW - timedelta(minutes=1))
SECOND = timedelta(seconds=1)


def entries() -> list[JournalEntry]:
    about = sa.select(JournalEntry).where(JournalEntry.subject == "comment")
    return list(db.session.scalars(about.order_by(JournalEntry.id)))


def test_resident_comments_on_a_project_and_on_a_suggestion() -> None:
    project, suggestion = make_project(), make_suggestion()
    one, other = make_comment(project), make_comment(suggestion)
    assert one.thread_id != other.thread_id
    assert not one.is_official
    assert [subject_of(thing).count for thing in (project, suggestion)] == [1, 1]
    assert [entry.event for entry in entries()] == ["comment:written"] * 2


def test_reply_hangs_below_its_comment_and_has_none_itself() -> None:
    project = make_project()
    top = make_comment(project)
    reply = make_comment(project, parent=top, author=make_person(NOAH))
    assert reply.parent_id == top.id
    with pytest.raises(rules.OnlyOneLevel):
        make_comment(project, parent=reply)


def test_nobody_replies_to_a_comment_of_something_else() -> None:
    top = make_comment(make_project())
    with pytest.raises(NotFound):
        make_comment(make_suggestion(), parent=top)
    with pytest.raises(NotFound):
        service.write(subject_of(make_suggestion()), make_person(MARA).actor, NOW, SENT, 10**6)


def test_nobody_replies_to_what_cannot_be_read() -> None:
    project = make_project()
    gone, hidden = make_comment(project), make_comment(project)
    service.delete(gone.id, make_person(MARA).actor, NOW)
    service.hide(hidden.id, coordinator(), NOW, Reason.INSULT)
    for parent in (gone, hidden):
        with pytest.raises(rules.NotNow):
            make_comment(project, parent=parent)


#: What is merged before it was published never becomes public.
_WITH_NUMBER = sorted(
    (suggestion_rules.PUBLIC_STATES | {SuggestionState.HIDDEN}) - {SuggestionState.MERGED}
)


@pytest.mark.parametrize("state", _WITH_NUMBER)
def test_suggestion_is_commented_on_only_while_it_is_public(state: SuggestionState) -> None:
    suggestion = make_suggestion(state, quorum=2)
    subject = subject_of(suggestion)
    assert subject.is_public is suggestion_rules.text_is_public(suggestion.facts)
    if subject.is_public:
        assert make_comment(suggestion).id
    else:
        with pytest.raises(NotFound):
            make_comment(suggestion)


def test_suggestion_that_was_hidden_a_moment_ago_is_not_commented_on() -> None:
    suggestion = make_suggestion()
    subject = subject_of(suggestion)
    given = Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk.")
    suggestions.act(suggestion.id, "hide", coordinator(), NOW, TERMS, given)
    with pytest.raises(NotFound):
        service.write(subject, make_person(MARA).actor, NOW, SENT)


@pytest.mark.parametrize("persona", [AYLIN, ADA, None])
def test_who_has_no_right_to_write_does_not(persona: Persona | None) -> None:
    actor = make_person(persona).actor if persona else VISITOR
    with pytest.raises(NotPermitted):
        service.write(subject_of(make_project()), actor, NOW, SENT)


def test_comment_of_the_department_in_charge_is_official() -> None:
    office = make_department()
    project = make_project(departments=[office])
    officer = make_comment(project, author=make_person(JONAS))
    assert (officer.is_official, officer.department_id) == (True, office.id)
    kim = make_comment(project, author=make_person(KIM))
    assert (kim.is_official, kim.department_id) == (True, None)
    with pytest.raises(rules.NotResponsible):
        make_comment(project, author=make_person(OTHER_OFFICER))
    suggestion = make_suggestion()
    assert make_comment(suggestion, author=make_person(JONAS)).department_id == office.id


def test_author_edits_until_the_last_second() -> None:
    comment = make_comment(make_project())
    mara = make_person(MARA).actor
    last = NOW + rules.EDIT_TIME - SECOND
    changed = Sent("Anders gesagt.", "de", NOW)
    service.edit(comment.id, mara, last, changed)
    assert (comment.text, comment.edited_at) == ("Anders gesagt.", last)
    with pytest.raises(rules.EditTimeOver):
        service.edit(comment.id, mara, NOW + rules.EDIT_TIME, Sent("Zu spät.", "de", NOW))
    assert comment.text == "Anders gesagt."
    assert [entry.event for entry in entries()] == ["comment:written", "comment:edited"]


def test_same_text_again_is_no_edit() -> None:
    comment = make_comment(make_project())
    service.edit(comment.id, make_person(MARA).actor, NOW, Sent(comment.text, "de", SENT.shown_at))
    assert comment.edited_at is None


@pytest.mark.parametrize("persona", [NOAH, JONAS, KIM])
def test_nobody_touches_what_others_wrote(persona: Persona) -> None:
    comment = make_comment(make_project())
    actor = make_person(persona).actor
    with pytest.raises(NotFound):
        service.edit(comment.id, actor, NOW, SENT)
    with pytest.raises(NotFound):
        service.delete(comment.id, actor, NOW)
    with pytest.raises(NotFound):
        service.delete(10**6, actor, NOW)


def test_deleted_text_is_gone_and_its_place_stays() -> None:
    project = make_project()
    comment = make_comment(project, text="Das nehme ich zurück.")
    make_comment(project, parent=comment, author=make_person(NOAH))
    service.delete(comment.id, make_person(MARA).actor, NOW)
    service.delete(comment.id, make_person(MARA).actor, NOW)
    db.session.expire_all()
    assert (comment.text, comment.state) == ("", State.DELETED)
    assert subject_of(project).count == 1
    assert queries.replies_to([comment.id])[comment.id].total == 1
    assert [entry.event for entry in entries()].count("comment:deleted") == 1


def test_person_reports_once_and_not_the_own_text() -> None:
    comment = make_comment(make_project())
    noah = make_person(NOAH).actor
    assert service.report(comment.id, noah, NOW, Reason.INSULT)
    assert not service.report(comment.id, noah, NOW + SECOND, Reason.ADVERTISING)
    assert comment.reported_at == NOW
    assert queries.open_reports([comment.id]) == {comment.id: {Reason.INSULT: 1}}
    with pytest.raises(rules.OwnComment):
        service.report(comment.id, make_person(MARA).actor, NOW, Reason.INSULT)
    with pytest.raises(NotPermitted):
        service.report(comment.id, VISITOR, NOW, Reason.INSULT)
    reported = [entry for entry in entries() if entry.event == "comment:reported"]
    assert [(entry.actor_id, entry.facts) for entry in reported] == [(None, {"reason": "insult"})]


def test_hiding_and_restoring_keep_the_count_and_are_in_the_journal_with_reason() -> None:
    project = make_project()
    comment = make_comment(project)
    kim = coordinator()
    service.report(comment.id, make_person(NOAH).actor, NOW, Reason.INSULT)
    service.hide(comment.id, kim, NOW, Reason.PERSONAL_DATA)
    assert (comment.state, comment.hide_reason) == (State.HIDDEN, Reason.PERSONAL_DATA)
    assert subject_of(project).count == 0
    assert comment.reported_at is None
    assert queries.open_reports([comment.id]) == {}
    with pytest.raises(rules.NotNow):
        service.hide(comment.id, kim, NOW, Reason.INSULT)
    service.restore(comment.id, kim, NOW, RestoreReason.OBJECTION)
    assert comment.state is State.VISIBLE
    assert subject_of(project).count == 1
    with pytest.raises(rules.NotNow):
        service.restore(comment.id, kim, NOW, RestoreReason.MISTAKE)
    said = [(entry.event, entry.actor_id, entry.facts.get("reason")) for entry in entries()[2:]]
    assert said == [
        ("comment:hidden", kim.person_id, "personal-data"),
        ("comment:restored", kim.person_id, "objection"),
    ]


def test_comment_that_was_kept_comes_back_with_the_next_report() -> None:
    comment = make_comment(make_project())
    kim = coordinator()
    with pytest.raises(rules.NotNow):
        service.keep(comment.id, kim, NOW)
    service.report(comment.id, make_person(NOAH).actor, NOW, Reason.INSULT)
    service.keep(comment.id, kim, NOW)
    assert queries.reported_page(["de"], None).rows == []
    service.report(comment.id, make_person(JONAS).actor, NOW, Reason.OFF_TOPIC)
    assert [row[0].id for row in queries.reported_page(["de"], None).rows] == [comment.id]
    assert queries.open_reports([comment.id]) == {comment.id: {Reason.OFF_TOPIC: 1}}


@pytest.mark.parametrize("persona", [MARA, NOAH, JONAS, AYLIN, ADA])
def test_only_coordinators_decide(persona: Persona) -> None:
    comment = make_comment(make_project())
    actor = make_person(persona).actor
    with pytest.raises(NotPermitted):
        service.hide(comment.id, actor, NOW, Reason.INSULT)
    with pytest.raises(NotPermitted):
        service.restore(comment.id, actor, NOW, RestoreReason.CHECKED)
    with pytest.raises(NotPermitted):
        service.keep(comment.id, actor, NOW)


def test_coordinator_does_not_decide_about_the_own_text() -> None:
    comment = make_comment(make_project(), author=make_person(KIM))
    with pytest.raises(rules.OwnComment):
        service.hide(comment.id, coordinator(), NOW, Reason.INSULT)


def test_author_deletes_a_hidden_comment_and_it_stays_deleted() -> None:
    project = make_project()
    comment = make_comment(project)
    service.hide(comment.id, coordinator(), NOW, Reason.INSULT)
    service.delete(comment.id, make_person(MARA).actor, NOW)
    assert kept_and_counted() == (0, 0)
    with pytest.raises(rules.NotNow):
        service.restore(comment.id, coordinator(), NOW, RestoreReason.MISTAKE)
    assert queries.hidden_page(["de"], None).rows == []


def test_resident_writes_ten_an_hour_and_then_waits() -> None:
    project = make_project()
    for _ in range(rules.MOST_AN_HOUR):
        make_comment(project)
    with pytest.raises(rules.TooOften):
        make_comment(project, now=NOW + rules.HOUR - SECOND)
    assert make_comment(project, author=make_person(NOAH)).id
    assert make_comment(project, now=NOW + rules.HOUR).id


def test_deleting_gives_no_new_tries() -> None:
    project = make_project()
    for _ in range(rules.MOST_AN_HOUR):
        service.delete(make_comment(project).id, make_person(MARA).actor, NOW)
    with pytest.raises(rules.TooOften):
        make_comment(project)


def test_city_is_not_held_up_by_limits() -> None:
    project = make_project(departments=[make_department()])
    jonas = make_person(JONAS)
    for _ in range(rules.MOST_AN_HOUR + 1):
        make_comment(project, author=jonas)
    assert make_comment(project, author=jonas, text="https://a.example " * 5).id


def test_reports_of_one_person_are_limited_too() -> None:
    project = make_project()
    noah = make_person(NOAH).actor
    keys = [
        make_comment(project, now=NOW + timedelta(hours=number)).id
        for number in range(rules.MOST_REPORTS_AN_HOUR + 1)
    ]
    for key in keys[:-1]:
        service.report(key, noah, NOW, Reason.INSULT)
    with pytest.raises(rules.TooOften):
        service.report(keys[-1], noah, NOW, Reason.INSULT)


def test_same_text_sent_again_is_one_comment() -> None:
    project = make_project()
    first = make_comment(project, text="Einmal ist genug.")
    again = make_comment(project, text="Einmal ist genug.", now=NOW + SECOND)
    assert again.id == first.id
    assert make_comment(project, text="Einmal ist genug.", author=make_person(NOAH)).id != first.id
    assert kept_and_counted() == (2, 2)


def test_count_stays_true_whatever_happens() -> None:
    project = make_project()
    mara, kim = make_person(MARA).actor, coordinator()
    made = [make_comment(project) for _ in range(6)]
    service.delete(made[0].id, mara, NOW)
    service.hide(made[1].id, kim, NOW, Reason.INSULT)
    service.hide(made[2].id, kim, NOW, Reason.INSULT)
    service.restore(made[2].id, kim, NOW, RestoreReason.MISTAKE)
    service.hide(made[3].id, kim, NOW, Reason.INSULT)
    service.delete(made[3].id, mara, NOW)
    assert kept_and_counted() == (3, 3)
    assert subject_of(project).count == 3


@pytest.mark.parametrize("order", [queries.NEWEST, queries.OLDEST])
def test_walk_over_forty_five_comments_meets_each_once_in_order(order: object) -> None:
    project = make_project()
    made = []
    for number in range(45):
        top = make_comment(project, now=NOW + timedelta(hours=number))
        for person in (MARA, NOAH):
            make_comment(
                project, parent=top, author=make_person(person), now=NOW + timedelta(hours=number)
            )
        made.append(top.id)
    thread = subject_of(project).thread_id
    seen: list[int] = []
    sizes, token = [], None
    while True:
        page = queries.page(thread, order, token)  # type: ignore[arg-type]
        keys = [row[0].id for row in page.rows]
        seen += keys
        sizes.append(len(keys))
        assert {key: found.total for key, found in queries.replies_to(keys).items()} == (
            dict.fromkeys(keys, 2)
        )
        if page.next_token is None:
            break
        token = page.next_token
    assert sizes == [20, 20, 5]
    assert seen == (made if order is queries.OLDEST else made[::-1])
    back = queries.page(thread, order, page.previous_token)  # type: ignore[arg-type]
    assert [row[0].id for row in back.rows] == seen[20:40]


def test_list_shows_the_first_replies_and_how_many_there_are() -> None:
    project = make_project(departments=[make_department()])
    top, other = make_comment(project), make_comment(project)
    keys = [make_comment(project, parent=top, author=make_person(KIM)).id for _ in range(8)]
    found = queries.replies_to([top.id, other.id])
    assert [reply.id for reply in found[top.id].shown] == keys[: queries.REPLIES_SHOWN]
    assert found[top.id].total == 8
    assert other.id not in found


def test_preview_has_the_newest_and_the_citys_answers_to_them() -> None:
    project = make_project(departments=[make_department()])
    made = [make_comment(project) for _ in range(5)]
    answer = make_comment(project, parent=made[4], author=make_person(JONAS))
    make_comment(project, parent=made[4], author=make_person(NOAH))
    service.hide(made[3].id, coordinator(), NOW, Reason.INSULT)
    preview = queries.preview_of_project(project.id)
    assert [one.id for one in preview.comments] == [made[4].id, made[2].id, made[1].id]
    assert {key: [a.id for a in found] for key, found in preview.answers.items()} == {
        made[4].id: [answer.id]
    }
    assert preview.count == 6


def test_preview_of_what_nobody_can_read_is_empty() -> None:
    project = make_project()
    assert queries.preview_of_project(project.id).count == 0
    service.delete(make_comment(project).id, make_person(MARA).actor, NOW)
    preview = queries.preview_of_project(project.id)
    assert (preview.count, list(preview.comments)) == (0, [])


@pytest.mark.parametrize("values", [{}, {"project_id": 1, "suggestion_id": 1}])
def test_database_refuses_a_thread_about_nothing_or_about_two_things(
    values: dict[str, int],
) -> None:
    make_project()
    make_suggestion()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(CommentThread).values(visible=0, **values))


def test_nothing_personal_of_a_report_but_its_key_is_kept() -> None:
    names = {column.name for column in CommentReport.__table__.columns}
    assert names == {"comment_id", "person_id", "reason", "reported_at", "settled_at"}

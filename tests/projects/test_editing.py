"""Versions and rights in the service; on both databases."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import NotFound, NotPermitted
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR, Actor
from participation.projects import editing, queries, rules, version_queries
from participation.projects.models import Project, ProjectVersion
from tests.factories import coordinator, make_department, make_district, make_project
from tests.people import AYLIN, JONAS, MARA, NOW, OTHER_OFFICER, make_person
from tests.projects.steps import make_draft

pytestmark = pytest.mark.usefixtures("session")


def edit(project: Project, actor: Actor | None = None, **wanted: Any) -> Project:
    fields = {key.replace("__", "."): value for key, value in wanted.items()}
    return editing.edit(
        project.id, actor or coordinator(), NOW, fields, seen_version=project.version
    )


def versions(project: Project) -> list[ProjectVersion]:
    found = sa.select(ProjectVersion).where(ProjectVersion.project_id == project.id)
    return list(db.session.scalars(found.order_by(ProjectVersion.number)))


def test_every_save_keeps_the_whole_sheet() -> None:
    project = make_project(districts=[make_district()], cost=5)
    edit(project, cost=7, districts=[])
    edit(project, de__summary="Neu", en__title="New")
    first, second, third = versions(project)
    assert (first.snapshot["cost"], second.snapshot["cost"]) == (5, 7)
    assert (len(first.snapshot["districts"]), second.snapshot["districts"]) == (1, [])
    assert (third.snapshot["de.summary"], third.snapshot["en.title"]) == ("Neu", "New")
    assert third.snapshot == version_queries.snapshot_of(project)
    assert [one.actor_id is None for one in (first, second)] == [True, False]


def test_states_that_staff_give_are_the_citys_own() -> None:
    project = make_project(states_are_printed=False)
    edit(project, cost=1)
    assert not project.states_are_printed
    edit(project, participation="running")
    assert project.states_are_printed


def test_only_another_review_day_makes_no_version() -> None:
    project = make_project()
    day = NOW.date().replace(month=12)
    editing.edit(project.id, coordinator(), NOW, {"cost": None}, seen_version=1, review_on=day)
    assert (project.review_on, project.version) == (day, 1)
    events = sa.select(JournalEntry.event).order_by(JournalEntry.id.desc())
    assert db.session.scalars(events).first() == "project:reviewed"


def test_result_carries_the_day_on_which_it_was_said() -> None:
    project = make_project()
    edit(project, de__result="Gut")
    assert [text.result_on for text in project.texts] == [NOW.date()]
    edit(project, de__result="")
    assert [text.result_on for text in project.texts] == [None]


@pytest.mark.parametrize("who", [None, MARA, AYLIN, OTHER_OFFICER])
def test_nobody_else_can_write_a_sheet(who: Any) -> None:
    project = make_project(departments=[make_department()])
    actor = make_person(who).actor if who else VISITOR
    acts = (
        lambda: edit(project, actor, cost=1),
        lambda: editing.publish(project.id, actor, NOW, seen_version=1),
        lambda: editing.mark_reviewed(project.id, actor, NOW),
        lambda: editing.try_on(project.id, actor, NOW, {"cost": 1}),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    if who is not OTHER_OFFICER:
        with pytest.raises(NotPermitted):
            make_draft(actor)
    assert project.version == 1


def test_sheet_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        editing.mark_reviewed(4711, coordinator(), NOW)


def test_officer_keeps_a_department_and_a_sheet_keeps_its_german_title() -> None:
    project = make_project(departments=[make_department()])
    with pytest.raises(rules.DepartmentNeeded):
        edit(project, make_person(JONAS).actor, departments=[make_department("61").id])
    db.session.rollback()
    project = make_project()
    for wanted in ({"de__title": ""}, {"en__summary": "No title"}):
        with pytest.raises(rules.TitleMissing):
            edit(project, **wanted)
        db.session.rollback()
        project = make_project()


def test_draft_is_in_no_list_count_or_choice() -> None:
    draft = make_draft(coordinator())
    chain = ("de",)
    filters = queries.Filters()
    assert queries.list_page(filters, queries.NEWEST, None, chain).rows == []
    assert queries.counts_by_participation(filters) == {}
    assert queries.recently_updated(chain, 3) == []
    assert queries.titles(chain) == []
    assert queries.title_of(draft.id, chain) is None
    assert db.session.scalar(sa.select(queries.how_many())) == 0

"""Who has which role and answers for which department; granting and taking away."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from participation.accounts import queries, roles, service
from participation.accounts.forms import GrantForm, RevokeForm
from participation.accounts.models import Person
from participation.accounts.rules import ROLE_NAMES, DepartmentNeeded
from participation.city import queries as city
from participation.core import clock
from participation.core.access import current_actor, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.messages import DomainError, NotFound
from participation.permissions import Permission, Role

role_staff = Blueprint("role_staff", __name__, url_prefix="/<language:lang>/verwaltung/rollen")


@role_staff.route("/", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
@keeps_input
def staff_list() -> Any:
    """Everybody with a role, and the form to grant one."""
    keep_private()
    now = clock.now()
    form = GrantForm().offer(city.departments_on(clock.city_date(now)))
    problem, status = "", 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            person = _grant(form)
            db.session.commit()
            return redirect(url_for(".person", person_id=person, fertig="gegeben"), 303)
        except DomainError as error:
            db.session.rollback()
            problem, status = error.message, int(error.status)
    page = queries.staff_page(request.args.get("seite"))
    people = [row[0] for row in page.rows]
    shown = render_template(
        "accounts/staff/roles.html",
        page=page,
        people=people,
        form=form,
        problem=problem,
        role_names=ROLE_NAMES,
        departments=_departments_of(people),
    )
    return shown, status


def _grant(form: GrantForm) -> int:
    role, department = Role(form.role.data), form.department.data
    if role is Role.OFFICER and not department:
        raise DepartmentNeeded
    ids = [department] if role is Role.OFFICER else []
    service.grant(form.address, role, ids, clock.now(), actor=current_actor())
    person = queries.person_by_email(form.address)
    if person is None:
        raise NotFound
    return person.id


@role_staff.get("/<number:person_id>/")
@requires(Permission.ROLE_GRANT)
def person(person_id: int) -> Any:
    """One person's roles and departments, and what can be taken away."""
    return _page(person_id)


@role_staff.post("/<number:person_id>/rolle-entziehen/")
@requires(Permission.ROLE_GRANT)
def revoke(person_id: int) -> Any:
    """Take a role away."""
    form = RevokeForm()
    try:
        role = Role(form.role.data or "")
    except ValueError as error:
        raise NotFound from error
    return _take_away(person_id, roles.revoke, role)


@role_staff.post("/<number:person_id>/aemter/<number:department_id>/entziehen/")
@requires(Permission.ROLE_GRANT)
def revoke_department(person_id: int, department_id: int) -> Any:
    """Let somebody answer for one department less."""
    return _take_away(person_id, roles.revoke_department, department_id)


def _take_away(person_id: int, act: Any, what: Any) -> Any:
    try:
        act(person_id, what, current_actor(), clock.now())
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        return _page(person_id, error.message, int(error.status))
    if queries.staff_member(person_id) is None:
        return redirect(url_for(".staff_list"), 303)
    return redirect(url_for(".person", person_id=person_id, fertig="entzogen"), 303)


def _page(person_id: int, problem: str = "", status: int = 200) -> Any:
    keep_private()
    found = queries.staff_member(person_id)
    if found is None:
        raise NotFound
    page = render_template(
        "accounts/staff/person.html",
        member=found,
        is_own=found.id == current_actor().person_id,
        form=RevokeForm(formdata=None),
        role_names=ROLE_NAMES,
        departments=_departments_of([found]),
        problem=problem,
        done=request.args.get("fertig", ""),
    )
    return page, status


def _departments_of(people: list[Person]) -> dict[int, str]:
    ids = {one.department_id for person in people for one in person.memberships}
    return queries.department_names(ids) if ids else {}

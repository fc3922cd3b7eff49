"""The people of the tests. Mara lives in Mainz; Jonas answers; Aylin watches; Kim coordinates."""

from dataclasses import dataclass
from datetime import UTC, datetime

from participation.accounts import service
from participation.accounts.models import Person
from participation.permissions import Role
from tests.factories import make_department

#: A Tuesday, 10:00 in Mainz.
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Persona:
    """Somebody a test can be."""

    email: str
    role: Role | None = None
    department: str = ""
    is_resident: bool = False


MARA = Persona("mara@example.org", is_resident=True)
NOAH = Persona("noah@example.org", is_resident=True)
JONAS = Persona("jonas@example.org", Role.OFFICER, department="67")
OTHER_OFFICER = Persona("olga@example.org", Role.OFFICER, department="61")
KIM = Persona("kim@example.org", Role.COORDINATOR)
AYLIN = Persona("aylin@example.org", Role.BOARD_MEMBER)
ADA = Persona("ada@example.org", Role.ADMINISTRATOR)
VISITOR: Persona | None = None

#: One persona a role, as the guards go through them.
BY_ROLE: dict[Role, Persona | None] = {
    Role.VISITOR: VISITOR,
    Role.RESIDENT: MARA,
    Role.OFFICER: JONAS,
    Role.COORDINATOR: KIM,
    Role.BOARD_MEMBER: AYLIN,
    Role.ADMINISTRATOR: ADA,
}


def make_person(persona: Persona, *, password_hash: str = "") -> Person:
    """Put the persona into the database, once."""
    from participation.accounts.queries import person_by_email

    if found := person_by_email(persona.email):
        return found
    person = service.create_person(
        persona.email, password_hash, NOW, is_resident=persona.is_resident
    )
    if persona.role:
        departments = [make_department(persona.department).id] if persona.department else []
        service.grant(persona.email, persona.role, departments, NOW, tell=False)
    return person

"""Every right in the house, on one page.

A :class:`Permission` reads ``scope:action``. :data:`GRANTS` says which role has which; conditions on
an object (own, assigned) are predicates in the features' ``rules.py``. ``docs/roles.md`` is
generated from here.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is to the platform. A person can hold several roles at once."""

    VISITOR = "visitor"
    RESIDENT = "resident"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    BOARD_MEMBER = "board_member"
    ADMINISTRATOR = "administrator"
    #: Not a person: what happens because time passed or a count was reached.
    CLOCK = "clock"


#: Roles that administrators grant, and the command line; the others follow from what a person is.
GRANTABLE_ROLES = (Role.OFFICER, Role.COORDINATOR, Role.BOARD_MEMBER, Role.ADMINISTRATOR)


class Permission(StrEnum):
    """One right. Views ask for it with ``@requires``, transitions name it."""

    PROJECT_READ = "project:read"
    PROJECT_EDIT = "project:edit"
    PROJECT_EDIT_ALL = "project:edit-all"
    PROJECT_SEE_REVIEW = "project:see-review"
    MEETING_READ = "meeting:read"
    MEETING_SIGN_UP = "meeting:sign-up"
    MEETING_EDIT = "meeting:edit"
    SUGGESTION_READ = "suggestion:read"
    ACCOUNT_OWN = "account:own"
    SUGGESTION_WRITE = "suggestion:write"
    SUGGESTION_SUPPORT = "suggestion:support"
    STAFF_QUEUE = "staff:queue"
    SUGGESTION_READ_INTERNAL = "suggestion:read-internal"
    SUGGESTION_REVIEW = "suggestion:review"
    SUGGESTION_DECIDE = "suggestion:decide"
    SUGGESTION_ANSWER = "suggestion:answer"
    SUGGESTION_IMPLEMENT = "suggestion:implement"
    SUGGESTION_CLOSE = "suggestion:close"
    POLL_READ = "poll:read"
    POLL_VOTE = "poll:vote"
    POLL_EDIT = "poll:edit"
    POLL_OPEN_ENVELOPES = "poll:open-envelopes"
    POLL_KEEP_TIME = "poll:keep-time"
    COMMENT_WRITE = "comment:write"
    COMMENT_REPORT = "comment:report"
    COMMENT_MODERATE = "comment:moderate"
    REPORT_READ = "report:read"
    JOURNAL_READ = "journal:read"
    ROLE_GRANT = "role:grant"
    PAGE_EDIT = "page:edit"
    BARRIER_ANSWER = "barrier:answer"


_PUBLIC = frozenset(
    {
        Permission.PROJECT_READ,
        Permission.MEETING_READ,
        Permission.SUGGESTION_READ,
        Permission.POLL_READ,
    },
)
#: Of everybody with an account, even one whose last role was taken away.
_SIGNED_IN = _PUBLIC | {Permission.ACCOUNT_OWN, Permission.COMMENT_REPORT, Permission.POLL_VOTE}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: _PUBLIC,
    Role.RESIDENT: _SIGNED_IN
    | {
        Permission.MEETING_SIGN_UP,
        Permission.SUGGESTION_WRITE,
        Permission.SUGGESTION_SUPPORT,
        Permission.COMMENT_WRITE,
    },
    Role.OFFICER: _SIGNED_IN
    | {
        Permission.PROJECT_EDIT,
        Permission.PROJECT_SEE_REVIEW,
        Permission.STAFF_QUEUE,
        Permission.SUGGESTION_READ_INTERNAL,
        Permission.SUGGESTION_ANSWER,
        Permission.SUGGESTION_IMPLEMENT,
        Permission.COMMENT_WRITE,
        Permission.REPORT_READ,
    },
    Role.COORDINATOR: _SIGNED_IN
    | {
        Permission.PROJECT_EDIT,
        Permission.PROJECT_EDIT_ALL,
        Permission.PROJECT_SEE_REVIEW,
        Permission.MEETING_EDIT,
        Permission.STAFF_QUEUE,
        Permission.SUGGESTION_READ_INTERNAL,
        Permission.SUGGESTION_REVIEW,
        Permission.SUGGESTION_DECIDE,
        Permission.SUGGESTION_ANSWER,
        Permission.SUGGESTION_IMPLEMENT,
        Permission.COMMENT_WRITE,
        Permission.COMMENT_MODERATE,
        Permission.REPORT_READ,
        Permission.JOURNAL_READ,
        Permission.PAGE_EDIT,
        Permission.BARRIER_ANSWER,
        Permission.POLL_EDIT,
        Permission.POLL_OPEN_ENVELOPES,
    },
    Role.BOARD_MEMBER: _SIGNED_IN
    | {
        Permission.PROJECT_SEE_REVIEW,
        Permission.REPORT_READ,
        Permission.JOURNAL_READ,
        Permission.POLL_OPEN_ENVELOPES,
    },
    Role.ADMINISTRATOR: _SIGNED_IN
    | {
        Permission.REPORT_READ,
        Permission.JOURNAL_READ,
        Permission.ROLE_GRANT,
        Permission.PAGE_EDIT,
    },
    Role.CLOCK: frozenset({Permission.SUGGESTION_CLOSE, Permission.POLL_KEEP_TIME}),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a person's number and roles, or nobody in particular.

    :param person_id: the person's key, ``None`` for a visitor and for the clock
    :param departments: keys of the departments an officer answers for
    """

    person_id: int | None = None
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({Role.VISITOR}))
    departments: frozenset[int] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Tell whether any of the actor's roles grants the permission, or having an account does."""
        if self.person_id is not None and permission in _SIGNED_IN:
            return True
        return any(permission in GRANTS[role] for role in self.roles)


VISITOR = Actor()
CLOCK = Actor(roles=frozenset({Role.CLOCK}))

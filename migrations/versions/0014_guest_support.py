"""support without an account, one account a mailbox, striking off"""

import hashlib
import hmac

import idna
import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ROWS_A_STATEMENT = 500
_PERSON = sa.table(
    "person", *(sa.column(name) for name in ("id", "email", "mailbox", "confirmed_at"))
)
_SUPPORT = sa.table(
    "support",
    sa.column("suggestion_id", sa.Integer()),
    sa.column("person_id", sa.Integer()),
    sa.column("mailbox", sa.String()),
    sa.column("wants_mail", sa.Boolean()),
    sa.column("given_at", sa.DateTime(timezone=True)),
    sa.column("struck_by", sa.Integer()),
)
_OLD_COLUMNS = ("suggestion_id", "person_id", "wants_mail", "given_at")


def _mailbox_key(address: str) -> str:
    """As accounts.rules.mailbox_key was when this migration was written."""
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = idna.encode(domain.rstrip("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        domain = domain.rstrip(".").lower()
    local = local.casefold()
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        domain, local = "gmail.com", local.replace(".", "") or local
    return f"{local}@{domain}"


def _fingerprint(mailbox: str) -> str:
    key = current_app.extensions["settings"].key_of_fingerprints
    return hmac.new(key.encode(), f"mailbox\0{mailbox}".encode(), hashlib.sha256).hexdigest()


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailbox", sa.String(length=254), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_person_mailbox"), ["mailbox"])
    with op.batch_alter_table("suggestion_move", schema=None) as batch_op:
        batch_op.add_column(sa.Column("struck", sa.Integer(), nullable=True))
    op.execute("UPDATE suggestion_move SET struck = 0")
    with op.batch_alter_table("suggestion_move", schema=None) as batch_op:
        batch_op.alter_column("struck", existing_type=sa.Integer(), nullable=False)
    mailboxes = _give_mailboxes()
    _change_support(mailboxes)
    _make_tables_of_guests()
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("guest_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_mail_entry_id_guest_id"), ["entry_id", "guest_id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_mail_one_reader"), "(person_id IS NULL) <> (guest_id IS NULL)"
        )


def _give_mailboxes() -> dict[int, str]:
    """One account a mailbox; a second one, from before this was watched, keeps none. Confirmed
    accounts come first. Returns the mailbox of every person."""
    connection = op.get_bind()
    unconfirmed_last = sa.case((_PERSON.c.confirmed_at.is_(None), 1), else_=0)
    people = connection.execute(
        sa.select(_PERSON.c.id, _PERSON.c.email).order_by(unconfirmed_last, _PERSON.c.id)
    ).all()
    mailboxes = {person_id: _mailbox_key(email) for person_id, email in people}
    first: dict[str, int] = {}
    for person_id, mailbox in mailboxes.items():
        first.setdefault(mailbox, person_id)
    change = (
        sa.update(_PERSON)
        .where(_PERSON.c.id == sa.bindparam("key"))
        .values(mailbox=sa.bindparam("to"))
    )
    rows = [{"key": person_id, "to": mailbox} for mailbox, person_id in first.items()]
    if rows:
        connection.execute(change, rows)
    return mailboxes


def _change_support(mailboxes: dict[int, str]) -> None:
    connection = op.get_bind()
    columns = [_SUPPORT.c[name] for name in _OLD_COLUMNS]
    order = (_SUPPORT.c.given_at, _SUPPORT.c.suggestion_id, _SUPPORT.c.person_id)
    rows = [
        dict(row) for row in connection.execute(sa.select(*columns).order_by(*order)).mappings()
    ]
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_person_id"))
    op.drop_table("support")
    op.create_table(
        "support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=True),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_support_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["struck_by"], ["suggestion_move.id"], name=op.f("fk_support_struck_by_suggestion_move")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_support_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint(
            "suggestion_id", "person_id", name=op.f("uq_support_suggestion_id_person_id")
        ),
        sa.UniqueConstraint(
            "suggestion_id", "mailbox", name=op.f("uq_support_suggestion_id_mailbox")
        ),
        sa.UniqueConstraint(
            "suggestion_id", "resident", name=op.f("uq_support_suggestion_id_resident")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_support_struck_by"), ["struck_by"], unique=False)
        batch_op.create_index(
            "ix_support_suggestion_id_given_at_id",
            ["suggestion_id", "given_at", "id"],
            unique=False,
        )
    seen: set[tuple[int, str]] = set()
    for row in rows:
        mailbox = mailboxes[row["person_id"]]
        if (row["suggestion_id"], mailbox) in seen:
            # Counted twice before this was watched; nobody's support is taken away afterwards.
            mailbox = f"{mailbox} {row['person_id']}"
        seen.add((row["suggestion_id"], mailbox))
        row["mailbox"] = _fingerprint(mailbox)
    _insert(rows)


def _insert(rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        op.get_bind().execute(sa.insert(_SUPPORT), rows[start : start + _ROWS_A_STATEMENT])


def _make_tables_of_guests() -> None:
    def typed() -> list[sa.Column[str]]:
        lengths = {"first_name": 80, "last_name": 80, "street": 120, "postcode": 5, "email": 254,
                   "language": 16}  # fmt: skip
        return [
            sa.Column(name, sa.String(length=length), nullable=False)
            for name, length in lengths.items()
        ]

    op.create_table(
        "support_guest",
        sa.Column("support_id", sa.Integer(), nullable=False),
        sa.Column("same_address", sa.String(length=140), nullable=False),
        sa.Column("same_name", sa.String(length=160), nullable=False),
        *typed(),
        sa.ForeignKeyConstraint(
            ["support_id"], ["support.id"], name=op.f("fk_support_guest_support_id_support")
        ),
        sa.PrimaryKeyConstraint("support_id", name=op.f("pk_support_guest")),
    )
    with op.batch_alter_table("support_guest", schema=None) as batch_op:
        batch_op.create_index("ix_support_guest_same_address", ["same_address"], unique=False)
        batch_op.create_index("ix_support_guest_same_name", ["same_name"], unique=False)
    op.create_table(
        "support_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *typed(),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_support_request_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_request")),
        sa.UniqueConstraint(
            "suggestion_id",
            "mailbox",
            "resident",
            name=op.f("uq_support_request_suggestion_id_mailbox_resident"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("support_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_request_expires_at"), ["expires_at"], unique=False
        )


def downgrade() -> None:
    """Supports without an account have no place in the older form: they go, and are counted no more."""
    op.execute("DELETE FROM mail WHERE person_id IS NULL")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_mail_one_reader"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_mail_entry_id_guest_id"), type_="unique")
        batch_op.drop_column("guest_id")
        batch_op.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("support_request")
    op.drop_table("support_guest")
    columns = [_SUPPORT.c[name] for name in _OLD_COLUMNS]
    kept = sa.select(*columns).where(
        _SUPPORT.c.person_id.is_not(None), _SUPPORT.c.struck_by.is_(None)
    )
    rows = [dict(row) for row in op.get_bind().execute(kept).mappings()]
    op.drop_table("support")
    op.create_table(
        "support",
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_support_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_support_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("suggestion_id", "person_id", name=op.f("pk_support")),
    )
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_person_id"), ["person_id"], unique=False)
    _insert(rows)
    op.execute(
        "UPDATE suggestion SET supports ="
        " (SELECT count(*) FROM support WHERE support.suggestion_id = suggestion.id)"
    )
    with op.batch_alter_table("suggestion_move", schema=None) as batch_op:
        batch_op.drop_column("struck")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_person_mailbox"), type_="unique")
        batch_op.drop_column("mailbox")

"""The database's own refusals: what is written stays, and no contact stands without its verdict.

Installed after every migration (a migration on SQLite rebuilds a table and silently drops its
triggers), so that they hold whatever the way a schema came about.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

IMMUTABLE = (
    "store_ledgerevent",
    "store_verdict",
    "store_contact",
    "store_contactoutcome",
    "store_evidenceleaf",
    "store_sealedleaf",
    "store_checkpoint",
    "store_snapshot",
    "store_packtext",
    "store_reply",
)
"""The tables whose rows are never updated or deleted."""

WORDS = ("template", "language", "to", "subject", "text")
"""The columns of a message that stay as they were queued; its way out may be noted."""

_MATCHES = " AND ".join(
    [
        "v.id = NEW.verdict_id",
        "v.outcome = 'allowed'",
        *(
            f"v.{column} = NEW.{column}"
            for column in ("lender_id", "loan_id", "party_id", "contact_point_id", "channel", "purpose")
        ),
        "NEW.placed_at >= v.judged_at",
        "NEW.placed_at < v.expires_at",
        "NEW.must_end_at <= v.expires_at",
    ]
)
_CONTACT_REFUSED = "a contact needs an allowed verdict for this loan, party, channel and moment"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place, again where it already is."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, create=True):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away. Only tests that empty or corrupt tables have a use for it."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, create=False):
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that should be there and are not, are switched off, or do something else."""
    with connection.cursor() as cursor:
        cursor.execute(_CATALOG[connection.vendor])
        present = {_plain(text) for (text,) in cursor.fetchall()}
    made = [_plain(statement) for statement in _statements(connection.vendor, create=True)]
    guards = [text for text in made if text.startswith("CREATE TRIGGER")]
    if connection.vendor == "postgresql":
        return [text.split()[2] for text in guards if f"{text} {_body_called(text)}" not in present]
    return [text.split()[2] for text in guards if text not in present]


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "").split())


def _body_called(trigger: str) -> str:
    """Return what the function of a trigger has to say; PostgreSQL keeps it apart from the trigger."""
    function = _PG_REFUSE if "EXECUTE FUNCTION forbear_refuse(" in trigger else _PG_CONTACT
    return _plain(function.split("$$")[1])


def _names(vendor: str) -> list[str]:
    kinds = ("update", "delete") if vendor == "sqlite" else ("update", "delete", "truncate")
    stays = [f"{table}_no_{kind}" for table in IMMUTABLE for kind in kinds]
    return [*stays, "store_message_words_stay", "store_contact_needs_verdict"]


def _statements(vendor: str, *, create: bool) -> list[str]:
    return _sqlite(create=create) if vendor == "sqlite" else _postgresql(create=create)


def _sqlite(*, create: bool) -> list[str]:
    drops = [f"DROP TRIGGER IF EXISTS {name}" for name in _names("sqlite")]
    if not create:
        return drops
    stays = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_immutable_message(table, verb)}'); END"
        for table in IMMUTABLE
        for verb in ("UPDATE", "DELETE")
    ]
    words = ", ".join(f'"{column}"' for column in WORDS)
    return [
        *drops,
        *stays,
        f"CREATE TRIGGER store_message_words_stay BEFORE UPDATE OF {words} ON store_message "
        "BEGIN SELECT RAISE(ABORT, 'the words of a message stay as they were queued'); END",
        _SQLITE_CONTACT,
    ]


def _postgresql(*, create: bool) -> list[str]:
    tables = {
        name: table for table in IMMUTABLE for name in _names("postgresql") if name.startswith(f"{table}_no_")
    }
    tables |= {"store_message_words_stay": "store_message", "store_contact_needs_verdict": "store_contact"}
    drops = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in tables.items()]
    if not create:
        return drops
    stays = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} "
        f"EXECUTE FUNCTION forbear_refuse('{_immutable_message(table, verb)}')"
        for table in IMMUTABLE
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ]
    words = ", ".join(f'"{column}"' for column in WORDS)
    return [
        _PG_REFUSE,
        _PG_CONTACT,
        *drops,
        *stays,
        f"CREATE TRIGGER store_message_words_stay BEFORE UPDATE OF {words} ON store_message "
        "FOR EACH ROW EXECUTE FUNCTION "
        "forbear_refuse('the words of a message stay as they were queued')",
        "CREATE TRIGGER store_contact_needs_verdict BEFORE INSERT ON store_contact "
        "FOR EACH ROW EXECUTE FUNCTION forbear_contact_needs_verdict()",
    ]


def _immutable_message(table: str, verb: str) -> str:
    return f"{table} is append-only; {verb} is refused"


_CATALOG = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
    ),
}
"""Where each database keeps what its triggers do; those that fire in replicas alone are left out."""

_SQLITE_CONTACT = f"""
CREATE TRIGGER store_contact_needs_verdict BEFORE INSERT ON store_contact
WHEN NOT EXISTS (SELECT 1 FROM store_verdict v WHERE {_MATCHES})
BEGIN SELECT RAISE(ABORT, '{_CONTACT_REFUSED}'); END
"""  # noqa: S608  # built from constants of this module alone

_PG_REFUSE = """
CREATE OR REPLACE FUNCTION forbear_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_PG_CONTACT = f"""
CREATE OR REPLACE FUNCTION forbear_contact_needs_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM store_verdict v WHERE {_MATCHES}) THEN
        RAISE EXCEPTION '{_CONTACT_REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""  # noqa: S608  # built from constants of this module alone

"""From the environment to a running Django: settings read, demo found, database checked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from forbear.config.settings import PREFIX, SECRET_SHORTEST, Settings, load
from forbear.errors import InputError
from forbear.gateways.demo import clock_resumed, mark_read

SECRET_FILE = Path("keys") / "secret-key"
CONNECT_SECONDS = 5


def set_up(overrides: Mapping[str, str] | None = None, *, migrated: bool = True) -> Settings:
    """Read the settings and start Django; ``overrides`` (by FORBEAR_ name) win over the environment.

    A folder that holds a finished demonstration brings its clock with it. Raises InputError when a
    setting is wrong, the data folder can't be made, or (``migrated``) the database is not up to date.
    """
    os.environ.update(overrides or {})
    settings = load(os.environ)
    data_dir = Path(settings.data_dir)
    mark = mark_read(data_dir)
    if mark is not None:
        os.environ[PREFIX + "DEMO"] = "1"
        if settings.clock == "system":
            os.environ[PREFIX + "CLOCK"] = clock_resumed(data_dir, mark).isoformat()
    if not migrated:
        data_dir.mkdir(parents=True, exist_ok=True)
    settings = load(os.environ)
    if not settings.secret_key and (settings.demo or settings.debug):
        os.environ[PREFIX + "SECRET_KEY"] = _secret(data_dir / SECRET_FILE)
    _start_django()
    _require_reachable(settings.database_url)
    if migrated:
        require_migrated(settings)
    return load(os.environ)


def require_migrated(settings: Settings) -> None:
    """Raise InputError unless every migration has been applied; makes no empty database on the way."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    where = settings.data_dir if settings.database_url == "sqlite" else "FORBEAR_DATABASE_URL"
    name = connection.settings_dict["NAME"]
    if settings.database_url == "sqlite" and not Path(name).exists():
        raise InputError(f"There is no database in {where} yet. Run: forbear migrate (or: forbear demo)")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if mark_read(Path(settings.data_dir)) is not None:
            raise InputError(
                f"The demonstration in {where} was made by another version of Forbear. "
                "Start over with: make demo-reset (or: forbear demo --reset)"
            )
        raise InputError(f"The database in {where} is not up to date. Run: forbear migrate")


def require_secret(settings: Settings) -> None:
    """Raise InputError unless sessions can be signed with a key of this installation's own."""
    if not settings.secret_key:
        raise InputError(
            f"FORBEAR_SECRET_KEY is not set; sessions can't be signed. Set it to {SECRET_SHORTEST} or more"
            " random characters, for example from:"
            " python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
            field="FORBEAR_SECRET_KEY",
        )


def pick_lender(given: str | None) -> str:
    """Return the lender to work for: the one named, or the only one there is.

    Raises InputError that lists the lenders when there are several, none, or not the one named.
    """
    from forbear.store.models import Lender

    known: list[str] = list(Lender.objects.order_by("id").values_list("id", flat=True))
    if not known:
        raise InputError("There is no lender yet. Make one with: forbear import tape --lender NAME …")
    if given is None and len(known) == 1:
        return known[0]
    listed = ", ".join(known)
    if given is None:
        raise InputError(f"There are several lenders; name one with --lender: {listed}.", field="lender")
    if given not in known:
        raise InputError(f"There is no lender {given!r}; there are: {listed}.", field="lender")
    return given


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.web.settings")
    import django

    django.setup()


def _require_reachable(database_url: str) -> None:
    """Raise InputError when no PostgreSQL answers: the pool would try in vain for half a minute."""
    if database_url == "sqlite":
        return
    import psycopg

    try:
        psycopg.connect(database_url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        said = str(error).splitlines()[0]
        raise InputError(f"The database does not answer: {said}. Check FORBEAR_DATABASE_URL.") from error


def _secret(path: Path) -> str:
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    path.touch(mode=0o600)
    path.write_text(key + "\n", encoding="ascii")
    return key

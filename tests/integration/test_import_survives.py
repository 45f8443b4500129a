"""Wherever an import dies, nothing of it is there; run again it is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from import_once import imported

from forbear.store.models import LedgerEvent, Lender, Loan, Party, Reply
from forbear.testing.tapes import write_tape

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("point", ["import.loans_written", "import.events_written"])
def test_an_import_survives_death(tmp_path, point):
    """Killed at a named point, an import leaves no row behind; the next one writes everything."""
    write_tape(tmp_path)
    killed = killed_at(point, tmp_path)
    assert killed.returncode == -signal.SIGKILL
    assert not any(model.objects.exists() for model in (Lender, Loan, Party, LedgerEvent, Reply))
    assert imported(tmp_path) == 7
    assert LedgerEvent.objects.count() == 7


def killed_at(point: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Import in a process of its own, on the database of this test, that dies at the point."""
    found = {"FORBEAR_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "forbear.web.settings"}
    if connection.vendor == "sqlite":
        found["FORBEAR_DATA_DIR"] = str(Path(connection.settings_dict["NAME"]).parent)
    else:
        url = os.environ["FORBEAR_DATABASE_URL"].rpartition("/")[0]
        found["FORBEAR_DATABASE_URL"] = f"{url}/{connection.settings_dict['NAME']}"
    clean = {key: text for key, text in os.environ.items() if not key.startswith("FORBEAR_")} | found
    command = [sys.executable, str(Path(__file__).with_name("import_once.py")), str(folder)]
    return subprocess.run(command, env=clean | {"FORBEAR_CRASH_AT": point}, capture_output=True, check=False)

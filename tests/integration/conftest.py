"""Installations that take seconds to make: made once a run, by the first who needs them, and copied."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import installations
import pytest
from installations import Installed, Make


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Installed:
    """Take a copy of an installation: ``installed(installations.demonstration, tmp_path / "var")``."""
    own = tmp_path_factory.getbasetemp()
    shelf = own if worker_id == "master" else own.parent

    def copy(make: Make, folder: Path) -> Path:
        made = shelf / make.__name__
        with (shelf / f"{make.__name__}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (made / "whole").exists():
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir()
                make(made / "var")
                (made / "whole").touch()
        return shutil.copytree(made / "var", folder)

    return copy


@pytest.fixture
def demo(installed: Installed, tmp_path: Path) -> Path:
    """The folder of a small demonstration, which a test may change."""
    return installed(installations.demonstration, tmp_path / "var")

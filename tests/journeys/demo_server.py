"""A real ``forbear`` in processes of its own, on a small demonstration, stopped by its own pid."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BORROWERS = 60
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Demo:
    """A demonstration in a folder; ``run`` calls a command on it."""

    folder: Path

    def run(self, *arguments: str) -> str:
        """Run ``forbear`` to its end and return what it said; the test fails with its error."""
        done = subprocess.run(
            [sys.executable, "-m", "forbear.cli", *arguments],
            env=self.environ(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the demonstration on a free port while the block runs; yields the address."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "forbear.cli", "demo", "--port", str(port)],
            env=self.environ(),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            for line in server.stdout:
                if "Forbear is at" in line:
                    break
            yield f"http://127.0.0.1:{port}"
            server.send_signal(signal.SIGTERM)
            said = server.communicate(timeout=PATIENCE_SECONDS)[0]
            assert "Stopped; everything is kept." in said
            assert 0 == server.returncode
        finally:
            server.kill()
            server.wait()

    def code(self, phone: str) -> str:
        """Return the sign-in code in the newest text message to a phone."""
        newest = max(
            (self.folder / "outbox" / "sms").glob("code_*.json"), key=lambda path: path.stat().st_mtime
        )
        text = newest.read_text(encoding="utf-8")
        assert phone in text
        return re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", text).group(0)

    def environ(self) -> dict[str, str]:
        """The environment of a fresh shell, with this folder."""
        clean = {key: text for key, text in os.environ.items() if not key.startswith("FORBEAR_")}
        clean.pop("DJANGO_SETTINGS_MODULE", None)
        return clean | {"FORBEAR_DATA_DIR": str(self.folder)}

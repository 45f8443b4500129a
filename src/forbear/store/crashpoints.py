"""Named points at which a test kills the process, to see that a rerun finishes and doubles nothing."""

from __future__ import annotations

import os
import signal

from django.conf import settings


def reached(name: str) -> None:
    """Kill this process here, without warning, when FORBEAR_CRASH_AT names this point."""
    if settings.FORBEAR.crash_at == name:
        os.kill(os.getpid(), signal.SIGKILL)

"""Helper processes of a simulation. Imports nothing of Django, which each process has to start first."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

PROCESSES_MAX = 4


def spare_processes() -> int:
    """Return in how many processes a simulation may run on this machine."""
    return min(PROCESSES_MAX, os.cpu_count() or 1)


def pool(processes: int) -> ProcessPoolExecutor:
    """Return a pool of fresh processes in which Django is set up."""
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a process: it leaves Ctrl-C to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()

    import django

    django.setup()


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)

"""The schedules that Forbear is measured beside: functions of a script that lies outside the repository."""

from __future__ import annotations

import os
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def reference() -> ModuleType | None:
    """Return ``bench/bench_schedule.py`` of the folder that FORBEAR_SHARED names, or None, said in a line."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    script = Path(os.environ.get("FORBEAR_SHARED", beside)) / "bench" / "bench_schedule.py"
    if not script.is_file():
        print(f"Skipped: {script} is not there; FORBEAR_SHARED names the folder that holds it.")
        return None
    spec = spec_from_file_location("bench_schedule", script)
    if spec is None or spec.loader is None:
        print(f"Skipped: {script} is not a Python module.")
        return None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

"""Setting up says what to do where Python or its venv is missing, and works wherever the folder is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "setup.sh"

NO_VENV = """#!/bin/sh
case "$*" in
    "-m venv"*) mkdir -p .venv/bin; echo "ensurepip is not available"; exit 1 ;;
    -V) echo "Python 3.11.2" ;;
esac
"""
OLD = """#!/bin/sh
case "$1" in
    -c) exit 1 ;;
    -V) echo "Python 3.10.4" ;;
esac
"""
WHOLE = """#!/bin/sh
case "$*" in
    "-m venv"*)
        packages=.venv/lib/python3.11/site-packages
        mkdir -p .venv/bin "$packages"
        pwd > "$packages/_editable_impl_forbear.pth"
        for name in activate python pip uv; do printf '#!/bin/sh\\n' > ".venv/bin/$name"; done
        chmod +x .venv/bin/* ;;
    -V) echo "Python 3.11.2" ;;
esac
"""


def set_up(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run the script in ``folder`` with ``python`` as the whole text of its Python."""
    stub = folder / "python"
    stub.write_text(python, encoding="utf-8")
    stub.chmod(0o755)
    (folder / "a.lock").write_text("click==8.2.0\n", encoding="utf-8")
    return subprocess.run(
        [SCRIPT, "a.lock", "stamp"],
        cwd=folder,
        env=os.environ | {"PYTHON": str(stub)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("python", "said"),
    [
        (
            NO_VENV,
            "Python's venv module is missing or incomplete. "
            "Install it (Debian: apt-get install python3-venv) and run this again.",
        ),
        (OLD, "is 3.10.4; Forbear needs 3.11 or later. Name another: make PYTHON=python3.12"),
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path: Path, python: str, said: str):
    """
    One line on stderr says what to install, the status is 2, and nothing half made stays behind.
    """
    run = set_up(tmp_path, python)

    assert run.returncode == 2
    assert run.stderr.endswith(f"{said}\n")
    assert run.stderr.count("\n") == 1
    assert "ensurepip" not in run.stdout
    assert not (tmp_path / ".venv").exists()


def test_the_path_to_the_source_is_ascii(tmp_path: Path):
    """
    In a folder with Chinese letters the file that Python reads at its start holds a relative path.
    """
    folder = tmp_path / "我的 文件"
    folder.mkdir()

    run = set_up(folder, WHOLE)

    packages = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    assert run.returncode == 0, run.stderr
    assert (folder / "stamp").is_file()
    assert (packages / "_editable_impl_forbear.pth").read_text(encoding="ascii") == "../../../../src\n"

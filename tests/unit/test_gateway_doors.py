"""Only two modules lead to a person: services.contact to the telephone, services.message to text and mail."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import forbear

PACKAGE = Path(forbear.__file__).parent
DOORS = {
    "voice": {"services/contact.py"},
    "text": {"services/message.py"},
    "mail": {"services/message.py"},
}
"""Each gateway that reaches a person, and the modules that may use it."""

ADAPTERS = {
    "OutboxTexts": {"gateways/outbox.py", "gateways/build.py"},
    "OutboxMails": {"gateways/outbox.py", "gateways/build.py"},
    "SmtpMails": {"gateways/smtp.py", "gateways/build.py"},
    "Softphone": {"gateways/softphone.py", "gateways/build.py"},
    "smtplib": {"gateways/smtp.py"},
}
"""What does the sending, and the modules that may name it."""


def trees():
    """Parse every module of the package, by its path within it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def reaches(tree, gateway):
    """Tell whether a module takes this gateway, as ``gateways().voice`` or by way of a variable."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == gateway and "gateways" in ast.unparse(node.value)
        for node in ast.walk(tree)
    )


def names(tree):
    """Return every name that a module uses or imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.name


@pytest.mark.parametrize("gateway", DOORS)
def test_one_module_takes_each_gateway_to_a_person(gateway):
    """Whoever else wants to send goes through the service that judges first."""
    takers = {path for path, tree in trees() if reaches(tree, gateway)}

    assert takers == DOORS[gateway]


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_nobody_builds_a_sender_of_their_own(adapter):
    """Adapters are named where they are defined and where they are built, and nowhere else."""
    users = {
        path for path, tree in trees() if adapter in names(tree) or f"class {adapter}" in ast.unparse(tree)
    }

    assert users == ADAPTERS[adapter]


def test_the_ports_of_messages_are_used_where_messages_are_sent():
    """The types that a sender takes are made in services.message alone."""
    makers = {
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Text", "Mail", "CallOrder")
    }

    assert makers == {"services/contact.py", "services/message.py"}

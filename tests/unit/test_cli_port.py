"""A port is taken, or the error says how to choose another."""

from __future__ import annotations

import socket

import pytest

from forbear.cli.port import listen
from forbear.errors import InputError


def test_a_taken_port_is_named_with_a_way_out():
    """
    Who finds the port taken is told which, and how to choose another.
    """
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(InputError, match=rf"Port {port} on 127.0.0.1 is taken.*PORT={port + 1}"):
            listen("127.0.0.1", port)


def test_a_free_port_is_listened_on():
    """
    What comes back accepts connections.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    with listen("127.0.0.1", port), socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
        assert port == caller.getpeername()[1]


def test_an_address_of_another_machine_is_refused():
    """
    An address that this machine does not have is said to be just that.
    """
    with pytest.raises(InputError, match="not an address of this machine"):
        listen("192.0.2.1", 8000)
